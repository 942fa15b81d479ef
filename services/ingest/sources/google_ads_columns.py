"""Google Ads `user_column_data`: which columns are the person's own data, and which are answers to keep verbatim.

Source: the webhook's documentation and the enum LeadFormFieldUserInputType, v22 (inbound-sources 1.3, 1.4).
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from services.ingest.guard import Json
from services.ingest.mapping.guessing.contact_questions import contact_asked
from services.ingest.mapping.texts import first
from services.ingest.submission import Misshapen
from shared.domain.lead import Answer

CONTACT_COLUMNS = {
    "FULL_NAME": ("person", "full_name"),
    "FIRST_NAME": ("person", "first_name"),
    "LAST_NAME": ("person", "last_name"),
    "EMAIL": ("person", "email"),
    "PHONE_NUMBER": ("person", "phone"),
    "JOB_TITLE": ("person", "job_title"),
    "COMPANY_NAME": ("company", "name"),
    "STREET_ADDRESS": ("address", "street"),
    "POSTAL_CODE": ("address", "postal_code"),
    "CITY": ("address", "city"),
    "REGION": ("address", "region"),
    "COUNTRY": ("address", "country"),
}
"""Columns with a place of their own in a lead."""

ALSO_COMPANY = {"COMPANY_SIZE": "size", "JOB_INDUSTRY": "industry"}
"""Preset questions, so kept as answers, that also tell something of the company."""

SECOND_CHOICE = {"WORK_EMAIL": "EMAIL", "WORK_PHONE": "PHONE_NUMBER"}
"""Columns that stand in where the first one is empty, and are answers where it is not."""

_COLUMN_OF = {".".join(place): column for column, place in CONTACT_COLUMNS.items()}
_SECOND_OF = {plain: second for second, plain in SECOND_CHOICE.items()}

LOOSE_RANK = 1
"""How far behind a plain name one stands that has words without meaning (`User Email`); one of work stands further."""

VALUE = "string_value"
ANY_VALUE = "_value"
"""The schema lets a column hold one of several kinds of value, and names only the text: any other is kept too."""

PHONE_VERIFIED = "PHONE_NUMBER_VERIFIED"
GOVERNMENT_ID = "GOVERNMENT_ISSUED_ID_"
TRUE_WORDS = frozenset({"true", "yes", "1", "verified"})
FALSE_WORDS = frozenset({"false", "no", "0", "unverified"})
EMPTY_WORDS = frozenset({"", "null", "n/a"})
"""What senders write for nothing (inbound-sources 4.3)."""
_LONGEST_EMPTY = max(map(len, EMPTY_WORDS))

Columns = Mapping[str, list[str]]
"""Values by column id, in the form's order; a list, because nothing says that an id cannot come twice."""


@dataclass(frozen=True, slots=True)
class Contact:
    """What the columns say. `signals` are findings about the columns themselves."""

    person: dict[str, str]
    company: dict[str, str]
    address: dict[str, str]
    answers: dict[str, Answer]
    signals: dict[str, str | bool]


def text_of(value: Json, name: str) -> str | None:
    """Return a scalar as the text it came as, or None for one that says nothing.

    Raises:
        Misshapen: it is a list or an object.
    """
    if isinstance(value, str):
        return None if len(said := value.strip()) <= _LONGEST_EMPTY and said.lower() in EMPTY_WORDS else value
    if value is None:
        return None
    if isinstance(value, bool):
        return json.dumps(value)
    raise Misshapen("wrong_shape", f"{name} is {'a list' if isinstance(value, list) else 'an object'}, not a text")


def read_columns(data: Json) -> dict[str, list[str]]:
    """Read `user_column_data`, which may be missing. Empty values are left out.

    Raises:
        Misshapen: it is no list of objects with texts.
    """
    if data is None:
        return {}
    if not isinstance(data, list):
        raise Misshapen("wrong_shape", "user_column_data is not a list")
    columns: dict[str, list[str]] = {}
    for column in data:
        if not isinstance(column, dict):
            raise Misshapen("wrong_shape", "user_column_data holds something that is not an object")
        given = column.get(VALUE)
        if isinstance(given, str):  # as nearly always
            text = text_of(given, VALUE)
            values = [] if text is None else [text]
        else:
            values = _values_of(column)
        if not values:
            continue
        name = text_of(column.get("column_id"), "a column_id") or _column_named(column.get("column_name"))
        if name is None:
            raise Misshapen("wrong_shape", "a column has a value and no column_id")
        if name in columns:
            columns[name] += values
        else:
            columns[name] = values
    return columns


def _values_of(column: Mapping[str, Json]) -> list[str]:
    given = column.get(VALUE)
    if given is None:
        given = next((value for name, value in column.items() if ANY_VALUE in name), None)
    texts = [text_of(value, "a column's value") for value in (given if isinstance(given, list) else [given])]
    return [text for text in texts if text is not None]


def _column_named(given: Json) -> str | None:
    """Return the column that a name stands for: the first version of the schema has no ids, and relays leave them out.

    A name that is no contact field's is better than losing its answer.
    """
    name = text_of(given, "a column_name")
    meant = contact_asked(name) if name is not None else None
    column = _COLUMN_OF.get(meant.target) if meant is not None else None
    if meant is None or column is None:
        return name
    return _SECOND_OF.get(column, column) if meant.rank > LOOSE_RANK else column


def sort_out(columns: dict[str, list[str]]) -> Contact:
    """Tell the person's own data from answers. Of several values the first counts, and all of them are kept."""
    contact = Contact({}, {}, {}, {}, {})
    groups = {"person": contact.person, "company": contact.company, "address": contact.address}
    for name, values in _with_second_choices(columns).items():
        if name == PHONE_VERIFIED:
            contact.signals["phone_verified"] = flag_of(values[0])
            continue
        place = CONTACT_COLUMNS.get(name)
        if place is not None:
            groups[place[0]][place[1]] = values[0]
        elif name in ALSO_COMPANY:
            contact.company[ALSO_COMPANY[name]] = values[0]
        if place is None or len(values) > 1:
            contact.answers[name] = values[0] if len(values) == 1 else values
    _fill_from_questions(contact.answers, groups)
    sensitive = [name for name in columns if name.startswith(GOVERNMENT_ID)]
    if sensitive:
        # Kept, because the person gave it; named, so that whatever forwards or shows answers can leave it out.
        contact.signals["sensitive_answers"] = ",".join(sensitive)
    return contact


def flag_of(text: str) -> str | bool:
    """Read a word for yes or no; another word stays as it is."""
    word = text.strip().lower()
    if word in TRUE_WORDS:
        return True
    return False if word in FALSE_WORDS else text


def _fill_from_questions(answers: Mapping[str, Answer], groups: Mapping[str, dict[str, str]]) -> None:
    """Fill what Google's own columns leave open from the form's own questions, which stay answers.

    Google's ids are upper case, those of a form's own questions lower (inbound-sources 1.3).
    """
    asked = [
        (meant.rank, name, meant.target) for name in answers if not name.isupper() and (meant := contact_asked(name))
    ]
    for _, name, target in sorted(asked):
        group, _, member = target.partition(".")
        if group in groups:
            groups[group].setdefault(member, first(answers[name]))


def _with_second_choices(columns: dict[str, list[str]]) -> Columns:
    if not SECOND_CHOICE.keys() & columns.keys():
        return columns
    return {
        SECOND_CHOICE[name] if SECOND_CHOICE.get(name, name) not in columns else name: values
        for name, values in columns.items()
    }
