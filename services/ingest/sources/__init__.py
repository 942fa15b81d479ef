"""The kinds of senders: what each must be able to do, and the table of them. One file per kind."""

from collections.abc import Callable, Mapping
from typing import Protocol

from services.ingest.configuration import SourceConfiguration
from services.ingest.guard import Content, Document
from services.ingest.sources.google_ads import GoogleAds
from services.ingest.submission import Identity, Parsed, Submission, Verdict


class LeadSource(Protocol):
    """One door. All of it is pure: no clock, no network, no state between submissions.

    It is asked in this order: `read`, `verify`, then `parse` or, where that fails, `identify`. A replay is not verified
    again.
    """

    @property
    def kind(self) -> str:
        """Name the kind of sender, as the configuration does."""
        ...

    def read(self, submission: Submission) -> Content:
        """Read the body under the guard's limits. Never raises, whatever the bytes."""
        ...

    def verify(self, submission: Submission, content: Content) -> Verdict:
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


SOURCES: Mapping[str, Callable[[str, SourceConfiguration, bytes], LeadSource]] = {
    "google_ads": GoogleAds,
}
"""Makers of sources by kind. They take the source's id, its configuration and the key of personal hashes."""


def make_sources(configurations: Mapping[str, SourceConfiguration], person_key: bytes) -> dict[str, LeadSource]:
    """Make every configured source, by id."""
    return {name: SOURCES[section.kind](name, section, person_key) for name, section in configurations.items()}
