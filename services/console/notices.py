"""The ledger of notices: a lead that a platform told of is fetched, deleted, dead or still waited for. Pure counting.

What retrieval holds stands in its own table, which is nobody else's to read. So a waiting notice that fell out of that
table looks, to the topics, like one that waits: it shows by its age. It is called lost once it waited longer than
platforms are known to keep a lead, and no sooner; and only behind what retrieval has committed.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from shared.domain.events import Topic
from shared.ports import Positions, TopicPartition

LOST_AFTER = timedelta(days=90)
"""How long Meta and LinkedIn keep a lead, as far as is known (inbound-sources 2 and 3, both unconfirmed)."""


class NoticeState(StrEnum):
    """What became of a notice. `LOST` is none of what should: a person must look."""

    FETCHED = "fetched"
    DELETED = "deleted"
    DEAD = "dead"
    WAITING = "waiting"
    LOST = "lost"


class Teller(NamedTuple):
    """Who told of a lead, and whether it was a test."""

    source: str
    platform: str
    is_test: bool


@dataclass(frozen=True, slots=True)
class WaitingNotice:
    """A notice without an end: when it came, and where it stands in `leads.notified`."""

    lead_id: str
    teller: Teller
    notified_at: datetime
    partition: int
    offset: int

    @property
    def position(self) -> str:
        """Name its record as dead letters do."""
        return f"{Topic.NOTIFIED}/{self.partition}/{self.offset}"

    def is_read(self, committed: Positions) -> bool:
        """Tell whether retrieval has taken it over."""
        return self.offset < committed.get(TopicPartition(Topic.NOTIFIED, self.partition), 0)


@dataclass(frozen=True, slots=True)
class NoticeCount:
    """What was found, in the model or in the topics: how many have which end, and those that have none."""

    ended: Mapping[tuple[Teller, NoticeState], int] = field(default_factory=dict)
    waiting: Sequence[WaitingNotice] = ()


NONE_COUNTED = NoticeCount()


@dataclass(frozen=True, slots=True)
class NoticeTally:
    """What became of a source's notices. Of those `waiting`, retrieval has yet to read `unread`.

    `platform` is None where there are several.
    """

    platform: str | None = None
    notified: int = 0
    fetched: int = 0
    deleted: int = 0
    dead: int = 0
    waiting: int = 0
    lost: int = 0
    unread: int = 0
    oldest_waiting_at: datetime | None = None

    @property
    def adds_up(self) -> bool:
        """Tell whether every notice has one state."""
        return self.lost == 0 and self.notified == self.fetched + self.deleted + self.dead + self.waiting


NO_TALLY = NoticeTally()


@dataclass(frozen=True, slots=True)
class LostNotice:
    """A notice that waited longer than its platform keeps the lead."""

    lead_id: str
    source: str
    position: str
    notified_at: datetime


@dataclass(frozen=True, slots=True)
class NoticeLedger:
    """The statement, by source in order; tests apart."""

    sources: Mapping[str, NoticeTally] = field(default_factory=dict)
    tests: NoticeTally = NO_TALLY
    lost: tuple[LostNotice, ...] = ()

    @property
    def adds_up(self) -> bool:
        """Tell whether nothing is lost and every sum holds."""
        return all(tally.adds_up for tally in (*self.sources.values(), self.tests))


NO_NOTICES = NoticeLedger()


@dataclass(frozen=True, slots=True)
class Limits:
    """What a waiting notice is measured by: how far retrieval has committed, and when `lost_before` it must have come.

    While the console is behind, an end may be among what it has not read: then `lost_before` is None.
    """

    committed: Positions
    dead_positions: frozenset[str]
    lost_before: datetime | None


def notice_ledger_of(count: NoticeCount, limits: Limits) -> NoticeLedger:
    """Give every notice one state, and add up."""
    states = Counter(count.ended)
    judged = [(notice, _state(notice, limits)) for notice in count.waiting]
    states.update((notice.teller, state) for notice, state in judged)
    waiting = [notice for notice, state in judged if state is NoticeState.WAITING]
    sources = sorted({teller.source for teller, _ in states if not teller.is_test})
    return NoticeLedger(
        sources={
            source: _tally(
                {key: n for key, n in states.items() if key[0].source == source and not key[0].is_test},
                [one for one in waiting if one.teller.source == source and not one.teller.is_test],
                limits.committed,
            )
            for source in sources
        },
        tests=_tally(
            {key: n for key, n in states.items() if key[0].is_test},
            [one for one in waiting if one.teller.is_test],
            limits.committed,
        ),
        lost=tuple(_lost(notice) for notice, state in sorted(judged, key=_by_age) if state is NoticeState.LOST),
    )


def _state(notice: WaitingNotice, limits: Limits) -> NoticeState:
    if notice.position in limits.dead_positions:
        return NoticeState.DEAD
    is_old = limits.lost_before is not None and notice.notified_at < limits.lost_before
    return NoticeState.LOST if is_old and notice.is_read(limits.committed) else NoticeState.WAITING


def _by_age(judged: tuple[WaitingNotice, NoticeState]) -> tuple[datetime, str]:
    return judged[0].notified_at, judged[0].lead_id


def _lost(notice: WaitingNotice) -> LostNotice:
    return LostNotice(notice.lead_id, notice.teller.source, notice.position, notice.notified_at)


def _tally(
    states: Mapping[tuple[Teller, NoticeState], int], waiting: Sequence[WaitingNotice], committed: Positions
) -> NoticeTally:
    by_state: Counter[NoticeState] = Counter()
    for (_, state), n in states.items():
        by_state[state] += n
    platforms = {teller.platform for teller, _ in states}
    return NoticeTally(
        platform=platforms.pop() if len(platforms) == 1 else None,
        notified=by_state.total(),
        unread=sum(not notice.is_read(committed) for notice in waiting),
        oldest_waiting_at=min((notice.notified_at for notice in waiting), default=None),
        **{str(state): by_state[state] for state in NoticeState},
    )
