"""Post every hostile form to a running service over bare sockets, and look for what each had to leave behind."""

import asyncio
import base64
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from secrets import token_hex
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from pydantic_core import Url

from tests.payloads.hostile_forms import hostile_posts
from tests.payloads.hostile_forms.post import FOR_COMPANIES, PAGE, THANKS, Becomes, Post
from tests.payloads.hostile_forms.signals import KEYS, SOURCE
from tests.proof.judging import settled_ledger
from tests.proof.processes import Process

AT_ONCE = 4
SET_ASIDE = "tratt.submission.set_aside.v1"
"""What a post that says nothing leaves behind: itself, should we be wrong about that."""
ANSWER_S = 20.0
CONFIGURATION = f"""
privacy:
  purposes:
    sales_contact: {{label: {{sv: Kontakt, en: Contact}}, basis: {{inbound: request}}, channels: [phone, email]}}
    newsletter: {{label: {{sv: Nyhetsbrev, en: Newsletter}}, basis: consent, channels: [email]}}
sources:
  {SOURCE}:
    kind: form
    origins: ["{PAGE}", "http://localhost:3000"]
    thank_you_url: {THANKS}
    redirects: ["{FOR_COMPANIES}"]
    fields: [full_name, email, phone]
    consents: [{{field: nyhetsbrev, purpose: newsletter, text: {{sv: "Ja tack", en: "Yes please"}}, version: 3}}]
    honeypot: company_url
    stamp: {{at_least: 1s, at_most: 1d}}
destinations:
  journal: {{kind: journal, path: delivered.jsonl}}
"""
ENVIRONMENT = {"TRATT_SECRET_KEY": ",".join(KEYS), "TRATT_PERSON_KEY": "p" * 43}
_ALLOWED = frozenset({PAGE.encode(), b"http://localhost:3000"})
_PAGES = frozenset({(url.scheme, url.host, url.port, url.path) for url in map(Url, (THANKS, FOR_COMPANIES))})
_HEADERS = frozenset({
    b"content-type", b"content-length", b"location", b"vary", b"retry-after", b"allow", b"connection", b"date",
    b"server", b"cache-control", b"content-security-policy", b"x-content-type-options", b"access-control-allow-origin",
    b"access-control-allow-methods", b"access-control-allow-headers", b"access-control-max-age",
    b"access-control-expose-headers",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer, its headers by lower-case name; status 0 where there was none."""

    status: int
    headers: Sequence[tuple[bytes, bytes]] = ()

    def header(self, name: bytes) -> bytes | None:
        return next((value for known, value in self.headers if known == name), None)


@dataclass(slots=True)
class Run:
    """What was answered and left behind."""

    statuses: Counter[int] = field(default_factory=Counter)
    became: Counter[str] = field(default_factory=Counter)
    redirects: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    ledger: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return (
            f"{self.statuses.total()} posts, answers {dict(sorted(self.statuses.items()))}, "
            f"became {dict(self.became)}, redirects {dict(self.redirects)}, wrong {len(self.wrong)}"
        )


def write_configuration(folder: Path) -> Path:
    path = folder / "forms.yaml"
    path.write_text(CONFIGURATION)
    return path


async def posted(process: Process) -> Run:
    """Post the whole corpus once, and judge each answer and what it left in the log."""
    run = Run()
    gate = asyncio.Semaphore(AT_ONCE)
    answers: dict[str, tuple[Post, Answer]] = {}

    async def post(one: Post) -> None:
        trace = token_hex(16)
        if one.declared is not None:  # waits for its own time-out
            answers[trace] = (one, await _exchange(process.http_port, one, trace))
            return
        async with gate:
            answers[trace] = (one, await _exchange(process.http_port, one, trace))

    async with asyncio.TaskGroup() as tasks:
        for one in hostile_posts():
            tasks.create_task(post(one))
    process.expect_alive()
    run.ledger = await asyncio.to_thread(settled_ledger, process)
    left = await asyncio.to_thread(_left, process)
    for trace, (one, answer) in answers.items():
        _judge(run, one, answer, left.get(trace, []))
    return run


def expect_withstood(run: Run) -> None:
    """Assert: no answer but the right ones, nothing lost, nobody sent elsewhere."""
    assert not run.wrong, "\n".join(run.wrong)
    assert not [status for status in run.statuses if status >= 500]
    assert run.ledger["exit_code"] == 0, run.ledger
    assert run.ledger["leads"]["dead"] == 0, run.ledger


async def _exchange(port: int, post: Post, trace: str) -> Answer:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(_request(post, trace))
        await writer.drain()
        async with asyncio.timeout(ANSWER_S):
            head = await reader.readuntil(b"\r\n\r\n")
            await reader.read()
    except (ConnectionError, asyncio.IncompleteReadError):
        return Answer(0)
    finally:
        writer.close()
    first, *lines = head[:-4].split(b"\r\n")
    pairs = (line.partition(b":") for line in lines)
    return Answer(int(first.split()[1]), [(name.lower(), value.strip()) for name, _, value in pairs])


def _request(post: Post, trace: str) -> bytes:
    target = f"/v1/sources/{SOURCE}" + (f"?{post.query}" if post.query else "")
    length = len(post.body) if post.declared is None else post.declared
    given = {name: value.encode() if isinstance(value, str) else value for name, value in post.headers.items()}
    headers = {
        "host": b"leads.example.se",
        "connection": b"close",
        "traceparent": f"00-{trace}-00f067aa0ba902b7-01".encode(),
        "content-length": _digits(length),
        **{name: value for name, value in given.items() if value or name == "origin"},
    }
    lines = b"".join(name.encode() + b": " + value + b"\r\n" for name, value in headers.items())
    return f"{post.method} {target} HTTP/1.1\r\n".encode() + lines + b"\r\n" + post.body


def _digits(number: int) -> bytes:
    return b"1" + b"0" * 4_000 if number >= 10**4_000 else str(number).encode()


def _left(process: Process) -> dict[str, list[dict[str, Any]]]:
    """Return what each request left in the log: leads and dead letters by trace."""
    found: dict[str, list[dict[str, Any]]] = {}
    for topic in ("received", "dead"):
        done = process.command("tail", topic)
        for line in done.stdout.rstrip("\n").split("\n"):  # a lead's texts hold every other end of a line
            event = json.loads(line)
            found.setdefault(event["traceparent"].split("-")[1], []).append(event)
    return found


def _judge(run: Run, post: Post, answer: Answer, left: Sequence[dict[str, Any]]) -> None:
    run.statuses[answer.status] += 1
    kinds = sorted({event["type"].split(".")[1] for event in left})
    run.became[" and ".join(kinds) or ("nothing" if answer.status in {200, 303} else "refused")] += 1
    run.wrong += [f"{post.name}: {fault}" for fault in _faults(post, answer, left)]
    if (location := answer.header(b"location")) is not None:
        run.redirects[location.decode("latin-1").partition("?")[0]] += 1


def _faults(post: Post, answer: Answer, left: Sequence[dict[str, Any]]) -> Iterator[str]:
    if answer.status not in post.statuses:
        yield f"answered {answer.status}, not one of {sorted(post.statuses)}"
    kept = [event for event in left if event["type"] != SET_ASIDE]
    if (post.becomes is Becomes.KEPT) != bool(kept):
        yield f"{len(kept)} leads and dead letters, and is {post.becomes.value}"
    if post.becomes is Becomes.KEPT and not all(_is_whole(event, post) for event in left):
        yield "its dead letter has other bytes"
    strange = {name for name, _ in answer.headers} - _HEADERS
    if strange:
        yield f"headers {strange}"
    echoed = answer.header(b"access-control-allow-origin")
    if echoed is not None and echoed not in _ALLOWED:
        yield f"echoes {echoed!r}"
    if answer.status and answer.status != 400 and answer.header(b"vary") != b"Origin":
        yield "does not vary by origin"
    yield from _faults_of_location(post, answer)
    if post.signal is not None and not any(_has(event, post.signal) for event in left):
        yield f"does not signal {post.signal}"


def _faults_of_location(post: Post, answer: Answer) -> Iterator[str]:
    location = answer.header(b"location")
    if (location is not None) != (answer.status == 303):
        yield "a redirect without a page, or the other way round"
    if location is None:
        return
    url = Url(location.decode("ascii"))
    if (url.scheme, url.host, url.port, url.path) not in _PAGES or url.username is not None:
        yield f"sends people to {location!r}"
    if post.to is not None and not location.decode().startswith(post.to):
        yield f"sends people to {location!r}, not to {post.to}"
    names = {name for name, _ in parse_qsl(urlsplit(location.decode()).query, keep_blank_values=True)}
    if not names <= {"val", "gclid", "utm_source", "utm_campaign"}:
        yield f"sends the parameters {names}"


def _is_whole(event: dict[str, Any], post: Post) -> bool:
    letter = event["data"].get("bytes")
    return letter is None or base64.b64decode(letter) == post.body


def _has(event: dict[str, Any], signal: tuple[str, str | bool]) -> bool:
    name, value = signal
    return bool(event["data"].get("lead", {}).get("signals", {}).get(name) == value)
