"""Accept what senders submit: guard, verify, parse, publish; and answer only when it is durable."""

import base64
import secrets
from collections.abc import Mapping, Sequence
from time import perf_counter
from traceback import extract_tb

import structlog

from services.ingest.answers import ACCEPTED, MESSAGES, QUARANTINED, Answer, Outcome
from services.ingest.events import lead_received, quarantined
from services.ingest.guard import MAX_BODY_BYTES, Content, Document
from services.ingest.sources import LeadSource
from services.ingest.submission import Misshapen, Submission, SubmittedLead, Verdict
from shared.domain.errors import PermanentError, RecordTooLarge, TransientError
from shared.domain.events import DeadLetter, Event, LeadReceived
from shared.ports import EventPublisher, Message
from shared.runtime import telemetry, traces

log = structlog.get_logger()

RETRY_AFTER_S = 5
JITTER_S = 5
"""Senders that were turned away together must not come back together."""


class IngestService:
    """The door's one rule: a sender hears of success when its lead is durable, and not before.

    A repeat is published again under the same event id, so no state is kept between submissions.
    """

    def __init__(
        self, publisher: EventPublisher, sources: Mapping[str, LeadSource], *, person_key: bytes, country: str
    ) -> None:
        self._publisher = publisher
        self._sources = sources
        self._person_key = person_key
        self._country = country

    async def accept(self, submission: Submission) -> Answer:
        """Take one submission in. Never raises for anything a sender can do.

        Raises nothing for a log that is away either: the answer then asks the sender to come again.
        """
        source = self._sources.get(submission.source)
        if source is None:
            return self.refuse(submission.source, Outcome.UNKNOWN_SOURCE)
        if len(submission.body) > MAX_BODY_BYTES:
            return self.refuse(submission.source, Outcome.TOO_LARGE)
        content = source.read(submission)
        verdict = source.verify(submission, content)
        if verdict is not Verdict.AUTHENTIC:
            return self._refuse_unproved(submission.source, verdict, content)
        try:
            return await self._take_in(source, submission, content)
        except TransientError as error:
            return self._not_durable(submission.source, error)
        except RecordTooLarge:
            return self.refuse(submission.source, Outcome.TOO_LARGE)

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
        submission = _as_it_came(letter)
        events = self._events(source, submission, source.read(submission), letter.traceparent or traces.begin())
        await self._publish(events)
        return [event.subject for event in events]

    def refuse(self, source: str, outcome: Outcome, message: str | None = None) -> Answer:
        """Count and log a refusal, and say what the sender is told. `source` may be a name we do not have."""
        known = source if source in self._sources else "unknown"
        telemetry.bound(telemetry.REFUSED, known, outcome.value).inc()
        log.warning("submission refused", source=known, reason=outcome.value)
        is_temporary = outcome in {Outcome.NOT_DURABLE, Outcome.BUSY}
        pause_s = RETRY_AFTER_S + secrets.randbelow(JITTER_S + 1) if is_temporary else None
        return Answer(outcome, message or MESSAGES[outcome], pause_s)

    async def _take_in(self, source: LeadSource, submission: Submission, content: Content) -> Answer:
        traceparent = _traceparent(submission)
        try:
            events = self._events(source, submission, content, traceparent)
            await self._publish(events)
        except Misshapen as error:
            fault = error
        except RecordTooLarge as error:
            fault = Misshapen("record_too_large", str(error))
        else:
            telemetry.bound(telemetry.ACCEPTED, submission.source).inc()
            for event in events:
                log.debug("lead accepted", source=submission.source, lead_id=event.subject, event_id=event.id)
            return ACCEPTED
        return await self._quarantine(quarantined(submission, source, content, fault, traceparent=traceparent))

    def _events(
        self, source: LeadSource, submission: Submission, content: Content, traceparent: str
    ) -> Sequence[Event]:
        if not isinstance(content, Document):
            raise Misshapen(content.code, content.reason)
        try:
            leads = source.parse(submission, content).leads
            return [self._event(source, submission, lead, traceparent) for lead in leads]
        except PermanentError:
            raise
        except Exception as error:
            # A fault of ours: no sender resends for ever, but a dead letter can wait until it is mended.
            reason = f"{type(error).__name__} in {_place(error)}: replay it when that is mended"
            raise Misshapen("fault_of_ours", reason) from error

    def _event(self, source: LeadSource, submission: Submission, lead: SubmittedLead, traceparent: str) -> LeadReceived:
        return lead_received(
            lead,
            submission,
            source_kind=source.kind,
            key=self._person_key,
            country=self._country,
            traceparent=traceparent,
        )

    async def _quarantine(self, letter: DeadLetter) -> Answer:
        await self._publish([letter])
        source = letter.data.source or ""
        telemetry.bound(telemetry.QUARANTINED, source).inc()
        log.error("submission quarantined", source=source, reason=letter.data.error, event_id=letter.id)
        return QUARANTINED

    async def _publish(self, events: Sequence[Event]) -> None:
        started = perf_counter()
        await self._publisher.publish([Message.of(event) for event in events])
        telemetry.PUBLISH_SECONDS.observe(perf_counter() - started)

    def _refuse_unproved(self, source: str, verdict: Verdict, content: Content) -> Answer:
        if verdict is Verdict.CANNOT_TELL and not isinstance(content, Document):
            return self.refuse(source, Outcome.NOT_JSON, content.reason)
        return self.refuse(source, Outcome.NOT_AUTHENTIC)

    def _not_durable(self, source: str, error: TransientError) -> Answer:
        answer = self.refuse(source, Outcome.NOT_DURABLE)
        pause_s = max(answer.retry_after_s or 0, round(error.retry_after_s or 0))
        return Answer(answer.outcome, answer.message, pause_s)


def _place(error: Exception) -> str:
    frame = extract_tb(error.__traceback__)[-1]
    return f"{frame.name}:{frame.lineno}"


def _traceparent(submission: Submission) -> str:
    header = submission.headers.get(b"traceparent")
    return (traces.parse(header.decode("latin-1")) if header else None) or traces.begin()


def _as_it_came(letter: DeadLetter) -> Submission:
    media_type = letter.data.media_type
    return Submission(
        source=letter.data.source or "",
        method="POST",
        path="",
        query=b"",
        headers={b"content-type": media_type.encode("latin-1")} if media_type else {},
        body=base64.b64decode(letter.data.bytes),
        received_at=letter.time,
    )
