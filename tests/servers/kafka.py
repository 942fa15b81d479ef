"""A one-node Kafka for tests: by docker, else from the jars that deploy/kafka pins."""

import subprocess
import tempfile
from pathlib import Path

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from tests.servers.docker import Container, composed_image, require_image
from tests.servers.process import LocalProcess, free_port
from tests.servers.server import Server, ServerUnavailableError

SCRIPTS = Path(__file__).parents[2] / "deploy" / "kafka"
FETCH_S = 60.0
"""With a docker pull before it within a test's time limit. What Maven has by then is there for the next run."""

WAY_OUT = "needs Kafka: set TRATT_TEST_KAFKA_URL=kafka://host:port, start docker, or install Java 17 and Maven"


def start_kafka() -> Server:
    """Start an empty Kafka of our own and return when it answers.

    Raises:
        ServerUnavailableError: neither docker nor Java and Maven can give one here.
    """
    server = _in_docker() or _from_jars()
    try:
        server.start()
    except BaseException:
        server.remove()
        raise
    return server


def _in_docker() -> Server | None:
    image = composed_image("kafka")
    try:
        require_image(image)
    except ServerUnavailableError:
        return None
    port = free_port()
    settings = {
        "KAFKA_PROCESS_ROLES": "broker,controller",
        "KAFKA_NODE_ID": "1",
        "KAFKA_CONTROLLER_QUORUM_VOTERS": "1@localhost:9093",
        "KAFKA_LISTENERS": "PLAINTEXT://:9092,CONTROLLER://localhost:9093",
        "KAFKA_ADVERTISED_LISTENERS": f"PLAINTEXT://127.0.0.1:{port}",
        "KAFKA_CONTROLLER_LISTENER_NAMES": "CONTROLLER",
        "KAFKA_LISTENER_SECURITY_PROTOCOL_MAP": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
        # From here on as in deploy/kafka/run, where the reasons stand.
        "KAFKA_AUTO_CREATE_TOPICS_ENABLE": "false",
        "KAFKA_BROKER_SESSION_TIMEOUT_MS": "3000",
        "KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS": "0",
        "KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR": "1",
        "KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR": "1",
        "KAFKA_TRANSACTION_STATE_LOG_MIN_ISR": "1",
        "KAFKA_SHARE_COORDINATOR_STATE_TOPIC_REPLICATION_FACTOR": "1",
        "KAFKA_SHARE_COORDINATOR_STATE_TOPIC_MIN_ISR": "1",
        "KAFKA_HEAP_OPTS": "-Xmx512m",
    }
    container = Container(image, port=port, inner_port=9092, environment=settings)
    return Server(f"kafka://127.0.0.1:{port}", container, answers=_answers)


def _from_jars() -> Server:
    _fetch_jars()
    port = free_port()
    folder = Path(tempfile.mkdtemp(prefix="tratt-kafka-"))
    environment = {
        "KAFKA_PORT": str(port),
        "KAFKA_CONTROLLER_PORT": str(free_port()),
        "KAFKA_DATA": str(folder / "data"),
    }
    process = LocalProcess([str(SCRIPTS / "run")], folder, environment=environment)
    return Server(f"kafka://127.0.0.1:{port}", process, answers=_answers)


def _fetch_jars() -> None:
    # A file and no pipe: a Maven that outlives the time-out would hold the pipe open.
    with tempfile.TemporaryFile("w+") as said:
        try:
            subprocess.run(
                [SCRIPTS / "fetch"],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=said,
                timeout=FETCH_S,
                check=True,
            )
        except (OSError, subprocess.SubprocessError) as error:
            said.seek(0)
            reason = said.read().strip().rpartition("\n")[2] or type(error).__name__
            raise ServerUnavailableError(f"{WAY_OUT} ({reason})") from error


async def _answers(url: str) -> bool:
    admin = AIOKafkaAdminClient(bootstrap_servers=url.removeprefix("kafka://"), request_timeout_ms=2000)
    try:
        await admin.start()
        # A broker that is not among them yet listens already, but takes no records.
        return bool((await admin.describe_cluster())["brokers"])
    except KafkaError:
        return False
    finally:
        await admin.close()
