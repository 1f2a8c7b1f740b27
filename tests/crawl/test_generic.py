"""Boards of no known software, crawled by their structure: every post once, every field right."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import ceil

import pytest

from crawler.dates import KST
from models.relation import Status
from tests.crawl.running import crawl_board, last_stats, posts
from tests.serving import Site, answer

FIRST = datetime(2026, 2, 1, 9, 30, tzinfo=KST)
WRITERS = ("솔바람", "돌다리", "여울", "봄동이")
SENTENCES = (
    "아침에 일어나 마당을 쓸었습니다.",
    "윗집 감나무에 까치가 앉아 한참을 울었습니다.",
    "장에 가서 두부 두 모와 무 하나를 샀습니다.",
    "저녁에는 비가 온다고 하니 빨래를 걷어야 합니다.",
    "마을 회관 지붕은 다음 주에 고친다고 합니다.",
)


@dataclass(frozen=True)
class Post:
    number: int

    @property
    def title(self) -> str:
        return f"{self.number}번째 마을 소식 {'장날' if self.number % 3 else '모임'} 이야기"

    @property
    def author(self) -> str:
        return WRITERS[self.number % len(WRITERS)]

    @property
    def at(self) -> datetime:
        return FIRST + timedelta(days=self.number, minutes=7 * self.number)

    @property
    def hits(self) -> int:
        return 100 + self.number

    @property
    def lines(self) -> list[str]:
        some = 1 if self.number % 7 == 0 else 2 + self.number % 4
        return [f"{SENTENCES[(self.number + n) % 5]} {self.number}-{n}" for n in range(some)]


Design = Callable[[str, list[Post]], dict[str, bytes]]
MENU = "<div id='gnb'><ul><li><a href='/'>처음</a></li><li><a href='/intro'>마을 소개</a></li></ul></div>"
FOOT = "<div id='footer'>나루마을 (12345) 강변로 1 Copyright 나루마을 All rights reserved.</div>"


def pages(every: list[Post], size: int) -> list[list[Post]]:
    newest = sorted(every, key=lambda post: -post.number)
    return [newest[n * size : (n + 1) * size] for n in range(ceil(len(newest) / size))]


def plain_table(url: str, every: list[Post]) -> dict[str, bytes]:
    """A table without a class, EUC-KR; the links carry the page and the search."""
    found: dict[str, bytes] = {}
    parts = pages(every, 10)

    def page(title: str, body: str) -> bytes:
        whole = f"<html><head><meta charset=euc-kr><title>{title}</title></head><body>{MENU}{body}{FOOT}</body></html>"
        return answer(whole.encode("cp949"), "text/html")

    for n, part in enumerate(parts, 1):
        rows = "".join(
            f"<tr><td>{p.number}</td><td><a href='read.asp?no={p.number}&page={n}&board=town&keyword='>"
            f"{p.title}</a></td><td>{p.author}</td><td>{p.at:%Y-%m-%d}</td><td>{p.hits}</td></tr>"
            for p in part
        )
        paging = " ".join(
            f"<b>{k}</b>" if k == n else f"<a href='list.asp?board=town&page={k}'>[{k}]</a>"
            for k in range(1, len(parts) + 1)
        )
        body = (
            "<table><tr><td>번호</td><td>제목</td><td>작성자</td><td>등록일</td><td>조회</td></tr>"
            f"{rows}</table><p>{paging}</p><a href='write.asp?board=town'>글쓰기</a>"
        )
        for target in (
            f"/list.asp?board=town&page={n}",
            *(["/list.asp?board=town"] if n == 1 else []),
        ):
            found[target] = page("마을 게시판", body)
    for p in every:
        text = "<br>".join(p.lines)
        body = (
            f"<table width=600><tr><td>제목</td><td colspan=3>{p.title}</td></tr><tr><td>작성자</td><td>{p.author}</td>"
            f"<td>등록일</td><td>{p.at:%Y-%m-%d %H:%M:%S}</td></tr><tr><td>조회</td><td>{p.hits}</td></tr>"
            f"<tr><td colspan=4 height=200>{text}</td></tr></table>"
            "<a href='list.asp?board=town&page=1'>목록</a> <a href='write.asp?mode=reply'>답변</a>"
        )
        found[f"/read.asp?no={p.number}&board=town"] = page("마을 게시판", body)
    return found


def cards(url: str, every: list[Post]) -> dict[str, bytes]:
    """Cards with numbers in the path, and words that belong to the address; paging in the path, too."""
    found: dict[str, bytes] = {}
    parts = pages(every, 6)

    def page(title: str, body: str) -> bytes:
        return answer(
            f"<!doctype html><html><head><title>{title} | 나루마을</title><meta property='og:title' content='{title}'>"
            f"</head><body>{MENU}<main class='container'>{body}</main>{FOOT}</body></html>"
        )

    for n, part in enumerate(parts, 1):
        items = "".join(
            f"<div class='card'><a class='card-link' href='/story/{p.number}-autumn-{p.number * 7}'><h3 class='card-title'>{p.title}</h3></a>"
            f"<p class='card-text'>{p.lines[0][:20]}</p><div class='card-meta'><span class='writer'>{p.author}</span>"
            f"<time datetime='{p.at.isoformat()}'>{p.at:%m.%d}</time><span class='views'>조회 {p.hits}</span></div></div>"
            for p in part
        )
        paging = "".join(
            f"<li><a href='/stories/page/{k}'>{k}</a></li>" for k in range(1, len(parts) + 1)
        )
        body = f"<h2>이야기</h2><div class='cards'>{items}</div><ul class='pagination'>{paging}</ul><a href='/stories/write'>글쓰기</a>"
        for target in (f"/stories/page/{n}", *(["/stories"] if n == 1 else [])):
            found[target] = page("이야기", body)
    for p in every:
        text = "".join(f"<p>{line}</p>" for line in p.lines)
        body = (
            f"<article><header class='post-head'><h1>{p.title}</h1><div class='post-meta'><span class='writer'>{p.author}</span>"
            f"<time datetime='{p.at.isoformat()}'>{p.at:%Y.%m.%d %H:%M}</time><span>조회 {p.hits}</span></div></header>"
            f"<div class='post-content'>{text}</div></article><div class='share'>공유하기</div>"
            f"<div class='prev-next'><a href='/story/{max(p.number - 1, 1)}-autumn-{max(p.number - 1, 1) * 7}'>이전글</a></div><a href='/stories'>목록</a>"
            "<section class='comments'><h3>댓글</h3><p>아직 댓글이 없습니다.</p><form><textarea></textarea></form></section>"
        )
        found[f"/story/{p.number}-autumn-{p.number * 7}"] = page(p.title, body)
    return found


def english_list(url: str, every: list[Post]) -> dict[str, bytes]:
    """Rows of divs with English labels; paging counts posts."""
    found: dict[str, bytes] = {}
    parts = pages(every, 8)

    def page(title: str, body: str) -> bytes:
        return answer(
            f"<html><head><title>{title} - Village</title></head><body>{MENU}{body}{FOOT}</body></html>"
        )

    for n, part in enumerate(parts, 1):
        rows = "".join(
            f"<li class='row'><span class='no'>{p.number}</span><a href='?m=view&idx={p.number}&start={(n - 1) * 8}'>{p.title}</a>"
            f"<span class='author'>{p.author}</span><span class='regdate'>{p.at:%Y/%m/%d}</span><span class='hit'>{p.hits}</span></li>"
            for p in part
        )
        paging = "".join(
            f"<a href='?m=list&start={(k - 1) * 8}'>{k}</a> " for k in range(1, len(parts) + 1)
        )
        body = f"<div class='board'><ul class='rows'>{rows}</ul><div class='pages'>{paging}</div></div><a href='?m=write'>Write</a>"
        for target in (f"/bbs/?m=list&start={(n - 1) * 8}", *(["/bbs/?m=list"] if n == 1 else [])):
            found[target] = page("Board", body)
    for p in every:
        text = "".join(f"<div>{line}</div>" for line in p.lines)
        body = (
            f"<div class='view'><h2 class='subject'>{p.title}</h2><dl class='info'><dt>Writer</dt><dd>{p.author}</dd><dt>Date</dt>"
            f"<dd>{p.at:%Y-%m-%d %H:%M}</dd><dt>Views</dt><dd>{p.hits}</dd></dl><div class='txt'>{text}</div>"
            "<div class='btns'><a href='?m=list'>List</a></div></div>"
        )
        found[f"/bbs/?m=view&idx={p.number}"] = page(p.title, body)
    return found


STARTS = {
    "plain_table": (plain_table, "/list.asp?board=town", "/read.asp?no=5&board=town"),
    "cards": (cards, "/stories", "/story/5-autumn-35"),
    "english_list": (english_list, "/bbs/?m=list", "/bbs/?m=view&idx=5"),
}


@pytest.fixture
def site() -> Iterator[Site]:
    with Site() as served:
        yield served


# What is read of more designs, from lists and from posts: tests/boards/test_generic.py.
@pytest.mark.parametrize(
    ("design", "start"), [("plain_table", "list"), ("cards", "post"), ("english_list", "list")]
)
def test_every_post_is_found_once_and_read_right(
    design: str, start: str, site: Site, sqlite_url: str
) -> None:
    make, of_list, of_post = STARTS[design]
    every = [Post(number) for number in range(1, 32)]
    site.answers = dict(make(site.url, every))

    done = crawl_board(sqlite_url, site.url + (of_list if start == "list" else of_post))

    assert done.code == 0, done.log
    assert last_stats(sqlite_url)["board/generic"] == 1
    assert "read by its structure" in done.log
    stored = posts(sqlite_url)
    assert sorted(stored, key=int) == [str(post.number) for post in every]
    for post in every:
        row = stored[str(post.number)]
        assert (row.title, row.author, row.hits) == (post.title, post.author, post.hits)
        assert row.posted_at == post.at.astimezone(UTC).replace(second=0)
        assert row.body == "\n".join(post.lines)
    read = [target for target in site.targets if "5" in target and target == of_post]
    assert len(read) == 1


def test_a_post_named_by_words_that_is_gone_is_stored_as_such(site: Site, sqlite_url: str) -> None:
    names = ["well-cleaning", "tofu-for-all", "bus-times"]

    def list_of(shown: list[str]) -> bytes:
        rows = "".join(
            f"<li><a href='/town/{name}/'>{name} 소식</a> <i>솔바람</i> <time>2026-03-02</time></li>"
            for name in shown
        )
        return answer(
            f"<h1>소식</h1><p>제목 작성자 작성일</p><ul>{rows}</ul><a href='/write'>글쓰기</a>"
        )

    site.answers = {"/town/": list_of(names)} | {
        f"/town/{name}/": answer(
            f"<h1>{name} 소식</h1><p><b>솔바람</b> <time>2026-03-02 09:41</time></p><div>{SENTENCES[0]}</div>"
        )
        for name in names
    }
    assert crawl_board(sqlite_url, f"{site.url}/town/").code == 0
    site.answers["/town/"] = list_of(names[:2])
    site.answers["/town/bus-times/"] = answer("<p>삭제된 게시글입니다.</p>")
    assert crawl_board(sqlite_url, f"{site.url}/town/").code == 0

    stored = posts(sqlite_url)
    assert {name: row.status for name, row in stored.items()} == dict(
        zip(names, (Status.LIVE, Status.LIVE, Status.DELETED), strict=True)
    )
    assert stored["bus-times"].gone_at is not None


def test_a_list_of_something_else_takes_no_numbers_of_a_board_s_posts(
    site: Site, sqlite_url: str
) -> None:
    """A hoster's notices in the place of the board, which nobody knows the software of."""
    every = [Post(n) for n in range(1, 13)]
    site.answers = plain_table(site.url, every)
    assert crawl_board(sqlite_url, f"{site.url}/list.asp?board=town").code == 0
    notices = {
        target.replace("/read.asp", "/help/notice.asp"): page.replace(
            b"read.asp", b"help/notice.asp"
        ).replace("마을 소식".encode("cp949"), "점검 안내".encode("cp949"))
        for target, page in site.answers.items()
        if isinstance(page, bytes)
    }
    own, site.answers = site.answers, dict(notices)
    done = crawl_board(sqlite_url, f"{site.url}/list.asp?board=town", "-a", "refresh=true")
    assert done.code == 3
    assert last_stats(sqlite_url)["list/failed/other_posts"] == 1
    assert {row.version for row in posts(sqlite_url).values()} == {1}
    # The same posts at a new place are the same posts.
    site.answers = {
        target.replace("/read.asp", "/help/notice.asp"): page.replace(
            b"read.asp", b"help/notice.asp"
        )
        for target, page in own.items()
        if isinstance(page, bytes)
    }
    assert crawl_board(sqlite_url, f"{site.url}/list.asp?board=town").code == 0


def test_a_page_that_is_no_board_is_not_taken_for_one(site: Site, sqlite_url: str) -> None:
    site.answers = {
        "/": answer("<html><head><title>나루마을</title></head><body>어서 오세요.</body></html>")
    }
    done = crawl_board(sqlite_url, f"{site.url}/")
    assert done.code == 1
    assert "no board engine recognises" in done.said
    assert posts(sqlite_url) == {}
