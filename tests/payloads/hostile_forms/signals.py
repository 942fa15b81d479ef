"""What betrays a machine, or only looks as if it did: honeypots, stamps, ids that everybody shares."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from services.ingest.forms.stamps import stamp
from tests.payloads.hostile_forms.post import Post, sent

SOURCE = "website"
KEYS = ("n" * 43, "o" * 43)
"""The signing keys that the service believes, the newer first."""


def signals() -> Iterator[Post]:
    """Make them; the stamps are as old as their names say when this is called."""
    yield from _honeypots()
    yield from _stamps()
    yield from _ids()


def _honeypots() -> Iterator[Post]:
    for value in ("http://spam.example", "x", "on", "1", "fanny@example.se", "\u00e5" * 3_000, "<a href=x>", "\x01"):
        yield _marked(sent(f"honeypot {value[:20]!r}", company_url=value), "honeypot", True)
    for value in ("", "   ", "null", "false", "0"):
        yield sent(f"honeypot left alone: {value!r}", company_url=value)
    yield _marked(sent("honeypot and next", company_url="x", next="//evil.example"), "honeypot", True)


def _stamps() -> Iterator[Post]:
    now = datetime.now(UTC)
    new, old = (key.encode() for key in KEYS)
    good = stamp(new, SOURCE, now - timedelta(minutes=2))
    given = {
        "valid": (good, "valid"),
        "by the older key": (stamp(old, SOURCE, now - timedelta(minutes=2)), "valid"),
        "by no key of ours": (stamp(b"z" * 43, SOURCE, now - timedelta(minutes=2)), "forged"),
        "of another source": (stamp(new, "other", now - timedelta(minutes=2)), "forged"),
        "too fast": (stamp(new, SOURCE, now + timedelta(seconds=40)), "too_fast"),
        "too old": (stamp(new, SOURCE, now - timedelta(days=3)), "too_old"),
        "of the year 2100": (stamp(new, SOURCE, datetime(2100, 1, 1, tzinfo=UTC)), "forged"),
        "with another time": ("1" + good[1:][:-1] + "x", "forged"),
        "cut off": (good[:-1], "forged"),
        "with a tail": (good + "A", "forged"),
        "only a time": (good.partition(".")[0], "forged"),
        "in other digits": ("\u0661" + good[1:], "forged"),
        "of 8,000 characters": ("1" * 8_000, "forged"),
        "with a line": (good + "\r\nX-Injected: 1", "forged"),
        "a huge time": ("99999999999." + "A" * 27, "forged"),
    }
    for name, (text, finding) in given.items():
        yield _marked(sent(f"stamp {name}", tratt_stamp=text), "stamp", finding)


def _ids() -> Iterator[Post]:
    for given in (
        str(uuid4()),
        "1",
        "contact-form",
        "0" * 32,
        str(uuid4()) + "\r\nX: 1",
        "i" * 8_000,
        "null",
        "\u0000",
    ):
        yield sent(f"submission id {given[:20]!r}", submission_id=given)


def _marked(post: Post, signal: str, value: str | bool) -> Post:
    return Post(post.name, post.body, post.headers, signal=(signal, value))
