"""How a service reaches its tables with hundreds of rows or keys at once: by statements that are compiled once.

SQLAlchemy's own way walks every parameter of every row, and writes a statement anew for every number of keys, which
PostgreSQL then plans anew: together half of the processor time that a stage spent on its tables.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from operator import itemgetter
from typing import Any

from sqlalchemy import JSON, Column, ColumnElement, Dialect, Insert, String, Text, Update, bindparam, func, select
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

_TEXTS = postgresql.ARRAY(String).with_variant(JSON(), "sqlite")


class _Among(FunctionElement[bool]):
    # Without a type: SQLite would be asked `… = 1` of a Boolean, and then uses no index for it.
    inherit_cache = True


def among(column: Column[str], texts: Iterable[str]) -> ColumnElement[bool]:
    """Ask whether a column holds one of these texts: like `in_`, with one parameter however many they are."""
    return _Among(column, bindparam("texts", list(texts), type_=_TEXTS, unique=True))


def among_given(column: Column[str], name: str) -> ColumnElement[bool]:
    """Ask the same in a statement that is made once, at import: the texts are its parameter `name`.

    Making a statement costs more than executing it, and a lead that comes alone pays for it alone.
    """
    return _Among(column, bindparam(name, type_=_TEXTS))


@compiles(_Among, "sqlite")
def _sqlite(element: _Among, compiler: SQLCompiler, **options: Any) -> str:  # Any: the compiler's own
    column, texts = (compiler.process(part, **options) for part in element.clauses)
    return f"{column} IN (SELECT value FROM json_each({texts}))"  # noqa: S608 - parts that SQLAlchemy compiled


@compiles(_Among, "postgresql")
def _postgresql(element: _Among, compiler: SQLCompiler, **options: Any) -> str:  # Any: as above
    column, texts = (compiler.process(part, **options) for part in element.clauses)
    # Not `= ANY (…)`: planned for any number of texts, it compares each row with each of them (90 ms a batch).
    return f"{column} IN (SELECT unnest({texts}))"


async def write_rows(
    connection: AsyncConnection, statement: Insert | Update, rows: Sequence[Mapping[str, Any]]
) -> None:  # Any: a row's values
    """Execute a statement for every row, in their order; nothing without any.

    All rows have the same names, and values that the driver takes as they are. The statement must be made once, at
    import: what it compiles to is kept for it.
    """
    if not rows:
        return
    sql, values = _compiled(statement, connection.dialect, tuple(rows[0]))
    await connection.exec_driver_sql(sql, [values(row) for row in rows])


async def insert_rows(
    connection: AsyncConnection, statement: Insert, rows: Sequence[Mapping[str, Any]]
) -> None:  # Any: as above
    """Do what `write_rows` does, where no two rows have the same key: PostgreSQL takes them all in one execution."""
    if connection.dialect.name != "postgresql" or not rows:
        await write_rows(connection, statement, rows)
        return
    sql, columns = _compiled(_from_columns(statement, tuple(rows[0])), connection.dialect, ())
    values = {name: [row[name] for row in rows] for name in rows[0]}
    await connection.exec_driver_sql(sql, columns(values))


@cache
def _from_columns(statement: Insert, names: tuple[str, ...]) -> Insert:
    types = [statement.table.c[name].type for name in names]
    arrays = [
        # A text with a length would be cut to it here without a word; the column refuses it.
        bindparam(name, type_=postgresql.ARRAY(Text() if isinstance(kind, String) else kind))
        for name, kind in zip(names, types, strict=True)
    ]
    return statement.from_select(names, select(func.unnest(*arrays).table_valued(*names).render_derived()))


@cache
def _compiled(
    statement: Insert | Update, dialect: Dialect, names: tuple[str, ...]
) -> tuple[str, Callable[[Mapping[str, Any]], tuple[Any, ...]]]:  # Any: as above
    compiled = statement.compile(dialect=dialect, column_keys=names or None)
    if not isinstance(compiled, SQLCompiler) or compiled.positiontup is None:
        raise AssertionError(f"{dialect.name} does not take parameters by position")
    return str(compiled), itemgetter(*compiled.positiontup)
