"""LinkedIn's leads: a response and its form made into a lead, and the list of what LinkedIn holds.

Source: learn.microsoft.com/linkedin/marketing/lead-sync/leadsync (inbound-sources 3.1).
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime
from urllib.parse import quote

import httpx

from services.ingest.configuration.linkedin import LinkedInConfiguration
from services.ingest.guard import MAX_DIGITS, Json
from services.ingest.retrieval.linkedin_api import NO_TOKEN, Found, LinkedInApi, Refusal
from services.ingest.retrieval.linkedin_forms import Form, FormCache, read_form
from services.ingest.retrieval.linkedin_lead import Response, is_test, make_lead, submission_time
from services.ingest.retrieval.platform_http import Clock, utc_now
from services.ingest.retrieval.platform_json import items_of, member_of, text_of
from services.ingest.retrieval.ports import Fetched, Gone, NotAllowed, NotYet, Result, Throttled, Unusable
from services.ingest.sources.context import SourceContext
from services.ingest.sources.linkedin import LinkedIn
from services.ingest.sources.linkedin_urns import FormId, form_of, id_of, owner_of
from services.ingest.submission import SubmittedNotice
from shared.domain.errors import PermanentError, TransientError

MAX_LEAD_BYTES = 256 * 1024
"""As a request to us may have: the lead's events and its dead letter still fit a record of 1 MiB."""
PAGE = 100
MAX_PAGES = 10_000
"""A million leads of one owner: whoever pages further turns in a circle."""
LEAD_TYPES: Mapping[str, Sequence[str]] = {
    "sponsoredAccount": ("SPONSORED",),
    "organization": ("EVENT", "COMPANY", "ORGANIZATION_PRODUCT"),
}
"""What each kind of owner has leads of; LinkedIn refuses to be asked for others."""


class LinkedInFetcher:
    """One source's leads at LinkedIn. Without a token nothing is asked for, and every notice is told why it waits."""

    def __init__(
        self,
        configuration: LinkedInConfiguration,
        context: SourceContext,
        *,
        transport: httpx.AsyncBaseTransport | None = None,
        clock: Clock = utc_now,
    ) -> None:
        self._configuration = configuration
        self._context = context
        self._clock = clock
        self._api = LinkedInApi(configuration, transport=transport, clock=clock)
        self._forms: FormCache[Refusal] = FormCache()

    async def fetch(self, notice: SubmittedNotice, *, received_at: datetime) -> Result:
        """Fetch one lead with its form. `received_at` is when its notice came. Never raises."""
        if self._configuration.token is None:
            return NO_TOKEN
        scope = notice.page_id or notice.form_id or notice.notice_id
        path = f"leadFormResponses/{quote(notice.notice_id, safe='')}"
        found = await self._api.get(path, scope=scope, since=received_at)
        if not isinstance(found, Found):
            return found
        form_id = _form_of(found, notice)
        if isinstance(form_id, Unusable):
            return form_id
        form = await self._forms.get(form_id, lambda: self._fetch_form(form_id, scope, since=received_at))
        if isinstance(form, Gone | Unusable):
            return Unusable("form_missing", f"its form {form_id.form} cannot be had: {form.reason}", found.body)
        if not isinstance(form, Form):
            return form
        return Fetched(
            make_lead(
                Response(found.document, form_id, form),
                notice,
                received_at=received_at,
                configuration=self._configuration,
                context=self._context,
            )
        )

    async def list(self, since: datetime, *, form_id: str | None = None) -> AsyncIterator[SubmittedNotice]:
        """List what LinkedIn holds of every configured owner. An owner that refuses is told of after all others.

        Raises:
            TransientError: LinkedIn did not answer; ask again later.
            PermanentError: it will not answer as things are; the text says what to grant.
        """
        if self._configuration.token is None:
            raise PermanentError(NO_TOKEN.grant)
        if not self._configuration.owners:
            raise PermanentError(
                "nobody told whose leads to list: add `owners` to the source, as urn:li:sponsoredAccount:5 or "
                "urn:li:organization:7"
            )
        refused: list[str] = []
        for owner in self._configuration.owners:
            for lead_type in LEAD_TYPES[owner.split(":")[2]]:
                try:
                    async for notice in self._list(owner, lead_type, since):
                        if form_id in {None, notice.form_id}:
                            yield notice
                except PermanentError as error:
                    refused.append(f"{owner}, {lead_type}: {error}")
        if refused:
            raise PermanentError("; ".join(refused))

    async def close(self) -> None:
        """Close every connection."""
        await self._api.close()

    async def _fetch_form(self, form: FormId, scope: str, *, since: datetime) -> Form | Refusal:
        found = await self._api.get(f"leadForms/{quote(form.form, safe='')}", scope=scope, since=since)
        if not isinstance(found, Found):
            return found
        return read_form(found.document) or Unusable("wrong_shape", "it holds no questions", found.body)

    async def _list(self, owner: str, lead_type: str, since: datetime) -> AsyncIterator[SubmittedNotice]:
        now = self._clock()
        first = max(since, now - self._configuration.kept_for)
        query = (
            f"leadFormResponses?q=owner&owner=({owner.split(':')[2]}:{quote(owner, safe='')})"
            f"&leadType=(leadType:{lead_type})&limitedToTestLeads=false"
            f"&submittedAtTimeRange=(start:{_epoch_ms(first)},end:{_epoch_ms(now)})"
        )
        seen: set[str] = set()
        start = 0
        for _ in range(MAX_PAGES):
            elements, total = await self._page(f"{query}&count={PAGE}&start={start}", owner)
            fresh = [notice for element in elements if (notice := _listed(element, owner, now)) is not None]
            fresh = [notice for notice in fresh if notice.notice_id not in seen]
            for notice in fresh:
                seen.add(notice.notice_id)
                yield notice
            start += len(elements)
            if not fresh or (total is not None and start >= total):
                return

    async def _page(self, path: str, owner: str) -> tuple[Sequence[Mapping[str, Json]], int | None]:
        found = await self._api.get(path, scope=owner, since=self._clock())
        if isinstance(found, NotYet | Throttled):
            raise TransientError(found.reason, retry_after_s=found.retry_after_s)
        if not isinstance(found, Found):
            raise PermanentError(found.grant if isinstance(found, NotAllowed) else found.reason)
        elements, paging = found.document.get("elements"), member_of(found.document, "paging")
        if not isinstance(elements, list):
            raise TransientError("LinkedIn answers with something that is no list")
        total = text_of(paging.get("total"))
        return items_of(elements), int(total[:MAX_DIGITS]) if total and total.isdecimal() else None


def _form_of(found: Found, notice: SubmittedNotice) -> FormId | Unusable:
    """Find the form that was answered, or say what is wrong with the response."""
    document = found.document
    if len(found.body) > MAX_LEAD_BYTES:
        return Unusable("too_large", f"it has more than {MAX_LEAD_BYTES} bytes", found.body[:MAX_LEAD_BYTES])
    if id_of(document.get("id")) not in {None, notice.notice_id}:
        return Unusable("another_lead", "it is another lead than the one that was asked for", found.body)
    if not isinstance(member_of(document, "formResponse").get("answers"), list):
        return Unusable("wrong_shape", "it holds no formResponse with answers", found.body)
    form = form_of(document.get("versionedLeadGenFormUrn")) or form_of(notice.form_id)
    return form or Unusable("wrong_shape", "it tells no form, and neither did its notice", found.body)


def _listed(element: Mapping[str, Json], owner: str, now: datetime) -> SubmittedNotice | None:
    lead = id_of(element.get("id"))
    if lead is None:
        return None
    form = form_of(element.get("versionedLeadGenFormUrn"))
    return SubmittedNotice(
        platform=LinkedIn.kind,
        notice_id=lead,
        occurred_at=submission_time(element) or now,
        form_id=form.form if form else None,
        page_id=owner_of(element.get("owner")) or owner,
        is_test=is_test(element),
    )


def _epoch_ms(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)
