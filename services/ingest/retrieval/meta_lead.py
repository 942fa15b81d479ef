"""A lead as Meta's Graph gives it, made into ours. Pure.

Source: developers.facebook.com/docs/marketing-api/guides/lead-ads/retrieving (inbound-sources 2.4): `values` is a list,
`created_time` has an offset without a colon, and field names are the form's own keys, localised or made up.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from services.ingest.configuration.meta import MetaConfiguration
from services.ingest.guard import Json
from services.ingest.mapping.guessing.contact_questions import contact_asked
from services.ingest.mapping.guessing.names import SECOND_RANK
from services.ingest.mapping.moments import any_moment, is_plausible
from services.ingest.mapping.texts import said_by
from services.ingest.mapping.words import flag_of
from services.ingest.naming import named_lead
from services.ingest.retrieval.platform_json import items_of, text_of
from services.ingest.retrieval.tracking import track
from services.ingest.sources.context import SourceContext
from services.ingest.submission import Misshapen, SubmittedLead, SubmittedNotice
from shared.domain.lead import Answer

FIELDS = {
    "email": "person.email",
    "work_email": "person.email",
    "phone_number": "person.phone",
    "work_phone_number": "person.phone",
    "full_name": "person.full_name",
    "first_name": "person.first_name",
    "last_name": "person.last_name",
    "job_title": "person.job_title",
    "company_name": "company.name",
    "street_address": "address.street",
    "zip_code": "address.postal_code",
    "post_code": "address.postal_code",
    "city": "address.city",
    "state": "address.region",
    "province": "address.region",
    "country": "address.country",
}
"""Meta's own questions by their keys. Others are understood by their name, or are answers."""
GROUPS = ("person", "company", "address")
ATTRIBUTION = {
    "campaign_id": "campaign_id",
    "campaign_name": "campaign_name",
    "adset_id": "ad_group_id",
    "ad_id": "creative_id",
    "form_id": "form_id",
}
SIGNALS = ("ad_name", "adset_name", "is_organic", "home_listing", "retailer_item_id", "vehicle")
"""Members that have no place of their own in a lead."""
PLATFORM = "platform"
"""Where the person saw the form: `fb`, `ig`, …."""
TEST_VALUE = "test lead: dummy data for "
"""How every text begins, after a `<`, of a lead that the Lead Ads Testing Tool makes up. Observed; unconfirmed."""
TEST_ADDRESSES = frozenset({"test@fb.com", "test@meta.com"})
"""The address it gives such a lead: all that tells it where a form asks for nothing but an address and a choice."""
DISCLAIMERS = "custom_disclaimer_responses"


def make_lead(
    document: Mapping[str, Json],
    notice: SubmittedNotice,
    *,
    received_at: datetime,
    configuration: MetaConfiguration,
    context: SourceContext,
) -> SubmittedLead:
    """Make the lead of a notice, under the notice's id.

    Raises:
        Misshapen: its fields are not written as Meta documents them.
    """
    members, values = _members(document, configuration)
    attribution = members["attribution"]
    if notice.form_id is not None:
        attribution.setdefault("form_id", notice.form_id)
    form = configuration.of_form(attribution.get("form_id"))
    attribution.setdefault("campaign_name", form.campaign_name)
    created = any_moment(text_of(document.get("created_time")) or "")
    dated = created if created is not None and is_plausible(created, received_at) else None
    members |= {
        "channel": form.channel,
        "segment": form.segment,
        "product": form.product,
        "submitted_at": dated or notice.occurred_at,
        "received_at": received_at,
        "consents": _consents(document.get(DISCLAIMERS), configuration),
    }
    lead = named_lead(
        context.source, members, submission_id=notice.notice_id, is_dated=True, person_key=context.person_key
    )
    is_test = notice.is_test or any(map(_is_made_up, values))
    return SubmittedLead(lead, is_test=is_test, is_dated=True)


def _is_made_up(value: str) -> bool:
    said = value.strip().lower()
    return said in TEST_ADDRESSES or said.removeprefix("<").startswith(TEST_VALUE)


def _members(document: Mapping[str, Json], configuration: MetaConfiguration) -> tuple[dict[str, Any], Sequence[str]]:
    """Return what the fields say, and all their values. Any: whatever `Lead` takes, which validates it."""
    members: dict[str, Any] = {group: {} for group in GROUPS} | {"answers": {}}
    answered = list(_answered(document.get("field_data")))
    # What is said to be second (a work address) fills what is left, whatever the order of the form.
    for name, said, place in sorted(_placed(answered, configuration), key=lambda field: field[2][1]):
        _put(members, name, said, place[0])
    given = {ours: text_of(document.get(theirs)) for theirs, ours in ATTRIBUTION.items()}
    members["attribution"] = {name: text for name, text in given.items() if text is not None}
    if (network := text_of(document.get(PLATFORM))) is not None:
        members["attribution"]["network"] = network
    members["answers"] = {
        name: members["answers"][name]
        for name, said in answered
        if name in members["answers"] and not (isinstance(said, str) and track(members["attribution"], name, said))
    }
    members["signals"] = _signals(document)
    return members, [value for _, said in answered for value in ([said] if isinstance(said, str) else said)]


def _answered(data: Json) -> Sequence[tuple[str, Answer]]:
    """Return what was answered, by the form's own keys; what says nothing is left out."""
    if not isinstance(data, list):
        raise Misshapen("wrong_shape", "field_data is not a list")
    answered: dict[str, list[str]] = {}
    for field in data:
        name = text_of(field.get("name")) if isinstance(field, dict) else None
        if not isinstance(field, dict) or name is None:
            raise Misshapen("wrong_shape", "field_data holds something that has no name")
        values = field.get("values", field.get("value", []))
        said = said_by(values if isinstance(values, list) else [values])
        if said is not None:
            answered.setdefault(name, []).extend([said] if isinstance(said, str) else said)
    return [(name, values[0] if len(values) == 1 else values) for name, values in answered.items()]


def _placed(
    answered: Sequence[tuple[str, Answer]], configuration: MetaConfiguration
) -> Sequence[tuple[str, Answer, tuple[str | None, int]]]:
    return [(name, said, _place(name, configuration)) for name, said in answered]


def _place(name: str, configuration: MetaConfiguration) -> tuple[str | None, int]:
    """Tell which member a field is, and how far behind others it stands; none for a question of the form's own."""
    if name in configuration.fields:
        return configuration.fields[name], -1
    if name in FIELDS:
        return FIELDS[name], SECOND_RANK if name.startswith("work_") else 0
    meant = contact_asked(name)
    return (None, 0) if meant is None else (meant.target, meant.rank + 1)


def _put(members: dict[str, Any], name: str, said: Answer, target: str | None) -> None:  # Any: a lead's members
    first = said if isinstance(said, str) else said[0]
    group, _, member = (target or "answers.").partition(".")
    if target == "message" and "message" not in members:
        members["message"] = first
    elif group in GROUPS and member not in members[group]:
        members[group][member] = first
    else:
        members["answers"][name] = said
    if not isinstance(said, str):
        members["answers"][name] = said


def _consents(responses: Json, configuration: MetaConfiguration) -> list[dict[str, Any]]:  # Any: members of Consent
    consents = []
    for response in items_of(responses):
        key, ticked = text_of(response.get("checkbox_key")), response.get("is_checked")
        if key is None:
            continue
        meant = configuration.disclaimers.get(key)
        consents.append(
            {
                "purpose": meant.purpose if meant else key,
                "channels": meant.channels if meant else [],
                "granted": ticked is True or (isinstance(ticked, str) and flag_of(ticked) is True),
                "text": meant.text if meant else None,
                "version": meant.version if meant else None,
                "evidence": f"{DISCLAIMERS}.{key}",
            }
        )
    return consents


def _signals(document: Mapping[str, Json]) -> dict[str, str | bool]:
    signals: dict[str, str | bool] = {}
    for name in SIGNALS:
        value = document.get(name)
        if isinstance(value, bool):
            signals[name] = value
        elif (text := text_of(value)) is not None:
            signals[name] = text
    return signals
