"""Rhymix and XE with third-party skins, which drop the marks of the core's own."""

from datetime import UTC, datetime

import pytest

from crawler.boards import find_engine_by_name
from crawler.dates import KST
from crawler.items import PostItem
from crawler.page import Page, read_page
from crawler.rows import ListRow
from models.relation import Status

NOW = datetime(2026, 11, 24, 1, 30, tzinfo=UTC)
ENGINE = find_engine_by_name("rhymix")
HEAD = """<html><head><meta name="generator" content="Rhymix"><title>{title}</title></head><body>
<script>var default_url = "https://a.kr/"; var request_uri = "https://a.kr/";
var current_mid = "talk"; var rewrite_level = 1;</script>"""
BODY = """<!--BeforeDocument(31,0)--><div class="document_31_0 rhymix_content xe_content">
뒷산 약수터까지 걸었다.</div><!--AfterDocument(31,0)-->"""


def page(source: str, path: str, status: int = 200) -> Page:
    return read_page(f"https://a.kr/{path}", source.encode(), {}, status)


def post(shown: str, *, title: str = "약수터 이야기", status: int = 200) -> PostItem:
    source = HEAD.format(title=title) + f"<div>{shown}</div><!-- /modules/board/ -->"
    return ENGINE.read_post(page(source, "talk/31", status), NOW)


def rows(shown: str) -> list[ListRow]:
    source = HEAD.format(title="수다방") + shown + "<!-- /modules/board/ -->"
    return ENGINE.read_list(page(source, "talk"), NOW).rows


def test_a_header_without_a_title_is_found_by_its_time() -> None:
    read = post(f"""<div class="rd"><div class="hd"><b class="cate">후기</b>
        <span><small>by</small><b>조회</b></span>
        <span title="2021.03.23 16:22"><small>posted</small> <b>Mar 23, 2021</b></span></div>
        <div><article><div>{BODY}</div></article></div></div>""")
    assert (read.author, read.category, read.hits) == ("조회", "후기", None)
    assert read.posted_at == datetime(2021, 3, 23, 16, 22, tzinfo=KST)


@pytest.mark.parametrize(
    "figures", ["<span>조회 수 <b>345</b></span>", "<i>2022/08/09 19:36:28</i> 조회 수 345"]
)
def test_a_guest_called_like_a_label_is_no_label(figures: str) -> None:
    read = post(f"""<h1><a href="https://a.kr/talk/31">약수터 이야기</a></h1>
        <div>작성자</div><div>{figures}</div>{BODY}""")
    assert (read.author, read.hits) == ("작성자", 345)


def test_the_date_behind_a_writer_called_hits_is_no_figure() -> None:
    read = post(f"""<h1><a href="https://a.kr/talk/31">약수터 이야기</a></h1>
        <p class="meta">조회 <span>2021.04.13 21:56</span> <span>조회 수 345</span></p>
        {BODY}""")
    assert (read.author, read.hits) == ("조회", 345)


def test_neighbours_below_a_post_say_nothing_of_it() -> None:
    read = post(f"""<h1>약수터 이야기</h1><p>2021.04.13 21:56</p>{BODY}
        <a href="https://a.kr/talk/30">우물 소식 <span>조회 수 17</span></a>""")
    assert read.hits is None


def test_the_link_to_a_category_is_no_title() -> None:
    read = post(
        f"""<a href="https://a.kr/index.php?mid=talk&category=7&document_srl=31">질문</a>
        <h1>[질문] 괄호 이야기</h1><p>2021.04.13 21:56</p>{BODY}""",
        title="[질문] 괄호 이야기",
    )
    assert read.title == "[질문] 괄호 이야기"


COMMENT = """<div id="comment"><ul><li id="comment_40"><div class="viewinfo"><i class="fa"></i>
    {name} {when} | <a href="#">삭제</a></div><div class="comment_40_0 xe_content">좋네요.</div></li></ul></div>"""


def test_a_guest_s_bare_name_stands_before_a_comment_s_time() -> None:
    comment = COMMENT.format(name="달빛", when="<i></i> 2022/08/10 18:54:00")
    read = post(f"<h1>약수터 이야기</h1>{BODY}{comment}")
    assert [(each.author, each.posted_at) for each in read.comments] == [
        ("달빛", datetime(2022, 8, 10, 18, 54, tzinfo=KST))
    ]


@pytest.mark.parametrize(
    ("below", "expected"),
    [
        ("<h3>댓글 [3] 있는 제목 (22)</h3><a href='https://a.kr/talk/30'>더 보기</a>", 0),
        ("<h3>댓글 <b>12</b>개</h3>", 12),
    ],
)
def test_the_number_of_comments_is_not_read_from_titles(below: str, expected: int) -> None:
    assert post(f"<h1>약수터 이야기</h1>{BODY}{below}").comment_count == expected


def test_comments_that_a_script_loads_are_counted() -> None:
    read = post(f"""<h1>약수터 이야기</h1><p>2021.04.13 21:56</p>
        <span>댓글 <b>12</b></span>{BODY}""")
    assert read.comment_count == 12


def test_what_a_skin_says_in_place_of_a_secret_post_is_its_status() -> None:
    shown = '<h1>약수터 이야기</h1><div class="body is-secret">비밀글입니다.</div>'
    assert post(shown, status=403).status is Status.SECRET
    assert post("<h1>약수터 이야기</h1>", status=403).status is Status.DENIED


CARD = """<li><h3>{title}</h3><div><span>Date</span><b>2021.07.06</b> <span>By</span><b>달빛</b>
    <span>Views</span><b>345</b></div><a href="https://a.kr/talk/{number}"><span>Read More</span></a></li>"""


def test_a_card_s_title_stands_beside_its_link() -> None:
    cards = CARD.format(title="조회 6", number=31) + CARD.format(title="우물 소식", number=30)
    found = rows(f'<ol class="bd_lst">{cards}</ol>')
    assert [(row.title, row.hits) for row in found] == [("조회 6", 345), ("우물 소식", 345)]
    assert found[0].mark != found[1].mark


def test_cards_below_a_table_of_notices_are_the_list() -> None:
    cards = "".join(CARD.format(title=f"우물 소식 {n}", number=n) for n in range(30, 35))
    found = rows(f"""<table class="bd_lst"><tr><td>공지</td><td>
        <a href="https://a.kr/talk/3">이용 안내</a></td></tr></table><ol class="zine">{cards}</ol>""")
    assert {row.native_id for row in found} == {"3", "30", "31", "32", "33", "34"}


def test_forms_within_a_list_name_no_writer() -> None:
    entry = """<li><h2><a href="https://a.kr/talk/{0}">우물 소식 {0}</a></h2>
        <form><label>글쓴이</label> <input name="nick_name"> <label>비밀번호</label></form></li>"""
    found = rows(f'<ol class="bd_lst">{entry.format(30)}{entry.format(31)}</ol>')
    assert [row.author for row in found] == [None, None]


@pytest.mark.parametrize(
    "line",
    [
        '<span class="ex">2026-01-01 | 2024.08.13 13:20:10 | <a href="#co">건너뛰기</a></span>',
        '<em><a href="#">2026-01-01</a></em> <span>2024.08.13 13:20:10</span>',
    ],
)
def test_a_writer_called_like_a_day_is_no_time_on_a_mobile_page(line: str) -> None:
    read = post(f"""<h2><a href="/talk">수다방</a> › 약수터 이야기</h2>{line}
        <div class="co">{BODY}</div>""")
    assert read.posted_at == datetime(2024, 8, 13, 13, 20, 10, tzinfo=KST)


def test_a_list_that_the_layout_prints_beside_the_boards_own_hides_nothing_of_it() -> None:
    beside = "".join(
        f'<li><a href="/talk/{n}">약수터 이…</a> <b>03.0{n}</b></li>' for n in range(1, 7)
    )
    cards = "".join(
        f"""<div><h3><a href="/talk/{n}">약수터 이야기 {n}</a></h3><b class="nick">솔바람</b>
        <time datetime="2024-03-0{n}T09:41:00+09:00">03.0{n}</time></div>"""
        for n in range(3, 6)
    )
    read = rows(f"<div><h4>최근 글</h4><ul>{beside}</ul></div><div>{cards}</div>")
    assert {row.native_id for row in read} == {"1", "2", "3", "4", "5", "6"}
    third = next(row for row in read if row.native_id == "3")
    assert (third.title, third.author) == ("약수터 이야기 3", "솔바람")
    assert third.posted_at == datetime(2024, 3, 3, 9, 41, tzinfo=KST)


def test_the_time_behind_a_writer_called_hits_is_no_figure_on_a_mobile_page() -> None:
    read = post(f"""<h2><a href="/talk">수다방</a> › 약수터 이야기</h2>
        <span class="ex">조회 | 2021.04.13 21:56:10 | <a href="#co">건너뛰기</a></span>
        <div class="co">{BODY}</div>""")
    assert (read.author, read.hits) == ("조회", None)
    assert read.posted_at == datetime(2021, 4, 13, 21, 56, 10, tzinfo=KST)


@pytest.mark.parametrize(
    ("meta", "expected"),
    [
        (
            '<b class="author">2026-01-01</b> <i>2026.03.02 09:41</i>',
            ("2026-01-01", datetime(2026, 3, 2, 9, 41, tzinfo=KST)),
        ),
        (
            '<div class="meta">2026-01-01 <span class="date">2026.03.02 09:41</span></div>',
            ("2026-01-01", datetime(2026, 3, 2, 9, 41, tzinfo=KST)),
        ),
        (
            "<i>2026.03.02 09:41</i> <i>(3일 전)</i>",
            (None, datetime(2026, 3, 2, 9, 41, tzinfo=KST)),
        ),
    ],
)
def test_a_comment_s_writer_called_like_a_day_is_not_its_time(
    meta: str, expected: tuple[str | None, datetime]
) -> None:
    read = post(f"""{BODY}<ul><li id="comment_41">{meta}
        <div class="comment_41_0 xe_content">말</div></li></ul>""")
    assert [(each.author, each.posted_at) for each in read.comments] == [expected]


def test_a_category_linked_in_brackets_is_the_word_in_them() -> None:
    read = post(f"""<h2><a href="https://a.kr/talk/category/5">[후기]</a>
        <a href="https://a.kr/talk/31">약수터 이야기</a></h2>{BODY}""")
    assert read.category == "후기"


@pytest.mark.parametrize(
    ("shown", "status"),
    [
        ('<div class="secret_document"><i class="lock"></i></div>', Status.SECRET),
        ("<p>권한이 없습니다.</p>", Status.DENIED),
        ('<div id="comment"><div class="secret_comment"></div></div>', Status.DENIED),
    ],
)
def test_a_secret_post_is_told_by_the_sign_in_its_place(shown: str, status: Status) -> None:
    read = post(f'<h1><a href="https://a.kr/talk/31">약수터 이야기</a></h1>{shown}', status=403)
    assert read.status is status


def test_a_post_that_moves_to_another_category_is_seen_to_have_changed() -> None:
    marks = {
        row.mark
        for category in ("후기", "공지")
        for row in rows(f"""<div class="board_list"><ul><li><span class="category">{category}</span>
            <a href="https://a.kr/talk/31">안내</a> <span class="author">솔바람</span></li></ul></div>""")
    }
    assert len(marks) == 2
