"""`scrapy report`: what a person sees."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from rich.cells import cell_len

from crawler.exit_codes import ExitCode
from tests.commands.running import Run, lines
from tests.commands.sample import ARTICLES, GENUINE, HARBOUR, KEYWORD, SPAM, WICKED


@pytest.fixture
def report(scrapy: Run, tmp_path: Path) -> Callable[..., str]:
    """Load the sample posts, on each backend; return what the report of them says."""
    return _reporter(scrapy, tmp_path)


@pytest.fixture
def report_sqlite(scrapy_sqlite: Run, tmp_path: Path) -> Callable[..., str]:
    return _reporter(scrapy_sqlite, tmp_path)


def _reporter(scrapy: Run, tmp_path: Path) -> Callable[..., str]:
    scrapy("load", "articles", lines(tmp_path / "a.jsonl", *ARTICLES))

    def shown(posts: list[dict[str, Any]], *arguments: str) -> str:
        assert scrapy("load", "posts", lines(tmp_path / "p.jsonl", *posts)).code == 0
        done = scrapy("report", *arguments)
        assert (done.code, done.err) == (0, "")
        return done.out

    return shown


def test_the_report_says_what_is_in_the_store(report: Callable[..., str]) -> None:
    text = report([SPAM, GENUINE, {**SPAM, "id": "s2", "board": "qna", "title": "다른 제목"}])
    assert "3 posts on 2 boards (3 readable, 2 spam); 2 copy articles" in _flat(text)
    for heading in ("Boards", "Mirrors by relation", "Articles that are copied most", "Lures"):
        assert f"\n{heading}" in text
    assert "해문항 낡은 기중기 네 대 5월 철거" in _flat(text)
    assert f"{KEYWORD} (2)" in _flat(text)
    assert "load posts" in text


def test_one_copy_is_shown_with_its_spans_its_cuts_and_its_payload(
    report: Callable[..., str],
) -> None:
    text = _flat(report([GENUINE, SPAM]))
    assert "truncated (from its start, cut off)" in text
    assert "pasted twice" in text
    assert f"cut after 300 of {len(HARBOUR)} characters: …{_flat(HARBOUR[282:300])} ✂" in text
    marked = f"«{KEYWORD}» ⟦1 {HARBOUR[:300]} ✂⟧⟦2 {HARBOUR[:260]} ✂⟧ «{KEYWORD}» «010-0000-2875»"
    # Lines are broken where the width asks for it.
    assert "".join(marked.split()) in "".join(text.split())


def test_text_of_spammers_does_not_drive_the_terminal(report_sqlite: Callable[..., str]) -> None:
    text = report_sqlite([WICKED])
    assert not set(text) & {"\x1b", "\x07", "\x9b", "\u202e"}
    assert "[bold red]␛[2J제목" in text
    assert "[link" in text


def test_a_pipe_gets_plain_text_as_wide_as_columns_says(
    report_sqlite: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for width in (70, 110):
        monkeypatch.setenv("COLUMNS", str(width))
        text = report_sqlite([SPAM, GENUINE])
        assert "\x1b" not in text
        assert max(cell_len(line) for line in text.splitlines()) <= width


def test_a_terminal_gets_colours_unless_they_are_unwanted(
    report_sqlite: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "\x1b[1;31m«" in report_sqlite([SPAM])
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b[1;31m«" not in report_sqlite([SPAM])


def test_an_empty_store_says_what_to_do(scrapy: Run) -> None:
    done = scrapy("report")
    assert done.code == 0
    assert "The store is empty" in done.out
    assert "scrapy crawl board" in _flat(done.out)


def test_wrong_usage(scrapy_sqlite: Run) -> None:
    assert scrapy_sqlite("report", "posts").code == ExitCode.WRONG_USAGE
    assert scrapy_sqlite("report", "--top", "0").code == ExitCode.WRONG_USAGE
    assert scrapy_sqlite("report", "--top", "ten").code == ExitCode.WRONG_USAGE
    for name, spider in (("report", []), ("crawl", ["board"])):
        done = scrapy_sqlite(name, *spider, "--pidfile", "/nowhere/x.pid")
        assert done.code == ExitCode.WRONG_USAGE
        assert "/nowhere/x.pid cannot be written: No such file or directory" in done.err


def _flat(text: str) -> str:
    return " ".join(text.split())
