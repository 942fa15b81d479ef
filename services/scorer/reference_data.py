"""The open look-up tables of `data/`, read once at start: places of Sweden, and what mail domains are."""

import csv
import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Self

from shared.domain.operands import folded

MOST = 0.9
"""Of the postal codes of one name. The sources put one in thirty into a neighbouring municipality."""
COUNTY_DIGITS = 2
"""A municipality's code begins with its county's."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where somebody is, as far as it is known."""

    locality: str | None = None
    municipality: str | None = None
    municipality_code: str | None = None
    county: str | None = None


@dataclass(frozen=True, slots=True)
class ReferenceData:
    """Every table. Keys of cities and counties are folded; `version` is a hash of all files.

    About 8 MB, and 0.1 s to read.
    """

    postal_codes: Mapping[str, Place]
    cities: Mapping[str, Place]
    counties: Mapping[str, Place]
    free_mail: frozenset[str]
    disposable_mail: frozenset[str]
    role_mail: frozenset[str]
    version: str

    @classmethod
    def load(cls) -> Self:
        """Read the files that the package ships."""
        read = _Reader()
        municipalities = {
            row["code"]: Place(None, row["municipality"], row["code"], row["county"])
            for row in read.rows("se_municipalities.csv")
        }
        counties = {code[:COUNTY_DIGITS]: Place(county=place.county) for code, place in municipalities.items()}
        postal_codes = _postal_codes(
            [*read.rows("se_postal.csv"), *read.rows("se_postal_geonames.csv")], {**municipalities, **counties}
        )
        return cls(
            postal_codes=postal_codes,
            cities=_cities(municipalities.values(), postal_codes.values()),
            counties=dict(_county_names(counties.values())),
            free_mail=read.lines("email_free.txt"),
            disposable_mail=read.lines("email_disposable.txt"),
            role_mail=read.lines("email_roles.txt"),
            version=read.version,
        )


class _Reader:
    """Reads files and remembers a hash of what it read."""

    def __init__(self) -> None:
        self._folder = files("services.scorer") / "data"
        self._hash = hashlib.sha256()

    def rows(self, name: str) -> list[dict[str, str]]:
        return list(csv.DictReader(self._text(name).splitlines()))

    def lines(self, name: str) -> frozenset[str]:
        return frozenset(self._text(name).split())

    def _text(self, name: str) -> str:
        text = (self._folder / name).read_text(encoding="utf-8")
        self._hash.update(text.encode())
        return text

    @property
    def version(self) -> str:
        return self._hash.hexdigest()


def _postal_codes(rows: Iterable[Mapping[str, str]], areas: Mapping[str, Place]) -> dict[str, Place]:
    shared: dict[tuple[str, str], Place] = {}  # most codes of a town are the same place: one object for all
    codes = {}
    for row in rows:
        locality, area = row["locality"], areas[row["area"]]
        place = Place(locality, area.municipality, area.municipality_code, area.county)
        codes[row["postal_code"]] = shared.setdefault((locality, row["area"]), place)
    return codes


def _cities(municipalities: Iterable[Place], places: Iterable[Place]) -> dict[str, Place]:
    """Tell a place by its name alone: what most of its postal codes agree on, municipality or at least county."""
    by_name: dict[str, list[Place]] = {}
    for place in places:
        by_name.setdefault(folded(place.locality or ""), []).append(place)
    cities = {name: agreed for name, alike in by_name.items() if (agreed := _agreed(alike))}
    for place in municipalities:
        name = folded(place.municipality or "")
        cities[name] = cities[f"{name} kommun"] = place
    return cities


def _agreed(places: Sequence[Place]) -> Place | None:
    exact = Counter(place for place in places if place.municipality)
    place, count = exact.most_common(1)[0] if exact else (None, 0)
    if place and count >= MOST * exact.total():
        return place
    county, count = Counter(place.county for place in places).most_common(1)[0]
    return Place(places[0].locality, county=county) if count >= MOST * len(places) else None


def _county_names(counties: Iterable[Place]) -> Iterable[tuple[str, Place]]:
    for place in counties:
        name = folded(place.county or "")
        bare = name.removesuffix(" län")
        yield from ((name, place), (bare, place), (bare.removesuffix("s"), place))
