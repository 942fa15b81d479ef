"""What Meta's forms hold, for back-fill and the gap healer.

Source: developers.facebook.com/docs/marketing-api/guides/lead-ads/retrieving, "Bulk read" (inbound-sources 2.4).
Unconfirmed: that `/me/accounts` lists the Pages of every kind of token; `pages` of the source tells them instead.
"""

import json
from collections.abc import AsyncIterator, Mapping
from datetime import datetime

from services.ingest.configuration.meta import MetaConfiguration
from services.ingest.guard import Json
from services.ingest.mapping.moments import any_moment
from services.ingest.retrieval.graph import Graph
from services.ingest.retrieval.platform_http import Clock
from services.ingest.retrieval.platform_json import text_of
from services.ingest.sources.meta import Meta, id_of
from services.ingest.submission import SubmittedNotice
from shared.domain.errors import PermanentError


class MetaListing:
    """The leads of one form, or of every form of every Page."""

    def __init__(self, graph: Graph, configuration: MetaConfiguration, *, clock: Clock) -> None:
        self._graph = graph
        self._configuration = configuration
        self._clock = clock

    async def since(self, since: datetime, *, form_id: str | None) -> AsyncIterator[SubmittedNotice]:
        """List leads. A Page or form that refuses is told of after all others.

        Raises:
            TransientError: Meta did not answer; ask again later.
            PermanentError: it will not answer as things are; the text says what to grant.
        """
        refused: list[str] = []
        forms = {form_id: None} if form_id is not None else await self._forms(refused)
        asked = {"fields": "id,created_time,form_id", "filtering": _created_after(since)}
        for form, page in forms.items():
            try:
                async for lead in self._graph.items(f"{form}/leads", asked, scope=page or form):
                    notice = self._notice(lead, form, page)
                    if notice is not None and notice.occurred_at >= since:
                        yield notice
            except PermanentError as error:
                refused.append(str(error))
        if refused:
            raise PermanentError("; ".join(dict.fromkeys(refused)))

    async def _forms(self, refused: list[str]) -> Mapping[str, str | None]:
        """Find the forms of the configured Pages, else of those that the token may see: form id to Page id."""
        forms: dict[str, str | None] = dict.fromkeys(self._configuration.forms)
        try:
            pages = self._configuration.pages or [page async for page in self._ids("me/accounts", None)]
        except PermanentError as error:
            refused.append(str(error))
            return forms
        for page in pages:
            try:
                async for form in self._ids(f"{page}/leadgen_forms", page):
                    forms[form] = page
            except PermanentError as error:
                refused.append(str(error))
        return forms

    async def _ids(self, path: str, scope: str | None) -> AsyncIterator[str]:
        async for item in self._graph.items(path, {"fields": "id"}, scope=scope):
            if (found := id_of(item.get("id"))) is not None:
                yield found

    def _notice(self, lead: Mapping[str, Json], form: str, page: str | None) -> SubmittedNotice | None:
        lead_id = id_of(lead.get("id"))
        if lead_id is None:
            return None
        return SubmittedNotice(
            platform=Meta.kind,
            notice_id=lead_id,
            occurred_at=any_moment(text_of(lead.get("created_time")) or "") or self._clock(),
            form_id=id_of(lead.get("form_id")) or form,
            page_id=page,
        )


def _created_after(moment: datetime) -> str:
    """Write Meta's filter. A second less, as it leaves out the second itself."""
    condition = {"field": "time_created", "operator": "GREATER_THAN", "value": int(moment.timestamp()) - 1}
    return json.dumps([condition], separators=(",", ":"))
