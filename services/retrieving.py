"""What fetches leads from their platforms, from one stack: for the role, and for the commands that ask a platform."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from services.ingest.configuration.platform import PlatformSettings
from services.ingest.events import Keys
from services.ingest.retrieval.fetchers import make_fetchers
from services.ingest.retrieval.healing import GapHealer, Healing
from services.ingest.retrieval.loop import RetrievalLoop
from services.ingest.retrieval.loop_ports import Platform
from services.ingest.retrieval.ports import LeadFetcher
from services.ingest.retrieval.step import NoticeStep
from services.ingest.retrieval.store.claims import SqlClaims
from services.ingest.retrieval.store.holds import SqlHolds
from services.ingest.retrieval.store.pending import SqlPendingLeads
from services.ingest.retrieval.watching import BacklogWatch
from services.wiring import Stack
from shared.runtime.store.leases import ProcessLease


@dataclass(frozen=True, slots=True)
class Retrieval:
    """The parts of the role: what comes in, what fetches, what looks for gaps, what shows the backlog."""

    step: NoticeStep
    loop: RetrievalLoop
    healer: GapHealer
    watch: BacklogWatch


def platform_sections(stack: Stack) -> Mapping[str, PlatformSettings]:
    """Return the sections of the sources whose leads are fetched."""
    sources = stack.configuration.sources
    return {name: section for name, section in sources.items() if isinstance(section, PlatformSettings)}


def fetchers(stack: Stack) -> Mapping[str, LeadFetcher]:
    """Make the fetcher of every such source; whoever asked closes them."""
    return make_fetchers(stack.configuration.sources, person_key=stack.keys.person)


async def retrieval(stack: Stack, lease: ProcessLease, progress: Callable[[], None]) -> Retrieval:
    """Build the role. What waits for a permission is tried at once: the configuration may have changed."""
    sections, made = platform_sections(stack), fetchers(stack)
    holds, pending = SqlHolds(stack.database), SqlPendingLeads(stack.database)
    await holds.probe_now(sections)
    probe_every_s = {name: section.probe_every.total_seconds() for name, section in sections.items()}
    loop = RetrievalLoop(
        SqlClaims(stack.database, lease, probe_every_s=probe_every_s),
        stack.log.publisher(),
        lease=lease,
        platforms={
            name: Platform(made[name], section.concurrency, section.give_up_after) for name, section in sections.items()
        },
        keys=Keys(stack.keys.person, stack.configuration.company.country),
        progress=progress,
    )
    return Retrieval(
        step=NoticeStep(pending, set(sections), wake=loop.wake, clock=time.time),
        loop=loop,
        healer=gap_healer(stack, made),
        watch=BacklogWatch(holds, set(sections)),
    )


def gap_healer(stack: Stack, made: Mapping[str, LeadFetcher]) -> GapHealer:
    """Build what compares the platforms' lists with what came, for the sources that have a token."""
    return GapHealer(
        SqlPendingLeads(stack.database),
        stack.log.publisher(),
        {
            name: Healing(made[name], section.kind, section.heal_every, section.heal_back)
            for name, section in platform_sections(stack).items()
            if section.token is not None
        },
    )
