"""Requests of senders that post to a webhook, each as its sender writes it: templates, filled with an invented person.

A template is called as its preset, or as its source; `NAME.test` is what the sender's test button posts.
"""

import json
from collections.abc import Collection, Mapping
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import PurePath
from urllib.parse import quote_plus

from services.commands.examples.payload import Making, Payload
from services.commands.examples.payload_file import QUERY, payload_of
from services.ingest.configuration import WebhookConfiguration
from shared.domain.errors import UsedWrongly

TEST = ".test"
"""What the name of a test's template ends with."""
IS_TEST = "<is_test>"
URLENCODED = frozenset({".form", QUERY})
MULTIPART = ".multipart"


def webhook(example: str | None, section: WebhookConfiguration, making: Making) -> Payload:
    """Fill an example: the one that is named, else that of the source's preset, else the one named as the source.

    Raises:
        UsedWrongly: there is no such example, or its sender has no test.
    """
    name = example or section.preset or making.source
    template = _template(name, section.methods, is_test=making.is_test)
    text = template.read_text("utf-8").strip()
    if making.is_test and IS_TEST not in text and TEST not in template.name:
        raise UsedWrongly(f"the sender of the example '{name}' has no test of its own: leave --test out")
    ending = PurePath(template.name).suffix
    payload = payload_of(_filled(text, ending, making), ending)
    return payload if ending == QUERY else Payload(payload.body, payload.headers, method=_first_with_body(section))


def _template(name: str, methods: Collection[str], *, is_test: bool) -> Traversable:
    """Choose among a sender's templates: with GET alone everything stands in the query."""
    there = {template.name: template for template in files(__package__).joinpath("senders").iterdir()}
    endings = [QUERY] if set(methods) == {"GET"} else [".json", ".form", MULTIPART]
    names = [f"{name}{TEST}"] if is_test else []
    for wanted in [f"{each}{ending}" for each in (*names, name) for ending in endings]:
        if wanted in there:
            return there[wanted]
    known = sorted({PurePath(each).stem.removesuffix(TEST) for each in there if PurePath(each).suffix in endings})
    raise UsedWrongly(f"there is no example '{name}': give --file, or --example with one of {', '.join(known)}")


def _first_with_body(section: WebhookConfiguration) -> str:
    return next(method for method in section.methods if method != "GET")


def _filled(text: str, ending: str, making: Making) -> bytes:
    for mark, value in _said(making).items():
        text = text.replace(mark, quote_plus(value) if ending in URLENCODED else value)
    if ending == MULTIPART:
        text = text.replace("\n", "\r\n") + "\r\n"
    return text.encode()


def _said(making: Making) -> Mapping[str, str]:
    person, at = making.person, making.submitted_at
    return {
        "<token>": making.token,
        "<number>": str(int(making.token[:12], 16)),
        "<first_name>": person.first_name,
        "<last_name>": person.last_name,
        "<full_name>": person.full_name,
        "<email>": person.email,
        "<phone>": person.phone,
        "<at>": at.isoformat(timespec="seconds").replace("+00:00", "Z"),
        "<at_ms>": str(int(at.timestamp() * 1000)),
        IS_TEST: json.dumps(making.is_test),
    }
