"""Each transform does what its name says, and leaves alone what it cannot read."""

import pytest

from services.ingest.mapping.transforms import TRANSFORMS, make_transform
from services.ingest.mapping.words import consent_of, flag_of


@pytest.mark.parametrize(
    ("name", "argument", "text", "result"),
    [
        ("trim", None, "  a b ", "a b"),
        ("lower", None, "ÅSA", "åsa"),
        ("upper", None, "se", "SE"),
        ("collapse", None, " a \n b ", "a b"),
        ("digits", None, "070-174 06 05", "0701740605"),
        ("first_name", None, "Lina Maria Exempel", "Lina"),
        ("last_name", None, "Lina Maria Exempel", "Maria Exempel"),
        ("first_name", None, "Exempel, Lina", "Lina"),
        ("last_name", None, "Exempel, Lina", "Exempel"),
        ("last_name", None, "Lina", None),
        ("number", None, "1 200,50 kr", "1200.5"),
        ("number", None, "1,200.50", "1200.5"),
        ("number", None, "ca 1.200.000 SEK", "1200000"),
        ("number", None, "1,200", "1200"),
        ("number", None, "0.5", "0.5"),
        ("number", None, "-0,125 kr", "-0.125"),
        ("number", None, "10.000", "10000"),
        ("number", None, "1,000,000", "1000000"),
        ("number", None, "1.2345678E7", "12345678"),
        ("number", None, "2.50e-1", "0.25"),
        ("number", None, "1.2345E1", "12.345"),
        ("number", None, "-40", "-40"),
        ("number", None, "100", "100"),
        ("number", None, "100.00", "100"),
        ("number", None, "vet inte", "vet inte"),
        ("boolean", None, "Ja", "true"),
        ("boolean", None, "off", "false"),
        ("boolean", None, "kanske", "kanske"),
        ("e164", "se", "070-174 06 05", "+46701740605"),
        ("e164", "SE", "p:+46701740605", "+46701740605"),
        ("e164", "SE", "12", "12"),
        ("lookup", {"VILLA": "house"}, " villa ", "house"),
        ("lookup", {"villa": "house"}, "BRF", "BRF"),
        ("extract", r"(\d{3} ?\d\d)", "i 753 10 Uppsala", "753 10"),
        ("extract", "sol", "Vind", None),
        ("parameter", "gclid", "https://exempel.se/?a=b&gclid=Cj0", "Cj0"),
        ("parameter", "gclid", "https://exempel.se/?gclid=%00Cj0", "Cj0"),
        ("parameter", "gclid", "https://exempel.se/?gclid=&gclid=Cj0", "Cj0"),
        ("parameter", "gclid", "https://[broken/?gclid=Cj0", None),
        ("parameter", "gclid", "https://exempel.se/?" + "a=b&" * 200, None),
        ("remove_prefix", "p:", "p:+46", "+46"),
    ],
)
def test_a_transform_does_what_its_name_says(name: str, argument: object, text: str, result: str | None) -> None:
    assert make_transform(name, argument)(text) == result


@pytest.mark.parametrize("name", ["extract", "lookup", "parameter", "remove_prefix", "e164"])
def test_a_transform_without_what_it_needs_shows_how_to_write_it(name: str) -> None:
    with pytest.raises(ValueError, match=rf"\{{{name}: "):
        make_transform(name, None)


def test_every_name_that_is_offered_is_known() -> None:
    needs = {"e164": "SE", "lookup": {"a": "b"}, "extract": "a", "parameter": "a", "remove_prefix": "a"}

    made = {name: make_transform(name, needs.get(name)) for name in TRANSFORMS if name != "split_name"}

    assert all(map(callable, made.values()))


@pytest.mark.parametrize(
    ("text", "flag", "consent"),
    [
        (" JA ", True, True),
        ("1", True, True),
        ("Nej", False, False),
        ("Ja, tack", None, True),
        ("No thanks", None, False),
        ("Jag samtycker inte till utskick", None, False),
        ("Jag samtycker till utskick", None, True),
        ("Jakob", None, None),
        ("Normal", None, None),
        ("", None, None),
    ],
)
def test_words_for_yes_and_no_are_whole_words(text: str, flag: bool | None, consent: bool | None) -> None:
    assert (flag_of(text), consent_of(text)) == (flag, consent)
