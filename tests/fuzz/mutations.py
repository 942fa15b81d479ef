"""Mutations: what careless and hostile senders do to a request, one small change at a time."""

import gzip
import json
import random
import re
import zlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeAlias
from urllib.parse import quote_from_bytes

from services.ingest.guard import MAX_BODY_BYTES
from tests.fuzz.bombs import BOMBS
from tests.fuzz.dictionary import A_VALUE, CHARSETS, HEADERS, QUERIES, TOKENS, VALUES
from tests.fuzz.sent import Sent

Random: TypeAlias = random.Random
Mutation = Callable[[Random, bytes, bytes], bytes]
"""Changes a body by chance; the second is another body to take from."""

MOST_STEPS = 6
BOMB_SHARE = 0.01
"""Of the inputs; each costs as much as a hundred ordinary ones."""
HEADER_SHARE = 0.35

_MEMBER = re.compile(rb'"[^"\\]*"\s*:\s*(?:"[^"\\]*"|[\w.-]+)')


def mutated(chance: Random, sent: Sent, other: Sent) -> Sent:
    """Change a request by chance in one to several places; the body stays within the guard's limit."""
    if chance.random() < BOMB_SHARE:
        return replace(sent, body=chance.choice(BOMBS)(chance)[:MAX_BODY_BYTES])
    if chance.random() < HEADER_SHARE:
        sent = _with_headers(chance, sent, other)
    body = sent.body
    for _ in range(chance.choice((0, 1, 1, 1, 2, 3, MOST_STEPS))):
        body = chance.choice(MUTATIONS)(chance, body, other.body)
    return replace(sent, body=body[:MAX_BODY_BYTES])


def changed_text(chance: Random, text: bytes) -> bytes:
    """Change a short text, such as a header's; it may come out the same."""
    for _ in range(chance.choice((1, 1, 2, 4))):
        text = chance.choice((_flip, _insert, _delete, _repeat, _truncate, _change_case, _swap))(chance, text, text)
    return text


def _with_headers(chance: Random, sent: Sent, other: Sent) -> Sent:
    name = chance.choice([*HEADERS, b"content-type", b"content-encoding", *sent.headers])
    headers = dict(sent.headers)
    kind = chance.randrange(4)
    if kind == 0 and name in headers:
        del headers[name]
    elif kind == 1 and name in headers:
        headers[name] = changed_text(chance, headers[name])
    else:
        headers[name] = chance.choice(HEADERS.get(name) or TOKENS)
    query = sent.query
    if chance.random() < 1 / 4:
        query = chance.choice((chance.choice(QUERIES), changed_text(chance, query), other.body[:300]))
    return replace(sent, headers=headers, query=query)


def _place(chance: Random, body: bytes) -> int:
    return chance.randrange(len(body) + 1)


def _span(chance: Random, body: bytes) -> tuple[int, int]:
    start = _place(chance, body)
    return start, min(len(body), start + chance.choice((1, 2, 4, 16, 64, 512)))


def _flip(chance: Random, body: bytes, _: bytes) -> bytes:
    if not body:
        return b"\x00"
    place = chance.randrange(len(body))
    return body[:place] + bytes([body[place] ^ (1 << chance.randrange(8))]) + body[place + 1 :]


def _insert(chance: Random, body: bytes, _: bytes) -> bytes:
    place = _place(chance, body)
    return body[:place] + chance.choice(TOKENS) + body[place:]


def _overwrite(chance: Random, body: bytes, _: bytes) -> bytes:
    start, end = _span(chance, body)
    return body[:start] + chance.choice(TOKENS) + body[end:]


def _delete(chance: Random, body: bytes, _: bytes) -> bytes:
    start, end = _span(chance, body)
    return body[:start] + body[end:]


def _repeat(chance: Random, body: bytes, _: bytes) -> bytes:
    start, end = _span(chance, body)
    return body[:end] + body[start:end] * chance.choice((1, 2, 10, 50)) + body[end:]


def _truncate(chance: Random, body: bytes, _: bytes) -> bytes:
    return body[: _place(chance, body)]


def _change_case(chance: Random, body: bytes, _: bytes) -> bytes:
    start, end = _span(chance, body)
    return body[:start] + body[start:end].swapcase() + body[end:]


def _swap(chance: Random, body: bytes, _: bytes) -> bytes:
    start, end = _span(chance, body)
    return body[end:] + body[start:end] + body[:start]


def _splice(chance: Random, body: bytes, other: bytes) -> bytes:
    start, end = _span(chance, other)
    place = _place(chance, body)
    rest = body[place:] if chance.random() < 1 / 2 else body[min(len(body), place + end - start) :]
    return body[:place] + other[start:end] + rest


def _cross(chance: Random, body: bytes, other: bytes) -> bytes:
    return body[: _place(chance, body)] + other[_place(chance, other) :]


def _exchange_value(chance: Random, body: bytes, other: bytes) -> bytes:
    """Put another value in the place of one of JSON's, so that the document still parses."""
    places = [found.span() for found in A_VALUE.finditer(body, 0, 20_000)]
    if not places:
        return body
    start, end = chance.choice(places)
    theirs = [found[0] for found in A_VALUE.finditer(other, 0, 5_000)]
    return body[:start] + chance.choice(chance.choice((theirs or VALUES, VALUES))) + body[end:]


def _repeat_member(chance: Random, body: bytes, other: bytes) -> bytes:
    members = [found[0] for found in _MEMBER.finditer(chance.choice((body, other)), 0, 20_000)]
    opens = [place for place, byte in enumerate(body[:20_000]) if byte == ord("{")]
    if not members or not opens:
        return body
    place = chance.choice(opens) + 1
    return body[:place] + chance.choice(members) + b"," + body[place:]


def _wrap(chance: Random, body: bytes, _: bytes) -> bytes:
    depth = chance.choice((1, 1, 3, 31, 32, 40))
    before, after = chance.choice(
        ((b"[", b"]"), (b'{"data":', b"}"), (b'{"leads":[', b"]}"), (b'[{"value":', b"}]"), (b'{"a.b":', b',"c":1}'))
    )
    return before * depth + body + after * depth


def _as_text(_: Random, body: bytes, __: bytes) -> bytes:
    return json.dumps(body.decode("utf-8", "replace")).encode()


def _as_field(chance: Random, body: bytes, _: bytes) -> bytes:
    name = chance.choice((b"rawRequest", b"data.json", b"payload", b"data", b"a[b]"))
    return name + b"=" + quote_from_bytes(body[:50_000]).encode() + chance.choice((b"", b"&email=lina@exempel.se"))


def _as_form(chance: Random, body: bytes, _: bytes) -> bytes:
    members = [found[0].partition(b":") for found in _MEMBER.finditer(body, 0, 20_000)]
    pairs = [(name.strip(b'" \t\n'), value.strip(b'" \t\n')) for name, _, value in members]
    if chance.random() < 1 / 2:
        return b"&".join(b"=".join((quote_from_bytes(name).encode(), value)) for name, value in pairs)
    head = b'--B\r\nContent-Disposition: form-data; name="%s"%s\r\n\r\n%s\r\n'
    odd = chance.choice((b"", b"", b'; filename="x.png"', b"\r\nContent-Type: text/plain"))
    return b"".join(head % (name, odd, value) for name, value in pairs) + b"--B--\r\n"


def _in_charset(chance: Random, body: bytes, _: bytes) -> bytes:
    return body.decode("utf-8", "replace").encode(chance.choice(CHARSETS), "replace")


def _packed(chance: Random, body: bytes, _: bytes) -> bytes:
    return chance.choice((gzip.compress, zlib.compress))(body)


def _percented(chance: Random, body: bytes, _: bytes) -> bytes:
    start, end = _span(chance, body)
    return body[:start] + b"".join(b"%%%02X" % byte for byte in body[start:end]) + body[end:]


MUTATIONS: Sequence[Mutation] = [
    _flip, _insert, _insert, _overwrite, _overwrite, _delete, _repeat, _truncate, _splice, _splice, _cross,
    _change_case, _exchange_value, _exchange_value, _exchange_value, _exchange_value, _repeat_member, _repeat_member,
    _wrap, _as_text, _as_field, _as_form, _in_charset, _packed, _percented,
]  # fmt: skip
