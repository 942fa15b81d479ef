"""A lead made of LinkedIn's response and of the form that says what its numbers mean. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.ingest.configuration.linkedin import FormConsent, LinkedInConfiguration
from services.ingest.guard import Json
from services.ingest.mapping.moments import any_moment, is_plausible
from services.ingest.mapping.words import flag_of
from services.ingest.naming import named_lead
from services.ingest.retrieval.linkedin_answers import what_was_said
from services.ingest.retrieval.linkedin_forms import Form
from services.ingest.retrieval.platform_json import items_of, member_of, text_of
from services.ingest.sources.context import SourceContext
from services.ingest.sources.linkedin_urns import FormId, id_of, owner_of
from services.ingest.submission import SubmittedLead, SubmittedNotice

FORM_CHANGED = "form_changed"
_CREATIVE = ("associatedCreative", "creative")


@dataclass(frozen=True, slots=True)
class Response:
    """One person's answers, as LinkedIn has them, and the form that they answer."""

    document: Mapping[str, Json]
    form_id: FormId
    form: Form


def make_lead(
    response: Response,
    notice: SubmittedNotice,
    *,
    received_at: datetime,
    configuration: LinkedInConfiguration,
    context: SourceContext,
) -> SubmittedLead:
    """Make the lead under the id that its notice has, whatever else the response says."""
    document, form_id, form = response.document, response.form_id, response.form
    submitted_at = _submitted_at(document, received_at)
    settings = configuration.of_form(form_id.form)
    members: dict[str, Any] = {  # Any: whatever `Lead` takes, which validates them all in one go
        "channel": settings.channel,
        "segment": settings.segment,
        "product": settings.product,
        **what_was_said(document, form),
        "submitted_at": submitted_at or notice.occurred_at,
        "received_at": received_at,
        "consents": list(_consents(response, notice.notice_id, submitted_at, configuration.consents)),
        "signals": _signals(response),
    }
    members["attribution"] |= _bought(document) | {"form_id": form_id.form}
    if settings.campaign_name is not None:
        members["attribution"]["campaign_name"] = settings.campaign_name
    lead = named_lead(
        context.source,
        members,
        submission_id=notice.notice_id,
        is_dated=submitted_at is not None,
        person_key=context.person_key,
    )
    return SubmittedLead(lead, is_test=notice.is_test or is_test(document), is_dated=submitted_at is not None)


def is_test(document: Mapping[str, Json]) -> bool:
    """Tell a test, which LinkedIn marks in the response."""
    given = document.get("testLead")
    return given is True or (isinstance(given, str) and flag_of(given) is True)


def submission_time(document: Mapping[str, Json]) -> datetime | None:
    """Return when the person sent the form. Pages say milliseconds; the magnitude tells."""
    text = text_of(document.get("submittedAt"))
    return any_moment(text) if text else None


def _submitted_at(document: Mapping[str, Json], received_at: datetime) -> datetime | None:
    moment = submission_time(document)
    return moment if moment is not None and is_plausible(moment, received_at) else None


def _bought(document: Mapping[str, Json]) -> dict[str, str]:
    """Return the campaign and the creative that brought the lead."""
    sponsored = member_of(member_of(document, "leadMetadata"), "sponsoredLeadMetadata")
    entity = member_of(document, "associatedEntity")
    found = {
        "campaign_id": id_of(sponsored.get("campaign")),
        "creative_id": next(filter(None, (id_of(entity.get(name)) for name in _CREATIVE)), None),
    }
    return {name: value for name, value in found.items() if value is not None}


def _consents(
    response: Response, lead: str, at: datetime | None, meanings: Mapping[str, FormConsent]
) -> Iterator[dict[str, Any]]:  # Any: a consent's members
    """Yield each consent that was asked for, given or refused; one that has no purpose with us goes by its id."""
    form, version = response.form_id.form, response.form_id.version or response.form.version
    for given in items_of(member_of(response.document, "formResponse").get("consentResponses")):
        name = text_of(given.get("consentId"))
        accepted = given.get("accepted")
        granted = flag_of(accepted) if isinstance(accepted, str) else accepted
        if name is None or not isinstance(granted, bool):
            continue
        meaning = meanings.get(f"{form}/{name}") or meanings.get(name) or FormConsent(purpose=f"consent_{name}")
        yield {
            "purpose": meaning.purpose,
            "channels": meaning.channels,
            "granted": granted,
            "text": response.form.consents.get(name) or None,
            "version": version,
            "at": at,
            "evidence": f"urn:li:leadGenFormResponse:{lead}",
        }


def _signals(response: Response) -> dict[str, str | bool]:
    document, form = response.document, response.form
    entity = member_of(document, "associatedEntity")
    told = {
        "lead_type": text_of(document.get("leadType")),
        "owner": owner_of(document.get("owner")),
        "associated_entity": _first_urn(value for name, value in entity.items() if name not in _CREATIVE),
        "form_name": form.name,
        "form_version": response.form_id.version or form.version,
    }
    signals: dict[str, str | bool] = {name: value for name, value in told.items() if value is not None}
    if response.form_id.version is not None and form.version not in {None, response.form_id.version}:
        signals[FORM_CHANGED] = True
    return signals


def _first_urn(values: Iterable[Json]) -> str | None:
    return next((value for value in values if isinstance(value, str) and value.startswith("urn:")), None)
