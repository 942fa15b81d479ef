"""What `tratt check` says of a routing that leads nowhere."""

from typing import Any

import pytest
from pydantic import ValidationError

from services.router.checks import routing_faults
from services.router.configuration import Assign, CustomerPolicy, Customers, Otherwise, Routing, Rule
from services.router.ports import Outlet
from shared.domain.decision import Match, Verdict
from shared.domain.vocabulary import Vocabulary
from tests.unit.router.routing_builders import ORDERS, OUTLETS, PEOPLE, PURPOSES

FINE = {"name": "fine", "when": {"segment": "b2b"}, "then": {"owner": "sara", "deliver_to": ["journal"]}}
VOCABULARY = Vocabulary({"segment": None, "score": {"stage": None}, "match": Match}, {"match.verdict": list(Verdict)})
Path = tuple[str | int, ...]


def faults(
    *rules: dict[str, Any],  # Any: as the configuration's loader gives them
    otherwise: Otherwise | None = None,
    customers: CustomerPolicy | None = None,
    outlets: tuple[Outlet, ...] = OUTLETS,
) -> list[tuple[Path, str]]:
    routing = Routing(rules=[Rule(**rule) for rule in rules], otherwise=otherwise or Otherwise())
    section = Customers(policy=customers or CustomerPolicy())
    found = routing_faults(
        routing, section, outlets=outlets, people=PEOPLE, purposes=PURPOSES, orders=ORDERS, vocabulary=VOCABULARY
    )
    return [(fault.path, fault.message) for fault in found]


def test_a_sound_routing_has_no_fault() -> None:
    assert faults(FINE, otherwise=Otherwise(deliver_to=["nurturing"])) == []


@pytest.mark.parametrize(
    ("rule", "path", "says"),
    [
        ({"then": {"owner": "saar"}}, ("then", "owner"), "no person 'saar': there are erik, sara"),
        ({"then": {"deliver_to": ["journal", "jurnal"]}}, ("then", "deliver_to", 1), "no destination 'jurnal'"),
        ({"then": {"deliver_to": []}}, ("then", "deliver_to"), "names no destination"),
        ({"when": {"score.stage": {"at_least": "MQL"}}, "then": {}}, ("when",), "score.stage"),
        ({"when": {"match.verdikt": "new"}, "then": {}}, ("when",), "match has no 'verdikt'"),
        (
            {"when": {"match.verdict": "knew"}, "then": {}},
            ("when",),
            "match.verdict: is never 'knew': write one of new",
        ),
    ],
)
def test_a_rule_that_leads_nowhere_is_named_with_its_place(rule: dict[str, Any], path: Path, says: str) -> None:
    (fault,) = faults({"name": "one"} | rule, FINE) if "when" in rule else faults(FINE, {"name": "one"} | rule)

    place = 0 if "when" in rule else 1
    assert fault[0] == ("routing", "rules", place, *path)
    assert says in fault[1]


def test_a_rule_below_one_that_takes_all_is_never_reached() -> None:
    (fault,) = faults({"name": "all", "then": {"deliver_to": ["journal"]}}, FINE)

    assert fault[0] == ("routing", "rules", 1)
    assert "'all' above takes every lead" in fault[1]


def test_a_rule_that_asks_the_same_as_one_above_is_never_reached() -> None:
    (fault,) = faults(FINE, FINE | {"name": "again"})

    assert "'fine' asks the same" in fault[1]


def test_two_rules_of_one_name_are_a_fault() -> None:
    (fault,) = faults(FINE, FINE | {"when": {"segment": "b2c"}})

    assert fault[0] == ("routing", "rules", 1, "name")


def test_unknown_names_beside_the_rules_are_found_too() -> None:
    found = faults(
        FINE,
        otherwise=Otherwise(deliver_to=["one"]),
        customers=CustomerPolicy(existing_customer=Assign(deliver_to=["two"])),
        outlets=(*OUTLETS, Outlet("odd", "telepathy")),
    )

    assert [path for path, _ in found] == [
        ("destinations", "odd", "purpose"),
        ("routing", "otherwise", "deliver_to", 0),
        ("customers", "policy", "existing_customer", "deliver_to", 0),
    ]


def test_rules_that_reach_no_enabled_destination_are_a_fault() -> None:
    (fault,) = faults({"name": "crm", "when": {"segment": "b2b"}, "then": {"deliver_to": ["crm"]}})

    assert fault[0] == ("routing", "rules")


def test_without_an_enabled_destination_every_lead_is_held() -> None:
    (fault,) = faults(FINE, outlets=(Outlet("journal", "sales_contact", enabled=False),))

    assert fault[0] == ("destinations",)


@pytest.mark.parametrize("key", ["pools", "queues", "late", "act_from", "suppress"])
def test_what_is_not_built_is_refused_by_name(key: str) -> None:
    with pytest.raises(ValidationError, match=key):
        Routing.model_validate({key: {}})
