"""Commands called as the command line calls them, in the process of the tests."""

import pytest

from services import __main__ as command_line


@pytest.fixture(autouse=True)
def logging_stays_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep a command, which is a process of its own, from configuring the logging of the tests after it."""
    monkeypatch.setattr(command_line, "configure_logging", lambda *_: None)
