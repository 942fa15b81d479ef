"""Hostile bodies for the door of Google Ads, each with the answer it must get. Every person in them is invented.

Used in process by tests/unit/ingest and against a running service: post each to `/v1/sources/<source>`, compare the
status, and look afterwards for one lead or one dead letter per `submission_id`.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from typing import Any

MAX_BODY = 256 * 1024


class Becomes(StrEnum):
    """What the body must leave behind."""

    LEAD = "lead"
    DEAD_LETTER = "dead_letter"
    NOTHING = "nothing"


STATUS = {Becomes.LEAD: 200, Becomes.DEAD_LETTER: 200}


@dataclass(frozen=True, slots=True)
class Hostile:
    """One body. `submission_id` is None where the body has none that can be read."""

    name: str
    body: bytes
    status: int
    becomes: Becomes
    submission_id: str | None = None


def hostile_bodies(key: str = "try-me", run: str = "hostile") -> list[Hostile]:
    """Make the corpus for a source with this key. Another `run` makes other leads of it."""
    make = _Corpus(key, run)
    return [
        *make.broken(),
        *make.truncated(),
        *make.unauthentic(),
        *make.unauthentic_bombs(),
        *make.deep(),
        *make.wide_and_long(),
        *make.undecodable(),
        *make.ambiguous(),
        *make.misshapen(),
        *make.odd_but_fine(),
        *make.odd_text(),
        *make.odd_times(),
        *make.odd_encodings(),
        *make.too_large(),
    ]


class _Corpus:
    def __init__(self, key: str, run: str) -> None:
        self._key = key
        self._run = run

    def broken(self) -> Iterator[Hostile]:
        head = f'{{"google_key": "{self._key}", '
        bodies = {
            "empty": "",
            "spaces": "   \n ",
            "only a byte order mark": "\ufeff",
            "a word": "lead",
            "a form": f"google_key={self._key}&lead_id=1",
            "xml": f"<lead><google_key>{self._key}</google_key></lead>",
            "trailing comma, as in Google's sample": head + "}",
            "single quotes": f"{{'google_key': '{self._key}'}}",
            "bare names": f'{{google_key: "{self._key}"}}',
            "comment": head + '/* hello */ "lead_id": "1"}',
            "line comment": head + '"lead_id": "1"} // hello',
            "two documents": head + '"lead_id": "1"} {}',
            "closed twice": head + '"lead_id": "1"}}',
            "wrong bracket": head + '"lead_id": "1"]',
            "no colon": head + '"lead_id" "1"}',
            "no value": head + '"lead_id": }',
            "leading zero": head + '"form_id": 01}',
            "plus sign": head + '"form_id": +1}',
            "no digit before the point": head + '"form_id": .5}',
            "no digit after the point": head + '"form_id": 1.}',
            "hexadecimal": head + '"form_id": 0x10}',
            "python's True": head + '"is_test": True}',
            "undefined": head + '"is_test": undefined}',
            "bad escape": head + '"lead_id": "\\x41"}',
            "half an escape": head + '"lead_id": "\\u00"}',
            "escape made by stripping NUL": head + '"lead_id": "\\u00\\u000000"}',
            "NUL between members": head + '\x00"lead_id": "1"}',
            "NUL after the end": head + '"lead_id": "1"}\x00',
            "open list": head + '"lead_id": [',
            "open lists": head + '"lead_id": ' + "[" * 100_000,
            "open objects": head + '"lead_id": ' + '{"a":' * 40_000,
            "open texts": head + '"lead_id": ' + '["' * 100_000,
            "escaped quotes without an end": head + '"a": [' + "[" * 40 + '"' + '\\"' * 100_000,
            "more closed than opened": head + '"a": ' + "[" * 50 + "]" * 60 + "}",
            "closed only": "]" * 100_000,
            "commas": "," * 100_000,
            "quotes": '"' * 100_001,
            "backslashes": "\\" * 100_000,
            "digits and a letter": "9" * 100_000 + "x",
        }
        for name, text in bodies.items():
            yield self._nothing(f"broken: {name}", text.encode(), 400)

    def truncated(self) -> Iterator[Hostile]:
        whole = self._body("truncated")
        for cut in range(0, len(whole) - 1, max(1, len(whole) // 60)):
            yield self._nothing(f"truncated after {cut} bytes", whole[:cut], 400)

    def unauthentic(self) -> Iterator[Hostile]:
        keys: dict[str, Any] = {  # Any: whatever a sender may put there
            "empty": "",
            "null": None,
            "wrong": "not-the-key",
            "not ASCII": "å",
            "number": 123,
            "true": True,
            "list": [self._key],
            "object": {"google_key": self._key},
            "with a space": self._key + " ",
            "in capitals": self._key.upper(),
            "half": self._key[:-1],
            "half a surrogate pair": "\ud800",
            "long": "k" * 8000,
        }
        for name, given in keys.items():
            yield self._nothing(f"key: {name}", self._body("key", google_key=given), 401)
        without = self._payload("key")
        del without["google_key"]
        yield self._nothing("key: missing", _dump(without), 401)
        yield self._nothing("key: another spelling", _dump(without | {"GOOGLE_KEY": self._key}), 401)
        yield self._nothing("key: nested", _dump(without | {"a": {"google_key": self._key}}), 401)
        yield self._nothing("key: two spellings that differ", self._body("key", Google_key="wrong"), 401)
        yield self._nothing("key: twice, second wrong", self._with('"google_key": "wrong"'), 401)
        yield self._nothing("key: twice, first wrong", b'{"google_key": "wrong", ' + self._body("key")[1:], 401)
        for text in ("[]", "{}", "null", "true", "1", '"text"', "[[]]", f'["{self._key}"]'):
            yield self._nothing(f"no object: {text[:6]}", text.encode(), 401)
        yield self._nothing("a list of leads", _dump([self._payload("key")]), 401)

    def unauthentic_bombs(self) -> Iterator[Hostile]:
        bombs = {
            "lists": "[" * 100_000 + "]" * 100_000,
            "lists of two": "[1," * 50_000 + "1" + "]" * 50_000,
            "objects": '{"a":' * 30_000 + "1" + "}" * 30_000,
            "numbers": "[" + "1," * 100_000 + "1]",
            "repeats": "[" + '{"":1,"":1},' * 20_000 + "1]",
            "digits": "9" * 200_000,
        }
        for name, value in bombs.items():
            yield self._nothing(f"bomb without a key: {name}", f'{{"a": {value}}}'.encode(), 401)
            yield self._nothing(f"bomb alone: {name}", value.encode(), 401)

    def deep(self) -> Iterator[Hostile]:
        for depth in (32, 33, 64, 500, 900, 1_000, 1_100, 5_000, 20_000):
            values = {
                "lists": "[" * depth + "]" * depth,
                "objects": '{"a":' * depth + "1" + "}" * depth,
                "both": '[{"a":' * (depth // 2) + "1" + "}]" * (depth // 2)
                if depth > 33
                else "[" * depth + "]" * depth,
                "lists of two": "[1," * depth + "1" + "]" * depth,
                "after wide lists": "[" + "[],[1]," * 1_000 + "[" * depth + "]" * depth + "]",
                "with brackets in texts": '["]}[{",' * depth + '"\\"]"' + "]" * depth,
            }
            for name, value in values.items():
                yield self._dead(f"deep {depth}: {name}", self._with(f'"a": {value}'))
        first = '{"a": ' + "[" * 100_000 + "]" * 100_000 + ", "
        yield self._dead("deep 100000: before the key", first.encode() + self._body("dead")[1:])
        yield self._dead("deep 100000: lines", self._with('"a": ' + "[\n" * 50_000 + "]" * 50_000))
        yield self._lead("deep 31: still fine", self._with('"a": ' + "[" * 31 + "]" * 31, becomes="lead"))

    def wide_and_long(self) -> Iterator[Hostile]:
        for count in (2_001, 10_000, 100_000):
            yield self._dead(f"{count} numbers", self._with('"a": [' + "1," * (count - 1) + "1]"))
        yield self._dead("50000 lists", self._with('"a": [' + "[]," * 50_000 + "[]]"))
        yield self._dead("20000 members", self._with(",".join(f'"m{n}": 1' for n in range(20_000))))
        columns = [{"column_id": f"q{n}", "string_value": "x"} for n in range(700)]
        yield self._dead("700 columns", self._body("dead", user_column_data=columns))
        for length in (8_193, 65_536, 200_000):
            yield self._dead(f"text of {length}", self._with(f'"a": "{"x" * length}"'))
            yield self._dead(f"name of {length}", self._with(f'"{"x" * length}": 1'))
            yield self._dead(f"answer of {length}", self._answer("dead", "q", "x" * length))
        yield self._lead("text of 8192", self._with(f'"a": "{"x" * 8_192}"', becomes="lead"))
        yield self._lead("200 columns", self._body("lead", user_column_data=columns[:200]))
        for text in ("9" * 65, "9" * 4_300, "9" * 5_000, "9" * 200_000, "-" + "9" * 5_000, "0." + "9" * 5_000):
            yield self._dead(f"number of {len(text)} characters", self._with(f'"a": {text}'))
            yield self._dead(f"form id of {len(text)} characters", self._with(f'"form_id2": {text}'))
        number = "9" * 5_000
        body = self._body("dead", lead_id=None).replace(b"null", number.encode())
        yield Hostile("lead id of 5000 digits", body, 200, Becomes.DEAD_LETTER, number)

    def undecodable(self) -> Iterator[Hostile]:
        sequences = {
            "no start byte": b"\xff",
            "a lone continuation": b"\x80",
            "overlong slash": b"\xc0\xaf",
            "overlong NUL": b"\xc0\x80",
            "encoded surrogate": b"\xed\xa0\x80",
            "cut short": b"\xe2\x82",
            "beyond the last code point": b"\xf4\x90\x80\x80",
            "latin-1": "Åsa Öberg".encode("latin-1"),
        }
        for name, given in sequences.items():
            yield self._dead(f"not UTF-8: {name} in a value", self._with('"a": "?"').replace(b"?", given))
            yield self._dead(f"not UTF-8: {name} in a name", self._with('"?": 1').replace(b"?", given))
        deep = self._with('"?": ' + "[" * 50_000 + "]" * 50_000).replace(b"?", b"\xff")
        yield self._dead("not UTF-8 and deep", deep)
        halves = ("\\ud800", "\\udc00", "\\udfff\\ud800", "\\ud83d", "\\ud83d\\ud83d\\ude00", "a\\uDBFFb")
        for half in halves:
            yield self._dead(f"half a pair: {half} in a value", self._with(f'"a": "{half}"'))
            yield self._dead(f"half a pair: {half} in a name", self._with(f'"{half}": 1'))
            yield self._dead(f"half a pair: {half} in an answer", self._answer("dead", "q", "?", half))
        lead_id = self._body("dead", lead_id="?").replace(b'"?"', b'"\\ud800"')
        yield self._dead("half a pair in the lead id", lead_id, "")

    def ambiguous(self) -> Iterator[Hostile]:
        repeats = {
            "the key, the same": f'"google_key": "{self._key}"',
            "a form id": '"form_id": 1',
            "is_test": '"is_test": false, "is_test": true',
            "an unknown member": '"a": 1, "a": 1',
            "in an object": '"a": {"b": 1, "b": 2}',
            "deep down": '"a": [{"b": [{"c": 1, "c": 1}]}]',
            "by an escape": '"a": 1, "\\u0061": 2',
            "by a stripped NUL": '"a": 1, "a\\u0000": 2',
            "the empty name": '"": 1, "": 2',
            "20000 times": ",".join(['"a": 1'] * 20_000),
        }
        for name, members in repeats.items():
            yield self._dead(f"twice: {name}", self._with(members))
        for value in ("NaN", "Infinity", "-Infinity", "1e400", "-1e400", "1e99999"):
            yield self._dead(f"no number: {value}", self._with(f'"a": {value}'))
            yield self._dead(f"no number: {value} in a list", self._with(f'"a": [1, {value}]'))

    def misshapen(self) -> Iterator[Hostile]:
        shapes: dict[str, list[Any]] = {  # Any: whatever a sender may put there
            "user_column_data": [{}, {"EMAIL": "a@exempel.se"}, "EMAIL", 1, True, [1], ["x"], [None], [[]], [True]],
            "form_id": [{}, []],
            "campaign_id": [{"id": 1}, [1]],
            "adgroup_id": [{}],
            "creative_id": [[]],
            "asset_group_id": [{}],
            "gcl_id": [{}, ["x"]],
        }
        for name, values in shapes.items():
            for value in values:
                yield self._dead(f"shape of {name}: {_dump(value).decode()}", self._body("dead", **{name: value}))
        for value in ({}, {"id": 1}, [], ["x"]):
            yield self._dead(f"shape of lead_id: {_dump(value).decode()}", self._body("dead", lead_id=value), "")
        columns: list[Any] = [  # Any: as above
            {"column_id": "EMAIL", "string_value": [["a@exempel.se"]]},
            {"column_id": "EMAIL", "string_value": {"value": "a@exempel.se"}},
            {"column_id": ["EMAIL"], "string_value": "a@exempel.se"},
            {"column_id": {}, "string_value": "a@exempel.se"},
            {"string_value": "a@exempel.se"},
            {"column_id": "", "string_value": "a@exempel.se"},
            {"column_id": None, "column_name": [], "string_value": "a@exempel.se"},
        ]
        for column in columns:
            yield self._dead(
                f"shape of a column: {_dump(column).decode()}", self._body("dead", user_column_data=[column])
            )

    def odd_but_fine(self) -> Iterator[Hostile]:
        members: list[dict[str, Any]] = [  # Any: as above
            {"user_column_data": None},
            {"user_column_data": []},
            {"user_column_data": [{}]},
            {"user_column_data": [{"column_id": "EMAIL"}]},
            {"user_column_data": [{"column_id": "EMAIL", "string_value": None}]},
            {"user_column_data": [{"column_id": "EMAIL", "string_value": 5}]},
            {"user_column_data": [{"column_id": "EMAIL", "string_value": ["a@exempel.se"]}]},
            {"user_column_data": [{"column_name": "User Email", "string_value": "namn@exempel.se"}]},
            {"user_column_data": [{"column_id": "PHONE_NUMBER", "string_value": 46701740605}]},
            {"form_id": 2**63}, {"form_id": -1}, {"form_id": 0}, {"form_id": True}, {"form_id": None}, {"form_id": 1.5},
            {"campaign_id": "not a number"}, {"campaign_id": 10**60}, {"gcl_id": 7}, {"gcl_id": "x" * 4_000},
            {"is_test": "maybe"}, {"is_test": 0}, {"is_test": []}, {"is_test": {}}, {"is_test": None},
            {"__proto__": {"is_test": True}}, {"constructor": "x"}, {"id": "x"}, {"lead": {"id": "x"}}, {"": "x"},
            {"probable_id": False}, {"nul_stripped": "no"}, {"specversion": "2.0"}, {"lead_stage": {"a": [1, None]}},
        ]  # fmt: skip
        for number, given in enumerate(members):
            yield self._lead(
                f"odd {number}: {_dump(given).decode()[:40]}", self._body(f"odd-{number}", **given), f"odd-{number}"
            )

    def odd_text(self) -> Iterator[Hostile]:
        texts = [
            "Robert'); DROP TABLE leads;--", "{{7*7}}", "${jndi:ldap://exempel.se/a}", "%s%n%x", "../../etc/passwd",
            "<script>alert(1)</script>", "=1+1", "+46 70", "@SUM(A1)", "-1", "\r\nSet-Cookie: a=b", "\t", "a\u202eb",
            "\u200b", "\u0410\u0430", "Z\u0351\u0321algo" * 50, "\uffff", "\U0010ffff", "👩‍👩‍👧‍👦", "ﷺ" * 100,
            "\u212a", "\uff20",
            "null", "N/A", "undefined", "NaN", "0", "false", "[]", '{"a": 1}', "\\u0000", "\x7f", "\x01", "x" * 8_000,
        ]  # fmt: skip
        for number, text in enumerate(texts):
            given = f"text-{number}"
            yield self._lead(f"answer {text[:12]!r}", self._answer(given, "q", text), given)
            yield self._lead(f"contact {text[:12]!r}", self._contact(f"c-{given}", text), f"c-{given}")
        emails = [
            "a@b@c.se",
            "@",
            "a@" + "ü" * 4_000 + ".se",
            "a@" + "xn--" * 500 + ".se",
            '"a b"@exempel.se',
            "a@[::1]",
        ]
        for number, email in enumerate(emails):
            given = f"email-{number}"
            yield self._lead(f"e-mail {email[:12]!r}", self._answer(given, "EMAIL", email), given)
        phones = [
            "+" * 4_000,
            "0" * 8_000,
            "+46" + "7" * 200,
            "tel:",
            "ankn 1" * 1_000,
            "\uff10\uff17\uff10\uff11\uff17\uff14\uff10\uff16\uff10\uff15",
            "+999999",
        ]
        for number, phone in enumerate(phones):
            given = f"phone-{number}"
            yield self._lead(f"phone {phone[:12]!r}", self._answer(given, "PHONE_NUMBER", phone), given)
        for number, text in enumerate(("a\\u0000b", "\\u0000", "\x00", "\\\\\\u0000", "\\u0000" * 20_000)):
            given = f"nul-{number}"
            yield self._lead(f"NUL {text[:12]!r}", self._answer(given, "FULL_NAME", "?", text), given)
        named = self._body("nul-id", lead_id="?").replace(b'"?"', f'"{self._run}-nul\\u0000-id"'.encode())
        yield self._lead("NUL in the lead id", named, "nul-id")

    def odd_times(self) -> Iterator[Hostile]:
        times: list[Any] = [  # Any: as above
            "", " ", "now", "2026-13-45T25:61:61Z", "0001-01-01T00:00:00Z", "0001-01-01T00:00:00+14:00",
            "9999-12-31T23:59:59-14:00", "2026-05-01", "2026-W18-5", "20260501T123000Z", "12:30", "2026-05-01T12:30:00",
            "2026-05-01T12:30:00+0000", "1777638600", "\u0661999-01-01", 1777638600, -1, 1.5, True, None, [], {},
            "x" * 8_000,
        ]  # fmt: skip
        for number, time in enumerate(times):
            given = f"time-{number}"
            yield self._lead(f"time {time!r:.22}", self._body(given, lead_submit_time=time), given)

    def odd_encodings(self) -> Iterator[Hostile]:
        for encoding in ("utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"):
            whole = self._body(encoding).decode()
            yield self._lead(f"encoding {encoding}", whole.encode(encoding), encoding)
        cut = self._body("utf-16-cut").decode().encode("utf-16")[:-1]
        yield self._nothing("encoding utf-16, cut short", cut, 400)
        yield self._lead("200 kB of spaces before", b" " * 200_000 + self._body("spaces"), "spaces")
        yield self._lead("every character escaped", _escaped(self._body("escaped").decode()), "escaped")
        yield self._lead("the relay's spelling", self._body("relay").replace(b"google_key", b"Google_key"), "relay")
        yield self._lead("a smiley as a pair", self._answer("pair", "q", "?", "\\ud83d\\ude00"), "pair")

    def too_large(self) -> Iterator[Hostile]:
        for size in (MAX_BODY + 1, 2 * MAX_BODY, 1024 * 1024):
            whole = self._body("large")
            yield self._nothing(f"{size} bytes, authentic", whole + b" " * (size - len(whole)), 413)
            yield self._nothing(f"{size} bytes of nothing", b"\x00" * size, 413)
        fits = self._body("fits")
        yield self._lead(f"{MAX_BODY} bytes", fits + b" " * (MAX_BODY - len(fits)), "fits")

    def _payload(self, lead_id: str) -> dict[str, Any]:  # Any: whatever a sender may put there
        return {
            "lead_id": f"{self._run}-{lead_id}",
            "user_column_data": [
                {"column_id": "FULL_NAME", "column_name": "Full Name", "string_value": "Åke Exempel"},
                {"column_id": "EMAIL", "column_name": "User Email", "string_value": "ake@exempel.se"},
            ],
            "form_id": 40000000001,
            "campaign_id": 10000000000,
            "google_key": self._key,
            "is_test": False,
            "lead_submit_time": "2026-05-01T12:30:00Z",
        }

    def _body(self, lead_id: str, /, **members: Any) -> bytes:  # Any: as above
        return _dump(self._payload(lead_id) | members)

    def _with(self, members: str, becomes: str = "dead") -> bytes:
        return self._body(becomes)[:-1] + f", {members}}}".encode()

    def _answer(self, lead_id: str, column: str, text: str, written: str | None = None) -> bytes:
        """One answer; `written` stands in the JSON in place of `text`, unescaped."""
        whole = self._body(lead_id, user_column_data=[{"column_id": column, "string_value": text}])
        return whole if written is None else whole.replace(b'"?"', f'"{written}"'.encode())

    def _contact(self, lead_id: str, text: str) -> bytes:
        columns = ("FULL_NAME", "EMAIL", "PHONE_NUMBER", "COMPANY_NAME", "POSTAL_CODE", "COUNTRY", text)
        data = [{"column_id": column, "string_value": text} for column in columns if column.strip()]
        return self._body(
            lead_id, user_column_data=[column for column in data if column["column_id"].strip() != "null"]
        )

    def _nothing(self, name: str, body: bytes, status: int) -> Hostile:
        return Hostile(name, body, status, Becomes.NOTHING)

    def _lead(self, name: str, body: bytes, lead_id: str = "lead") -> Hostile:
        return self._kept(name, body, lead_id, Becomes.LEAD)

    def _dead(self, name: str, body: bytes, lead_id: str = "dead") -> Hostile:
        return self._kept(name, body, lead_id, Becomes.DEAD_LETTER)

    def _kept(self, name: str, body: bytes, lead_id: str, becomes: Becomes) -> Hostile:
        """Give the body's lead an id of its own, so that each can be looked for."""
        if lead_id not in {"lead", "dead"}:
            return Hostile(name, body, STATUS[becomes], becomes, f"{self._run}-{lead_id}" if lead_id else None)
        own = f"{self._run}-{becomes}-{sha256(name.encode(errors='surrogatepass')).hexdigest()[:16]}"
        renamed = body.replace(f'"lead_id": "{self._run}-{lead_id}"'.encode(), f'"lead_id": "{own}"'.encode(), 1)
        return Hostile(name, renamed, STATUS[becomes], becomes, own)


def _dump(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode(errors="surrogatepass")


def _escaped(text: str) -> bytes:
    """Write every character inside the texts of a document as an escape."""
    value = json.loads(text)
    plain = json.dumps(value, ensure_ascii=False)
    parts = plain.split('"')
    return '"'.join(
        "".join(f"\\u{ord(c):04x}" for c in part) if n % 2 else part for n, part in enumerate(parts)
    ).encode()
