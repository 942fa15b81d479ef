"""Who is this lead to us: a customer, a person we heard from before, or new. Pure, and always with evidence.

Tiers 1-4 of crm-destinations 5.3: the customer's own id, the organisation number and the exact e-mail are certain, the
mailbox behind the e-mail is high. The first tier that hit decides; every hit is told.
"""

from collections.abc import Mapping
from datetime import timedelta

from services.router.keys import KeyKind, LeadKeys
from services.router.ports import Known, Previous
from shared.domain.business import Product
from shared.domain.decision import CustomerRef, Evidence, Match, Verdict
from shared.domain.events import LeadScoredData

STRENGTHS = {
    KeyKind.CUSTOMER_ID: "certain",
    KeyKind.ORGANISATION_NUMBER: "certain",
    KeyKind.EMAIL: "certain",
    KeyKind.MAILBOX: "high",
}
"""The tiers in order, strongest first. Phone and domain are stored with customers and not matched on yet."""
OURS = frozenset({"customer", "open_opportunity"})
"""Statuses that make a lead an existing customer's. The others explain, and serve rules and policy."""
STATUSES = ("blocked", "customer", "open_opportunity", "competitor", "employee", "partner", "former")
"""Every status of the customer file. Where one tier hits several customers, the status named first here wins."""

Hit = tuple[KeyKind, CustomerRef]


def match_lead(
    data: LeadScoredData, *, keys: LeadKeys, known: Known, products: Mapping[str, Product], window: timedelta
) -> Match:
    """Say who the lead is. A person heard from within `window` is known, and a customer stays a customer."""
    hits = sorted((hit for hit in known.customers if hit[0] in STRENGTHS), key=_rank)
    customer = hits[0][1] if hits else None
    previous = _within(data, known.previous, window)
    return Match(
        verdict=_verdict(customer, previous),
        customer=customer,
        previous_lead=previous.lead_id if previous else None,
        interest_not_owned=_interest_not_owned(product_of(data), customer, products) if customer else None,
        evidence=[*_customer_evidence(hits), *_person_evidence(keys, previous)],
        checked=[kind for kind in STRENGTHS if kind in keys.by_kind],
    )


def product_of(data: LeadScoredData) -> str | None:
    """Tell which product the lead is about: its own word, else what the scorer read from an answer."""
    told = data.lead.product or data.facts.get("product")
    return told if isinstance(told, str) else None


def _rank(hit: Hit) -> tuple[int, int, str]:
    kind, customer = hit
    status = STATUSES.index(customer.status) if customer.status in STATUSES else len(STATUSES)
    return list(STRENGTHS).index(kind), status, customer.id


def _within(data: LeadScoredData, previous: Previous | None, window: timedelta) -> Previous | None:
    if previous is None:
        return None
    apart_s = abs(data.lead.received_at.timestamp() - previous.received_at)
    return previous if apart_s <= window.total_seconds() else None


def _verdict(customer: CustomerRef | None, previous: Previous | None) -> Verdict:
    if customer is not None and customer.status in OURS:
        return Verdict.EXISTING_CUSTOMER
    return Verdict.NEW if previous is None else Verdict.KNOWN_PERSON


def _customer_evidence(hits: list[Hit]) -> list[Evidence]:
    by_email = {customer.id for kind, customer in hits if kind is KeyKind.EMAIL}
    return [
        Evidence(key=kind, strength=STRENGTHS[kind], matched=customer.id)
        for kind, customer in hits
        if not (kind is KeyKind.MAILBOX and customer.id in by_email)
    ]


def _person_evidence(keys: LeadKeys, previous: Previous | None) -> list[Evidence]:
    if previous is None:
        return []
    kind = keys.person[0]
    if kind is KeyKind.MAILBOX and keys.contact == previous.contact:
        kind = KeyKind.EMAIL
    strength = "high" if kind is KeyKind.MAILBOX else "certain"
    return [Evidence(key=kind, strength=strength, matched=previous.lead_id)]


def _interest_not_owned(interest: str | None, customer: CustomerRef, products: Mapping[str, Product]) -> bool | None:
    if interest is None or not customer.products:
        return None
    return _product_key(interest, products) not in {_product_key(owned, products) for owned in customer.products}


def _product_key(named: str, products: Mapping[str, Product]) -> str:
    folded = named.strip().casefold()
    for key, product in products.items():
        if folded in {key.casefold(), product.label.sv.casefold(), product.label.en.casefold()}:
            return key
    return folded
