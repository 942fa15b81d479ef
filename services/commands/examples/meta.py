"""Meta's requests: a notice that a lead is there, and the handshake (inbound-sources 2.2, 2.3)."""

import json
from collections.abc import Mapping
from urllib.parse import urlencode

from services.commands.examples.payload import Making, Payload
from services.ingest.configuration import MetaConfiguration
from shared.domain.errors import UsedWrongly

HANDSHAKE, NOTICE, BATCH, FEED = "handshake", "notice", "batch", "feed"
EXAMPLES = (NOTICE, BATCH, FEED, HANDSHAKE)
PAGE, FORM, AD = "1110000000000001", "2220000000000002", "23850000000000003"
TEST_ID = "444444444444"
"""What the button "Test" of the app's dashboard sends for every id."""


def meta(example: str | None, section: MetaConfiguration, making: Making) -> Payload:
    """Write a notice of `making`, three in one, a change that is no lead, or the handshake. The lead lies at Meta.

    Raises:
        UsedWrongly: there is no example of that name.
    """
    name = example or NOTICE
    if name not in EXAMPLES:
        raise UsedWrongly(f"there is no example '{name}': choose one of {', '.join(EXAMPLES)}")
    if name == HANDSHAKE:
        asked = {"hub.mode": "subscribe", "hub.challenge": int(making.token[:8], 16)}
        token = section.verify_token.get_secret_value()
        return Payload(b"", {}, query=urlencode({**asked, "hub.verify_token": token}), method="GET")
    at = int(making.submitted_at.timestamp())
    entry = {"id": PAGE, "time": at + 1, "changes": _changes(name, making, at)}
    return Payload(json.dumps({"object": "page", "entry": [entry]}).encode(), {"content-type": "application/json"})


def _changes(name: str, making: Making, at: int) -> list[Mapping[str, object]]:
    if name == FEED:
        return [{"field": "feed", "value": {"item": "status", "verb": "add", "post_id": f"{PAGE}_1"}}]
    first = int(making.token[:13], 16)
    leads = [str(first + number) for number in range(3 if name == BATCH else 1)]
    if making.is_test:
        return [_change(TEST_ID, TEST_ID, TEST_ID, at)]
    return [_change(lead, PAGE, FORM, at) for lead in leads]


def _change(lead: str, page: str, form: str, at: int) -> Mapping[str, object]:
    value = {"leadgen_id": lead, "page_id": page, "form_id": form, "ad_id": AD, "created_time": at}
    return {"field": "leadgen", "value": value}
