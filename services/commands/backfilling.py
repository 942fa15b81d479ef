"""`tratt backfill`: leads that a platform holds and that never arrived, by what the platform offers to tell them."""

from datetime import UTC, date, datetime, time
from pathlib import Path

from services.commands.export_file import heal_from_file
from services.commands.platform_list import heal_from_platform
from services.ingest.configuration import GoogleAdsConfiguration
from services.ingest.configuration.platform import PlatformSettings
from services.wiring import expect_migrated, opened
from shared.domain.errors import UsedWrongly
from shared.runtime.settings import Settings


async def backfill(
    settings: Settings, source: str, *, file: Path | None, since: date | None, form: str | None, dry_run: bool
) -> int:
    """Make good what is missing of one source; 1 when something could not be told. Doing it twice changes nothing.

    Raises:
        UsedWrongly: there is no such source, or it has no such way.
        TransientError: the tables or the log do not answer; do it again.
    """
    async with opened(settings) as stack:
        sections = stack.configuration.sources
        if source not in sections:
            raise UsedWrongly(f"there is no source '{source}': choose one of {', '.join(sections) or 'none'}")
        section = sections[source]
        if isinstance(section, PlatformSettings):
            if since is None:
                raise UsedWrongly(f"a source of kind {section.kind} lists its leads: add --since 2026-11-01")
            await expect_migrated(stack)
            begin = datetime.combine(since, time(), UTC)
            return await heal_from_platform(stack, source, since=begin, form=form, dry_run=dry_run)
        if not isinstance(section, GoogleAdsConfiguration):
            raise UsedWrongly(f"source '{source}' is of kind {section.kind}, which has no back-fill")
        if file is None:
            raise UsedWrongly(f"a source of kind {section.kind} is filled from its file: add --file leads.csv")
        await expect_migrated(stack)
        return await heal_from_file(stack, source, section, file=file, dry_run=dry_run)
