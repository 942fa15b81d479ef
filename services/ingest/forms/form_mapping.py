"""A form's mapping: a mapping like any other, and beside it what only a page's form tells."""

from collections.abc import Mapping as Table
from collections.abc import Sequence
from dataclasses import replace

from services.ingest.configuration.form import AUTO, FormConfiguration
from services.ingest.decoding.brackets import places_of
from services.ingest.forms.addresses import bare, page_of
from services.ingest.forms.attribution import attribute
from services.ingest.forms.client_ids import is_one_submissions
from services.ingest.forms.form_rules import mapping_of
from services.ingest.forms.origins import Origins
from services.ingest.forms.segments import Segments
from services.ingest.forms.stamps import Finding, judge
from services.ingest.guard import Document, Json
from services.ingest.mapping.mapped import Item, Mapped, Request
from services.ingest.mapping.mapping import Mapping
from services.ingest.mapping.targets import SUBMISSION_ID, Members
from services.ingest.mapping.texts import first, said_by
from services.ingest.sources.context import SourceContext

LANGUAGES = ("sv", "en")
REFERER = b"referer"


class FormMapping:
    """One form's mapping. Nothing of a submission stays in it."""

    def __init__(self, form: FormConfiguration, context: SourceContext, origins: Origins) -> None:
        self._form = form
        self._context = context
        self._origins = origins
        self._asked = frozenset(context.questions)
        self._boxes = [place for consent in form.consents for place in places_of(consent.field)]
        self._mappings = {language: Mapping(mapping_of(form, language, asked=self._asked)) for language in LANGUAGES}
        self._segments = Segments(form.segments, form.segment_otherwise, context.questions)

    def apply(self, document: Document, request: Request) -> Mapped:
        """Tell what a document says. Never raises.

        A form is always somebody's: a field that looks like the name of an event is an answer here.
        """
        fields = self._with_one_value_per_box(document.value) if isinstance(document.value, dict) else {}
        read = replace(document, value=fields) if fields else document
        mapped = self._mappings[self._language(fields)].apply(read, request)
        meant = [*mapped.leads, *(other.item for other in mapped.others if other.is_guessed)]
        others = [other for other in mapped.others if not other.is_guessed]
        finding = self._finding(fields, request)
        return replace(mapped, leads=[self._complete(item, request, finding) for item in meant], others=others)

    def _with_one_value_per_box(self, fields: dict[str, Json]) -> dict[str, Json]:
        """Keep the last value of a consent: forms write a hidden "0" before the box, for when it is not ticked."""
        read: Json = fields
        for place in self._boxes:
            read = _with_last_at(read, place)
        return read if isinstance(read, dict) else fields

    def _complete(self, item: Item, request: Request, finding: Finding | None) -> Item:
        members = item.members
        signals = members["signals"]
        if finding is not None:
            signals["stamp"] = finding.value
        silence = self._origins.silence(request.headers)
        if silence is not None:
            signals["origin"] = silence
        found = attribute(members, referrer=_page(request), asked=self._asked)
        _add_evidence(members)
        self._add_segment(members)
        submission_id = item.submission_id
        if submission_id is not None and not is_one_submissions(submission_id):
            signals[SUBMISSION_ID], submission_id = submission_id, None
        moved = frozenset(found.values())
        return replace(
            item,
            submission_id=submission_id,
            left=[leaf for leaf in item.left if leaf.path not in moved],
            guessed={**item.guessed, **found},
        )

    def _add_segment(self, members: Members) -> None:
        settings = self._form.of_form(members["attribution"].get("form_id"))
        if settings.segment == AUTO:
            members.setdefault("segment", self._segments.of(members["answers"]))

    def _finding(self, fields: Table[str, Json], request: Request) -> Finding | None:
        """Judge the form's stamp; nothing where there is none to ask for, or no key to judge it with in a dry run."""
        rules = self._form.stamp
        if not self._context.signing:
            return None
        finding = judge(
            _text(fields, [rules.field]),
            self._context.source,
            self._context.signing,
            now=request.received_at,
            at_least=rules.at_least,
            at_most=rules.at_most,
        )
        return None if finding is Finding.MISSING and not rules.required else finding

    def _language(self, fields: Table[str, Json]) -> str:
        told = (_text(fields, self._form.language_fields) or "").strip().lower()[:2]
        return told if told in LANGUAGES else self._form.language


def _with_last_at(value: Json, place: Sequence[str | int]) -> Json:
    """Replace the list of values at a place with the last of them; what is not there stays away."""
    if not place:
        return value[-1] if isinstance(value, list) and value else value
    key, *further = place
    if isinstance(value, dict) and isinstance(key, str) and key in value:
        return {**value, key: _with_last_at(value[key], further)}
    if isinstance(value, list) and isinstance(key, int) and key < len(value):
        return [*value[:key], _with_last_at(value[key], further), *value[key + 1 :]]
    return value


def _page(request: Request) -> str | None:
    """Return the address of the page that the form stands on, as far as the browser tells it."""
    referrer = request.headers.get(REFERER, b"").decode("latin-1").strip()
    return referrer if referrer and page_of(referrer) else None


def _text(fields: Table[str, Json], names: Sequence[str]) -> str | None:
    told = (said_by(fields.get(name)) for name in names)
    return next((first(said) for said in told if said is not None), None)


def _add_evidence(members: Members) -> None:
    """Tell of each consent on which page it was given; without the page's parameters, which are the visitor's."""
    address = members["attribution"].get("last_touch", {}).get("landing_url")
    page = bare(address) if address else None
    for consent in members["consents"]:
        if page is not None and consent.get("evidence") is None:
            consent["evidence"] = page
