"""Every error that crosses a room, and what the one who catches it should do.

TrattError
├── PermanentError                never again: the record becomes a dead letter
│   ├── RecordTooLarge            refused before it was sent
│   └── UnreadableRecord          bytes that are no event of ours
├── TransientError                wait, then do the same again; may carry retry_after_s
│   ├── EventLogUnavailable       the event log does not answer
│   ├── DatabaseUnavailable       the tables do not answer
│   └── NotDurable                neither the event log nor the spill could keep it
├── NotMine                       another member of the group took over: drop the work, do not retry
└── UsedWrongly                   a person must change a command, a setting or a configuration
    └── ConfigurationError        every fault, with file, line and key
"""

from collections.abc import Sequence
from dataclasses import dataclass


class TrattError(Exception):
    """Stand above every error of ours. Its text never holds personal data."""


class PermanentError(TrattError):
    """Say that this one can never succeed, however long one waits."""


class RecordTooLarge(PermanentError):
    """Say that a record is over the size the event log takes. Raised before anything is sent."""


class UnreadableRecord(PermanentError):
    """Say that bytes found on a topic are not an event this version can read."""


class TransientError(TrattError):
    """Say that waiting may help: rewind, wait `retry_after_s` (or the caller's own pause), do it again."""

    def __init__(self, message: str, *, retry_after_s: float | None = None) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class EventLogUnavailable(TransientError):
    """Say that the event log did not acknowledge: the records may or may not be in it."""


class DatabaseUnavailable(TransientError):
    """Say that the database did not answer: the transaction may or may not be committed."""


class NotDurable(TransientError):
    """Say that nothing could be made durable anywhere: the sender must be told to come again."""


class NotMine(TrattError):
    """Say that another member owns these records by now: drop what was done, fetch anew."""


class UsedWrongly(TrattError):
    """Say that a person used a command, a setting or a file wrongly; the text names the way out."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault of a configuration: where it is and how to get rid of it."""

    file: str
    line: int
    key: str
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.key}: {self.message}"


class ConfigurationError(UsedWrongly):
    """Carry every fault of a configuration, not only the first."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("\n".join(map(str, faults)))
        self.faults = tuple(faults)
