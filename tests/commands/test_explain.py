"""`scrapy explain`: what a person sees of one post, in the terminal and as a page."""

import base64
import hashlib
import re
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console
from sqlalchemy import select

from crawler.exit_codes import ExitCode
from crawler.explanation import print_explanation
from crawler.explanation_page import Shown, explanation_page
from crawler.html_page import shown
from models import schema
from models.engine import open_store, reading
from models.explanation import read_explanation
from models.write import writing
from tests.commands.running import Run, lines, select_all
from tests.commands.sample import (
    ARTICLES,
    COLLAGE,
    GENUINE,
    HARBOUR,
    KEYWORD,
    LIBRARY,
    SPAM,
    WICKED,
)
from tests.core.sample_text import shuffled

Load = Callable[..., None]


@pytest.fixture
def load(scrapy: Run, tmp_path: Path) -> Load:
    """Load posts after the articles, on each backend."""
    return _loader(scrapy, tmp_path)


@pytest.fixture
def load_sqlite(scrapy_sqlite: Run, tmp_path: Path) -> Load:
    return _loader(scrapy_sqlite, tmp_path)


def _loader(scrapy: Run, tmp_path: Path) -> Load:
    def load(*posts: dict[str, Any], articles: list[dict[str, Any]] = ARTICLES) -> None:
        if articles:
            assert scrapy("load", "articles", lines(tmp_path / "a.jsonl", *articles)).code == 0
        assert scrapy("load", "posts", lines(tmp_path / "p.jsonl", *posts)).code == 0

    return load


def test_a_post_is_shown_with_grounds_and_provenance(scrapy: Run, load: Load) -> None:
    load(GENUINE, SPAM)
    done = scrapy("explain", "s1")
    assert (done.code, done.err) == (0, "")
    text = _flat(done.out)
    assert "truncated (from its start, cut off)" in text
    assert "it begins with the article and breaks off after 300 of" in text
    assert "pasted twice: the same text was pasted more than once" in text
    marked = f"«{KEYWORD}» ⟦1 {HARBOUR[:300]} ✂⟧⟦2 {HARBOUR[:260]} ✂⟧ «{KEYWORD}» «010-0000-2875»"
    assert "".join(marked.split()) in "".join(text.split())
    assert re.search(r"run 2: scrapy load posts .* \(pumgeul ", text)
    assert re.search(r"recipe \S*shingle", text)


def test_a_collage_names_its_articles(scrapy_sqlite: Run, load_sqlite: Load) -> None:
    load_sqlite(SPAM, COLLAGE)
    text = _flat(scrapy_sqlite("explain", "c1").out)
    assert "the post takes stretches of 2 articles" in text
    assert "⟦A1 해문항 제3부두의" in text
    assert "⟦B1 다온시 도서관" in text


def test_words_in_another_order_are_told(scrapy_sqlite: Run, load_sqlite: Load) -> None:
    load_sqlite({**SPAM, "text": f"{KEYWORD}\n{shuffled(HARBOUR, 6)}"})
    text = _flat(scrapy_sqlite("explain", "s1").out)
    assert "parts stand in another order" in text
    # Blanks between two words are none that anybody left out.
    assert "left out" not in text
    assert f"«{KEYWORD}»" in text


def test_own_text_copies_nothing(scrapy_sqlite: Run, load_sqlite: Load) -> None:
    load_sqlite(SPAM, GENUINE)
    text = _flat(scrapy_sqlite("explain", "g1").out)
    assert "none: the post copies nothing that is known" in text
    assert "후문 쪽 자전거 보관대가" in text
    assert "no spam" in text


def test_hidden_text_is_shown(scrapy_sqlite: Run, load_sqlite: Load) -> None:
    html = f'<p>{HARBOUR[:300]}</p><span style="display:none">몰래 누수탐지</span>'
    load_sqlite({"id": "h1", "html": html})
    assert "몰래 누수탐지" in scrapy_sqlite("explain", "h1").out
    assert "Not seen by readers" in scrapy_sqlite("explain", "h1", "-o", "-").out


def test_text_of_spammers_does_not_drive_the_terminal(
    scrapy_sqlite: Run, load_sqlite: Load
) -> None:
    load_sqlite(WICKED)
    text = scrapy_sqlite("explain", "w1").out
    assert not set(text) & {"\x1b", "\x07", "\x9b", "\u202e"}
    assert "[bold red]␛[2J제목" in text


# --- which post -----------------------------------------------------------------------------


def test_posts_are_named_by_key_or_number_and_several_are_shown(
    scrapy_sqlite: Run, load_sqlite: Load
) -> None:
    load_sqlite(SPAM, GENUINE, {**GENUINE, "id": "2", "board": "qna", "title": "열쇠가 2인 글"})
    assert "열쇠가 2인 글" in scrapy_sqlite("explain", "2").out
    assert "자전거 보관대 질문" in scrapy_sqlite("explain", "--id", "2").out
    both = scrapy_sqlite("explain", "g1", "s1", "g1")
    assert both.out.count("Provenance") == 2
    partly = scrapy_sqlite("explain", "g1", "nobody\x1b[31m")
    assert partly.code == ExitCode.PARTLY
    assert "자전거" in partly.out
    assert partly.err.startswith("scrapy explain: no post has the id, URL or post_id 'nobody")
    assert "\x1b" not in partly.err
    assert scrapy_sqlite("explain", "--id", "99999999999").code == ExitCode.NOT_STARTED


def test_a_name_that_several_posts_came_with_says_how_to_choose(
    scrapy_sqlite: Run, load_sqlite: Load
) -> None:
    load_sqlite(SPAM, {**GENUINE, "id": "s1", "board": "qna", "title": "다른 판의 글"})
    done = scrapy_sqlite("explain", "s1")
    assert done.code == ExitCode.NOT_STARTED
    assert "2 posts came as 's1'; choose by --id" in done.err
    assert "--id 2  qna  다른 판의 글" in done.err


def test_wrong_usage(scrapy_sqlite: Run) -> None:
    assert scrapy_sqlite("explain").code == ExitCode.WRONG_USAGE
    assert scrapy_sqlite("explain", "--id", "s1").code == ExitCode.WRONG_USAGE
    assert scrapy_sqlite("explain", "s1", "--nothing").code == ExitCode.WRONG_USAGE


# --- matched again ----------------------------------------------------------------------------


def test_recomputing_confirms_the_stored_answer_and_writes_nothing(
    scrapy: Run, load: Load, store_url: str
) -> None:
    load(SPAM, COLLAGE, GENUINE)
    before = _everything(store_url)
    done = scrapy("explain", "s1", "c1", "g1", "--recompute")
    assert done.code == 0
    assert done.out.count("the stored answer is what comes out now") == 3
    assert _everything(store_url) == before


def test_recomputing_says_what_a_new_article_changes(
    scrapy: Run, load: Load, store_url: str, tmp_path: Path
) -> None:
    load(SPAM, articles=[])
    assert scrapy("load", "articles", lines(tmp_path / "late.jsonl", *ARTICLES)).code == 0
    before = _everything(store_url)
    text = _flat(scrapy("explain", "s1", "--recompute").out)
    assert "this differs from what is stored" in text
    assert re.search(r"link none harbour", text)
    assert _everything(store_url) == before


def _everything(store_url: str) -> dict[str, list[Any]]:
    return {
        name: sorted(map(repr, select_all(store_url, table)))
        for name, table in schema.metadata.tables.items()
    }


# --- the page ---------------------------------------------------------------------------------


class Elements(HTMLParser):
    """Collects what a page is made of."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.marks: list[tuple[str, str]] = []
        self._mark = ""
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        if tag == "mark":
            self._mark = dict(attrs).get("class") or ""
            self.marks.append((self._mark, ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "mark":
            self._mark = ""

    def handle_data(self, data: str) -> None:
        self.text += data
        if self._mark:
            self.marks[-1] = (self._mark, self.marks[-1][1] + data)


def test_the_page_marks_copies_cuts_and_payload(
    scrapy_sqlite: Run, load_sqlite: Load, tmp_path: Path
) -> None:
    load_sqlite(SPAM)
    target = tmp_path / "s1.html"
    done = scrapy_sqlite("explain", "s1", "--recompute", "--html", str(target))
    assert (done.code, done.out) == (0, "")
    assert done.err == f"{target}: 1 post explained\n"
    page = Elements(target.read_text("utf-8"))
    body = [mark for mark in page.marks if len(mark[1]) > 2]
    assert body[1:6] == [
        ("lure", KEYWORD),
        ("copy c0", f"1{HARBOUR[:300]}✂"),
        ("copy c1", f"2{HARBOUR[:260]}✂"),
        ("lure", KEYWORD),
        ("lure", "010-0000-2875"),
    ]
    assert "The stored answer is what comes out now." in page.text
    assert "pumgeul 0.1.0" in page.text


def test_a_page_needs_nothing_and_obeys_nothing(scrapy_sqlite: Run, load_sqlite: Load) -> None:
    evil = (
        f"{HARBOUR[:320]}\n</mark></main><script>alert(1)</script><img src=x onerror=alert(1)>"
        f"<style>*{{display:none}}</style>\u202e\u2066뒤집힘\x1b[31m {KEYWORD}\u200b끝"
        + "가\u0301" * 3
        + "\u0301" * 900
    )
    load_sqlite(
        {"id": "x1", "board": '"><script>', "title": "<b>제목</b>", "author": "'><i>", "text": evil}
    )
    text = scrapy_sqlite("explain", "x1", "--html", "-").out
    page = Elements(text)
    assert not page.tags & {"script", "img", "iframe", "link", "object", "a", "form"}
    assert not page.attributes & {"style", "src", "href", "onerror", "action"}
    assert not set(text) & {"\x1b", "\u202e", "\u2066"}
    assert "<script>alert(1)</script>" in page.text
    assert "<b>제목</b>" in page.text
    # The flood of marks is cut, and said.
    assert text.count("\u0301") < 40
    assert "more marks" in text
    assert 'title="U+200B"' in text
    (style,) = re.findall(r"<style>(.*?)</style>", text, re.DOTALL)
    sha = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{sha}'; base-uri 'none'; form-action 'none'"
    assert f'http-equiv="Content-Security-Policy" content="{policy}"' in text
    assert "url(" not in style
    assert "@import" not in style


class WithSubstitutions:
    """A row of `mirrors` whose copy exchanges a word."""

    def __init__(self, row: Any) -> None:
        self._row = row
        self._mapping = {"substitutions": [["기중기", "도박<b>", 3]]}

    def __getattr__(self, name: str) -> Any:
        return getattr(self._row, name)


def test_exchanged_words_are_shown(load_sqlite: Load, sqlite_url: str) -> None:
    load_sqlite({**SPAM, "text": HARBOUR[:300].replace("기중기", "도박<b>")})
    engine = open_store(sqlite_url)
    with reading(engine) as connection:
        explained = read_explanation(connection, 1)
    engine.dispose()
    (copied,) = explained.copied
    link: Any = WithSubstitutions(copied.link)
    explained = replace(explained, copied=[replace(copied, link=link)])
    page = explanation_page([Shown(explained)])
    assert '기중기 → <b class="value">도박&lt;b&gt;</b></span> 3 times' in page
    assert '<span class="lure" title="for 기중기">도박&lt;b&gt;</span>' in page
    written = StringIO()
    print_explanation(Console(file=written, width=100), explained)
    assert "기중기 → 도박<b> (3 times)" in _flat(written.getvalue())
    assert "«도박<b>»" in written.getvalue()


def test_a_page_that_cannot_be_written_says_so(
    scrapy_sqlite: Run, load_sqlite: Load, tmp_path: Path
) -> None:
    load_sqlite(SPAM)
    done = scrapy_sqlite("explain", "s1", "-o", str(tmp_path / "nowhere" / "s1.html"))
    assert done.code == ExitCode.NOT_STARTED
    assert "cannot be written" in done.err


def test_the_capture_behind_a_post_is_named(
    scrapy_sqlite: Run, load_sqlite: Load, sqlite_url: str
) -> None:
    load_sqlite(SPAM)
    engine = open_store(sqlite_url)
    with writing(engine) as connection:
        capture_id = connection.execute(
            schema.capture.insert().returning(schema.capture.c.id),
            {
                "url": "https://board.example/1",
                "status": 200,
                "sha256": "ab" * 32,
                "warc_file": "2026/a.warc.gz",
                "warc_offset": 12345,
                "warc_length": 678,
                "fetched_at": connection.execute(select(schema.run.c.started_at)).scalars().first(),
            },
        ).scalar_one()
        connection.execute(schema.post.update().values(capture_id=capture_id))
    engine.dispose()
    for text in (
        _flat(scrapy_sqlite("explain", "s1").out),
        scrapy_sqlite("explain", "s1", "-o", "-").out,
    ):
        assert "2026/a.warc.gz, bytes 12,345 + 678" in text
        assert "ab" * 32 in "".join(text.split())


def test_characters_are_shown_and_none_is_obeyed() -> None:
    assert shown("<a href='x'>&") == "&lt;a href=&#x27;x&#x27;&gt;&amp;"
    assert shown("\x00\x1b\u202e") == "␀␛�"
    assert shown("가") == "가"
    assert LIBRARY[:3] in shown(LIBRARY)


def _flat(text: str) -> str:
    return " ".join(text.split())
