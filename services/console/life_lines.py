"""The lines of a life that stand for one event each: notices, consents, activities, deaths, commands. Pure."""

from collections.abc import Iterable, Sequence

from services.console.life import Activity, Command, Consent, Death, Erasure, Notice, Replay
from shared.domain.events import (
    ActivityRecorded,
    CommandIssued,
    ConsentGiven,
    DeadLetter,
    DeadLetterReplayed,
    ErasureRequested,
    Event,
    LeadNotified,
)


def notices_of(told: Iterable[Event]) -> list[Notice]:
    """List the times that a platform told of the lead."""
    return [
        Notice(
            at=event.time,
            platform=event.data.platform,
            notice_id=event.data.notice_id,
            form_id=event.data.form_id,
            healed=event.data.healed,
        )
        for event in told
        if isinstance(event, LeadNotified)
    ]


def activities_of(told: Iterable[Event]) -> list[Activity]:
    """List what the person did."""
    return [
        Activity(at=event.data.occurred_at, kind=event.data.kind)
        for event in told
        if isinstance(event, ActivityRecorded)
    ]


def consents_of(told: Iterable[Event]) -> list[Consent]:
    """List what the person agreed to."""
    return [
        Consent(at=event.data.at, purpose=event.data.purpose, basis=event.data.basis, channels=event.data.channels)
        for event in told
        if isinstance(event, ConsentGiven)
    ]


def erasures_of(told: Iterable[Event]) -> list[Erasure]:
    """List who wanted the lead forgotten."""
    return [Erasure(at=event.time, reason=event.data.reason) for event in told if isinstance(event, ErasureRequested)]


def deaths_of(told: Sequence[Event]) -> list[Death]:
    """List the records of the lead that a stage gave up, each with the times it was sent in again."""
    replays: dict[str, list[Replay]] = {}
    for event in told:
        if isinstance(event, DeadLetterReplayed):
            replay = Replay(at=event.time, by=event.data.by, why=event.data.why)
            replays.setdefault(event.data.dead_letter, []).append(replay)
    return [
        Death(
            id=letter.id,
            at=letter.time,
            stage=letter.data.stage,
            position=letter.data.position,
            error=letter.data.error,
            reason=letter.data.reason,
            attempts=letter.data.attempts,
            replays=replays.get(letter.id, []),
        )
        for letter in told
        if isinstance(letter, DeadLetter)
    ]


def commands_of(told: Iterable[Event]) -> list[Command]:
    """List what people asked for."""
    return [
        Command(at=event.time, verb=event.data.verb, by=event.data.by, why=event.data.why)
        for event in told
        if isinstance(event, CommandIssued)
    ]
