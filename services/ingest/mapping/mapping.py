"""A mapping, compiled once at start and applied to each submission's document."""

from collections.abc import Sequence
from dataclasses import replace

from services.ingest.guard import Document, Json
from services.ingest.mapping.configuration import MappingConfiguration
from services.ingest.mapping.filters import compile_filter
from services.ingest.mapping.finding import Hits, Scope, compile_path
from services.ingest.mapping.guessing.events import TEST, Event, guess_event
from services.ingest.mapping.guessing.guess import unlisted
from services.ingest.mapping.guessing.items import guess_items
from services.ingest.mapping.guessing.notices import is_notice
from services.ingest.mapping.item import ItemMapping
from services.ingest.mapping.key_values import Unpacking, compile_unpacking
from services.ingest.mapping.leftovers import leaves
from services.ingest.mapping.mapped import Item, Mapped, NotALead, Request
from services.ingest.mapping.naming import is_secret
from services.ingest.mapping.texts import all_texts

A_NOTICE = "it names nobody but by an id, and what it tells of is to be fetched"
MAX_AROUND = 2_000
"""Texts around the items that are kept with each of them, counted over all; beyond, with the first only."""


class Mapping:
    """One source's mapping. Nothing of a submission stays in it."""

    def __init__(self, configuration: MappingConfiguration) -> None:
        self._each = configuration.each
        self._find_items = compile_path(configuration.each) if configuration.each else None
        unpackings = [one for listed in configuration.key_values for one in compile_unpacking(listed)]
        self._of_top = [one for one in unpackings if one.from_top or not configuration.each]
        self._of_items = [one for one in unpackings if not one.from_top]
        self._when = compile_filter(configuration.when) if configuration.when else None
        self._asked = ", ".join(configuration.when)
        self._not_leads = [(compile_filter(rule.when), rule) for rule in configuration.not_leads]
        self._item = ItemMapping(configuration)
        self._guesses = configuration.guess
        self._guesses_events = configuration.guess and not configuration.not_leads

    def apply(self, document: Document, request: Request) -> Mapped:
        """Tell what a document says. Never raises, whatever it holds; the same document gives the same."""
        top = _unpacked(document.value, document.value, self._of_top)
        if self._guesses and not self._each and isinstance(top, list):
            top = unlisted(top) or top  # questions and answers of one lead rather than several leads
        around = Scope(top, top)
        items = self._items(around)
        if items is None:
            return self._without_items(around, document, request)
        leads: list[Item] = []
        others: list[NotALead] = []
        faults: list[str] = []
        scopes = []  # all are kept to the end, as what is taken is known by identity
        for place, value in enumerate(items):
            if not isinstance(value, dict):
                faults.append(f"item {place} is {_kind(value)}, not an object")
                continue
            scope = Scope(value if value is top else _unpacked(value, top, self._of_items), top, around.taken)
            scopes.append(scope)
            mapped = self._mapped(scope, document, request, place=place if len(items) > 1 else None)
            if isinstance(mapped, Item):
                leads.append(mapped)
            else:
                others.append(mapped)
        kept = _keep_around(around, leads) if leads and isinstance(top, dict) and scopes[0].item is not top else ()
        return Mapped(leads, others, faults, kept)

    def _items(self, around: Scope) -> Sequence[Json] | None:
        """Find the items; None where there is nothing at the path."""
        top = around.item
        if self._find_items is None:
            hits = guess_items(around) if self._guesses else ()
            if not hits:
                return top if isinstance(top, list) else [top]
        else:
            hits = self._find_items(around)
            if not hits:
                return None
        around.take(hits)
        return _flattened(hits)

    def _mapped(self, scope: Scope, document: Document, request: Request, *, place: int | None) -> Item | NotALead:
        for holds, rule in self._not_leads:
            if holds(scope) is True:
                item = self._item.map(scope, document, request, place=place)
                return NotALead(rule.becomes, rule.reason, item, rule.activity)
        is_meant = self._when is None or self._when(scope) is True
        event = guess_event(scope) if self._guesses_events else None
        item = self._item.map(scope, document, request, place=place)
        if not is_meant:
            return NotALead("nothing", f"it is not what `when` asks for: {self._asked}", item)
        return self._unless_guessed(item, event)

    def _unless_guessed(self, item: Item, event: Event | None) -> Item | NotALead:
        """Tell a lead from what nobody has said to be none, and is none."""
        has_person = bool(item.members["person"])
        if event is TEST and has_person:
            return replace(item, is_test=True)
        if self._guesses and item.is_test and not has_person:
            event = event or TEST
        if event is not None:
            return NotALead(event.becomes, event.reason, item, event.activity, is_guessed=True)
        if self._guesses_events and is_notice(item):
            return NotALead("nothing", A_NOTICE, item, is_guessed=True)
        return item if _says_something(item) else NotALead("nothing", "it says nothing", item)

    def _without_items(self, around: Scope, document: Document, request: Request) -> Mapped:
        """Tell an event that rightly has no items from a body that is not shaped as the mapping has it."""
        is_rightly = any(holds(around) is True for holds, _ in self._not_leads) or (
            self._when is not None and self._when(around) is False
        )
        if is_rightly and isinstance(mapped := self._mapped(around, document, request, place=None), NotALead):
            return Mapped(others=[mapped])
        return Mapped(faults=[f"there is nothing at `{self._each}`, where the items should be"])


def _unpacked(value: Json, top: Json, unpackings: Sequence[Unpacking]) -> Json:
    for one in unpackings:
        value = one.unpack(value, Scope(value, top))
    return value


def _flattened(hits: Hits) -> list[Json]:
    items: list[Json] = []
    for _, _, value in hits:
        items.extend(value if isinstance(value, list) else [value])
    return items


def _says_something(item: Item) -> bool:
    members = item.members
    groups = ("person", "company", "address", "answers", "message", "consents")
    said = [members.get(group) for group in groups]
    return any(said) or any(members["attribution"].values())


def _keep_around(around: Scope, leads: Sequence[Item]) -> Sequence[str]:
    """Keep what stands around the items as signals, which tell of the submission and not of a person."""
    texts = {leaf.path: ", ".join(all_texts(leaf.said)) for leaf in leaves(around) if not is_secret(leaf)}
    for item in leads if len(texts) * len(leads) <= MAX_AROUND else leads[:1]:
        item.members["signals"] = {**texts, **item.members["signals"]}
    return list(texts)


def _kind(value: Json) -> str:
    if value is None:
        return "null"
    return "a list" if isinstance(value, list) else "a text" if isinstance(value, str) else "a flag"
