"""The database's own clock: leases and due times are compared with no other."""

from sqlalchemy import Double, ScalarSelect, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement


class _Now(FunctionElement[float]):
    type = Double()
    inherit_cache = True


@compiles(_Now, "sqlite")
def _sqlite(_element: _Now, _compiler: SQLCompiler, **_options: object) -> str:
    return "((julianday('now') - 2440587.5) * 86400.0)"


@compiles(_Now, "postgresql")
def _postgresql(_element: _Now, _compiler: SQLCompiler, **_options: object) -> str:
    # The statement's time, as its snapshot is the statement's: a slow claim that read the clock late would find every
    # lease of its old snapshot run out, and take a living process's work.
    return "extract(epoch from statement_timestamp())::double precision"


def database_now() -> ScalarSelect[float]:
    """Return epoch seconds by the database's clock, read once per statement so that an index can serve it."""
    return select(_Now()).scalar_subquery()
