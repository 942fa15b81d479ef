"""The command line: `tratt up | migrate | check | send | map | import | backfill | lead | tail | dead | hold | …`."""

import asyncio
import gc
import sys
from collections.abc import Coroutine
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import structlog
import typer

from services.commands.terminal import errors, headed
from services.role_names import ROLES
from shared.domain.errors import ConfigurationError, PermanentError, TransientError, UsedWrongly
from shared.runtime.logs import configure_logging
from shared.runtime.settings import Settings, read_settings

EXIT_FAULTS = 1
EXIT_USED_WRONGLY = 2

app = typer.Typer(
    name="tratt",
    help="Open, event-driven lead ingestion: every lead scored, explained and delivered once.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
imports = typer.Typer(no_args_is_help=True, help="Bring files in, with a result per row.")
dead = typer.Typer(no_args_is_help=True, help="What could not be handled, whole and waiting.")
hold = typer.Typer(no_args_is_help=True, help="Leads that wait for a person.")
form = typer.Typer(no_args_is_help=True, help="Forms on landing pages.")
destinations = typer.Typer(help="Where leads go: state, pause, resume, redeliver.")
app.add_typer(imports, name="import")
app.add_typer(dead, name="dead")
app.add_typer(hold, name="hold")
app.add_typer(form, name="form")
app.add_typer(destinations, name="destinations")

Why = Annotated[str, typer.Option(help="Why: it stands in the lead's life and the log.")]
ImportedFile = Annotated[Path, typer.Argument(help="CSV, TSV or XLSX.", exists=True, dir_okay=False)]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def _settings() -> Settings:
    """Read the settings for a command that only prints: log lines below a warning would stand in its way."""
    settings = read_settings()
    configure_logging("warning" if settings.log_level == "info" else settings.log_level, settings.log_format)
    return settings


def _finish(work: Coroutine[Any, Any, int | None]) -> None:
    """Run a command to its end. Any: what a coroutine is sent and yields is nobody's business."""
    raise typer.Exit(asyncio.run(work) or 0)


@app.command()
def up(roles: Annotated[str, typer.Option(help="Which roles, separated by commas.")] = ",".join(ROLES)) -> None:
    """Run every role, or some. Example: tratt up --roles ingest"""
    from services.commands import running
    from shared.runtime import supervisor

    settings = read_settings()
    raise typer.Exit(supervisor.run(lambda: running.up(settings, [name.strip() for name in roles.split(",")])))


@app.command()
def migrate() -> None:
    """Bring tables and topics up to date. Example: tratt migrate"""
    from services.commands import preparing

    _finish(preparing.bring_up_to_date(_settings()))


@app.command()
def check() -> None:
    """Validate configuration, routing and destinations. Example: TRATT_CONFIG=tratt.yaml tratt check"""
    from services.commands import preparing

    _finish(preparing.check(_settings()))


@app.command()
def send(
    source: Annotated[str, typer.Argument(help="The source's id in the configuration.")],
    example: Annotated[str | None, typer.Option(help="Which example; a wrong name lists them.")] = None,
    file: Annotated[Path | None, typer.Option(help="A payload of your own.", exists=True, dir_okay=False)] = None,
    same: Annotated[bool, typer.Option("--same", help="The same lead at every call: a repeat.")] = False,
    test: Annotated[bool, typer.Option("--test", help="As the sender's test button does.")] = False,
    count: Annotated[int, typer.Option(min=1, max=1000, help="How many.")] = 1,
) -> None:
    """Post a payload as its sender does, and print what became of it. Example: tratt send google-search"""
    from services.commands import sending

    wish = sending.Wish(source, example=example, file=file, same=same, test=test, count=count)
    _finish(sending.send(_settings(), wish))


@app.command("map")
def map_(
    source: Annotated[str, typer.Argument(help="The source's id in the configuration.")],
    file: Annotated[Path, typer.Argument(help="The payload's file, or - for standard input.")],
    content_type: Annotated[
        str | None, typer.Option(help="The request's content type; without it the file's ending tells, or it is JSON.")
    ] = None,
    header: Annotated[list[str] | None, typer.Option(help="'Name: value'; may be given again.")] = None,
) -> None:
    """Show what a payload would become, writing nothing. Example: tratt map google-search lead.json"""
    from services.commands import mapping

    mapping.print_map(_settings(), source, file, content_type=content_type, headers=header or [])


@app.command()
def backfill(
    source: Annotated[str, typer.Argument(help="The source's id in the configuration.")],
    file: Annotated[
        Path | None, typer.Option(help="The CSV that the platform's page exports.", exists=True, dir_okay=False)
    ] = None,
    since: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="What the platform lists from that day on.")
    ] = None,
    form: Annotated[str | None, typer.Option(help="Of one form only, by the platform's id of it.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Compare and report, publish nothing.")] = False,
) -> None:
    """Make good the leads that never arrived. Example: tratt backfill facebook --since 2026-11-01 --dry-run"""
    from services.commands import backfilling

    day = since.date() if since else None
    _finish(backfilling.backfill(_settings(), source, file=file, since=day, form=form, dry_run=dry_run))


@app.command()
def remap(
    source: Annotated[str, typer.Argument(help="The source's id in the configuration.")],
    since: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Only what came from that day on.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would change, publish nothing.")] = False,
    also_new: Annotated[bool, typer.Option("--also-new", help="Also publish what was no lead before.")] = False,
) -> None:
    """Map anew what came through a door, from its kept bytes. Example: tratt remap partner --dry-run"""
    from services.commands import remapping

    day = since.date() if since else None
    _finish(remapping.remap(_settings(), source, since=day, dry_run=dry_run, also_new=also_new))


@imports.command("customers")
def import_customers(
    file: ImportedFile,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Read and report, change nothing.")] = False,
    replace: Annotated[bool, typer.Option("--replace", help="Remove customers the file does not name.")] = False,
) -> None:
    """Import customers from CSV, TSV or XLSX. Example: tratt import customers kunder.csv --dry-run"""
    from services.commands import importing

    _finish(importing.import_file(_settings(), "customers", file, dry_run=dry_run, replace=replace))


@imports.command("suppressions")
def import_suppressions(
    file: ImportedFile,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Read and report, change nothing.")] = False,
) -> None:
    """Import people who must not be contacted. Example: tratt import suppressions stop.csv"""
    from services.commands import importing

    _finish(importing.import_file(_settings(), "suppressions", file, dry_run=dry_run, replace=False))


@app.command()
def lead(lead_id: str, as_json: AsJson = False) -> None:
    """Show one lead's whole life. Example: tratt lead 3f0c…"""
    from services.commands import looking

    _finish(looking.lead(_settings(), lead_id, as_json=as_json))


@app.command()
def ledger(
    recount: Annotated[bool, typer.Option("--recount", help="Count the topics anew, not the console's model.")] = False,
    as_json: AsJson = False,
) -> None:
    """Show where every accepted lead is; exits 1 when one is lost. Example: tratt ledger --recount"""
    from services.commands import looking

    _finish(looking.ledger(_settings(), recount=recount, as_json=as_json))


class Start(StrEnum):
    """Where a tail begins."""

    BEGINNING = "beginning"
    END = "end"


@app.command()
def tail(
    topic: str,
    start: Annotated[Start, typer.Option("--from", help="Where to begin.")] = Start.BEGINNING,
    follow: Annotated[bool, typer.Option("--follow", help="Go on as events come.")] = False,
) -> None:
    """Print a topic's events, one JSON object a line. Example: tratt tail leads.routed --follow"""
    from services.commands import looking

    _finish(looking.tail(_settings(), topic, from_end=start is Start.END, follow=follow))


@app.command()
def sources(
    hide_keys: Annotated[bool, typer.Option("--hide-keys", help="Name the keys, do not print them.")] = False,
) -> None:
    """Show each door: what to paste at its sender, when it was heard from, if it is quiet. Example: tratt sources"""
    from services.commands import doors

    _finish(doors.sources(_settings(), hide_keys=hide_keys))


@dead.command("list")
def dead_list(
    all_of_them: Annotated[bool, typer.Option("--all", help="Also those sent in again.")] = False,
) -> None:
    """List dead letters, newest first. Example: tratt dead list"""
    from services.commands import dead_letters

    _finish(dead_letters.list_dead(_settings(), all_of_them=all_of_them))


@dead.command("show")
def dead_show(letter_id: str, as_json: AsJson = False) -> None:
    """Show one dead letter with its original bytes. Example: tratt dead show 9b1d…"""
    from services.commands import dead_letters

    _finish(dead_letters.show_dead(_settings(), letter_id, as_json=as_json))


@dead.command("replay")
def dead_replay(letter_id: str, why: Why = "replayed by command") -> None:
    """Send a dead letter in again, at the stage it names. Example: tratt dead replay 9b1d… --why 'form mended'"""
    from services.commands import replaying

    _finish(replaying.replay_dead(_settings(), letter_id, why=why))


@hold.command("list")
def hold_list() -> None:
    """List the leads that are held, newest first. Example: tratt hold list"""
    from services.commands import operating

    _finish(operating.list_held(_settings()))


@hold.command("release")
def hold_release(
    lead_id: str,
    owner: Annotated[str | None, typer.Option(help="A key of people.")] = None,
    to: Annotated[list[str] | None, typer.Option(help="A destination; may be given again.")] = None,
    why: Why = "released by command",
) -> None:
    """Route a held lead, by the rules or as told. Example: tratt hold release 3f0c… --owner sara"""
    from services.commands import operating

    given = {"owner": owner, "deliver_to": to}
    arguments = {name: value for name, value in given.items() if value}
    _finish(operating.release(_settings(), lead_id, why=why, arguments=arguments))


@form.command("stamp")
def form_stamp(source: Annotated[str, typer.Argument(help="The form's id among the sources.")]) -> None:
    """Print the stamp of a page rendered now, for its hidden field. Example: tratt form stamp website"""
    from services.commands import forms

    forms.print_stamp(_settings(), source)


@destinations.callback(invoke_without_command=True)
def destinations_list(context: typer.Context) -> None:
    """List the destinations. Example: tratt destinations"""
    from services.commands import operating

    if context.invoked_subcommand is None:
        _finish(operating.list_destinations(_settings()))


@destinations.command("pause")
def destinations_pause(name: str, why: Why = "paused by command") -> None:
    """Stop pushing to a destination; what it is owed waits. Example: tratt destinations pause crm --why 'moving'"""
    from services.commands import operating

    _finish(operating.change_destination(_settings(), "pause", name, why=why))


@destinations.command("resume")
def destinations_resume(name: str, why: Why = "resumed by command") -> None:
    """Push to a destination again. Example: tratt destinations resume crm"""
    from services.commands import operating

    _finish(operating.change_destination(_settings(), "resume", name, why=why))


@destinations.command("redeliver")
def destinations_redeliver(target: str, why: Why = "redelivered by command") -> None:
    """Make failed deliveries due again: a destination's, or one by its id. Example: tratt destinations redeliver crm"""
    from services.commands import operating

    _finish(operating.change_destination(_settings(), "redeliver", target, why=why))


def main() -> None:
    """Run the command line, and say what went wrong in words."""
    try:
        app()
    except ConfigurationError as error:
        for fault in error.faults:
            errors.print(headed("fault", str(fault), "bold red"))
        sys.exit(EXIT_FAULTS)
    except UsedWrongly as error:
        errors.print(str(error))
        sys.exit(EXIT_USED_WRONGLY)
    except (PermanentError, TransientError) as error:
        errors.print(str(error))
        sys.exit(EXIT_FAULTS)
    except Exception:  # its text may quote a lead: the log tells class and places only
        structlog.get_logger().exception("ended by a fault of ours")
        sys.exit(EXIT_FAULTS)
    finally:
        gc.freeze()  # Python's last look for cycles in all that was loaded took a third of a short command (measured)


if __name__ == "__main__":
    main()
