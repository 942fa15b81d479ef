"""Write the events' JSON Schemas and the AsyncAPI document from the models: `make schemas`."""

import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, get_args

from shared.domain.events import Envelope, Event, Topic

ASYNCAPI_VERSION = "3.0.0"
README = """# Events

CloudEvents 1.0 in structured JSON. `leads.routed` is the public contract for sales systems; the others are internal.
Readers ignore what they do not know; changes only add; a breaking change is a new `type`. What is absent is left out.
These files are generated from the models (`make schemas`); [asyncapi.json](asyncapi.json) holds all of them.

| topic | key | events |
|---|---|---|
"""
KEYS = {
    Topic.NOTIFIED: "notice id",
    Topic.RECEIVED: "person key",
    Topic.ACTIVITY: "person key, or the visitor's hash",
    Topic.CONSENT: "person key",
    Topic.ERASURE: "person key or lead id",
    Topic.SCORED: "person key",
    Topic.COMMAND: "target",
    Topic.DEAD: "lead id, source or position",
}

Document = dict[str, Any]
"""A JSON document. Any: that is what JSON Schema and AsyncAPI are."""


def events() -> Iterator[type[Envelope]]:
    """Yield every event's class, in the order of the way a lead travels."""
    yield from get_args(Event)


def type_of(event: type[Envelope]) -> str:
    """Return the CloudEvents type of a class of events."""
    return str(event.model_fields["type"].default)


def schema(event: type[Envelope]) -> Document:
    """Return one event's JSON Schema (2020-12), as written on the topic."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"{type_of(event)}.json",
        **event.model_json_schema(mode="serialization"),
    }


def asyncapi() -> Document:
    """Return the AsyncAPI document: a channel per topic that has events, a message per event."""
    by_topic: dict[Topic, list[type[Envelope]]] = {}
    for event in events():
        by_topic.setdefault(event.topic, []).append(event)
    return {
        "asyncapi": ASYNCAPI_VERSION,
        "info": {"title": "Tratt", "version": "1", "description": "Leads, from ingest to delivered."},
        "defaultContentType": "application/cloudevents+json",
        "channels": {topic.name.lower(): _channel(topic, members) for topic, members in by_topic.items()},
        "operations": {
            f"read_{topic.name.lower()}": {"action": "receive", "channel": {"$ref": f"#/channels/{topic.name.lower()}"}}
            for topic in by_topic
        },
        "components": {"messages": {event.__name__: _message(event) for event in events()}},
    }


def _channel(topic: Topic, members: list[type[Envelope]]) -> Document:
    return {
        "address": str(topic),
        "messages": {event.__name__: {"$ref": f"#/components/messages/{event.__name__}"} for event in members},
    }


def _message(event: type[Envelope]) -> Document:
    return {"name": type_of(event), "summary": (event.__doc__ or "").strip(), "payload": schema(event)}


def files() -> Mapping[str, str]:
    """Return every generated file's name and text."""
    rows = [f"| `{event.topic}` | {KEYS.get(event.topic, 'lead id')} | {_link(event)} |" for event in events()]
    return {
        "README.md": README + "\n".join(rows) + "\n",
        "asyncapi.json": _text(asyncapi()),
        **{f"{type_of(event)}.json": _text(schema(event)) for event in events()},
    }


def _link(event: type[Envelope]) -> str:
    return f"[{event.__name__}]({type_of(event)}.json): {(event.__doc__ or '').strip()}"


def _text(document: Document) -> str:
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def main() -> None:
    """Write the files into the folder given as the only argument."""
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files().items():
        (folder / name).write_text(text)


if __name__ == "__main__":
    main()
