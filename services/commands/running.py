"""`tratt up`: running it."""

import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import structlog
from fastapi import FastAPI
from starlette.routing import Route

from services.commands.addresses import UP_FILE, running_process
from services.commands.terminal import headed, out
from services.configuration import check_between_sections
from services.files import import_configured_files
from services.ingest.api import probes, tell_as_problems
from services.role_names import ROLES
from services.roles import built
from services.wiring import Stack, can_keep, expect_migrated, opened
from shared.domain.errors import UsedWrongly
from shared.runtime.listeners import Listener, bind
from shared.runtime.logs import configure_logging
from shared.runtime.settings import Settings
from shared.runtime.supervisor import Part, supervise, tune_gc
from shared.runtime.telemetry import metrics_app

log = structlog.get_logger()


async def up(settings: Settings, roles: Sequence[str]) -> int:
    """Run roles until a signal or the first fault; return the exit code."""
    unknown = [role for role in roles if role not in ROLES]
    if unknown:
        raise UsedWrongly(f"there is no role '{unknown[0]}': choose among {', '.join(ROLES)}")
    configure_logging(settings.log_level, settings.log_format)
    async with opened(settings) as stack:
        check_between_sections(stack.loaded, public_url=stack.settings.public_url)
        await expect_migrated(stack)
        if "router" in roles:
            await import_configured_files(stack)
        return await _serve(stack, roles)


async def _serve(stack: Stack, roles: Sequence[str]) -> int:
    settings = stack.settings
    admin = admin_app(stack)
    async with built(stack, roles, admin) as running:
        may_move = settings.is_embedded
        listeners = [Listener(admin, bind(settings.admin_host, settings.admin_port, may_move=may_move))]
        addresses = {"admin_url": listeners[0].url}
        if running.public is not None:
            public = Listener(running.public, bind(settings.http_host, settings.http_port, may_move=may_move))
            listeners.insert(0, public)
            addresses["public_url"] = public.url
        parts = [Part(f"listener-{number}", each.serve, each.stop) for number, each in enumerate(listeners)]
        tune_gc()
        with _announced(settings.data_dir, roles, addresses):
            log.info("ready", roles=",".join(roles), **addresses)
            _say_what_to_try(stack, roles)
            return await supervise([*parts, *running.parts], running.heartbeats)


def admin_app(stack: Stack) -> FastAPI:
    """Make the application of the admin listener: probes and metrics, and what the roles add."""
    app = FastAPI(title="Tratt, the admin listener", docs_url="/docs", redoc_url=None, telemetry=None)
    app.router.routes.append(Route("/metrics", metrics_app()))
    app.include_router(probes(lambda: can_keep(stack)))
    tell_as_problems(app)
    return app


@contextmanager
def _announced(data_dir: Path, roles: Sequence[str], addresses: dict[str, str]) -> Iterator[None]:
    """Tell the other commands our addresses while we run. Processes that share a folder tell theirs side by side."""
    file = data_dir / UP_FILE
    others = running_process(data_dir)
    ours = {key: url for key, url in addresses.items() if key != "admin_url" or "console" in roles or key not in others}
    draft = file.with_name(f".{UP_FILE}-{os.getpid()}")
    draft.write_text(json.dumps({**others, **ours, "pid": os.getpid(), "roles": list(roles)}, indent=2) + "\n")
    draft.replace(file)
    try:
        yield
    finally:
        if running_process(data_dir).get("pid") == os.getpid():
            file.unlink(missing_ok=True)


def _say_what_to_try(stack: Stack, roles: Sequence[str]) -> None:
    if set(roles) != set(ROLES):
        return
    source = next(iter(stack.configuration.sources), "SOURCE")
    out.print("\nTratt is up. In another terminal, try:")
    out.print(headed(f"  ./tratt send {source}", "     a lead as its sender posts it, and what became of it"))
    out.print(headed("  ./tratt ledger", "                 where every lead is"))
    out.print(headed("  ./tratt sources", "                the URL and key to paste at the sender"))
    out.print("Stop with Ctrl-C.\n")
