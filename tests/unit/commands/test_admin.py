"""The admin listener's own answers."""

from typing import cast

import httpx
import pytest

from services.commands.running import admin_app
from services.wiring import Stack


@pytest.mark.parametrize(("method", "path", "status"), [("GET", "/nothing", 404), ("DELETE", "/livez", 405)])
async def test_what_has_no_route_is_a_problem_as_on_the_public_listener(method: str, path: str, status: int) -> None:
    app = admin_app(cast("Stack", None))  # only readiness asks it

    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://admin") as client:
        answer = await client.request(method, path)

    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    assert answer.json()["status"] == status
