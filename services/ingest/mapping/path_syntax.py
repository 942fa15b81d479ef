"""How places in a payload are written: `data.leads[0].email`, `fields[?key=='x'].value`, `address['post code']`.

It is a subset of JSONPath in which a name may hold anything but dots and brackets: `hur_bor_du?` needs no quotes.
"""

import re
from dataclasses import dataclass
from typing import Annotated, TypeAlias

from pydantic import AfterValidator

MAX_PATH = 300
"""Characters; a real one has fewer than a hundred."""

_STEP = re.compile(
    r"""
      \.?(?P<every>\*)(?=[.\[]|$) | \[(?P<all>\*?)\]
    | \[(?P<index>-?\d{1,6})\]
    | \[(?P<quoted>'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*")\]
    | \[\?(?P<where>(?:'[^']*'|"[^"]*"|[^'"\]])+)\]
    | \.?(?P<name>(?:\\.|[^.\[\]\\])+)
    """,
    re.VERBOSE,
)
_QUOTES = "'\""
_EQUALITY = re.compile(
    r"""\s*\(?\s*(?:@\.?)?(?P<path>(?:\[(?:'[^']*'|"[^"]*")\]|[^'"=!\[\]])+?)\s*(?P<sign>==|!=)\s*"""
    r"""(?:'(?P<single>[^']*)'|"(?P<double>[^"]*)"|(?P<bare>[^'"()\s]+))\s*\)?\s*"""
)


@dataclass(frozen=True, slots=True)
class Child:
    """The member of an object, by name."""

    name: str


@dataclass(frozen=True, slots=True)
class Index:
    """The item of a list, from 0; from -1 backwards."""

    place: int


@dataclass(frozen=True, slots=True)
class Every:
    """All items of a list, or members of an object."""


@dataclass(frozen=True, slots=True)
class Where:
    """The items of a list whose text at `path` is `text`, or where `is_unlike`, is not."""

    path: tuple["Step", ...]
    text: str
    is_unlike: bool


Step: TypeAlias = Child | Index | Every | Where


@dataclass(frozen=True, slots=True)
class Path:
    """A place: below the item that is mapped or, where `from_top`, below the whole body."""

    text: str
    from_top: bool
    steps: tuple[Step, ...]

    @property
    def names(self) -> tuple[str, ...] | None:
        """The members' names, where the path has nothing else."""
        names = tuple(step.name for step in self.steps if isinstance(step, Child))
        return names if len(names) == len(self.steps) else None


def parse_path(text: str) -> Path:
    """Read a path.

    Raises:
        ValueError: it cannot be read; the text says where and how to write it.
    """
    written = text.strip()
    if not written or len(written) > MAX_PATH:
        raise ValueError(f"a path has 1 to {MAX_PATH} characters, as data.leads[0].email")
    from_top = written == "$" or written.startswith(("$.", "$["))
    rest = written[1:] if from_top or written.startswith(("@.", "@[")) else written
    return Path(written, from_top, _steps(rest, written))


def _steps(rest: str, whole: str) -> tuple[Step, ...]:
    steps: list[Step] = []
    place = 0
    while place < len(rest):
        found = _STEP.match(rest, place)
        if found is None or (place and found["name"] and rest[place] != "."):
            raise ValueError(
                f"'{whole}' cannot be read from '{rest[place:]}' on: write names with dots between, [0], [*], "
                "[?key=='x'], and quote what has dots or brackets of its own, as data['a.b']"
            )
        steps.append(_step(found, whole))
        place = found.end()
    return tuple(steps)


def _step(found: re.Match[str], whole: str) -> Step:
    if found["every"] or found["all"] is not None:
        return Every()
    if found["index"]:
        return Index(int(found["index"]))
    if found["where"]:
        return _where(found["where"], whole)
    if found["quoted"]:
        return Child(_unescaped(found["quoted"][1:-1]))
    name = _unescaped(found["name"]).strip()
    if len(name) > 1 and name[0] == name[-1] and name[0] in _QUOTES:
        raise ValueError(f"'{whole}': a name in quotes stands in brackets: write [{name}]")
    return Child(name)


def _where(written: str, whole: str) -> Where:
    equality = _EQUALITY.fullmatch(written)
    if equality is None:
        raise ValueError(f"'{whole}': '[?{written}]' is no filter by equality: write [?key=='x'] or [?field.ref=='x']")
    text = next(given for given in equality.group("single", "double", "bare") if given is not None)
    return Where(_steps(equality["path"].strip(), whole), text, equality["sign"] == "!=")


def _unescaped(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text)


def _checked(text: str) -> str:
    parse_path(text)
    return text


PathText = Annotated[str, AfterValidator(_checked)]
"""A path in the configuration; one that cannot be read is refused."""
