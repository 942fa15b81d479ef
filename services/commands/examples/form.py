"""A form on a landing page, as the page's script posts it: its browser's headers, hidden fields and all."""

from collections.abc import Callable, Mapping
from urllib.parse import urlencode
from uuid import UUID

from services.commands.examples.payload import Making, Payload, Person
from services.ingest.configuration import FormConfiguration
from shared.domain.errors import UsedWrongly


def _villa(person: Person) -> dict[str, str]:
    return {
        "full_name": person.full_name,
        "email": person.email,
        "phone": person.phone,
        "postal_code": "753 20",
        "interest": "Solceller",
        "housing": "Villa",
        "start": "Inom 3 månader",
    }


def _company(person: Person) -> dict[str, str]:
    return {**_villa(person), "company": "Påhittad Plåt AB", "housing": "Företag"}


FORM_EXAMPLES: Mapping[str, Callable[[Person], dict[str, str]]] = {
    "villa": _villa,
    "company": _company,
    "honeypot": _villa,
}


def form(example: str | None, section: FormConfiguration, making: Making) -> Payload:
    """Fill the form in, boxes ticked. `honeypot` fills the field for machines too.

    Raises:
        UsedWrongly: there is no example of that name.
    """
    name, token, page = example or "villa", making.token, section.origins[0]
    if name not in FORM_EXAMPLES:
        raise UsedWrongly(f"there is no example '{name}': choose one of {', '.join(FORM_EXAMPLES)}")
    fields = {
        **FORM_EXAMPLES[name](making.person),
        **{consent.field: "on" for consent in section.consents},
        "submission_id": str(UUID(token)),
        "page_url": f"{page}/batteri?utm_source=google&utm_medium=cpc&utm_campaign=h%C3%B6st&gclid=EAIaIQobChMI{token}",
        "landing_url_first": f"{page}/?utm_source=facebook&utm_medium=social",
    }
    if name == "honeypot":
        fields[section.honeypot[0]] = "https://spam.example"
    if making.is_test:
        fields["is_test"] = "true"
    headers = {
        "content-type": "application/x-www-form-urlencoded",
        "origin": page,
        "referer": f"{page}/",
        "accept": "application/json",
    }
    return Payload(urlencode(fields).encode(), headers)
