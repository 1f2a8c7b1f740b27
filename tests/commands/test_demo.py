"""`scrapy demo`, whole."""

import re
import socket
from pathlib import Path

from crawler.exit_codes import ExitCode
from models import views
from tests.commands.running import ROOT, Run, lines, run_process, select_all
from tests.commands.sample import ARTICLES

UNUSED = "sqlite:////no/such/folder/store.sqlite3"
"""The demo does not touch the store of the settings."""


def test_the_demo_crawls_both_boards_and_reports(tmp_path: Path) -> None:
    store = tmp_path / "demo.sqlite3"
    done = run_process(UNUSED, "demo", "--store", str(store), cwd=ROOT / "data")
    assert (done.code, "Traceback" in done.err) == (0, False), done.err
    boards = {row.engine: row for row in select_all(f"sqlite:///{store}", views.boards)}
    assert set(boards) == {"gnuboard5", "rhymix"}
    assert sum(row.posts for row in boards.values()) == 130
    assert all(row.mirrors > 20 for row in boards.values())
    for words in ("Mirrors by relation", "Families", "Lures", "One post in full", "✂", "⟦1", "«"):
        assert words in done.out
    address = re.search(r"http://127\.0\.0\.1:(\d+)/", done.err)
    assert address is not None
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", int(address[1]))) != 0, "the server still runs"


def test_the_demo_deletes_no_store_but_its_own(scrapy_sqlite: Run, tmp_path: Path) -> None:
    path = lines(tmp_path / "a.jsonl", *ARTICLES)
    store = f"sqlite:///{tmp_path / 'mine.sqlite3'}"
    assert scrapy_sqlite("load", "articles", path, STORE_URL=store).code == 0
    done = scrapy_sqlite("demo", "--store", store)
    assert done.code == ExitCode.NOT_STARTED
    assert "the store is not empty" in done.err
    assert len(select_all(store, views.boards)) == 0
    assert scrapy_sqlite("demo", "--store", "mysql://x/y").code == ExitCode.NOT_STARTED
    assert scrapy_sqlite("demo", "twice").code == ExitCode.WRONG_USAGE


def test_a_crawl_that_fails_is_a_demo_that_fails(tmp_path: Path) -> None:
    store = str(tmp_path / "demo.sqlite3")
    done = run_process(UNUSED, "demo", "--store", store, "-s", "DOWNLOAD_MAXSIZE=10")
    assert done.code == ExitCode.NOT_STARTED
    assert "scrapy demo: scrapy crawl board -a url=http://127.0.0.1:" in done.err
    assert "Traceback" not in done.err
