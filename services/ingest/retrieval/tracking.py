"""Tracking parameters that a platform's form carries beside what the person answered."""

from typing import Any

from services.ingest.mapping.guessing.names import CLICK_IDS

UTM = {f"utm_{name}": name for name in ("source", "medium", "campaign", "term", "content")}
CAMPAIGN_NAME = "campaign_name"


def track(attribution: dict[str, Any], name: str, text: str) -> bool:  # Any: members of Attribution
    """Put a click id, a `utm_…` or a campaign's name in its place; False for any other, and where one stands."""
    plain = name.strip().lower()
    click = CLICK_IDS.get("".join(filter(str.isalnum, plain)))
    if click is not None:
        group, member = "click_ids", click
    elif plain in UTM:
        group, member = "last_touch", UTM[plain]
    elif plain == CAMPAIGN_NAME:
        return attribution.setdefault(CAMPAIGN_NAME, text) is text
    else:
        return False
    return attribution.setdefault(group, {}).setdefault(member, text) is text
