"""`scrapy migrate`, `scrapy rematch`, the help of every command, and progress."""

import importlib
import io
import os
import runpy
import shutil
import signal
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import text

from crawler.command import EXIT_CODES, Interrupted, stopped_by_signals
from crawler.exit_codes import ExitCode
from crawler.progress import Progress
from crawler.terminal import say
from models import schema, views
from models.engine import open_store
from models.urls import sqlite_url
from models.write import set_store_info, writing
from pipelines.match import Matcher
from tests.commands.running import ROOT, Run, command, last_run, lines, run_process, select_all
from tests.commands.sample import ARTICLES, HARBOUR, KEYWORD

OURS = ("demo", "export", "load", "migrate", "rematch", "report")
ORPHANS = [
    {"id": f"o{n}", "board": "free", "text": f"{KEYWORD}{n}\n{HARBOUR[: 280 + 20 * n]}"}
    for n in range(3)
]


# --- what a scheduler may do to a command -------------------------------------------------


def test_a_command_without_a_stderr_does_its_work(sqlite_url: str) -> None:
    done = subprocess.run(
        command(sqlite_url, "migrate"),
        cwd=ROOT,
        stdout=subprocess.PIPE,
        preexec_fn=partial(os.close, 2),
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (
        0,
        f"the store has schema {schema.REVISION} already\n",
    )


def test_ctrl_c_before_a_command_has_begun_shows_no_traceback() -> None:
    stop = "import crawler, signal; signal.raise_signal(signal.SIGINT)"
    done = subprocess.run([sys.executable, "-c", stop], cwd=ROOT, capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (-signal.SIGINT, b"")


def test_blanks_around_a_variable_are_not_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (("STORE_URL", "sqlite:///a.sqlite3 "), ("LOG_LEVEL", " WARNING ")):
        monkeypatch.setenv(name, value)
    settings = runpy.run_path(str(ROOT / "crawler" / "settings.py"))
    assert (settings["STORE_URL"], settings["LOG_LEVEL"]) == ("sqlite:///a.sqlite3", "WARNING")


def test_an_installed_program_keeps_its_store_where_it_is_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    packages, project = tmp_path / "site-packages" / "crawler", tmp_path / "일감 50%?" / "project"
    for folder in (packages, project / "below"):
        folder.mkdir(parents=True)
    shutil.copy(ROOT / "crawler" / "settings.py", packages)
    monkeypatch.delenv("STORE_URL", raising=False)
    for scrapy_cfg, run_in, kept_in in (
        (False, project, project),
        (True, project / "below", project),
    ):
        if scrapy_cfg:
            (project / "scrapy.cfg").write_text("[settings]\ndefault = crawler.settings\n")
        monkeypatch.chdir(run_in)
        settings = runpy.run_path(str(packages / "settings.py"))
        assert settings["STORE_URL"] == sqlite_url(kept_in / "data" / "store.sqlite3")
        assert settings["BOARDS_FILE"] == f"{kept_in}/data/boards.toml"


# --- migrate --------------------------------------------------------------------------


def test_migrate_makes_and_keeps_a_schema(scrapy_sqlite: Run, empty_postgres_url: str) -> None:
    first = scrapy_sqlite("migrate", STORE_URL=empty_postgres_url)
    assert (first.code, first.out) == (
        0,
        f"the store was empty and has schema {schema.REVISION} now\n",
    )
    again = scrapy_sqlite("migrate", STORE_URL=empty_postgres_url)
    assert (again.code, again.out) == (0, f"the store has schema {schema.REVISION} already\n")
    assert scrapy_sqlite("migrate", "now").code == ExitCode.WRONG_USAGE


def test_a_newer_schema_is_refused(scrapy: Run, store_url: str) -> None:
    engine = open_store(store_url)
    with writing(engine) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()
    for arguments in (("migrate",), ("report",), ("export", "posts", "-o", "-", "--format", "csv")):
        done = scrapy(*arguments)
        assert (done.code, done.out) == (ExitCode.NOT_STARTED, "")
        assert "newer schema (9999)" in done.err
        assert len(done.err.splitlines()) == 1


# --- rematch --------------------------------------------------------------------------


def test_a_family_moves_to_the_real_article(scrapy: Run, store_url: str, tmp_path: Path) -> None:
    scrapy("load", "posts", lines(tmp_path / "p.jsonl", *ORPHANS))
    assert {m.origin for m in select_all(store_url, views.mirrors)} == {"inferred"}
    scrapy("load", "articles", lines(tmp_path / "a.jsonl", *ARTICLES))
    done = scrapy("rematch")
    assert done.code == 0
    assert done.out.splitlines() == [
        "posts: 3 matched, 3 changed, 3 moved from a family to a known article",
        "families around an inferred article: 0",
    ]
    assert {m.article_key for m in select_all(store_url, views.mirrors)} == {"harbour"}
    run = last_run(store_url)
    assert (run.command, run.outcome, run.stats["post/moved"]) == ("rematch", "done", 3)
    assert scrapy("rematch").out.startswith("posts: 3 matched, 0 changed, 0 moved")


def test_another_recipe_is_refused_until_the_index_is_made_anew(
    scrapy: Run, store_url: str, tmp_path: Path
) -> None:
    scrapy("load", "articles", lines(tmp_path / "a.jsonl", *ARTICLES))
    scrapy("load", "posts", lines(tmp_path / "p.jsonl", *ORPHANS))
    before = select_all(store_url, schema.article_band)
    engine = open_store(store_url)
    with writing(engine) as connection:
        set_store_info(connection, "recipe", "nfc/shingle=5")
        connection.execute(text("DELETE FROM article_band WHERE key > 0"))
    engine.dispose()
    for arguments in (("load", "posts", str(tmp_path / "p.jsonl")), ("rematch",)):
        done = scrapy(*arguments)
        assert done.code == ExitCode.NOT_STARTED
        assert "nfc/shingle=5" in done.err
        assert "scrapy rematch --recipe" in done.err
    done = scrapy("rematch", "--recipe")
    assert (done.code, done.out.splitlines()[0]) == (0, "articles: 2 indexed anew")
    assert sorted(select_all(store_url, schema.article_band)) == sorted(before)
    assert scrapy("rematch").code == 0


def test_a_rebuild_that_breaks_off_leaves_a_store_that_says_so(
    scrapy_sqlite: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scrapy_sqlite("load", "articles", lines(tmp_path / "a.jsonl", *ARTICLES))

    def stop(*_: object) -> None:
        raise KeyError("a bug")

    with monkeypatch.context() as patch:
        patch.setattr(Matcher, "rematch", stop)
        with pytest.raises(KeyError):
            scrapy_sqlite("rematch", "--recipe")
    refused = scrapy_sqlite("load", "articles", str(tmp_path / "a.jsonl"))
    assert "(unfinished)" in refused.err
    assert "scrapy rematch --recipe" in refused.err
    assert scrapy_sqlite("rematch", "--recipe").code == 0
    assert scrapy_sqlite("load", "articles", str(tmp_path / "a.jsonl")).code == 0


# --- all of them ----------------------------------------------------------------------


def test_every_command_has_help_to_work_from(scrapy_sqlite: Run) -> None:
    for name in OURS:
        done = scrapy_sqlite(name, "--help")
        assert done.code == 0
        assert EXIT_CODES in done.out
        assert importlib.import_module(f"crawler.commands.{name}").Command.name == name
        assert f"scrapy {name}" in done.out
        assert "Writes" in done.out
    assert "mirrors, quotes, posts" in scrapy_sqlite("export", "--help").out


def test_scrapy_lists_the_commands_without_the_store_and_the_matcher() -> None:
    script = (
        "import sys; from scrapy.utils.misc import walk_modules_iter\n"
        "list(walk_modules_iter('crawler.commands'))\n"
        "print(*{'sqlalchemy', 'numpy', 'trafilatura', 'datasketch'} & set(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout == "\n"


def test_a_command_from_a_folder_of_the_project(sqlite_url: str) -> None:
    done = run_process(sqlite_url, "migrate", cwd=ROOT / "crawler" / "boards")
    assert (done.code, done.err) == (0, "")


# --- progress -------------------------------------------------------------------------


class Clock:
    """Seconds that a test sets."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def _work(stream: io.StringIO, *, quiet: bool = False) -> str:
    clock = Clock()
    with Progress("load posts", "posts", quiet=quiet, stream=stream, clock=clock) as progress:
        for second in range(26):
            clock.now = float(second)
            progress.update(100 * second, second / 25)
    return stream.getvalue()


def test_a_pipe_gets_a_line_every_ten_seconds() -> None:
    assert _work(io.StringIO()).splitlines() == [
        "load posts: 1,000 posts, 100/s, 40%",
        "load posts: 2,000 posts, 100/s, 80%",
    ]


def test_a_terminal_gets_a_bar(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)
    shown = _work(Terminal())
    assert "━" in shown
    assert "load posts: " not in shown


def test_quiet_work_says_nothing() -> None:
    assert _work(io.StringIO(), quiet=True) == ""
    assert _work(Terminal(), quiet=True) == ""


needs_dev_full = pytest.mark.skipif(
    not Path("/dev/full").exists(), reason="the system has no /dev/full"
)


def test_a_signal_that_is_raised_where_nobody_hears_it_is_raised_again(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    class Finalised:
        def __del__(self) -> None:
            signal.raise_signal(signal.SIGTERM)

    monkeypatch.setattr("crawler.command.SECONDS_TO_STOP_AGAIN", 0.001)
    handlers = signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGALRM)

    def work() -> None:
        with stopped_by_signals():
            Finalised()
            while True:
                pass

    with pytest.raises(Interrupted) as stopped:
        work()
    assert stopped.value.exit_code == 128 + signal.SIGTERM
    assert (signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGALRM)) == handlers
    assert capsys.readouterr().err == ""


@needs_dev_full
def test_a_log_that_is_full_ends_no_work() -> None:
    with Path("/dev/full").open("w") as full:
        say("a.jsonl:1: has no text", full)
        say("a.jsonl:2: has no text", full)
        Progress("load posts", "posts", stream=full, clock=iter((0.0, 60.0)).__next__).update(9)


@needs_dev_full
def test_an_output_that_is_full_is_said(sqlite_url: str) -> None:
    for arguments in (["report"], ["export", "posts", "-o", "-", "--format", "csv"]):
        with Path("/dev/full").open("w") as full:
            done = subprocess.run(
                command(sqlite_url, *arguments),
                cwd=ROOT,
                stdout=full,
                stderr=subprocess.PIPE,
                text=True,
                check=False,
            )
        assert done.returncode == 1
        assert "the standard output cannot be written: No space left" in done.stderr
        assert "Traceback" not in done.stderr
