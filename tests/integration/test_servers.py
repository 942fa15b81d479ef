"""What the proofs under faults build on: a server that is harmed keeps what it promised, and comes back."""

import asyncio
import re
import subprocess
import sys
import uuid
from pathlib import Path

import asyncpg
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from tests.servers.docker import composed_image
from tests.servers.postgres import fresh_database
from tests.servers.server import Server

ROOT = Path(__file__).parents[2]

pytestmark = pytest.mark.timeout(180)


async def test_a_killed_kafka_comes_back_with_its_records(kafka_server: Server) -> None:
    topic = await _new_topic(kafka_server.url)
    await _produce(kafka_server.url, topic, b"before")

    await asyncio.to_thread(kafka_server.kill)
    with pytest.raises(OSError, match=r"."):
        await asyncio.open_connection("127.0.0.1", int(kafka_server.url.rpartition(":")[2]))
    await asyncio.to_thread(kafka_server.start)

    assert await _read_one(kafka_server.url, topic) == b"before"


async def test_a_frozen_kafka_takes_the_record_when_it_resumes(kafka_server: Server) -> None:
    topic = await _new_topic(kafka_server.url)
    kafka_server.pause()
    producing = asyncio.create_task(_produce(kafka_server.url, topic, b"while frozen"))
    finished, _ = await asyncio.wait([producing], timeout=1)
    assert not finished

    kafka_server.resume()
    await producing

    assert await _read_one(kafka_server.url, topic) == b"while frozen"


async def test_a_killed_postgres_comes_back_with_its_commits(postgres_server: Server) -> None:
    await _execute(postgres_server.url, "CREATE TABLE kept AS SELECT 7 AS number")

    await asyncio.to_thread(postgres_server.kill)
    with pytest.raises(OSError, match=r"."):
        await _execute(postgres_server.url, "SELECT 1")
    await asyncio.to_thread(postgres_server.start)

    assert await _execute(postgres_server.url, "SELECT number FROM kept") == 7


async def test_a_frozen_postgres_answers_when_it_resumes(postgres_server: Server) -> None:
    connection = await asyncpg.connect(postgres_server.url.replace("+asyncpg", ""))
    postgres_server.pause()
    asking = asyncio.create_task(connection.fetchval("SELECT 7"))
    finished, _ = await asyncio.wait([asking], timeout=1)
    assert not finished

    postgres_server.resume()

    assert await asking == 7
    await connection.close()


async def test_a_fresh_database_is_empty_and_dropped_afterwards(postgres_server_url: str) -> None:
    async with fresh_database(postgres_server_url) as first:
        await _execute(first, "CREATE TABLE mine (id int)")

    async with fresh_database(postgres_server_url) as second:
        assert await _execute(second, "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'") == 0
    with pytest.raises(asyncpg.InvalidCatalogNameError):
        await _execute(first, "SELECT 1")


def test_the_kafka_started_from_jars_is_the_one_composed() -> None:
    version = re.search(r"<kafka.version>(.+)</kafka.version>", (ROOT / "deploy" / "kafka" / "pom.xml").read_text())

    assert version is not None
    assert composed_image("kafka") == f"apache/kafka:{version[1]}"


@pytest.mark.parametrize(("variable", "exit_status"), [("CI", 1), ("TRATT_REQUIRE_SERVERS", 1), ("UNRELATED", 0)])
def test_a_skip_fails_the_run_only_where_servers_are_required(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variable: str, exit_status: int
) -> None:
    for name in ("CI", "TRATT_REQUIRE_SERVERS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv(variable, "1")
    (tmp_path / "test_skipping.py").write_text("import pytest\ndef test_it():\n    pytest.skip('no server')\n")

    plugin = ["-p", "tests.refuse_skips", "-c", "/dev/null", "--rootdir", str(tmp_path)]
    run = subprocess.run(
        [sys.executable, "-m", "pytest", *plugin, str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )

    assert run.returncode == exit_status, run.stdout
    assert ("skips are failures here" in run.stdout) == bool(exit_status)


async def _new_topic(url: str) -> str:
    admin = AIOKafkaAdminClient(bootstrap_servers=url.removeprefix("kafka://"))
    await admin.start()
    try:
        topic = f"servers-{uuid.uuid4().hex}"
        await admin.create_topics([NewTopic(topic, num_partitions=1, replication_factor=1)])
    finally:
        await admin.close()
    return topic


async def _produce(url: str, topic: str, value: bytes) -> None:
    async with AIOKafkaProducer(bootstrap_servers=url.removeprefix("kafka://"), acks="all") as producer:
        await producer.send_and_wait(topic, value)


async def _read_one(url: str, topic: str) -> bytes:
    consumer = AIOKafkaConsumer(topic, bootstrap_servers=url.removeprefix("kafka://"), auto_offset_reset="earliest")
    async with consumer:
        record = await asyncio.wait_for(consumer.getone(), 20)
        value: bytes = record.value
        return value


async def _execute(url: str, statement: str) -> object:
    connection = await asyncpg.connect(url.replace("+asyncpg", ""))
    try:
        return await connection.fetchval(statement)
    finally:
        await connection.close()
