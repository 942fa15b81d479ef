"""The ledger and a life as a terminal shows them; plain text where the output is none."""

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from services.console.history import history_of
from services.console.ledger import DestinationTally, Ledger, Tally
from services.console.life import Life
from services.console.names import name_of, printable
from services.console.notices import NoticeLedger, NoticeTally
from services.console.words import duration

SHOWN_LOST = 100
"""More lost leads than this are a fault of the system: `--json` lists them all."""
_OF_TALLY = ("accepted", "routed", "held", "rejected", "dead", "in_flight", "lost")
_OF_NOTICES = ("notified", "fetched", "deleted", "dead", "waiting", "lost")
_OF_DESTINATION = ("due", "delivered", "waiting", "failed")


def ledger_text(ledger: Ledger) -> RenderableType:
    """Show the ledger: every source, the sum, tests apart, destinations, and whether it adds up."""
    leads = _table("source", *_OF_TALLY)
    for source, tally in ledger.sources.items():
        _add_row(leads, source, tally, _OF_TALLY)
    _add_row(leads, "all leads", ledger.leads, _OF_TALLY, style="bold")
    _add_row(leads, "tests, apart", ledger.tests, _OF_TALLY, style="dim")
    destinations = _table("destination", *_OF_DESTINATION)
    for name, owed in ledger.destinations.items():
        _add_row(destinations, name, owed, _OF_DESTINATION)
    spill = "unknown" if ledger.spill_depth is None else ledger.spill_depth
    beside = [Text(f"Quarantined at the door: {ledger.quarantined}. In the spill: {spill}.")]
    if ledger.older:
        beside.append(Text(f"Older than the event log, not counted: {ledger.older}."))
    if ledger.behind:
        behind = f"The console is {ledger.behind} records behind: leads in them count as in flight. Take it again soon."
        beside.append(Text(behind, style="yellow"))
    return Group(leads, *_notices(ledger.notices), destinations, *beside, *_lost(ledger), _verdict(ledger))


def life_text(life: Life) -> RenderableType:
    """Show one lead's whole life, times in UTC."""
    name = printable(name_of(life.lead) or "no name")
    heading = Text.assemble((name, "bold"), f"  {life.place}", "  test" if life.is_test else "")
    facts = Table.grid(padding=(0, 2))
    for label, value in _facts(life):
        facts.add_row(Text(label, style="dim"), Text(printable(value)))
    reasons = Table.grid(padding=(0, 2))
    for reason in life.score.reasons if life.score else ():
        reasons.add_row(Text(f"{reason.points:+g}".rjust(6)), Text(printable(reason.text_en)))
    history = Table.grid(padding=(0, 2))
    for one in history_of(life):
        at = f"{one.at:%Y-%m-%d %H:%M:%S.%f}"[:-3]
        what = one.what.removeprefix("place.").replace(".", " ").replace("_", " ")
        history.add_row(
            Text(at, style="dim", no_wrap=True), Text(what, no_wrap=True), Text(printable(" · ".join(one.details)))
        )
    return Group(heading, facts, reasons, history)


def _facts(life: Life) -> list[tuple[str, str]]:
    facts = [("id", life.lead_id), ("source", life.source)]
    if life.score:
        facts.append(("score", f"{life.score.fit:g}, {life.score.stage}, {life.score.temperature}"))
    if life.match:
        evidence = ", ".join(f"{found.key} ({found.strength})" for found in life.match.evidence)
        checked = f"looked for by {', '.join(life.match.checked) or 'nothing'}"
        facts.append(("match", f"{life.match.verdict}: {evidence or checked}"))
    if life.decision:
        facts.append(("rule", f"{life.decision.rule or 'none'}, trigger {life.decision.trigger}"))
    if life.reason:
        facts.append(("because", life.reason.text_en))
    if life.assignment:
        facts.append(("owner", f"{life.assignment.owner or 'nobody'}: {life.assignment.why}"))
    facts += [("delivery", f"{one.destination}: {one.state}") for one in life.deliveries]
    if life.notices:
        fetched = "" if life.fetched_after_ms is None else f", fetched after {duration(life.fetched_after_ms)}"
        first = life.notices[0]
        by = f"never, found in {first.platform}'s list" if first.healed else f"by {first.platform}"
        facts.append(("notified", f"{by}{fetched}"))
    if life.delivered_after_ms is not None:
        facts.append(("delivered in", f"{life.delivered_after_ms:g} ms"))
    return facts


def _table(first: str, *others: str) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column(first)
    for name in others:
        table.add_column(name.replace("_", " "), justify="right")
    return table


def _add_row(
    table: Table, name: str, tally: Tally | NoticeTally | DestinationTally, columns: tuple[str, ...], *, style: str = ""
) -> None:
    table.add_row(Text(printable(name)), *(Text(str(getattr(tally, column))) for column in columns), style=style)


def _notices(notices: NoticeLedger) -> list[RenderableType]:
    """Show what became of the leads that platforms told of, where any did."""
    if not notices.sources and not notices.tests.notified:
        return []
    table = _table("told of by", *_OF_NOTICES)
    for source, tally in notices.sources.items():
        name = f"{source} ({tally.platform})" if tally.platform else source
        _add_row(table, name, tally, _OF_NOTICES)
    _add_row(table, "tests, apart", notices.tests, _OF_NOTICES, style="dim")
    waiting = [
        Text(
            f"{printable(source)}: the oldest notice waits since {tally.oldest_waiting_at:%Y-%m-%d %H:%M} UTC; "
            f"{tally.unread} of {tally.waiting} not read by retrieval yet."
        )
        for source, tally in notices.sources.items()
        if tally.oldest_waiting_at
    ]
    return [table, *waiting]


def _lost(ledger: Ledger) -> list[Text]:
    leads = [
        f"LOST {printable(lost.lead_id)} from {printable(lost.source)}, last seen at {lost.position}"
        for lost in ledger.lost
    ]
    notices = [
        f"LOST {printable(lost.lead_id)} from {printable(lost.source)}: told of {lost.notified_at:%Y-%m-%d} at "
        f"{lost.position}, and never fetched"
        for lost in ledger.notices.lost
    ]
    return [*_shown(leads), *_shown(notices)]


def _shown(lines: list[str]) -> list[Text]:
    more = [f"… and {len(lines) - SHOWN_LOST} more"] if len(lines) > SHOWN_LOST else []
    return [Text(line, style="red") for line in lines[:SHOWN_LOST] + more]


def _verdict(ledger: Ledger) -> Text:
    if ledger.adds_up:
        return Text("It adds up: every accepted lead is in exactly one place.", style="green")
    return Text("It does not add up: the leads above are in no place. Keep the event log, and look.", style="bold red")
