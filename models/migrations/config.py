"""Alembic from inside the program: no configuration file, the caller's connection.

The command line (`alembic revision`, `alembic check`) reads pyproject.toml instead.
"""

from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from models.view_sql import replace_views


@cache
def known_revisions() -> frozenset[str]:
    """Return the revisions that this program can upgrade from or is at."""
    scripts = ScriptDirectory.from_config(_config())
    return frozenset(script.revision for script in scripts.walk_revisions())


def upgrade(conn: Connection, revision: str = "head") -> None:
    """Run the migrations that the store has not had, in the caller's transaction.

    At the newest schema the views are made anew.
    """
    config = _config()
    config.attributes["connection"] = conn
    command.upgrade(config, revision)
    if revision == "head":
        replace_views(conn)


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    return config
