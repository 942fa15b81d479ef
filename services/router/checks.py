"""What is wrong with the routing as a whole: names that lead nowhere, rules that nothing reaches. For `tratt check`."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from services.router.configuration import Customers, Routing, Rule
from services.router.policy import compiled
from services.router.ports import Outlet
from shared.domain.business import Purpose, Seller

Path = tuple[str | int, ...]
MATCH_FIELDS = frozenset({"match.verdict", "match.previous_lead", "match.interest_not_owned", "match.evidence"})
"""What a rule may ask of the match, beside `match.customer.…`."""


class RoutingFault(NamedTuple):
    """One fault: where it stands in the configuration, and how to get rid of it."""

    path: Path
    message: str


def routing_faults(
    routing: Routing,
    customers: Customers,
    *,
    outlets: Sequence[Outlet],
    people: Mapping[str, Seller],
    purposes: Mapping[str, Purpose],
    orders: Mapping[str, Sequence[str]],
) -> list[RoutingFault]:
    """Find every fault. What is found here does not stop the router: such a lead is held and says why."""
    names = [outlet.name for outlet in outlets]
    faults = [
        RoutingFault(("destinations", outlet.name, "purpose"), _unknown("purpose", outlet.purpose, purposes))
        for outlet in outlets
        if outlet.purpose not in purposes
    ]
    for number, rule in enumerate(routing.rules):
        faults += _rule_faults(("routing", "rules", number), rule, names=names, people=people, orders=orders)
    faults += _unreachable(routing)
    faults += _unknown_names(("routing", "otherwise", "deliver_to"), routing.otherwise.deliver_to, names)
    deliver_to = customers.policy.existing_customer.deliver_to
    faults += _unknown_names(("customers", "policy", "existing_customer", "deliver_to"), deliver_to or [], names)
    faults += _going_nowhere(routing, outlets)
    return faults


def _rule_faults(
    path: Path, rule: Rule, *, names: Sequence[str], people: Mapping[str, Seller], orders: Mapping[str, Sequence[str]]
) -> Iterator[RoutingFault]:
    if rule.then.owner is not None and rule.then.owner not in people:
        yield RoutingFault((*path, "then", "owner"), _unknown("person", rule.then.owner, people))
    if rule.then.deliver_to == []:
        yield RoutingFault(
            (*path, "then", "deliver_to"), "names no destination: name one, or leave the key out for all"
        )
    yield from _unknown_names((*path, "then", "deliver_to"), rule.then.deliver_to or [], names)
    try:
        fields = compiled(rule, orders).condition.fields
    except ValueError as error:
        yield RoutingFault((*path, "when"), str(error))
        return
    for field in sorted(fields):
        if field.startswith("match.") and not field.startswith("match.customer") and field not in MATCH_FIELDS:
            yield RoutingFault((*path, "when"), f"{field} is nothing a match tells: {', '.join(sorted(MATCH_FIELDS))}")


def _unreachable(routing: Routing) -> Iterator[RoutingFault]:
    seen: dict[str, int] = {}
    always: str | None = None
    for number, rule in enumerate(routing.rules):
        path: Path = ("routing", "rules", number)
        if always is not None:
            yield RoutingFault(path, f"is never reached: rule {always!r} above takes every lead; move it below")
        elif repr(rule.when) in seen:
            yield RoutingFault(
                path, f"is never reached: rule {routing.rules[seen[repr(rule.when)]].name!r} asks the same; remove one"
            )
        if any(rule.name == other.name for other in routing.rules[:number]):
            yield RoutingFault(
                (*path, "name"), f"{rule.name!r} names two rules: decisions name them, give each its own"
            )
        seen.setdefault(repr(rule.when), number)
        always = always or (rule.name if not rule.when else None)


def _going_nowhere(routing: Routing, outlets: Sequence[Outlet]) -> Iterator[RoutingFault]:
    enabled = {outlet.name for outlet in outlets if outlet.enabled}
    if not enabled:
        yield RoutingFault(("destinations",), "none is enabled: every lead would be held; enable one")
        return
    asked = [rule.then.deliver_to for rule in routing.rules]
    if asked and all(wanted is not None and not enabled & set(wanted) for wanted in asked):
        yield RoutingFault(("routing", "rules"), "no rule reaches an enabled destination: enable or name one")


def _unknown_names(path: Path, wanted: Sequence[str], names: Sequence[str]) -> Iterator[RoutingFault]:
    for place, name in enumerate(wanted):
        if name not in names:
            yield RoutingFault((*path, place), _unknown("destination", name, names))


def _unknown(kind: str, name: str, known: Sequence[str] | Mapping[str, object]) -> str:
    return f"no {kind} {name!r}: there are {', '.join(sorted(known)) or 'none'}"
