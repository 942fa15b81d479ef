"""`tratt dead list` and `show`: what could not be handled."""

import base64

from services.commands.terminal import headed, out
from services.console.names import printable
from services.console.store.console_store import ConsoleStore
from services.wiring import Stack, expect_migrated, opened
from shared.domain.errors import UsedWrongly
from shared.domain.events import DeadLetter
from shared.runtime.settings import Settings

LISTED = 50


async def list_dead(settings: Settings, *, all_of_them: bool) -> None:
    """List dead letters, newest first: those that still wait for somebody, or all."""
    async with opened(settings) as stack:
        await expect_migrated(stack)
        lines = await ConsoleStore(stack.database).dead_letters(LISTED, waiting=not all_of_them)
    for line in lines:
        died_at = f"{line.died_at:%Y-%m-%d %H:%M}"
        print(f"{line.id}  {died_at}  {line.stage}  {line.source or ''}  {line.error}: {line.reason}")
    if not lines:
        print("no dead letters")


async def show_dead(settings: Settings, letter_id: str, *, as_json: bool) -> None:
    """Show one dead letter with its original bytes."""
    async with opened(settings) as stack:
        letter = await letter_of(stack, letter_id)
    if as_json:
        print(letter.model_dump_json(exclude_none=True, indent=2))
        return
    data = letter.data
    out.print(headed(letter.id, f"{data.stage}, {letter.time:%Y-%m-%d %H:%M:%S} UTC, {data.attempts} attempts"))
    out.print(f"{data.error}: {data.reason}")
    out.print(
        f"source {data.source or 'unknown'}, lead {data.lead_id or 'unknown'}, {data.position or 'not in the log'}"
    )
    written = base64.b64decode(data.bytes).decode(errors="replace")
    # On a terminal a stranger's bytes must not steer it; in a pipe they stay as they came.
    print("\n".join(map(printable, written.splitlines())) if out.is_terminal else written)


async def letter_of(stack: Stack, letter_id: str) -> DeadLetter:
    """Read one dead letter.

    Raises:
        UsedWrongly: there is none of that id.
    """
    await expect_migrated(stack)
    letter = await ConsoleStore(stack.database).dead_letter(letter_id)
    if letter is None:
        raise UsedWrongly(f"there is no dead letter {letter_id}: see ./tratt dead list --all")
    return letter
