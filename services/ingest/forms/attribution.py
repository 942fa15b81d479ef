"""What brought a visitor to a page: hidden fields and the parameters of the pages' addresses (inbound-sources 5.5).

First and last visit stay apart. Click ids are kept as they came: they are long, and a changed letter is another click.
"""

from collections.abc import Container, Mapping

from services.ingest.mapping.guessing.names import CLICK_IDS
from services.ingest.mapping.parameters import parameters_of
from services.ingest.mapping.targets import Members

_UTM = {f"utm_{name}": name for name in ("source", "medium", "campaign", "term", "content")}
_MEMBERS: Mapping[str, str] = {
    "utm_id": "campaign_id",
    "gad_campaignid": "campaign_id",
    "campaignid": "campaign_id",
    "adgroupid": "ad_group_id",
    "creative": "creative_id",
    "keyword": "keyword",
    "matchtype": "match_type",
    "network": "network",
    "device": "device",
    "variant": "variant",
    "page_variant": "variant",
    "ab_variant": "variant",
}
"""Members of an attribution by the name of a field or parameter; most are Google's ValueTrack parameters."""
_IDS = frozenset({"gad_source", "gclsrc", "srsltid", "_fbc", "_fbp", "fbc", "fbp", "_ga", "_gcl_aw"})
"""Ids beside the click ids: what advertisers' cookies hold, and what Google adds to its own."""


def attribute(members: Members, *, referrer: str | None, asked: Container[str]) -> dict[str, str]:
    """Complete a lead's attribution; return where what was found stands, by target. Nothing that is there is replaced.

    `referrer` is the header's address of the page that the form stands on. A field named as a question of the company
    (`asked`) stays an answer.
    """
    found: dict[str, str] = {}
    _move_fields(members, asked, found)
    attribution = members["attribution"]
    if referrer and "landing_url" not in attribution.get("last_touch", {}):
        attribution.setdefault("last_touch", {})["landing_url"] = referrer
        found["attribution.last_touch.landing_url"] = "header Referer"
    for touch in ("last_touch", "first_touch"):
        address = attribution.get(touch, {}).get("landing_url")
        if address:
            _read_address(address, touch, attribution, found)
    return found


def _move_fields(members: Members, asked: Container[str], found: dict[str, str]) -> None:
    answers, attribution = members["answers"], members["attribution"]
    for name in [name for name in answers if name in _MEMBERS or name in _IDS]:
        said = answers[name]
        group = attribution["click_ids"] if name in _IDS else attribution
        member = _MEMBERS.get(name, name)
        if name not in asked and isinstance(said, str) and member not in group:
            group[member] = answers.pop(name)
            found[_target(member, name in _IDS)] = name


def _read_address(address: str, touch: str, attribution: Members, found: dict[str, str]) -> None:
    for name, text in parameters_of(address).items():
        lower = name.lower()
        click = CLICK_IDS.get("".join(filter(str.isalnum, lower)), lower if lower in _IDS else None)
        if click is not None:
            _add(attribution["click_ids"], click, text, f"attribution.click_ids.{click}", touch, found)
        elif lower in _UTM:
            _add(attribution[touch], _UTM[lower], text, f"attribution.{touch}.{_UTM[lower]}", touch, found)
        elif lower in _MEMBERS:
            _add(attribution, _MEMBERS[lower], text, f"attribution.{_MEMBERS[lower]}", touch, found)


def _add(group: Members, member: str, text: str, target: str, touch: str, found: dict[str, str]) -> None:
    if member not in group:
        group[member] = text
        found[target] = f"attribution.{touch}.landing_url"


def _target(member: str, is_id: bool) -> str:
    return f"attribution.click_ids.{member}" if is_id else f"attribution.{member}"
