"""A pytest plugin that fails a run in which a test was skipped, where `CI` or `TRATT_REQUIRE_SERVERS` says so.

A skip is kind to a visitor without Kafka, and a lie where the run is the proof.
"""

import os
from collections.abc import Sequence

import pytest

REQUIRING = ("CI", "TRATT_REQUIRE_SERVERS")
YES = {"1", "true", "yes"}


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Turn a green run with skips into a failed one."""
    if _refused(session.config) and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say what made the run fail; the summary of `-ra` has the reasons."""
    refused = _refused(terminalreporter.config)
    if not refused:
        return
    terminalreporter.section("skips are failures here", sep="=", red=True)
    terminalreporter.line(f"{' or '.join(REQUIRING)} is set, and these were not run:")
    for report in refused:
        terminalreporter.line(f"  {report.nodeid}")


def _refused(config: pytest.Config) -> Sequence[pytest.TestReport | pytest.CollectReport]:
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    if reporter is None or not any(os.environ.get(name, "").lower() in YES for name in REQUIRING):
        return []
    skipped: list[pytest.TestReport | pytest.CollectReport] = reporter.stats.get("skipped", [])
    return skipped
