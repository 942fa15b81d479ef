"""The verdict on a run: its figures, and every promise that was not kept."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from tests.proof.traffic import History

RESUMED_WITHIN_S = 10


@dataclass(slots=True)
class Verdict:
    """What the run showed: the figures, and every lead that breaks the promise.

    `kills` are those that counted, by process, and `killed_at` their moments. Orphans of a kill are the leads that were
    accepted before it and had not arrived. `resumed_s` is how long until the first of them arrived, for the kills where
    it came before the next kill, whose orphans they are too; `all_resumed_s`, until all had after the last kill.
    """

    history: History
    kills: Counter[str] = field(default_factory=Counter)
    killed_at: list[float] = field(default_factory=list)
    resumed_s: list[float] = field(default_factory=list)
    all_resumed_s: float = 0.0
    slowest_s: float = 0.0
    lost: list[str] = field(default_factory=list)
    twice: list[str] = field(default_factory=list)
    journal_lost: list[str] = field(default_factory=list)
    journal_twice: list[str] = field(default_factory=list)
    decided_twice: list[str] = field(default_factory=list)
    told_twice: list[str] = field(default_factory=list)
    uncorrected: list[str] = field(default_factory=list)
    ledger: dict[str, Any] = field(default_factory=dict)

    @property
    def breaches(self) -> dict[str, object]:
        """Every promise that was not kept, with what shows it; none is a pass."""
        leads, destinations = self.ledger["leads"], self.ledger["destinations"]
        found = {
            "lost": self.lost,
            "twice at the destination": self.twice,
            "lost from the journal": self.journal_lost,
            "twice in the journal": self.journal_twice,
            "two decisions under one number": self.decided_twice,
            "one delivery told twice": self.told_twice,
            "correction lost": self.uncorrected,
            "never answered": sorted(self.history.refused),
            "resumed too late": [later for later in self.resumed_s if later >= RESUMED_WITHIN_S],
            "ledger does not add up, lost": [] if self.ledger["exit_code"] == 0 else self.ledger["lost"] or [leads],
            "still in flight": leads["in_flight"],
            "dead": leads["dead"],
            "delivered, but never told": {name: to["waiting"] for name, to in destinations.items() if to["waiting"]},
        }
        return {promise: evidence for promise, evidence in found.items() if evidence}

    def __str__(self) -> str:
        return "; ".join(filter(None, (self._kills(), self._leads(), self._answers(), self._ledger())))

    def _kills(self) -> str:
        if not self.kills:
            return ""
        slowest = max(self.resumed_s, default=0.0)
        return (
            f"{self.kills.total()} kills {dict(self.kills)}, orphans resumed within {slowest:.1f} s "
            f"({len(self.resumed_s)} times before the next kill), the last kill's all within {self.all_resumed_s:.1f} s"
        )

    def _leads(self) -> str:
        return (
            f"{len(self.history.acked)} leads accepted, lost {len(self.lost)}, twice {len(self.twice)}, journal lost "
            f"{len(self.journal_lost)} twice {len(self.journal_twice)}, decided twice {len(self.decided_twice)}, told "
            f"twice {len(self.told_twice)}, corrections lost {len(self.uncorrected)} of {len(self.history.corrected)}, "
            f"slowest {self.slowest_s:.1f} s from answer to arrival"
        )

    def _answers(self) -> str:
        history = self.history
        return (
            f"answers {dict(history.statuses)}, p50 {history.percentile_s(0.5):.3f} s p99 "
            f"{history.percentile_s(0.99):.3f} s max {history.percentile_s(1):.3f} s"
        )

    def _ledger(self) -> str:
        leads = self.ledger["leads"]
        return (
            f"ledger exit {self.ledger['exit_code']}: {leads['accepted']} accepted, {leads['routed']} routed, "
            f"{leads['dead']} dead, {leads['lost']} lost"
        )


def expect_promise_kept(verdict: Verdict) -> None:
    """Assert the promise: nothing lost, nothing twice, work resumed in time, the ledger adds up."""
    assert verdict.breaches == {}
    assert len(verdict.history.acked) > 0
