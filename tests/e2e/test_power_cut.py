"""What was answered 200 survives a power cut: the short form. `make prove` cuts twenty times, and without fsync too."""

from pathlib import Path

import pytest

from tests.proof import cuts

CUTS = 2
RATE = 60


@pytest.mark.parametrize("into", [cuts.LOG, cuts.SPILL])
async def test_every_lead_answered_200_survives_a_power_cut(into: str, tmp_path: Path) -> None:
    run = await cuts.cut_repeatedly(tmp_path, into=into, cuts=CUTS, rate=RATE)
    print(run)
    assert run.lost == [[]] * CUTS
