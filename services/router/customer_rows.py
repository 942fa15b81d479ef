"""One row of a file of customers or suppressions, read and normalised; or what is wrong with one."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CustomerRow:
    """A customer as one row tells it. E-mails, phones and domains are canonical; several rows may share one id."""

    number: int
    customer_id: str
    status: str = "customer"
    name: str | None = None
    owner: str | None = None
    organisation_number: str | None = None
    emails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()
    products: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SuppressionRow:
    """Somebody who must not be contacted; `until` in epoch seconds, or for ever."""

    number: int
    emails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    reason: str = "suppressed"
    until: float | None = None


@dataclass(frozen=True, slots=True)
class RowFault:
    """What is wrong in a row, without the value itself, and the way out.

    `refused`: nothing of the row was taken; otherwise only this value was left out.
    """

    number: int
    column: str
    message: str
    refused: bool
