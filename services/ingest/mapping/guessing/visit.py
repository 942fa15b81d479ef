"""Where a lead came from, read out of the addresses of pages: campaign parameters and click ids."""

from collections.abc import Mapping, Sequence

from services.ingest.mapping.guessing.likeness import is_placeholder
from services.ingest.mapping.guessing.names import CLICK_IDS
from services.ingest.mapping.leftovers import Leaf
from services.ingest.mapping.parameters import parameters_of
from services.ingest.mapping.targets import Members
from services.ingest.mapping.texts import first

MAX_URLS = 20
"""Addresses of one lead that are looked into; a real one has a page and a referrer."""
_VALUE_TRACK: Mapping[str, str] = {
    "campaignid": "campaign_id",
    "gad_campaignid": "campaign_id",
    "adgroupid": "ad_group_id",
    "creative": "creative_id",
    "keyword": "keyword",
    "matchtype": "match_type",
    "network": "network",
    "device": "device",
}
"""Google's ValueTrack parameters (inbound-sources 5.5)."""
_UTM = ("source", "medium", "campaign", "term", "content")
_TELLING = ("utm_", "clid=", "braid=", "li_fat_id=", "rdt_cid=")


def guess_visit(left: Sequence[Leaf], members: Members, guessed: dict[str, str]) -> None:
    """Fill campaign parameters and click ids that nothing told from the addresses of pages. The addresses stay."""
    attribution = members["attribution"]
    landing = attribution.get("last_touch", {}).get("landing_url")
    addresses = [(guessed.get("attribution.last_touch.landing_url", "landing_url"), landing)] if landing else []
    addresses += [(leaf.path, text) for leaf in left if _tells(text := first(leaf.said))][:MAX_URLS]
    for path, text in addresses:
        _read(path, text, members, guessed)


def _tells(text: str) -> bool:
    return "://" in text and any(sign in text.lower() for sign in _TELLING)


def _read(path: str, address: str, members: Members, guessed: dict[str, str]) -> None:
    attribution = members["attribution"]
    for name, text in parameters_of(address).items():
        if is_placeholder(text):
            continue
        lower = name.lower()
        if (click := CLICK_IDS.get("".join(filter(str.isalnum, lower)))) is not None:
            _add(attribution["click_ids"], click, text, f"attribution.click_ids.{click}", path, guessed)
        elif lower.startswith("utm_") and lower[4:] in _UTM:
            touch = attribution.setdefault("last_touch", {})
            _add(touch, lower[4:], text, f"attribution.last_touch.{lower[4:]}", path, guessed)
        elif (ours := _VALUE_TRACK.get(lower)) is not None:
            _add(attribution, ours, text, f"attribution.{ours}", path, guessed)


def _add(group: Members, name: str, text: str, target: str, path: str, guessed: dict[str, str]) -> None:
    if name not in group:
        group[name] = text
        guessed[target] = path
