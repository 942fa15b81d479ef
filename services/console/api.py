"""The console's routes, for the admin listener only: they show personal data and ask for no key."""

from collections.abc import Callable, Coroutine
from datetime import timedelta
from http import HTTPStatus
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Header, Query, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse
from fastapi.routing import APIRoute
from pydantic_core import to_json

from services.console.ledger import Ledger
from services.console.life import Life
from services.console.lines import Cursor
from services.console.notices import LOST_AFTER
from services.console.pages import SECURITY_HEADERS, Overview, Pages, style_sheet
from services.console.reckoning import ledger_from_model
from services.console.store.console_store import ConsoleStore
from services.console.words import Language, preferred
from shared.domain.errors import TransientError
from shared.ports import EventReader

LEADS_PER_PAGE = 50
PATIENCE_S = 1.0
"""A page tells what the console has not read rather than make a person wait for it."""

AcceptLanguage = Annotated[str | None, Header(alias="accept-language")]
Lang = Annotated[str | None, Query(description="`sv` or `en`; else as the browser prefers")]
NOT_FOUND: dict[int | str, dict[str, Any]] = {404: {"description": "No event about that lead was read"}}
"""Any: OpenAPI, as FastAPI takes it."""


class PatientRoute(APIRoute):
    """Answer 503 where the log or the tables are away, on every route."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:  # Any: as in FastAPI
        """Wrap the route's handler."""
        handle = super().get_route_handler()

        async def patient(request: Request) -> Response:
            try:
                return await handle(request)
            except TransientError as error:
                return _problem(HTTPStatus.SERVICE_UNAVAILABLE, "Not now", f"{error}. Accepted leads are safe.")

        return patient


class ConsoleRoutes:
    """The routes over the console's model and the log. `spill_depth` is 0 where there is no spill, None if unknown."""

    def __init__(
        self,
        store: ConsoleStore,
        reader: EventReader,
        *,
        pages: Pages,
        spill_depth: int | None = None,
        notice_lost_after: timedelta = LOST_AFTER,
    ) -> None:
        self._spill_depth = spill_depth
        self._notice_lost_after = notice_lost_after
        self._store = store
        self._reader = reader
        self._pages = pages
        self.router = APIRouter(tags=["console"], route_class=PatientRoute)
        get = self.router.get
        get("/v1/leads/{lead_id}", response_model=Life, responses=NOT_FOUND)(self.lead)
        get("/v1/ledger")(self.ledger)
        get("/console", response_class=HTMLResponse)(self.overview)
        get("/console/leads/{lead_id}", response_class=HTMLResponse, responses=NOT_FOUND)(self.life)
        get("/console/console.css", include_in_schema=False)(self.style)

    async def lead(self, lead_id: str) -> Response:
        """Return a lead as known now: score, reasons, match, decision, deliveries."""
        life = await self._life(lead_id)
        if life is None:
            return _problem(HTTPStatus.NOT_FOUND, "No such lead", "Check the id; a lead just accepted takes a second.")
        return Response(life.model_dump_json(exclude_none=True), media_type="application/json")

    async def ledger(self) -> Response:
        """Return the ledger: where every accepted lead is."""
        return Response(to_json((await self._take_ledger()).as_json()), media_type="application/json")

    async def overview(
        self, before: str | None = None, lang: Lang = None, accept_language: AcceptLanguage = None
    ) -> Response:
        """Show the ledger, the newest leads and the sources."""
        overview = Overview(
            ledger=await self._ledger_or_none(),
            leads=await self._store.newest_leads(LEADS_PER_PAGE, _cursor(before)),
            sources=await self._store.sources(),
            is_first_page=before is None,
        )
        return _page(self._pages.overview(overview, preferred(accept_language, lang)))

    async def life(self, lead_id: str, lang: Lang = None, accept_language: AcceptLanguage = None) -> Response:
        """Show one lead's whole life."""
        language: Language = preferred(accept_language, lang)
        life = await self._life(lead_id)
        if life is None:
            return _page(self._pages.not_found(language), HTTPStatus.NOT_FOUND)
        return _page(self._pages.life(life, language))

    async def style(self) -> Response:
        """Return the style sheet."""
        return Response(style_sheet(), media_type="text/css")

    async def _life(self, lead_id: str) -> Life | None:
        try:
            return await self._store.life(str(UUID(lead_id)))
        except ValueError:  # no lead has such an id, and the tables need not see what it is instead
            return None

    async def _take_ledger(self) -> Ledger:
        return await ledger_from_model(
            self._store,
            self._reader,
            spill_depth=self._spill_depth,
            patience_s=PATIENCE_S,
            lost_after=self._notice_lost_after,
        )

    async def _ledger_or_none(self) -> Ledger | None:
        try:
            return await self._take_ledger()
        except TransientError:  # the log is away; the tables may still show the leads
            return None


def _cursor(before: str | None) -> Cursor | None:
    try:
        return Cursor.read(before) if before else None
    except ValueError:  # a link that was cut short: the newest are a better answer than a fault
        return None


def _page(html: str, status: HTTPStatus = HTTPStatus.OK) -> HTMLResponse:
    return HTMLResponse(html, status, headers=SECURITY_HEADERS)


def _problem(status: HTTPStatus, title: str, detail: str) -> JSONResponse:
    problem = {"type": "about:blank", "title": title, "status": int(status), "detail": detail}
    return JSONResponse(problem, status, media_type="application/problem+json")
