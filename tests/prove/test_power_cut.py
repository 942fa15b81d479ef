"""What was answered 200 survives every power cut; without fsync it does not, so the disk does bite."""

from pathlib import Path

import pytest

from tests.proof import cuts, without

CUTS = 20
RATE = 60


@pytest.mark.parametrize("into", [cuts.LOG, cuts.SPILL])
async def test_every_lead_answered_200_survives_twenty_power_cuts(into: str, tmp_path: Path) -> None:
    run = await cuts.cut_repeatedly(tmp_path, into=into, cuts=CUTS, rate=RATE)
    print(run)
    assert run.lost == [[]] * CUTS


@pytest.mark.parametrize("into", [cuts.LOG, cuts.SPILL])
async def test_without_fsync_a_power_cut_loses_leads(into: str, tmp_path: Path) -> None:
    run = await cuts.cut_repeatedly(tmp_path, into=into, cuts=1, rate=RATE, program=without.program("fsync"))
    print("without fsync:", run)
    assert run.lost[0]
