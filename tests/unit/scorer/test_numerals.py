"""Numbers as people type them."""

import pytest

from services.scorer.numerals import first_number


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("120 000 kr", 120_000),
        ("120\u00a0000 kr", 120_000),
        ("120000", 120_000),
        ("120.000 SEK", 120_000),
        ("120,000", 120_000),
        ("1.500.000", 1_500_000),
        ("1,5", 1.5),
        ("1.5", 1.5),
        ("0,125", 0.125),
        ("12,50 kr", 12.5),
        ("1 234,50", 1234.5),
        ("150 tkr", 150_000),
        ("1,5 mkr", 1_500_000),
        ("2 miljoner", 2_000_000),
        ("ca 45 m2", 45),
        ("100 000 - 200 000 kr", 100_000),
        ("mellan 10 och 20", 10),
        ("11-50", 11),
        ("1 001-5 000 anställda", 1_001),
        ("10,000+", 10_000),
        ("vet ej", None),
        ("", None),
        ("²", None),
        ("x" * 300 + "5", None),
    ],
)
def test_the_first_number_is_read_the_swedish_way(typed: str, number: float | None) -> None:
    assert first_number(typed) == number


def test_metres_are_not_millions() -> None:
    assert first_number("120 m", unit="m2") == 120
    assert first_number("120 m", unit="SEK") == 120_000_000


def test_whole_numbers_come_as_int() -> None:
    assert isinstance(first_number("120 000 kr"), int)
