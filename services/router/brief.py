"""The brief: what a seller reads before calling, in Swedish and English. Pure.

Who, what they asked, may I call, what they already have, why now, next question, by when. What is absent has no line.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Literal
from zoneinfo import ZoneInfo

from services.router.brief_words import WORDS, Words
from services.router.matching import product_of
from services.router.ports import Known
from shared.domain.business import Product
from shared.domain.decision import Assignment, Brief, ContactPermission, Match
from shared.domain.events import LeadScoredData
from shared.domain.lead import Answer
from shared.domain.score import Reason, WouldChange

MAX_ANSWERS = 8
MAX_MESSAGE = 600
"""Characters of the person's own message: a brief is read on a phone; the whole message is in the lead."""
MAX_REASONS = 3
CACHED_TIMES = 100

Language = Literal["sv", "en"]


@dataclass(frozen=True, slots=True)
class Subject:
    """All that a brief is written from."""

    data: LeadScoredData
    match: Match
    known: Known
    assignment: Assignment
    contact: Mapping[str, ContactPermission]
    products: Mapping[str, Product]
    time_zone: str
    now: datetime


@dataclass(frozen=True, slots=True)
class _Findings:
    """What the lines say in either language, found once for both."""

    product: str | None
    answers: str
    message: str
    points: list[tuple[str, str | None]]
    """What the person can be reached at, by channel; without the point itself where we may not."""
    reasons: list[Reason]
    missing: list[str]
    unsure: WouldChange | None


def write_brief(subject: Subject) -> Brief:
    """Write the brief in both languages, one fact a line."""
    findings = _findings(subject)
    return Brief(text_sv=_text(subject, findings, "sv"), text_en=_text(subject, findings, "en"))


def _text(subject: Subject, findings: _Findings, language: Language) -> str:
    words = WORDS[language]
    lines = [
        _who(subject.data, words),
        *_asked(findings, subject.products, words, language),
        *_may_i_call(findings, words),
        *_already(subject, words, language),
        *_why_now(findings, words, language),
        *_next_question(findings, words, language),
    ]
    respond_by = subject.assignment.respond_by
    if respond_by is not None:
        lines.append(_by_when(respond_by, subject.now, subject.time_zone, language))
    return "\n".join(lines)


def _findings(subject: Subject) -> _Findings:
    data = subject.data
    answers = [f"{_plain(question)}: {_told(answer)}" for question, answer in data.lead.answers.items() if answer]
    score = data.score
    askable = [change for change in score.would_change if all(map(_is_answer, change.needs))]
    return _Findings(
        product=product_of(data),
        answers="; ".join(answers[:MAX_ANSWERS]),
        message=_shortened(data.lead.message) if data.lead.message else "",
        points=_points(data, subject.contact),
        reasons=sorted((reason for reason in score.reasons if reason.points > 0), key=_most_points)[:MAX_REASONS],
        missing=score.missing[0].split("|") if score.missing else [],
        unsure=max(askable, key=lambda change: abs(change.points), default=None),
    )


def _most_points(reason: Reason) -> float:
    return -reason.points


def _points(data: LeadScoredData, contact: Mapping[str, ContactPermission]) -> list[tuple[str, str | None]]:
    person = data.lead.person
    phone = (data.facts.get("phone") or {}).get("e164") or person.phone
    return [
        (channel, point if (permission := contact.get(channel)) and permission.allowed else None)
        for channel, point in (("phone", phone), ("email", person.email))
        if point is not None
    ]


def _who(data: LeadScoredData, words: Words) -> str:
    person, company, address = data.lead.person, data.lead.company, data.lead.address
    name = person.full_name or " ".join(filter(None, (person.first_name, person.last_name))) or words["nameless"]
    named = f"{name} ({person.job_title})" if person.job_title else name
    return ", ".join(filter(None, (named, company.name, address.city)))


def _asked(findings: _Findings, products: Mapping[str, Product], words: Words, language: Language) -> Iterator[str]:
    if findings.product is not None:
        yield f"{words['wants']}: {_label(findings.product, products, language)}"
    if findings.answers:
        yield f"{words['answered']}: {findings.answers}"
    if findings.message:
        yield f"{words['writes']}: {findings.message}"


def _may_i_call(findings: _Findings, words: Words) -> Iterator[str]:
    for channel, point in findings.points:
        yield words[f"no_{channel}"] if point is None else f"{words[f'may_{channel}']} {point}"


def _already(subject: Subject, words: Words, language: Language) -> Iterator[str]:
    match, previous = subject.match, subject.known.previous
    if match.customer is not None:
        owned = [_label(product, subject.products, language) for product in match.customer.products]
        has = f", {words['has']} {', '.join(owned)}" if owned else ""
        status = words.get(f"status_{match.customer.status}", match.customer.status)
        yield f"{status}: {match.customer.name or match.customer.id}{has}"
    if match.interest_not_owned:
        yield words["not_owned"]
    if match.previous_lead is not None and previous is not None:
        apart_s = abs(subject.data.lead.received_at.timestamp() - previous.received_at)
        yield words["heard"].format(ago=_ago(apart_s, words))


def _why_now(findings: _Findings, words: Words, language: Language) -> Iterator[str]:
    if findings.reasons:
        told = [reason.text_sv if language == "sv" else reason.text_en for reason in findings.reasons]
        yield f"{words['why_now']}: {'; '.join(told)}"


def _next_question(findings: _Findings, words: Words, language: Language) -> Iterator[str]:
    unsure = findings.unsure
    if findings.missing:
        yield f"{words['ask']}: {' / '.join(words.get(field, _plain(field)) for field in findings.missing)}?"
    elif unsure is not None:
        yield f"{words['ask']}: {unsure.text_sv if language == 'sv' else unsure.text_en}?"


def _is_answer(field: str) -> bool:
    """Tell what a person can be asked from what only tables or the sender know."""
    return field.startswith("facts.answers.")


@lru_cache(CACHED_TIMES)
def _by_when(respond_by: datetime, now: datetime, time_zone: str, language: Language) -> str:
    """Write the time in words; the leads of a batch share a few, and time zones are what takes longest in a brief."""
    words, zone = WORDS[language], ZoneInfo(time_zone)
    local, today = respond_by.astimezone(zone), now.astimezone(zone).date()
    day = words["today"] if local.date() == today else f"{words['weekdays'].split()[local.weekday()]} {local:%Y-%m-%d}"
    return f"{words['respond_by']} {day} {local:%H:%M}"


def _label(product: str, products: Mapping[str, Product], language: Language) -> str:
    known = products.get(product)
    if known is None:
        return product
    return known.label.sv if language == "sv" else known.label.en


def _plain(question: str) -> str:
    return question.replace("_", " ").strip().rstrip("?:")


def _told(answer: Answer) -> str:
    return answer if isinstance(answer, str) else ", ".join(answer)


def _shortened(message: str) -> str:
    text = " ".join(message.split())
    return text if len(text) <= MAX_MESSAGE else text[: MAX_MESSAGE - 1].rstrip() + "…"


def _ago(apart_s: float, words: Words) -> str:
    for unit, length_s in (("day", 86_400), ("hour", 3_600), ("minute", 60)):
        count = int(apart_s // length_s)
        if count:
            return f"{count} {words[unit if count == 1 else f'{unit}s']}"
    return words["moment"]
