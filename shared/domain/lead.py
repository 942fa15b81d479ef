"""A lead as its sender gave it: values as typed, absent where nothing was said, every vendor id as text."""

from typing import Literal

from shared.domain.model import Frozen, Moment

Answer = str | list[str]
"""One answer, verbatim; a list where several were given."""


class Person(Frozen):
    """Who the lead is, as typed. Keys and E.164 are facts, not the lead's own members."""

    email: str | None = None
    phone: str | None = None
    full_name: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    job_title: str | None = None


class Company(Frozen):
    """The company the person named."""

    name: str | None = None
    organisation_number: str | None = None
    domain: str | None = None
    size: str | None = None
    industry: str | None = None


class Address(Frozen):
    """Where the person said they are."""

    street: str | None = None
    postal_code: str | None = None
    city: str | None = None
    region: str | None = None
    country: str | None = None


class Touch(Frozen):
    """One visit that led here."""

    source: str | None = None
    medium: str | None = None
    campaign: str | None = None
    term: str | None = None
    content: str | None = None
    referrer: str | None = None
    landing_url: str | None = None


class Attribution(Frozen):
    """What brought the lead. `click_ids` is by parameter name: `gclid`, `fbclid` and so on."""

    first_touch: Touch | None = None
    last_touch: Touch | None = None
    click_ids: dict[str, str] = {}
    campaign_id: str | None = None
    campaign_name: str | None = None
    ad_group_id: str | None = None
    asset_group_id: str | None = None
    creative_id: str | None = None
    form_id: str | None = None
    keyword: str | None = None
    match_type: str | None = None
    network: str | None = None
    device: str | None = None
    variant: str | None = None
    referrer_customer: str | None = None


Basis = Literal["consent", "request", "contract", "legitimate_interest"]


class Consent(Frozen):
    """One consent, given or refused, with what was shown to the person."""

    purpose: str
    channels: list[str] = []
    granted: bool
    basis: Basis = "consent"
    text: str | None = None
    version: str | None = None
    at: Moment | None = None
    evidence: str | None = None


class Purchase(Frozen):
    """Where a purchased lead was bought and what proves that the person agreed."""

    vendor: str | None = None
    source_description: str | None = None
    opt_in_at: Moment | None = None
    cost: float | None = None


class Lead(Frozen):
    """One submission by one person, in the words of its sender.

    `submitted_at` is the sender's time, or `received_at` where it told none. `signals` are findings
    about the submission itself (`honeypot`, `nul_stripped`, `probable_id`, …), never about the person.
    """

    id: str
    channel: str | None = None
    submission_id: str
    submitted_at: Moment
    received_at: Moment
    segment: str | None = None
    product: str | None = None
    person: Person = Person()
    company: Company = Company()
    address: Address = Address()
    answers: dict[str, Answer] = {}
    message: str | None = None
    attribution: Attribution = Attribution()
    consents: list[Consent] = []
    purchase: Purchase | None = None
    signals: dict[str, str | bool] = {}
    mapping_version: str | None = None
