"""Twenty thousand leads as they reach a stage, one in five from a person heard from before, one in twenty a customer's.

The scorer's come as ingest writes them, the router's as the scorer scores them by the shipped example.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from secrets import token_hex

from services.configuration import Configuration
from services.ingest.events import Keys, lead_received
from services.ingest.guard import Document
from services.ingest.sources import make_sources
from services.ingest.submission import Submission
from services.scorer.judge import Judge
from services.scorer.reference_data import ReferenceData
from services.scorer.service import scored_event
from shared.domain.events import LeadReceived, LeadScored
from tests.proof.traffic import FIRST, LAST

SOURCE = "google-search"
KEY = b"p" * 43
KNOWN_EVERY = 5
"""One lead in five is of a person who sent an earlier one."""
SOONEST_AGAIN = 1_200
"""Leads between two of one person: more than a batch, so that tables and not memory must know the first."""
CUSTOMER_EVERY = 20
CUSTOMERS = 1_000
"""Customers that leads can be matched to; a larger customer file has others beside them."""
BEGAN = datetime(2026, 9, 1, 12, 0, tzinfo=UTC)
PLACES = (("753 20", "Uppsala"), ("722 11", "Västerås"), ("111 22", "Stockholm"), ("972 38", "Luleå"))
STARTS = ("Omgående", "Inom 3 månader", "Inom ett år", "Vet inte")
DOMAINS = ("gmail.com", "hotmail.com", "telia.com", "outlook.com", "exempelbygg.se", "example.se")


def customer_email(number: int) -> str:
    """Tell a customer's address; numbers beyond the last begin anew."""
    return f"kund.{number % CUSTOMERS}@example.se"


def received_leads(configuration: Configuration, count: int) -> Iterator[LeadReceived]:
    """Make leads, other ones at every call, through the source's own parser."""
    source = make_sources(configuration.sources, person_key=KEY, public_url=None)[SOURCE]
    keys = Keys(KEY, configuration.company.country)
    run = token_hex(4)
    for number in range(count):
        submission = Submission(SOURCE, "POST", "/", b"", {}, b"", BEGAN + timedelta(milliseconds=number))
        parsed = source.parse(submission, _document(run, number))
        yield lead_received(
            parsed.leads[0],
            submission,
            source_kind=source.kind,
            keys=keys,
            traceparent=f"00-{number:032x}-{number:016x}-01",
        )


def scored_leads(configuration: Configuration, count: int) -> Iterator[LeadScored]:
    """Make leads as the scorer publishes them."""
    judge = Judge(
        configuration.scoring,
        business=configuration.company,
        questions=configuration.questions,
        products=configuration.products,
        reference=ReferenceData.load(),
    )
    for received in received_leads(configuration, count):
        yield scored_event(received, judge.judge(received), 1)


def _document(run: str, number: int) -> Document:
    first_lead = number - SOONEST_AGAIN if number % KNOWN_EVERY == 0 and number > SOONEST_AGAIN else number
    person = f"{run}.{first_lead}"
    email = customer_email(number) if number % CUSTOMER_EVERY == 1 else f"{person}@{DOMAINS[first_lead % 6]}"
    code, city = PLACES[number % 4]
    columns = {
        "FULL_NAME": f"{FIRST[first_lead % 10]} {LAST[first_lead // 10 % 10]}",
        "EMAIL": email,
        "PHONE_NUMBER": f"+4670174{first_lead % 10_000:04d}",
        "POSTAL_CODE": code,
        "CITY": city,
        "vad_är_du_intresserad_av": ("Solceller", "Batteri", "Laddbox")[number % 3],
        "boendeform": ("Villa", "Villa", "Bostadsrättsförening")[number % 3],
        "när_vill_du_börja?": STARTS[number % 4],
        "takyta": str(20 + number % 80),
    }
    payload = {
        "lead_id": f"{run}-{number}",
        "user_column_data": [{"column_id": name, "string_value": value} for name, value in columns.items()],
        "api_version": "1.0",
        "form_id": "40000000000",
        "campaign_id": "10000000000",
        "adgroup_id": "20000000000",
        "creative_id": "30000000000",
        "gcl_id": f"EAIaIQobChMI{run}{number}",
        "google_key": "try-me",
        "is_test": False,
        "lead_submit_time": "2026-09-01T11:59:00Z",
        "lead_source": "LEAD_FORM",
    }
    return Document(payload)  # type: ignore[arg-type]
