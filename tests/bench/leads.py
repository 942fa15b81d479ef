"""Unique leads as Google posts them, made before the clock starts."""

import json

from tests.bench.load import request
from tests.proof.traffic import google_body

PATH = "/v1/sources/google-search"
ID_LENGTH = 220
"""Characters of Google's own ids; with them a body has the 1,240 bytes of a usual one."""


def leads(series: str, count: int) -> list[bytes]:
    """Write `count` requests, each with a lead and a person of its own; `series` tells the runs apart."""
    return [request(PATH, _body(series, number)) for number in range(count)]


def lead_id(series: str, number: int) -> str:
    """Name a lead as its sender does."""
    return f"{series}-{number}".rjust(ID_LENGTH, "A")


def _body(series: str, number: int) -> bytes:
    payload = json.loads(google_body(f"{series}-{number}", number))
    long_ids = {"lead_id": lead_id(series, number), "gcl_id": lead_id(series, number)}
    return json.dumps(payload | long_ids, ensure_ascii=False).encode()
