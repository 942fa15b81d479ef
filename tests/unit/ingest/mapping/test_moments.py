"""Times are read in every way that means one thing only."""

from datetime import UTC, datetime

import pytest

from services.ingest.mapping.moments import any_moment, reader

NOON = datetime(2026, 5, 1, 12, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "2026-05-01T12:30:00Z",
        "2026-05-01T14:30:00+0200",
        "2026-05-01T14:30:00+02:00",
        "2026-05-01 12:30",
        "2026-05-01 12:30:00 UTC",
        "2026/05/01 12:30:00",
        "01.05.2026 12:30",
        "May 1, 2026 12:30 PM",
        "Fri, 01 May 2026 14:30:00 +0200",
        "1777638600",
        "1777638600000",
        "1777638600000000",
        "1777638600.0",
        " 2026-05-01T12:30:00.000Z ",
    ],
)
def test_a_usual_time_is_read(text: str) -> None:
    assert any_moment(text) == NOON


@pytest.mark.parametrize(
    "text", ["", "05/01/2026 12:30", "yesterday", "12", "9" * 30, "0001-01-01T00:00:00+23:59", "x" * 100]
)
def test_what_may_mean_several_times_is_none(text: str) -> None:
    assert any_moment(text) is None


@pytest.mark.parametrize(
    ("written", "zone", "text"),
    [
        ("%d/%m/%Y %H:%M", "Europe/Stockholm", "01/05/2026 14:30"),
        ("%m/%d/%Y %I:%M %p %Z", None, "05/01/2026 12:30 PM UTC"),
        ("epoch_s", None, "1777638600"),
        ("epoch_ms", None, "1777638600000"),
        ("epoch", None, "1777638600000"),
        ("iso", "Europe/Stockholm", "2026-05-01T14:30"),
        (None, "Europe/Stockholm", "2026-05-01 14:30"),
    ],
)
def test_a_told_format_and_zone_are_used(written: str | None, zone: str | None, text: str) -> None:
    assert reader(written, zone)(text) == NOON


@pytest.mark.parametrize(
    ("written", "zone"),
    [
        ("dd/mm/yyyy", None),
        ("%Q/%m/%Y", None),
        ("%H:%M", None),
        ("%d/%m %H:%M", None),
        (None, "Stockholm/Europe"),
        (None, "../etc/passwd"),
    ],
)
def test_a_format_or_zone_that_is_none_is_refused(written: str | None, zone: str | None) -> None:
    with pytest.raises(ValueError, match=r"no format of a time|no time zone"):
        reader(written, zone)
