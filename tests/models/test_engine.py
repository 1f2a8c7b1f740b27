"""Opening a store: what is made, what is refused, and with which words."""

import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import (
    CheckConstraint,
    Connection,
    Engine,
    create_engine,
    func,
    inspect,
    make_url,
    select,
    text,
)
from sqlalchemy.exc import DBAPIError, IntegrityError

from models import schema, views
from models.engine import is_store_gone, migrate, open_store, reading, shown
from models.errors import BrokenValue, RecipeMismatch, SchemaMismatch, StoreUnreachable
from models.migrations.config import known_revisions, upgrade
from models.queries import VIEWS
from models.urls import sqlite_url
from models.write import get_store_info, save_post, set_store_info, transact, writing
from tests.conftest import MIGRATED
from tests.models.filling import NOW, a_post, dump, put


def execute(url: str, *statements: str) -> None:
    engine = create_engine(url)
    with engine.begin() as conn:
        for statement in statements:
            conn.execute(text(statement))
    engine.dispose()


# --- what is made -------------------------------------------------------------------------


def test_a_new_sqlite_store_is_made_at_first_open(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'new.sqlite3'}"
    store = open_store(url, "recipe one")
    put(store, a_post())
    with reading(store) as conn:
        assert get_store_info(conn, "recipe") == "recipe one"
        assert get_store_info(conn, "created_at") is not None
        assert conn.scalar(text("PRAGMA journal_mode")) == "wal"
        assert conn.scalar(text("PRAGMA foreign_keys")) == 1
        assert conn.scalar(text("PRAGMA synchronous")) == 1
        assert conn.scalar(text("PRAGMA busy_timeout")) > 1000
    store.dispose()


def test_the_default_folder_is_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    open_store("sqlite:///data/store.sqlite3").dispose()
    assert (tmp_path / "data" / "store.sqlite3").is_file()


def test_an_empty_postgresql_database_asks_for_migrate(empty_postgres_url: str) -> None:
    with pytest.raises(SchemaMismatch, match="is empty: run `scrapy migrate`"):
        open_store(empty_postgres_url)
    done = migrate(empty_postgres_url)
    assert (done.before, done.after) == (None, schema.REVISION)
    assert migrate(empty_postgres_url).before == schema.REVISION
    open_store(empty_postgres_url).dispose()


def test_migrations_make_what_the_schema_says(store: Engine) -> None:
    assert schema.REVISION in known_revisions()
    with store.connect() as conn:
        context = MigrationContext.configure(
            conn, opts={"compare_type": True, "compare_server_default": True}
        )
        assert compare_metadata(context, schema.metadata) == []
        assert set(inspect(conn).get_view_names()) == set(VIEWS)
        # What the comparison does not look at.
        for table in schema.metadata.sorted_tables:
            found = inspect(conn).get_check_constraints(table.name)
            named = {c.name for c in table.constraints if isinstance(c, CheckConstraint)}
            assert {c["name"] for c in found} == named
            assert inspect(conn).get_pk_constraint(table.name)["constrained_columns"] == [
                column.name for column in table.primary_key
            ]


def test_sqlite_tables_are_made_to_the_letter(sqlite_url: str, tmp_path: Path) -> None:
    """WITHOUT ROWID, AUTOINCREMENT and the like: the comparison of Alembic is blind to them."""

    def statements(url: str) -> dict[str, tuple[set[str], str]]:
        engine = create_engine(url)
        with engine.connect() as conn:
            rows = conn.execute(
                text("SELECT name, sql FROM sqlite_master WHERE type IN ('table', 'index')")
            )
            found = {
                row.name: parts(row.sql)
                for row in rows
                if row.sql and row.name not in {"alembic_version", "sqlite_sequence"}
            }
        engine.dispose()
        return found

    def parts(sql: str) -> tuple[set[str], str]:
        """Split a statement into what stands between its outer brackets, and what is around them.

        A column that was added later stands last and has its foreign key beside it; the
        keys are what Alembic compares.
        """
        head, rest = " ".join(sql.split()).split("(", 1)
        inside, tail = rest.rsplit(")", 1)
        inside = re.sub(r" CONSTRAINT fk_\w+ REFERENCES \w+ \(id\)", "", inside)
        elements = {part.strip() for part in re.split(r",(?![^(]*\))", inside)}
        return {each for each in elements if "FOREIGN KEY" not in each}, head + tail

    plain = f"sqlite:///{tmp_path / 'plain.sqlite3'}"
    engine = create_engine(plain)
    schema.metadata.create_all(engine)
    engine.dispose()
    assert statements(sqlite_url) == statements(plain)


def test_a_store_of_the_first_schema_is_upgraded(tmp_path: Path, empty_postgres_url: str) -> None:
    """Its posts stay, its views become those of today."""
    for url in (f"sqlite:///{tmp_path / 'old.sqlite3'}", empty_postgres_url):
        engine = create_engine(url)
        with engine.begin() as conn:
            upgrade(conn, "0001")
            conn.execute(
                text(
                    "INSERT INTO board (id, url, enabled, interval_seconds, first_seen_at) "
                    "VALUES (1, 'https://a.example/free', true, 60, '2026-01-01T00:00:00Z')"
                )
            )
            conn.execute(text("CREATE VIEW boards AS SELECT url, engine, name FROM board"))
        engine.dispose()
        with pytest.raises(SchemaMismatch, match=r"older schema.*run `scrapy migrate`"):
            open_store(url)
        assert migrate(url).before == "0001"
        store = open_store(url)
        with reading(store) as conn:
            row = conn.execute(select(views.boards)).one()
            assert (row.url, row.failures, row.spam_gone) == ("https://a.example/free", 0, 0)
        store.dispose()


# --- what is refused ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("", "STORE_URL is empty"),
        ("store.sqlite3", "no address of a database"),
        ("sqlite://", "names no file"),
        ("sqlite:///:memory:", "names no file"),
        ("mysql://me:secret@host/db", "not supported"),
        ("postgres://me:secret@host/db", "not supported"),
        ("postgresql+psycopg2://me:secret@host/db", "not supported"),
        ("postgresql://me:secret@host:port/db", "no address of a database"),
        ("postgresql://me:secret@127.0.0.1:1/db", "can't be reached"),
        ("postgresql://me@127.0.0.1:1/db?password=secret", "can't be reached"),
        ("postgresql://me:secret@no-such-host.invalid/db", "can't be reached"),
        ("postgresql://me:secret@127.0.0.1:1/db?nonsense=1", "can't be reached"),
        ("sqlite:////no/such/folder/store.sqlite3", "there is no folder /no/such/folder"),
        ("sqlite:////자료/store.sqlite3", "sqlite:////자료/store.sqlite3 can't be opened"),
        ("sqlite:////tmp/what?/store.sqlite3", "one of the path is written %3F"),
        ("sqlite:///file:/tmp/s.sqlite3?uri=true&timeout=soon", "a wrong option"),
        ("sqlite://tmp/store.sqlite3", "names a host"),
        ("sqlite:////tmp/%00", "a NUL"),
        (f"sqlite:////tmp/{'a' * 300}", "name too long"),
        ("postgresql://host/db?port=none", "a wrong option"),
    ],
)
def test_what_is_no_store_is_refused_in_words(url: str, said: str) -> None:
    for attempt in (open_store, migrate):
        with pytest.raises(StoreUnreachable) as refused:
            attempt(url)
        assert said in str(refused.value)
        assert "secret" not in str(refused.value)
        assert "\n" not in str(refused.value)


@pytest.mark.parametrize("name", ["50%3F", "왜?", "#1 '자료'", "%EC"])
def test_a_file_is_made_where_it_was_named(tmp_path: Path, name: str) -> None:
    """Not where SQLAlchemy finds the end of a path, or a code in it."""
    folder = tmp_path / name
    folder.mkdir()
    open_store(sqlite_url(folder / "store.sqlite3")).dispose()
    assert [each.name for each in tmp_path.iterdir()] == [name]
    assert (folder / "store.sqlite3").is_file()


def test_a_password_is_never_shown() -> None:
    url = make_url("postgresql://me:secret@host/db?sslpassword=secret&password=secret")
    assert "secret" not in shown(url)
    assert "me:***@host/db" in shown(url)


def test_no_such_postgresql_database(postgres_url: str) -> None:
    url = make_url(postgres_url).set(database="nowhere").render_as_string(hide_password=False)
    with pytest.raises(StoreUnreachable, match="nowhere"):
        open_store(url)


def test_a_postgresql_database_that_keeps_no_hangul(
    postgres_url: str, new_postgres_database: Callable[[str], str]
) -> None:
    url = new_postgres_database("template0 ENCODING 'SQL_ASCII' LOCALE 'C'")
    with pytest.raises(StoreUnreachable, match="SQL_ASCII, the store needs UTF8"):
        migrate(url)


def test_what_a_server_or_a_role_has_set_does_not_matter(
    migrated_postgres_url: str, new_postgres_database: Callable[[str], str]
) -> None:
    url = new_postgres_database(MIGRATED)
    name = make_url(url).database
    for setting in (
        "client_encoding TO 'EUC_KR'",
        "DateStyle TO 'SQL, DMY'",
        "default_transaction_isolation TO 'serializable'",
        "idle_in_transaction_session_timeout TO '1s'",
    ):
        execute(url, f"ALTER DATABASE {name} SET {setting}")
    store = open_store(url)
    # No letter of it is in EUC-KR.
    put(store, a_post(body="똠방각하 😀", posted_at=NOW))
    with reading(store) as conn:
        found = conn.execute(select(schema.post.c.body, schema.post.c.posted_at)).one()
        assert tuple(found) == ("똠방각하 😀", NOW)
    with writing(store) as conn:
        assert conn.scalar(text("SHOW transaction_isolation")) == "read committed"
        assert conn.scalar(text("SHOW idle_in_transaction_session_timeout")) == "0"
    store.dispose()


def test_behind_a_pooler_no_transaction_relies_on_the_one_before(
    migrated_postgres_url: str, new_postgres_database: Callable[[str], str]
) -> None:
    url = new_postgres_database(MIGRATED)
    name = make_url(url).database
    execute(
        url,
        # As PgBouncer does, it tells another process than the one that works.
        "CREATE FUNCTION public.pg_backend_pid() RETURNS integer LANGUAGE sql AS 'SELECT 1'",
        f"ALTER DATABASE {name} SET search_path TO public, pg_catalog",
        f"ALTER DATABASE {name} SET idle_in_transaction_session_timeout TO '1s'",
    )
    store = open_store(url)
    for _ in range(10):  # psycopg prepares what it is asked for the sixth time
        put(store, a_post(posted_at=NOW))
    with writing(store) as conn:
        assert conn.scalar(text("SELECT count(*) FROM pg_prepared_statements")) == 0
        assert conn.scalar(text("SHOW idle_in_transaction_session_timeout")) == "0"
    connection = store.raw_connection()
    cursor = connection.cursor()
    cursor.execute("SHOW idle_in_transaction_session_timeout")
    assert cursor.fetchone() == ("1s",)
    connection.close()
    store.dispose()


def test_a_role_without_rights_is_told(
    postgres_url: str, migrated_postgres_url: str, new_postgres_database: Callable[[str], str]
) -> None:
    url = new_postgres_database(MIGRATED)
    # Short enough to stand in other words.
    execute(url, "CREATE ROLE reader LOGIN PASSWORD 'e'")
    try:
        execute(url, "GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader")
        theirs = make_url(url).set(username="reader", password="e")
        store = open_store(theirs.render_as_string(hide_password=False))
        with pytest.raises(StoreUnreachable, match="permission denied for table"):
            put(store, a_post())
        store.dispose()
    finally:
        execute(url, "DROP OWNED BY reader", "DROP ROLE reader")


def test_a_file_that_is_no_database_is_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("이것은 데이터베이스가 아니다. " * 50)
    with pytest.raises(StoreUnreachable, match="not an SQLite database"):
        open_store(f"sqlite:///{path}")
    assert path.read_text() == "이것은 데이터베이스가 아니다. " * 50


def test_a_folder_is_no_store(tmp_path: Path) -> None:
    with pytest.raises(StoreUnreachable, match="that is a folder; name a file in it"):
        open_store(f"sqlite:///{tmp_path}")


def test_a_damaged_file_is_refused_with_what_to_do(sqlite_url: str) -> None:
    path = Path(sqlite_url.removeprefix("sqlite:///"))
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(StoreUnreachable, match=r"damaged: restore a backup.*\.recover"):
        open_store(sqlite_url)


def test_a_store_that_lacks_something_is_refused(store_url: str) -> None:
    execute(store_url, "DROP VIEW mirrors")
    with pytest.raises(SchemaMismatch, match="lacks mirrors: "):
        open_store(store_url)


def test_a_value_that_somebody_wrote_is_shown(sqlite_url: str) -> None:
    store = open_store(sqlite_url)
    put(store, a_post())
    for column, value in (("posted_at", "'어제'"), ("hrefs", "'[oops'")):
        execute(sqlite_url, f"UPDATE post SET {column} = {value}")
        with pytest.raises(BrokenValue, match=value.strip("'[")), reading(store) as conn:
            conn.execute(select(schema.post.c[column])).all()
    store.dispose()


def test_tables_of_another_program_are_refused(tmp_path: Path, empty_postgres_url: str) -> None:
    for url in (f"sqlite:///{tmp_path / 'other.sqlite3'}", empty_postgres_url):
        execute(url, "CREATE TABLE customer (id INTEGER)")
        for attempt in (open_store, migrate):
            with pytest.raises(SchemaMismatch, match="another program"):
                attempt(url)


def test_older_and_newer_schemas_are_refused(
    store_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    execute(store_url, "UPDATE alembic_version SET version_num = '9999'")
    for attempt in (open_store, migrate):
        with pytest.raises(SchemaMismatch, match=r"newer schema.*update the program"):
            attempt(store_url)
    execute(store_url, f"UPDATE alembic_version SET version_num = '{schema.REVISION}'")
    monkeypatch.setattr(schema, "REVISION", f"{int(schema.REVISION) + 1:04}")
    with pytest.raises(SchemaMismatch, match=r"older schema.*run `scrapy migrate`"):
        open_store(store_url)


def test_another_recipe_is_refused(store_url: str) -> None:
    open_store(store_url, "one").dispose()
    open_store(store_url, "one").dispose()
    open_store(store_url).dispose()
    with pytest.raises(RecipeMismatch, match=r"recipe one.*uses two.*scrapy rematch"):
        open_store(store_url, "two")


def test_rows_without_a_recipe_are_of_another_one(store: Engine, store_url: str) -> None:
    put(store, a_post())
    with pytest.raises(RecipeMismatch):
        open_store(store_url, "one")


# --- what goes away -----------------------------------------------------------------------


def test_a_bad_statement_does_not_mean_that_the_store_is_gone(store: Engine) -> None:
    with pytest.raises(IntegrityError) as wrong, writing(store) as conn:
        conn.execute(text("INSERT INTO store_info (name, value) VALUES ('x', NULL)"))
    assert not is_store_gone(wrong.value)
    with pytest.raises(DBAPIError) as wrong_too, writing(store) as conn:
        conn.execute(text("SELECT * FROM no_such_table"))
    assert not is_store_gone(wrong_too.value)


def test_an_exception_rolls_everything_back(store: Engine) -> None:
    before = dump(store)
    with pytest.raises(RuntimeError):
        _write_and_fail(store)
    assert dump(store) == before


def _write_and_fail(store: Engine) -> None:
    with writing(store) as conn:
        set_store_info(conn, "x", "1")
        raise RuntimeError


def test_a_savepoint_keeps_the_rest(store: Engine) -> None:
    with writing(store) as conn:
        set_store_info(conn, "kept", "1")
        inner = conn.begin_nested()
        set_store_info(conn, "lost", "1")
        inner.rollback()
    with reading(store) as conn:
        assert get_store_info(conn, "kept") == "1"
        assert get_store_info(conn, "lost") is None


def test_a_removed_file_ends_the_work(sqlite_url: str, tmp_path: Path) -> None:
    store = open_store(sqlite_url)
    put(store, a_post("1"))
    for path in tmp_path.glob("store.sqlite3*"):
        path.unlink()
    with pytest.raises(StoreUnreachable, match="removed"):
        put(store, a_post("2"))
    store.dispose()
    with pytest.raises(StoreUnreachable, match="removed"):
        put(store, a_post("2"))
    assert not list(tmp_path.glob("store.sqlite3*"))


def test_a_lock_that_is_never_released_ends_the_work(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("models.engine.LOCK_WAIT_SECONDS", 0)
    store = open_store(sqlite_url)
    holder = sqlite3.connect(make_url(sqlite_url).database or "", isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreUnreachable, match="another process held its lock"):
        put(store, a_post())
    holder.execute("ROLLBACK")
    holder.close()
    put(store, a_post())
    store.dispose()


def test_a_full_disk_ends_the_work_and_writes_nothing(sqlite_url: str) -> None:
    store = open_store(sqlite_url)
    before = dump(store)
    with pytest.raises(StoreUnreachable, match="full"):
        _fill_up(store)
    store.dispose()
    assert dump(store) == before


def _fill_up(store: Engine) -> None:
    with writing(store) as conn:
        conn.execute(text("PRAGMA max_page_count = 1"))  # SQLite takes the present size
        for number in range(20):
            save_post(conn, a_post(str(number), body="가" * 4000), None, NOW)


def test_a_lost_connection_ends_the_work(
    postgres_url: str, migrated_postgres_url: str, new_postgres_database: Callable[[str], str]
) -> None:
    store = open_store(new_postgres_database(MIGRATED))
    with pytest.raises(StoreUnreachable, match="can't be reached"):
        _lose_connection(store, postgres_url)
    put(store, a_post())  # the server is there again
    store.dispose()


def test_a_database_made_anew_is_a_store_that_went_away(
    postgres_url: str, migrated_postgres_url: str, new_postgres_database: Callable[[str], str]
) -> None:
    """The next transaction connects again and finds no tables: no record is at fault."""
    url = new_postgres_database(MIGRATED)
    store = open_store(url)
    put(store, a_post())
    store.dispose()
    name = make_url(url).database
    server = create_engine(postgres_url, isolation_level="AUTOCOMMIT")
    with server.connect() as conn:
        conn.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))
        conn.execute(text(f'CREATE DATABASE "{name}"'))
    server.dispose()
    with pytest.raises(StoreUnreachable, match="tables are gone"):
        put(store, a_post())
    store.dispose()


def _lose_connection(store: Engine, postgres_url: str) -> None:
    with writing(store) as conn:
        pid = conn.scalar(text("SELECT pg_backend_pid()"))
        execute(postgres_url, f"SELECT pg_terminate_backend({pid})")
        set_store_info(conn, "x", "1")


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("UPDATE alembic_version SET version_num = '9999'", "newer schema"),
        ("UPDATE store_info SET value = 'another' WHERE name = 'recipe'", "recipe another"),
    ],
)
def test_a_store_that_another_version_took_over_is_written_no_more(
    statement: str, words: str, store_url: str
) -> None:
    """While a crawl runs, somebody updates the program and migrates."""
    store = open_store(store_url, "recipe")
    put(store, a_post("1"))
    execute(store_url, statement)
    with pytest.raises((SchemaMismatch, RecipeMismatch), match=words):
        put(store, a_post("2"))
    with reading(store) as conn:
        assert conn.scalar(select(func.count()).select_from(schema.post)) == 1
    store.dispose()


# --- what passes --------------------------------------------------------------------------


@pytest.fixture
def postgres_store(
    migrated_postgres_url: str, new_postgres_database: Callable[[str], str]
) -> Iterator[Engine]:
    store = open_store(new_postgres_database(MIGRATED))
    yield store
    store.dispose()


def _raise_on_server(conn: Connection, code: str) -> None:
    conn.execute(text(f"DO $$ BEGIN RAISE EXCEPTION 'no' USING ERRCODE = '{code}'; END $$"))


@pytest.mark.parametrize("fault", ["57P01", "40P01", "40001"])
def test_a_transaction_that_the_server_broke_off_is_done_again(
    fault: str, postgres_store: Engine, postgres_url: str
) -> None:
    """A restart (its sessions are terminated), a deadlock, a conflict."""
    faults = [fault]

    def work(conn: Connection) -> None:
        save_post(conn, a_post(), None, NOW)
        if not faults:
            return
        if faults.pop() == "57P01":
            pid = conn.scalar(text("SELECT pg_backend_pid()"))
            execute(postgres_url, f"SELECT pg_terminate_backend({pid})")
            conn.execute(text("SELECT 1"))
        else:
            _raise_on_server(conn, fault)

    transact(postgres_store, work)
    with reading(postgres_store) as conn:
        assert conn.scalar(select(func.count()).select_from(schema.post)) == 1


@pytest.mark.parametrize("fault", ["53100", "25006", "23514"])
def test_what_another_try_does_not_mend_is_tried_once(fault: str, postgres_store: Engine) -> None:
    """A full disk, a server that is read-only now, a row that is not allowed."""
    tries = []

    def work(conn: Connection) -> None:
        tries.append(fault)
        _raise_on_server(conn, fault)

    with pytest.raises((StoreUnreachable, DBAPIError)):
        transact(postgres_store, work)
    assert len(tries) == 1


def test_a_server_that_stays_away_ends_the_work(postgres_store: Engine) -> None:
    tries = []

    def work(conn: Connection) -> None:
        tries.append(1)
        _raise_on_server(conn, "57P03")

    with pytest.raises(StoreUnreachable, match="can't be reached"):
        transact(postgres_store, work, waits=(0, 0))
    assert len(tries) == 3


@pytest.mark.parametrize("opened", [writing, reading])
def test_a_signal_in_the_middle_of_an_answer_is_no_loss_of_the_store(
    opened: Callable[[Engine], AbstractContextManager[Connection]], postgres_store: Engine
) -> None:
    def work() -> None:
        with opened(postgres_store) as conn:
            driver: Any = conn.connection.driver_connection
            driver.pgconn.send_query(b"SELECT 1")  # and the signal comes before its answer
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        work()
    put(postgres_store, a_post())
