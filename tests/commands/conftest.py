"""Commands on stores of their own."""

import pytest

from crawler import command
from tests.commands.running import Done, Run, run_here


@pytest.fixture
def scrapy(
    store_url: str, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Run:
    """Runs ``scrapy …`` in this process, on a store of each backend."""
    return _runner(store_url, capfd, monkeypatch)


@pytest.fixture
def scrapy_sqlite(
    sqlite_url: str, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Run:
    """The same on SQLite alone, for what the backend cannot change."""
    return _runner(sqlite_url, capfd, monkeypatch)


def _runner(
    store_url: str, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Run:
    # It would take the test's logging over, for all tests that follow.
    monkeypatch.setattr(command, "configure_logging", lambda settings: None)

    def run(*arguments: str, **settings: object) -> Done:
        return run_here(store_url, capfd, arguments, settings)

    return run
