"""Dead letters as the command line lists them."""

from services.console.store.console_store import ConsoleStore
from tests.builders import a_lead, dead_letter_of, replayed
from tests.unit.console.conftest import Chain


async def test_a_dead_letter_waits_until_it_is_sent_in_again(chain: Chain, store: ConsoleStore) -> None:
    mended, waiting = dead_letter_of(a_lead("s-1")), dead_letter_of(None)
    await chain.publish(mended, waiting, replayed(mended))
    await chain.read()

    assert [line.id for line in await store.dead_letters(10)] == [waiting.id]
    everything = {line.id: line.replayed_at for line in await store.dead_letters(10, waiting=False)}
    assert everything == {mended.id: replayed(mended).time, waiting.id: None}


async def test_a_dead_letter_keeps_its_bytes(chain: Chain, store: ConsoleStore) -> None:
    letter = dead_letter_of(a_lead())
    await chain.publish(letter)
    await chain.read()

    kept = await store.dead_letter(letter.id)

    assert kept == letter
    assert await store.dead_letter("no-such-letter") is None
