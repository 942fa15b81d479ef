"""LinkedIn's forms: what the numbers in a response mean, and the forms that were fetched.

Source: learn.microsoft.com/linkedin/marketing/lead-sync/lead-sync-schema.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from time import monotonic
from typing import Generic, TypeVar

from services.ingest.guard import Json
from services.ingest.retrieval.platform_json import items_of, member_of, text_of
from services.ingest.sources.linkedin_urns import FormId

MAX_FORMS = 500
KEPT_S = 3600.0
"""A form's version does not change; its name may, and a response may tell no version."""


@dataclass(frozen=True, slots=True)
class Question:
    """One question. `predefined` is LinkedIn's own name of it, `options` are labels by id."""

    wording: str
    predefined: str | None
    options: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Form:
    """One version of a form. `questions` and `consents` (their texts) are by id, `hidden` are its tracking fields."""

    version: str | None
    name: str | None
    questions: Mapping[str, Question]
    consents: Mapping[str, str]
    hidden: Sequence[tuple[str, str]]


def read_form(document: Mapping[str, Json]) -> Form | None:
    """Read a form as LinkedIn documents it; None for what is none."""
    content = member_of(document, "content")
    if not isinstance(content.get("questions"), list):
        return None
    locale = _locale(document)
    questions = {
        name: _question(question, name, locale)
        for question in items_of(content.get("questions"))
        if (name := text_of(question.get("questionId"))) is not None
    }
    consents = {
        name: _localized(consent.get("consent"), locale) or text_of(consent.get("label")) or ""
        for consent in items_of(member_of(content, "legalInfo").get("consents"))
        if (name := text_of(consent.get("id"))) is not None
    }
    hidden = [
        (name, value)
        for field in items_of(document.get("hiddenFields"))
        if (name := text_of(field.get("name"))) and (value := text_of(field.get("value")))
    ]
    return Form(
        text_of(document.get("versionId")), _localized(document.get("name"), locale), questions, consents, hidden
    )


def _question(question: Mapping[str, Json], name: str, locale: str) -> Question:
    wording = _localized(question.get("question"), locale) or text_of(question.get("label"))
    details = member_of(question, "questionDetails").values()  # the outer name differs by version
    options = {
        option_id: label
        for choices in details
        if isinstance(choices, dict)
        for option in items_of(choices.get("options"))
        if (option_id := text_of(option.get("id"))) is not None
        and (label := _localized(option.get("text"), locale) or text_of(option.get("label"))) is not None
    }
    return Question(
        wording=wording or text_of(question.get("name")) or unknown_question(name),
        predefined=text_of(question.get("predefinedField")),
        options=options,
    )


def unknown_question(name: str) -> str:
    """Name a question of which the form tells nothing."""
    return f"question {name}"


def _localized(value: Json, locale: str) -> str | None:
    """Return a text in the form's own language, else in the first it has."""
    if not isinstance(value, dict):
        return text_of(value)
    texts = member_of(value, "localized")
    return text_of(texts.get(locale)) if locale in texts else next(filter(None, map(text_of, texts.values())), None)


def _locale(document: Mapping[str, Json]) -> str:
    created = member_of(document, "creationLocale")
    return "_".join(filter(None, (text_of(created.get("language")), text_of(created.get("country")))))


Failure = TypeVar("Failure")


class FormCache(Generic[Failure]):
    """The forms used of late. All that ask for one at once share one fetch and its failure; failures are not kept."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._kept: OrderedDict[FormId, tuple[float, Form]] = OrderedDict()
        self._coming: dict[FormId, asyncio.Future[Form | Failure]] = {}

    async def get(self, form: FormId, fetch: Callable[[], Awaitable[Form | Failure]]) -> Form | Failure:
        """Return a form, fetching it where it is not known. `fetch` does not raise."""
        while (known := self._known(form)) is None:
            if (coming := self._coming.get(form)) is None:
                return await self._fetched(form, fetch)
            await asyncio.wait([coming])  # unlike awaiting it, this ends nobody's fetch when a waiter is cancelled
            if not coming.cancelled():
                return coming.result()
        return known

    def _known(self, form: FormId) -> Form | None:
        at, known = self._kept.get(form, (0.0, None))
        if known is None or self._clock() - at > KEPT_S:
            return None
        self._kept.move_to_end(form)
        return known

    async def _fetched(self, form: FormId, fetch: Callable[[], Awaitable[Form | Failure]]) -> Form | Failure:
        coming = self._coming[form] = asyncio.get_running_loop().create_future()
        try:
            found = await fetch()
            coming.set_result(found)
        finally:
            coming.cancel()  # without effect on one that has its result
            del self._coming[form]
        if isinstance(found, Form):
            self._kept[form] = (self._clock(), found)
            if len(self._kept) > MAX_FORMS:
                self._kept.popitem(last=False)
        return found
