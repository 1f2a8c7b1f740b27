"""What Alembic runs: on the connection of `models.engine`, or on STORE_URL from its command line."""

import os

from alembic import context
from sqlalchemy import Connection, create_engine

from models import schema


def _run(conn: Connection) -> None:
    context.configure(
        connection=conn,
        target_metadata=schema.metadata,
        # SQLite alters a table by copying it.
        render_as_batch=True,
        compare_type=True,
        compare_server_default=True,
    )
    with context.begin_transaction():
        context.run_migrations()


given = context.config.attributes.get("connection")
if given is not None:
    _run(given)
elif context.is_offline_mode():
    raise SystemExit("Migrations need a store: set STORE_URL and leave --sql out")
else:
    engine = create_engine(os.environ.get("STORE_URL", "sqlite:///data/store.sqlite3"))
    with engine.begin() as conn:
        _run(conn)
    engine.dispose()
