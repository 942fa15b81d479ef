"""What a source is made with, beside its own section of the configuration."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from shared.domain.business import Question


@dataclass(frozen=True, slots=True)
class SourceContext:
    """The source's id, the key of personal hashes, and where senders reach us (None where nobody told).

    `signing` are the keys of what we sign ourselves, the first of which signs; `questions` are the company's own.
    """

    source: str
    person_key: bytes
    public_url: str | None = None
    signing: Sequence[bytes] = field(default=(), repr=False)
    questions: Mapping[str, Question] = field(default_factory=dict)
