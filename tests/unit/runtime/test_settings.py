from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest

from shared.domain.errors import UsedWrongly
from shared.runtime.keys import KEYS_FILE, read_keys
from shared.runtime.settings import SHIPPED_EXAMPLE, environment, read_settings

KAFKA = "kafka://one:9092,two:9092"
POSTGRESQL = "postgresql+asyncpg://tratt:hunter2@db/tratt"


@pytest.fixture(autouse=True)
def _empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_without_any_setting_everything_is_on_this_machine(tmp_path: Path) -> None:
    settings = read_settings()
    assert settings.config == SHIPPED_EXAMPLE
    assert settings.data_dir == tmp_path / "var"
    assert settings.event_log_url == f"sqlite:///{tmp_path}/var/events.db"
    assert settings.database_url.get_secret_value() == f"sqlite+aiosqlite:///{tmp_path}/var/tratt.db"
    assert (settings.http_host, settings.http_port) == ("127.0.0.1", 8080)
    assert (settings.admin_host, settings.admin_port) == ("127.0.0.1", 8081)
    assert (settings.topic_partitions, settings.topic_replication) == (24, 3)
    assert settings.topic_retention == timedelta(days=7)
    assert (settings.log_level, settings.log_format) == ("info", None)
    assert (settings.public_url, settings.smtp_url, settings.instance) == (None, None, None)
    assert settings.is_embedded


def test_the_environment_wins_over_the_file_and_the_file_over_the_default(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".env").write_text("TRATT_HTTP_PORT=1\nTRATT_ADMIN_PORT=2\nGOOGLE_KEY=of-no-concern-here\n")
    monkeypatch.setenv("TRATT_HTTP_PORT", "3")
    monkeypatch.setenv("TRATT_TOPIC_RETENTION", "36h")
    settings = read_settings()
    assert (settings.http_port, settings.admin_port) == (3, 2)
    assert settings.topic_retention == timedelta(hours=36)


def test_an_empty_variable_is_absent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRATT_EVENT_LOG_URL", "")
    monkeypatch.setenv("TRATT_SMTP_URL", "")
    assert read_settings().is_embedded_log
    assert read_settings().smtp_url is None


def test_the_urls_follow_the_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRATT_DATA_DIR", "elsewhere")
    settings = read_settings()
    assert settings.data_dir == tmp_path / "elsewhere"
    assert settings.event_log_url == f"sqlite:///{tmp_path}/elsewhere/events.db"


def test_two_urls_choose_the_adapters(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRATT_EVENT_LOG_URL", KAFKA)
    monkeypatch.setenv("TRATT_DATABASE_URL", POSTGRESQL)
    settings = read_settings()
    assert (settings.is_embedded_log, settings.is_embedded_database, settings.is_embedded) == (False, False, False)
    assert settings.event_log_url == KAFKA


def test_no_secret_is_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRATT_DATABASE_URL", POSTGRESQL)
    monkeypatch.setenv("TRATT_SMTP_URL", "smtp://u:hunter2@mail:587")
    monkeypatch.setenv("TRATT_PERSON_KEY", "hunter2hunter2hunter2")
    monkeypatch.setenv("TRATT_SECRET_KEY", "hunter2hunter2hunter2,hunter2hunter2old")
    settings = read_settings()
    assert "hunter2" not in f"{settings!r} {settings} {read_keys(settings)!r} {settings.model_dump_json()}"


@pytest.mark.parametrize(
    ("name", "value", "way_out"),
    [
        ("TRATT_EVENT_LOG_URL", "redis://hunter2", "TRATT_EVENT_LOG_URL must begin with sqlite:// or kafka://"),
        ("TRATT_DATABASE_URL", "postgresql://u:hunter2@db/t", "sqlite+aiosqlite:// or postgresql+asyncpg://"),
        ("TRATT_SMTP_URL", "hunter2", "TRATT_SMTP_URL must begin with smtp:// or smtps://"),
        ("TRATT_PUBLIC_URL", "hunter2.example.se", "TRATT_PUBLIC_URL must begin with http:// or https://"),
        ("TRATT_HTTP_PORT", "99999", "TRATT_HTTP_PORT: Input should be less than or equal to 65535"),
        ("TRATT_TOPIC_RETENTION", "a week", "TRATT_TOPIC_RETENTION: write a duration as 30s, 15m, 24h or 14d"),
        ("TRATT_LOG_LEVEL", "loud", "TRATT_LOG_LEVEL: Input should be 'debug', 'info', 'warning' or 'error'"),
    ],
)
def test_a_wrong_setting_names_itself_and_the_way_out(
    name: str, value: str, way_out: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(UsedWrongly) as caught:
        read_settings()
    assert way_out in str(caught.value)
    assert "hunter2" not in str(caught.value)


def test_keys_are_made_once_and_are_for_the_owner_only(tmp_path: Path) -> None:
    first = read_keys(read_settings())
    assert read_keys(read_settings()) == first
    assert (tmp_path / "var" / KEYS_FILE).stat().st_mode & 0o777 == 0o600
    assert [file.name for file in (tmp_path / "var").iterdir()] == [KEYS_FILE]


def test_processes_that_start_at_once_end_with_the_same_keys() -> None:
    with ThreadPoolExecutor(8) as starting:
        keys = list(starting.map(lambda _: read_keys(read_settings()), range(8)))
    assert len(set(keys)) == 1


def test_keys_are_not_made_anew_while_what_they_keyed_is_there(tmp_path: Path) -> None:
    read_keys(read_settings())
    (tmp_path / "var" / "events.db").touch()
    (tmp_path / "var" / KEYS_FILE).unlink()
    with pytest.raises(UsedWrongly, match="Put the file back from a backup"):
        read_keys(read_settings())


def test_given_keys_are_taken_and_the_others_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRATT_SECRET_KEY", "new-new-new-new-new, old-old-old-old-old")
    keys = read_keys(read_settings())
    assert keys.signing == (b"new-new-new-new-new", b"old-old-old-old-old")
    assert len(keys.person) == 64


@pytest.mark.parametrize(("name", "url"), [("TRATT_EVENT_LOG_URL", KAFKA), ("TRATT_DATABASE_URL", POSTGRESQL)])
def test_keys_must_be_given_where_several_processes_share_them(
    name: str, url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv(name, url)
    with pytest.raises(UsedWrongly, match=r"TRATT_PERSON_KEY and TRATT_SECRET_KEY must be set.*openssl rand -hex 32"):
        read_keys(read_settings())
    assert not (tmp_path / "var").exists()


def test_a_short_key_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRATT_PERSON_KEY", "short")
    with pytest.raises(UsedWrongly, match="TRATT_PERSON_KEY needs at least 16 characters"):
        read_keys(read_settings())


def test_a_configuration_may_name_what_the_env_file_sets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".env").write_text("GOOGLE_KEY=from-file\nOTHER=from-file\n")
    monkeypatch.setenv("OTHER", "from-process")
    found = environment()
    assert (found["GOOGLE_KEY"], found["OTHER"]) == ("from-file", "from-process")
