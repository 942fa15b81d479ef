"""Customers and suppressions from a file: headers in Swedish or English, values made comparable, faults by row."""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import TypeVar

from services.router.customer_columns import (
    CUSTOMER_COLUMNS,
    STATUS_WORDS,
    SUPPRESSION_COLUMNS,
    Columns,
    column_of,
    plain_header,
)
from services.router.customer_rows import CustomerRow, RowFault, SuppressionRow
from shared.domain.contact_points import canonical_email, parse_phone
from shared.domain.errors import UsedWrongly
from shared.domain.organisation_number import canonical_organisation_number
from shared.runtime.table_file import Cells, read_table

COUNTRY = "SE"
MAX_ID = 200
MAX_REASON = 200
_BY_EXCEL = re.compile(r"[+-]?\d+([.,]\d+)?E\+?\d+", re.IGNORECASE)
"""A long number that Excel rounded: its digits are gone."""
_SEPARATOR = re.compile(r"\s*[;|\n]\s*")
_SITE = re.compile(r"^(?:[a-z]+://)?(?:www\.)?", re.IGNORECASE)
_DOMAIN = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z][a-z0-9-]+")

RowType = TypeVar("RowType", CustomerRow, SuppressionRow)
Told = Mapping[str, str]
"""A row's cells by column of ours, several joined by `;`."""


def read_customers(path: Path, *, country: str = COUNTRY) -> Iterator[CustomerRow | RowFault]:
    """Yield the customers of a file and what is wrong in it; a row may give both.

    Raises:
        UsedWrongly: the file as a whole cannot be used: no such file, no header that names the customers.
    """
    identifying = ("customer_id", "organisation_number", "email")
    for row in _rows(path, CUSTOMER_COLUMNS, any_of=identifying, country=country):
        yield from row.customer()


def read_suppressions(path: Path, *, country: str = COUNTRY) -> Iterator[SuppressionRow | RowFault]:
    """Yield those whom nobody may contact; otherwise as `read_customers`."""
    for row in _rows(path, SUPPRESSION_COLUMNS, any_of=("email", "phone"), country=country):
        yield from row.suppression()


def _rows(path: Path, columns: Columns, *, any_of: tuple[str, ...], country: str) -> "Iterator[_Row]":
    table = read_table(path)
    _, header = next(table)
    places = [column_of(cell, columns) for cell in header]
    if not set(any_of) & set(places):
        raise UsedWrongly(f"{path.name}: no column says who it is: name one {' or '.join(any_of)}")
    for number, cells in table:
        yield _Row(number, _told(places, cells), country, has_more=any(cells[len(places) :]))


def _told(places: list[str | None], cells: Cells) -> Told:
    told: dict[str, str] = {}
    for column, cell in zip(places, cells, strict=False):
        if column is not None and cell:
            told[column] = f"{told[column]};{cell}" if column in told else cell
    return told


class _Row:
    """One row while it is read. Faults gather; a refused row yields nothing else."""

    def __init__(self, number: int, told: Told, country: str, *, has_more: bool) -> None:
        self._number = number
        self._told = told
        self._country = country
        self._faults: list[RowFault] = []
        if has_more:
            self._fault("-", "more cells than the header has: the last are left out; quote what holds a delimiter")

    def customer(self) -> Iterator[CustomerRow | RowFault]:
        """Yield the customer, and the faults."""
        organisation_number = self._organisation_number()
        emails, phones = self._emails(), self._phones()
        row = CustomerRow(
            number=self._number,
            customer_id=self._customer_id(organisation_number, emails),
            status=self._status(),
            name=self._told.get("name"),
            owner=self._told.get("owner"),
            organisation_number=organisation_number,
            emails=emails,
            phones=phones,
            domains=self._several("domain", _domain, "not a domain: write it as exempel.se"),
            products=tuple(_split(self._told.get("products", ""))),
        )
        yield from self._with_faults(row)

    def suppression(self) -> Iterator[SuppressionRow | RowFault]:
        """Yield who is suppressed, and the faults."""
        emails, phones = self._emails(), self._phones()
        if not emails and not phones:
            self._fault("email", "neither an e-mail nor a phone that can be read: fill one in", refused=True)
        reason = self._told.get("reason", "suppressed")[:MAX_REASON]
        yield from self._with_faults(SuppressionRow(self._number, emails, phones, reason, self._until()))

    def _with_faults(self, row: RowType) -> Iterator[RowType | RowFault]:
        yield from self._faults
        if not any(fault.refused for fault in self._faults):
            yield row

    def _fault(self, column: str, message: str, *, refused: bool = False) -> None:
        self._faults.append(RowFault(self._number, column, message, refused))

    def _customer_id(self, organisation_number: str | None, emails: tuple[str, ...]) -> str:
        told = self._told.get("customer_id", "")
        if _BY_EXCEL.fullmatch(told):
            self._fault("customer_id", "rounded by Excel: format the column as text and export anew", refused=True)
        if len(told) > MAX_ID:
            self._fault("customer_id", f"longer than {MAX_ID} characters: shorten it", refused=True)
        customer_id = told or organisation_number or (emails[0] if emails else "")
        if not customer_id:
            self._fault("customer_id", "missing, and no organisation number or e-mail instead", refused=True)
        return customer_id

    def _organisation_number(self) -> str | None:
        told = self._told.get("organisation_number")
        if told is None:
            return None
        if _BY_EXCEL.fullmatch(told):
            self._fault("organisation_number", "rounded by Excel: format the column as text, export anew", refused=True)
            return None
        number = canonical_organisation_number(told)
        if number is None:
            self._fault("organisation_number", "not a Swedish organisation number: left out; correct it")
        return number

    def _emails(self) -> tuple[str, ...]:
        return self._several("email", canonical_email, "not an e-mail address: left out; correct it")

    def _phones(self) -> tuple[str, ...]:
        return self._several(
            "phone", lambda typed: _e164(typed, self._country), "not a phone number: left out; correct it"
        )

    def _several(self, column: str, canonical: Callable[[str], str | None], message: str) -> tuple[str, ...]:
        found: dict[str, None] = {}
        for typed in _split(self._told.get(column, "")):
            value = canonical(typed)
            if value is None:
                self._fault(column, message)
            else:
                found[value] = None
        return tuple(found)

    def _status(self) -> str:
        told = self._told.get("status")
        if told is None:
            return "customer"
        status = STATUS_WORDS.get(plain_header(told))
        if status is None:
            known = ", ".join(dict.fromkeys(STATUS_WORDS.values()))
            self._fault("status", f"unknown: write one of {known}", refused=True)
        return status or "customer"

    def _until(self) -> float | None:
        told = self._told.get("until")
        if told is None:
            return None
        try:
            moment = datetime.fromisoformat(told)
        except ValueError:
            self._fault("until", "not a date, taken as for ever: write it as 2027-01-31")
            return None
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def _split(cell: str) -> list[str]:
    return [part for part in _SEPARATOR.split(cell) if part]


@lru_cache(maxsize=4096)
def _e164(typed: str, country: str) -> str | None:
    phone = parse_phone(typed, country)
    return phone.e164 if phone else None


def _domain(typed: str) -> str | None:
    domain = _SITE.sub("", typed.strip()).split("/", 1)[0].rstrip(".").lower()
    try:
        ascii_domain = domain if domain.isascii() else domain.encode("idna").decode("ascii")
    except UnicodeError:
        return None
    return ascii_domain if _DOMAIN.fullmatch(ascii_domain) else None
