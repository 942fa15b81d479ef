"""Names, values, sizes and broken bodies: urlencoded, multipart, JSON and plain text."""

import json
from collections.abc import Iterator

from tests.payloads.hostile_forms.post import (
    BOUNDARY,
    MULTIPART,
    URLENCODED,
    Becomes,
    Post,
    fields,
    multipart,
    of_type,
    part,
    sent,
    urlencoded,
)

_KIB = 1024
_TOO_LARGE = {"becomes": Becomes.REFUSED, "statuses": frozenset({413})}
_NAMES = (
    "a[]", "a[b][c]", "a[", "a]", "a]b[", "[x]", "[]", "[][]", "a[b", "a[999999999]", "a[-1]", "a[ ]", "__proto__[x]",
    "constructor[prototype][x]", "a.b.c", "a..b", ".", "*", "$", "@", "['x']", "a['b", "?", "=", "", " ", "\t", "\r\n",
    "id", "lead_id[]", "person[email][]", "attribution[click_ids][gclid]", "signals[honeypot]", "__class__", "self",
    "ä" * 100, "n" * 9_000, "{0.__class__}", "%s%n", "'; DROP TABLE leads;--", "<script>", "\u202eemail", "\x00email",
)  # fmt: skip
_VALUES = {
    "sql": "'; DROP TABLE router_decisions; --",
    "script": "<script>alert(1)</script>",
    "template": "{{7*7}} ${7*7} #{7*7} {0.__class__}",
    "formula": "=cmd|' /C calc'!A0",
    "line breaks": "a\r\nb\nc\rd\u2028e\u0085f",
    "controls": "".join(map(chr, range(1, 32))),
    "right to left": "\u202eesrever\u202c",
    "zalgo": "Å" + "\u0301" * 500,
    "emoji": "👩‍👩‍👧‍👦" * 50,
    "8,192 characters": "x" * 8_192,
    "8,193 characters": "x" * 8_193,
    "100 kB": "x" * 100_000,
    "json": '{"email": "inside@example.se", "a": [[[[[1]]]]]}',
    "null": "null",
    "spaces": "   ",
    "a number of 5,000 digits": "9" * 5_000,
    "a date of the year 0": "0000-00-00T00:00:00Z",
}
_JSON = {
    "a list": "[]", "an empty object": "{}", "null": "null", "true": "true", "a number": "1", "a text": '"hej"',
    "a list of numbers": "[1, 2, 3]", "a list of lists": "[[[]]]", "cut off": '{"email": "a@example.se"',
    "trailing comma": '{"email": "comma@example.se",}', "single quotes": "{'email': 'a@example.se'}",
    "a name twice": '{"email": "one@example.se", "email": "two@example.se"}',
    "not a number": '{"email": "nan@example.se", "budget": NaN}', "infinity": '{"email": "inf@example.se", "b": 1e999}',
    "nul": '{"email": "nul@example.se", "full_name": "A\\u0000B"}',
    "half a pair": '{"email": "pair@example.se", "full_name": "\\ud800"}',
    "a large number": '{"email": "large@example.se", "budget": 123456789012345678901234567890}',
    "values that are objects": '{"email": {"$ne": null}, "full_name": ["A", {"b": 1}]}',
    "31 levels": "[" * 31 + "]" * 31, "33 levels": '{"a":' * 33 + "1" + "}" * 33,
    "100,000 levels": "[" * 100_000, "two documents": '{"email": "one@example.se"}{"email": "two@example.se"}',
    "numbers for all": '{"email": 1, "phone": 46701740601, "full_name": 3}',
    "flags for all": '{"email": true, "phone": false, "consents": {"newsletter": true}}',
    "a batch": '[{"email": "b1@example.se"}, {"email": "b2@example.se"}, 3]',
    "a lead within": '{"lead": {"email": "within@example.se"}, "id": 9007199254740993}',
    "3,000 values": json.dumps({"email": "values@example.se", "a": [0] * 3_000}),
}  # fmt: skip
_SAY_NOTHING = frozenset({"a list", "an empty object"})


def bodies() -> Iterator[Post]:
    """Make them."""
    yield from (sent(f"name {name[:20]!r}", **{name: "1"}) for name in _NAMES)
    yield from (sent(f"value: {name}", message=value) for name, value in _VALUES.items())
    yield from _duplicates()
    yield from _sizes()
    yield from _multipart()
    for name, body in _JSON.items():
        becomes = Becomes.EMPTY if name in _SAY_NOTHING else Becomes.KEPT
        yield Post(f"json: {name}", body.encode(), of_type("application/json"), becomes=becomes)
        yield Post(f"json as a beacon: {name}", body.encode(), of_type("text/plain;charset=UTF-8"), becomes=becomes)
    yield from _other_types()


def _duplicates() -> Iterator[Post]:
    person = list(fields().items())
    twice = {
        "email": [("email", "second@example.se")],
        "consent, hidden first": [("nyhetsbrev", "0"), ("nyhetsbrev", "1")],
        "consent, both": [("nyhetsbrev", "1"), ("nyhetsbrev", "0")],
        "consent of all sorts": [("nyhetsbrev", "on"), ("nyhetsbrev[]", "x"), ("nyhetsbrev[a]", "y")],
        "contradicting groups": [("a", "1"), ("a[b]", "2"), ("a[]", "3"), ("a[b][c]", "4")],
        "999 of one": [("x", str(number)) for number in range(900)],
        "one id": [("submission_id", "same"), ("submission_id", "other")],
    }
    for name, more in twice.items():
        yield Post(f"twice: {name}", urlencoded([*person, *more]))


def _sizes() -> Iterator[Post]:
    for number in (998, 1_000, 5_000, 50_000):
        more = "&".join(f"f{place}=1" for place in range(number))
        is_large = len(more) > 250 * _KIB
        yield Post(f"{number} fields", urlencoded(fields()) + f"&{more}".encode(), **(_TOO_LARGE if is_large else {}))
    nested = "a" + "[b]" * 31
    for levels in (5, 30, 31, 32, 200):
        yield sent(f"{levels} levels of brackets", **{"a" + "[b]" * levels: "1"})
    yield sent("deep and wide", **{f"{nested}[{number}]": "1" for number in range(20)})
    yield Post("only ampersands", b"&" * 200_000)
    yield Post("only ampersands, few", b"&" * 20, becomes=Becomes.EMPTY)
    yield Post("only equals signs", b"=" * 100_000)
    yield Post("255 KiB", urlencoded(fields(message="y" * (254 * _KIB))))
    yield Post("257 KiB", urlencoded(fields(message="y" * (257 * _KIB))), **_TOO_LARGE)
    yield Post("2 MiB", b"a=" + b"y" * (2_048 * _KIB), **_TOO_LARGE)
    yield Post("empty", b"", becomes=Becomes.EMPTY)
    yield Post("spaces", b"   ", becomes=Becomes.EMPTY)
    yield Post("a query and no body", b"", query="email=query%40example.se")
    yield Post(
        "a query of 2,000 fields", urlencoded(fields()), query="&".join(f"q{number}=1" for number in range(2_000))
    )


def _multipart() -> Iterator[Post]:
    email = part("email", fields()["email"])
    wrong = {
        "no boundary told": ("multipart/form-data", multipart(email)),
        "no boundary at all": ("multipart/form-data", b"email=a@example.se"),
        "another boundary": ("multipart/form-data; boundary=other", multipart(email)),
        "a long boundary": (f"multipart/form-data; boundary={'b' * 300}", multipart(email)),
        "an odd boundary": ('multipart/form-data; boundary="a b;c"', multipart(email)),
        "no end": (MULTIPART, email),
        "cut off in a header": (MULTIPART, email + f"--{BOUNDARY}\r\nContent-Dis".encode()),
        "line feeds only": (MULTIPART, multipart(email).replace(b"\r\n", b"\n")),
        "no disposition": (MULTIPART, f"--{BOUNDARY}\r\n\r\nhej\r\n--{BOUNDARY}--\r\n".encode()),
        "no name": (MULTIPART, multipart(part("", "x"), email)),
        "a name of 20 kB": (MULTIPART, multipart(part("n" * 20_000, "x"), email)),
        "2,000 parts": (MULTIPART, multipart(email, *(part(f"p{number}", "1") for number in range(2_000)))),
        "words before": (MULTIPART, b"preamble\r\n" + multipart(email)),
        "words after": (MULTIPART, multipart(email) + b"epilogue"),
        "a form within": (MULTIPART, multipart(email, part("in", b"x", headers=f"Content-Type: {MULTIPART}\r\n"))),
        "base64": (MULTIPART, multipart(email, part("b", "aGVq", headers="Content-Transfer-Encoding: base64\r\n"))),
        "a header of 100 kB": (MULTIPART, multipart(email, part("h", "1", headers=f"X-Long: {'h' * 100_000}\r\n"))),
        "binary values": (MULTIPART, multipart(email, part("bin", bytes(range(256))))),
        "nothing but an end": (MULTIPART, f"--{BOUNDARY}--\r\n".encode()),
        "an urlencoded body": (MULTIPART, b"email=urlencoded%40example.se"),
    }
    files = {
        "a file": part("doc", b"%PDF-1.7 ...", '; filename="a.pdf"', "Content-Type: application/pdf\r\n"),
        "a file without a name": part("doc", b"", '; filename=""'),
        "a file that climbs": part("doc", b"x", '; filename="../../etc/passwd"'),
        "a file with a long name": part("doc", b"x", f'; filename="{"f" * 5_000}"'),
        "a file named in utf-8": part("doc", b"x", "; filename*=UTF-8''%E2%82%AC.pdf"),
        "a file with a line break": part("doc", b"x", '; filename="a%0d%0aSet-Cookie: x=1"'),
        "a file of 200 kB": part("doc", b"\x00\xff" * 100_000, '; filename="big.bin"'),
        "a file for the e-mail": part("email", b"file@example.se", '; filename="email"'),
    }
    for name, (content_type, body) in wrong.items():
        becomes = Becomes.EMPTY if name == "nothing but an end" else Becomes.KEPT
        yield Post(f"multipart: {name}", body, of_type(content_type), becomes=becomes)
    for name, file in files.items():
        person = multipart(part("full_name", fields()["full_name"]), part("email", fields()["email"]), file)
        yield Post(f"multipart: {name}", person, of_type(MULTIPART))
    yield Post("multipart: only a file", multipart(files["a file"]), of_type(MULTIPART), becomes=Becomes.EMPTY)


def _other_types() -> Iterator[Post]:
    person = urlencoded(fields())
    lines = "\r\n".join(f"{name}={value}" for name, value in fields().items()).encode() + b"\r\n"
    others = {
        "a plain-text form": ("text/plain", lines),
        "plain words": ("text/plain", b"hej hej"),
        "a form without a type": ("", person),
        "a form as an octet stream": ("application/octet-stream", person),
        "a form that says json": ("application/json", person),
        "json that says form": (URLENCODED, json.dumps(fields()).encode()),
        "xml": ("application/xml", b"<lead><email>x@example.se</email></lead>"),
        "xml with entities": ("text/xml", b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'),
        "a type of 10 kB": (f"text/{'x' * 10_000}", person),
        "a type that is none": (";;;===", person),
        "a report of a browser": ("application/csp-report", b'{"csp-report": {"blocked-uri": "x"}}'),
        "php": ("application/x-httpd-php", b"<?php echo 1;"),
    }
    for name, (content_type, body) in others.items():
        yield Post(f"type: {name}", body, of_type(content_type))
