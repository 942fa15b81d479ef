"""What is wrong with the routing as a whole: names that lead nowhere, rules that nothing reaches. For `tratt check`."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from services.router.configuration import Customers, Routing, Rule, Then
from services.router.policy import compiled
from services.router.ports import Outlet
from shared.domain.business import Purpose, Seller
from shared.domain.vocabulary import Vocabulary

Path = tuple[str | int, ...]


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
    vocabulary: Vocabulary,
) -> list[RoutingFault]:
    """Find every fault. `vocabulary` is what a rule may ask for."""
    names = [outlet.name for outlet in outlets]
    faults = [
        RoutingFault(("destinations", outlet.name, "purpose"), _unknown("purpose", outlet.purpose, purposes))
        for outlet in outlets
        if outlet.purpose not in purposes
    ]
    for number, rule in enumerate(routing.rules):
        path = ("routing", "rules", number)
        faults += _then_faults(path, rule.then, names=names, people=people)
        faults += _when_faults(path, rule, orders=orders, vocabulary=vocabulary)
    faults += _unreachable(routing)
    faults += _unknown_names(("routing", "otherwise", "deliver_to"), routing.otherwise.deliver_to, names)
    deliver_to = customers.policy.existing_customer.deliver_to
    faults += _unknown_names(("customers", "policy", "existing_customer", "deliver_to"), deliver_to or [], names)
    faults += _going_nowhere(routing, outlets)
    return faults


def without_owner(routing: Routing, outlet: str) -> list[str]:
    """Name the rules that may send a lead to an outlet and give it no owner."""
    if not routing.rules:
        return ["every lead, for there are no rules"]
    nameless = [
        f"rule {rule.name!r}" for rule in routing.rules if rule.then.owner is None and _reaches(rule.then, outlet)
    ]
    return [*nameless, *(["routing.otherwise"] if outlet in routing.otherwise.deliver_to else [])]


def _reaches(then: Then, outlet: str) -> bool:
    return then.deliver_to is None or outlet in then.deliver_to


def _then_faults(
    path: Path, then: Then, *, names: Sequence[str], people: Mapping[str, Seller]
) -> Iterator[RoutingFault]:
    if then.owner is not None and then.owner not in people:
        yield RoutingFault((*path, "then", "owner"), _unknown("person", then.owner, people))
    if then.deliver_to == []:
        yield RoutingFault(
            (*path, "then", "deliver_to"), "names no destination: name one, or leave the key out for all"
        )
    yield from _unknown_names((*path, "then", "deliver_to"), then.deliver_to or [], names)


def _when_faults(
    path: Path, rule: Rule, *, orders: Mapping[str, Sequence[str]], vocabulary: Vocabulary
) -> Iterator[RoutingFault]:
    try:
        condition = compiled(rule, orders).condition
    except ValueError as error:
        yield RoutingFault((*path, "when"), str(error))
        return
    yield from (RoutingFault((*path, "when"), fault) for fault in vocabulary.faults(condition))


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
