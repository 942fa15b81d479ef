"""The console's words, in Swedish and English, and how it writes times and numbers."""

from collections.abc import Mapping
from datetime import datetime
from typing import Literal
from zoneinfo import ZoneInfo

Language = Literal["sv", "en"]

WORDS: Mapping[str, tuple[str, str]] = {
    "accepted": ("Mottagna", "Accepted"),
    "routed": ("Tilldelade", "Routed"),
    "held": ("Väntar", "Held"),
    "rejected": ("Avvisade", "Rejected"),
    "dead": ("Kunde inte hanteras", "Could not be handled"),
    "in_flight": ("På väg", "In flight"),
    "lost": ("Förlorade", "Lost"),
    "place.routed": ("Tilldelad", "Routed"),
    "place.held": ("Väntar", "Held"),
    "place.rejected": ("Avvisad", "Rejected"),
    "place.dead": ("Kunde inte hanteras", "Could not be handled"),
    "place.in_flight": ("På väg", "In flight"),
    "place.deleted": ("Borttagen av plattformen", "Deleted by its platform"),
    "ledger": ("Bokslut", "Ledger"),
    "notices": ("Aviserade av plattformar", "Told of by platforms"),
    "notified": ("Aviserade", "Notified"),
    "fetched": ("Hämtade", "Fetched"),
    "deleted": ("Borttagna", "Deleted"),
    "oldest_waiting": ("Väntat längst sedan", "Waiting longest since"),
    "lost_notice": ("Förlorad avisering", "Lost notice"),
    "adds_up": (
        "Det går ihop: varje mottaget lead finns på exakt ett ställe.",
        "It adds up: every accepted lead is in exactly one place.",
    ),
    "not_adds_up": (
        "Det går inte ihop. Nedan står vilka leads som saknas; ta reda på varför innan något rensas.",
        "It does not add up. The leads below are missing; find out why before anything is cleared.",
    ),
    "no_ledger": (
        "Händelseloggen svarar inte: bokslutet får vänta. Mottagna leads är i säkerhet. Ladda om om en stund.",
        "The event log does not answer: the ledger must wait. Accepted leads are safe. Reload in a while.",
    ),
    "behind": (
        "Sidan har ännu inte läst {n} händelser; leads i dem räknas som på väg.",
        "This page has yet to read {n} events; leads in them count as in flight.",
    ),
    "quarantined": ("I karantän vid mottagandet", "Quarantined at the door"),
    "spill": ("I den lokala bufferten", "In the local spill"),
    "unknown": ("okänt", "unknown"),
    "tests": ("Tester, räknade för sig", "Tests, counted apart"),
    "older": ("Äldre än händelseloggen, inte räknade", "Older than the event log, not counted"),
    "destinations": ("Mottagare", "Destinations"),
    "destination": ("Mottagare", "Destination"),
    "due": ("Att leverera", "Due"),
    "delivered": ("Levererade", "Delivered"),
    "waiting": ("Väntar", "Waiting"),
    "failed": ("Misslyckade", "Failed"),
    "sources": ("Källor", "Sources"),
    "source": ("Källa", "Source"),
    "last_lead": ("Senaste lead", "Last lead"),
    "last_test": ("Senaste test", "Last test"),
    "last_refused": ("Senast i karantän", "Last quarantined"),
    "never": ("aldrig", "never"),
    "quiet_since": ("Oväntat tyst sedan {at}", "Unexpectedly quiet since {at}"),
    "newest_leads": ("Senaste leads", "Newest leads"),
    "no_leads": (
        "Inga leads ännu. Skicka ett exempel: ./tratt send google-search",
        "No leads yet. Send an example: ./tratt send google-search",
    ),
    "older_leads": ("Äldre leads", "Older leads"),
    "newest_first": ("Till de senaste", "Back to the newest"),
    "found": ("Hittat i plattformens lista", "Found in the platform's list"),
    "told_of": ("Aviserat av plattformen", "Told of by its platform"),
    "fetched_after": ("Hämtat efter", "Fetched after"),
    "consented": ("Samtyckte", "Consented"),
    "activity": ("Aktivitet", "Activity"),
    "erasure": ("Ska glömmas", "To be forgotten"),
    "received": ("Mottaget", "Received"),
    "repeated": ("Kom igen, oförändrat", "Came again, unchanged"),
    "corrected": ("Rättat av avsändaren", "Corrected by its sender"),
    "scored": ("Bedömt", "Scored"),
    "who": ("Vem", "Who"),
    "place": ("Läge", "Status"),
    "score": ("Poäng", "Score"),
    "stage": ("Steg", "Stage"),
    "owner": ("Ansvarig", "Owner"),
    "nobody": ("ingen", "nobody"),
    "test": ("Test", "Test"),
    "lead": ("Lead", "Lead"),
    "skip": ("Till innehållet", "Skip to content"),
    "language": ("In English", "På svenska"),
    "times_are": ("Tider i {zone}.", "Times in {zone}."),
    "nameless": ("Utan namn", "No name"),
    "brief": ("Till säljaren", "For the seller"),
    "said": ("Det här skrev personen", "What the person wrote"),
    "why_score": ("Därför de poängen", "Why this score"),
    "missing": ("Saknas", "Missing"),
    "history": ("Vad som hänt", "What happened"),
    "match": ("Träff mot kunder", "Customer match"),
    "match.new": ("Ny för oss", "New to us"),
    "match.known_person": ("En person vi känner", "A person we know"),
    "match.possible_customer": ("Kanske kund", "Possibly a customer"),
    "match.existing_customer": ("Befintlig kund", "An existing customer"),
    "checked": ("Sökt på", "Looked for by"),
    "evidence": ("Bevis", "Evidence"),
    "rule": ("Regel", "Rule"),
    "no_rule": ("ingen regel slog in", "no rule applied"),
    "trigger": ("Anledning", "Trigger"),
    "revision": ("Version", "Revision"),
    "decision": ("Beslut", "Decision"),
    "deliveries": ("Leveranser", "Deliveries"),
    "delivery.waiting": ("Väntar", "Waiting"),
    "delivery.delivered": ("Levererad", "Delivered"),
    "delivery.failed": ("Misslyckades", "Failed"),
    "attempt": ("Försök", "Attempt"),
    "no_deliveries": ("Inga leveranser.", "No deliveries."),
    "died": ("Kunde inte hanteras", "Could not be handled"),
    "replayed": ("Skickades in igen", "Sent in again"),
    "command": ("Åtgärd", "Command"),
    "by": ("av", "by"),
    "email": ("E-post", "E-mail"),
    "phone": ("Telefon", "Phone"),
    "job_title": ("Titel", "Job title"),
    "company": ("Företag", "Company"),
    "address": ("Adress", "Address"),
    "product": ("Produkt", "Product"),
    "message": ("Meddelande", "Message"),
    "campaign": ("Kampanj", "Campaign"),
    "delivered_after": ("Levererad efter", "Delivered after"),
    "all_leads": ("Alla leads", "All leads"),
    "not_found": ("Det leadet känner vi inte till", "We do not know that lead"),
    "not_found_help": (
        "Kontrollera numret. Ett lead som just tagits emot syns efter någon sekund.",
        "Check the id. A lead that just came in shows after a second.",
    ),
    "points": ("poäng", "points"),
}
"""By key: Swedish, English."""

_UNITS = (("h", 3_600_000), ("min", 60_000), ("s", 1_000), ("ms", 1))


class Words:
    """One language's words. `words("ledger")`; a key without an entry is a fault of the template."""

    def __init__(self, language: Language) -> None:
        self.language = language
        self._column = 0 if language == "sv" else 1

    def __call__(self, key: str, **values: object) -> str:
        """Return the words of a key, with its places filled in."""
        return WORDS[key][self._column].format(**values)


def preferred(accept_language: str | None, asked: str | None) -> Language:
    """Choose by `?lang=`, else by the browser's first language that is one of ours, else Swedish."""
    for wish in (asked or "", *(accept_language or "").split(",")):
        match wish.strip().lower()[:2]:
            case "sv":
                return "sv"
            case "en":
                return "en"
    return "sv"


def clock(at: datetime | None, zone: ZoneInfo, *, timespec: str = "seconds") -> str:
    """Write a moment as people read it: `2026-09-01 14:00:05`."""
    return "" if at is None else at.astimezone(zone).replace(tzinfo=None).isoformat(" ", timespec)


def duration(milliseconds: float) -> str:
    """Write a length of time in the unit that suits it: `87 ms`, `1.4 s`, `3.2 h`."""
    unit, size_ms = next((unit for unit in _UNITS if milliseconds >= unit[1]), _UNITS[-1])
    return f"{milliseconds:.0f} ms" if unit == "ms" else f"{milliseconds / size_ms:.1f} {unit}"


def number(value: float) -> str:
    """Write a number without a needless fraction."""
    return f"{value:g}"
