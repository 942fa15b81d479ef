"""Scripts are answered in JSON, people with a page."""

import pytest

from services.ingest.forms.wishes import wants_json

PEOPLE = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
FORM = "application/x-www-form-urlencoded"


def headers(**given: str) -> dict[bytes, bytes]:
    return {name.replace("_", "-").encode(): value.encode() for name, value in given.items()}


@pytest.mark.parametrize(
    "given",
    [
        headers(accept="application/json", content_type=FORM),
        headers(accept="application/json, text/plain, */*", content_type=FORM),
        headers(accept="application/json, text/html", content_type=FORM),
        headers(accept="*/*", content_type="application/json; charset=utf-8"),
        headers(accept=PEOPLE, content_type="application/json"),
        headers(accept="*/*", content_type=FORM, x_requested_with="XMLHttpRequest"),
        headers(accept="*/*", content_type=FORM, sec_fetch_dest="empty"),
        headers(accept="*/*", content_type="text/plain;charset=UTF-8"),
        headers(content_type="application/octet-stream"),
    ],
)
def test_a_script_is_told_in_json(given: dict[bytes, bytes]) -> None:
    assert wants_json(given)


@pytest.mark.parametrize(
    "given",
    [
        headers(accept=PEOPLE, content_type=FORM),
        headers(accept="*/*", content_type=FORM),
        headers(content_type="multipart/form-data; boundary=x"),
        headers(accept=PEOPLE, content_type="text/plain"),
        headers(accept=f"{PEOPLE},application/json;q=0.1", content_type=FORM),
        headers(accept=PEOPLE, content_type=FORM, x_requested_with="com.facebook.katana"),
        headers(),
    ],
)
def test_a_person_is_shown_a_page(given: dict[bytes, bytes]) -> None:
    assert not wants_json(given)
