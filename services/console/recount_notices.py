"""Count the notices from the topics alone, as `recount` counts the leads."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from services.console.notices import NoticeCount, NoticeState, Teller, WaitingNotice
from shared.domain.events import LeadNotified
from shared.ports import Record


@dataclass(slots=True)
class NoticeRecount:
    """What the topics said of notices so far, in any order: the first of each lead, and which leads were given up."""

    deleted: set[str] = field(default_factory=set)
    dead: set[str] = field(default_factory=set)
    _first: dict[str, tuple[datetime, int, int, Teller, datetime]] = field(default_factory=dict)

    def notified(self, event: LeadNotified, record: Record) -> None:
        """Take a notice into account."""
        data = event.data
        teller = Teller(data.source, data.platform, data.is_test)
        told = (event.time, record.partition, record.offset, teller, record.appended_at)
        self._first[data.lead_id] = min(self._first.get(data.lead_id, told), told)

    def count(self, fetched: Mapping[str, bool], *, horizon: datetime | None) -> NoticeCount:
        """Return what was found, without the notices that came before `horizon`: their ends may be deleted.

        `fetched` tells of every lead there is whether it is a test, which its notice may not have known.
        """
        ended: Counter[tuple[Teller, NoticeState]] = Counter()
        waiting = []
        for lead, (at, partition, offset, told_by, appended_at) in self._first.items():
            if horizon is not None and appended_at < horizon:
                continue
            end = self._end(lead, fetched)
            teller = told_by._replace(is_test=fetched.get(lead, told_by.is_test))
            if end is None:
                waiting.append(WaitingNotice(lead, teller, at, partition, offset))
            else:
                ended[teller, end] += 1
        return NoticeCount(ended, waiting)

    def _end(self, lead: str, fetched: Mapping[str, bool]) -> NoticeState | None:
        if lead in fetched:
            return NoticeState.FETCHED
        if lead in self.deleted:
            return NoticeState.DELETED
        return NoticeState.DEAD if lead in self.dead else None
