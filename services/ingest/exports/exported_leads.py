"""Rows of an export become leads by the very reading their webhook has: the same data gives the same lead."""

from dataclasses import dataclass, replace
from datetime import datetime

from services.ingest.events import Keys
from services.ingest.exports.google_ads_file import ExportedRow, UnreadableRow
from services.ingest.exports.traces import Trace, contacts_of, trace_of
from services.ingest.guard import MAX_BODY_BYTES, Document
from services.ingest.sources import LeadSource
from services.ingest.submission import Misshapen, Submission, SubmittedLead
from shared.domain.ids import keyed_hash, lead_id
from shared.domain.lead import Lead


@dataclass(frozen=True, slots=True)
class ExportedLead:
    """One row's lead. `has_senders_id`: it has Google's id of it; else one made of person and time."""

    number: int
    submitted: SubmittedLead
    has_senders_id: bool
    campaign_name: str | None
    trace: Trace


class ExportedLeads:
    """How one source's rows become leads."""

    def __init__(self, door: LeadSource, source: str, *, keys: Keys, now: datetime) -> None:
        self._door = door
        self._source = source
        self._keys = keys
        self._now = now

    def lead_of(self, row: ExportedRow) -> ExportedLead | UnreadableRow:
        """Make the lead of a row, or say why it cannot be one."""
        submission = Submission(self._source, "POST", "", b"", {}, row.body, self._now)
        content = self._door.read(submission)
        if not isinstance(content, Document):
            return UnreadableRow(row.number, content.reason)
        if len(row.body) > MAX_BODY_BYTES:
            return UnreadableRow(row.number, f"longer than the {MAX_BODY_BYTES} bytes that any lead may have")
        try:
            (submitted,) = self._door.parse(submission, content).leads
        except Misshapen as fault:
            return UnreadableRow(row.number, str(fault))
        return self._named(row, submitted)

    def _named(self, row: ExportedRow, submitted: SubmittedLead) -> ExportedLead | UnreadableRow:
        lead = submitted.lead
        has_senders_id = "probable_id" not in lead.signals
        if not has_senders_id:
            if not submitted.is_dated:
                return UnreadableRow(row.number, "it tells neither Google's id of the lead nor when it was submitted")
            who = next(contacts_of(lead.person, self._keys.country), lead.attribution.click_ids.get("gclid"))
            if who is None:
                return UnreadableRow(row.number, "it tells neither an id, an e-mail, a phone number nor a click id")
            lead = self._renamed(lead, who)
        trace = replace(
            trace_of(lead, self._keys.country), submitted_at=lead.submitted_at if submitted.is_dated else None
        )
        return ExportedLead(
            row.number, replace(submitted, lead=lead), has_senders_id, campaign_name=row.campaign_name, trace=trace
        )

    def _renamed(self, lead: Lead, who: str) -> Lead:
        """Name a lead by person and time, which every export of it tells, in whatever columns."""
        said = f"{lead.submitted_at.isoformat()} {who}"
        submission_id = f"export-{keyed_hash(self._keys.secret, 'export', said)}"
        return lead.model_copy(update={"id": lead_id(self._source, submission_id), "submission_id": submission_id})
