"""Realistic requests by invented people, made anew at each call, as each kind of sender posts them."""

from collections.abc import Callable, Mapping
from typing import Any

from services.commands.examples.form import form
from services.commands.examples.google_ads import google_ads
from services.commands.examples.linkedin import linkedin
from services.commands.examples.meta import meta
from services.commands.examples.payload import Making, Payload
from services.commands.examples.webhook import webhook

__all__ = ["EXAMPLES", "Making", "Payload"]

EXAMPLES: Mapping[str, Callable[[str | None, Any, Making], Payload]] = {
    "form": form,
    "google_ads": google_ads,
    "linkedin": linkedin,
    "meta": meta,
    "webhook": webhook,
}
"""Makers of requests by kind of source: example's name, the source's section, what makes it new. Any: each its own."""
