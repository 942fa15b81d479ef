"""Settings: what differs between machines, from the environment (prefix `TRATT_`) and a `.env` file.

Two URLs choose the adapters; there is no mode to fall out of step with them.
"""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal, Self

from dotenv import dotenv_values
from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from shared.domain.errors import UsedWrongly
from shared.domain.model import Duration

ENV_FILE = ".env"
SHIPPED_EXAMPLE = Path(__file__).parents[2] / "deploy" / "example" / "tratt.yaml"

EVENT_LOGS = ("sqlite", "kafka")
DATABASES = ("sqlite+aiosqlite", "postgresql+asyncpg")
MAIL_SERVERS = ("smtp", "smtps")
WEB = ("http", "https")

Port = Annotated[int, Field(ge=0, le=65535)]


class Settings(BaseSettings):
    """Every setting, with its default. An empty variable counts as absent."""

    model_config = SettingsConfigDict(
        env_prefix="TRATT_",
        env_file=ENV_FILE,
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        validate_default=True,
    )

    config: Path = SHIPPED_EXAMPLE
    """A YAML or JSON file, or a folder of YAML files merged by top-level key."""
    data_dir: Path = Path("var")
    """What is written at run time: embedded log and tables, spill, keys, mail, journal. Relative: to where we run."""

    event_log_url: str = ""
    """`sqlite:///PATH`, or `kafka://host:9092,host:9092`. Default: `events.db` in `data_dir`."""
    database_url: SecretStr = SecretStr("")
    """`sqlite+aiosqlite:///PATH`, or `postgresql+asyncpg://user:password@host/db`. Default: `data_dir`/tratt.db."""

    person_key: SecretStr | None = None
    """Key of the hashes that stand for persons. Never rotated; back it up. See `shared.runtime.keys`."""
    secret_key: Annotated[tuple[SecretStr, ...], NoDecode] = ()
    """Keys of signed links and form stamps, separated by commas: the first one signs, all are believed."""

    http_host: str = "127.0.0.1"
    http_port: Port = 8080
    """The public listener: sources, forms, API. 0 takes any free port."""
    admin_host: str = "127.0.0.1"
    admin_port: Port = 8081
    """Metrics, console, probes: never public."""

    public_url: str | None = None
    """What senders see, without a slash at the end."""
    smtp_url: SecretStr | None = None
    """`smtp://user:password@host:587` or `smtps://…:465`. Without one, mail becomes files in `data_dir`."""
    instance: Annotated[str, Field(pattern=r"^[A-Za-z0-9._-]{1,100}$")] | None = None
    """A name of this process that outlives restarts. With it, group membership is static."""

    topic_partitions: Annotated[int, Field(ge=1, le=10_000)] = 24
    """Chosen once: a person's order depends on it."""
    topic_replication: Annotated[int, Field(ge=1, le=9)] = 3
    """Copies of each record: with 3, two must have it. Where there are fewer brokers, each has one."""
    topic_retention: Duration = Field("7d", validate_default=True)
    """How long the log keeps records, as `7d`."""

    log_level: Literal["debug", "info", "warning", "error"] = "info"
    log_format: Literal["console", "json"] | None = None
    """Default: `console` on a terminal, else `json`."""

    @field_validator("log_level", "log_format", mode="before")
    @classmethod
    def _in_lower_case(cls, value: object) -> object:
        return value.lower() if isinstance(value, str) else value

    @field_validator("secret_key", mode="before")
    @classmethod
    def _separated_by_commas(cls, value: object) -> object:
        return [key.strip() for key in value.split(",") if key.strip()] if isinstance(value, str) else value

    @field_validator("data_dir")
    @classmethod
    def _wherever_we_run(cls, value: Path) -> Path:
        return value.absolute()

    @field_validator("public_url")
    @classmethod
    def _without_slash(cls, value: str | None) -> str | None:
        return value.rstrip("/") if value else None

    @model_validator(mode="before")
    @classmethod
    def _beside_the_data(cls, values: dict[str, object]) -> dict[str, object]:
        data = Path(str(values.get("data_dir", "var"))).absolute()
        embedded = {
            "event_log_url": f"sqlite:///{data}/events.db",
            "database_url": f"sqlite+aiosqlite:///{data}/tratt.db",
        }
        return embedded | values

    @model_validator(mode="after")
    def _of_known_schemes(self) -> Self:
        _check_scheme("EVENT_LOG_URL", self.event_log_url, EVENT_LOGS)
        _check_scheme("DATABASE_URL", self.database_url.get_secret_value(), DATABASES)
        _check_scheme("SMTP_URL", self.smtp_url.get_secret_value() if self.smtp_url else None, MAIL_SERVERS)
        _check_scheme("PUBLIC_URL", self.public_url, WEB)
        return self

    @property
    def is_embedded_log(self) -> bool:
        """Tell whether the event log is a file of ours."""
        return self.event_log_url.startswith("sqlite:")

    @property
    def is_embedded_database(self) -> bool:
        """Tell whether the tables are a file of ours."""
        return self.database_url.get_secret_value().startswith("sqlite+")

    @property
    def is_embedded(self) -> bool:
        """Tell whether everything is on this machine: keys may be made, and a taken port moves on."""
        return self.is_embedded_log and self.is_embedded_database


def _check_scheme(name: str, url: str | None, allowed: tuple[str, ...]) -> None:
    if url is None or url.partition("://")[0] in allowed:
        return
    # Never the URL itself: it may hold a password.
    raise ValueError(f"TRATT_{name} must begin with {' or '.join(f'{scheme}://' for scheme in allowed)}")


def read_settings() -> Settings:
    """Read every setting.

    Raises:
        UsedWrongly: naming each variable at fault and what it may be, never what it was.
    """
    try:
        return Settings()
    except ValidationError as error:
        raise UsedWrongly("\n".join(_way_out(fault["loc"], fault["msg"]) for fault in error.errors())) from None


def _way_out(place: tuple[int | str, ...], message: str) -> str:
    said = message.removeprefix("Value error, ")
    return f"TRATT_{str(place[0]).upper()}: {said}" if place else said


def environment() -> Mapping[str, str]:
    """Return the variables that a configuration may name: the process's own, else those of the `.env` file."""
    from_file = {name: value for name, value in dotenv_values(ENV_FILE).items() if value is not None}
    return from_file | dict(os.environ)
