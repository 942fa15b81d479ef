"""What a person answered on a LinkedIn form, sorted into the members of a lead. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from services.ingest.guard import Json
from services.ingest.mapping.guessing.contact_questions import contact_asked
from services.ingest.mapping.texts import Said, all_texts, first, is_empty
from services.ingest.retrieval.linkedin_forms import Form, unknown_question
from services.ingest.retrieval.platform_json import items_of, member_of, text_of
from services.ingest.retrieval.tracking import track

PREDEFINED: Mapping[tuple[str, str], Sequence[str]] = {
    ("person", "full_name"): ("FULL_NAME",),
    ("person", "first_name"): ("FIRST_NAME",),
    ("person", "last_name"): ("LAST_NAME",),
    ("person", "email"): ("EMAIL", "WORK_EMAIL"),
    ("person", "phone"): ("PHONE_NUMBER", "WORK_PHONE_NUMBER", "WORK_PHONE"),
    ("person", "job_title"): ("JOB_TITLE",),
    ("company", "name"): ("COMPANY_NAME", "ORGANIZATION"),
    ("company", "size"): ("COMPANY_SIZE",),
    ("company", "industry"): ("INDUSTRY",),
    ("address", "street"): ("STREET_ADDRESS", "ADDRESS"),
    ("address", "postal_code"): ("ZIP_CODE", "POSTAL_CODE"),
    ("address", "city"): ("CITY",),
    ("address", "region"): ("STATE", "REGION"),
    ("address", "country"): ("COUNTRY",),
}
"""Where LinkedIn's predefined fields go: the first that says something. Every other is an answer under LinkedIn's name
of it, which is the same in every language. The list is read through other receivers and therefore not complete."""


def what_was_said(
    document: Mapping[str, Json], form: Form
) -> dict[str, dict[str, Any]]:  # Any: groups of a lead's members
    """Sort what the person answered, and what the form adds, into the groups of a lead's members."""
    said: dict[str, dict[str, Any]] = {"person": {}, "company": {}, "address": {}, "answers": {}}
    said["attribution"] = {"click_ids": {}}
    predefined: dict[str, Said] = {}
    for name, is_predefined, answer in _answers(document, form):
        _add(predefined if is_predefined else said["answers"], name, answer)
    for (group, member), names in PREDEFINED.items():
        told = next((name for name in names if name in predefined and not is_empty(first(predefined[name]))), None)
        if told is not None:
            said[group][member] = first(predefined.pop(told))
    for name, answer in predefined.items():
        _add(said["answers"], name, answer)
    _fill_from_questions(said)
    for name, text in form.hidden:
        if not track(said["attribution"], name, text):
            _add(said["answers"], name, text)
    return said


def _fill_from_questions(said: dict[str, dict[str, Any]]) -> None:  # Any: groups of a lead's members
    """Fill what LinkedIn's own fields leave open from questions that name a contact field; they stay answers."""
    answers = said["answers"]
    asked = [(meant.rank, name, meant.target) for name in answers if (meant := contact_asked(name))]
    for _, name, target in sorted(asked):
        group, _, member = target.partition(".")
        if group in said and not is_empty(first(answers[name])):
            said[group].setdefault(member, first(answers[name]))


def _answers(document: Mapping[str, Json], form: Form) -> Iterator[tuple[str, bool, Said]]:
    for answer in items_of(member_of(document, "formResponse").get("answers")):
        number = text_of(answer.get("questionId")) or ""
        question = form.questions.get(number)
        said = _answered(member_of(answer, "answerDetails"), question.options if question else {})
        if said is None:
            continue
        if question is not None and question.predefined is not None:
            yield question.predefined, True, said
        else:
            yield question.wording if question else unknown_question(number), False, said


def _answered(details: Mapping[str, Json], options: Mapping[str, str]) -> Said | None:
    """Return a text, or the labels of the options that were chosen; an option that the form lacks stays its id.

    `{textQuestionAnswer: {answer}}` or `{multipleChoiceAnswer: {options: [ids]}}`, whatever the outer name is.
    """
    for detail in details.values():
        if not isinstance(detail, dict):
            continue
        if (text := text_of(detail.get("answer"))) is not None:
            return text
        chosen = detail.get("options")
        ids = [text for item in (chosen if isinstance(chosen, list) else [chosen]) if (text := _option(item))]
        if ids:
            labels = [options.get(one, one) for one in ids]
            return labels[0] if len(labels) == 1 else labels
    return None


def _option(item: Json) -> str | None:
    return text_of(item.get("id")) if isinstance(item, dict) else text_of(item)


def _add(answers: dict[str, Any], name: str, said: Said) -> None:  # Any: answers
    """Add an answer; several to questions of the same wording are one list."""
    answers[name] = [*all_texts(answers[name]), *all_texts(said)] if name in answers else said
