"""The kinds of senders: what each must be able to do, and the table of them. One file per kind."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol, runtime_checkable

from services.ingest.configuration import SourceConfiguration
from services.ingest.guard import Content, Document
from services.ingest.mapping.mapped import Mapped
from services.ingest.sources.context import SourceContext
from services.ingest.sources.form import Form
from services.ingest.sources.google_ads import GoogleAds
from services.ingest.sources.linkedin import LinkedIn
from services.ingest.sources.meta import Meta
from services.ingest.sources.webhook import Webhook
from services.ingest.submission import Greeting, Identity, Parsed, Submission
from services.ingest.verification.judgement import Judgement
from shared.domain.business import Question


class LeadSource(Protocol):
    """One door. All of it is pure: no clock, no network, no state between submissions.

    It is asked in this order: `greet` where it wants other methods than POST, `read`, `verify`, then `parse` or, where
    that fails, `identify`. A replay is not verified again.
    """

    @property
    def kind(self) -> str:
        """Name the kind of sender, as the configuration does."""
        ...

    @property
    def methods(self) -> frozenset[str]:
        """Name the HTTP methods that its sender uses, handshakes included."""
        ...

    @property
    def has_secret_path(self) -> bool:
        """Tell whether its URL ends in a secret segment."""
        ...

    @property
    def max_body_bytes(self) -> int:
        """Tell how long a body of its sender may be."""
        ...

    @property
    def has_own_errors(self) -> bool:
        """Tell whether its sender reads errors as `{"message": …}`; else they are problems as RFC 9457 writes them."""
        ...

    def greet(self, submission: Submission) -> Greeting | None:
        """Answer a handshake; None for what is none, or for one that does not prove itself. Never raises."""
        ...

    def storable(self, submission: Submission) -> Submission:
        """Return the submission as it may be kept: with what `read` and `parse` look at, and nothing that proves it."""
        ...

    def read(self, submission: Submission) -> Content:
        """Read the body under the guard's limits. Never raises, whatever the bytes."""
        ...

    def verify(self, submission: Submission, content: Content) -> Judgement:
        """Tell whether the sender knows the secret: from the raw bytes where they are signed, else from the content.

        Compares bytes, in constant time, with every secret that is valid now. Never raises.
        """
        ...

    def parse(self, submission: Submission, content: Document) -> Parsed:
        """Make leads of a document; a submission that is authentic and no lead gives none.

        Raises:
            Misshapen: it is not what the sender documents; keep it for people.
        """
        ...

    def identify(self, content: Content) -> Identity:
        """Tell what can be told of a submission that cannot be used. Never raises."""
        ...


@runtime_checkable
class MappedSource(Protocol):
    """A source whose leads are made by a mapping, which can tell what it left and what it guessed."""

    def map(self, submission: Submission, content: Document) -> Mapped:
        """Apply the mapping alone. Never raises."""
        ...


SOURCES: Mapping[str, Callable[[Any, SourceContext], LeadSource]] = {
    "form": Form,
    "google_ads": GoogleAds,
    "linkedin": LinkedIn,
    "meta": Meta,
    "webhook": Webhook,
}
"""Makers of sources by kind. Any: each takes its own kind of section."""


def make_sources(
    configurations: Mapping[str, SourceConfiguration],
    *,
    person_key: bytes,
    public_url: str | None,
    signing: Sequence[bytes] = (),
    questions: Mapping[str, Question] | None = None,
) -> dict[str, LeadSource]:
    """Make every configured source, by id.

    Raises:
        UsedWrongly: a sender signs the address it calls, and nobody told `public_url`.
    """
    return {
        name: SOURCES[section.kind](section, SourceContext(name, person_key, public_url, signing, questions or {}))
        for name, section in configurations.items()
    }
