"""LinkedIn lead forms: a challenge to answer, and notices of leads to fetch or to forget.

Source: learn.microsoft.com/linkedin/shared/api-guide/webhook-validation and .../marketing/lead-sync (inbound-sources
3.1). Whether notices of leads are signed is not confirmed: `signature` of the source tells.
"""

import hmac
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from urllib.parse import parse_qs

from services.ingest.configuration.linkedin import LinkedInConfiguration
from services.ingest.guard import MAX_BODY_BYTES, Content, Document, Json, Unreadable, read_json
from services.ingest.mapping.moments import any_moment, is_plausible
from services.ingest.mapping.words import flag_of
from services.ingest.sources.context import SourceContext
from services.ingest.sources.linkedin_urns import form_of, id_of, owner_of
from services.ingest.submission import (
    Greeting,
    Identity,
    Misshapen,
    Parsed,
    Submission,
    SubmittedDeletion,
    SubmittedNotice,
)
from services.ingest.verification.configuration import Verification
from services.ingest.verification.judgement import JUDGEMENTS, Judgement, Reason
from services.ingest.verification.verifier import Verifier
from shared.domain.lead import Person

LEAD_ACTION = "LEAD_ACTION"
CREATED, DELETED = "CREATED", "DELETED"
RESPONSES = ("leadGenFormResponse", "leadFormResponse")
FORMS = ("leadGenForm", "leadForm", "versionedLeadGenForm", "versionedLeadGenFormUrn")
"""Members by the first of which a notice names a lead and its form: the API was renamed, so each name is taken."""
PLATFORM_DELETED = "platform_deleted"
EMPTY = "it holds no notice"
TEST_FLAGS = ("testLead", "isTest", "is_test")
"""LinkedIn documents no mark of a test in a notice; the lead itself has one, `testLead`. Any that comes is believed."""
CHALLENGE = re.compile(r"[A-Za-z0-9_-]{1,128}")
"""LinkedIn sends a UUID. Whatever else is answered would be signed with the secret that signs notices: a challenge of
`hmacsha256={…}` would have us sign a forged notice."""


class LinkedIn:
    """One URL for any number of ad accounts, Pages and forms."""

    kind = "linkedin"
    methods = frozenset({"GET", "POST"})
    has_own_errors = False
    max_body_bytes = MAX_BODY_BYTES

    def __init__(self, configuration: LinkedInConfiguration, context: SourceContext) -> None:  # noqa: ARG002 - the port's
        self.has_secret_path = configuration.secret_path is not None
        self._newest = configuration.client_secrets[0].get_secret_value().encode()
        self._verifier = Verifier(configuration.verification)
        self._path = Verifier(Verification(mode="off", secret_path=configuration.secret_path))

    def greet(self, submission: Submission) -> Greeting | None:
        """Answer the challenge: at the set-up, then every two hours; three failures in a row end the notices.

        It may carry `applicationId`, which changes nothing: a source is one app's.
        """
        code = _challenge_in(submission.query)
        if code is None or self._path.verify(submission, _NOTHING, now=submission.received_at).reason is not None:
            return None
        answer = {"challengeCode": code, "challengeResponse": hmac.digest(self._newest, code.encode(), "sha256").hex()}
        return Greeting(json.dumps(answer).encode(), "application/json")

    def storable(self, submission: Submission) -> Submission:
        """Keep the body alone: nothing else of a request is read."""
        return replace(submission, query=b"", headers={})

    def read(self, submission: Submission) -> Content:
        """Read the body as JSON."""
        return read_json(submission.body)

    def verify(self, submission: Submission, content: Content) -> Judgement:
        """Compare the signature over the raw body with every client secret. A GET is never a notice."""
        if submission.method != "POST":
            return JUDGEMENTS[Reason.SIGNATURE_MISSING]
        return self._verifier.verify(submission, content, now=submission.received_at, peer=submission.peer)

    def parse(self, submission: Submission, content: Document) -> Parsed:
        """Make a notice of each lead that was created, and a deletion of each that was deleted.

        Raises:
            Misshapen: nothing in it is shaped as LinkedIn documents it.
        """
        notices: list[SubmittedNotice] = []
        deletions: list[SubmittedDeletion] = []
        faults: list[str] = []
        others: list[str] = []
        for item in _items(content.value):
            if not isinstance(item, dict):
                faults.append("a notice is not an object")
                continue
            other = _not_a_lead(item)
            lead = _lead_in(item)
            if other is not None:
                others.append(other)
            elif lead is None:
                faults.append("a LEAD_ACTION tells no leadGenFormResponse that could be fetched")
            elif _word(item.get("leadAction")) == DELETED:
                deletions.append(_deletion(item, lead, submission.received_at))
            else:
                notices.append(_notice(item, lead, submission.received_at))
        if faults and not notices and not deletions and not others:
            raise Misshapen("wrong_shape", "; ".join(faults))
        return Parsed(
            notices=tuple(notices),
            deletions=tuple(deletions),
            faults=tuple(faults),
            not_a_lead="; ".join(dict.fromkeys(others)) or (None if notices or deletions or faults else EMPTY),
        )

    def identify(self, content: Content) -> Identity:
        """Find the lead's id and whether it is a test."""
        members = {} if isinstance(content, Unreadable) else dict(content.members)
        return Identity(_lead_in(members), is_test=_is_test(members))


_NOTHING = Document(None)


def _challenge_in(query: bytes) -> str | None:
    try:
        codes = parse_qs(query.decode("ascii"), max_num_fields=16).get("challengeCode", [])
    except ValueError:  # too many fields, or bytes that no URL has
        return None
    return codes[0] if len(codes) == 1 and CHALLENGE.fullmatch(codes[0]) else None


def _items(value: Json) -> Sequence[Json]:
    """Return the notices: one, or a list of them."""
    if isinstance(value, dict) and isinstance(elements := value.get("elements"), list):
        return elements
    return value if isinstance(value, list) else [value]


def _not_a_lead(item: Mapping[str, Json]) -> str | None:
    kind, action = _word(item.get("type", LEAD_ACTION)), _word(item.get("leadAction", CREATED))
    if kind != LEAD_ACTION:
        return f"it is a notice of another type than {LEAD_ACTION}"
    return None if action in (CREATED, DELETED) else f"its leadAction is neither {CREATED} nor {DELETED}"


def _word(value: Json) -> Json:
    return value.upper() if isinstance(value, str) else value


def _lead_in(item: Mapping[str, Json]) -> str | None:
    return next(filter(None, (id_of(item.get(name)) for name in RESPONSES)), None)


def _notice(item: Mapping[str, Json], lead: str, received_at: datetime) -> SubmittedNotice:
    form = next(filter(None, (form_of(item.get(name)) for name in FORMS)), None)
    return SubmittedNotice(
        platform=LinkedIn.kind,
        notice_id=lead,
        occurred_at=_occurred_at(item, received_at),
        form_id=form.form if form else None,
        page_id=owner_of(item.get("owner")),
        is_test=_is_test(item),
    )


def _deletion(item: Mapping[str, Json], lead: str, received_at: datetime) -> SubmittedDeletion:
    return SubmittedDeletion(
        submission_id=lead, person=Person(), reason=PLATFORM_DELETED, occurred_at=_occurred_at(item, received_at)
    )


def _occurred_at(item: Mapping[str, Json], received_at: datetime) -> datetime:
    """Return when it happened. Pages say milliseconds, one receiver seconds: the magnitude tells."""
    given = item.get("occurredAt")
    moment = any_moment(given) if isinstance(given, str) else None
    return moment if moment is not None and is_plausible(moment, received_at) else received_at


def _is_test(item: Mapping[str, Json]) -> bool:
    declared = any(
        item.get(name) is True or (isinstance(text := item.get(name), str) and flag_of(text) is True)
        for name in TEST_FLAGS
    )
    kind = item.get("leadType")
    return declared or (isinstance(kind, str) and kind.upper().startswith("TEST"))
