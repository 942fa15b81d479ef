"""What people asked for, and what could not be handled."""

from typing import Any, ClassVar, Literal

from shared.domain.events.envelope import Envelope, Topic
from shared.domain.model import Frozen


class CommandData(Frozen):
    """What a person wants: `verb` upon `target` (a lead id, a destination's name, …), who and why.

    Any: a verb's arguments are its own; the role that carries it out validates them.
    """

    verb: str
    target: str
    arguments: dict[str, Any] = {}
    by: str
    why: str


class CommandIssued(Envelope):
    """A person or a command asked for a change."""

    topic: ClassVar[Topic] = Topic.COMMAND
    type: Literal["tratt.command.issued.v1"] = "tratt.command.issued.v1"
    data: CommandData


class DeadLetterData(Frozen):
    """What can never succeed as it is: the original bytes, where they stood and why.

    `stage` is the role a replay re-enters, `topic` and `position` are where the record lay. `bytes` is base64.
    `method`, `media_type`, `query` and `headers` are the request's, at ingest; of the last two what a source reads, and
    never what proves the sender.
    `error` is the error's class, `reason` a sentence without personal data (at worst with a traceback's places).
    """

    lead_id: str | None = None
    source: str | None = None
    source_kind: str | None = None
    is_test: bool = False
    stage: Literal["ingest", "retrieval", "scorer", "router"]
    topic: str | None = None
    position: str | None = None
    key: str | None = None
    error: str
    reason: str
    attempts: int
    method: str | None = None
    media_type: str | None = None
    query: str | None = None
    headers: dict[str, str] = {}
    bytes: str


class DeadLetter(Envelope):
    """Something authentic could not be handled; nothing of it is lost."""

    topic: ClassVar[Topic] = Topic.DEAD
    type: Literal["tratt.dead.letter.v1"] = "tratt.dead.letter.v1"
    data: DeadLetterData


class DeadLetterReplayedData(Frozen):
    """A dead letter re-entered its stage."""

    dead_letter: str
    lead_id: str | None = None
    by: str
    why: str


class DeadLetterReplayed(Envelope):
    """A person sent a dead letter in again."""

    topic: ClassVar[Topic] = Topic.DEAD
    type: Literal["tratt.dead.replayed.v1"] = "tratt.dead.replayed.v1"
    data: DeadLetterReplayedData
