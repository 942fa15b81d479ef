"""A Google Ads lead form's request, as Google documents it (inbound-sources 1.2)."""

import json
from collections.abc import Callable, Mapping

from services.commands.examples.payload import Making, Payload, Person
from services.ingest.configuration import GoogleAdsConfiguration
from shared.domain.errors import UsedWrongly


def _columns(**values: str) -> list[dict[str, str]]:
    return [{"column_id": column, "string_value": value} for column, value in values.items() if value]


def _villa(person: Person) -> list[dict[str, str]]:
    return _columns(
        FULL_NAME=person.full_name, EMAIL=person.email, PHONE_NUMBER=person.phone, POSTAL_CODE="753 20", CITY="Uppsala"
    ) + _columns(
        **{
            "vad_är_du_intresserad_av": "Solceller",
            "boendeform": "Villa",
            "när_vill_du_börja?": "Inom 3 månader",
            "takyta": "65",
        }
    )


def _customer(_person: Person) -> list[dict[str, str]]:
    return _columns(
        FULL_NAME="Karin Vik", EMAIL="karin.vik@example.se", PHONE_NUMBER="+46701740601", POSTAL_CODE="75320"
    ) + _columns(**{"vad_är_du_intresserad_av": "Batteri", "boendeform": "Villa", "när_vill_du_börja?": "Omgående"})


def _far_away(person: Person) -> list[dict[str, str]]:
    return _columns(
        FULL_NAME=person.full_name, EMAIL=person.email, PHONE_NUMBER=person.phone, POSTAL_CODE="97238", CITY="Luleå"
    )


def _no_contact(_person: Person) -> list[dict[str, str]]:
    return _columns(FULL_NAME="Utan Uppgifter", POSTAL_CODE="75320")


GOOGLE_EXAMPLES: Mapping[str, Callable[[Person], list[dict[str, str]]]] = {
    "villa": _villa,
    "customer": _customer,
    "far-away": _far_away,
    "no-contact": _no_contact,
}


def google_ads(example: str | None, section: GoogleAdsConfiguration, making: Making) -> Payload:
    """Make a lead form's request as Google documents it (inbound-sources 1.2). `making` makes it a lead of its own.

    Raises:
        UsedWrongly: there is no example of that name.
    """
    name, token = example or "villa", making.token
    if name not in GOOGLE_EXAMPLES:
        raise UsedWrongly(f"there is no example '{name}': choose one of {', '.join(GOOGLE_EXAMPLES)}")
    body = {
        "lead_id": f"{'TeSter-' if making.is_test else ''}{token}",
        "user_column_data": GOOGLE_EXAMPLES[name](making.person),
        "api_version": "1.0",
        "form_id": 40000000000,
        "campaign_id": 10000000000,
        "google_key": section.keys[0].get_secret_value(),
        "is_test": making.is_test,
        "gcl_id": f"EAIaIQobChMI{token}",
        "adgroup_id": 20000000000,
        "creative_id": 30000000000,
        "lead_submit_time": making.submitted_at.isoformat(timespec="seconds").replace("+00:00", "Z"),
        "lead_source": "LEAD_FORM",
    }
    return Payload(json.dumps(body, ensure_ascii=False).encode(), {"content-type": "application/json"})
