"""What a door has beside a source's verbs where browsers post to it: answers for people, and for pages' scripts."""

from collections.abc import Mapping, Sequence
from typing import Protocol, runtime_checkable

from services.ingest.guard import Content
from services.ingest.submission import Submission


@runtime_checkable
class PageDoor(Protocol):
    """A source that pages post to. Pure, as all of a source."""

    def next_page(self, submission: Submission, content: Content) -> str | None:
        """Return the address to send the person to after a submission was taken in; None for a plain answer.

        It is one of the configured pages, ASCII and without a control character. Never raises.
        """
        ...

    def headers(self, asked: Mapping[bytes, bytes]) -> Sequence[tuple[bytes, bytes]]:
        """Return the headers that every answer to a request with these headers has, refusals included."""
        ...
