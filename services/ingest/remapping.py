"""Mapping anew what came before: each submission as it was kept, read by the mapping that is configured now."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from services.ingest.events import Keys, lead_received
from services.ingest.guard import Document
from services.ingest.raw import submission_of
from services.ingest.sources import LeadSource
from services.ingest.submission import Misshapen, Submission, SubmittedLead
from shared.domain.events import LeadReceived, SubmissionSetAside
from shared.domain.ids import lead_id
from shared.runtime import traces

PROBABLE = "probable_id"


class Became(StrEnum):
    """What mapping a submission anew makes of one lead."""

    SAME = "same"
    CORRECTED = "corrected"
    NEW = "new"
    """A lead where there was none, or under another id than before: published only when asked for."""
    NONE = "no lead any more"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class Remapped:
    """One lead mapped anew; `event` is what would be published of it, `fields` the members that changed."""

    became: Became
    event: LeadReceived | None = None
    fields: tuple[str, ...] = ()
    reason: str | None = None


@dataclass(slots=True)
class Known:
    """What the log holds of a source: the ids of its leads' events, and of its leads."""

    events: set[str] = field(default_factory=set)
    leads: set[str] = field(default_factory=set)

    def add(self, event: LeadReceived) -> None:
        """Take an event into account."""
        self.events.add(event.id)
        self.leads.add(event.data.lead_id)


class Remapping:
    """Map one source's submissions anew. Pure: it reads events and gives events."""

    def __init__(self, source: LeadSource, name: str, *, keys: Keys, known: Known) -> None:
        self._source = source
        self._name = name
        self._keys = keys
        self._known = known

    def of(self, event: LeadReceived | SubmissionSetAside) -> Iterator[Remapped]:
        """Yield what becomes of each lead of a kept submission; nothing where none was kept."""
        raw = event.data.raw
        if raw is None:
            return
        before = event if isinstance(event, LeadReceived) else None
        submission = submission_of(raw, self._name, event.time)
        try:
            leads = self._leads(submission)
        except Misshapen as fault:
            yield Remapped(Became.UNREADABLE, before, reason=str(fault))
            return
        if before is not None and not leads:
            yield Remapped(Became.NONE, before)
        for place, lead in enumerate(self._under_known_ids(leads, before)):
            made = lead_received(
                lead,
                submission,
                source_kind=self._source.kind,
                keys=self._keys,
                traceparent=event.traceparent or traces.begin(),
                raw=None if place else raw,
            )
            yield self._compared(made, before)

    def _leads(self, submission: Submission) -> Sequence[SubmittedLead]:
        content = self._source.read(submission)
        if not isinstance(content, Document):
            raise Misshapen(content.code, content.reason)
        return self._source.parse(submission, content).leads

    def _under_known_ids(self, leads: Sequence[SubmittedLead], before: LeadReceived | None) -> Sequence[SubmittedLead]:
        """Leave a lead under the id it was first given, where that was made of what the old mapping read."""
        if before is None or len(leads) != 1 or not leads[0].lead.signals.get(PROBABLE):
            return leads
        submission_id = before.data.lead.submission_id
        named = leads[0].lead.model_copy(
            update={"submission_id": submission_id, "id": lead_id(self._name, submission_id)}
        )
        return [replace(leads[0], lead=named)]

    def _compared(self, made: LeadReceived, before: LeadReceived | None) -> Remapped:
        if made.id in self._known.events:
            return Remapped(Became.SAME, made)
        changed = _changed(before, made) if before is not None and before.subject == made.subject else ()
        return Remapped(Became.CORRECTED if made.subject in self._known.leads else Became.NEW, made, changed)


@dataclass(slots=True)
class Report:
    """How many leads became what, and how often each member changed."""

    became: Counter[Became] = field(default_factory=Counter)
    fields: Counter[str] = field(default_factory=Counter)

    def add(self, remapped: Remapped) -> None:
        """Count one lead."""
        self.became[remapped.became] += 1
        self.fields.update(remapped.fields)


def _changed(before: LeadReceived, after: LeadReceived) -> tuple[str, ...]:
    old, new = _members(before), _members(after)
    return tuple(name for name in dict.fromkeys((*old, *new)) if old.get(name) != new.get(name))


def _members(event: LeadReceived) -> Mapping[str, object]:
    members: dict[str, object] = {}
    for name, value in event.data.lead.model_dump(
        exclude={"mapping_version", "received_at"}, exclude_none=True
    ).items():
        if isinstance(value, dict):
            members |= {f"{name}.{inner}": said for inner, said in value.items()}
        else:
            members[name] = value
    return members
