"""The ports that every service stands on: the event log, what a table still has to announce, and mail."""

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple, Protocol, Self

from shared.domain.errors import RecordTooLarge
from shared.domain.events import Event, encode

if TYPE_CHECKING:  # who has no tables, such as the door of ingest, need not load SQLAlchemy for a name
    from sqlalchemy.ext.asyncio import AsyncConnection


@dataclass(frozen=True, slots=True)
class Message:
    """One event on its way into the log. The log never reads `value`.

    Messages of one `key` keep their order, as far as one publisher sends them.
    """

    topic: str
    key: bytes
    value: bytes

    @classmethod
    def of(cls, event: Event) -> Self:
        """Write an event for its topic."""
        return cls(event.topic, event.partitionkey.encode(), encode(event))


TOPIC_MAX_BYTES = 1024 * 1024
"""Kafka's `max.message.bytes`, set on every topic."""
MAX_RECORD_BYTES = TOPIC_MAX_BYTES - 64 * 1024
"""What a message may have in any log; the rest is for the envelope that Kafka puts around a record."""


def refuse_too_large(messages: Sequence[Message]) -> None:
    """Raise RecordTooLarge if the key and value of any message are over `MAX_RECORD_BYTES` together.

    A broker's refusal would come too late: with idempotence on it stops the partition for that producer for ever
    (aiokafka issue 1017).
    """
    for message in messages:
        size = len(message.key) + len(message.value)
        if size > MAX_RECORD_BYTES:
            raise RecordTooLarge(f"A record for {message.topic} has {size} bytes; the limit is {MAX_RECORD_BYTES}")


class TopicPartition(NamedTuple):
    """A topic's partition; the embedded log has only number 0."""

    topic: str
    partition: int


@dataclass(frozen=True, slots=True)
class Record:
    """One event in the log, at its place."""

    topic: str
    partition: int
    offset: int
    key: bytes
    value: bytes
    appended_at: datetime

    @property
    def position(self) -> str:
        """Name the place as people and dead letters write it: `topic/partition/offset`."""
        return f"{self.topic}/{self.partition}/{self.offset}"


@dataclass(frozen=True, slots=True)
class Arrival:
    """One event with its place in the log."""

    event: Event
    record: Record


Positions = Mapping[TopicPartition, int]


class EventPublisher(Protocol):
    """Put events into the log."""

    async def publish(self, messages: Sequence[Message]) -> None:
        """Return when every message is durable: the caller may then answer, or commit.

        May be called by many tasks at once. May store a message twice (never none) when an
        acknowledgement was lost, so readers go by the event's id.

        Raises:
            RecordTooLarge: before anything of this call was sent.
            TransientError: some or none of the messages are in the log; publish them all again.
        """
        ...


class EventConsumer(Protocol):
    """Read the topics of one group from where the group last committed."""

    async def fetch(self, max_records: int, timeout_s: float) -> Sequence[Record]:
        """Return up to `max_records` after those fetched before, in order per partition; none after `timeout_s`.

        Raises:
            TransientError: the log is away; fetch again.
        """
        ...

    async def commit(self) -> None:
        """Make everything fetched so far the group's past.

        Raises:
            NotMine: some of it belongs to another member now. Drop the work; fetch starts at what is still ours.
            TransientError: unknown whether it was committed; do the work again.
        """
        ...

    async def rewind(self) -> None:
        """Let the next fetch begin again after the last commit. Never raises for a log that is away."""
        ...


class EventReader(Protocol):
    """Look at the log without belonging to a group: for tail, replay, recount and lag."""

    def read(self, topics: Sequence[str], since: Positions | None = None) -> AsyncIterator[Sequence[Record]]:
        """Yield batches from `since` (else from the oldest kept) up to where the log ended at the call."""
        ...

    async def positions(self, topics: Sequence[str], group: str | None = None) -> Positions:
        """Tell each partition's next offset: the log's own, or with `group` the one that group reads next."""
        ...


class EventLog(Protocol):
    """One stack's event log: what it hands out lives until it stops."""

    async def start(self) -> None:
        """Open it. Succeeds while a server is away."""
        ...

    async def stop(self) -> None:
        """Finish what was begun and let go, in bounded time."""
        ...

    async def migrate(self, topics: Sequence[str]) -> Sequence[str]:
        """Make the topics that are missing; return warnings for people."""
        ...

    def publisher(self) -> EventPublisher:
        """Return the publisher, shared by all callers."""
        ...

    def consumer(self, group: str, topics: Sequence[str]) -> EventConsumer:
        """Return a member of a group; it joins when it first fetches."""
        ...

    def reader(self) -> EventReader:
        """Return a reader that belongs to no group."""
        ...


class Database(Protocol):
    """The tables of one service. Both verbs raise DatabaseUnavailable where the database does not answer."""

    def write(self) -> "AbstractAsyncContextManager[AsyncConnection]":
        """Open a transaction that may write: committed when the block ends, rolled back when it raises.

        On SQLite it begins IMMEDIATE, and the process's writers take turns: keep it short, await nothing slow in it.
        """
        ...

    def read(self) -> "AbstractAsyncContextManager[AsyncConnection]":
        """Open a snapshot that may only read."""
        ...


class Announcements(Protocol):
    """What a table holds that the log does not know yet."""

    async def unannounced(self, limit: int) -> Sequence[tuple[str, Message]]:
        """Return the oldest rows that this process should announce, each with its id."""
        ...

    async def mark(self, ids: Iterable[str]) -> None:
        """Note that these are in the log. A row not marked is announced again, under the same event id."""
        ...


@dataclass(frozen=True, slots=True)
class Mail:
    """One e-mail, plain text. `message_id` is the same at every attempt."""

    message_id: str
    to: str
    subject: str
    text: str


class Mailer(Protocol):
    """Send mail to people."""

    async def send(self, mail: Mail) -> str:
        """Return where it went, once it is the next host's (or on disk).

        Raises:
            PermanentError: this mail is refused for ever.
            TransientError: try again later.
        """
        ...
