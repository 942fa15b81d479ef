"""`tratt import` as a person runs it: what it says, and the file with the result of each row."""

from pathlib import Path

from services.commands.importing import import_file
from shared.runtime.settings import Settings

DOORS = """
sources: {search: {kind: google_ads, keys: [a-key-of-sixteen-letters]}}
destinations: {journal: {kind: journal}}
"""
CUSTOMERS = """customer_id,email,status
K-1,a@exempel.se,customer
K-2,no address,customer
K-3,c@exempel.se,nonsense
K-4,d@exempel.se,customer
"""


async def imported(folder: Path, *, dry_run: bool = False) -> tuple[int, list[str]]:
    config, file = folder / "tratt.yaml", folder / "customers.csv"
    config.write_text(DOORS)
    file.write_text(CUSTOMERS)
    settings = Settings.model_validate({"config": config, "data_dir": folder / "data"})
    code = await import_file(settings, "customers", file, dry_run=dry_run, replace=False)
    return code, (folder / "customers.report.csv").read_text().splitlines()


async def test_every_row_has_its_result_beside_the_file(tmp_path: Path) -> None:
    code, report = await imported(tmp_path)

    assert code == 1
    assert report[:2] == ["row,result,column,message", "2,taken,,"]
    assert report[2].startswith("3,taken,email,not an e-mail address")
    assert report[3].startswith('4,refused,status,"unknown: write one of')
    assert report[4:] == ["5,taken,,"]


async def test_a_dry_run_says_what_would_be(tmp_path: Path) -> None:
    _, report = await imported(tmp_path, dry_run=True)

    assert report[1] == "2,would be taken,,"
