"""`tratt migrate` and `check`: getting ready to run."""

from collections.abc import Sequence

from services.commands.terminal import headed, out
from services.configuration import check_between_sections, warnings
from services.files import file_faults
from services.router.destinations import Surroundings, build
from services.wiring import Stack, migrate, opened
from shared.domain.errors import ConfigurationError, EventLogUnavailable
from shared.runtime.settings import Settings


async def bring_up_to_date(settings: Settings) -> None:
    """Create what is missing of tables and topics."""
    async with opened(settings) as stack:
        for warning in await migrate(stack):
            out.print(headed("warning", warning, "yellow"))
        out.print("tables and topics are up to date")


async def check(settings: Settings) -> None:
    """Validate configuration, routing and destinations.

    Raises:
        ConfigurationError: with every fault that was found.
    """
    async with opened(settings) as stack:
        check_between_sections(stack.loaded, public_url=stack.settings.public_url)
        found = [*file_faults(stack.configuration, stack.loaded.base_dir), *await _preflight(stack)]
        for warning in [*await _log_warnings(stack), *warnings(stack.configuration)]:
            out.print(headed("warning", warning, "yellow"))
        if found:
            raise ConfigurationError([stack.loaded.fault(place, sentence) for place, sentence in found])
        out.print(f"{settings.config}: no faults found")


async def _log_warnings(stack: Stack) -> Sequence[str]:
    """Tell what is unwise about the event log's servers, making nothing there."""
    if stack.settings.is_embedded_log:
        return []
    try:
        return await stack.log.migrate([])
    except EventLogUnavailable as error:
        return [f"{error}: how many copies it keeps is not known"]


async def _preflight(stack: Stack) -> list[tuple[tuple[str, ...], str]]:
    around = Surroundings(stack.settings.data_dir, stack.mailer, stack.configuration.people)
    found: list[tuple[tuple[str, ...], str]] = []
    for name, section in stack.configuration.destinations.items():
        if not section.enabled:
            continue
        destination = build(section, around)
        try:
            found += [(("destinations", name), sentence) for sentence in await destination.preflight()]
        finally:
            await destination.close()
    return found
