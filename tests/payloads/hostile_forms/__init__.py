"""Hostile and odd posts for a form, each with what may become of it. Every person in them is invented."""

from tests.payloads.hostile_forms.bodies import bodies
from tests.payloads.hostile_forms.encodings import encodings
from tests.payloads.hostile_forms.post import Post
from tests.payloads.hostile_forms.redirects import redirects
from tests.payloads.hostile_forms.senders import senders
from tests.payloads.hostile_forms.signals import signals


def hostile_posts() -> list[Post]:
    """Make the corpus, for the source that tests/proof/form_hostility.py configures."""
    return [*encodings(), *bodies(), *redirects(), *senders(), *signals()]
