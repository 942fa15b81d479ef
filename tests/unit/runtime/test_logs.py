import ast
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from subprocess import Popen

from shared.runtime.logs import FIELDS

ROOT = Path(__file__).parents[3]
LEVELS = {"debug", "info", "warning", "error", "exception"}
Program = Callable[[str], "Popen[str]"]
HANDED_OVER = {"exc_info"}

LOGGING = """
    import asyncio, logging, structlog
    from shared.runtime.logs import configure_logging

    configure_logging("{level}", "{format}")
    log = structlog.get_logger()
    log.info("lead routed", lead_id="lead-1", destination="journal", email="anna@example.se", elapsed_ms=3)
    log.info("lead held", lead_id="lead-2", reason={{"said": "anna@example.se"}}, source="x" * 1000)
    log.debug("not shown")
    try:
        raise ValueError("anna@example.se") from KeyError("anna@example.se")
    except ValueError:
        log.exception("broken")
        logging.getLogger("uvicorn.error").exception("Exception in ASGI application\\nanna@example.se")
    logging.getLogger("aiokafka.producer").debug("value anna@example.se")
    logging.getLogger("sqlalchemy.engine").info("parameters anna@example.se")

    async def fails():
        raise ValueError("anna@example.se")

    async def main():
        task = asyncio.create_task(fails())
        await asyncio.sleep(0)
        del task
        asyncio.get_running_loop().call_soon(lambda who: 1 / 0, "anna@example.se")
        await asyncio.sleep(0.01)

    asyncio.run(main())
"""


def test_json_lines_hold_allowed_fields_and_no_personal_data(program: Program) -> None:
    out, lines = program(LOGGING.format(level="debug", format="json")).communicate(timeout=30)
    found = [json.loads(line) for line in lines.splitlines()]
    routed, held = found[:2]
    assert out == ""
    assert "anna" not in lines
    assert {routed[name] for name in ("event", "lead_id", "destination", "elapsed_ms", "level")} == {
        "lead routed", "lead-1", "journal", 3, "info",
    }  # fmt: skip
    assert (held["reason"], len(held["source"])) == ("dict", 300)
    assert {line["event"].split(" main")[0] for line in found[2:]} == {
        "not shown",
        "broken",
        "Exception in ASGI application",
        "Task exception was never retrieved",
        "Exception in callback",
    }


def test_an_exception_is_told_by_class_and_place(program: Program) -> None:
    _, lines = program(LOGGING.format(level="info", format="json")).communicate(timeout=30)
    broken = next(line for line in map(json.loads, lines.splitlines()) if line["event"] == "broken")
    assert (broken["error"], broken["cause"], broken["places"]) == ("ValueError", "KeyError", "<string>:11 <module>")


def test_on_a_terminal_a_lead_is_one_readable_line(program: Program) -> None:
    _, lines = program(LOGGING.format(level="info", format="console")).communicate(timeout=30)
    assert lines.splitlines()[0].endswith(
        "[info     ] lead routed          lead_id=lead-1 destination=journal elapsed_ms=3"
    )
    assert "anna" not in lines
    assert "not shown" not in lines


def test_a_line_that_the_disk_does_not_take_is_dropped_and_the_program_goes_on(program: Program) -> None:
    full = """
        import sys, structlog
        from shared.runtime.logs import configure_logging

        sys.stderr = open("/dev/full", "w")
        configure_logging("info", "json")
        for number in range(100):
            structlog.get_logger().error("lead lost", lead_id="x" * 300)
        print("goes on", flush=True)
    """
    out, _ = program(full).communicate(timeout=30)
    assert out == "goes on\n"


def log_calls() -> Iterator[tuple[str, ast.Call]]:
    for path in [*ROOT.glob("shared/**/*.py"), *ROOT.glob("services/**/*.py")]:
        for node in ast.walk(ast.parse(path.read_text())):
            match node:
                case ast.Call(func=ast.Attribute(value=ast.Name(id="log"), attr=level)) if level in LEVELS:
                    yield f"{path.relative_to(ROOT)}:{node.lineno}", node


def is_constant(text: ast.expr) -> bool:
    match text:
        case ast.Constant() | ast.Subscript(value=ast.Name()):  # a sentence, or one out of a table of them
            return True
    return False


def test_every_line_that_is_logged_is_constant_text_and_allowed_fields() -> None:
    calls = list(log_calls())
    assert calls
    assert not [place for place, call in calls if len(call.args) > 1 or not is_constant(call.args[0])]
    named = [(place, field.arg) for place, call in calls for field in call.keywords if field.arg]
    assert not [(place, name) for place, name in named if name not in FIELDS | HANDED_OVER]
