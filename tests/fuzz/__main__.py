"""Fuzz for some seconds: `python -m tests.fuzz --seconds 60 --seed 1 [--target mapping] [--keep]`.

Prints per target how many requests were tried, what was new, and the slowest call; what breaks a promise is written to
tests/fuzz/corpus, where the suite replays it from then on. `--keep` writes there some of the short ones that led
somewhere new.
"""

import argparse
import sys
from collections.abc import Iterable

from tests.fuzz.corpus import everything, keep
from tests.fuzz.fuzzing import Figures, fuzz
from tests.fuzz.sent import Sent
from tests.fuzz.targets import targets

LONGEST_KEPT = 1_500
"""Bytes of a request worth a file."""
MOST_KEPT = 12
"""Requests of one target that `--keep` writes; a mapping knows hundreds."""
SHOWN = 3
"""Failures shown of one target, and written; more are mostly the same again."""


def main() -> int:
    """Fuzz, and return 1 where a promise was broken."""
    asked = _arguments()
    figures = fuzz(targets(asked.target), everything(), seconds=asked.seconds, seed=asked.seed)
    for name, one in figures.items():
        print(
            f"{name:36} {one.tried:9,} requests  {len(one.new):5} outcomes  slowest {one.slowest_s * 1000:6.1f} ms"
            f"  {len(one.failures)} failures"
        )
        _report(name, one)
        if asked.keep:
            keep(name, _some(one.new.values()))
    return 1 if any(one.failures for one in figures.values()) else 0


def _some(requests: Iterable[Sent]) -> list[Sent]:
    """Choose requests of all lengths."""
    short = sorted((sent for sent in requests if len(sent.body) <= LONGEST_KEPT), key=lambda sent: len(sent.body))
    return short[:: len(short) // MOST_KEPT + 1]


def _report(name: str, figures: Figures) -> None:
    by_error = {
        failure.error[:60]: failure for failure in sorted(figures.failures, key=lambda one: -len(one.sent.body))
    }
    for failure in list(by_error.values())[-SHOWN:]:
        print(f"    {failure.error[:300]}\n    {failure.sent.written()[:200]!r}")
        keep(name, [failure.sent])


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--target", default="", help="only targets with this in their name")
    parser.add_argument("--keep", action="store_true")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
