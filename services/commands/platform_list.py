"""`tratt backfill SOURCE --since`: what a platform lists and nothing is known of, sent to be fetched."""

from datetime import UTC, datetime

from services.commands.terminal import headed, out
from services.retrieving import fetchers, gap_healer, platform_sections
from services.wiring import Stack
from shared.domain.errors import PermanentError


async def heal_from_platform(stack: Stack, source: str, *, since: datetime, form: str | None, dry_run: bool) -> int:
    """Notify of every lead since then that is not known here; 1 where the platform refused some of its list.

    The role `retrieval` fetches them. Doing it twice changes nothing.

    Raises:
        PermanentError: there is no access token.
        TransientError: the platform, the tables or the log do not answer; do it again.
    """
    made = fetchers(stack)
    try:
        if platform_sections(stack)[source].token is None:
            raise PermanentError(f"the source '{source}' has no access_token: set it, see docs/sources")
        healer, now, found = gap_healer(stack, made), datetime.now(UTC), 0
        try:
            if dry_run:
                async for missing in healer.missing(source, since, form_id=form, until=now):
                    found += len(missing)
            else:
                found = await healer.heal(source, since, form_id=form, until=now)
        except PermanentError as error:
            out.print(headed("refused", str(error), "yellow"))
            return 1
        would = "would be fetched" if dry_run else "are fetched now: see ./tratt sources"
        out.print(f"{found} leads of {source} since {since:%Y-%m-%d} were not known, and {would}")
        return 0
    finally:
        for fetcher in made.values():
            await fetcher.close()
