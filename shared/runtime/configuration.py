"""The configuration: read whole at start, with every fault told by file, line, key and way out.

A file, or a folder of files that share the sections among them. Each section has a version, the hash of how it is
written, so that a decision can name the rules it was made by.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path as FilePath
from typing import Generic, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from shared.domain.errors import ConfigurationError, Fault, UsedWrongly
from shared.runtime.configuration_words import in_words, known_keys
from shared.runtime.interpolation import Interpolation
from shared.runtime.yaml_text import Path, Value, dotted, parse

YAML = (".yaml", ".yml")
JSON = ".json"

Model = TypeVar("Model", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class SectionText:
    """A section as it is written, secrets not filled in, and the hash that names this version of it."""

    text: str
    sha256: str


@dataclass(frozen=True, slots=True)
class _Place:
    file: str
    line: int


@dataclass(frozen=True, slots=True)
class _Written:
    """What the files say together, and where."""

    root: str
    values: dict[str, Value]
    places: Mapping[Path, _Place]

    def fault(self, path: Path, message: str) -> Fault:
        """Locate a message at `path`, or at the nearest key above it that is written."""
        for length in range(len(path), -1, -1):
            if place := self.places.get(path[:length]):
                return Fault(place.file, place.line, dotted(path), message)
        return Fault(self.root, 1, dotted(path), message)


@dataclass(frozen=True, slots=True)
class Loaded(Generic[Model]):
    """A configuration that holds together. Relative paths in it are relative to `base_dir`."""

    model: Model
    base_dir: FilePath
    written: _Written

    def section(self, name: str) -> SectionText:
        """Return how a section is written, also of one that is left to its defaults.

        The order of keys counts: stages are ordered by it. Secrets do not, so rotating them makes no new version.
        """
        text = json.dumps(self.written.values.get(name), ensure_ascii=False, separators=(",", ":"))
        return SectionText(text, hashlib.sha256(text.encode()).hexdigest())

    def fault(self, path: Path, message: str) -> Fault:
        """Locate a fault that was found beyond the sections, such as a rule naming an unknown person."""
        return self.written.fault(path, message)


def load(path: FilePath, model: type[Model], environment: Mapping[str, str]) -> Loaded[Model]:
    """Read and validate a configuration; `environment` fills `${NAME}`.

    Raises:
        ConfigurationError: with every fault that was found.
        UsedWrongly: there is no configuration at `path`.
    """
    files = _files(path)
    base_dir = (path if path.is_dir() else path.parent).absolute()
    written = _read(files)
    interpolation = Interpolation(environment, base_dir)
    values = interpolation.fill(written.values)
    faults = [written.fault(place, message) for place, message in interpolation.faults]
    try:
        valid = model.model_validate(values)
    except ValidationError as error:
        unfilled = {place for place, _ in interpolation.faults}
        faults += _faults(error.errors(include_url=False), model, written, unfilled)
        raise ConfigurationError(sorted(faults, key=_in_order)) from None  # the cause would quote values
    if faults:
        raise ConfigurationError(faults)
    return Loaded(valid, base_dir, written)


def _in_order(fault: Fault) -> tuple[str, int]:
    return fault.file, fault.line


def _files(path: FilePath) -> Sequence[FilePath]:
    if path.is_file():
        return [path]
    found = sorted(file for file in path.glob("*") if file.suffix in YAML)
    if not found:
        raise UsedWrongly(f"there is no configuration at {path}: set TRATT_CONFIG to a YAML file or a folder of them")
    return found


def _read(files: Sequence[FilePath]) -> _Written:
    values: dict[str, Value] = {}
    places: dict[Path, _Place] = {}
    faults: list[Fault] = []
    for file in files:
        try:
            sections, lines = parse(_text(file), str(file))
        except ConfigurationError as error:
            faults += error.faults
            continue
        for twice in sections.keys() & values.keys():
            first = places[twice,]
            faults.append(
                Fault(str(file), lines[twice,], twice, f"is also in {first.file}:{first.line}: keep it in one")
            )
        values |= sections
        places |= {place: _Place(str(file), line) for place, line in lines.items()}
    if faults:
        raise ConfigurationError(faults)
    return _Written(str(files[0]), values, places)


def _text(file: FilePath) -> str:
    try:
        text = file.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise UsedWrongly(f"{file} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise UsedWrongly(f"{file} is not UTF-8: save it as UTF-8") from error
    # In JSON a tab can only be space between tokens, and there YAML takes no tab.
    return text.replace("\t", " ") if file.suffix == JSON else text


def _faults(
    errors: Sequence[ErrorDetails], model: type[BaseModel], written: _Written, unfilled: set[Path]
) -> Sequence[Fault]:
    found: dict[tuple[Path, str], Fault] = {}
    for error in errors:
        path = _path(error, written.values)
        if path in unfilled:
            continue
        known = known_keys(model, path[:-1], _at(written.values, path[:-1]))
        message = in_words(error, written=_at(written.values, path), known=known)
        found.setdefault((path, message), written.fault(path, message))
    return list(found.values())


def _path(error: ErrorDetails, values: Value) -> Path:
    """Leave out of pydantic's place what is not in the file: the names of a union's alternatives."""
    path: Path = ()
    for step in error["loc"]:
        if _has(_at(values, path), step):
            path = (*path, step)
    if error["type"] == "missing":
        return (*path, error["loc"][-1])
    if error["type"] == "union_tag_invalid":
        return (*path, error["ctx"]["discriminator"].strip("'"))
    return path


def _has(value: Value, step: str | int) -> bool:
    if isinstance(value, dict):
        return step in value
    return isinstance(value, list) and isinstance(step, int) and step < len(value)


def _at(values: Value, path: Path) -> Value:
    for step in path:
        if isinstance(values, dict) and isinstance(step, str):
            values = values.get(step)
        elif isinstance(values, list) and isinstance(step, int):
            values = values[step]
    return values
