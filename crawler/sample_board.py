"""A small web server with two boards, for the demo, the tests and the benchmark.

One half answers as GNUBOARD 5 does (``/bbs/board.php?bo_table=free``), the other
as Rhymix does (``/board``): the same addresses, the same traps (sort, search and
author links, errors that come as HTTP 200 with a script, the list below every
post) and the same landmarks in the markup, written anew and without the rest.
The crawler has no other way in than over HTTP, and reads both with the engines
that read real boards.

Posts are plain records, one JSON object a line::

    {"board": "gnuboard" or "rhymix", "id": int, "title", "author", "ip", "category",
     "posted_at": "YYYY-MM-DD HH:MM" (KST), "hits", "html": inner HTML of the container,
     "comments": [{"author", "posted_at", "text", "depth"}], "links": [], "files": [],
     "status": "live", "secret" or "deleted", "notice": bool}

Only ``board``, ``id`` and ``title`` are required.  A page is rendered once and kept:
the server costs a crawl some 0.1 ms a page, so a benchmark measures the crawler.

Run it by hand: ``python -m crawler.sample_board data/posts.jsonl --port 8000``.
"""

import argparse
import contextlib
import json
import math
import socketserver
import sys
import threading
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from html import escape
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple, Self
from urllib.parse import parse_qs, quote, urlsplit

KST = timezone(timedelta(hours=9))
ROWS_A_PAGE = 15
GNUBOARD_TITLE_CUT = 70
"""Characters after which GNUBOARD cuts the title above a post; ``<title>`` has all of it."""
GNUBOARD_LIST_CUT = 60

BOARD_NAMES = {"gnuboard": "자유게시판", "rhymix": "이야기마당"}
ROBOTS = "User-agent: *\nDisallow: /bbs/write.php\nDisallow: /bbs/search.php\n"


class SampleComment(NamedTuple):
    """A comment; *posted_at* is in KST."""

    author: str
    posted_at: datetime
    text: str
    depth: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class SamplePost:
    """A post of one of the two boards, as its author left it."""

    board: str
    id: int
    title: str
    author: str = "손님"
    ip: str | None = None
    category: str | None = None
    posted_at: datetime = datetime(2026, 3, 2, 9, 0, tzinfo=KST)
    hits: int = 0
    html: str = ""
    comments: tuple[SampleComment, ...] = ()
    links: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    status: str = "live"
    notice: bool = False

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> Self:
        """Return the post that a line of ``posts.jsonl`` describes.

        Raises:
            ValueError: the line names an unknown board or status, or lacks a field.
        """
        missing = [name for name in ("board", "id", "title") if name not in record]
        if missing:
            raise ValueError(f"a sample post needs {', '.join(missing)}")
        if record["board"] not in BOARD_NAMES:
            raise ValueError(f"board {record['board']!r} is not one of {sorted(BOARD_NAMES)}")
        given = {name: record[name] for name in cls.__slots__ if record.get(name) is not None}
        if given.get("status", "live") not in {"live", "secret", "deleted"}:
            raise ValueError(f"status {given['status']!r} is not live, secret or deleted")
        if "posted_at" in given:
            given["posted_at"] = _kst(given["posted_at"])
        default_time = given.get("posted_at", cls.__dataclass_fields__["posted_at"].default)
        given["comments"] = tuple(
            SampleComment(
                author=comment.get("author") or "손님",
                posted_at=_kst(comment["posted_at"]) if comment.get("posted_at") else default_time,
                text=comment["text"],
                depth=comment.get("depth") or 0,
            )
            for comment in given.get("comments", ())
        )
        for name in ("links", "files"):
            given[name] = tuple(given.get(name, ()))
        return cls(**given)


def _kst(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%d %H:%M").replace(tzinfo=KST)


def read_posts(path: Path) -> list[SamplePost]:
    """Return the posts of a ``posts.jsonl`` file.

    Raises:
        ValueError: a line is broken; the message names file and line.
    """
    posts = []
    with path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            if line.strip():
                try:
                    posts.append(SamplePost.from_record(json.loads(line)))
                except ValueError as error:
                    raise ValueError(f"{path}, line {number}: {error}") from error
    return posts


class Answer(NamedTuple):
    """What a board says to one request."""

    status: int
    html: str
    location: str | None = None


class LastWords(bytes):
    """A response after which the server hangs up; tests make faulty servers of it."""


@dataclass(slots=True)
class _Board:
    """The posts of one board, newest first."""

    posts: dict[int, SamplePost] = field(default_factory=dict)

    def rows(self, number: int) -> list[SamplePost]:
        """Return what stands on list page *number*; notices are on page 1 only."""
        notices = [post for post in self.posts.values() if post.notice]
        others = [post for post in self.posts.values() if not post.notice]
        others.sort(key=lambda post: -post.id)
        start = (number - 1) * ROWS_A_PAGE
        return (notices if number == 1 else []) + others[start : start + ROWS_A_PAGE]

    @property
    def last_page(self) -> int:
        return max(1, math.ceil(len(self.posts) / ROWS_A_PAGE))


class SampleBoards:
    """The two boards, served on loopback by a thread of its own.

    Use it as a context manager.  Posts may be put and removed while it runs, as
    authors would.  ``requests`` is the access log: the target of every request, in
    order.
    """

    def __init__(
        self,
        posts: Iterable[SamplePost],
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        robots: str = ROBOTS,
        now: datetime | None = None,
    ) -> None:
        """Take a port (0: any free one); serve nothing before ``__enter__``."""
        self.requests: list[str] = []
        self._robots = robots
        self._now = now or datetime.now(KST)
        self._boards = {name: _Board() for name in BOARD_NAMES}
        self._pages: dict[str, bytes] = {}
        for post in posts:
            self._boards[post.board].posts[post.id] = post
        self._server = _Server((host, port), self)
        self.base_url = f"http://{host}:{self._server.server_address[1]}"
        self.gnuboard_url = f"{self.base_url}/bbs/board.php?bo_table=free"
        self.rhymix_url = f"{self.base_url}/board"

    def put(self, post: SamplePost) -> None:
        """Write a post, or edit the one with its id."""
        self._boards[post.board].posts[post.id] = post
        self._pages = {}

    def remove(self, board: str, post_id: int) -> None:
        """Delete a post: the list forgets it, its address answers with an error."""
        del self._boards[board].posts[post_id]
        self._pages = {}

    def render_all(self) -> int:
        """Render every page that a crawl asks for, ahead of it; return how many."""
        for name, board in self._boards.items():
            for number in range(1, board.last_page + 2):
                self.respond(f"/bbs/board.php?bo_table=free&page={number}")
                self.respond(f"/board?page={number}")
            for post_id in board.posts:
                self.respond(
                    f"/bbs/board.php?bo_table=free&wr_id={post_id}"
                    if name == "gnuboard"
                    else f"/board/{post_id}"
                )
        return len(self._pages)

    def serve_forever(self) -> None:
        """Serve in this thread until interrupted."""
        self._server.serve_forever()

    def __enter__(self) -> Self:
        threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True
        ).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._server.server_close()

    def respond(self, target: str) -> bytes:
        """Return the whole HTTP response to a GET of *target* (path and query)."""
        response = self._pages.get(target)
        if response is None:
            response = self._pages[target] = _http(target, self._answer(target))
        return response

    def _answer(self, target: str) -> Answer:
        address = urlsplit(target)
        query = {name: values[-1] for name, values in parse_qs(address.query).items()}
        path = address.path.rstrip("/")
        if path == "/robots.txt":
            return Answer(200, self._robots)
        if path == "/bbs/board.php":
            return self._gnuboard(query)
        if path == "/board" or path.startswith("/board/"):
            return self._rhymix(path.removeprefix("/board").strip("/"), query)
        return Answer(404, "<!doctype html><title>404</title><p>Not Found</p>")

    # GNUBOARD 5 -------------------------------------------------------------

    def _gnuboard(self, query: Mapping[str, str]) -> Answer:
        board = self._boards["gnuboard"]
        if query.get("bo_table") != "free":
            return Answer(200, self._gnuboard_error("존재하지 않는 게시판입니다.", "/"))
        if "wr_id" not in query:
            number = _page_number(query)
            return Answer(200, self._gnuboard_page("", self._gnuboard_list(number)))
        post_id = _number(query["wr_id"])
        post = board.posts.get(post_id)
        if post is None or post.status == "deleted":
            message = "글이 존재하지 않습니다.\\n\\n글이 삭제되었거나 이동된 경우입니다."
            return Answer(200, self._gnuboard_error(message, "/bbs/board.php?bo_table=free"))
        if post.status == "secret":
            location = f"{self.base_url}/bbs/password.php?w=s&bo_table=free&wr_id={post_id}"
            return Answer(302, "", location)
        return Answer(200, self._gnuboard_page(f"{post.title} > ", self._gnuboard_post(post)))

    def _gnuboard_page(self, title: str, content: str, *, table: str = "free") -> str:
        name = BOARD_NAMES["gnuboard"]
        return f"""<!doctype html>
<html lang="ko">
<head>
<meta charset="utf-8">
<title>{escape(title)}{name} | 표본 그누보드</title>
<link rel="stylesheet" href="{self.base_url}/skin/board/basic/style.css">
<script>
var g5_url       = "{self.base_url}";
var g5_bbs_url   = "{self.base_url}/bbs";
var g5_is_member = "";
var g5_is_mobile = "";
var g5_bo_table  = "{table}";
var g5_sca       = "";
</script>
</head>
<body>
<div id="hd"><h1 id="hd_h1">{escape(title)}{name}</h1>
<a href="{self.base_url}/bbs/new.php">새글</a> <a href="{self.base_url}/bbs/login.php">로그인</a></div>
<div id="wrapper"><div id="container">
{content}
</div></div>
<div id="ft"><p>이 게시판은 시험용 표본입니다.</p></div>
</body>
</html>
<!-- 사용스킨 : basic -->
"""

    def _gnuboard_error(self, message: str, back: str) -> str:
        shown = message.replace("\\n", "<br>")
        script = back.replace("/", "\\/")
        return self._gnuboard_page(
            "오류안내 > ",
            f"""<script>
alert("{message}");
document.location.replace("{script}");
</script>
<noscript><div id="validation_check">
<h1>다음 항목에 오류가 있습니다.</h1><p class="cbg">{shown}</p>
<div class="btn_confirm"><a href="{back}">돌아가기</a></div>
</div></noscript>""",
            table="",
        )

    def _gnuboard_author(self, author: str) -> str:
        search = f"{self.base_url}/bbs/board.php?bo_table=free&amp;sca=&amp;sfl=wr_name,1&amp;stx={quote(author)}"
        name = escape(author)
        link = f'<a href="{search}" rel="nofollow">이름으로 검색</a>'
        return (
            f'<span class="sv_wrap"><a href="{search}" title="{name} 이름으로 검색" class="sv_guest"'
            f' rel="nofollow" onclick="return false;">{name}</a><span class="sv">{link}</span>'
            f'<noscript class="sv_nojs"><span class="sv">{link}</span></noscript></span>'
        )

    def _gnuboard_list(self, number: int) -> str:
        board = self._boards["gnuboard"]
        address = f"{self.base_url}/bbs/board.php?bo_table=free"
        carried = f"&amp;page={number}" if number > 1 else ""
        rows = []
        for post in board.rows(number):
            mark = '<strong class="notice_icon">공지</strong>' if post.notice else str(post.id)
            category = ""
            if post.category:
                category = (
                    f'<a href="{address}&amp;sca={quote(post.category)}" class="bo_cate_link">'
                    f"{escape(post.category)}</a>"
                )
            comments = ""
            if post.comments:
                comments = (
                    '<span class="sound_only">댓글</span><span class="cnt_cmt">'
                    f'{len(post.comments)}</span><span class="sound_only">개</span>'
                )
            rows.append(
                f"""<tr class="{"bo_notice" if post.notice else ""}">
<td class="td_num2">{mark}</td>
<td class="td_subject" style="padding-left:0px">{category}<div class="bo_tit">
<a href="{address}&amp;wr_id={post.id}{carried}">
{_cut(post.title, GNUBOARD_LIST_CUT)}
</a>{comments}</div></td>
<td class="td_name sv_use">{self._gnuboard_author(post.author)}</td>
<td class="td_num">{post.hits}</td>
<td class="td_datetime">{self._short_date(post.posted_at)}</td>
</tr>"""
            )
        body = (
            "\n".join(rows)
            or '<tr><td colspan="5" class="empty_table">게시물이 없습니다.</td></tr>'
        )
        sort = (
            f"{address}&amp;sop=and&amp;sst={{}}&amp;sod=desc&amp;sfl=&amp;stx=&amp;sca=&amp;page=1"
        )
        pages = "".join(
            f'<strong class="pg_current">{page}</strong>'
            if page == number
            else f'<a href="{address}&amp;page={page}" class="pg_page">{page}</a>'
            for page in _near(number, board.last_page)
        )
        return f"""<div id="bo_list" style="width:100%">
<form name="fboardlist" id="fboardlist" action="{self.base_url}/bbs/board_list_update.php" method="post">
<input type="hidden" name="bo_table" value="free"><input type="hidden" name="page" value="{number}">
<div id="bo_btn_top"><div id="bo_list_total"><span>Total {len(board.posts)}건</span> {number} 페이지</div>
<a href="{self.base_url}/bbs/rss.php?bo_table=free">RSS</a>
<a href="{self.base_url}/bbs/write.php?bo_table=free">글쓰기</a></div>
<div class="tbl_head01 tbl_wrap"><table><caption>{BOARD_NAMES["gnuboard"]} 목록</caption>
<thead><tr><th scope="col">번호</th><th scope="col">제목</th><th scope="col">글쓴이</th>
<th scope="col"><a href="{sort.format("wr_hit")}">조회</a></th>
<th scope="col"><a href="{sort.format("wr_datetime")}">날짜</a></th></tr></thead>
<tbody>
{body}
</tbody></table></div>
</form>
<nav class="pg_wrap"><span class="pg">{pages}<a href="{address}&amp;page={board.last_page}" class="pg_page pg_end">맨끝</a></span></nav>
</div>"""

    def _gnuboard_post(self, post: SamplePost) -> str:
        address = f"{self.base_url}/bbs/board.php?bo_table=free"
        own = f"bo_table=free&amp;wr_id={post.id}"
        category = (
            f'<span class="bo_v_cate">{escape(post.category)}</span>' if post.category else ""
        )
        ip = f"&nbsp;({escape(post.ip)})" if post.ip else ""
        files = "".join(
            f'<li><a href="{self.base_url}/bbs/download.php?{own}&amp;no={number}&amp;nonce=0" '
            f'class="view_file_download"><strong>{escape(name)}</strong> (17byte)</a></li>'
            for number, name in enumerate(post.files)
        )
        links = "".join(
            f'<li><a href="{self.base_url}/bbs/link.php?{own}&amp;no={number}" target="_blank">'
            f"<strong>{_cut(link, GNUBOARD_TITLE_CUT)}</strong></a></li>"
            for number, link in enumerate(post.links, 1)
        )
        comments = "".join(
            f"""<article id="c_{post.id * 1000 + number}"{f' style="margin-left:{50 * comment.depth}px"' if comment.depth else ""}>
<div class="cm_wrap"><header><h2>{escape(comment.author)}님의 댓글</h2>
{self._gnuboard_author(comment.author)}
<span class="sound_only">작성일</span><span class="bo_vc_hdinfo">
<time datetime="{comment.posted_at.isoformat()}">{comment.posted_at:%y-%m-%d %H:%M}</time></span></header>
<div class="cmt_contents"><p>{escape(comment.text).replace(chr(10), "<br>")}</p></div>
<textarea id="save_comment_{post.id * 1000 + number}" style="display:none">{escape(comment.text)}</textarea>
</div></article>"""
            for number, comment in enumerate(post.comments, 1)
        )
        return f"""<article id="bo_v" style="width:100%">
<header><h2 id="bo_v_title">{category}<span class="bo_v_tit">
{_cut(post.title, GNUBOARD_TITLE_CUT)}</span></h2></header>
<section id="bo_v_info"><h2>페이지 정보</h2><div class="profile_info_ct">
<span class="sound_only">작성자</span> <strong>{self._gnuboard_author(post.author)}{ip}</strong>
<span class="sound_only">댓글</span><strong><a href="#bo_vc"> {len(post.comments)}건</a></strong>
<span class="sound_only">조회</span><strong> {post.hits}회</strong>
<strong class="if_date"><span class="sound_only">작성일</span> {post.posted_at:%y-%m-%d %H:%M}</strong></div>
<div id="bo_v_top"><a href="{address}">목록</a>
<a href="{self.base_url}/bbs/password.php?w=u&amp;{own}&amp;page=">수정</a>
<a href="{self.base_url}/bbs/password.php?w=d&amp;{own}&amp;page=">삭제</a></div></section>
<section id="bo_v_atc"><h2 id="bo_v_atc_title">본문</h2>
<div id="bo_v_img"></div>
<div id="bo_v_con">{post.html}</div>
<div id="bo_v_act"><span class="bo_v_good">추천 <strong>0</strong></span></div></section>
{f'<section id="bo_v_file"><h2>첨부파일</h2><ul>{files}</ul></section>' if files else ""}
{f'<section id="bo_v_link"><h2>관련링크</h2><ul>{links}</ul></section>' if links else ""}
<section id="bo_vc"><h2>댓글목록</h2>
{comments or '<p id="bo_vc_empty">등록된 댓글이 없습니다.</p>'}
</section>
</article>
{self._gnuboard_list(1)}"""

    def _short_date(self, time: datetime) -> str:
        """Return a list's date: the time today, else month and day without a year."""
        return f"{time:%H:%M}" if time.date() == self._now.date() else f"{time:%m-%d}"

    # Rhymix -----------------------------------------------------------------

    def _rhymix(self, rest: str, query: Mapping[str, str]) -> Answer:
        if not rest:
            return Answer(
                200,
                self._rhymix_page(BOARD_NAMES["rhymix"], self._rhymix_list(_page_number(query))),
            )
        post = self._boards["rhymix"].posts.get(_number(rest))
        if post is None or post.status == "deleted":
            message = (
                '<div id="access"><div class="login-header"><h1>대상을 찾을 수 없습니다.</h1></div>'
                '<div class="login-body"><form id="message_login_form" method="post">'
                '<input type="text" name="user_id"></form></div></div>'
            )
            return Answer(404, self._rhymix_page(BOARD_NAMES["rhymix"], message))
        status = 403 if post.status == "secret" else 200
        canonical = f"{self.rhymix_url}/{post.id}"
        return Answer(status, self._rhymix_page(post.title, self._rhymix_post(post), canonical))

    def _rhymix_page(self, title: str, content: str, canonical: str | None = None) -> str:
        link = f'<link rel="canonical" href="{canonical}" />\n' if canonical else ""
        return f"""<!DOCTYPE html>
<html lang="ko">
<head>
<meta charset="utf-8">
<meta name="generator" content="Rhymix">
<title>{escape(title)}</title>
{link}</head>
<body>
<script>
	var default_url = "{self.base_url}/";
	var current_url = "{self.base_url}/?mid=board";
	var request_uri = "{self.base_url}/";
	var current_mid = "board";
	var rewrite_level = 1;
</script>
<div class="container"><nav class="gnb"><ul><li><a href="/board">{BOARD_NAMES["rhymix"]}</a></li>
<li><a href="/index.php?mid=board&amp;act=dispMemberLoginForm">로그인</a></li></ul></nav>
<div class="content" id="content"><div class="board">
{content}
</div></div></div>
<footer class="footer"><p>이 게시판은 시험용 표본입니다.</p></footer>
</body>
</html>
"""

    def _rhymix_list(self, number: int) -> str:
        board = self._boards["rhymix"]
        rows = []
        for post in board.rows(number):
            replies = ""
            if post.comments:
                replies = (
                    f'<a href="/board/{post.id}#comment" class="replyNum" title="Replies">'
                    f"[{len(post.comments)}]</a>"
                )
            rows.append(
                f"""<tr{' class="notice"' if post.notice else ""}>
<td class="{"notice" if post.notice else "no"}">{"공지" if post.notice else post.id}</td>
<td class="title"><a href="/board/{post.id}">{escape(post.title)}</a>{replies}</td>
<td class="author"><a href="#popup_menu_area" class="member_0" onclick="return false">{escape(post.author)}</a></td>
<td class="time">{post.posted_at:%Y.%m.%d}</td>
<td class="readNum">{post.hits}</td></tr>"""
            )
        pages = "".join(
            f"<strong>{page}</strong>"
            if page == number
            else f'<a href="/board?page={page}">{page}</a>'
            for page in _near(number, board.last_page)
        )
        body = "\n".join(rows)
        return f"""<div class="board_list" id="board_list"><table>
<thead><tr><th scope="col">번호</th><th scope="col" class="title">제목</th><th scope="col">글쓴이</th>
<th scope="col"><a href="/board?sort_index=regdate&amp;order_type=desc">날짜</a></th>
<th scope="col"><a href="/board?sort_index=readed_count&amp;order_type=desc">조회 수</a></th></tr></thead>
<tbody>
{body}
</tbody></table></div>
<div class="list_footer"><a href="/index.php?mid=board&amp;act=dispBoardWrite">쓰기</a>
<form action="{self.base_url}/" method="get" id="board_search"><input type="hidden" name="mid" value="board" />
<input type="text" name="search_keyword" value="" /></form>
<div class="pagination"><a href="/board" class="direction prev">첫 페이지</a>{pages}
<a href="/board?page={board.last_page}" class="direction next">끝 페이지</a></div></div>"""

    def _rhymix_post(self, post: SamplePost) -> str:
        category = (
            f'<a href="/board/category/{len(post.category)}" class="category">{escape(post.category)}</a>'
            if post.category
            else ""
        )
        if post.status == "secret":
            body = (
                '<form action="/" method="get" class="secretForm">'
                '<input type="hidden" name="mid" value="board" />'
                f'<input type="hidden" name="document_srl" value="{post.id}" />'
                '<p><label for="cpw">비밀글입니다. 비밀번호를 입력하세요.</label></p>'
                '<input type="password" name="password" id="cpw" /></form>'
            )
        else:
            body = (
                f'<!--BeforeDocument({post.id},0)--><div class="document_{post.id}_0 rhymix_content'
                f' xe_content">{post.html}</div><!--AfterDocument({post.id},0)-->'
            )
        files = "".join(
            f'<li><a href="/index.php?module=file&amp;act=procFileDownload&amp;file_srl={number}&amp;sid=0">'
            f'{escape(name)} <span class="fileSize">[File Size:17Bytes/Download:0]</span></a></li>'
            for number, name in enumerate(post.files, 1)
        )
        comments = "".join(
            f"""<li class="fbItem{" indent" if comment.depth else ""}"{f' style="margin-left:{16 * comment.depth}px"' if comment.depth else ""} id="comment_{post.id * 1000 + number}">
<div class="fbMeta"><h3 class="author"><strong>{escape(comment.author)}</strong></h3>
<p class="time">{comment.posted_at:%Y.%m.%d %H:%M}</p></div>
<!--BeforeComment({post.id * 1000 + number},0)--><div class="comment_{post.id * 1000 + number}_0 rhymix_content xe_content"><p>{escape(comment.text).replace(chr(10), "<br />")}</p></div><!--AfterComment({post.id * 1000 + number},0)-->
</li>"""
            for number, comment in enumerate(post.comments, 1)
        )
        return f"""<div class="board_read">
<div class="read_header"><h1>{category}<a href="{self.rhymix_url}/{post.id}">{escape(post.title)}</a></h1>
<p class="meta"><span class="author"><i class="xi-user"></i> {escape(post.author)}</span>
<span class="time"><i class="xi-time"></i> {post.posted_at:%Y.%m.%d %H:%M}</span>
<span class="read_count"><i class="xi-eye"></i> 조회 수 : {post.hits}</span></p></div>
<div class="read_body">
{body}
</div>
<div class="read_footer">
{f'<div class="fileList"><ul class="files">{files}</ul></div>' if files else ""}
<div class="btnArea"><a class="btn" href="/index.php?mid=board&amp;act=dispBoardDelete&amp;document_srl={post.id}">삭제</a>
<a href="/board" class="btn">목록</a></div></div>
</div>
<div class="feedback" id="comment"><div class="fbHeader"><h2>댓글 <em>{len(post.comments)}</em></h2></div>
{f'<ul class="fbList">{comments}</ul>' if comments else ""}</div>
{self._rhymix_list(1)}"""


def _cut(text: str, length: int) -> str:
    """Return *text* as GNUBOARD prints it: escaped, cut with an ellipsis."""
    return escape(text if len(text) <= length else text[:length] + "…")


def _near(number: int, last: int) -> Iterator[int]:
    """Yield the page numbers that stand below a list, ten at a time."""
    first = (number - 1) // 10 * 10 + 1
    yield from range(first, min(first + 10, last + 1))


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _page_number(query: Mapping[str, str]) -> int:
    return max(1, _number(query.get("page", "1")))


def _http(target: str, answer: Answer) -> bytes:
    body = answer.html.encode()
    kind = "text/plain" if target == "/robots.txt" else "text/html"
    head = [
        f"HTTP/1.1 {answer.status} Sample",
        f"Content-Type: {kind}; charset=utf-8",
        f"Content-Length: {len(body)}",
    ]
    if answer.location:
        head.append(f"Location: {answer.location}")
    return "\r\n".join([*head, "", ""]).encode() + body


class _Handler(socketserver.StreamRequestHandler):
    """Answer GETs over connections that stay open.

    Not ``http.server``'s handler: it parses headers as e-mail and logs each line,
    which costs more than the crawler's own work on a page.
    """

    disable_nagle_algorithm = True
    timeout = 60.0

    def handle(self) -> None:
        assert isinstance(self.server, _Server)
        boards = self.server.boards
        try:
            while line := self.rfile.readline(65_536):
                method, _, rest = line.decode("latin-1").partition(" ")
                target = rest.split(" ", 1)[0]
                while self.rfile.readline(65_536) not in {b"\r\n", b"\n", b""}:
                    pass
                if method != "GET" or not target.startswith("/"):
                    self.wfile.write(
                        b"HTTP/1.1 405 GET only\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
                    )
                    return
                boards.requests.append(target)
                response = boards.respond(target)
                self.wfile.write(response)
                if isinstance(response, LastWords):
                    return
        except (ConnectionError, TimeoutError):
            return


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], boards: SampleBoards) -> None:
        self.boards = boards
        super().__init__(address, _Handler)


def main(arguments: list[str] | None = None) -> int:
    """Serve the posts of a file until interrupted; return the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m crawler.sample_board", description=__doc__.partition("\n")[0]
    )
    parser.add_argument("posts", type=Path, help="JSONL file of posts")
    parser.add_argument("--port", type=int, default=0, help="TCP port (default: any free one)")
    options = parser.parse_args(arguments)
    try:
        boards = SampleBoards(read_posts(options.posts), port=options.port)
    except (OSError, ValueError, OverflowError) as error:
        print(f"error: {error}", file=sys.stderr)  # noqa: T201 - a command's own output
        return 1
    boards.render_all()
    # The caller, often another process, reads the addresses from here.
    print(json.dumps({"gnuboard": boards.gnuboard_url, "rhymix": boards.rhymix_url}), flush=True)  # noqa: T201
    with contextlib.suppress(KeyboardInterrupt):
        boards.serve_forever()
    return 0


if __name__ == "__main__":
    sys.exit(main())
