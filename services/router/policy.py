"""The configuration as the decision reads it: compiled rules, destinations, people and purposes, with their version."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import Self

from services.router.configuration import CustomerPolicy, Customers, Otherwise, Routing, Rule, Then
from services.router.ports import Outlet
from shared.domain.business import Business, Privacy, Product, Purpose, Seller
from shared.domain.conditions import Condition, compile_condition
from shared.domain.decision import Skipped

VERSION_LENGTH = 12
"""Hex characters of the sha256 that a decision shows; the table of configurations holds all of them."""


@dataclass(frozen=True, slots=True)
class CompiledRule:
    """One rule, ready to ask. `asks_match`: its `when` speaks of the match, so its owner goes before the kept one."""

    name: str
    condition: Condition
    then: Then
    asks_match: bool
    not_so: Skipped
    """What a decision tells where the rule does not hold."""


@dataclass(frozen=True)
class Policy:
    """All that a decision is made by. `section` is the JSON of the sections that `sha256` names."""

    rules: Sequence[CompiledRule]
    otherwise: Otherwise
    customers: CustomerPolicy
    outlets: Mapping[str, Outlet]
    people: Mapping[str, Seller]
    purposes: Mapping[str, Purpose]
    products: Mapping[str, Product]
    repeat_window: timedelta
    time_zone: str
    section: str

    @classmethod
    def of(
        cls,
        routing: Routing,
        customers: Customers,
        *,
        outlets: Sequence[Outlet],
        people: Mapping[str, Seller],
        orders: Mapping[str, Sequence[str]],
        business: Business | None = None,
        privacy: Privacy | None = None,
        products: Mapping[str, Product] | None = None,
    ) -> Self:
        """Compile the sections. `orders` gives ordered scales by dotted field (`score.stage`), lowest first."""
        return cls(
            rules=[compiled(rule, orders) for rule in routing.rules],
            otherwise=routing.otherwise,
            customers=customers.policy,
            outlets={outlet.name: outlet for outlet in outlets},
            people=people,
            purposes=(privacy or Privacy()).purposes,
            products=products or {},
            repeat_window=routing.repeat_window,
            time_zone=(business or Business()).time_zone,
            section=f'{{"routing":{routing.model_dump_json()},"customers":{customers.model_dump_json()}}}',
        )

    @cached_property
    def sha256(self) -> str:
        """Name the sections by their content."""
        return hashlib.sha256(self.section.encode()).hexdigest()

    @property
    def version(self) -> str:
        """Name the sections in short, as decisions do."""
        return self.sha256[:VERSION_LENGTH]


def compiled(rule: Rule, orders: Mapping[str, Sequence[str]]) -> CompiledRule:
    """Compile one rule.

    Raises:
        ValueError: its `when` is none; the text says where and why.
    """
    condition = compile_condition(rule.when, orders=orders)
    asks_match = any(field.startswith("match.") for field in condition.fields)
    not_so = Skipped(name=rule.name, because="does not hold")
    return CompiledRule(rule.name, condition, rule.then, asks_match, not_so)
