"""One page of a board of no known software: what is its title, its body, a comment, a file, a button.

Whole boards are walked in test_generic.py.
"""

from datetime import UTC, datetime

import pytest

from crawler.boards import find_engine_by_name
from crawler.dates import KST
from crawler.items import PostItem, PostPage
from crawler.page import Page, read_page
from crawler.rows import ListRow
from models.relation import Status
from pipelines.answers import Unusable
from pipelines.reading import fill_body, read_post_page

SITE = "https://naru.example.kr"
URL = f"{SITE}/town/read?no=12"
NOW = datetime(2026, 11, 24, 13, 30, tzinfo=KST).astimezone(UTC)
TITLE = "우물가에 모입니다"
BODY = "느티나무 아래 우물을 치우고 두레박을 새로 답니다. 삽과 장갑을 가져와 주세요."
AT = datetime(2026, 3, 2, 9, 41, tzinfo=KST)
INFO = "<p><b>솔바람</b> <span>2026.03.02 09:41</span> <span>조회 77</span></p>"
HEAD = f"<h3>{TITLE}</h3>{INFO}"
MENU = "<div id='gnb'><a href='/'>처음</a> <a href='/about'>마을 소개</a></div>"
BUTTONS = (
    "<p><a href='/town?p=1'>목록</a> <a href='/town/edit?no=12'>수정</a></p>"
    "<ul><li>이전글 <a href='/town/read?no=11'>두부 나눔</a></li>"
    "<li>다음글 <a href='/town/read?no=13'>버스 시간</a></li></ul>"
)
FORM = "<form><textarea name='say'></textarea><button>등록</button></form>"


def page_of(body: str, status: int = 200) -> Page:
    source = f"<html><head><title>나루마을</title></head><body>{MENU}{body}</body></html>"
    return read_page(URL, source.encode(), {"content-type": "text/html; charset=utf-8"}, status)


def answer(body: str, status: int = 200) -> PostItem | Unusable:
    source = f"<html><head><title>나루마을</title></head><body>{MENU}{body}</body></html>"
    read = read_post_page(
        PostPage(
            engine="generic",
            board_url=f"{SITE}/town",
            native_id="12",
            url=URL,
            status=status,
            headers={"content-type": "text/html; charset=utf-8"},
            body=source.encode(),
            fetched_at=NOW,
            row=ListRow(native_id="12", url=URL, title=TITLE),
        )
    )
    return fill_body(read) if isinstance(read, PostItem) else read


def post(body: str) -> PostItem:
    read = answer(body)
    assert isinstance(read, PostItem), read
    assert read.title == TITLE
    return read


# --- the body ----------------------------------------------------------------------


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(f"{HEAD}{BUTTONS}<div>{BODY}</div>", id="buttons and neighbours above"),
        pytest.param(f"{HEAD}<div>{BODY}</div>{BUTTONS}", id="buttons and neighbours below"),
        pytest.param(
            f"{HEAD}<div><div><div>{BODY[:30]}</div></div><div>{BODY[30:]}</div></div>{BUTTONS}",
            id="blocks in blocks",
        ),
        pytest.param(
            f"<dl><dt>제목</dt><dd>{TITLE}</dd></dl><dl><dt>등록일</dt><dd>2026-03-02 09:41</dd></dl>"
            f"<dl><dt>작성자</dt><dd>솔바람</dd></dl><dl><dt>조회</dt><dd>77</dd></dl>"
            f"<dl><dt>처리상태</dt><dd>답변완료</dd></dl><dl><dt>내용</dt><dd>{BODY}</dd></dl>{BUTTONS}",
            id="fields in definition lists",
        ),
        pytest.param(
            f"제목 : {TITLE}<br>작성자 : 솔바람<br>등록일 : 2026-03-02 09:41<br>조회수 : 77<br><hr>"
            f"내용<br>{BODY}<hr><a href='/town'>목록</a>",
            id="lines of labels",
        ),
        pytest.param(
            f"<table><tr><td><b>{TITLE}</b></td></tr><tr><td><img src='a.gif' alt='작성자'> 솔바람 "
            "<img src='b.gif' alt='작성일'> 2026-03-02 09:41 <img src='c.gif' alt='조회수'> 77</td></tr>"
            f"<tr><td>{BODY}</td></tr></table>{BUTTONS}",
            id="labels as pictures",
        ),
        pytest.param(
            f"<h3>{TITLE}</h3><p>Posted by <a href='/members/7'>솔바람</a> on March 2, 2026 9:41 AM · 77 views</p>"
            f"<div>{BODY}</div><p><a href='/town'>Back to list</a> <a href='/town/edit?no=12'>Edit</a></p>",
            id="a byline in English",
        ),
        pytest.param(
            f"<div><h3>{TITLE}</h3><dl><dt>글</dt><dd>솔바람</dd><dt>등록일</dt><dd>2026.03.02 (월) 09:41</dd>"
            f"<dt>조회</dt><dd>77</dd></dl></div><div>{BODY}</div>{BUTTONS}",
            id="a writer under another label",
        ),
        pytest.param(
            f"{HEAD}<div>첨부파일 : 우물.hwp (12KB) <a href='/town/down?f=1'>[저장]</a><br>{BODY}</div>{BUTTONS}",
            id="a file above the words",
        ),
        pytest.param(
            f"{HEAD}<div>{BODY}</div><div><h4>이 글을 나누기</h4><ul><li><a href='/town/read?no=12&to=x'>"
            f"새 창</a></li><li><a href='https://share.example/?u=1'>누리</a></li></ul></div>{BUTTONS}"
            .replace("https://share.example/?u=1", "https://twitter.com/share?url=1"),
            id="links to share it",
        ),
        pytest.param(
            f"<div class='nav_content'>{HEAD}<div>{BODY}</div>{BUTTONS}</div>"
            f"<table>{''.join(f'<tr><td>강가의 집 {n}호 앞길을 쓸었습니다</td></tr>' for n in range(30))}</table>",
            id="called as a menu is",
        ),
    ],
)  # fmt: skip
def test_the_body_is_what_is_neither_field_nor_button(body: str) -> None:
    read = post(body)
    assert read.body is not None
    assert read.body.strip() == BODY or "".join(read.body.split()) == "".join(BODY.split())
    assert (read.author, read.posted_at, read.hits) == ("솔바람", AT, 77)


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(f"{HEAD}<div class='text'></div>{BUTTONS}", id="named, above the buttons"),
        pytest.param(f"{HEAD}{BUTTONS}<div class='text'></div>", id="named, below the buttons"),
        pytest.param(f"<section>{HEAD}<div></div></section>{BUTTONS}<p>나루 게시판 2판</p>", id="unnamed"),
        pytest.param(f"<section>{HEAD}<div></div></section>{FORM}{BUTTONS}", id="above a form"),
        pytest.param(
            f"{HEAD}<div class='article_box'><div class='article_viewer'></div><div class='article_writer'>"
            f"<a href='/members/7'><b>솔바람</b>님의 글 더 보기</a></div>{FORM}</div>",
            id="above its writer's other posts",
        ),
    ],
)  # fmt: skip
def test_a_post_without_a_word_has_none(body: str) -> None:
    read = post(body)
    assert (read.body or "", read.comments) == ("", [])


def test_a_file_is_named_by_its_link_and_not_by_what_stands_around_it() -> None:
    files = "<ul><li><a href='/town/down?f=1'><i>hwp 문서</i> <span>우물 치기.hwp</span></a> (12KB)</li>"
    read = post(
        f"{HEAD}{files}<li><a href='/town/down?f=2'>지도.png</a></li></ul><div>{BODY}</div>"
    )
    assert read.files == ["우물 치기.hwp", "지도.png"]


@pytest.mark.parametrize(
    ("before", "category"),
    [
        ("<em>질문</em>", "질문"),
        ("<span>[알림]</span>", "알림"),
        ("<a href='/town'>마을 소개</a>", None),
        ("<p>자유게시판</p>", None),
    ],
)
def test_the_word_before_a_title_is_its_category(before: str, category: str | None) -> None:
    assert post(f"<div>{before}{HEAD}</div><div>{BODY}</div>{BUTTONS}").category == category


@pytest.mark.parametrize(
    "told",
    [
        "2026-03-02 09:41",
        "2026년 3월 2일 오전 9:41",
        "26.03.02 09:41",
        "2026/03/02 (09:41:00)",
        "작성일 : 2026. 3. 2. 9:41",
        "<span>2026.3.2</span> <span>09:41</span>",
        "<time datetime='2026-03-02T00:41:00Z'>여덟 달 전</time>",
        "<span title='2026-03-02 09:41:00'>8달 전</span>",
    ],
)
def test_times_in_any_form(told: str) -> None:
    read = post(f"<h3>{TITLE}</h3><p><b>솔바람</b> {told}</p><div>{BODY}</div>{BUTTONS}")
    assert read.posted_at == AT
    assert (read.author, read.body) == ("솔바람", BODY)


# --- comments ----------------------------------------------------------------------

SAID = [
    ("돌다리", datetime(2026, 3, 2, 10, 5, tzinfo=KST), "저도 갑니다."),
    ("여울", datetime(2026, 3, 3, 7, 20, tzinfo=KST), "네"),
]


@pytest.mark.parametrize(
    ("comment", "around"),
    [
        pytest.param("<tr><td>{0}</td><td>{2}</td><td>{1}</td></tr>", "<table>{}</table>", id="cells"),
        pytest.param("<li><b>{0}</b>: <i>{2}</i> <small>{1}</small></li>", "<ul>{}</ul>", id="words in a line"),
        pytest.param("<dt>{0} <i>{1}</i></dt><dd>{2}</dd>", "<dl>{}</dl>", id="definitions"),
        pytest.param(
            "<div><div>{0[0]}</div><div><p>{0} <span>{1}</span></p><p>{2}</p><button>좋아요 3</button></div></div>",
            "<section>{}</section>",
            id="portraits of one letter",
        ),
        pytest.param(
            "<article><footer><b class='author'>{0}</b> <span class='says'>님의 말:</span> <time>{1}</time></footer>"
            "<div class='comment-content'>{2}</div><a href='#'>답글</a></article>",
            "<h4>댓글 2</h4>{}",
            id="named",
        ),
        pytest.param(
            "<li><div><b>{0}</b> <span>{1}</span> <div>{2}</div> <a href='#'>답글</a></div></li>",
            "<div class='comments'><div><button>추천하기</button> <strong>댓글 <b>2</b></strong></div>"
            "<ul>{}</ul><div><p>댓글은 로그인 후 쓸 수 있습니다.</p></div></div>",
            id="under their number",
        ),
    ],
)  # fmt: skip
@pytest.mark.parametrize("few", [1, 2])
def test_comments_beside_the_form_for_new_ones(comment: str, around: str, few: int) -> None:
    said = SAID[:few]
    blocks = "".join(comment.format(who, f"{at:%Y-%m-%d %H:%M}", what) for who, at, what in said)
    read = post(f"{HEAD}<div>{BODY}</div>{around.format(blocks)}{FORM}{BUTTONS}")
    assert read.body == BODY
    assert [(each.author, each.posted_at, each.text) for each in read.comments] == said


def test_the_days_of_files_and_of_other_posts_are_no_comments() -> None:
    files = "<div><a href='/town/down?f=1'>우물.hwp</a> <span>12회</span> <span>2026-03-02 09:41</span></div>"
    near = "<div><a href='/town/read?no=11'>두부 나눔</a> 2026-03-01 <a href='/town/read?no=13'>버스</a> 2026-03-03</div>"
    read = post(f"{HEAD}{files}<div>{BODY}</div>{near}{FORM}")
    assert (read.body, read.comments) == (BODY, [])


# --- what became of a post ---------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "said", "told"),
    [
        (403, "비밀글입니다. 글쓴이만 볼 수 있습니다.", Status.SECRET),
        (404, "게시글이 삭제되었거나 주소가 잘못되었습니다.", Status.DELETED),
        (200, "삭제된 게시글입니다", Status.DELETED),
        (403, "Forbidden", "http_403"),
        (404, "페이지를 찾을 수 없습니다.", "http_404"),
    ],
)
def test_an_error_page_counts_where_it_speaks_of_the_post(
    status: int, said: str, told: Status | str
) -> None:
    read = answer(f"<h1>알림</h1><p>{said}</p><a href='/town'>목록</a>", status)
    assert (read.status if isinstance(read, PostItem) else read.reason) == told


# --- lists -------------------------------------------------------------------------


def listed(address: str, paging: str, at: str = "/town/list?b=3") -> tuple[list[str], str, str]:
    """Return the ids of a list, post 7's address and page 3's."""
    rows = "".join(
        f"<tr><td>{n}</td><td><a href='{address.format(n=n, m=n + 1, d=n % 2)}'>마을 소식 {n}</a></td>"
        f"<td>2026-03-0{n}</td></tr>"
        for n in range(3, 9)
    )
    source = f"<table><tr><th>번호</th><th>제목</th><th>작성일</th></tr>{rows}</table>{paging}"
    page = read_page(SITE + at, source.encode(), {})
    engine = find_engine_by_name("generic")
    board = engine.board(page)
    assert board is not None
    ids = [row.native_id for row in engine.read_list(page, NOW).rows]
    return ids, engine.post_request(board, "7"), engine.list_request(board, 3)


def test_a_thread_s_numbers_in_an_address_are_not_the_post_s() -> None:
    paging = "".join(f"<a href='/town/list?b=3&page={n}'>{n}</a>" for n in (2, 3))
    ids, url, _ = listed("/town/view?b=3&id={n}&ref={m}&step={d}", paging)
    assert ids == ["3", "4", "5", "6", "7", "8"]
    assert url == f"{SITE}/town/view?b=3&id=7"


@pytest.mark.parametrize(
    "paging",
    [
        "".join(f"<a href='/town/list?b=3&po={n - 1}'>{n}</a>" for n in (1, 2, 3, 4)),
        "<a rel='next' href='/town/list?b=3&page=1'>다음 페이지 →</a>",
    ],
)
def test_pages_counted_from_0(paging: str) -> None:
    _, _, third = listed("/town/view?b=3&id={n}", paging)
    assert third.endswith("=2")


def test_a_page_beyond_the_last_takes_no_other_list_for_the_board_s() -> None:
    paging = "".join(f"<a href='/town/list?b=3&page={n}'>{n}</a>" for n in (2, 3))
    engine = find_engine_by_name("generic")
    best = "".join(
        f"<li><a href='/town/view?b=best&id={n}'>다른 마을의 글 {n}</a> 2026-03-02</li>"
        for n in range(90, 96)
    )
    rows = "".join(
        f"<li><a href='/town/view?b=3&id={n}'>마을 소식 {n}</a> 2026-03-02</li>" for n in range(9)
    )
    first = read_page(
        f"{SITE}/town/list?b=3", f"<ul>{rows}</ul>{paging}<ul>{best}</ul>".encode(), {}
    )
    board = engine.board(first)
    beyond = read_page(f"{SITE}/town/list?b=3&page=9", f"{paging}<ul>{best}</ul>".encode(), {})
    beyond.notes["board"] = board
    assert engine.read_list(beyond, NOW).rows == []
