"""Cafe24 with designs that drop the labels, or name them in their own way."""

from datetime import UTC, datetime

import pytest

from crawler.boards import find_engine_by_name
from crawler.dates import KST
from crawler.items import PostItem
from crawler.page import Page, read_page
from crawler.rows import ListRow
from models.relation import Status

NOW = datetime(2026, 11, 24, 1, 30, tzinfo=UTC)
ENGINE = find_engine_by_name("cafe24")
BODY = '<div class="detail"><div class="fr-view fr-view-article">가로등을 고칩니다.</div></div>'
AT = datetime(2026, 3, 2, 9, 41, 5, tzinfo=KST)


def page(source: str, url: str) -> Page:
    return read_page(url, source.encode(), {}, 200)


def post(read: str, comments: str = "") -> PostItem:
    source = f"""<div class="xans-element- xans-board xans-board-read-1002 xans-board-read">{read}</div>
    <div class="xans-element- xans-board xans-board-commentlist">{comments}</div>"""
    return ENGINE.read_post(page(source, "https://a.kr/article/알림/1/27/"), NOW)


def rows(*modules: tuple[str, str]) -> list[ListRow]:
    source = "".join(
        f'<ul class="xans-element- xans-board xans-board-{name}">{shown}</ul>'
        for name, shown in modules
    )
    return ENGINE.read_list(page(source, "https://a.kr/board/free/list.html?board_no=1"), NOW).rows


@pytest.mark.parametrize(
    "head",
    [
        """<div class="head"><h3 class="">가로등 수리</h3><div class="description">
        <span class="name">조회 <span class="displaynone">(ip:)</span></span><ul>
        <li><span class="txtNum">2026-03-02 09:41:05</span></li>
        <li><span>조회</span><span class="txtNum">345</span></li></ul></div></div>""",
        """<div class="head"><h3 class="subject">가로등 수리</h3><span class="id" title="작성자">조회
        <span class="displaynone">(ip:)</span></span><span class="date" title="작성일">2026-03-02 09:41:05</span>
        <span>조회 345</span></div>""",
        """<p class="title"><strong class="label">제목</strong><h3>가로등 수리</h3></p>
        <p class="writer"><strong class="label">작성자</strong> 조회 <span>(ip:)</span></p>
        <p class="regdate"><strong class="label">문의일시</strong> 2026-03-02 09:41:05</p>
        <p class="hit"><strong class="label">조회</strong> 345</p>""",
        """<table><tr><td class="title"><strong>제목</strong> 가로등 수리</td></tr>
        <tr><th>작성자</th><td>조회</td></tr><tr><th>작성일</th><td>2026-03-02 09:41:05</td></tr>
        <tr><td><strong>조회수</strong> <span>345</span></td></tr></table>""",
    ],
)
def test_a_post_is_read_without_labels_or_with_a_designs_own(head: str) -> None:
    read = post(f"{head}{BODY}")
    assert (read.title, read.author, read.hits) == ("가로등 수리", "조회", 345)
    assert read.posted_at == AT


def test_a_writer_called_like_a_label_is_found_without_one() -> None:
    read = post(f"""<h3>수리</h3><span class="name">작성자 <span>(ip:)</span></span>
        <span>2026-03-02 09:41:05</span>{BODY}""")
    assert (read.author, read.posted_at) == ("작성자", AT)


def test_a_form_for_the_password_is_a_secret_post() -> None:
    source = """<div class="xans-element- xans-board xans-board-securepackage-1002 xans-board-securepackage">
        <div class="xans-element- xans-board xans-board-secure-1002 xans-board-secure"><h3>알림</h3>
        <input type="password" name="secure_password"></div></div>"""
    shown = page(source, "https://a.kr/article/알림/1/27/")
    assert ENGINE.recognises(shown)
    assert ENGINE.read_post(shown, NOW).status is Status.SECRET


def test_files_are_told_by_what_their_links_call() -> None:
    link = """<a href="#none" onclick="BOARD_READ.file_download('/exec/front/Board/download/?no=27')">{}</a>"""
    read = post(f"<h3>수리</h3>{BODY}<div>{link.format('계획.hwp')} {link.format('도면')}</div>")
    assert read.files == ["계획.hwp", "도면"]


def test_a_comments_writer_called_like_a_label_is_a_name() -> None:
    read = post(
        f"<h3>수리</h3>{BODY}",
        """<ul><li><span>이름</span> <span class="date">2026-03-02 09:41:05</span>
        <p><span id="comment_contents3">고맙습니다</span></p></li></ul>""",
    )
    assert [(c.author, c.posted_at, c.text) for c in read.comments] == [("이름", AT, "고맙습니다")]


def test_a_lists_writer_stands_in_an_element_with_a_tooltip() -> None:
    read = rows(
        (
            "list",
            """<li><a href="/article/알림/1/27/"><strong class="subject"><span class="text">가로등 수리</span></strong>
            <span class="info"><span class="id" title="작성자">솔바람</span></span>
            <span class="date" title="작성일">2026-03-02</span></a></li>
            <li><a href="/article/알림/1/28/"><strong class="subject">둘째</strong></a></li>""",
        )
    )
    assert [(row.title, row.author) for row in read] == [("가로등 수리", "솔바람"), ("둘째", None)]


def test_a_new_comment_is_noticed_where_its_count_stands_in_the_title() -> None:
    def read(count: str) -> ListRow:
        shown = f'<li><a href="/article/알림/1/27/">가로등 수리 {count}</a></li>'
        return rows(("list", f"{shown}<li><a href='/article/알림/1/28/'>둘째</a></li>"))[0]

    assert (read("[2]").title, read("[2]").comment_count) == ("가로등 수리", 2)
    assert read("[2]").mark != read("[3]").mark


def test_rows_that_a_script_opens_are_read_below_notices_that_are_links() -> None:
    opened = """<li onclick="location.href='/board/gallery/read.html?no={0}&board_no=1'">
        <p class="title">{0}번째 사진</p></li>"""
    read = rows(
        ("notice", '<li><a href="/article/알림/1/3/">알림</a></li>'),
        ("list", opened.format(28) + opened.format(27)),
    )
    assert [row.native_id for row in read] == ["3", "28", "27"]
