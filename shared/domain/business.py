"""What the company tells about itself: name, people, products, questions, purposes. Sections of the configuration."""

from typing import Annotated, Literal
from zoneinfo import ZoneInfo

import phonenumbers
from pydantic import AfterValidator

from shared.domain.model import Duration, Section, Text


def _country(code: str) -> str:
    if code not in phonenumbers.SUPPORTED_REGIONS:
        raise ValueError("is no country: write its two letters, as SE")
    return code


def _time_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ValueError, OSError, KeyError) as error:  # what ZoneInfo raises of odd names differs by platform
        raise ValueError("is no time zone: write one as Europe/Stockholm") from error
    return name


class Business(Section):
    """The company itself; its country and time zone are the defaults for what leads leave out."""

    name: str = "Tratt"
    country: Annotated[str, AfterValidator(_country)] = "SE"
    time_zone: Annotated[str, AfterValidator(_time_zone)] = "Europe/Stockholm"
    currency: str = "SEK"
    own_domains: list[str] = []


class Seller(Section):
    """One of the people a lead can be given to. `crm` holds the person's id in each CRM."""

    name: str
    email: str
    mobile: str | None = None
    languages: list[str] = []
    skills: list[str] = []
    crm: dict[str, str] = {}


class Product(Section):
    """Something that is sold. `requires` lists fields a seller needs; a nested list means any one of them."""

    label: Text
    deal_value: float | None = None
    requires: list[str | list[str]] = []


class Question(Section):
    """One question of the company's own vocabulary, into which every source's question maps by alias and option."""

    type: Literal["choice", "number", "text"]
    many: bool = False
    options: dict[str, list[str]] = {}
    aliases: list[str] = []
    unit: str | None = None
    sets: Literal["product"] | None = None
    sensitive: bool = False
    purpose: str | None = None


class PurposeBasis(Section):
    """What a lead needs before the purpose is served, by how it came."""

    inbound: Literal["request", "consent"] = "consent"
    purchased: Literal["consent"] = "consent"


class Purpose(Section):
    """One purpose of using personal data. A destination names the one it serves."""

    label: Text
    basis: Literal["request", "consent"] | PurposeBasis = "consent"
    double_opt_in: bool = False
    channels: list[str] = []


SALES_CONTACT = Purpose(
    label=Text(sv="Kontakt om din förfrågan", en="Contact about your request"),
    basis=PurposeBasis(inbound="request", purchased="consent"),
    channels=["phone", "email"],
)
"""What an inbound lead asks for by being sent: to be contacted about that request."""


class Privacy(Section):
    """The purposes, and how long what is kept."""

    purposes: dict[str, Purpose] = {"sales_contact": SALES_CONTACT}
    retention: dict[str, Duration] = {}
