"""The brief: what a seller reads, line by line."""

from datetime import timedelta
from typing import Any

from services.router.brief import MAX_MESSAGE, Subject, write_brief
from services.router.consent import contact_permissions
from services.router.ports import Known, Previous
from shared.domain.decision import Assignment, Match, Verdict
from shared.domain.lead import Company, Lead
from shared.domain.score import WouldChange
from tests.builders import NOON, a_lead, a_person, a_score
from tests.unit.router.routing_builders import PRODUCTS, PURPOSES, a_customer, data_of

NEW = Match(verdict=Verdict.NEW)
SARA = Assignment(owner="sara", why="the rule", respond_by=NOON + timedelta(minutes=15))


def brief(
    lead: Lead,
    match: Match = NEW,
    *,
    known: Known | None = None,
    assignment: Assignment = SARA,
    suppressed: str | None = None,
    **members: Any,  # Any: members of LeadScoredData
) -> tuple[list[str], list[str]]:
    data = data_of(lead, **members)
    contact = contact_permissions(data, PURPOSES, suppressed=suppressed)
    written = write_brief(
        Subject(data, match, known or Known(), assignment, contact, PRODUCTS, "Europe/Stockholm", NOON)
    )
    return written.text_sv.splitlines(), written.text_en.splitlines()


def test_a_brief_says_all_a_seller_needs_in_both_languages() -> None:
    unsure = WouldChange(
        code="roof", text_sv="Stor takyta", text_en="Large roof", points=10, needs=["facts.answers.roof_area"]
    )
    lead = a_lead(message="Ring gärna efter fem.", company=Company(name="Exempel Bygg AB"))

    swedish, english = brief(lead, score=a_score(would_change=[unsure]))

    assert swedish == [
        "Lina Exempel, Exempel Bygg AB, Uppsala",
        "Vill ha: Batteri",
        "Svarade: housing: Villa",
        "Skriver: Ring gärna efter fem.",
        "Får ringas på 070-174 06 05",
        "Får mejlas på lina@exempel.se",
        "Varför nu: Bor i villa; Giltigt telefonnummer",
        "Fråga härnäst: Stor takyta?",
        "Svara senast i dag 14:15",
    ]
    assert english == [
        "Lina Exempel, Exempel Bygg AB, Uppsala",
        "Wants: Battery",
        "Answered: housing: Villa",
        "Writes: Ring gärna efter fem.",
        "May be called on 070-174 06 05",
        "May be e-mailed at lina@exempel.se",
        "Why now: Lives in a house; Valid phone number",
        "Ask next: Large roof?",
        "Respond by today 14:15",
    ]


def test_what_is_absent_has_no_line() -> None:
    lead = a_lead(person=a_person(full_name=None, phone=None, email=None), product=None, answers={})

    swedish, english = brief(lead, assignment=Assignment(why="nobody"), score=a_score(reasons=[]))

    assert swedish == ["En person utan namn, Uppsala"]
    assert english == ["A person without a name, Uppsala"]


def test_a_customer_is_told_with_what_they_have() -> None:
    match = Match(verdict=Verdict.EXISTING_CUSTOMER, customer=a_customer(products=["solar"]), interest_not_owned=True)

    swedish, english = brief(a_lead(), match)

    assert "Redan kund: Exempel Bygg AB, har Solceller" in swedish
    assert "Frågar efter något de inte har" in swedish
    assert "Already a customer: Exempel Bygg AB, has Solar panels" in english


def test_a_person_heard_from_before_is_told_with_how_long_ago() -> None:
    previous = Previous("before", "routed", "sara", "", (), (NOON - timedelta(days=3, hours=2)).timestamp())
    match = Match(verdict=Verdict.KNOWN_PERSON, previous_lead="before")

    swedish, english = brief(a_lead(), match, known=Known(previous=previous))

    assert "Hörde av sig för 3 dagar sedan" in swedish
    assert "Got in touch 3 days ago" in english


def test_the_suppressed_are_not_to_be_called() -> None:
    swedish, _ = brief(a_lead(), suppressed="asked us to stop")

    assert "Ring inte" in swedish
    assert "Mejla inte" in swedish
    assert not any("070" in line for line in swedish)


def test_what_no_person_can_be_asked_is_not_asked() -> None:
    unsure = WouldChange(code="size", text_sv="Rätt storlek", text_en="Right size", points=25, needs=["segment"])
    swedish, _ = brief(a_lead(), score=a_score(would_change=[unsure]))
    assert "Rätt storlek" not in swedish


def test_what_the_product_needs_is_asked_first() -> None:
    swedish, english = brief(a_lead(), score=a_score(missing=["phone|email", "postal_code"]))

    assert "Fråga härnäst: telefonnummer / e-postadress?" in swedish
    assert "Ask next: phone number / e-mail address?" in english


def test_another_day_is_named() -> None:
    tomorrow = Assignment(owner="sara", why="the rule", respond_by=NOON + timedelta(days=1))

    swedish, english = brief(a_lead(), assignment=tomorrow)

    assert swedish[-1] == "Svara senast onsdag 2026-09-02 14:00"
    assert english[-1] == "Respond by Wednesday 2026-09-02 14:00"


def test_a_long_message_is_cut_and_kept_on_one_line() -> None:
    swedish, _ = brief(a_lead(message="ord\n" * 1000))

    said = next(line for line in swedish if line.startswith("Skriver"))
    assert said.endswith("…")
    assert len(said) <= MAX_MESSAGE + len("Skriver: ")
