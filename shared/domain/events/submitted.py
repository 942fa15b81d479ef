"""What comes in: leads, notices of leads to fetch, activities, consents and requests to erase."""

from typing import ClassVar, Literal

from shared.domain.events.envelope import Envelope, LeadData, Topic
from shared.domain.lead import Basis, Lead
from shared.domain.model import Frozen, Moment


class RawSubmission(Frozen):
    """A request as it came, without what proves its sender. `bytes` is base64 of the body."""

    method: str | None = None
    media_type: str | None = None
    query: str | None = None
    headers: dict[str, str] = {}
    bytes: str


class LeadReceivedData(LeadData):
    """A lead as it came in. `content` is the hash that tells a repeat from a correction.

    `raw` is what a mapping made it of, so that a better one can be applied later; the first lead of several carries it.
    """

    content: str
    lead: Lead
    raw: RawSubmission | None = None


class LeadReceived(Envelope):
    """A lead is durable with us. Its id holds the content's hash: the same again is a repeat, else a correction."""

    topic: ClassVar[Topic] = Topic.RECEIVED
    type: Literal["tratt.lead.received.v1"] = "tratt.lead.received.v1"
    data: LeadReceivedData


class SubmissionSetAsideData(Frozen):
    """Why there is no lead in a submission, by its mapping, and the submission itself."""

    source: str
    source_kind: str
    reason: str
    raw: RawSubmission


class SubmissionSetAside(Envelope):
    """A submission rightly holds no lead: a cancellation, a ping. Kept, should its mapping be wrong about that."""

    topic: ClassVar[Topic] = Topic.DEAD
    type: Literal["tratt.submission.set_aside.v1"] = "tratt.submission.set_aside.v1"
    data: SubmissionSetAsideData


class LeadNotifiedData(LeadData):
    """A lead that lies at its platform. `lead_id` is the id it will have here; `notice_id` the platform's own.

    `healed`: the platform sent no notice; we found the lead in its list.
    """

    platform: str
    notice_id: str
    form_id: str | None = None
    page_id: str | None = None
    occurred_at: Moment
    healed: bool = False


class LeadNotified(Envelope):
    """A platform told that a lead is there to be fetched."""

    topic: ClassVar[Topic] = Topic.NOTIFIED
    type: Literal["tratt.lead.notified.v1"] = "tratt.lead.notified.v1"
    data: LeadNotifiedData


class ActivityRecordedData(Frozen):
    """Something a person did, by `kind`.

    `person` is the person key, `visitor` a keyed hash of the visitor's id while nobody knows who that is, `lead` the id
    of the lead it belongs to. `properties` are the sender's, as texts.
    """

    source: str
    source_kind: str
    is_test: bool = False
    kind: str
    occurred_at: Moment
    person: str | None = None
    visitor: str | None = None
    lead: str | None = None
    properties: dict[str, str | list[str]] = {}


class ActivityRecorded(Envelope):
    """A person did something that tells of interest, or of its end."""

    topic: ClassVar[Topic] = Topic.ACTIVITY
    type: Literal["tratt.activity.recorded.v1"] = "tratt.activity.recorded.v1"
    data: ActivityRecordedData


class ConsentData(Frozen):
    """One consent of one person: for what, by which channels, and what proves it. `at` is the person's own time."""

    lead_id: str | None = None
    source: str
    source_kind: str
    is_test: bool = False
    person: str
    purpose: str
    channels: list[str] = []
    basis: Basis = "consent"
    text: str | None = None
    version: str | None = None
    at: Moment
    evidence: str | None = None


class ConsentGiven(Envelope):
    """A person agreed to be contacted for a purpose."""

    topic: ClassVar[Topic] = Topic.CONSENT
    type: Literal["tratt.consent.given.v1"] = "tratt.consent.given.v1"
    data: ConsentData


class ErasureRequestedData(Frozen):
    """Who or what is to be forgotten: a lead, or a person by key. `reason` is a code: `platform_deleted`, …."""

    lead_id: str | None = None
    source: str
    source_kind: str
    person: str | None = None
    reason: str
    occurred_at: Moment


class ErasureRequested(Envelope):
    """A person, or a platform on its terms, wants something forgotten."""

    topic: ClassVar[Topic] = Topic.ERASURE
    type: Literal["tratt.erasure.requested.v1"] = "tratt.erasure.requested.v1"
    data: ErasureRequestedData
