"""The embedded event log: one SQLite file, no server."""

from shared.adapters.sqlite_log.log import SqliteLog

__all__ = ["SqliteLog"]
