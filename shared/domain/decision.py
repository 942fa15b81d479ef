"""What the router decides about a lead: who it is, whose it is, where it goes and why."""

from enum import StrEnum

from shared.domain.model import Frozen, Moment


class Verdict(StrEnum):
    """Who the lead is to us."""

    NEW = "new"
    KNOWN_PERSON = "known_person"
    POSSIBLE_CUSTOMER = "possible_customer"
    EXISTING_CUSTOMER = "existing_customer"


class Evidence(Frozen):
    """One key that matched. `value` is never personal: a customer id, a lead id, or nothing."""

    key: str
    strength: str
    matched: str | None = None


class CustomerRef(Frozen):
    """The customer a lead was matched to, as the customer file tells."""

    id: str
    name: str | None = None
    status: str = "customer"
    owner: str | None = None
    products: list[str] = []


class Match(Frozen):
    """Who the lead is, with evidence; the first tier that hit decides (crm-destinations 5.3).

    `checked` names the kinds of keys that were looked for, so that `new` is a finding and not an omission.
    """

    verdict: Verdict
    customer: CustomerRef | None = None
    previous_lead: str | None = None
    interest_not_owned: bool | None = None
    evidence: list[Evidence] = []
    checked: list[str] = []


class Skipped(Frozen):
    """A rule or a destination that was passed over, and why."""

    name: str
    because: str


class Decision(Frozen):
    """Which rule decided, in which version of the rules, upon which trigger."""

    number: int
    trigger: str
    rule: str | None = None
    version: str
    skipped: list[Skipped] = []


class Assignment(Frozen):
    """Whose lead it is. `owner` is a key of `people`, or the customer file's own name of an owner."""

    owner: str | None = None
    why: str
    respond_by: Moment | None = None


class ContactPermission(Frozen):
    """Whether one may use this channel for this lead."""

    allowed: bool
    why: str
    until: Moment | None = None


class Brief(Frozen):
    """What a seller reads first: who, what they asked, may I call, what they have, why now, what next, by when."""

    text_sv: str
    text_en: str


class Why(Frozen):
    """Why a lead was held or rejected."""

    code: str
    text_sv: str
    text_en: str
