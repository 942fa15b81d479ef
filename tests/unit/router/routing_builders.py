"""Builders for the router's decision side: a policy with invented sellers and destinations, and what tables know."""

from collections.abc import Mapping
from typing import Any

from services.router.configuration import CustomerPolicy, Customers, Otherwise, Routing, Rule
from services.router.keys import LeadKeys, lead_keys
from services.router.policy import Policy
from services.router.ports import Candidate, Outlet
from shared.domain.business import SALES_CONTACT, Privacy, Product, Purpose, Seller
from shared.domain.decision import CustomerRef
from shared.domain.events import LeadScored, LeadScoredData
from shared.domain.lead import Lead
from shared.domain.model import Text
from tests.builders import scored

SECRET = b"an invented key of thirty-two by"
PEOPLE = {
    "sara": Seller(name="Sara Lind", email="sara@exempelsol.se"),
    "erik": Seller(name="Erik Öberg", email="erik@exempelsol.se"),
}
PRODUCTS = {
    "battery": Product(label=Text(sv="Batteri", en="Battery")),
    "solar": Product(label=Text(sv="Solceller", en="Solar panels")),
}
PURPOSES = {
    "sales_contact": SALES_CONTACT,
    "newsletter": Purpose(label=Text(sv="Nyhetsbrev", en="Newsletter")),
    "confirmed_newsletter": Purpose(label=Text(sv="Nyhetsbrev", en="Newsletter"), double_opt_in=True),
}
OUTLETS = (
    Outlet("journal", "sales_contact"),
    Outlet("seller", "sales_contact"),
    Outlet("nurturing", "newsletter"),
    Outlet("crm", "sales_contact", enabled=False),
)
ORDERS = {"score.stage": ("suspect", "prospect", "marketing_qualified", "sales_qualified")}


def a_policy(
    *rules: Mapping[str, Any],  # Any: as the configuration's loader gives them
    otherwise: Otherwise | None = None,
    customers: CustomerPolicy | None = None,
    outlets: tuple[Outlet, ...] = OUTLETS,
) -> Policy:
    return Policy.of(
        Routing(rules=[Rule(**rule) for rule in rules], otherwise=otherwise or Otherwise()),
        Customers(policy=customers or CustomerPolicy()),
        outlets=outlets,
        people=PEOPLE,
        orders=ORDERS,
        privacy=Privacy(purposes=PURPOSES),
        products=PRODUCTS,
    )


def a_customer(customer_id: str = "K-1", **members: Any) -> CustomerRef:  # Any: whatever a CustomerRef takes
    return CustomerRef(id=customer_id, **({"name": "Exempel Bygg AB", "owner": "Erik Öberg"} | members))


def data_of(lead: Lead, **members: Any) -> LeadScoredData:  # Any: whatever LeadScoredData takes
    return scored(lead).data.model_copy(update=members)


def keys_of(data: LeadScoredData) -> LeadKeys:
    return lead_keys(data, secret=SECRET)


def a_candidate(event: LeadScored) -> Candidate:
    return Candidate(event, lead_keys(event.data, secret=SECRET), cause=event.id)
