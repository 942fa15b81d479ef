"""Meta's leads, one by one: what its Graph answers about each, and what that means.

Source: developers.facebook.com/docs/marketing-api/guides/lead-ads/retrieving (inbound-sources 2.4).
"""

from collections.abc import AsyncIterator
from datetime import datetime

import httpx

from services.ingest.configuration.meta import MetaConfiguration
from services.ingest.retrieval.graph import Answer, Found, Graph
from services.ingest.retrieval.meta_errors import (
    NO_SUCH_NODE,
    NO_TOKEN,
    WRONG_REQUEST,
    GraphError,
    is_nearly_spent,
    not_allowed,
)
from services.ingest.retrieval.meta_lead import make_lead
from services.ingest.retrieval.meta_listing import MetaListing
from services.ingest.retrieval.platform_http import Clock, utc_now
from services.ingest.retrieval.ports import Fetched, Gone, NotYet, Result, Throttled, Unusable
from services.ingest.sources.context import SourceContext
from services.ingest.sources.meta import id_of
from services.ingest.submission import Misshapen, SubmittedNotice
from shared.domain.errors import PermanentError

CORE = "id,created_time,ad_id,form_id,field_data"
FIELDS = (
    f"{CORE},ad_name,adset_id,adset_name,campaign_id,campaign_name,is_organic,platform,custom_disclaimer_responses,"
    "home_listing,retailer_item_id,vehicle"
)
"""All that a lead has. A Graph version that does not know one of them refuses all: then the core is asked for."""
GONE = Gone("Meta does not have it any more")


class MetaFetcher:
    """One source's leads at Meta. Without a token nothing is asked for, and every notice is told why it waits."""

    def __init__(
        self,
        configuration: MetaConfiguration,
        context: SourceContext,
        *,
        transport: httpx.AsyncBaseTransport | None = None,
        clock: Clock = utc_now,
    ) -> None:
        self._configuration = configuration
        self._context = context
        self._clock = clock
        self._graph = Graph(configuration, transport=transport, clock=clock)
        self._listing = MetaListing(self._graph, configuration, clock=clock)
        self._rests_until: datetime | None = None

    async def fetch(self, notice: SubmittedNotice, *, received_at: datetime) -> Result:
        """Fetch one lead. `received_at` is when its notice came. Never raises."""
        if notice.is_test:
            return Gone("the dashboard's button Test tells of a lead that there is none of")
        if self._configuration.token is None:
            return NO_TOKEN
        if (rest_s := self._rest_s()) > 0:
            return Throttled("Meta's allowance is nearly used up", rest_s)
        found = await self._lead(notice)
        if isinstance(found, GraphError):
            is_missing = (found.code, found.subcode) == NO_SUCH_NODE
            return await self._missing(notice) if is_missing else NotYet(found.words)
        if not isinstance(found, Found):
            return found
        if is_nearly_spent(found.headers):
            self._rests_until = self._clock() + self._configuration.throttled_for
        return self._read(found, notice, received_at)

    async def list(self, since: datetime, *, form_id: str | None = None) -> AsyncIterator[SubmittedNotice]:
        """List what the forms hold. A Page or form that refuses is told of after all others.

        Raises:
            TransientError: Meta did not answer; ask again later.
            PermanentError: it will not answer as things are; the text says what to grant.
        """
        if self._configuration.token is None:
            raise PermanentError(NO_TOKEN.grant)
        async for notice in self._listing.since(since, form_id=form_id):
            yield notice

    async def close(self) -> None:
        """Close every connection."""
        await self._graph.close()

    def _rest_s(self) -> float:
        until = self._rests_until
        return 0.0 if until is None else (until - self._clock()).total_seconds()

    async def _lead(self, notice: SubmittedNotice) -> Answer:
        scope = _scope(notice)
        found = await self._graph.get(notice.notice_id, {"fields": FIELDS}, scope=scope)
        if isinstance(found, GraphError) and (found.code, found.subcode) == (WRONG_REQUEST, 0):
            return await self._graph.get(notice.notice_id, {"fields": CORE}, scope=scope)
        return found

    async def _missing(self, notice: SubmittedNotice) -> Result:
        """Tell a lead that is not there (yet, or any more) from one that may not be seen: Meta answers both alike.

        A lead is said to be gone only where the form that it came by can be seen: being gone is for good.
        """
        if self._clock() - notice.occurred_at < self._configuration.gone_after:
            return NotYet("Meta does not have it yet")
        about = notice.form_id or notice.page_id
        if about is None:
            return GONE
        found = await self._graph.get(about, {"fields": "id"}, scope=_scope(notice))
        if isinstance(found, GraphError):
            return not_allowed(_scope(notice), "Meta shows neither the lead nor its form")
        return GONE if isinstance(found, Found) else found

    def _read(self, found: Found, notice: SubmittedNotice, received_at: datetime) -> Result:
        if id_of(found.document.get("id")) != notice.notice_id:
            return Unusable("wrong_shape", "Meta answers with another lead than the one that was asked for", found.body)
        if "field_data" not in found.document:
            # What an app without leads_retrieval is answered (fbsamples/lead-ads-webhook-sample#1).
            return not_allowed(_scope(notice), "Meta gives the lead without its fields")
        try:
            lead = make_lead(
                found.document,
                notice,
                received_at=received_at,
                configuration=self._configuration,
                context=self._context,
            )
        except Misshapen as fault:
            return Unusable(fault.code, str(fault), found.body)
        return Fetched(lead)


def _scope(notice: SubmittedNotice) -> str | None:
    return notice.page_id or notice.form_id
