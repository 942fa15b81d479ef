"""The keys: given by settings, or made once into a file of `data_dir` where everything is on one machine."""

import os
import secrets
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from dotenv import dotenv_values

from shared.domain.errors import UsedWrongly
from shared.runtime.settings import Settings

KEYS_FILE = "keys.env"
KEY_BYTES = 32
OURS_ALONE = 0o700
"""Log, tables and mails in the data folder hold people's words: no other user of the machine reads there."""
LEAST_CHARACTERS = 16
"""A shorter key lets someone who has the hashes try keys until they fit."""


@dataclass(frozen=True, slots=True)
class Keys:
    """What hashes and signatures are keyed with. `signing` is never empty: its first signs, all are believed."""

    person: bytes = field(repr=False)
    signing: tuple[bytes, ...] = field(repr=False)


def read_keys(settings: Settings) -> Keys:
    """Return the keys, making them first where nothing but this machine needs to know them.

    Raises:
        UsedWrongly: a key is missing, too short, or lost while the data keyed with it is still there.
    """
    given = {
        "TRATT_PERSON_KEY": settings.person_key.get_secret_value() if settings.person_key else None,
        "TRATT_SECRET_KEY": ",".join(key.get_secret_value() for key in settings.secret_key) or None,
    }
    missing = [name for name, value in given.items() if value is None]
    if missing:
        given |= {name: value for name, value in _kept(settings, missing).items() if name in missing}
    return Keys(
        person=_checked("TRATT_PERSON_KEY", given["TRATT_PERSON_KEY"]),
        signing=tuple(_checked("TRATT_SECRET_KEY", key) for key in (given["TRATT_SECRET_KEY"] or "").split(",")),
    )


def _checked(name: str, key: str | None) -> bytes:
    if key is None or len(key) < LEAST_CHARACTERS:
        raise UsedWrongly(f"{name} needs at least {LEAST_CHARACTERS} characters: make one with `openssl rand -hex 32`")
    return key.encode()


def _kept(settings: Settings, missing: list[str]) -> dict[str, str | None]:
    if not settings.is_embedded:
        raise UsedWrongly(
            f"{' and '.join(missing)} must be set, the same for every process, when the event log or the tables are "
            "on servers: make one with `openssl rand -hex 32`, keep it with your backups, never change TRATT_PERSON_KEY"
        )
    file = settings.data_dir / KEYS_FILE
    if not file.exists():
        _refuse_to_forget(settings, file)
        _make(file)
    return dict(dotenv_values(file))


def _refuse_to_forget(settings: Settings, file: Path) -> None:
    log = Path(settings.event_log_url.removeprefix("sqlite:///"))
    if log.exists():
        raise UsedWrongly(
            f"{file} is gone but {log} is there: with new keys no known person would be recognised. "
            "Put the file back from a backup, or set TRATT_PERSON_KEY and TRATT_SECRET_KEY as they were"
        )


def _make(file: Path) -> None:
    """Write the file whole or not at all; of two processes that start at once, both end with the same keys."""
    file.parent.mkdir(mode=OURS_ALONE, parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile("w", dir=file.parent, prefix=f".{KEYS_FILE}-") as draft:  # made with mode 0600
        draft.write(
            "# Made by Tratt. Back this file up: without it no known person is recognised again.\n"
            f"TRATT_PERSON_KEY={secrets.token_hex(KEY_BYTES)}\nTRATT_SECRET_KEY={secrets.token_hex(KEY_BYTES)}\n"
        )
        draft.flush()
        os.fsync(draft.fileno())
        _link(Path(draft.name), file)
    folder = os.open(file.parent, os.O_RDONLY)
    os.fsync(folder)
    os.close(folder)


def _link(draft: Path, file: Path) -> None:
    try:
        os.link(draft, file)
    except FileExistsError:
        return  # another process was first: its keys are the keys
