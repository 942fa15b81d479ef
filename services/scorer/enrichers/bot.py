"""The fact whether the submission itself betrays a machine."""

from services.scorer.background import Background
from shared.domain.lead import Lead
from shared.domain.score import Facts

_FAILED = frozenset({"false", "failed", "fail", "no", "0"})
_DOUBTFUL_STAMPS = frozenset({"missing", "forged", "too_fast", "too_old"})
"""What the signal `stamp` of a form says where its page was not rendered for a person shortly before."""


class BotEnricher:
    """Write `bot`: the hidden field was filled in, the captcha failed, or the form's stamp is none of a person's.

    False when nothing says so.
    """

    name = "bot"

    def __init__(self, background: Background) -> None:
        """Need nothing."""

    def enrich(self, lead: Lead, facts: Facts) -> Facts:  # noqa: ARG002 - the port's signature
        """Judge by the lead's signals."""
        filled = lead.signals.get("honeypot", False)
        captcha = str(lead.signals.get("captcha", True)).lower()
        is_filled = bool(filled) and str(filled).lower() not in _FAILED
        return {"bot": is_filled or captcha in _FAILED or lead.signals.get("stamp") in _DOUBTFUL_STAMPS}
