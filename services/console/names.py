"""What to call a lead, and what of a stranger's text may reach a terminal."""

import re

from shared.domain.lead import Lead


def name_of(lead: Lead | None) -> str | None:
    """Tell what to call a lead: its person, else its company, else its e-mail or phone."""
    if lead is None:
        return None
    person = lead.person
    joined = " ".join(part for part in (person.first_name, person.last_name) if part)
    return person.full_name or joined or lead.company.name or person.email or person.phone


_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def printable(text: object) -> str:
    """Take out what would steer a terminal or turn the reading direction; shown as a replacement character."""
    return _CONTROLS.sub("\N{REPLACEMENT CHARACTER}", str(text))
