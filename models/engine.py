"""Opening a store: one URL in, an engine whose connections are set up and whose schema fits.

sqlite:///data/store.sqlite3            a file, made at first open
postgresql://user:password@host/name    PostgreSQL through psycopg 3; `scrapy migrate` makes the tables
"""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import (
    URL,
    Connection,
    Engine,
    create_engine,
    event,
    inspect,
    literal_column,
    make_url,
    select,
    text,
)
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError
from sqlalchemy.pool import ConnectionPoolEntry

from models import schema, views
from models.errors import RecipeMismatch, SchemaMismatch, StoreUnreachable
from models.matching import index_secret
from models.statements import Integers, IntegersDumper
from models.types import dump_json, load_json
from models.urls import sqlite_url

LOCK_WAIT_SECONDS = 60
"""How long a writer waits for another one; a batch of posts takes well under a second."""
CONNECT_WAIT_SECONDS = 10
SQLITE_CACHE_KILOBYTES = 32 * 1024
SQLITE_WAL_PAGES = 4 * 1024
"""Pages of 4 KB in the write-ahead log before they are written back to the store's file."""
WRITE_LOCK = 0x70756D67
"""The key of PostgreSQL's advisory lock that writers hold ("pumg" in ASCII)."""

_DRIVERS = {"sqlite": "pysqlite", "postgresql": "psycopg"}
_DEFAULT_FOLDER = "data"

# SQLAlchemy wraps the drivers' errors, those of a connection's set-up apart.
_DRIVER_ERRORS = (DBAPIError, sqlite3.Error, psycopg.Error)

# SQLite's primary result codes after which no further write can succeed: PERM, BUSY and
# LOCKED (both only after the time-out), NOMEM, READONLY (also: the file was removed),
# IOERR, CORRUPT, FULL, CANTOPEN, PROTOCOL, NOTADB.
_SQLITE_GONE = frozenset({3, 5, 6, 7, 8, 10, 11, 13, 14, 15, 26})
# PostgreSQL's SQLSTATE classes: connection, authorisation, database gone, resources
# (a full disk), operator intervention, system error; then three codes: the wait for the
# writers' lock timed out, the server is (now) read-only, and the role lacks a right.
_POSTGRES_GONE = ("08", "28", "3D", "53", "57P", "58", "55P03", "25006", "42501")
# Of all codes, those after which the same transaction may succeed in a moment: the connection
# broke, the server is short of connections, stops or starts; and what it rolled back in favour
# of another session (a deadlock, a conflict).
_POSTGRES_PASSING = ("08", "40", "53300", "57P01", "57P02", "57P03", "57P05")

# A server that vanishes without a word would be waited for until the system gives up, hours later.
_POSTGRES_CONNECT = {
    "connect_timeout": CONNECT_WAIT_SECONDS,
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 6,
    "tcp_user_timeout": 90_000,  # ms
}

# What a server, a database or a role may have set otherwise: texts and times could not be read,
# a writer that waited would act on what was there before it did, and a rematch, which is one
# transaction and thinks long, would be broken off each night.
_POSTGRES_SESSION = {
    "client_encoding": "UTF8",
    "DateStyle": "ISO, YMD",
    "TimeZone": "UTC",
    "default_transaction_isolation": "read committed",
    "lock_timeout": f"{LOCK_WAIT_SECONDS}s",
    "statement_timeout": "0",
    "idle_in_transaction_session_timeout": "0",
    "transaction_timeout": "0",
}


def open_store(url: str, recipe: str | None = None) -> Engine:
    """Open a store; an SQLite store that does not exist yet is made.

    Args:
        url: SQLAlchemy URL.
        recipe: how the caller's index is made. A new store remembers it; None
            (a caller who only reads) fits every store.

    Raises:
        StoreUnreachable: wrong URL, no such host, no right to it, no database.
        SchemaMismatch: empty (PostgreSQL), older, newer, or somebody else's tables.
        RecipeMismatch: its index was made by another recipe.
    """
    engine = _new_engine(url)
    try:
        _connect_once(engine)
        with reaching(engine):
            if engine.dialect.name == "sqlite":
                _prepare_file(engine)
                event.listen(engine, "do_connect", _refuse_missing)
            with engine.connect() as conn:
                found = _stored_revision(conn)
                if found != schema.REVISION:
                    raise SchemaMismatch(_describe_mismatch(engine.url, found))
                if missing := _missing(conn):
                    raise SchemaMismatch(
                        f"The store {shown(engine.url)} lacks {', '.join(missing)}: somebody removed "
                        "that, or it is another program's; restore a backup, or name another store"
                    )
            if recipe is not None:
                _check_recipe(engine, recipe)
            if engine.dialect.name == "postgresql":
                event.listen(engine, "connect", partial(_refuse_emptied, engine.url))
        engine.update_execution_options(written_by=(schema.REVISION, recipe))
    except BaseException:
        engine.dispose()
        raise
    return engine


@dataclass(frozen=True, slots=True)
class Migrated:
    """What `migrate` did: the schema's revision before (None: empty) and after."""

    before: str | None
    after: str


def migrate(url: str) -> Migrated:
    """Bring a store to this program's schema, in one transaction; an empty one gets its tables.

    Raises:
        StoreUnreachable: it can't be opened.
        SchemaMismatch: it is newer than this program, or the tables are somebody else's.
    """
    engine = _new_engine(url)
    try:
        _connect_once(engine)
        with reaching(engine), locked(engine) as conn:
            before = _stored_revision(conn)
            if before == _FOREIGN or (before is not None and not _is_known(before)):
                raise SchemaMismatch(_describe_mismatch(engine.url, before))
            if before != schema.REVISION:
                _upgrade(conn)
        return Migrated(before, schema.REVISION)
    finally:
        engine.dispose()


def is_store_gone(error: BaseException) -> bool:
    """Tell whether *error* means that the store can't be written any more, whatever the record."""
    if isinstance(error, StoreUnreachable):
        return True
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return True
    cause = _cause(error)
    if isinstance(cause, sqlite3.Error):
        return getattr(cause, "sqlite_errorcode", 0) & 0xFF in _SQLITE_GONE
    if isinstance(cause, psycopg.Error):
        if cause.sqlstate is not None:
            return cause.sqlstate.startswith(_POSTGRES_GONE)
        return isinstance(cause, psycopg.OperationalError | psycopg.InterfaceError)
    return False


def is_passing(error: BaseException) -> bool:
    """Tell whether the transaction that *error* ended may succeed if it is begun anew."""
    # A connection that could not be made has no code, whatever the server said.
    cause = _cause(error.__cause__ if isinstance(error, StoreUnreachable) else error)
    if not isinstance(cause, psycopg.Error):
        return False
    if cause.sqlstate is not None:
        return cause.sqlstate.startswith(_POSTGRES_PASSING)
    return isinstance(cause, psycopg.OperationalError | psycopg.InterfaceError)


@contextmanager
def reaching(engine: Engine) -> Iterator[None]:
    """Turn errors that mean a lost store into `StoreUnreachable`; others pass."""
    try:
        yield
    except _DRIVER_ERRORS as error:
        if not is_store_gone(error):
            raise
        raise StoreUnreachable(_describe_loss(engine.url, error)) from error


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """Give a connection on which every statement sees the same state of the store.

    Raises:
        StoreUnreachable: the store went away.
    """
    with reaching(engine), engine.connect() as conn:
        if engine.dialect.name == "postgresql":
            # SQLite's read transactions are that already.
            conn = conn.execution_options(  # noqa: PLW2901
                isolation_level="REPEATABLE READ", postgresql_readonly=True
            )
        with _dropped_if_stopped(conn):
            yield conn


def shown(url: URL) -> str:
    """Return a URL for people: without its password, wherever that stands."""
    if url.get_backend_name() == "sqlite" and not url.query and not url.host:
        return sqlite_url(url.database or "")  # letters stay letters
    secrets = {name: "***" for name in url.query if "password" in name.lower()}
    return url.update_query_dict(secrets).render_as_string(hide_password=True)


# --- engines ------------------------------------------------------------------------------


def _new_engine(text_url: str) -> Engine:
    url = _read_url(text_url)
    try:
        return _engine_of(url)
    except (ArgumentError, ValueError, TypeError) as error:  # an option of the URL
        raise StoreUnreachable(f"STORE_URL {shown(url)} has a wrong option: {error}") from None


def _engine_of(url: URL) -> Engine:
    if url.get_backend_name() == "sqlite":
        _check_folder(url)
        engine = create_engine(
            url,
            json_serializer=dump_json,
            json_deserializer=load_json,
            connect_args={"timeout": LOCK_WAIT_SECONDS},
        )
        event.listen(engine, "connect", _set_up_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    options = {name: each for name, each in _POSTGRES_CONNECT.items() if name not in url.query}
    # A server that restarted leaves dead connections behind: asked before each use.
    engine = create_engine(
        url,
        json_serializer=dump_json,
        json_deserializer=load_json,
        connect_args=options,
        pool_pre_ping=True,
    )
    # Before SQLAlchemy asks for the version, whose answer it can not read in some encodings.
    event.listen(engine, "connect", _set_up_postgres, insert=True)
    event.listen(engine, "begin", _begin_postgres)
    return engine


def _read_url(text_url: str) -> URL:
    expected = "expected sqlite:///path/to/file or postgresql://user:password@host/database"
    if not text_url:
        raise StoreUnreachable(f"STORE_URL is empty: {expected}")
    try:
        url = make_url(text_url)
        backend = url.get_backend_name()
        driver = url.get_driver_name()
    except NoSuchModuleError:
        raise StoreUnreachable(
            f"STORE_URL {shown(url)} names a database that is not supported: {expected}"
        ) from None
    except (ArgumentError, ValueError):
        # The text is not shown: what can't be read may have a password anywhere.
        raise StoreUnreachable(f"STORE_URL is no address of a database: {expected}") from None
    if _DRIVERS.get(backend) != driver:
        raise StoreUnreachable(
            f"STORE_URL {shown(url)} names a database or driver that is not supported: {expected}"
        )
    if backend == "sqlite":
        _check_file(url, text_url)
    return url


def _check_file(url: URL, text_url: str) -> None:
    """Refuse an address that SQLite would understand otherwise than whoever wrote it."""
    name = url.database or ""
    if url.host or url.port or url.username:
        words = "names a host: a path from the root has four slashes, sqlite:////path/to/file"
    elif name in {"", ":memory:"}:
        words = (
            "names no file: a store in memory is lost between two commands; "
            "write sqlite:///path/to/file"
        )
    elif "\0" in name:
        words = "has a NUL in its path"
    elif "?" in text_url and not name.startswith("file:"):
        # All behind it is taken for options: the store would be another file than the one named.
        words = (
            "has a question mark: one of the path is written %3F, and a per cent sign %25; "
            "options belong to sqlite:///file:PATH?…&uri=true"
        )
    else:
        return
    raise StoreUnreachable(f"STORE_URL {shown(url)} {words}")


def _check_folder(url: URL) -> None:
    """Make the default store's folder; any other that is missing is more likely a slip."""
    assert url.database is not None
    if url.database.startswith("file:"):
        return
    try:
        is_folder = Path(url.database).is_dir()
    except OSError as error:  # a name that is too long, say
        raise StoreUnreachable(
            f"The store {shown(url)} can't be opened: {error.strerror}"
        ) from error
    if is_folder:
        raise StoreUnreachable(
            f"The store {shown(url)} can't be opened: that is a folder; name a file in it"
        )
    folder = Path(url.database).absolute().parent
    if folder.is_dir():
        return
    if folder.name == _DEFAULT_FOLDER and folder.parent.is_dir():
        try:
            folder.mkdir(exist_ok=True)
        except OSError as error:
            raise StoreUnreachable(
                f"The store {shown(url)} can't be made: {folder}: {error.strerror}"
            ) from error
        return
    raise StoreUnreachable(f"The store {shown(url)} can't be opened: there is no folder {folder}")


def _set_up_sqlite(connection: Any, record: ConnectionPoolEntry) -> None:
    # The driver begins transactions by itself, late and never IMMEDIATE: _begin_sqlite
    # does it instead, so that reads are stable and SAVEPOINT works.
    connection.isolation_level = None
    connection.execute("PRAGMA foreign_keys = ON")
    # With WAL, a crash of the machine may lose the last transactions, and never breaks the file.
    connection.execute("PRAGMA synchronous = NORMAL")
    # Look-ups go all over the index: with SQLite's own 2 MB, most would read a page again.
    connection.execute(f"PRAGMA cache_size = -{SQLITE_CACHE_KILOBYTES}")
    # A batch of articles changes pages all over the index: written back once for several.
    connection.execute(f"PRAGMA wal_autocheckpoint = {SQLITE_WAL_PAGES}")
    # Through the driver's own eyes: the URL may be relative, or a file: URI.
    path = connection.execute("PRAGMA database_list").fetchone()[2]
    record.info["file"] = path, _identity(path)


def _begin_sqlite(conn: Connection) -> None:
    if not conn.get_execution_options().get("write_lock", False):
        conn.exec_driver_sql("BEGIN")
        return
    path, identity = conn.connection.info["file"]
    if _identity(path) != identity:
        # With WAL, SQLite would go on writing to the file that nobody can open any more.
        raise StoreUnreachable(
            f"The store {shown(conn.engine.url)} went away: {path} was removed or replaced"
        )
    conn.exec_driver_sql("BEGIN IMMEDIATE")


def _identity(path: str) -> tuple[int, int] | None:
    try:
        found = Path(path).stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _refuse_emptied(url: URL, connection: Any, record: ConnectionPoolEntry) -> None:
    """Refuse a database that was made anew while the store was open: it has no tables."""
    found = connection.execute("SELECT to_regclass('store_info')").fetchone()[0]
    connection.rollback()
    if found is None:
        raise StoreUnreachable(f"The store {shown(url)} went away: its tables are gone")


def _refuse_missing(
    dialect: Any, record: ConnectionPoolEntry, arguments: Any, options: Any
) -> None:
    """Keep SQLite from making a new, empty file in the place of a store that was removed."""
    path = str(arguments[0])
    if not path.startswith("file:") and not Path(path).exists():
        raise StoreUnreachable(f"The store went away: {path} was removed")


def _set_up_postgres(connection: Any, record: ConnectionPoolEntry) -> None:
    encoding = connection.info.parameter_status("server_encoding")
    if encoding != "UTF8":
        raise StoreUnreachable(
            f"The database {connection.info.dbname} keeps text as {encoding}, the store needs "
            "UTF8: make one with CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0"
        )
    connection.adapters.register_dumper(Integers, IntegersDumper)
    connection.autocommit = True
    with connection.cursor() as cursor:
        # A pooler answers for the server, which is another process in each transaction: what the
        # one before was told, and had prepared, is not known to it.
        [process] = cursor.execute("SELECT pg_backend_pid()").fetchone()
        record.info["is_pooled"] = is_pooled = process != connection.info.backend_pid
        if is_pooled:
            connection.prepare_threshold = None
        else:
            cursor.execute(_SET_SESSION, _session(is_local=False))
    connection.autocommit = False


def _begin_postgres(conn: Connection) -> None:
    if conn.connection.info["is_pooled"]:
        conn.exec_driver_sql(_SET_SESSION, _session(is_local=True))


# Older servers lack some of them.
_SET_SESSION = (
    "SELECT set_config(name, %(values)s::jsonb ->> name, %(is_local)s) FROM pg_settings"
    " WHERE name = ANY(%(names)s)"
)


def _session(*, is_local: bool) -> dict[str, Any]:
    """Return the values of `_SET_SESSION`: for a transaction, or for a whole session."""
    return {
        "values": dump_json(_POSTGRES_SESSION),
        "names": list(_POSTGRES_SESSION),
        "is_local": is_local,
    }


@contextmanager
def locked(engine: Engine) -> Iterator[Connection]:
    """Give a connection in a transaction that excludes every other writer, in any process.

    The lock is taken at the transaction's start: a writer that first reads and then
    writes never acts on what another one has changed in between.
    """
    with engine.connect().execution_options(write_lock=True) as conn, conn.begin():
        if engine.dialect.name == "postgresql":
            conn.execute(_TAKE_LOCK, {"key": WRITE_LOCK})
        _refuse_changed(conn)
        with _dropped_if_stopped(conn):
            yield conn


@contextmanager
def _dropped_if_stopped(conn: Connection) -> Iterator[None]:
    """Give a connection up that a signal found at work: it may be in the middle of an answer.

    The store then rolls back by itself; asked to, on such a connection, it would be taken for lost.
    """
    try:
        yield
    except Exception:
        raise
    except BaseException:
        conn.invalidate()
        raise


def _refuse_changed(conn: Connection) -> None:
    """Refuse a store that another program migrated or indexed anew while it was open.

    What this one writes would lack what the newer one relies on, and nobody would see it.
    """
    written_by = conn.get_execution_options().get("written_by")
    if written_by is None:  # it is just being opened, or migrated
        return
    revision, recipe = conn.execute(_STATE).one()
    if revision != written_by[0]:
        raise SchemaMismatch(_describe_mismatch(conn.engine.url, revision))
    if written_by[1] is not None and recipe != written_by[1]:
        raise RecipeMismatch(_describe_recipe(conn.engine.url, recipe, written_by[1]))


_STATE = text(
    "SELECT (SELECT version_num FROM alembic_version),"
    " (SELECT value FROM store_info WHERE name = 'recipe')"
)
_TAKE_LOCK = text("SELECT pg_advisory_xact_lock(:key)")

# --- schema -------------------------------------------------------------------------------

_FOREIGN = "none: tables of something else"
_INFO = schema.store_info


def _prepare_file(engine: Engine) -> None:
    """Set WAL and make the tables, where a new file has neither."""
    with engine.connect() as conn:
        if _stored_revision(conn) is not None:
            return
    _set_wal(engine)
    with locked(engine) as conn:
        # Another process may have been first.
        if _stored_revision(conn) is None:
            _upgrade(conn)


def _set_wal(engine: Engine) -> None:
    """Turn write-ahead logging on, for good: readers never wait for the writer."""
    connection = engine.raw_connection()
    try:
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode = WAL")
        cursor.close()
    finally:
        connection.close()


def _stored_revision(conn: Connection) -> str | None:
    """Return the schema's revision, None for an empty database, or _FOREIGN."""
    tables = set(inspect(conn).get_table_names())
    if "alembic_version" in tables and schema.post.name in tables:
        revision = conn.execute(text("SELECT version_num FROM alembic_version")).scalar()
        return None if revision is None else str(revision)
    return _FOREIGN if tables - {"alembic_version"} else None


def _missing(conn: Connection) -> list[str]:
    """Return the tables and views that the schema has and the store has not."""
    there = inspect(conn)
    found = {*there.get_table_names(), *there.get_view_names()}
    return sorted({*schema.metadata.tables, *views.metadata.tables} - found)


def _is_known(revision: str) -> bool:
    """Tell whether this program has that migration."""
    from models.migrations.config import known_revisions

    return revision in known_revisions()


def _upgrade(conn: Connection) -> None:
    from models.migrations.config import upgrade

    upgrade(conn)
    if conn.scalar(select(_INFO.c.value).where(_INFO.c.name == "created_at")) is None:
        now = datetime.now(UTC).isoformat(timespec="seconds")
        conn.execute(_INFO.insert(), {"name": "created_at", "value": now})
    index_secret(conn)


def _describe_mismatch(url: URL, found: str | None) -> str:
    store = f"The store {shown(url)}"
    if found is None:
        return f"{store} is empty: run `scrapy migrate` to make its tables"
    if found == _FOREIGN:
        return f"{store} holds the tables of another program: name an empty database"
    if _is_known(found):
        return (
            f"{store} has an older schema ({found}, needed: {schema.REVISION}): "
            "run `scrapy migrate`"
        )
    return (
        f"{store} has a newer schema ({found}) than this program knows ({schema.REVISION}): "
        "update the program"
    )


def _check_recipe(engine: Engine, recipe: str) -> None:
    stored = select(_INFO.c.value).where(_INFO.c.name == "recipe")
    with engine.connect() as conn:
        found = conn.scalar(stored)
    if found == recipe:
        return
    with locked(engine) as conn:
        found = conn.scalar(stored)
        if found is None and not _holds_documents(conn):
            conn.execute(_INFO.insert(), {"name": "recipe", "value": recipe})
            return
    if found != recipe:
        raise RecipeMismatch(_describe_recipe(engine.url, found, recipe))


def _describe_recipe(url: URL, found: str | None, recipe: str) -> str:
    return (
        f"The store {shown(url)} was indexed with the recipe {found}, this program "
        f"uses {recipe}: run `scrapy rematch --recipe` to index it anew"
    )


def _holds_documents(conn: Connection) -> bool:
    return any(
        conn.scalar(select(literal_column("1")).select_from(table).limit(1)) is not None
        for table in (schema.post, schema.article)
    )


def _connect_once(engine: Engine) -> None:
    """Make the first connection: whatever it fails of, an option in the URL too, is said in words."""
    try:
        engine.connect().close()
    except _DRIVER_ERRORS as error:
        raise StoreUnreachable(_describe_loss(engine.url, error)) from error


def _cause(error: BaseException | None) -> BaseException | None:
    """Return the driver's own error."""
    return error.orig if isinstance(error, DBAPIError) else error


def _describe_loss(url: URL, error: BaseException) -> str:
    return f"The store {shown(url)} can't be reached: {_reason(url, error)}"


def _reason(url: URL, error: BaseException) -> str:
    """Say in one line what the driver said, without the password."""
    cause = _cause(error)
    code = getattr(cause, "sqlite_errorcode", 0) & 0xFF
    if code == sqlite3.SQLITE_NOTADB:
        return "the file is not an SQLite database"
    if code == sqlite3.SQLITE_CORRUPT:
        return "the file is damaged: restore a backup, or see what `sqlite3 FILE .recover` can save"
    if code == sqlite3.SQLITE_READONLY:
        return "the file, or its folder, may not be written (SQLite writes beside it, even to read)"
    if code in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
        return f"another process held its lock for more than {LOCK_WAIT_SECONDS} seconds"
    said = " ".join(str(cause).split())
    if not url.password:
        return said
    return re.sub(rf"(?<!\w){re.escape(url.password)}(?!\w)", "***", said)
