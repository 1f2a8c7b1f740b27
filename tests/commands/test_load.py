"""`scrapy load`: what is kept, what is said, and the exit code."""

import os
import signal
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import Connection, create_engine, make_url, text

import models.write
from crawler.exit_codes import ExitCode
from models import schema, views
from models.records import PostRecord
from models.write import SavedPost
from pipelines.match import Matcher
from tests.commands.running import Run, last_run, lines, run_process, select_all
from tests.commands.sample import ARTICLES, GENUINE, HARBOUR, POSTS, SPAM


def keys(store_url: str) -> list[str]:
    return [row.post_key for row in select_all(store_url, views.posts)]


def numbered(count: int) -> list[dict[str, Any]]:
    return [{"id": f"p{n}", "text": f"{n}번째 글의 짧은 본문입니다."} for n in range(count)]


# --- good and bad input ---------------------------------------------------------------


def test_articles_and_posts_are_loaded_and_matched(
    scrapy: Run, store_url: str, tmp_path: Path
) -> None:
    done = scrapy("load", "articles", lines(tmp_path / "a.jsonl", *ARTICLES))
    assert (done.code, done.out) == (0, "articles: 2 new, 0 changed, 0 unchanged\n")
    done = scrapy("load", "posts", lines(tmp_path / "p.jsonl", *POSTS))
    assert (done.code, done.out) == (0, "posts: 2 new, 0 changed, 0 unchanged\n")
    (mirror,) = select_all(store_url, views.mirrors)
    assert (mirror.post_key, mirror.article_key, mirror.relation) == ("s1", "harbour", "truncated")
    assert (mirror.copies, mirror.is_spam) == (2, True)
    assert mirror.posted_at == datetime(2026, 3, 13, 1, 20, tzinfo=UTC)
    run = last_run(store_url)
    assert (run.command, run.outcome, run.exit_code) == ("load posts", "done", 0)
    assert run.stats == {"record/new": 2}


def test_loading_again_changes_only_what_changed(
    scrapy: Run, store_url: str, tmp_path: Path
) -> None:
    scrapy("load", "articles", lines(tmp_path / "a.jsonl", *ARTICLES))
    scrapy("load", "posts", lines(tmp_path / "p.jsonl", *POSTS))
    before = {
        t.name: select_all(store_url, t) for t in (schema.post, schema.mirror, schema.article)
    }
    again = scrapy("load", "articles", str(tmp_path / "a.jsonl"))
    assert again.out == "articles: 0 new, 0 changed, 2 unchanged\n"
    assert scrapy("load", "posts", str(tmp_path / "p.jsonl")).code == 0
    after = {t.name: select_all(store_url, t) for t in (schema.post, schema.mirror, schema.article)}
    assert after == before
    edited = {**GENUINE, "text": GENUINE["text"] + " 고맙습니다."}
    done = scrapy("load", "posts", lines(tmp_path / "e.jsonl", SPAM, edited))
    assert done.out == "posts: 0 new, 1 changed, 1 unchanged\n"
    assert [row.version for row in select_all(store_url, views.posts)] == [1, 2]


def test_bad_lines_are_named_counted_and_skipped(
    scrapy: Run, store_url: str, tmp_path: Path
) -> None:
    path = lines(
        tmp_path / "a.jsonl",
        ARTICLES[0],
        '{"id": "broken", "text": "말',
        {"id": "no text"},
        [1],
        {"id": "x", "text": 7},
        {"id": "x", "text": "…"},
        {"text": "말"},
        {**ARTICLES[1], "published_at": "어제"},
        {"id": "later", "text": "앞날의 일을 적은 글이다.", "published_at": "2126-03-02"},
    )
    done = scrapy("load", "articles", path)
    assert done.code == ExitCode.PARTLY
    assert [line.removeprefix(path) for line in done.err.splitlines()] == [
        ":2: broken JSON: Unterminated string starting at (character 26)",
        ":3: has no text",
        ":4: an array, not an object: write one object a line",
        ":5: its text is a number, not a string",
        ":6: its text has no letter or digit",
        ":7: has neither id nor url",
        ":8: its date cannot be read and is left empty",
        ":9: its date is more than a year ahead and is left empty",
    ]
    assert done.out.splitlines() == [
        "articles: 3 new, 0 changed, 0 unchanged",
        "bad lines, skipped: 6 (json 1, no_id 1, no_letters 1, no_text 1, not_object 1, type 1)",
        "unreadable dates, left empty: 1",
        "dates more than a year ahead, left empty: 1",
    ]
    stored = select_all(store_url, schema.article)
    assert [row.key for row in stored] == ["harbour", "library", "later"]
    assert stored[2].published_at is None
    run = last_run(store_url)
    assert (run.outcome, run.exit_code) == ("partly", 3)
    assert run.stats["line/bad/json"] == 1


def test_only_the_first_bad_lines_are_shown(scrapy_sqlite: Run, tmp_path: Path) -> None:
    done = scrapy_sqlite("load", "posts", lines(tmp_path / "p", *["{"] * 50, GENUINE))
    assert len(done.err.splitlines()) == 21
    assert done.err.endswith("… and 30 more such lines (not shown)\n")
    assert "posts: 1 new" in done.out
    assert "json 50" in done.out


def test_of_lines_with_the_same_id_the_last_one_counts(
    scrapy: Run, store_url: str, tmp_path: Path
) -> None:
    later = {**GENUINE, "text": "다른 본문으로 고쳐 적었습니다."}
    done = scrapy("load", "posts", lines(tmp_path / "p.jsonl", GENUINE, SPAM, later))
    assert (done.code, done.out.splitlines()[0]) == (0, "posts: 2 new, 1 changed, 0 unchanged")
    assert "lines with an id that stood in the file before: 1" in done.out
    (stored,) = [row for row in select_all(store_url, views.posts) if row.post_key == "g1"]
    assert (stored.body, stored.version) == (later["text"], 2)


def test_huge_posts_cost_the_others_nothing(
    scrapy_sqlite: Run, sqlite_url: str, tmp_path: Path
) -> None:
    path = lines(
        tmp_path / "p.jsonl",
        {"id": "30 MB", "text": "가" * (10 * 1024 * 1024)},
        {"id": "1,000,001 letters", "text": "나" * 1_000_001},
        {"id": "one word", "text": "다온누수탐지 " * 200_000},
        GENUINE,
    )
    done = scrapy_sqlite("load", "posts", path, LOAD_MAX_CHARS=2_000_000)
    assert done.code == ExitCode.PARTLY
    assert done.err == f"{path}:1: the line is longer than 16 MB\n"
    assert keys(sqlite_url) == ["1,000,001 letters", "one word", "g1"]
    done = scrapy_sqlite("load", "posts", path)
    assert "bad lines, skipped: 3 (too_long 3)" in done.out
    assert f"{path}:2: its text has more than 1,000,000 letters and digits" in done.err


def test_characters_that_a_store_refuses_do_not_cost_the_post(
    scrapy: Run, store_url: str, tmp_path: Path
) -> None:
    line = r'{"id": "n\u0000", "board": "\ud800", "title": "\u0000", "text": "널\u0000 문자\udfff"}'
    done = scrapy("load", "posts", lines(tmp_path / "p.jsonl", line))
    assert done.code == 0
    assert "records with characters that no store takes, dropped: 1" in done.out
    (stored,) = select_all(store_url, views.posts)
    assert (stored.post_key, stored.board_url, stored.title) == ("n", "", None)
    assert stored.body == "널 문자"


# --- files ----------------------------------------------------------------------------


def test_a_bad_file_costs_the_others_nothing(
    scrapy_sqlite: Run, sqlite_url: str, tmp_path: Path
) -> None:
    empty, gone = tmp_path / "empty.jsonl", tmp_path / "gone.jsonl"
    empty.touch()
    good = lines(tmp_path / "p.jsonl", GENUINE)
    done = scrapy_sqlite("load", "posts", str(empty), str(gone), str(tmp_path), good)
    assert done.code == ExitCode.PARTLY
    assert done.err.splitlines() == [
        f"{empty}: is empty",
        f"{gone}: there is no such file",
        f"{tmp_path}: is a folder: name the files in it",
    ]
    assert "bad files: 3 (directory 1, empty 1, missing 1)" in done.out
    assert keys(sqlite_url) == ["g1"]


def test_an_empty_file_alone_is_bad_input_too(scrapy_sqlite: Run, tmp_path: Path) -> None:
    path = tmp_path / "empty.jsonl"
    path.touch()
    done = scrapy_sqlite("load", "articles", str(path))
    assert (done.code, done.err) == (ExitCode.PARTLY, f"{path}: is empty\n")


def test_what_stands_before_the_cut_in_a_gzip_file_is_stored(
    scrapy_sqlite: Run, sqlite_url: str, tmp_path: Path
) -> None:
    import gzip

    plain = Path(lines(tmp_path / "p.jsonl", *numbered(400))).read_bytes()
    path = tmp_path / "p.jsonl.gz"
    path.write_bytes(gzip.compress(plain)[:-300])
    done = scrapy_sqlite("load", "posts", str(path))
    assert done.code == ExitCode.PARTLY
    assert done.err == f"{path}: the gzip file is cut off; its lines so far are kept\n"
    stored = keys(sqlite_url)
    assert stored == [f"p{n}" for n in range(len(stored))]
    assert len(stored) > 200


def test_no_file_at_all_is_no_start(scrapy_sqlite: Run, tmp_path: Path) -> None:
    done = scrapy_sqlite("load", "posts", str(tmp_path / "gone.jsonl"))
    assert (done.code, done.err) == (
        ExitCode.NOT_STARTED,
        f"{tmp_path / 'gone.jsonl'}: there is no such file\n",
    )


def test_csv_and_standard_input(sqlite_url: str) -> None:
    table = "id,board,title,text\r\n1,자유,제목,본문입니다\r\n2,자유,제목,\r\n".encode("cp949")
    done = run_process(sqlite_url, "load", "posts", "-", stdin=table)
    assert (done.code, done.err) == (
        ExitCode.PARTLY,
        "standard input:3: has neither text nor html nor page\n",
    )
    (stored,) = select_all(sqlite_url, views.posts)
    assert (stored.board_url, stored.body) == ("자유", "본문입니다")


def test_control_characters_of_a_file_do_not_reach_the_terminal(
    scrapy_sqlite: Run, tmp_path: Path
) -> None:
    done = scrapy_sqlite("load", "posts", lines(tmp_path / "p\x1b[31m", {"id": "1", "text": 1}))
    assert "\x1b" not in done.err
    assert "␛[31m:1: its text" in done.err


# --- usage ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "arguments",
    [(), ("articles",), ("mirrors", "x.jsonl"), ("posts", "--fast", "x.jsonl")],
    ids=["nothing", "no file", "no such kind", "no such option"],
)
def test_wrong_usage(scrapy_sqlite: Run, sqlite_url: str, arguments: tuple[str, ...]) -> None:
    done = scrapy_sqlite("load", *arguments)
    assert done.code == ExitCode.WRONG_USAGE
    assert "Traceback" not in done.err
    assert select_all(sqlite_url, schema.run) == []


# --- failures -------------------------------------------------------------------------


@pytest.fixture
def when_saving(monkeypatch: pytest.MonkeyPatch) -> Callable[[str, Callable[[], None]], None]:
    """Do something when the post of a key is about to be saved."""

    def install(key: str, act: Callable[[], None]) -> None:
        save = Matcher.save_posts

        def acting(
            self: Matcher,
            connection: Connection,
            records: Sequence[PostRecord],
            run_id: int,
            now: datetime,
        ) -> list[SavedPost]:
            if key in {record.key for record in records}:
                act()
            return save(self, connection, records, run_id, now)

        monkeypatch.setattr(Matcher, "save_posts", acting)

    return install


def fail() -> None:
    raise ZeroDivisionError("a bug")


def test_a_record_that_cannot_be_matched_costs_no_other(
    scrapy: Run,
    store_url: str,
    tmp_path: Path,
    when_saving: Callable[[str, Callable[[], None]], None],
) -> None:
    when_saving("p7", fail)
    path = lines(tmp_path / "p.jsonl", *numbered(60))
    done = scrapy("load", "posts", path)
    assert (done.code, done.err) == (
        ExitCode.PARTLY,
        f"{path}:8: not stored: ZeroDivisionError: a bug\n",
    )
    assert "posts: 59 new" in done.out
    assert "failed, not stored: 1 (ZeroDivisionError 1)" in done.out
    assert keys(store_url) == [f"p{n}" for n in range(60) if n != 7]


def test_articles_of_a_batch_that_was_rolled_back_are_forgotten(
    scrapy_sqlite: Run,
    sqlite_url: str,
    tmp_path: Path,
    when_saving: Callable[[str, Callable[[], None]], None],
) -> None:
    when_saving("bad", fail)
    first = [{"id": f"a{n}", "text": HARBOUR[: 300 + n]} for n in range(3)]
    scrapy_sqlite("load", "posts", lines(tmp_path / "p", *first, {"id": "bad", "text": "말"}))
    assert {m.post_key for m in select_all(sqlite_url, views.mirrors)} == {"a0", "a1", "a2"}
    assert len(select_all(sqlite_url, views.families)) == 1


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_keeps_what_was_committed(
    scrapy: Run,
    store_url: str,
    tmp_path: Path,
    when_saving: Callable[[str, Callable[[], None]], None],
    number: signal.Signals,
) -> None:
    when_saving("p75", lambda: os.kill(os.getpid(), number))
    before = signal.signal(number, signal.SIG_DFL)  # under nohup, SIGHUP is ignored
    try:
        done = scrapy("load", "posts", lines(tmp_path / "p.jsonl", *numbered(120)))
    finally:
        signal.signal(number, before)
    assert done.code == 128 + number
    assert done.err == (
        f"scrapy load: stopped by {number.name}; what was committed before is there\n"
    )
    assert keys(store_url) == [f"p{n}" for n in range(50)]
    run = last_run(store_url)
    assert (run.outcome, run.exit_code, run.stats) == ("stopped", 128 + number, {"record/new": 50})


def test_a_store_that_goes_away(
    scrapy: Run,
    store_url: str,
    tmp_path: Path,
    when_saving: Callable[[str, Callable[[], None]], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    url = make_url(store_url)
    waited: list[float] = []
    monkeypatch.setattr(models.write, "clock", SimpleNamespace(sleep=waited.append))

    def take_away() -> None:
        if url.get_backend_name() == "sqlite":
            assert url.database is not None
            for suffix in ("", "-wal", "-shm"):
                Path(url.database + suffix).unlink(missing_ok=True)
            return
        server = create_engine(url.set(database="postgres"), isolation_level="AUTOCOMMIT")
        with server.connect() as connection:
            connection.execute(text(f'ALTER DATABASE "{url.database}" ALLOW_CONNECTIONS false'))
            connection.execute(
                text(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name"
                ),
                {"name": url.database},
            )
        server.dispose()

    when_saving("p75", take_away)
    done = scrapy("load", "posts", lines(tmp_path / "p.jsonl", *numbered(120)))
    assert done.code == ExitCode.STORE_GONE
    assert "Traceback" not in done.err
    assert done.err.startswith("scrapy load: The store ")
    if url.get_backend_name() == "postgresql":
        server = create_engine(url.set(database="postgres"), isolation_level="AUTOCOMMIT")
        with server.connect() as connection:
            connection.execute(text(f'ALTER DATABASE "{url.database}" ALLOW_CONNECTIONS true'))
        server.dispose()
        assert keys(store_url) == [f"p{n}" for n in range(50)]
        assert sum(waited) == 60, "a server that restarts is waited for, a minute"


def test_a_store_that_cannot_be_opened(
    scrapy_sqlite: Run, tmp_path: Path, empty_postgres_url: str
) -> None:
    path = lines(tmp_path / "p.jsonl", GENUINE)
    junk = tmp_path / "junk.sqlite3"
    junk.write_bytes(b"this is no database, " * 100)
    for url, said in (
        (f"sqlite:///{tmp_path}/no/folder/store.sqlite3", "there is no folder"),
        (f"sqlite:///{junk}", "not an SQLite database"),
        ("mysql://me@db/x", "not supported"),
        ("nonsense", "no address of a database"),
        ("postgresql://me:secret@127.0.0.1:1/x", "can't be reached"),
        (empty_postgres_url, "scrapy migrate"),
    ):
        done = scrapy_sqlite("load", "posts", path, STORE_URL=url)
        assert done.code == ExitCode.NOT_STARTED, url
        assert said in done.err
        assert "secret" not in done.err
        assert len(done.err.splitlines()) <= 2
    assert scrapy_sqlite("migrate", STORE_URL=empty_postgres_url).out.startswith(
        "the store was empty"
    )
    assert scrapy_sqlite("load", "posts", path, STORE_URL=empty_postgres_url).code == 0


def test_a_store_that_can_only_be_read_is_no_start(
    scrapy_sqlite: Run, sqlite_url: str, tmp_path: Path
) -> None:
    path = lines(tmp_path / "p.jsonl", GENUINE)
    assert scrapy_sqlite("load", "posts", path).code == 0
    read_only = f"{sqlite_url.replace('sqlite:///', 'sqlite:///file:')}?mode=ro&uri=true"
    done = scrapy_sqlite("load", "posts", path, STORE_URL=read_only)
    assert done.code == ExitCode.NOT_STARTED
    assert "may not be written" in done.err
    assert "Traceback" not in done.err
    assert scrapy_sqlite("report", STORE_URL=read_only).code == 0
