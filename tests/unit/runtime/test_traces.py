import pytest

from shared.runtime.traces import begin, child, parse, trace_id

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
PARENT = f"00-{TRACE}-00f067aa0ba902b7-01"


def test_a_callers_trace_is_taken_over() -> None:
    assert parse(PARENT) == PARENT


def test_a_later_version_is_read_as_ours() -> None:
    assert parse(f"01{PARENT[2:]}-what-comes-later") == PARENT


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "nonsense",
        f"ff{PARENT[2:]}",
        f"{PARENT}-more",
        f"01{PARENT[2:]}more",
        PARENT.upper(),
        PARENT.replace(TRACE, "0" * 32),
        PARENT.replace("00f067aa0ba902b7", "0" * 16),
        f"{PARENT}\n",
    ],
)
def test_what_is_no_trace_is_left_alone(header: str | None) -> None:
    assert parse(header) is None


def test_a_child_keeps_the_trace_and_its_flags_under_a_step_of_its_own() -> None:
    found = child(PARENT)
    assert parse(found) == found
    assert (found[:36], found[52:]) == (PARENT[:36], "-01")
    assert found != PARENT


def test_a_trace_begins_where_there_is_none() -> None:
    assert parse(begin())
    assert trace_id(child(None)) != trace_id(child(None))
