"""Where a field is found whose name has brackets: where they nest it, and where nobody nested it."""

import pytest

from services.ingest.decoding.brackets import places_of


@pytest.mark.parametrize(
    ("name", "places"),
    [
        ("email", [("email",)]),
        ("user[email]", [("user", "email"), ("user[email]",)]),
        ("ok[]", [("ok",), ("ok[]",)]),
        ("choice[3]", [("choice", 3), ("choice", "3"), ("choice[3]",)]),
        ("people[][email]", [("people[][email]",)]),
        ("Age [years]", [("Age [years]",)]),
        ("[odd]", [("[odd]",)]),
    ],
)
def test_a_field_is_found_where_its_brackets_say(name: str, places: list[tuple[str | int, ...]]) -> None:
    assert places_of(name) == places
