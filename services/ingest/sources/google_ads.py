"""Google Ads lead forms: one lead per request, shown to be Google's by a shared key in the body.

Source: developers.google.com/google-ads/webhook/docs and deliveries observed in the wild (inbound-sources 1).
"""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from services.ingest.configuration import GoogleAdsConfiguration
from services.ingest.guard import MAX_BODY_BYTES, MAX_TEXT, Content, Document, Json, Unreadable, read_json
from services.ingest.mapping.moments import is_plausible
from services.ingest.naming import named_lead
from services.ingest.sources.context import SourceContext
from services.ingest.sources.google_ads_columns import Contact, flag_of, read_columns, sort_out, text_of
from services.ingest.submission import Identity, Misshapen, Parsed, Submission, SubmittedLead
from services.ingest.verification.judgement import JUDGEMENTS, PROVED, Judgement, Reason
from services.ingest.verification.tokens import Tokens

KEY_SPELLINGS = frozenset({"google_key", "Google_key"})
"""Real leads have the first, Google's own test samples the second."""

CLICK_IDS = {"gcl_id": "gclid", "gclid": "gclid", "gbraid": "gbraid", "wbraid": "wbraid"}
ATTRIBUTION = {
    "campaign_id": "campaign_id",
    "adgroup_id": "ad_group_id",
    "asset_group_id": "asset_group_id",
    "creative_id": "creative_id",
    "form_id": "form_id",
    "campaign_name": "campaign_name",
}
"""The name is what relays add; one in the configuration stands before it."""
ELSEWHERE = frozenset(
    {"lead_id", "user_column_data", "api_version", "is_test", "lead_submit_time", *KEY_SPELLINGS, *CLICK_IDS}
) | frozenset(ATTRIBUTION)
"""Members with a place of their own. Google may add others at any time; they are kept as signals."""

TEST_PREFIX = "TeSter-"
TEST_VALUE = "dummy_value"
"""What the button "Send test data" fills in: the second net where `is_test` is missing."""


class GoogleAds:
    """One URL for any number of lead forms, each with its own settings."""

    kind = "google_ads"
    methods = frozenset({"POST"})
    has_secret_path = False
    has_own_errors = True
    max_body_bytes = MAX_BODY_BYTES

    def __init__(self, configuration: GoogleAdsConfiguration, context: SourceContext) -> None:
        self._source = context.source
        self._person_key = context.person_key
        self._keys = Tokens(key.get_secret_value() for key in configuration.keys)
        self._default = configuration
        self._forms = {form: configuration.of_form(form) for form in configuration.forms}

    def greet(self, submission: Submission) -> None:
        """Google shakes no hands."""

    def storable(self, submission: Submission) -> Submission:
        """Keep the body alone: nothing else of a request is read."""
        return replace(submission, query=b"", headers={})

    def read(self, submission: Submission) -> Content:
        """Read the body as JSON."""
        return read_json(submission.body)

    def verify(self, submission: Submission, content: Content) -> Judgement:  # noqa: ARG002 - the port's; others sign
        """Compare the key in the body with ours. Where it stands more than once, each must be right."""
        if isinstance(content, Unreadable):
            return JUDGEMENTS[Reason.BODY_UNREADABLE]
        reason = self._keys.fault(
            [
                value.encode(errors="surrogatepass") if isinstance(value, str) else b""
                for name, value in content.members
                if name in KEY_SPELLINGS
            ]
        )
        return PROVED if reason is None else JUDGEMENTS[reason]

    def parse(self, submission: Submission, content: Document) -> Parsed:
        """Make the one lead that the request holds."""
        payload = content.value
        if not isinstance(payload, dict):
            raise Misshapen("wrong_shape", "the body is not an object")
        columns = read_columns(payload.get("user_column_data"))
        contact = sort_out(columns)
        submitted_at = submission_time(payload, submission.received_at)
        signals = _signals(payload, contact, is_timed=submitted_at is not None)
        if content.nul_stripped:
            signals["nul_stripped"] = True
        members = self._members(payload, contact, signals) | {
            "submitted_at": submitted_at or submission.received_at,
            "received_at": submission.received_at,
        }
        lead = named_lead(
            self._source,
            members,
            submission_id=text_of(payload.get("lead_id"), "lead_id"),
            is_dated=submitted_at is not None,
            person_key=self._person_key,
        )
        is_test = is_test_lead(payload) or any(TEST_VALUE in values for values in columns.values())
        return Parsed((SubmittedLead(lead, is_test=is_test, is_dated=submitted_at is not None),))

    def identify(self, content: Content) -> Identity:
        """Find the lead's id and whether it is a test."""
        members = {} if isinstance(content, Unreadable) else dict(content.members)
        given = members.get("lead_id")
        is_text = isinstance(given, str) and bool(given.strip()) and given.isprintable() and len(given) <= MAX_TEXT
        return Identity(str(given) if is_text else None, is_test=is_test_lead(members))

    def _members(self, payload: Mapping[str, Json], contact: Contact, signals: dict[str, str | bool]) -> dict[str, Any]:
        """Return a lead's members. Any: whatever `Lead` takes, which validates them all in one go."""
        attribution = _attribution(payload)
        form = self._forms.get(attribution.get("form_id", ""), self._default)
        named = {} if form.campaign_name is None else {"campaign_name": form.campaign_name}
        return {
            "channel": form.channel,
            "segment": form.segment,
            "product": form.product,
            "person": contact.person,
            "company": contact.company,
            "address": contact.address,
            "answers": contact.answers,
            "consents": [],  # as by default, which pydantic would copy deeply each time
            "attribution": {**attribution, **named, "click_ids": _click_ids(payload)},
            "signals": signals,
        }


def submission_time(payload: Mapping[str, Json], received_at: datetime) -> datetime | None:
    """Return when the person pressed the button, or None where Google does not say so, or cannot mean it."""
    text = payload.get("lead_submit_time")
    if not isinstance(text, str):
        return None
    try:
        moment = datetime.fromisoformat(text.strip())
        moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return moment if is_plausible(moment, received_at) else None


def is_test_lead(payload: Mapping[str, Json]) -> bool:
    """Tell a press of the test button from a person."""
    declared = payload.get("is_test")
    if declared is True or (isinstance(declared, str) and flag_of(declared) is True):
        return True
    ids = [payload.get("lead_id"), payload.get("gcl_id")]
    return any(isinstance(given, str) and (given.startswith(TEST_PREFIX) or given == TEST_VALUE) for given in ids)


def _attribution(payload: Mapping[str, Json]) -> dict[str, str]:
    given = {ours: text_of(payload[theirs], theirs) for theirs, ours in ATTRIBUTION.items() if theirs in payload}
    # Google writes 0 for an id that there is none of.
    return {name: text for name, text in given.items() if text is not None and text != "0"}


def _click_ids(payload: Mapping[str, Json]) -> dict[str, str]:
    return {
        ours: text
        for theirs, ours in CLICK_IDS.items()
        if theirs in payload and (text := text_of(payload[theirs], theirs)) is not None
    }


def _signals(payload: Mapping[str, Json], contact: Contact, *, is_timed: bool) -> dict[str, str | bool]:
    signals = dict(contact.signals)
    kept = [name for name in payload if name not in ELSEWHERE]
    if not is_timed:
        kept.append("lead_submit_time")
    for name in kept:
        value = payload.get(name)
        if isinstance(value, bool):
            signals[name] = value
        elif isinstance(value, (list, dict)):
            signals[name] = json.dumps(value, ensure_ascii=False)
        elif (text := text_of(value, name)) is not None:
            signals[name] = text
    return signals
