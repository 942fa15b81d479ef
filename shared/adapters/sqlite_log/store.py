"""The embedded log's tables, and the statements that append, read and prune.

Every function works inside the transaction its caller began. Topics have one partition, number 0. Offsets of a topic
begin at 0, have no gaps and are never used twice, whatever was pruned.
"""

import sqlite3
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from shared.ports import Message, Record

BUSY_S = 5.0  # how long a statement waits for another process's transaction
# Events have 2 to 5 KiB: on SQLite's pages of 4 KiB each has one to itself or two, which costs the writer twice the
# processor time (measured; a commit of a single event costs the same).
PAGE_BYTES = 16_384
# 16 MiB between checkpoints: at the default of 4 MiB the writer spends its time copying pages (measured).
CHECKPOINT_PAGES = 1_000
WAL_LIMIT_BYTES = 64 * 1024 * 1024
OFFSETS_PER_TOPIC = 1 << 40
# One statement for many rows: each statement gives up Python's lock once, and the event loop takes it.
ROWS_PER_STATEMENT = 64
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

SCHEMA = """
CREATE TABLE IF NOT EXISTS topics (
    number INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    next_offset INTEGER NOT NULL DEFAULT 0
);
-- place = topic number * 2^40 + offset: one tree in the order of reading
CREATE TABLE IF NOT EXISTS records (
    place INTEGER PRIMARY KEY,
    key BLOB NOT NULL,
    value BLOB NOT NULL,
    appended_at_ms INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS positions (
    consumer_group TEXT NOT NULL,
    topic TEXT NOT NULL,
    next_offset INTEGER NOT NULL,
    PRIMARY KEY (consumer_group, topic)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS members (
    consumer_group TEXT PRIMARY KEY,
    token INTEGER NOT NULL,
    owner TEXT,
    expires_at_s REAL NOT NULL
) WITHOUT ROWID;
"""


def open_to_write(path: Path) -> sqlite3.Connection:
    """Open the file, made with its tables if it is not there, such that a commit is on the disk when it returns."""
    connection = _connect(path)
    connection.execute(f"PRAGMA page_size = {PAGE_BYTES}")  # of a new file; an older one keeps its own
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute(f"PRAGMA wal_autocheckpoint = {CHECKPOINT_PAGES}")
    connection.execute(f"PRAGMA journal_size_limit = {WAL_LIMIT_BYTES}")
    connection.executescript(f"BEGIN IMMEDIATE; {SCHEMA} COMMIT;")
    return connection


def open_to_read(path: Path) -> sqlite3.Connection:
    """Open a file that `open_to_write` has made, for reading only."""
    connection = _connect(path)
    connection.execute("PRAGMA query_only = ON")
    return connection


def _connect(path: Path) -> sqlite3.Connection:
    # Connections move between threads, but only one thread uses one at a time.
    return sqlite3.connect(path, timeout=BUSY_S, isolation_level=None, check_same_thread=False, cached_statements=256)


def append(connection: sqlite3.Connection, messages: Iterable[Message], now: datetime) -> None:
    """Put messages at the end of their topics, in order. A topic that is not there is made."""
    by_topic: dict[str, list[Message]] = {}
    for message in messages:
        by_topic.setdefault(message.topic, []).append(message)
    appended_at_ms = _milliseconds(now)
    for topic, group in by_topic.items():
        number, next_offset = _topic(connection, topic)
        first = number * OFFSETS_PER_TOPIC + next_offset
        rows = [(first + i, message.key, message.value, appended_at_ms) for i, message in enumerate(group)]
        for start in range(0, len(rows), ROWS_PER_STATEMENT):
            chunk = rows[start : start + ROWS_PER_STATEMENT]
            connection.execute(_insert(len(chunk)), [value for row in chunk for value in row])
        connection.execute("UPDATE topics SET next_offset = ? WHERE number = ?", (next_offset + len(rows), number))


def make_topics(connection: sqlite3.Connection, topics: Iterable[str]) -> None:
    """Make the topics that are not there yet."""
    connection.executemany("INSERT OR IGNORE INTO topics (name) VALUES (?)", [(topic,) for topic in topics])


def _topic(connection: sqlite3.Connection, topic: str) -> tuple[int, int]:
    look = "SELECT number, next_offset FROM topics WHERE name = ?"
    row: tuple[int, int] | None = connection.execute(look, (topic,)).fetchone()
    if row is None:
        make_topics(connection, [topic])
        row = connection.execute(look, (topic,)).fetchone()
    if row is None:
        raise sqlite3.IntegrityError(f"The topic {topic} could not be made")
    return row


@cache
def _insert(rows: int) -> str:
    placeholders = ",".join(["(?,?,?,?)"] * rows)
    return f"INSERT INTO records (place, key, value, appended_at_ms) VALUES {placeholders}"  # noqa: S608 - no value in it


def read(connection: sqlite3.Connection, topic: str, since: int, limit: int) -> list[Record]:
    """Return up to `limit` records of a topic from offset `since`, or from the oldest kept after it."""
    row = connection.execute("SELECT number FROM topics WHERE name = ?", (topic,)).fetchone()
    if row is None:
        return []
    base = row[0] * OFFSETS_PER_TOPIC
    found = connection.execute(
        "SELECT place, key, value, appended_at_ms FROM records WHERE place >= ? AND place < ? ORDER BY place LIMIT ?",
        (base + since, base + OFFSETS_PER_TOPIC, limit),
    ).fetchall()
    return [
        Record(topic, 0, place - base, key, value, EPOCH + timedelta(milliseconds=appended_at_ms))
        for place, key, value, appended_at_ms in found
    ]


def read_many(connection: sqlite3.Connection, since: Mapping[str, int], limit: int) -> list[Record]:
    """Return up to `limit` records of several topics, each from its own offset."""
    records: list[Record] = []
    known = ends(connection)
    topics = [topic for topic, offset in since.items() if known.get(topic, 0) > offset]
    for i, topic in enumerate(topics):
        # An equal share of what is left, so that a long topic does not starve a short one.
        share = -(-(limit - len(records)) // (len(topics) - i))
        records += read(connection, topic, since[topic], share)
    return records


def ends(connection: sqlite3.Connection) -> dict[str, int]:
    """Return each topic's next offset."""
    return dict(connection.execute("SELECT name, next_offset FROM topics").fetchall())


def oldest(connection: sqlite3.Connection, topic: str) -> int:
    """Return the offset of the oldest record kept, or the next offset where none is."""
    row = connection.execute(
        "SELECT t.next_offset, t.number, (SELECT MIN(r.place) FROM records r WHERE r.place >= t.number * :size"
        " AND r.place < (t.number + 1) * :size) FROM topics t WHERE t.name = :topic",
        {"topic": topic, "size": OFFSETS_PER_TOPIC},
    ).fetchone()
    if row is None:
        return 0
    next_offset, number, place = row
    return int(next_offset if place is None else place - number * OFFSETS_PER_TOPIC)


def lengths(connection: sqlite3.Connection) -> dict[str, int]:
    """Return how many records each topic holds."""
    return {topic: end - oldest(connection, topic) for topic, end in ends(connection).items()}


def committed(connection: sqlite3.Connection, group: str) -> dict[str, int]:
    """Return the offset that a group reads next, for each topic where it ever committed."""
    return dict(
        connection.execute("SELECT topic, next_offset FROM positions WHERE consumer_group = ?", (group,)).fetchall()
    )


def commit(connection: sqlite3.Connection, group: str, token: int, offsets: Mapping[str, int]) -> bool:
    """Move a group on, unless `token` is no longer its member's: then change nothing and return False."""
    row = connection.execute("SELECT token FROM members WHERE consumer_group = ?", (group,)).fetchone()
    if row is None or row[0] != token:
        return False
    connection.executemany(
        "INSERT INTO positions (consumer_group, topic, next_offset) VALUES (?, ?, ?)"
        " ON CONFLICT (consumer_group, topic) DO UPDATE SET next_offset = excluded.next_offset",
        [(group, topic, offset) for topic, offset in offsets.items()],
    )
    return True


def prune(connection: sqlite3.Connection, before: datetime, limit: int) -> int:
    """Delete up to `limit` records appended before a time that every group which committed has passed.

    Return how many were deleted; fewer than `limit` means that nothing is left to prune.
    """
    pruned = 0
    for topic in ends(connection):
        slowest = connection.execute("SELECT MIN(next_offset) FROM positions WHERE topic = ?", (topic,)).fetchone()[0]
        pruned += remove(connection, topic, slowest, before=before, limit=limit - pruned)
    return pruned


def remove(
    connection: sqlite3.Connection,
    topic: str,
    below: int | None,
    *,
    before: datetime | None = None,
    limit: int = -1,
) -> int:
    """Delete records of a topic below an offset (None: all) and older than a time (None: all); return how many."""
    number, next_offset = _topic(connection, topic)
    base = number * OFFSETS_PER_TOPIC
    return connection.execute(
        "DELETE FROM records WHERE place IN (SELECT place FROM records WHERE place >= ? AND place < ?"
        " AND appended_at_ms < ? ORDER BY place LIMIT ?)",
        (
            base,
            base + (next_offset if below is None else below),
            _milliseconds(before or datetime.max.replace(tzinfo=UTC)),
            limit,
        ),
    ).rowcount


def _milliseconds(time: datetime) -> int:
    return (time - EPOCH) // timedelta(milliseconds=1)
