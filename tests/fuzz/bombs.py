"""Bodies that are as much of one thing as the guard lets in."""

import gzip
import random
import zlib
from collections.abc import Callable, Sequence
from functools import cache
from typing import TypeAlias

from services.ingest.guard import MAX_BODY_BYTES

Random: TypeAlias = random.Random
Bomb = Callable[[Random], bytes]


def _many(chance: Random, kinds: Sequence[bytes]) -> bytes:
    kind = chance.choice(kinds)
    count = chance.choice((2_001, 20_000, MAX_BODY_BYTES // max(1, len(kind))))
    return kind * count


def _wide(chance: Random) -> bytes:
    body = _many(
        chance, (b"1,", b"[],", b"{},", b'"",', b'"[]",', b'{"a":1},', b'{"value":"x"},', b"0.5,", b'{"":{}},')
    )
    return b"[" + body[:-1] + b"]"


def _members(chance: Random) -> bytes:
    count = chance.choice((300, 990, 1_990))
    value = chance.choice(
        (
            b'"x"',
            b"[]",
            b'"[]"',
            b'"a@b.se"',
            b'{"value":"x"}',
            b'"https://a.se/?utm_source=x"',
            b'"2026-05-01"',
            b'"+46 1"',
        )
    )
    name = chance.choice((b"f", b"email ", b"first name ", b"utm_source", b"created at ", b"\xc3\xa5" * 20, b"Q" * 100))
    return b"{" + b",".join(b'"%s%d":%s' % (name, number, value) for number in range(count)) + b"}"


def _questions(chance: Random) -> bytes:
    element = chance.choice(
        (
            b'{"key":"%d","label":"Namn","value":"x"}', b'{"column_id":"%d","string_value":"x"}',
            b'{"question":"E-post %d","answer":"x"}', b'{"name":"a","values":["%d"]}',
            b'{"field":{"ref":"%d","type":"text"},"type":"text","text":"x"}', b'{"key":"a","label":"b","value":["%d"]}',
            b'{"id":"%d","value":["1","2"],"options":[{"id":"1","text":"x"}]}',
        )
    )  # fmt: skip
    listed = b",".join(element % number for number in range(chance.choice((100, 390, 600))))
    around = chance.choice(
        (b"[%s]", b'{"fields":[%s]}', b'{"data":{"fields":[%s]}}', b'{"form_response":{"answers":[%s]}}')
    )
    return around % listed


def _deep(chance: Random) -> bytes:
    opening = chance.choice((b"[", b'{"a":', b"[1,", b'["a",', b"[\n", b"[[],", b'[{"":'))
    closing = b"".join({91: b"]", 123: b"}"}.get(byte, b"") for byte in reversed(opening.replace(b"[]", b"")))
    depth = chance.choice((33, 1_000, MAX_BODY_BYTES // (len(opening) + len(closing))))
    return chance.choice((b"", b'"', b"\xff")) + opening * depth + b"1" + closing * depth


def _texts(chance: Random) -> bytes:
    text = _many(
        chance, (b"x", b'\\"', b"\\u0000", b"\\ud800", b"\\\\", b"%41", b"\xc3\xa5", b" ", b"1 ", b"a@", b"(", b"+")
    )
    return b'{"%s":"%s"}' % (chance.choice((b"email", b"phone", b"created_at", b"name")), text[: MAX_BODY_BYTES - 40])


def _forms(chance: Random) -> bytes:
    return _many(
        chance,
        (
            b"a=1&", b"a[]=1&", b"a[b][c]=1&", b"&", b"=", b"%", b"a=\r\n", b"a[[]=&", b"+", b"%C3%A5=%E5&",
            b"a[0]=%5B%5D&",
            b'--B\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n', b"--B\r\n", b"--B\r\nx: y\r\n\r\n",
            b"\r\n--",
        ),
    )  # fmt: skip


@cache
def _packed(level: int) -> list[bytes]:
    inner = (b"0" * 30_000_000, b"[" * MAX_BODY_BYTES, b'{"a":1}', b"", gzip.compress(b"0" * 1_000_000))
    return [pack(each, level) for each in inner for pack in (gzip.compress, zlib.compress)]


def _zip(chance: Random) -> bytes:
    whole = chance.choice(_packed(6))
    return whole * chance.choice((1, 1, 17, 5_000)) if len(whole) < 100 else whole


BOMBS: Sequence[Bomb] = [
    _wide,
    _members,
    _members,
    _questions,
    _questions,
    _deep,
    _texts,
    _forms,
    _zip,
]
