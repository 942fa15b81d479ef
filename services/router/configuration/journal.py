"""The section of a destination of kind `journal`."""

from typing import Literal

from services.router.configuration.destination import DestinationSection


class JournalSection(DestinationSection):
    """The section of a journal. A relative `path` lies in the data folder."""

    kind: Literal["journal"]
    path: str = "delivered.jsonl"
