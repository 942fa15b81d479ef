"""The migration makes the tables that the scorer uses, and takes them away again."""

import importlib.util
from pathlib import Path
from types import ModuleType

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import Connection, create_engine, inspect

from services.scorer.tables import metadata

MIGRATION = Path(__file__).parents[3] / "shared/migrations/versions/0001_scorer.py"


def migration() -> ModuleType:
    spec = importlib.util.spec_from_file_location("scorer_migration", MIGRATION)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def context(connection: Connection) -> MigrationContext:
    return MigrationContext.configure(connection, opts={"compare_type": True, "target_metadata": metadata})


def test_upwards_it_makes_what_the_tables_say_and_downwards_nothing_stays(tmp_path: Path) -> None:
    engine = create_engine(f"sqlite:///{tmp_path}/t.db")
    with engine.connect() as connection, Operations.context(context(connection)):
        migration().upgrade()
        assert compare_metadata(context(connection), metadata) == []
        unique = inspect(connection).get_unique_constraints("scorer_scores")
        assert [constraint["column_names"] for constraint in unique] == [["lead_id", "revision"]]

        migration().downgrade()
        assert inspect(connection).get_table_names() == []
    engine.dispose()
