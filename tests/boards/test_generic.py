"""Boards of no known software, walked page by page without a network: no post is missed or misread.

What whole crawls of such boards do beside reading stands in tests/crawl/test_generic.py.
"""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from html import escape
from math import ceil
from urllib.parse import quote, urlsplit

import pytest

from crawler import urls
from crawler.boards import find_engine, find_engine_by_name
from crawler.dates import KST
from crawler.items import FetchedPage, PostItem, PostPage
from crawler.page import read_page
from models.relation import Status
from pipelines.reading import fill_body, read_list, read_post_page, read_start

SITE = "https://naru.example.kr"
NOW = datetime(2026, 11, 24, 13, 30, tzinfo=KST).astimezone(UTC)
NAMES = ("솔바람", "돌다리", "여울", "blue77")
WORDS = ("장날", "모임 - 알림", "지붕 수리 (재공고)", "버스 [안내]", "축제 12", "회의")
LINES = (
    "아침에 일어나 마당을 쓸었습니다.",
    "윗집 감나무에 까치가 앉아 한참을 울었습니다.",
    "장에 가서 두부 두 모와 무 하나를 샀습니다.",
    "저녁에는 비가 온다고 하니 빨래를 걷어야 합니다.",
)


@dataclass(frozen=True)
class Post:
    """Its kind of body goes by its number: words, a table, links or a picture alone, one word."""

    n: int

    @property
    def title(self) -> str:
        return WORDS[self.n % len(WORDS)] if self.n % 5 else f"{WORDS[self.n % 6]} {self.n}번째"

    @property
    def author(self) -> str:
        return NAMES[self.n % len(NAMES)]

    @property
    def at(self) -> datetime:
        return datetime(2026, 1, 2, 9, 7, tzinfo=KST) + timedelta(days=3 * self.n, minutes=self.n)

    @property
    def hits(self) -> int:
        return 1000 + self.n

    @property
    def html(self) -> str:
        kind = self.n % 8
        if kind == 0:
            return '<p><img src="/data/a.jpg" alt=""></p>'
        if kind == 1:
            return "<br>".join(
                f'<a href="https://s{k}.example/">추천 사이트 {k}</a>' for k in range(9)
            )
        if kind == 2:
            return "<p>고맙습니다</p>"
        if kind == 3:
            cells = "".join(
                f"<tr><td>2026.0{k}.1{k}</td><td>{LINES[k]}</td></tr>" for k in range(1, 4)
            )
            return f"<p>{LINES[0]}</p><table border=1>{cells}</table>"
        return "".join(f"<p>{LINES[(self.n + k) % 4]}</p>" for k in range(kind))

    @property
    def letters(self) -> str:
        """The letters of its body."""
        return letters(re.sub(r"<[^>]*>", "", self.html))

    @property
    def comments(self) -> list[tuple[str, str]]:
        return [(NAMES[k], f"{LINES[k]} {self.n}") for k in range(self.n % 3)]


POSTS = [Post(n) for n in range(1, 42)]


def letters(text: str) -> str:
    return "".join(filter(str.isalnum, text))


@dataclass
class Board:
    """A board's pages by address, and what they do not show."""

    start: str
    a_post: str
    answer: Callable[[str, dict[str, str]], str | None]
    hides: frozenset[str] = frozenset()
    asked: list[str] = field(default_factory=list)

    def get(self, url: str) -> FetchedPage:
        self.asked.append(url)
        body = self.answer(urls.path(url), urls.query(url))
        return FetchedPage(
            url=url,
            status=200 if body else 404,
            headers={"content-type": "text/html; charset=utf-8"},
            body=(body or "<p>없습니다</p>").encode(),
            fetched_at=NOW,
        )


def part(number: int, size: int) -> list[Post]:
    newest = sorted(POSTS, key=lambda post: -post.n)
    return newest[(number - 1) * size : number * size]


def pager(number: int, size: int, link: Callable[[int], str]) -> str:
    return " ".join(
        f"<strong>{k}</strong>" if k == number else f'<a href="{link(k)}">{k}</a>'
        for k in range(1, ceil(len(POSTS) / size) + 1)
    )


def page(title: str, body: str, head: str = "") -> str:
    menu = '<div id="gnb"><ul><li><a href="/login">로그인</a></li><li><a href="/menu/2">소개</a></li></ul></div>'
    foot = '<div id="footer">(12345) 나루시 강변로 1 Copyright 나루시 All rights reserved.</div>'
    return f"<html><head><title>{escape(title)}</title>{head}</head><body>{menu}{body}{foot}</body></html>"


def of(number: str) -> Post | None:
    return Post(int(number)) if number.isdigit() and 0 < int(number) <= len(POSTS) else None


def one_script() -> Board:
    """List and post are one script; figures in one line; comments with short years; counted paging."""

    def answer(path: str, query: dict[str, str]) -> str | None:
        if path != "/cgi/bbs.php":
            return None
        if post := of(query.get("no", "")):
            said = "".join(
                f'<div class="reply"><span class="writer">{name}</span> <span class="date">26-03-02 09:0{k}</span>'
                f'<div class="text">{text}</div></div>'
                for k, (name, text) in enumerate(post.comments)
            )
            return page(
                "자유게시판",
                f'<div class="subject"><h3>{escape(post.title)}</h3></div><div class="info">글쓴이 : <b>{post.author}</b> | '
                f"날짜 : {post.at:%y-%m-%d %H:%M} | 조회 : {post.hits}</div><div class='memo'>{post.html}</div>"
                f"<div class='replies'>{said}</div><a href='bbs.php?id=free&start=0'>목록</a>",
            )
        number = int(query.get("start", "0")) // 15 + 1
        rows = "".join(
            f"<li><span class='num'>{p.n}</span><span class='subject'><a href='bbs.php?id=free&no={p.n}&start={number}'>"
            f"{escape(p.title)}</a></span><span class='writer'>{p.author}</span><span>{p.at:%y/}{p.at.month}/{p.at.day}</span></li>"
            for p in part(number, 15)
        )
        paging = pager(number, 15, lambda k: f"bbs.php?id=free&start={(k - 1) * 15}")
        return page(
            "자유게시판",
            f"<ul class='rows'>{rows}</ul><p>{paging}</p><a href='bbs.php?id=free&mode=write'>글쓰기</a>",
        )

    return Board("/cgi/bbs.php?id=free", "/cgi/bbs.php?id=free&no=20", answer)


def nested_tables() -> Board:
    """No class anywhere, picture buttons, a post's title in bold and nothing else."""

    def answer(path: str, query: dict[str, str]) -> str | None:
        if path == "/~town/content.asp" and (post := of(query.get("num", ""))):
            return page(
                "나루마을",
                f"<table width=600><tr><td bgcolor=#eeeeee><b>{escape(post.title)}</b></td></tr><tr><td><font size=2>이름 : {post.author} "
                f"&nbsp; 날짜 : {post.at:%Y-%m-%d %H:%M:%S} &nbsp; 조회 : {post.hits}</font></td></tr><tr><td height=200>{post.html}</td></tr>"
                "</table><a href=list.asp?tb=notice&gotopage=1><img src=img/btn_list.gif></a>",
            )
        number = int(query.get("gotopage", "1"))
        rows = "".join(
            f"<tr><td>{p.n}</td><td><font><a href=content.asp?tb=notice&num={p.n}&gotopage={number}>{escape(p.title)}</a></font></td>"
            f"<td>{p.author}</td><td>{p.at:%Y/%m/%d}</td><td>{p.hits}</td></tr><tr><td colspan=5 height=1></td></tr>"
            for p in part(number, 20)
        )
        paging = pager(number, 20, lambda k: f"list.asp?tb=notice&gotopage={k}")
        heads = "<tr><td>번호</td><td>제 목</td><td>이 름</td><td>날 짜</td><td>조회</td></tr>"
        return page(
            "나루마을",
            f"<table width=800><tr><td><table>{heads}{rows}</table></td></tr><tr><td>{paging}</td></tr></table>",
        )

    return Board(
        "/~town/list.asp?tb=notice",
        "/~town/content.asp?tb=notice&num=20&gotopage=2",
        answer,
        frozenset({"comments"}),
    )


def list_below() -> Board:
    """A board's list and popular posts beside each post; past the end its last page repeats."""

    def answer(path: str, query: dict[str, str]) -> str | None:
        number = min(int(query.get("page", "1")), 3)
        side = "".join(
            f"<li><a href='/b/humor/{n}'>{escape(Post(n).title)}</a></li>" for n in range(9, 19)
        )
        rows = "".join(
            f"<div class='row'><a class='tit' href='/b/humor/{p.n}?page={number}'>{escape(p.title)}</a>"
            f"<a href='/b/humor/{p.n}#c'>[{len(p.comments)}]</a><span class='nick'>{p.author}</span><span class='time'>{p.at:%y.%m.%d}</span></div>"
            for p in part(number, 20)
        )
        listing = f"<div class='rows'>{rows}</div><div>{pager(number, 20, lambda k: f'/b/humor?page={k}')}</div>"
        around = f"<div class='side'><h4>인기글</h4><ol>{side}</ol></div>"
        if path == "/b/humor":
            return page(
                "유머",
                f"<div class='main'><h2>유머</h2>{listing}<a href='/b/humor/write'>글쓰기</a></div>{around}",
            )
        post = of(path.rpartition("/")[2])
        if post is None:
            return None
        said = "".join(
            f"<div class='c-item'><div class='c-head'><span class='nick'>{name}</span> <span class='time'>2026-03-02 09:0{k}</span></div>"
            f"<div class='c-body'>{text}</div></div>"
            for k, (name, text) in enumerate(post.comments)
        )
        return page(
            f"{post.title} : 유머",
            f"<div class='main'><div class='v-head'><h2 class='v-title'>{escape(post.title)}</h2><span class='nick'>{post.author}</span>"
            f"<span class='time'>{post.at:%Y-%m-%d %H:%M:%S}</span><span class='cnt'>조회수 {post.hits}</span></div><div class='v-body'>{post.html}</div>"
            f"<div id='comments'><h3>댓글 {len(post.comments)}개</h3>{said}<form><textarea></textarea></form></div>{listing}</div>{around}",
        )

    return Board("/b/humor", "/b/humor/20", answer)


def by_words() -> Board:
    """Posts named by words in their address; a byline without labels; time and writer in JSON-LD."""

    def slug(post: Post) -> str:
        return quote(re.sub(r"\W+", "-", post.title).strip("-")) + f"-{post.n}"

    def answer(path: str, query: dict[str, str]) -> str | None:
        if path == "/posts":
            cards = "".join(
                f"<article><a href='/posts/{slug(p)}'><h3>{escape(p.title)}</h3></a><p class='byline'>{p.author} · "
                f"<time datetime='{p.at.isoformat()}'>{p.at:%m}월 {p.at:%d}일</time> · 조회 {p.hits}</p></article>"
                for p in part(int(query.get("page", "1")), 9)
            )
            return page(
                "글",
                f"<main><h1>글</h1>{cards}{pager(int(query.get('page', '1')), 9, lambda k: f'/posts?page={k}')}</main>",
            )
        post = of(path.rpartition("-")[2])
        if post is None:
            return None
        told = json.dumps(
            {"@type": "BlogPosting", "author": {"@type": "Person", "name": post.author}},
            ensure_ascii=False,
        )
        return page(
            f"{post.title} - 나루",
            f"<main><article><header><h1>{escape(post.title)}</h1><p class='byline'>{post.author} · <time datetime='{post.at.isoformat()}'>"
            f"{post.at:%Y년 %m월 %d일}</time> · 조회 {post.hits}</p></header><div class='prose'>{post.html}</div></article></main>",
            f"<script type='application/ld+json'>{told}</script>",
        )

    return Board("/posts", "", answer, frozenset({"comments"}))


def by_scripts() -> Board:
    """Posts and pages that only functions reach, by a form that they submit."""
    functions = """<script>
    function fnView(seq) { var f = document.listForm; f.bbsSeq.value = seq; f.action = "/front/boardView.do"; f.submit(); }
    function fnPage(no) { document.listForm.pageNo.value = no; document.listForm.action = "/front/boardList.do"; document.listForm.submit(); }
    </script>"""

    def answer(path: str, query: dict[str, str]) -> str | None:
        if query.get("bbsCd") != "NOTI":
            return None
        if path == "/front/boardView.do" and (post := of(query.get("bbsSeq", ""))):
            return page(
                "고객센터",
                f"<div class='vw_t'>{escape(post.title)}</div><div class='vw_i'><span>작성자</span><em>{post.author}</em><span>등록일</span>"
                f"<em>{post.at:%Y.%m.%d %H:%M}</em><span>조회수</span><em>{post.hits}</em></div><div class='vw_c'>{post.html}</div>",
                functions,
            )
        number = int(query.get("pageNo", "1"))
        rows = "".join(
            f"<tr><td>{p.n}</td><td><a href='#none' onclick=\"fnView('{p.n}'); return false;\">{escape(p.title)}</a></td><td>{p.author}</td>"
            f"<td>{p.at:%Y.%m.%d}</td><td>{p.hits}</td></tr>"
            for p in part(number, 10)
        )
        form = (
            "<form name='listForm' method='post' action='/front/boardList.do'><input type='hidden' name='bbsCd' value='NOTI'>"
            f"<input type='hidden' name='bbsSeq' value=''><input type='hidden' name='pageNo' value='{number}'></form>"
        )
        heads = "<tr><th>번호</th><th>제목</th><th>작성자</th><th>등록일</th><th>조회수</th></tr>"
        paging = pager(number, 10, lambda k: f"javascript:fnPage({k});")
        return page("고객센터", f"{form}<table>{heads}{rows}</table><div>{paging}</div>", functions)

    return Board("/front/boardList.do?bbsCd=NOTI", "", answer, frozenset({"comments"}))


def sessions() -> Board:
    """Session ids in every address, notices on every page, the last page again past the end."""

    def answer(path: str, query: dict[str, str]) -> str | None:
        path = path.partition(";")[0]
        if match := re.fullmatch(r"/bbs/view-(\d+)\.html", path):
            post = Post(int(match[1]))
            return page(
                "소식",
                f"<div class='tit_area'><strong>{escape(post.title)}</strong></div><div class='etc'><span>작성자 : {post.author}</span>"
                f"<span>작성일 : {post.at:%Y. %m. %d. %H:%M}</span><span>조회수 : {post.hits}</span></div><div class='txt_area'>{post.html}</div>"
                "<a href='/bbs/list.html'>목록</a>",
            )
        match = re.fullmatch(r"/bbs/list(?:-(\d+))?\.html", path)
        number = min(int(match[1] or 1), 5) if match else 1
        shown = [*map(Post, (3, 4)), *(p for p in part(number, 10) if p.n not in (3, 4))]
        rows = "".join(
            f"<tr><td>{p.n}</td><td><a href='/bbs/view-{p.n}.html;jsessionid={p.n * 7919:X}{number}?PHPSESSID={p.n * 104729:x}'>{escape(p.title)}</a>"
            f"</td><td>{p.author}</td><td>{p.at:%Y. %m. %d.}</td></tr>"
            for p in shown
        )
        heads = "<tr><th>번호</th><th>제목</th><th>작성자</th><th>작성일</th></tr>"
        return page(
            "소식",
            f"<table>{heads}{rows}</table><div>{pager(number, 10, lambda k: f'/bbs/list-{k}.html')}</div>",
        )

    return Board("/bbs/list.html", "/bbs/view-20.html", answer, frozenset({"comments"}))


def clicked_rows() -> Board:
    """Rows that are links without being one; pages counted from 0; one heading, one line of figures."""

    def answer(path: str, query: dict[str, str]) -> str | None:
        if path == "/notice/view" and (post := of(query.get("idx", ""))):
            return page(
                "글 보기",
                f"<main><h1>{escape(post.title)}</h1><small>{post.author} / {post.at:%Y. %-m. %-d. %H:%M} / 조회 {post.hits:,}</small>"
                f"<div class='photo'>{post.html}</div>"
                "<button onclick=\"location.href='/notice/list'\">목록</button></main>",
            )
        if path != "/notice/list":
            return None
        number = int(query.get("page", "0")) + 1
        rows = "".join(
            f"<tr onclick=\"location.href='/notice/view?idx={p.n}&page={number - 1}'\"><td>{p.n}</td><td>{p.author}</td>"
            f"<td>{escape(p.title)}</td><td>{p.at:%Y.%m.%d}</td><td>{p.hits:,}</td></tr>"
            for p in part(number, 10)
        )
        heads = "<tr><th>번호</th><th>글쓴이</th><th>제목</th><th>작성일</th><th>조회수</th></tr>"
        paging = pager(number, 10, lambda k: f"/notice/list?page={k - 1}")
        return page("알림", f"<main><h1>알림</h1><table>{heads}{rows}</table>{paging}</main>")

    return Board("/notice/list", "/notice/view?idx=20&page=1", answer, frozenset({"comments"}))


def utility_classes() -> Board:
    """Cards with ``data-href``, a name beside the time without a label, no year, a button for more."""

    def answer(path: str, query: dict[str, str]) -> str | None:
        number = int(query.get("page", "1"))
        if match := re.fullmatch(r"/talk/(\d+)", path):
            post = Post(int(match[1]))
            said = "".join(
                f"<div class='Cmt_item__x1'><div><span class='text-xs'>{name}</span><time datetime='2026-03-02T09:0{k}:00+09:00'>03.02</time></div>"
                f"<p>{text}</p></div>"
                for k, (name, text) in enumerate(post.comments)
            )
            return page(
                f"{post.title} - 나루",
                f"<div class='card'><h1 class='text-xl'>{escape(post.title)}</h1><div class='flex text-sm'><span>{post.author}</span>"
                f"<span>{post.at:%m.%d %H:%M}</span><span>조회 {post.hits}</span></div><div class='prose max-w-none'>{post.html}</div></div>"
                f"<section class='Comments_wrap__x2'><h2>댓글 {len(post.comments)}</h2>{said}<form><textarea></textarea></form></section>"
                "<a href='/talk'>목록</a>",
            )
        cards = "".join(
            f"<div class='card' data-href='/talk/{p.n}'><p class='tit'>{escape(p.title)}</p><p class='text-sm'><span>{p.author}</span> "
            f"<span>{p.at:%m.%d}</span></p></div>"
            for p in part(number, 12)
        )
        more = f"<button data-next='/talk?page={number + 1}'>더보기</button>" if number < 4 else ""
        return page("이야기", f"<main><h1>이야기</h1><section>{cards}</section>{more}</main>")

    return Board("/talk", "/talk/20", answer)


def thread() -> Board:
    """English times; the post is the first of a thread of blocks that are all alike."""

    def block(name: str, when: str, said: str) -> str:
        return (
            f"<div class='post bg2'><p class='author'>by <strong class='username'>{name}</strong> » {when}</p>"
            f"<div class='content'>{said}</div></div>"
        )

    def answer(path: str, query: dict[str, str]) -> str | None:
        if path == "/viewtopic.php" and (post := of(query.get("t", ""))):
            replies = "".join(
                block(name, f"Mon Mar 02, 2026 9:0{k} am", text)
                for k, (name, text) in enumerate(post.comments)
            )
            return page(
                f"{post.title} - Town",
                f"<div class='page'><h2 class='topic-title'>{escape(post.title)}</h2>"
                f"{block(post.author, f'{post.at:%a, %d %b %Y %H:%M:%S} +0900', post.html)}{replies}</div>",
            )
        start = int(query.get("start", "0"))
        rows = "".join(
            f"<li class='row topic_read'><dl><dt><a href='./viewtopic.php?f=2&amp;t={p.n}&amp;sid=0{start}a' class='topictitle'>{escape(p.title)}</a>"
            f"<div>by <a class='username' href='./u.php?mode=profile'>{p.author}</a> » {p.at:%b} {p.at.day}, {p.at.year}</div></dt>"
            f"<dd class='posts'>{len(p.comments)} <dfn>Replies</dfn></dd><dd class='views'>{p.hits} <dfn>Views</dfn></dd></dl></li>"
            for p in part(start // 15 + 1, 15)
        )
        paging = pager(
            start // 15 + 1, 15, lambda k: f"./viewforum.php?f=2&amp;start={(k - 1) * 15}"
        )
        return page("Talk - Town", f"<ul class='topics'>{rows}</ul><div>{paging}</div>")

    return Board("/viewforum.php?f=2", "", answer)


MADE = (
    one_script,
    nested_tables,
    list_below,
    by_words,
    by_scripts,
    sessions,
    clicked_rows,
    utility_classes,
    thread,
)
WALKS = [
    pytest.param(make, start, id=f"{make.__name__}-{start}")
    for make in MADE
    for start in ("list", "post")
    if start == "list" or make().a_post
]


def walk(board: Board, start: str) -> dict[int, PostItem]:
    """Read a board as the spider does: its list to the first page without a new post, then each post."""
    begun = read_start(board.get(SITE + start))
    assert begun.engine == "generic"
    assert begun.board is not None
    engine, address = find_engine_by_name(begun.engine), begun.board
    rows = {}
    for number in range(1, 50):
        fetched = board.get(engine.list_request(address, number))
        listing = read_list("generic", address, fetched, number)
        address = listing.board
        unseen = [row for row in listing.rows if row.native_id not in rows]
        rows.update({row.native_id: row for row in unseen})
        if not unseen or fetched.status != 200:
            break
    found: dict[int, PostItem] = {}
    for row in rows.values():
        url = engine.post_request(address, row.native_id)
        answered = board.get(url)
        read = read_post_page(
            PostPage(
                engine="generic",
                board_url=address.url,
                native_id=row.native_id,
                url=url,
                status=answered.status,
                headers=answered.headers,
                body=answered.body,
                fetched_at=NOW,
                row=row,
            )
        )
        assert isinstance(read, PostItem), (url, read)
        number = re.search(r"(\d+)(?:\.html)?$", urlsplit(row.native_id).path)
        assert number is not None
        assert int(number[1]) not in found
        found[int(number[1])] = fill_body(read)
    return found


@pytest.mark.parametrize(("make", "start"), WALKS)
def test_every_post_is_found_once_and_read_right(make: Callable[[], Board], start: str) -> None:
    board = make()
    found = walk(board, board.start if start == "list" else board.a_post)
    assert sorted(found) == [post.n for post in POSTS]
    for post in POSTS:
        read = found[post.n]
        assert read.status is Status.LIVE, post
        assert (read.title, read.author) == (post.title, post.author)
        assert letters(read.body) == post.letters, post
        assert read.hits == post.hits
        assert read.posted_at is not None
        assert abs(read.posted_at - post.at) < timedelta(minutes=1)
        if "comments" not in board.hides:
            assert [(each.author, each.text) for each in read.comments] == post.comments


@pytest.mark.parametrize(
    "body",
    [
        "<h1>나루마을</h1><p>어서 오세요.</p><a href='/a/1'>소개</a><a href='/a/2'>오시는 길</a>",
        "<ul>"
        + "".join(f"<li><a href='/goods/{n}'>편백 도마 {n}호</a> 12,000원</li>" for n in range(30))
        + "</ul>",
        "<article><h1>기사 제목</h1><time>2026-03-02 10:00</time><p>기사 본문이 여기에 있습니다.</p></article>",
        "<article><h1>기사 제목</h1><time>2026-03-02 10:00</time><p>기사 본문이 여기에 있습니다.</p></article><ul>"
        + "".join(
            f"<li><a href='/news/{n}'>다른 기사 {n}</a> 2026-03-0{n}</li>" for n in range(1, 6)
        )
        + "</ul>",
        "<form><input name='q'></form>",
        "",
    ],
)
def test_pages_that_are_no_board_are_not_taken_for_one(body: str) -> None:
    source = f"<html><head><title>나루마을</title></head><body>{body}</body></html>"
    assert find_engine(read_page(f"{SITE}/news/77", source.encode(), {})) is None


def test_parameters_that_look_like_page_numbers_and_are_none_do_no_harm() -> None:
    rows = "".join(
        f"<tr><td>{n}</td><td><a href='/view?b=BBS_01&no={n}'>가로등 {n}호</a></td><td>2026-03-02</td></tr>"
        for n in range(1, 9)
    )
    source = f"<table>{rows}</table><a href='/list?b=BBS_01&page=2'>2</a><a href='/list?b=x7'>3</a>"
    board = find_engine_by_name("generic").board(
        read_page(f"{SITE}/list?b=BBS_01", source.encode(), {})
    )
    assert board is not None
    assert board.url == f"{SITE}/list?b=BBS_01"
