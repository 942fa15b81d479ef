"""The platforms that leads are fetched from: the table of fetchers by kind of source."""

from collections.abc import Callable, Mapping
from typing import Any

from services.ingest.configuration import SourceConfiguration
from services.ingest.retrieval.linkedin import LinkedInFetcher
from services.ingest.retrieval.meta import MetaFetcher
from services.ingest.retrieval.ports import LeadFetcher
from services.ingest.sources.context import SourceContext

FETCHERS: Mapping[str, Callable[[Any, SourceContext], LeadFetcher]] = {
    "linkedin": LinkedInFetcher,
    "meta": MetaFetcher,
}
"""Makers of fetchers by kind of source. Any: each takes its own kind of section, a `PlatformSettings`."""


def make_fetchers(configurations: Mapping[str, SourceConfiguration], *, person_key: bytes) -> dict[str, LeadFetcher]:
    """Make the fetcher of every source that has notices, by the source's id."""
    return {
        name: FETCHERS[section.kind](section, SourceContext(name, person_key))
        for name, section in configurations.items()
        if section.kind in FETCHERS
    }
