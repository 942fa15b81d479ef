"""The router's migration makes exactly the tables the code declares, and takes them away again."""

from collections.abc import Iterator
from importlib import util
from pathlib import Path
from types import ModuleType

import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import Connection, create_engine, text

from services.router.tables import metadata

MIGRATION = Path("shared/migrations/versions/0002_router.py")


@pytest.fixture
def migration() -> ModuleType:
    spec = util.spec_from_file_location("router_migration", MIGRATION)
    assert spec is not None
    assert spec.loader is not None
    module = util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def connection() -> Iterator[Connection]:
    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        yield connection
    engine.dispose()


def schema(connection: Connection) -> list[str]:
    statements = connection.execute(text("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL")).scalars()
    return sorted(" ".join(statement.split()) for statement in statements)


def test_up_is_what_the_code_declares(migration: ModuleType, connection: Connection) -> None:
    with Operations.context(MigrationContext.configure(connection)):
        migration.upgrade()
    migrated = schema(connection)
    with Operations.context(MigrationContext.configure(connection)):
        migration.downgrade()
    metadata.create_all(connection)

    assert migrated == schema(connection)


def test_down_leaves_nothing(migration: ModuleType, connection: Connection) -> None:
    with Operations.context(MigrationContext.configure(connection)):
        migration.upgrade()
        migration.downgrade()

    assert schema(connection) == []
