"""One item of a payload made into the members of a lead."""

from collections.abc import Collection, Mapping, Sequence

from services.ingest.guard import Document
from services.ingest.mapping.configuration import MappingConfiguration
from services.ingest.mapping.consents import compile_consents
from services.ingest.mapping.filling import compile_fields
from services.ingest.mapping.filters import compile_filter
from services.ingest.mapping.finding import Scope, compile_path
from services.ingest.mapping.guessing.guess import guess, unlisted
from services.ingest.mapping.leftovers import leaves
from services.ingest.mapping.mapped import Item, Request
from services.ingest.mapping.naming import keep
from services.ingest.mapping.targets import IS_TEST, SUBMISSION_ID, SUBMITTED_AT, Members
from services.ingest.mapping.texts import all_texts, first
from services.ingest.mapping.values import compile_rule
from services.ingest.mapping.words import flag_of
from shared.domain.patterns import guarded

CONTACT_POINTS = {"email": "person.email", "phone": "person.phone"}
NAMES = frozenset({"full_name", "first_name", "last_name"})
FULL_NAME = "person.full_name"
MAX_ID = 512
"""Characters of an id that a header names; a longer one is no id."""


class ItemMapping:
    """The part of a mapping that is the same for every item."""

    def __init__(self, configuration: MappingConfiguration) -> None:
        self._version = configuration.version
        self._fields = compile_fields(configuration.fields)
        self._optional = frozenset(configuration.optional)
        self._consents = compile_consents(configuration.consents)
        self._test_when = None if configuration.test_when is None else compile_filter(configuration.test_when)
        self._honeypot = compile_rule(list(configuration.honeypot)) if configuration.honeypot else None
        labels = [path for listed in configuration.key_values if listed.labels for path in listed.labels.path]
        self._ignored = [compile_path(path) for path in (*(configuration.ignore or ()), *labels)]
        self._id_headers = tuple(
            name.lower().encode("latin-1", "replace") for name in configuration.idempotency_headers
        )
        self._prefix = guarded(configuration.answer_names) if configuration.answer_names else None
        self._guesses = configuration.guess

    def map(self, scope: Scope, document: Document, request: Request, *, place: int | None = None) -> Item:
        """Make the members of one item; `place` is its number where the body has several."""
        members = _members(document)
        for find in self._ignored:
            scope.take(find(scope))
        missing = [one.target.name for one in self._fields if not one.fill(scope, members, request.received_at)]
        self._add_findings(scope, members)
        submission_id = _own_id(members) or self._id_of_header(request.headers, place)
        left = leaves(scope, unlisted if self._guesses else None)
        guessed: dict[str, str] = {}
        if self._guesses:
            guessed, left = guess(left, members, request.received_at)
            submission_id = _guessed_id(members, guessed, known=submission_id)
        keep(left, members["answers"], self._prefix)
        members["mapping_version"] = self._version
        is_test = members.pop(IS_TEST, False) or (self._test_when is not None and self._test_when(scope) is True)
        return Item(
            members=members,
            submission_id=submission_id,
            is_test=is_test,
            is_dated=SUBMITTED_AT in members,
            mapping_version=self._version,
            left=left,
            missing=self._missing(missing, members, guessed),
            guessed=guessed,
        )

    def _add_findings(self, scope: Scope, members: Members) -> None:
        found = self._honeypot(scope) if self._honeypot else None
        if found is not None and flag_of(first(found.said)) is not False:  # an unticked box says false
            scope.take(found.hits)
            members["signals"] |= {"honeypot": True, "honeypot_text": ", ".join(all_texts(found.said))}
        members["consents"] += [consent for read in self._consents if (consent := read(scope)) is not None]

    def _missing(self, in_vain: Sequence[str], members: Members, guessed: Mapping[str, str]) -> list[str]:
        absent = [name for name in in_vain if name not in guessed and name not in self._optional]
        return absent + [name for name in lacking(members["person"]) if name not in absent]

    def _id_of_header(self, headers: Mapping[bytes, bytes], place: int | None) -> str | None:
        for name in self._id_headers:
            if (given := headers.get(name)) is not None and (text := _id(given.decode("latin-1"))) is not None:
                return text if place is None else f"{text}#{place}"
        return None


def _members(document: Document) -> Members:
    signals: dict[str, str | bool] = dict(document.signals)
    if document.nul_stripped:
        signals["nul_stripped"] = True
    return {
        "person": {},
        "company": {},
        "address": {},
        "answers": {},
        "attribution": {"click_ids": {}},
        "consents": [],
        "signals": signals,
    }


def _own_id(members: Members) -> str | None:
    """Take the sender's id out of the members; one that is none is kept as a signal."""
    given = members.pop(SUBMISSION_ID, None)
    if given is None:
        return None
    known = _id(given)
    if known is None:
        members["signals"][SUBMISSION_ID] = given
    return known


def _guessed_id(members: Members, guessed: dict[str, str], *, known: str | None) -> str | None:
    """Take a guessed id, unless the request's own is known: then it is only kept."""
    found = _own_id(members)
    if known is None or found is None:
        return known or found
    guessed.pop(SUBMISSION_ID, None)
    members["signals"][SUBMISSION_ID] = found
    return known


def _id(given: str) -> str | None:
    text = given.strip()
    return text if text and text.isprintable() and len(text) <= MAX_ID else None


def lacking(person: Collection[str]) -> list[str]:
    """Name what every lead should tell of its person and this one does not; `person` are the members it tells."""
    wanted = [target for member, target in CONTACT_POINTS.items() if member not in person]
    return wanted if not NAMES.isdisjoint(person) else [*wanted, FULL_NAME]
