"""The fact whether the submission itself betrays a machine."""

from services.scorer.background import Background
from shared.domain.lead import Lead
from shared.domain.score import Facts

_FAILED = frozenset({"false", "failed", "fail", "no", "0"})


class BotEnricher:
    """Write `bot`: the hidden field was filled in, or the captcha failed. False when nothing says so."""

    name = "bot"

    def __init__(self, background: Background) -> None:
        """Need nothing."""

    def enrich(self, lead: Lead, facts: Facts) -> Facts:  # noqa: ARG002 - the port's signature
        """Judge by the lead's signals."""
        filled = lead.signals.get("honeypot", False)
        captcha = str(lead.signals.get("captcha", True)).lower()
        return {"bot": (bool(filled) and str(filled).lower() not in _FAILED) or captcha in _FAILED}
