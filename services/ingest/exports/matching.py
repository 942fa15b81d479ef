"""Which rows of an export arrived already: by Google's id, else by person, form and time. No clock, nothing written.

Whether the file's ids are the webhook's is unconfirmed (inbound-sources 1.5). One that is proves it for the file; in a
file where none is, rows are also matched as if they had no id.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from itertools import chain

from services.ingest.exports.exported_leads import ExportedLead
from services.ingest.exports.google_ads_file import UnreadableRow
from services.ingest.exports.traces import Trace

ZONES_REACH = timedelta(hours=14)
ZONE_STEP = timedelta(minutes=30)
"""Zones lie up to 14 hours from UTC, in steps of 30 minutes but for a few of 45: a lead so far from one of the same
person is more likely the same, read in a wrong zone, than another."""


class Fate(StrEnum):
    """What became of a row."""

    ARRIVED = "arrived"
    MISSING = "missing"
    HEALED = "healed"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class RowResult:
    """What became of one row: which lead it is, and why it stands so where that needs saying. Nothing personal."""

    number: int
    fate: Fate
    lead_id: str | None = None
    reason: str | None = None


def match(
    rows: Sequence[ExportedLead | UnreadableRow], arrived: Iterable[Trace], *, tolerance: timedelta
) -> list[RowResult]:
    """Tell for each row, in order, whether its lead arrived, is missing, or cannot be told."""
    return _Matching(arrived, tolerance).results(rows)


class _Matching:
    def __init__(self, arrived: Iterable[Trace], tolerance: timedelta) -> None:
        self._tolerance = tolerance
        self._by_id: dict[str, list[Trace]] = {}
        self._by_person: dict[str, list[Trace]] = {}
        for trace in arrived:  # a correction is another trace of the same lead
            self._by_id.setdefault(trace.lead_id, []).append(trace)
            for key in {*trace.contacts, trace.click_id} - {None}:
                self._by_person.setdefault(str(key), []).append(trace)
        self._used: set[str] = set()
        self._results: dict[int, RowResult] = {}

    def results(self, rows: Sequence[ExportedLead | UnreadableRow]) -> list[RowResult]:
        leads = [row for row in rows if isinstance(row, ExportedLead)]
        for row in rows:
            if isinstance(row, UnreadableRow):
                self._results[row.number] = RowResult(row.number, Fate.UNREADABLE, reason=row.reason)
        self._match_repeats(leads)
        has_true_ids = self._match_ids(leads)
        self._match_persons([row for row in self._open(leads) if not (has_true_ids and row.has_senders_id)])
        for row in self._open(leads):
            self._tell(row, Fate.MISSING, row.trace.lead_id)
        return [self._results[row.number] for row in rows]

    def _open(self, leads: Sequence[ExportedLead]) -> list[ExportedLead]:
        return [row for row in leads if row.number not in self._results]

    def _tell(self, row: ExportedLead, fate: Fate, lead_id: str, reason: str | None = None) -> None:
        self._results[row.number] = RowResult(row.number, fate, lead_id, reason)

    def _match_repeats(self, leads: Sequence[ExportedLead]) -> None:
        first: dict[str, int] = {}
        for row in leads:
            number = first.setdefault(row.trace.lead_id, row.number)
            if number != row.number:
                self._tell(row, Fate.ARRIVED, row.trace.lead_id, f"it is row {number} again")

    def _match_ids(self, leads: Sequence[ExportedLead]) -> bool:
        """Match by id; tell whether the file's ids are the webhook's, as far as its leads prove it."""
        is_proved = False
        for row in self._open(leads):
            traces = self._by_id.get(row.trace.lead_id)
            if traces is None:
                continue
            self._used.add(row.trace.lead_id)
            self._tell(row, Fate.ARRIVED, row.trace.lead_id)
            is_proved |= row.has_senders_id and not any(trace.is_healed for trace in traces)
        return is_proved

    def _match_persons(self, leads: Sequence[ExportedLead]) -> None:
        """Match what is nearest in time first; each lead that arrived is one row's only."""
        pairs = sorted(
            (
                (apart, row.number, trace.lead_id, row)
                for row in leads
                for trace in self._candidates(row.trace)
                if (apart := row.trace.apart(trace)) is not None and apart <= self._tolerance
            ),
            key=lambda pair: pair[:3],
        )
        for _, number, lead_id, row in pairs:
            if number not in self._results and lead_id not in self._used:
                self._used.add(lead_id)
                self._tell(row, Fate.ARRIVED, lead_id, "known by person and time")
        for row in self._open(leads):
            self._doubt(row)

    def _candidates(self, trace: Trace) -> Iterable[Trace]:
        found = chain.from_iterable(self._by_person.get(key, ()) for key in trace.who)
        return (other for other in found if other.lead_id not in self._used and trace.may_be(other))

    def _doubt(self, row: ExportedLead) -> None:
        """Leave to people what may well have arrived: a lead too many is worse here than a question too many."""
        for other in self._candidates(row.trace):
            apart = row.trace.apart(other)
            if apart is None:
                reason = f"it tells no time, and lead {other.lead_id} is of the same person: tell it by hand"
                self._tell(row, Fate.UNREADABLE, row.trace.lead_id, reason)
            elif apart <= ZONES_REACH + self._tolerance and self._is_of_a_zone(apart):
                hours = round(apart / ZONE_STEP) / 2
                reason = f"lead {other.lead_id} of the same person is {hours:g} hours off: is 'csv.time_zone' right?"
                self._tell(row, Fate.UNREADABLE, row.trace.lead_id, reason)

    def _is_of_a_zone(self, apart: timedelta) -> bool:
        return abs(apart - round(apart / ZONE_STEP) * ZONE_STEP) <= self._tolerance
