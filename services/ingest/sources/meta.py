"""Meta's lead forms on Facebook and Instagram: a handshake, and notices of leads that lie at Meta.

Source: developers.facebook.com/docs/graph-api/webhooks/getting-started and …/webhooks-for-leadgen (inbound-sources 2).
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from urllib.parse import parse_qs

from services.ingest.configuration.meta import MetaConfiguration
from services.ingest.guard import Content, Document, Json, Unreadable, read_json
from services.ingest.mapping.moments import any_moment, is_plausible
from services.ingest.sources.context import SourceContext
from services.ingest.submission import Greeting, Identity, Misshapen, Parsed, Submission, SubmittedNotice
from services.ingest.verification.judgement import JUDGEMENTS, Judgement, Reason
from services.ingest.verification.tokens import Tokens
from services.ingest.verification.verifier import Verifier

LEADGEN = "leadgen"
MOST_VALUES = 20_000
"""Meta batches up to 1,000 changes in a request, each of a dozen values (inbound-sources 2.3)."""
MAX_BATCH_BYTES = 512 * 1024
"""A batch of 1,000 changes, each in an entry of its own, has some 260 KiB (inbound-sources 2.2)."""
MOST_PARAMETERS = 16
CHALLENGE = re.compile(r"[A-Za-z0-9_.-]{1,256}")
"""Meta sends a number. Whatever else came here with our token is not repeated into an answer."""
ID = re.compile(r"[0-9]{1,64}")
"""Ids come as numbers or as texts. One that is no number would change the path that it is fetched by."""
TEST_ID = re.compile(r"4{8,}")
"""The app dashboard's button "Test" sends ids of fours, and no such lead exists (n8n-io/n8n#10793)."""


class Meta:
    """One URL for any number of Pages and forms."""

    kind = "meta"
    methods = frozenset({"GET", "POST"})
    has_secret_path = False
    has_own_errors = False
    max_body_bytes = MAX_BATCH_BYTES

    def __init__(self, configuration: MetaConfiguration, context: SourceContext) -> None:  # noqa: ARG002 - the port's
        self._verify_token = Tokens([configuration.verify_token.get_secret_value()])
        self._verifier = Verifier(configuration.verification)

    def greet(self, submission: Submission) -> Greeting | None:
        """Answer the handshake with the bare challenge, as text; nothing where the token is not ours."""
        given = _parameters(submission)
        challenge = given.get("hub.challenge", [""])[0]
        is_ours = self._token_fault(given) is None
        if not is_ours or given.get("hub.mode") != ["subscribe"] or not CHALLENGE.fullmatch(challenge):
            return None
        return Greeting(challenge.encode(), "text/plain")

    def _token_fault(self, given: Mapping[str, Sequence[str]]) -> Reason | None:
        return self._verify_token.fault(
            [token.encode(errors="surrogatepass") for token in given.get("hub.verify_token", [])]
        )

    def storable(self, submission: Submission) -> Submission:
        """Keep the body alone: nothing else of a request is read."""
        return replace(submission, query=b"", headers={})

    def read(self, submission: Submission) -> Content:
        """Read the body as JSON."""
        return read_json(submission.body, max_values=MOST_VALUES)

    def verify(self, submission: Submission, content: Content) -> Judgement:
        """Compare the signature over the raw body with every app secret. A GET is never a notice.

        A handshake that was not answered is told what is wrong with its token.
        """
        if submission.method != "POST":
            return JUDGEMENTS[self._token_fault(_parameters(submission)) or Reason.SIGNATURE_MISSING]
        return self._verifier.verify(submission, content, now=submission.received_at, peer=submission.peer)

    def parse(self, submission: Submission, content: Document) -> Parsed:
        """Make a notice of every change of the field `leadgen`, of every entry.

        Raises:
            Misshapen: nothing in it is shaped as Meta documents it.
        """
        notices: dict[str, SubmittedNotice] = {}
        others: dict[str, None] = {}
        faults: list[str] = []
        for page, change in _changes(content.value, faults):
            field = change.get("field")
            if isinstance(field, str) and field != LEADGEN:
                others[field] = None
                continue
            notice = _notice(change.get("value"), page, submission.received_at)
            if isinstance(notice, str):
                faults.append(notice)
            else:
                notices.setdefault(notice.notice_id, notice)
        if faults and not notices and not others:
            raise Misshapen("wrong_shape", "; ".join(faults))
        return Parsed(
            notices=tuple(notices.values()),
            faults=tuple(faults),
            not_a_lead=None if notices or faults else "it tells of other fields than leadgen",
        )

    def identify(self, content: Content) -> Identity:
        """Find the first lead that it names."""
        if isinstance(content, Unreadable):
            return Identity()
        values = (change.get("value") for _, change in _changes(dict(content.members), []))
        leads = (id_of(value.get("leadgen_id")) for value in values if isinstance(value, dict))
        lead = next((lead for lead in leads if lead), None)
        return Identity(lead, is_test=_is_test(lead))


def _parameters(submission: Submission) -> Mapping[str, Sequence[str]]:
    try:
        return parse_qs(submission.query.decode("ascii"), keep_blank_values=True, max_num_fields=MOST_PARAMETERS)
    except ValueError:  # too many parameters, or bytes that no URL has
        return {}


def _changes(value: Json, faults: list[str]) -> Iterator[tuple[str | None, Mapping[str, Json]]]:
    """Yield every change with its Page, and add what is wrongly shaped to `faults`."""
    entries = value.get("entry") if isinstance(value, dict) else None
    if not isinstance(entries, list):
        faults.append("it holds no list `entry`")
        return
    for entry in entries:
        changes = entry.get("changes", []) if isinstance(entry, dict) else None  # Messenger's entries have none
        if not isinstance(entry, dict) or not isinstance(changes, list):
            faults.append("an entry is not an object with a list `changes`")
            continue
        for change in changes:
            if isinstance(change, dict):
                yield id_of(entry.get("id")), change
            else:
                faults.append("a change is not an object")


def _notice(value: Json, page: str | None, received_at: datetime) -> SubmittedNotice | str:
    """Make a notice, or say what is wrong with its change."""
    if not isinstance(value, dict):
        return "a change of leadgen holds no object `value`"
    lead = id_of(value.get("leadgen_id"))
    if lead is None:
        return "a change of leadgen tells no leadgen_id that is a number"
    created = value.get("created_time")
    moment = any_moment(created) if isinstance(created, str) else None
    return SubmittedNotice(
        platform=Meta.kind,
        notice_id=lead,
        occurred_at=moment if moment is not None and is_plausible(moment, received_at) else received_at,
        form_id=id_of(value.get("form_id")),
        page_id=id_of(value.get("page_id")) or page,
        is_test=_is_test(lead),
    )


def _is_test(lead: str | None) -> bool:
    return lead is not None and TEST_ID.fullmatch(lead) is not None


def id_of(value: Json) -> str | None:
    """Return one of Meta's ids, as text; None for whatever is none."""
    return value if isinstance(value, str) and ID.fullmatch(value) else None
