"""What a section keeps secret, by the names of its settings: whatever kind of source it is."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from pydantic import BaseModel, SecretStr

from shared.runtime.yaml_text import Path

BESIDE = ("name", "scheme", "path", "user")
"""Settings that stand beside a token and say where its sender puts it."""
GIVEN_BY_SENDERS = frozenset({"access_token", "app_secrets", "client_secrets"})
UNSET = frozenset({"", "none"})
SECRET_PATH = "secret_path"  # noqa: S105 - a setting's name


@dataclass(frozen=True, slots=True)
class Secret:
    """One secret: the path of its setting, its place in a list (None where it is none), and what says where it goes."""

    path: Path
    value: SecretStr
    number: int | None = None
    beside: Mapping[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Return the setting as people write it: `verification.secrets[0]`."""
        return ".".join(map(str, self.path)) + ("" if self.number is None else f"[{self.number}]")

    @property
    def is_set(self) -> bool:
        """Tell whether it is more than a stand-in."""
        return self.value.get_secret_value().strip().lower() not in UNSET

    @property
    def is_pasted(self) -> bool:
        """Tell whether one pastes it at the sender, rather than copies it from there."""
        return self.path[-1] not in GIVEN_BY_SENDERS

    @property
    def ends_url(self) -> bool:
        """Tell whether it is the last segment of the URL."""
        return self.path[-1] == SECRET_PATH


def secrets_of(section: BaseModel) -> Iterator[Secret]:
    """Find every secret of a section and of what is in it, in the order of its settings."""
    return _in_section(section, ())


def _in_section(section: BaseModel, path: Path) -> Iterator[Secret]:
    told = type(section).model_fields.keys() & BESIDE if path else ()
    beside = {name: str(value) for name in BESIDE if name in told and (value := getattr(section, name)) is not None}
    for name in type(section).model_fields:
        yield from _in_value(getattr(section, name), (*path, name), beside)


def _in_value(value: object, path: Path, beside: Mapping[str, str]) -> Iterator[Secret]:
    match value:
        case SecretStr():
            yield Secret(path, value, beside=beside)
        case BaseModel():
            yield from _in_section(value, path)
        case list():
            secrets = [one for one in value if isinstance(one, SecretStr)]
            yield from (Secret(path, one, number, beside) for number, one in enumerate(secrets))
        case dict():
            for key, inner in value.items():
                yield from _in_value(inner, (*path, str(key)), beside)
