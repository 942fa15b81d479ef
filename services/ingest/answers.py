"""What a sender can be told."""

from dataclasses import dataclass
from enum import StrEnum

from services.ingest.submission import Greeting


class Outcome(StrEnum):
    """What became of a submission."""

    ACCEPTED = "accepted"
    QUARANTINED = "quarantined"
    GREETED = "greeted"
    NOT_JSON = "not_json"
    TOO_LARGE = "too_large"
    TOO_SLOW = "too_slow"
    NOT_AUTHENTIC = "not_authentic"
    UNKNOWN_SOURCE = "unknown_source"
    WRONG_METHOD = "wrong_method"
    NOT_DURABLE = "not_durable"
    BUSY = "busy"


MESSAGES = {
    Outcome.TOO_LARGE: "the body is larger than is taken here",
    Outcome.TOO_SLOW: "the body did not arrive in time",
    Outcome.NOT_AUTHENTIC: "the key is missing or wrong: compare it with the one in our configuration",
    Outcome.UNKNOWN_SOURCE: "there is no such source: check the URL",
    Outcome.WRONG_METHOD: "this sender uses another method: see Allow",
    Outcome.NOT_DURABLE: "the lead could not be stored just now: send it again",
    Outcome.BUSY: "too many requests at once: send it again",
}
"""What a refused sender is told; whoever set up the form reads it there."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What to tell the sender.

    `message` and `retry_after_s` only where it was refused, `methods` where for its method; `greeting` to a handshake.
    `is_problem`: the sender has no shape of its own for errors, so it gets a problem as RFC 9457 writes it.
    `location` is the page to send a person to, where one posted a form.
    """

    outcome: Outcome
    message: str | None = None
    retry_after_s: int | None = None
    methods: tuple[str, ...] = ()
    greeting: Greeting | None = None
    is_problem: bool = False
    location: str | None = None


ACCEPTED = Answer(Outcome.ACCEPTED)
QUARANTINED = Answer(Outcome.QUARANTINED)
