"""The console's pages: templates, escaped by default, in Swedish and English, with nothing from elsewhere."""

from dataclasses import dataclass
from functools import cache, partial
from zoneinfo import ZoneInfo

from jinja2 import Environment, PackageLoader, StrictUndefined

from services.console.history import history_of
from services.console.ledger import Ledger
from services.console.life import Life
from services.console.lines import LeadPage, SourceLine
from services.console.names import name_of
from services.console.words import Language, Words, clock, duration, number

SECURITY_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
"""Whatever a lead holds, no script runs, nothing is fetched, and personal data stays in no cache."""


@dataclass(frozen=True, slots=True)
class Overview:
    """What the first page shows. `ledger` is None while the event log does not answer."""

    ledger: Ledger | None
    leads: LeadPage
    sources: list[SourceLine]
    is_first_page: bool


class Pages:
    """Render pages with times in the company's zone."""

    def __init__(self, time_zone: str = "Europe/Stockholm") -> None:
        self._zone = ZoneInfo(time_zone)

    def overview(self, overview: Overview, language: Language) -> str:
        """Show the ledger, the newest leads and the sources."""
        return self._render("overview.html", language, overview=overview, here="/console")

    def life(self, life: Life, language: Language) -> str:
        """Show one lead's whole life."""
        here = f"/console/leads/{life.lead_id}"
        return self._render("life.html", language, life=life, history=history_of(life), here=here)

    def not_found(self, language: Language) -> str:
        """Say that there is no such lead, and what to do."""
        return self._render("not_found.html", language, here="/console")

    def _render(self, template: str, language: Language, **values: object) -> str:
        return (
            _environment()
            .get_template(template)
            .render(
                words=Words(language),
                clock=partial(clock, zone=self._zone),
                duration=duration,
                number=number,
                name=name_of,
                zone=self._zone.key,
                **values,
            )
        )


def style_sheet() -> str:
    """Return the one style sheet."""
    return _environment().get_template("console.css").render()


@cache
def _environment() -> Environment:
    loader = PackageLoader("services.console")
    return Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
