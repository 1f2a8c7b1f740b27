"""`scrapy export`: the rows, the formats, and files that are complete or not there."""

import csv
import fcntl
import gc
import gzip
import io
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from crawler import export
from crawler.exit_codes import ExitCode
from models.errors import StoreUnreachable
from models.queries import VIEWS, view_columns
from tests.commands.running import ROOT, Run, command, lines
from tests.commands.sample import ARTICLES, POSTS, SPAM


@pytest.fixture
def loaded(scrapy: Run, tmp_path: Path) -> Run:
    """A runner on a store with two articles and two posts, on each backend."""
    scrapy("load", "articles", lines(tmp_path / "a.jsonl", *ARTICLES))
    scrapy("load", "posts", lines(tmp_path / "p.jsonl", *POSTS))
    return scrapy


@pytest.fixture
def loaded_sqlite(scrapy_sqlite: Run, tmp_path: Path) -> Run:
    """The same on SQLite alone."""
    formula = {"id": "f1", "title": '=HYPERLINK("x")', "text": "+82 글입니다\r\n둘째 줄"}
    scrapy_sqlite("load", "articles", lines(tmp_path / "a.jsonl", *ARTICLES))
    scrapy_sqlite("load", "posts", lines(tmp_path / "p.jsonl", *POSTS, formula))
    return scrapy_sqlite


def json_rows(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def csv_rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_every_view_in_both_formats_has_the_same_rows(loaded: Run) -> None:
    for view in VIEWS:
        as_json = loaded("export", view, "-o", "-", "--format", "jsonl")
        as_csv = loaded("export", view, "-o", "-", "--format", "csv")
        assert (as_json.code, as_csv.code, as_json.err) == (0, 0, "")
        header = tuple(next(csv.reader(io.StringIO(as_csv.out, newline=""))))
        assert header == view_columns(view)
        objects, table = json_rows(as_json.out), csv_rows(as_csv.out)
        assert len(objects) == len(table)
        assert all(tuple(each) == header for each in objects)
        for each, row in zip(objects, table, strict=True):
            for column, value in each.items():
                if isinstance(value, str):
                    assert row[column] == value
                elif value is None:
                    assert row[column] == ""
                else:
                    assert json.loads(row[column]) == value


def test_values_are_those_of_the_store(loaded: Run) -> None:
    (mirror,) = json_rows(loaded("export", "mirrors", "-o", "-", "--format", "jsonl").out)
    assert mirror["post_key"] == "s1"
    assert mirror["article_title"] == ARTICLES[0]["title"]
    assert mirror["posted_at"] == "2026-03-13T01:20:00+00:00"
    assert (mirror["copies"], mirror["is_spam"], mirror["cuts"]) == (2, True, mirror["cuts"])
    assert [abs(cut - end) <= 5 for cut, end in zip(mirror["cuts"], (300, 260), strict=True)]
    posts = json_rows(loaded("export", "posts", "-o", "-", "--format", "jsonl").out)
    assert posts[0]["body"] == SPAM["text"]


def test_the_name_says_format_and_compression(loaded_sqlite: Run, tmp_path: Path) -> None:
    texts = {}
    for name in ("a.jsonl", "a.csv", "A.JSONL.GZ", "a.csv.gz"):
        done = loaded_sqlite("export", "posts", "-o", str(tmp_path / name))
        assert (done.code, done.out) == (0, "")
        assert done.err == f"{tmp_path / name}: 3 rows of posts\n"
        raw = (tmp_path / name).read_bytes()
        texts[name] = (gzip.decompress(raw) if name.lower().endswith("gz") else raw).decode()
    assert texts["a.jsonl"] == texts["A.JSONL.GZ"]
    assert texts["a.csv"] == texts["a.csv.gz"]
    assert json_rows(texts["a.jsonl"])[2]["body"] == csv_rows(texts["a.csv"])[2]["body"]
    assert sorted(p.name for p in tmp_path.iterdir() if "part" in p.name) == []


def test_csv_is_exact_and_made_safe_for_spreadsheets_on_request(loaded_sqlite: Run) -> None:
    plain = loaded_sqlite("export", "posts", "-o", "-", "--format", "csv").out
    row = csv_rows(plain)[2]
    assert (row["title"], row["body"]) == ('=HYPERLINK("x")', "+82 글입니다\r\n둘째 줄")
    excel = loaded_sqlite("export", "posts", "-o", "-", "--format", "csv", "--excel").out
    assert excel.startswith("\ufeffpost_id,")
    row = csv_rows(excel)[2]
    assert (row["title"], row["body"]) == ('\'=HYPERLINK("x")', "'+82 글입니다\r\n둘째 줄")


def test_what_an_export_lets_out_can_be_loaded(loaded_sqlite: Run, tmp_path: Path) -> None:
    text = loaded_sqlite("export", "posts", "-o", "-", "--format", "jsonl").out
    again = [{"id": r["post_key"], "board": r["board_url"], "text": r["body"],
              "title": r["title"], "author": r["author"], "posted_at": r["posted_at"]}
             for r in json_rows(text)]  # fmt: skip
    done = loaded_sqlite("load", "posts", lines(tmp_path / "again.jsonl", *again))
    assert done.out == "posts: 0 new, 0 changed, 3 unchanged\n"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("mirros", "-o", "x.csv"), "mirrors, quotes, posts"),
        (("-o", "x.csv"), "mirrors, quotes, posts"),
        (("posts", "mirrors", "-o", "x.csv"), "mirrors, quotes, posts"),
        (("posts",), "-o FILE"),
        (("posts", "-o", "-"), "--format"),
        (("posts", "-o", "x.csv", "-o", "y.csv"), "one -o"),
        (("posts", "-o", "x.ods"), ".jsonl, .jsonl.gz, .csv, .csv.gz, .parquet, .xlsx"),
        (("posts", "-o", "x.jsonl", "--excel"), "--excel is for CSV"),
        (("posts", "-o", "x.csv", "--where", "1=1"), "--where"),
    ],
)
def test_wrong_usage(scrapy_sqlite: Run, arguments: tuple[str, ...], said: str) -> None:
    done = scrapy_sqlite("export", *arguments)
    assert (done.code, done.out) == (ExitCode.WRONG_USAGE, "")
    assert said in done.err
    assert not (ROOT / "x.csv").exists()


def test_a_file_that_cannot_be_written(loaded_sqlite: Run, tmp_path: Path) -> None:
    (tmp_path / "folder.csv").mkdir()
    for target in (tmp_path / "no" / "x.csv", tmp_path / "folder.csv"):
        done = loaded_sqlite("export", "posts", "-o", str(target))
        assert done.code == ExitCode.NOT_STARTED
        assert done.err.startswith(f"scrapy export: {target} cannot be written: ")
        assert len(done.err.splitlines()) == 1


def test_an_export_that_fails_leaves_the_older_file(
    loaded_sqlite: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "x.csv"
    loaded_sqlite("export", "posts", "-o", str(target))
    before = target.read_bytes()

    def full(value: object) -> object:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(export, "_cell", full)
    done = loaded_sqlite("export", "posts", "-o", str(target))
    assert done.code == ExitCode.NOT_STARTED
    assert "No space left on device" in done.err
    assert target.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir() if p.name.startswith(".x")] == []


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_what_a_killed_export_left_is_removed_and_a_running_one_s_is_not(
    ending: str, loaded_sqlite: Run, tmp_path: Path
) -> None:
    forsaken, running, other = (
        tmp_path / name
        for name in (f".m.{ending}.1.part", f".m.{ending}.2.part", f".n.{ending}.1.part")
    )
    for each in (forsaken, running, other):
        each.write_text("half")
    with running.open("rb") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        assert loaded_sqlite("export", "mirrors", "-o", str(tmp_path / f"m.{ending}")).code == 0
    assert {each.name for each in tmp_path.glob(".*.part")} == {running.name, other.name}


def test_a_link_and_a_device_stay_what_they_are(loaded_sqlite: Run, tmp_path: Path) -> None:
    (tmp_path / "real.csv").write_text("old")
    (tmp_path / "link.csv").symlink_to(tmp_path / "real.csv")
    assert loaded_sqlite("export", "posts", "-o", str(tmp_path / "link.csv")).code == 0
    assert (tmp_path / "link.csv").is_symlink()
    assert (tmp_path / "real.csv").read_text().startswith("post_id,")
    assert loaded_sqlite("export", "posts", "-o", "/dev/null", "--format", "csv").code == 0
    assert Path("/dev/null").is_char_device()


def test_a_reader_that_goes_away_is_no_fault(sqlite_url: str) -> None:
    with subprocess.Popen(
        command(sqlite_url, "export", "posts", "-o", "-", "--format", "csv"),
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        said = process.stderr.read()
    assert process.returncode == 128 + 13
    assert said == b""


@pytest.mark.parametrize("file_format", ["parquet", "xlsx"])
def test_a_pipe_or_a_device_is_not_replaced(
    file_format: str, scrapy_sqlite: Run, tmp_path: Path
) -> None:
    os.mkfifo(tmp_path / "pipe")
    done = scrapy_sqlite("export", "posts", "-o", str(tmp_path / "pipe"), "--format", file_format)
    assert done.code == ExitCode.WRONG_USAGE
    assert "needs a file of its own" in done.err
    assert (tmp_path / "pipe").is_fifo()


HAS_FULL = pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")


@HAS_FULL
def test_a_workbook_that_does_not_fit_into_the_temporary_folder(
    loaded_sqlite: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(suffix: str = "") -> str:
        os.symlink("/dev/full", tmp_path / "sheet")
        return str(tmp_path / "sheet")

    monkeypatch.setattr("openpyxl.worksheet._writer.create_temporary_file", full)
    done = loaded_sqlite("export", "posts", "-o", str(tmp_path / "x.xlsx"))
    assert done.code == ExitCode.NOT_STARTED
    assert done.err.startswith(f"scrapy export: {tmp_path}/x.xlsx cannot be written: ")
    assert done.err.endswith("where it is made: IO_ENOSPC\n")
    assert [each.name for each in tmp_path.glob("*x.xlsx*")] == []


def _broken_off() -> Iterator[list[str]]:
    yield ["제목"]
    raise StoreUnreachable("gone in the middle of the rows")


@HAS_FULL
def test_a_workbook_that_fails_leaves_nothing_that_fails_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    later: list[object] = []
    monkeypatch.setattr(sys, "unraisablehook", later.append)
    with pytest.raises(OSError, match="No space left"):
        export.write_xlsx(Path("/dev/full"), ["title"], [["제목"]])
    with pytest.raises(StoreUnreachable):
        export.write_xlsx(tmp_path / "half.xlsx", ["title"], _broken_off())
    gc.collect()
    assert later == []
