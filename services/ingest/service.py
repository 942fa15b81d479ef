"""Accept what senders submit: guard, verify, parse, publish; and answer only when it is durable."""

import secrets
from collections.abc import Coroutine, Mapping, Sequence
from dataclasses import dataclass, replace
from time import perf_counter
from traceback import extract_tb
from typing import Any

import structlog

from services.ingest.answers import ACCEPTED, MESSAGES, QUARANTINED, Answer, Outcome
from services.ingest.events import Keys, events_of
from services.ingest.forms.page_door import PageDoor
from services.ingest.guard import MAX_BODY_BYTES, Content, Document
from services.ingest.quarantine import as_it_came, quarantined
from services.ingest.raw import raw_of
from services.ingest.sources import LeadSource, MappedSource
from services.ingest.submission import Misshapen, Submission, Verdict, is_beyond_source
from services.ingest.verification.judgement import WORDS, Judgement, Reason
from shared.domain.errors import PermanentError, RecordTooLarge, TransientError
from shared.domain.events import DeadLetter, Event, LeadReceived
from shared.ports import EventPublisher, Message, refuse_too_large
from shared.runtime import telemetry, traces

log = structlog.get_logger()

POST = "POST"
MAX_REASON = 2_000
"""Characters of a dead letter's reason: of a thousand bad items, the first few tell what is wrong."""
RETRY_AFTER_S = 5
JITTER_S = 5
"""Senders that were turned away together must not come back together."""


@dataclass(frozen=True, slots=True)
class _Taken:
    """What is left of a submission while it is made durable.

    All that it was made of is let go before the wait. When dozens of requests wait together with their documents,
    models and events, each finds the processor's cache full of the others', and costs a quarter more (measured).
    """

    messages: Sequence[Message]
    ids: Sequence[tuple[str, str]]
    """The lead's and the event's, of each event."""
    letter: DeadLetter | None
    """The last of the messages, where something of the submission cannot be used."""
    answer: Answer


class IngestService:
    """The door's one rule: a sender hears of success when its lead is durable, and not before.

    A repeat is published again under the same event id, so no state is kept between submissions.
    """

    def __init__(
        self, publisher: EventPublisher, sources: Mapping[str, LeadSource], *, person_key: bytes, country: str
    ) -> None:
        self._publisher = publisher
        self._sources = sources
        self._mapped = {name for name, source in sources.items() if isinstance(source, MappedSource)}
        self._keys = Keys(person_key, country)
        self.page_doors = {name: source for name, source in sources.items() if isinstance(source, PageDoor)}
        """Those of the sources that browsers post to."""

    def body_limit(self, source: str) -> int:
        """Tell how many bytes a body for this source may have; `source` may be a name we do not have."""
        door = self._sources.get(source)
        return MAX_BODY_BYTES if door is None else door.max_body_bytes

    def accept(self, submission: Submission) -> Coroutine[Any, Any, Answer]:
        """Take one submission in: read it by the call, and answer when awaited, once all it says is durable.

        Never raises for anything a sender can do. Nor for a log that is away: then the sender is asked to come again.
        Any: as `typing` has coroutines.
        """
        source = self._sources.get(submission.source)
        if source is None:
            return self._keep(submission.source, self.refuse(submission.source, Outcome.UNKNOWN_SOURCE))
        taken = self._without_lead(source, submission) or self._take_in(source, submission)
        return self._keep(submission.source, taken)

    async def replay(self, letter: DeadLetter) -> Sequence[str]:
        """Take a dead letter of this stage in again, as it came then; return the ids of its leads.

        It was authentic when it came, so it is not verified. Doing it twice publishes the same events again.

        Raises:
            PermanentError: it still cannot be used, or its source is gone from the configuration.
            TransientError: it is not durable; do it again.
        """
        source = self._sources.get(letter.data.source or "")
        if source is None:
            raise PermanentError(f"the source '{letter.data.source}' of dead letter {letter.id} is not configured")
        submission = as_it_came(letter)
        traceparent = letter.traceparent or traces.begin()
        events, faults = self._events(source, submission, source.read(submission), traceparent)
        await self._publisher.publish([Message.of(event) for event in events])
        if faults:
            raise PermanentError("; ".join(faults))
        return [event.subject for event in events if isinstance(event, LeadReceived)]

    def refuse(
        self, source: str, outcome: Outcome, message: str | None = None, *, reason: Reason | None = None
    ) -> Answer:
        """Count and log a refusal, and say what the sender is told. `source` may be a name we do not have."""
        door = self._sources.get(source)
        known = source if door else "unknown"
        why = (reason or outcome).value
        telemetry.bound(telemetry.REFUSED, known, why).inc()
        telemetry.bound(telemetry.LAST_REFUSED, known, why).set_to_current_time()
        log.warning("submission refused", source=known, reason=why)
        is_temporary = outcome in {Outcome.NOT_DURABLE, Outcome.BUSY}
        pause_s = RETRY_AFTER_S + secrets.randbelow(JITTER_S + 1) if is_temporary else None
        is_problem = door is None or not door.has_own_errors
        return Answer(outcome, message or MESSAGES[outcome], pause_s, is_problem=is_problem)

    def _without_lead(self, source: LeadSource, submission: Submission) -> Answer | None:
        """Answer what need not be read: another URL, another method, a handshake, a body of any length."""
        if not source.has_secret_path and is_beyond_source(submission.path):
            return replace(self.refuse(submission.source, Outcome.UNKNOWN_SOURCE), is_problem=True)
        if submission.method not in source.methods:
            refusal = self.refuse(submission.source, Outcome.WRONG_METHOD)
            return replace(refusal, methods=tuple(sorted(source.methods)), is_problem=True)
        if submission.method != POST and (greeting := source.greet(submission)) is not None:
            return Answer(Outcome.GREETED, greeting=greeting)
        if len(submission.body) > source.max_body_bytes:
            return self.refuse(submission.source, Outcome.TOO_LARGE)
        return None

    def _take_in(self, source: LeadSource, submission: Submission) -> Answer | _Taken:
        """Read, prove and understand a submission: all that is done before it has to wait for the log."""
        content = source.read(submission)
        judgement = source.verify(submission, content)
        if judgement.verdict is not Verdict.AUTHENTIC:
            return self._refuse_unproved(submission.source, judgement, content)
        traceparent = _traceparent(submission)
        messages: list[Message] = []
        ids: list[tuple[str, str]] = []
        fault: Misshapen | None = None
        try:
            events, faults = self._events(source, submission, content, traceparent)
            ids = [(event.subject, event.id) for event in events]
            messages = [Message.of(event) for event in events]
            refuse_too_large(messages)
            if faults:
                fault = Misshapen("partly_unusable", "; ".join(faults)[:MAX_REASON])
        except Misshapen as error:
            fault = error
        except RecordTooLarge as error:
            messages, fault = [], Misshapen("record_too_large", str(error))
        letter = quarantined(submission, source, content, fault, traceparent=traceparent) if fault else None
        if letter is not None:
            messages.append(Message.of(letter))
        answer = ACCEPTED if letter is None else QUARANTINED
        door = self.page_doors.get(submission.source)
        location = None if door is None else door.next_page(submission, content)
        return _Taken(messages, ids, letter, answer if location is None else replace(answer, location=location))

    async def _keep(self, source: str, taken: Answer | _Taken) -> Answer:
        """Make durable what was taken in and tell what became of it. An answer given already stands."""
        if isinstance(taken, Answer):
            return taken
        started = perf_counter()
        try:
            await self._publisher.publish(taken.messages)
        except TransientError as error:
            return self._not_durable(source, error)
        except RecordTooLarge:
            return self.refuse(source, Outcome.TOO_LARGE)
        telemetry.PUBLISH_SECONDS.observe(perf_counter() - started)
        _tell(source, taken)
        return taken.answer

    def _events(
        self, source: LeadSource, submission: Submission, content: Content, traceparent: str
    ) -> tuple[Sequence[Event], Sequence[str]]:
        """Return all that a submission says as events, and what of it cannot be used."""
        if not isinstance(content, Document):
            raise Misshapen(content.code, content.reason)
        try:
            parsed = source.parse(submission, content)
            if parsed.not_a_lead is not None:
                _tell_not_a_lead(submission.source, parsed.not_a_lead)
            raw = raw_of(submission, source.storable(submission)) if submission.source in self._mapped else None
            events = events_of(
                parsed, submission, source_kind=source.kind, keys=self._keys, traceparent=traceparent, raw=raw
            )
        except PermanentError:
            raise
        except Exception as error:
            # A fault of ours: no sender resends for ever, but a dead letter can wait until it is mended.
            reason = f"{type(error).__name__} in {_place(error)}: replay it when that is mended"
            raise Misshapen("fault_of_ours", reason) from error
        return events, parsed.faults

    def _refuse_unproved(self, source: str, judgement: Judgement, content: Content) -> Answer:
        if judgement.verdict is Verdict.CANNOT_TELL and not isinstance(content, Document):
            return self.refuse(source, Outcome.NOT_JSON, content.reason)
        reason = judgement.reason
        return self.refuse(source, Outcome.NOT_AUTHENTIC, WORDS[reason] if reason else None, reason=reason)

    def _not_durable(self, source: str, error: TransientError) -> Answer:
        answer = self.refuse(source, Outcome.NOT_DURABLE)
        pause_s = max(answer.retry_after_s or 0, round(error.retry_after_s or 0))
        return replace(answer, retry_after_s=pause_s)


def _tell(source: str, taken: _Taken) -> None:
    """Count and log what is durable now."""
    letter = taken.letter
    if letter is not None:
        telemetry.bound(telemetry.QUARANTINED, source).inc()
        log.error("submission quarantined", source=source, reason=letter.data.error, event_id=letter.id)
        return
    telemetry.bound(telemetry.ACCEPTED, source).inc()
    for lead, event_id in taken.ids:
        log.debug("accepted", source=source, lead_id=lead, event_id=event_id)


def _tell_not_a_lead(source: str, reason: str) -> None:
    telemetry.bound(telemetry.NOT_LEADS, source).inc()
    log.info("no lead in it", source=source, reason=reason)


def _place(error: Exception) -> str:
    frame = extract_tb(error.__traceback__)[-1]
    return f"{frame.name}:{frame.lineno}"


def _traceparent(submission: Submission) -> str:
    header = submission.headers.get(b"traceparent")
    return (traces.parse(header.decode("latin-1")) if header else None) or traces.begin()
