"""What is known of each sender, one file of data per sender, and how a company's own configuration is laid over it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files

from services.ingest.verification.configuration import Signature, Verification
from shared.runtime.yaml_text import parse

Values = Mapping[str, object]
"""A section as it is written: texts, lists and mappings of them."""

_ENDING = ".yaml"
_SIGNATURE = frozenset({*Signature.model_fields, "mode"})
_PROOFS = frozenset(Verification.model_fields) - _SIGNATURE - {"secrets"}
_LISTS = ("not_leads", "consents", "key_values")
"""Parts of a mapping of which the first that fits counts."""


@dataclass(frozen=True, slots=True)
class Preset:
    """What one sender does: how it proves itself, how its bodies are read, and which leads are in them."""

    verification: Values = field(default_factory=dict)
    decoding: Values = field(default_factory=dict)
    mapping: Values = field(default_factory=dict)


class _Folder(Mapping[str, Preset]):
    """The presets by name; each file is read when it is first asked for."""

    def __getitem__(self, name: str) -> Preset:
        if name not in _names():
            raise KeyError(name)
        return _read(name)

    def __iter__(self) -> Iterator[str]:
        return iter(_names())

    def __len__(self) -> int:
        return len(_names())


PRESETS: Mapping[str, Preset] = _Folder()
"""Every preset by its name in the configuration, in alphabetical order."""


def combined(preset: Preset, given: Values) -> dict[str, object]:
    """Lay the company's own `verification`, `decoding` and `mapping` over a preset's; its other keys stay as given.

    A key of the company's wins. `fields` are merged by target, where `null` takes the preset's away; the preset's are
    `optional`, as it names all that its sender can tell. `not_leads`, `consents` and `key_values` of the company's
    stand before the preset's. A company that proves its sender in another way, and gives no `secrets`, does without the
    preset's signature. What is shaped wrongly stays as it is, for validation to say so.
    """
    verification, mapping = given.get("verification"), given.get("mapping")
    known = {**preset.mapping, "optional": list(_fields(preset.mapping))}
    return {
        **given,
        "verification": _over(_proof(preset.verification, verification), verification),
        "decoding": _over(preset.decoding, given.get("decoding")),
        "mapping": _over(known, _merged(known, mapping)),
    }


def _over(known: Values, own: object) -> object:
    if own is None:
        return dict(known)
    return {**known, **own} if isinstance(own, Mapping) else own


def _proof(known: Values, own: object) -> Values:
    """Return how the sender proves itself, without its signature where the company has another proof and no secrets."""
    if not isinstance(own, Mapping) or "secrets" in own or _PROOFS.isdisjoint(own):
        return known
    return {name: value for name, value in known.items() if name not in _SIGNATURE}


def _merged(known: Values, own: object) -> object:
    """Return the company's mapping, with the preset's where one does not simply replace the other."""
    if not isinstance(own, Mapping):
        return own
    merged: dict[str, object] = {
        name: [*_listed(own[name]), *_listed(known[name])] for name in _LISTS if own.get(name) and name in known
    }
    fields, ours = _fields(known), _fields(own)
    if isinstance(own.get("fields"), Mapping):
        merged["fields"] = {name: rule for name, rule in {**fields, **ours}.items() if rule is not None}
    merged["optional"] = [*_listed(own.get("optional", [])), *(name for name in fields if name not in ours)]
    return {**own, **merged}


def _fields(mapping: Values) -> Values:
    fields = mapping.get("fields")
    return fields if isinstance(fields, Mapping) else {}


def _listed(part: object) -> list[object]:
    return part if isinstance(part, list) else [part]


@cache
def _names() -> tuple[str, ...]:
    names = (entry.name for entry in files(__name__).iterdir())
    return tuple(sorted(name.removesuffix(_ENDING) for name in names if name.endswith(_ENDING)))


@cache
def _read(name: str) -> Preset:
    file = files(__name__) / f"{name}{_ENDING}"
    values, _ = parse(file.read_text(encoding="utf-8"), file.name)
    return Preset(**{section: part for section, part in values.items() if isinstance(part, dict)})
