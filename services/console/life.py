"""One lead's whole life, as the page, the command line and `GET /v1/leads/{id}` show it."""

from typing import Literal

from services.console.ledger import Place
from shared.domain.decision import Assignment, Brief, ContactPermission, Decision, Match, Why
from shared.domain.lead import Lead
from shared.domain.model import Frozen, Moment
from shared.domain.score import Facts, Hygiene, Score


class Notice(Frozen):
    """One time a platform told that the lead was there to be fetched. `notice_id` is the platform's own id of it.

    A `healed` one did not come: we found the lead in the platform's list.
    """

    at: Moment
    platform: str
    notice_id: str
    form_id: str | None = None
    healed: bool = False


class Receipt(Frozen):
    """One time the lead came in: first, the same again, or corrected.

    A `healed` one was fetched or filled in by us, where no notice or post of its sender had come.
    """

    at: Moment
    kind: Literal["received", "repeated", "corrected"]
    healed: bool = False


class Revision(Frozen):
    """One score of the lead. `cause` is the id of the event behind it."""

    at: Moment
    revision: int
    cause: str
    fit: float
    stage: str
    temperature: str


class Decided(Frozen):
    """One decision about the lead. `reason` is why it was held or rejected."""

    at: Moment
    outcome: Place
    revision: int
    decision: Decision
    assignment: Assignment
    reason: Why | None = None
    destinations: list[str]


class Attempt(Frozen):
    """One push to a destination, as it was told."""

    at: Moment
    number: int
    delivered: bool
    outcome: str
    final: bool
    elapsed_ms: float
    remote_id: str | None = None
    vendor_code: str | None = None


class Delivery(Frozen):
    """What a decision owed a destination. `failed` is final; what is retried is waiting."""

    delivery_id: str
    destination: str
    decision_number: int
    state: Literal["waiting", "delivered", "failed"]
    attempts: list[Attempt]


class Replay(Frozen):
    """A dead letter was sent in again."""

    at: Moment
    by: str
    why: str


class Death(Frozen):
    """A stage gave a record of the lead up."""

    id: str
    at: Moment
    stage: str
    position: str | None = None
    error: str
    reason: str
    attempts: int
    replays: list[Replay]


class Command(Frozen):
    """A person asked for a change."""

    at: Moment
    verb: str
    by: str
    why: str


class Activity(Frozen):
    """The person did something that belongs to this lead."""

    at: Moment
    kind: str


class Consent(Frozen):
    """The person agreed to be contacted for a purpose. `at` is their own time."""

    at: Moment
    purpose: str
    basis: str
    channels: list[str]


class Erasure(Frozen):
    """Somebody wants the lead forgotten. `reason` is a code."""

    at: Moment
    reason: str


class Life(Frozen):
    """All that is known of a lead: what it said, what was found, what was decided, where it went. Lists by time.

    `place` is `in_flight` where nothing was decided yet: only the ledger can tell such a lead from a lost one. It is
    `deleted` where the platform told of the lead and took it back before it was fetched.
    `lead` to `score` are the highest revision's, `match` to `reason` the highest decision's.
    `fetched_after_ms` runs from the first notice to when the log had the lead, where it had to be fetched: such a lead
    counts as received when its notice came.
    `delivered_after_ms` runs from the first receipt to the first success at a destination.
    """

    lead_id: str
    source: str
    source_kind: str
    is_test: bool
    place: Place | Literal["deleted"]
    received_at: Moment | None = None
    fetched_after_ms: float | None = None
    delivered_after_ms: float | None = None
    lead: Lead | None = None
    facts: Facts
    hygiene: Hygiene | None = None
    score: Score | None = None
    match: Match | None = None
    decision: Decision | None = None
    assignment: Assignment | None = None
    contact: dict[str, ContactPermission]
    brief: Brief | None = None
    reason: Why | None = None
    notices: list[Notice] = []
    receipts: list[Receipt]
    activities: list[Activity] = []
    consents: list[Consent] = []
    erasures: list[Erasure] = []
    revisions: list[Revision]
    decisions: list[Decided]
    deliveries: list[Delivery]
    dead_letters: list[Death]
    commands: list[Command]
