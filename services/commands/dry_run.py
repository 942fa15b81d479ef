"""Reading a payload as its door would, verifying and writing nothing."""

from collections.abc import Sequence
from datetime import UTC, datetime

from services.commands.addresses import running_process
from services.commands.examples import Payload
from services.configuration import configured
from services.ingest.guard import Content, Document
from services.ingest.sources import LeadSource, make_sources
from services.ingest.submission import Misshapen, Parsed, Submission
from shared.domain.errors import UsedWrongly
from shared.domain.ids import lead_id
from shared.runtime.keys import KEYS_FILE, Keys, read_keys
from shared.runtime.settings import Settings

DRY_RUN_KEY = b"a dry run hashes nobody"
"""Commands that only show what a payload would become need no keys."""
NO_KEYS = Keys(person=DRY_RUN_KEY, signing=(DRY_RUN_KEY,))
NOWHERE = "https://nowhere.invalid"
"""Stands for the public URL, which only verification reads."""
PROBABLE = "probable_id"
"""The signal of a lead whose id is made of what it says and of when it came (`services.ingest.naming`)."""


def dry_source(settings: Settings, name: str, keys: Keys = NO_KEYS) -> LeadSource:
    """Make one configured source.

    Raises:
        UsedWrongly: there is none of that name.
    """
    configuration = configured(settings).model
    sections = configuration.sources
    if name not in sections:
        raise UsedWrongly(f"there is no source '{name}': choose one of {', '.join(sections) or 'none'}")
    made = make_sources(
        {name: sections[name]},
        person_key=keys.person,
        public_url=NOWHERE,
        signing=keys.signing,
        questions=configuration.questions,
    )
    return made[name]


def known_keys(settings: Settings) -> Keys | None:
    """Return the keys of the service that runs, where this machine can know them; makes none.

    They are set, or lie beside the data of a process that runs here: others that lie about may be another service's.
    """
    are_set = settings.person_key is not None and bool(settings.secret_key)
    lie_here = settings.is_embedded and (settings.data_dir / KEYS_FILE).is_file()
    return read_keys(settings) if are_set or (lie_here and running_process(settings.data_dir)) else None


def submission_of(name: str, payload: Payload, received_at: datetime | None = None) -> Submission:
    """Make the submission that a payload would be, received now if no time is told."""
    return Submission(
        source=name,
        method=payload.method,
        path=f"/v1/sources/{name}{payload.path}",
        query=payload.query.encode(),
        headers={key.lower().encode("latin-1"): value.encode("latin-1") for key, value in payload.headers.items()},
        body=payload.body,
        received_at=received_at or datetime.now(UTC),
    )


def parsed(source: LeadSource, submission: Submission, content: Content) -> Parsed:
    """Return all that a submission says; what cannot be used is a fault."""
    if not isinstance(content, Document):
        return Parsed(faults=(content.reason,))
    try:
        return source.parse(submission, content)
    except Misshapen as fault:
        return Parsed(faults=(str(fault),))


def said_by(source: LeadSource, submission: Submission) -> Parsed:
    """Read a submission, and return all that it says; a handshake is answered, and not read."""
    if submission.method != "POST" and source.greet(submission) is not None:
        return Parsed(not_a_lead="it is a handshake")
    return parsed(source, submission, source.read(submission))


def lead_ids_of(said: Parsed, name: str, *, knows_keys: bool) -> Sequence[str | None]:
    """Return the id of each lead that was said, fetched ones included; None for one that only the keys can tell."""
    own = [
        None if PROBABLE in submitted.lead.signals and not knows_keys else submitted.lead.id for submitted in said.leads
    ]
    return [*own, *(lead_id(name, notice.notice_id) for notice in said.notices)]
