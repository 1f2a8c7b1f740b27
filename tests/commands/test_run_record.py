"""The row that a command leaves of its run, however the run ends."""

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from crawler.command import CommandError, recorded_run
from crawler.exit_codes import ExitCode
from models.errors import StoreError
from models.write import writing
from tests.commands.running import last_run


@pytest.fixture
def store_url(sqlite_url: str) -> str:
    return sqlite_url


@pytest.mark.parametrize(
    ("error", "ending"),
    [
        (CommandError(ExitCode.PARTLY, "half of it"), ("failed", ExitCode.PARTLY)),
        (StoreError("gone, and there again"), ("store_gone", ExitCode.STORE_GONE)),
        (DBAPIError("SELECT", None, Exception("no")), ("store_gone", ExitCode.STORE_GONE)),
        (ValueError("a fault of the program's"), ("failed", ExitCode.NOT_STARTED)),
    ],
)
def test_the_row_says_what_the_exit_code_says(
    error: Exception, ending: tuple[str, int], store: Engine, store_url: str
) -> None:
    with pytest.raises(type(error)), recorded_run(store, "load", {}):
        raise error
    row = last_run(store_url)
    assert (row.outcome, row.exit_code) == ending


def test_a_row_that_the_store_refuses_hides_no_error(store: Engine, store_url: str) -> None:
    with writing(store) as connection:
        connection.execute(
            text("CREATE TRIGGER refuse BEFORE UPDATE ON run BEGIN SELECT RAISE(ABORT, 'no'); END")
        )
    with (
        pytest.raises(CommandError, match="the file cannot be written"),
        recorded_run(store, "export", {}),
    ):
        raise CommandError(ExitCode.NOT_STARTED, "the file cannot be written")
    with pytest.raises(DBAPIError, match="no"), recorded_run(store, "load", {}):
        pass
    assert last_run(store_url).outcome is None
