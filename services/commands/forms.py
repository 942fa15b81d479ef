"""`tratt form`: what a page needs that carries a form of ours."""

from datetime import UTC, datetime

from services.configuration import configured
from services.ingest.configuration import FormConfiguration
from services.ingest.forms.stamps import stamp
from shared.domain.errors import UsedWrongly
from shared.runtime.keys import read_keys
from shared.runtime.settings import Settings


def print_stamp(settings: Settings, source: str) -> None:
    """Print the stamp of a form that is rendered now.

    Raises:
        UsedWrongly: there is no form of that name, or no key to sign with.
    """
    sections = configured(settings).model.sources
    forms = [name for name, section in sections.items() if isinstance(section, FormConfiguration)]
    if source not in forms:
        raise UsedWrongly(f"there is no form '{source}': choose one of {', '.join(forms) or 'none'}")
    print(stamp(read_keys(settings).signing[0], source, datetime.now(UTC)))
