"""What a mapping makes of a document, as a source hands it over: leads, and what else its sender tells."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, Protocol

from services.ingest.configuration.forms import SourceSettings
from services.ingest.guard import Document
from services.ingest.mapping.mapped import Item, Mapped, NotALead, Request
from services.ingest.naming import named_lead
from services.ingest.sources.context import SourceContext
from services.ingest.submission import (
    Misshapen,
    Parsed,
    Submission,
    SubmittedActivity,
    SubmittedDeletion,
    SubmittedLead,
    SubmittedNotice,
)
from shared.domain.lead import Person


class Maps(Protocol):
    """A mapping, or what stands around one."""

    def apply(self, document: Document, request: Request) -> Mapped:
        """Tell what a document says. Never raises, whatever it holds; the same document gives the same."""
        ...


class MappedParser:
    """The parser of every source whose payloads are mapped. `settings` fill what a lead does not say itself."""

    def __init__(self, mapping: Maps, settings: SourceSettings, context: SourceContext, *, kind: str) -> None:
        self._mapping = mapping
        self._default = settings
        self._forms = {form: settings.of_form(form) for form in settings.forms}
        self._context = context
        self._kind = kind

    def map(self, submission: Submission, content: Document) -> Mapped:
        """Apply the mapping alone. Never raises."""
        return self._mapping.apply(content, Request(submission.headers, submission.received_at))

    def parse(self, submission: Submission, content: Document) -> Parsed:
        """Make leads of the items that are some, and of the others what the mapping says they are.

        Raises:
            Misshapen: nothing in it is shaped as the mapping has it.
        """
        mapped = self.map(submission, content)
        if mapped.faults and not mapped.leads and not mapped.others:
            raise Misshapen("wrong_shape", "; ".join(mapped.faults))
        others, now = mapped.others, submission.received_at
        leads = tuple([self._lead(item, now) for item in mapped.leads])
        if not others:
            return Parsed(leads, faults=tuple(mapped.faults), not_a_lead=mapped.not_a_lead)
        return Parsed(
            leads=leads,
            notices=tuple(_notices(others, now, platform=self._kind)),
            deletions=tuple(_deletions(others, now)),
            activities=tuple(_activities(others, now)),
            faults=(*mapped.faults, *_unfit(others)),
            not_a_lead=mapped.not_a_lead,
        )

    def _lead(self, item: Item, received_at: datetime) -> SubmittedLead:
        members = item.members
        attribution = members["attribution"]
        form = self._forms.get(attribution.get("form_id", ""), self._default)
        for name in ("channel", "segment", "product"):
            if (meant := getattr(form, name)) is not None:
                members.setdefault(name, meant)
        if form.campaign_name is not None:
            attribution.setdefault("campaign_name", form.campaign_name)
        members["received_at"] = received_at
        if not item.is_dated:
            members["submitted_at"] = received_at
        lead = named_lead(
            self._context.source,
            members,
            submission_id=item.submission_id,
            is_dated=item.is_dated,
            person_key=self._context.person_key,
        )
        return SubmittedLead(lead, is_test=item.is_test, is_dated=item.is_dated)


def _notices(others: Iterable[NotALead], received_at: datetime, *, platform: str) -> Iterator[SubmittedNotice]:
    for other in others:
        if other.becomes == "notice" and other.item.submission_id is not None:
            yield SubmittedNotice(
                platform=platform,
                notice_id=other.item.submission_id,
                occurred_at=other.item.members.get("submitted_at", received_at),
                form_id=other.item.members["attribution"].get("form_id"),
                is_test=other.item.is_test,
            )


def _deletions(others: Iterable[NotALead], received_at: datetime) -> Iterator[SubmittedDeletion]:
    for other in others:
        if other.becomes == "deletion" and not _fault_of(other):
            yield SubmittedDeletion(
                submission_id=other.item.submission_id,
                person=_person(other.item.members),
                reason=other.reason,
                occurred_at=other.item.members.get("submitted_at", received_at),
            )


def _activities(others: Iterable[NotALead], received_at: datetime) -> Iterator[SubmittedActivity]:
    for other in others:
        if other.becomes == "activity":
            members = other.item.members
            said = {"message": members["message"]} if members.get("message") else {}
            yield SubmittedActivity(
                kind=other.activity or "other",
                submission_id=other.item.submission_id,
                person=_person(members),
                occurred_at=members.get("submitted_at", received_at),
                properties={**members["answers"], **said},
                is_test=other.item.is_test,
            )


def _unfit(others: Iterable[NotALead]) -> Iterator[str]:
    """Say which of them cannot be what they are, and are kept for people."""
    return (fault for other in others if (fault := _fault_of(other)) is not None)


def _fault_of(other: NotALead) -> str | None:
    is_nameless = other.item.submission_id is None
    if other.becomes == "notice" and is_nameless:
        return "a notice tells no id of what is to be fetched"
    if other.becomes != "deletion":
        return None
    if other.is_guessed:
        return "it looks like a deletion, and nothing is forgotten by guess: add it to `not_leads` of the mapping"
    person = other.item.members["person"]
    if is_nameless and not person.get("email") and not person.get("phone"):
        return "a deletion tells neither an id nor an e-mail nor a phone number"
    return None


def _person(members: dict[str, Any]) -> Person:  # Any: a lead's members
    return Person(**members["person"])
