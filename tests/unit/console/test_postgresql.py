"""The model says the same on PostgreSQL."""

from sqlalchemy import select

from services.console.fold import changes_of
from services.console.store.console_store import ConsoleStore
from services.console.tables import metadata
from shared.adapters.database import SqlDatabase
from shared.migrations.steps import upgrade
from tests.unit.console.test_fold import ARRIVALS, IN_ORDER, LEAD


async def test_the_model_is_the_same_on_postgresql_in_any_order_and_again(postgres_url: str) -> None:
    database = SqlDatabase(postgres_url)
    await upgrade(database.engine, "0007_console_notices")
    store = ConsoleStore(database)

    for batch in (ARRIVALS[::-2], ARRIVALS[::-1], ARRIVALS):
        await store.merge(changes_of(batch))

    async with database.read() as connection:
        model = {
            table.name: sorted((tuple(row) for row in await connection.execute(select(table))), key=repr)
            for table in metadata.sorted_tables
        }
    assert model == IN_ORDER
    life = await store.life(LEAD.id)
    assert life is not None
    assert life.place == "routed"
    assert (await store.newest_leads(1)).older is not None
    assert len(await store.dead_letters(10, waiting=False)) == 1
    assert [line.source for line in await store.sources()] == ["google-search", "meta-leads", "website"]
    assert (await store.count()).deliveries[("seller", "delivered")] == 1
    await database.close()
