"""Route, hold or reject: the rules in their order. Pure.

Tests go nowhere. Then, in this order, a suppression, hygiene, the customer file's policy and an uncertain match stop a
lead; the first rule that holds takes it; an existing customer or a person heard from before goes where the policy or
the earlier lead went; `otherwise` is for the rest. What is unknown never fires a rule.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Literal

from services.router.assignment import Release, assign
from services.router.configuration import Assign, Hold, Reject, Then
from services.router.consent import Basis, basis_for
from services.router.policy import Policy
from services.router.ports import Known
from services.router.reasons import why
from shared.domain.decision import Assignment, Match, Skipped, Verdict, Why
from shared.domain.events import LeadScoredData

EVERYWHERE = "every destination"
ACCOUNT_OWNER = "account owner"
SAME_PERSON = "same person again"
OTHERWISE = "otherwise"
"""The rules that nobody wrote; a decision names them as it names the company's own."""
CACHED_UNKNOWNS = 1_000
"""A rule waits for the same few fields at lead after lead."""


@dataclass(frozen=True, slots=True)
class Ruling:
    """What was decided. `destinations` are those that get the lead, in order."""

    outcome: Literal["routed", "held", "rejected"]
    assignment: Assignment
    rule: str | None = None
    destinations: Sequence[str] = ()
    skipped: Sequence[Skipped] = ()
    reason: Why | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """What the rules say, before destinations are asked. `hold` is a code to hold the lead under."""

    name: str
    then: Then
    asks_match: bool = False
    hold: str | None = None


def decide(
    data: LeadScoredData, *, match: Match, known: Known, policy: Policy, now: datetime, release: Release | None = None
) -> Ruling:
    """Decide upon a lead. A test is decided like any lead, told, and then stopped."""
    ruling = _decided(data, match=match, known=known, policy=policy, now=now, release=release)
    if not data.is_test:
        return ruling
    return replace(
        ruling, outcome="rejected", destinations=(), reason=why("test"), assignment=Assignment(why="a test is nobody's")
    )


def _decided(
    data: LeadScoredData, *, match: Match, known: Known, policy: Policy, now: datetime, release: Release | None
) -> Ruling:
    stopped = _stopped(data, match=match, known=known, policy=policy, released=release is not None)
    if stopped is not None:
        return stopped
    choice, passed_over = _chosen(data, match=match, known=known, policy=policy)
    if release is not None:
        choice = _released(choice, release)
    assignment = assign(
        choice.then,
        asks_match=choice.asks_match,
        match=match,
        known=known,
        people=policy.people,
        release=release,
        now=now,
    )
    wanted = list(policy.outlets) if choice.then.deliver_to is None else choice.then.deliver_to
    going, left_out = _reachable(wanted, data, policy)
    held = choice.hold
    if held is None and not going:
        held = "no_consent" if any(by_consent for _, by_consent in left_out) else "no_destination"
    return Ruling(
        "routed" if held is None else "held",
        assignment,
        rule=choice.name,
        destinations=going,
        skipped=[*passed_over, *(each for each, _ in left_out)],
        reason=None if held is None else why(held),
    )


def _stopped(data: LeadScoredData, *, match: Match, known: Known, policy: Policy, released: bool) -> Ruling | None:
    if known.suppressed is not None:
        return _stop("rejected", "suppressed", known.suppressed)
    customer = _policy_for(match, policy)
    if isinstance(customer, Reject):
        return _stop("rejected", customer.reject)
    if released:
        return None
    if data.hygiene is not None:
        return _stop("held", "hygiene", data.hygiene.code)
    return _stop("held", customer.hold) if isinstance(customer, Hold) else None


def _stop(outcome: Literal["held", "rejected"], code: str, detail: str | None = None) -> Ruling:
    return Ruling(outcome, Assignment(why=f"{outcome}: {code}"), reason=why(code, detail))


def _policy_for(match: Match, policy: Policy) -> Assign | Hold | Reject | None:
    customers = policy.customers
    if match.verdict is Verdict.POSSIBLE_CUSTOMER:
        return customers.possible_customer
    if match.verdict is Verdict.EXISTING_CUSTOMER:
        return customers.existing_customer
    if match.customer is None:
        return None
    refused = {"competitor": customers.competitor, "blocked": customers.blocked, "employee": customers.employee}
    return refused.get(match.customer.status)


def _chosen(data: LeadScoredData, *, match: Match, known: Known, policy: Policy) -> tuple[Choice, list[Skipped]]:
    if not policy.rules:
        return Choice(EVERYWHERE, Then()), []
    values = {
        **data.lead.__dict__,
        "source": data.source,
        "source_kind": data.source_kind,
        "is_test": data.is_test,
        "facts": data.facts,
        "score": data.score,
        "match": match,
    }
    skipped: list[Skipped] = []
    for rule in policy.rules:
        truth = rule.condition.holds(values)
        if truth:
            return Choice(rule.name, rule.then, rule.asks_match), skipped
        skipped.append(_unknown(rule.name, rule.condition.behind(values)) if truth is None else rule.not_so)
    return _unruled(match, known, policy), skipped


@lru_cache(CACHED_UNKNOWNS)
def _unknown(rule: str, fields: frozenset[str]) -> Skipped:
    return Skipped(name=rule, because=f"unknown: {', '.join(sorted(fields))}")


def _unruled(match: Match, known: Known, policy: Policy) -> Choice:
    deliver_to = policy.customers.existing_customer.deliver_to
    if match.verdict is Verdict.EXISTING_CUSTOMER and deliver_to is not None:
        return Choice(ACCOUNT_OWNER, Then(deliver_to=deliver_to))
    previous = known.previous
    if match.previous_lead is not None and previous is not None and previous.outcome == "routed":
        return Choice(SAME_PERSON, Then(deliver_to=list(previous.destinations)))
    return Choice(OTHERWISE, Then(deliver_to=policy.otherwise.deliver_to), hold=policy.otherwise.hold)


def _released(choice: Choice, release: Release) -> Choice:
    by_rule = None if choice.hold is not None else choice.then.deliver_to
    deliver_to = list(release.deliver_to) if release.deliver_to is not None else by_rule
    return replace(choice, then=choice.then.model_copy(update={"deliver_to": deliver_to}), hold=None)


def _reachable(
    wanted: Sequence[str], data: LeadScoredData, policy: Policy
) -> tuple[list[str], list[tuple[Skipped, bool]]]:
    """Part the destinations into those that get the lead and those left out, each with whether consent was why."""
    going: list[str] = []
    left_out: list[tuple[Skipped, bool]] = []
    bases: dict[str, Basis] = {}
    for name in wanted:
        outlet = policy.outlets.get(name)
        if outlet is None or not outlet.enabled:
            left_out.append((Skipped(name=name, because="disabled" if outlet else "not configured"), False))
            continue
        basis = bases.get(outlet.purpose)
        if basis is None:
            basis = bases[outlet.purpose] = basis_for(outlet.purpose, data, policy.purposes)
        if basis.granted:
            going.append(name)
        else:
            left_out.append((Skipped(name=name, because=basis.why), True))
    return going, left_out
