"""E-mail to people: the brief first, then what it was made from, as plain text a seller can act on."""

from collections.abc import Iterator, Mapping, Sequence

from services.router.configuration.email import EmailSection
from services.router.destinations.email_words import WORDS, Words
from services.router.outcome import Delivery, Kind, Outcome
from shared.domain.business import Seller
from shared.domain.contact_points import canonical_email
from shared.domain.decision import CustomerRef, Match
from shared.domain.errors import PermanentError, TransientError, UsedWrongly
from shared.domain.events import DecidedData, DecisionEvent
from shared.ports import Mail, Mailer

LONGEST_SUBJECT = 150
"""Characters; more is cut off by every reader anyway."""


class Email:
    """Send one mail per delivery. A mail may come twice when an answer is lost, under the same Message-ID."""

    batch = 1
    pushes = 2

    def __init__(self, section: EmailSection, *, mailer: Mailer, people: Mapping[str, Seller]) -> None:
        self._section = section
        self._mailer = mailer
        self._people = people

    async def preflight(self) -> list[str]:
        """Say which people cannot be written to."""
        if self._section.addresses:
            return []
        unknown = [name for name, seller in self._people.items() if canonical_email(seller.email) is None]
        return [f"{name} has no e-mail address that can be written to" for name in unknown]

    async def push(self, deliveries: Sequence[Delivery]) -> Sequence[Outcome]:
        """Send one after the other."""
        return [await self._send(delivery) for delivery in deliveries]

    async def close(self) -> None:
        """Nothing stays open between mails."""

    async def _send(self, delivery: Delivery) -> Outcome:
        to = self._addresses(delivery.event.data.assignment.owner)
        if not to:
            return Outcome(Kind.PERMANENT, vendor_code="no_recipient")
        mail = Mail(
            message_id=f"<{delivery.delivery_id}@tratt.invalid>",
            to=", ".join(to),
            subject=_subject(delivery.event, WORDS[self._section.language]),
            text="\n".join(_lines(delivery.event.data, self._section.language)),
        )
        try:
            return Outcome(Kind.DELIVERED, remote_id=await self._mailer.send(mail))
        except UsedWrongly as error:
            return Outcome(Kind.CONFIGURATION, vendor_code=type(error).__name__, reason=str(error))
        except PermanentError as error:
            return Outcome(Kind.PERMANENT, vendor_code=type(error).__name__)
        except TransientError as error:
            return Outcome(Kind.RETRYABLE, vendor_code=type(error).__name__, unknown=True)

    def _addresses(self, owner: str | None) -> list[str]:
        if self._section.addresses:
            return self._section.addresses
        seller = self._people.get(owner) if owner is not None else None
        if seller is not None and canonical_email(seller.email) is not None:
            return [seller.email]
        return [self._section.fallback] if self._section.fallback else []


def _subject(event: DecisionEvent, words: Words) -> str:
    data = event.data
    person = data.lead.person
    name = person.full_name or " ".join(filter(None, (person.first_name, person.last_name))) or words["nobody"]
    parts = [words["held"] if event.type == "tratt.lead.held.v1" else words["new"], name, data.lead.product]
    subject = ("[" + words["test"] + "] " if data.is_test else "") + ": ".join(filter(None, parts[:2]))
    whole = f"{subject} ({parts[2]})" if parts[2] else subject
    # A header is one line: what a person typed must not become another header.
    return "".join(char if char.isprintable() else " " for char in whole)[:LONGEST_SUBJECT]


def _lines(data: DecidedData, language: str) -> Iterator[str]:
    words = WORDS[language]
    yield data.brief.text_sv if language == "sv" else data.brief.text_en
    yield ""
    yield from _facts(data, words)
    yield from _listed(
        words["why"],
        [f"{each.points:+g}  {each.text_sv if language == 'sv' else each.text_en}" for each in data.score.reasons],
    )
    yield from _listed(words["who"], list(_match(data.match, words)))
    yield from _listed(words["answers"], [f"{name}: {_joined(given)}" for name, given in data.lead.answers.items()])


def _facts(data: DecidedData, words: Words) -> Iterator[str]:
    told = {
        "phone": (data.facts.get("phone") or {}).get("e164") or data.lead.person.phone,
        "email": data.lead.person.email,
        "score": f"{data.score.fit:g}",
        "stage": f"{data.score.stage}, {_said(words, 'temperature', data.score.temperature)}",
        "owner": data.assignment.owner,
        "source": data.source,
        "lead": data.lead_id,
    }
    yield from (f"{words[name]}: {value}" for name, value in told.items() if value)


def _match(match: Match, words: Words) -> Iterator[str]:
    yield _said(words, "verdict", match.verdict) + (_named(match.customer, words) if match.customer else "")
    yield from (
        f"{_said(words, 'key', each.key)}: {_said(words, 'strength', each.strength)}" for each in match.evidence
    )
    if not match.evidence:
        keys = ", ".join(_said(words, "key", key) for key in match.checked)
        yield words["checked"].format(keys=keys or words["nothing"])


def _named(customer: CustomerRef, words: Words) -> str:
    status = words.get(f"status.{customer.status}")
    return f": {customer.name or customer.id}" + (f" ({status})" if status else "")


def _said(words: Words, group: str, code: str) -> str:
    return words.get(f"{group}.{code}", code)


def _listed(title: str, lines: list[str]) -> Iterator[str]:
    if lines:
        yield from ("", f"{title}:", *(f"  {line}" for line in lines))


def _joined(given: str | list[str]) -> str:
    return given if isinstance(given, str) else ", ".join(given)
