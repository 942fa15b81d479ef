"""The real servers that tests may ask for: shared ones by URL, and own ones that a test may harm.

Each is found by environment variable, else by docker, else started on this machine, else the test is skipped with the
way out; tests/refuse_skips.py makes such a skip a failure where servers are required.
"""

import os
from collections.abc import AsyncIterator, Callable, Iterator

import pytest

from tests.servers.kafka import start_kafka
from tests.servers.postgres import fresh_database, start_postgres
from tests.servers.server import Server, ServerUnavailableError

pytest_plugins = ["tests.refuse_skips"]


@pytest.fixture(scope="session")
def kafka_url() -> Iterator[str]:
    """Give `kafka://host:port` of a Kafka that all tests share: make your own topics, groups and names."""
    yield from _shared_url("TRATT_TEST_KAFKA_URL", start_kafka)


@pytest.fixture(scope="session")
def postgres_server_url() -> Iterator[str]:
    """Give the URL of the PostgreSQL that all tests share; ask for `postgres_url` instead."""
    yield from _shared_url("TRATT_TEST_POSTGRES_URL", start_postgres)


@pytest.fixture
async def postgres_url(postgres_server_url: str) -> AsyncIterator[str]:
    """Give `postgresql+asyncpg://…` of an empty database that is this test's alone."""
    async with fresh_database(postgres_server_url) as url:
        yield url


@pytest.fixture
def kafka_server() -> Iterator[Server]:
    """Give a Kafka of this test's own: empty, and free to be stopped, killed and frozen.

    Also for tests of the whole program, whose topics and groups have fixed names.
    """
    yield from _own(start_kafka)


@pytest.fixture
def postgres_server() -> Iterator[Server]:
    """Give a PostgreSQL of this test's own: empty, and free to be stopped, killed and frozen."""
    yield from _own(start_postgres)


def _shared_url(variable: str, start: Callable[[], Server]) -> Iterator[str]:
    if url := os.environ.get(variable):
        yield url
        return
    for server in _own(start):
        yield server.url


def _own(start: Callable[[], Server]) -> Iterator[Server]:
    try:
        server = start()
    except ServerUnavailableError as error:
        pytest.skip(str(error))
    try:
        yield server
    finally:
        server.remove()
