"""A life as one list of what happened, in order of time: for the page and the terminal."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from services.console.life import Life


@dataclass(frozen=True, slots=True)
class Happening:
    """One thing that happened. `what` is a key of the words; `details` are facts in no language, best first."""

    at: datetime
    what: str
    details: tuple[str, ...] = ()


def history_of(life: Life) -> list[Happening]:
    """Tell what happened to a lead, oldest first; what happened at once stands in the order of the stages."""
    return sorted(_happenings(life), key=lambda one: one.at)


def _told(life: Life) -> Iterator[Happening]:
    """Tell what the senders told."""
    for notice in life.notices:
        yield Happening(notice.at, "found" if notice.healed else "told_of", (notice.platform, notice.notice_id))
    for receipt in life.receipts:
        yield Happening(receipt.at, receipt.kind, ("healed",) if receipt.healed else ())
    for consent in life.consents:
        yield Happening(consent.at, "consented", (consent.purpose, *consent.channels, consent.basis))
    for activity in life.activities:
        yield Happening(activity.at, "activity", (activity.kind,))
    for erasure in life.erasures:
        yield Happening(erasure.at, "erasure", (erasure.reason,))


def _happenings(life: Life) -> Iterator[Happening]:
    yield from _told(life)
    for revision in life.revisions:
        yield Happening(revision.at, "scored", (f"{revision.fit:g}", revision.stage, f"r{revision.revision}"))
    for decided in life.decisions:
        number, rule = decided.decision.number, decided.decision.rule
        said = (decided.reason.code if decided.reason else None, rule, decided.assignment.owner, f"#{number}")
        yield Happening(decided.at, f"place.{decided.outcome}", tuple(part for part in said if part))
    for delivery in life.deliveries:
        for attempt in delivery.attempts:
            what = "delivered" if attempt.delivered else "failed" if attempt.final else "waiting"
            code = (attempt.outcome, attempt.vendor_code)
            why = () if attempt.delivered else tuple(part for part in code if part)
            shown = (delivery.destination, *why, f"{attempt.elapsed_ms:.0f} ms")
            yield Happening(attempt.at, f"delivery.{what}", shown)
    for death in life.dead_letters:
        yield Happening(death.at, "died", (death.stage, death.error, death.reason))
        for replay in death.replays:
            yield Happening(replay.at, "replayed", (replay.by, replay.why))
    for command in life.commands:
        yield Happening(command.at, "command", (command.verb, command.by, command.why))
