"""What stands between `${` and `}` in a configuration: an environment variable, or the content of a file.

`${NAME}` · `${NAME:-default}`, also where NAME is empty · `${file:PATH}` · `$$` for `$`. Line breaks at the end of
what is filled in are left out: `echo` adds one to a secret, with which no signature fits.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path as FilePath

from shared.runtime.yaml_text import Path, Value

_REFERENCE = re.compile(r"\$\$|\$\{(?P<inside>[^}]*)\}|\$\{")
_VARIABLE = re.compile(r"(?P<name>[A-Za-z_][A-Za-z0-9_]*)(?::-(?P<default>.*))?", re.DOTALL)
_FILE = "file:"
_LINE_BREAKS = "\r\n"
MOST_BYTES = 64 * 1024
"""A secret is smaller; a file that is not one was named by mistake."""


class _Unfilled(Exception):
    """A reference that leads nowhere; its text names the way out."""


@dataclass(slots=True)
class Interpolation:
    """Fill in references. `faults` gathers place and message of each that leads nowhere; its text stays as it was."""

    environment: Mapping[str, str]
    base_dir: FilePath
    faults: list[tuple[Path, str]] = field(default_factory=list)

    def fill(self, value: Value, path: Path = ()) -> Value:
        """Return `value` with every reference in its texts filled in. Keys are left alone."""
        if isinstance(value, dict):
            return {key: self.fill(item, (*path, key)) for key, item in value.items()}
        if isinstance(value, list):
            return [self.fill(item, (*path, place)) for place, item in enumerate(value)]
        return self._filled(value, path) if value else value

    def _filled(self, text: str, path: Path) -> str:
        try:
            return _REFERENCE.sub(self._replacement, text)
        except _Unfilled as error:
            self.faults.append((path, str(error)))
            return text

    def _replacement(self, match: re.Match[str]) -> str:
        if match[0] == "$$":
            return "$"
        inside = match["inside"] or ""
        if inside.startswith(_FILE):
            return self._content(inside.removeprefix(_FILE))
        variable = _VARIABLE.fullmatch(inside)
        if variable is None:
            raise _Unfilled("write ${NAME}, ${NAME:-default} or ${file:PATH}; a dollar sign itself is $$")
        return self._variable(variable["name"], variable["default"])

    def _variable(self, name: str, default: str | None) -> str:
        given = self.environment.get(name)
        if given is not None:
            given = given.rstrip(_LINE_BREAKS)
        if default is not None:
            return given or default
        if given is None:
            raise _Unfilled(f"{name} is not set: set it, put it into .env, or write ${{{name}:-default}}")
        return given

    def _content(self, name: str) -> str:
        file = self.base_dir / name
        try:
            with file.open("rb") as opened:
                content = opened.read(MOST_BYTES + 1)
            text = content.decode("utf-8-sig")
        except OSError as error:
            raise _Unfilled(f"{file} cannot be read ({error.strerror}): put it there, or name another") from error
        except UnicodeDecodeError as error:
            raise _Unfilled(f"{file} is not UTF-8 text") from error
        if len(content) > MOST_BYTES:
            raise _Unfilled(f"{file} is larger than {MOST_BYTES} bytes: is it the right one?")
        return text.rstrip(_LINE_BREAKS)
