"""One page of a board of no known software: what is its title, its body, a comment, a file, a button.

Whole boards are walked in test_generic.py.
"""

import re
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import quote, unquote

import pytest

from crawler.boards import find_engine_by_name
from crawler.dates import KST
from crawler.items import FetchedPage, PostItem, PostPage
from crawler.page import Page, read_page
from crawler.rows import ListRow
from models.relation import Status
from pipelines.answers import Unusable
from pipelines.reading import fill_body, read_list, read_post_page

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
WHOLE_ROW = ListRow(
    native_id="12", url=URL, title=TITLE, author="솔바람", posted_at=AT.astimezone(UTC), hits=77
)
WHOLE_ROW_AT = datetime(2025, 3, 2, tzinfo=KST).astimezone(UTC)
FORM = "<form><textarea name='say'></textarea><button>등록</button></form>"


def page_of(body: str, status: int = 200) -> Page:
    source = f"<html><head><title>나루마을</title></head><body>{MENU}{body}</body></html>"
    return read_page(URL, source.encode(), {"content-type": "text/html; charset=utf-8"}, status)


def answer(
    body: str, status: int = 200, row: ListRow | None = None, name: str = "나루마을"
) -> PostItem | Unusable:
    source = f"<html><head><title>{name}</title></head><body>{MENU}{body}</body></html>"
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
            row=row or ListRow(native_id="12", url=URL, title=TITLE),
        )
    )
    return fill_body(read) if isinstance(read, PostItem) else read


def post(body: str, row: ListRow | None = None) -> PostItem:
    read = answer(body, row=row)
    assert isinstance(read, PostItem), read
    assert read.title == (row.title if row else TITLE)
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
            f"글번호: 12<br>글제목: {TITLE}<br>작성자: 솔바람<br>글내용: <br><textarea rows='9' readonly>{BODY}</textarea><br>"
            "등록일: 2026-03-02 09:41:00.0<br>조회수: 77<br>ip주소: 127.0.0.1<br><hr><a href='/town'>목록</a>",
            id="a field that nobody may write in",
        ),
        pytest.param(
            f"<table><tr><td><b>{TITLE}</b></td></tr><tr><td align=right><b>솔바람</b> (2026-03-02 09:41:00, Hit : 77, Vote : 1)<br>"
            f"▷ 파일 #1 : <a href='/town/download?f=1'>우물.hwp</a> (12.3 KB), Down : 3</td></tr><tr><td>{BODY}</td></tr></table>{FORM}",
            id="a file in the line of the figures",
        ),
        pytest.param(
            f"{HEAD}<div class='entry-content'><p>{BODY}</p><div class='jp-relatedposts'><h3>관련</h3><ul>"
            f"<li><a href='/town/read?no=9'>두부 나눔</a></li></ul></div></div>{BUTTONS}",
            id="with links to others like it",
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
    ("page", "own"),
    [
        pytest.param(
            "<div>{head}<div><p><em>솔바람</em> 님의 글: <span>{title}</span></p><div>{0}</div></div></div>{buttons}",
            "<p>고맙습니다</p>",
            id="behind a line that names writer and title again",
        ),
        pytest.param(
            "{head}<div class='board_txt_area'><div class='_comment_body_7'>{0}</div></div><div class='comment_section'><p>댓글 0</p>{form}</div>",
            "<p>고맙습니다</p>",
            id="called as comments are, all there is in a body",
        ),
        pytest.param("<div>{head}<div class='panel panel-info'>{0}</div></div>{buttons}", "<p>고맙습니다</p>", id="in a shade of blue"),
        pytest.param(
            "<table><tr><td>이 름</td><td>솔바람</td><td>조 회</td><td>77</td></tr><tr><td>날 짜</td><td colspan=3>2026년 03월 02일 09:41:00</td></tr>"
            "<tr><td>제 목</td><td colspan=3><b>{title}</b></td></tr><tr><td>화 일</td><td colspan=3><a href='/town/down?f=1'>우물.hwp</a></td></tr>"
            "<tr><td colspan=4>{0}</td></tr></table><p>나루 게시판 2판 이장 솔바람이 만들고 모두가 쓰는 곳입니다</p>",
            "<p>전화 주세요 (평일 09:00~18:00)</p>",
            id="office hours below a time above the title",
        ),
        pytest.param(
            "<div>{head}<div>{0}</div><p><a href='/town'>나루 게시판 돌아가기</a></p><div><h3>접속자</h3><p>이 게시판을 보고 있는 회원은 강가에서 온 벗 셋과 손님 둘</p></div></div>",
            "<a href='https://s1.example/'>이사 청소 가격</a>",
            id="a link above another back of any words",
        ),
        pytest.param("<div>{head}<div class='view_body'>{0}</div></div>{buttons}", "<p>2025-12-31</p><p>고맙습니다</p>", id="behind a day"),
        pytest.param(
            "<div>{head}<div class='view_body'>{0}</div></div>{buttons}",
            f"<p>조회 63회를 넘겼다. 작성자: 이장</p><div class='entry'><p>{BODY}</p></div>",
            id="figures beside another site's markup",
        ),
        pytest.param(
            "<table><tr><td><b>제목 : {title}</b></td></tr><tr><td>글쓴이 : 솔바람 &nbsp; 등록일 : 2026-03-02 09:41 &nbsp; 조회수 : 77"
            "<br>첨부1 : <a href='/town/down?f=1'>우물.hwp</a> (12KB)</td></tr>"
            "<tr><td>{0}</td></tr></table><table><tr><td>여울</td><td>전화 주세요 (평일 09:00~18:00)</td><td>2026-03-02 10:00</td></tr></table>{form}",
            "<p>고맙습니다</p>",
            id="above office hours",
        ),
        pytest.param(
            "<div><div class='vh'><p>{title}</p><p>솔바람 | 2026.03.02 09:41 | 조회 77</p><p><img src='/i/hwp.gif'><a href='/town/file?no=1'>우물.hwp</a></p></div>"
            "<div class='vw'>{0}</div><div class='op'><h4>한마디 (0)</h4>{form}</div></div>",
            "<p>강가로 갑니다.</p><p>2026년 3월 2일</p><p>이장 드림</p>",
            id="a day of its own, below files and above a form",
        ),
    ],
)  # fmt: skip
def test_all_that_somebody_wrote_is_the_body_and_no_more(page: str, own: str) -> None:
    """The list shows no year, so its day is taken for one of this year or the last."""
    row = replace(WHOLE_ROW, posted_at=WHOLE_ROW_AT, has_year=False)
    read = post(page.format(own, head=HEAD, title=TITLE, buttons=BUTTONS, form=FORM), row)
    assert (read.body or "").split() == re.sub("<[^>]*>", " ", own).split()
    assert (read.author, read.posted_at) == ("솔바람", AT)


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


# --- what somebody wrote that looks like software's ---------------------------------

FIELDS = (
    f"<tr><th>제목</th><td>{TITLE}</td></tr><tr><th>작성자</th><td>솔바람</td>"
    "<th>작성일</th><td>2026-03-02 09:41</td></tr><tr><th>조회</th><td>77</td></tr>"
)
LINE = "<p>솔바람 2026.03.02 09:41 (조회 77)</p>"
SENTENCE = "느티나무 아래에서 모두 기다립니다."
OWN = {
    "a table of labels": "<table><tr><th>제목</th><td>두레박 새로 달기</td></tr><tr><th>일시</th><td>2025-10-12 14:00</td></tr>"
    "<tr><th>작성자</th><td>이장</td></tr><tr><th>조회</th><td>5</td></tr></table>",
    "lines of labels": f"작성자: 이장<br>작성일: 2025-01-02 11:22<br>조회: 5<br>{SENTENCE}<br>제목: 두레박 새로 달기",
    "definitions": f"<p>{SENTENCE}</p><dl><dt>행사</dt><dd>우물 치기</dd><dt>일시</dt><dd>2025-12-01 10:00</dd></dl>",
    "links to posts": f"<p>{SENTENCE}</p><ul>"
    + "".join(f"<li><a href='/town/read?no={n}'>지난 소식 {n}</a> 2025-01-0{n}</li>" for n in range(2, 8))
    + "</ul>",
    "an article with a foot": f"<article><section><p>{SENTENCE}</p></section><footer>이장이 마을 회관에서 알립니다.</footer></article>",
    "another site's markup": f"<div class='view'><span class='date'>2025.01.02</span><div class='comment'>{SENTENCE}</div>"
    f"<div class='info'>{BODY}</div></div>",
    "another site's card": f"<p>{SENTENCE}</p><div class='card'><a href='https://paper.example/1'><b>바깥 기사</b> <i>paper</i></a></div>",
}  # fmt: skip
PLACES = {
    "labelled": f"<table>{FIELDS}<tr><td colspan=4 class='cont'>{{}}</td></tr></table>",
    "in a line": f"<div><h3>{TITLE}</h3>{LINE}<div class='content'>{{}}</div></div>",
    "without a class": f"<table><tr><td><b>{TITLE}</b></td></tr><tr><td>솔바람 2026/03/02 09:41 (hit 77)</td></tr>"
    "<tr><td style='padding:9px'>{}</td></tr></table>",
    "lines of bold labels": f"<div><b>제목</b> : {TITLE}<br><b>작성자</b> : 솔바람<br><b>작성일</b> : 2026-03-02 09:41<br>"
    "<b>조회</b> : 77<hr><div class='pic'>{}</div></div>",
    "below the body": f"<h2>{TITLE}</h2><div class='text'>{{}}</div><div><b>솔바람</b> <i>2026-03-02 09:41</i> <i>조회 77</i></div>",
}  # fmt: skip


@pytest.mark.parametrize("said", ["48160", "2025.01.02", "010-1234-5678"])
@pytest.mark.parametrize(
    "body",
    [
        pytest.param("<div>{head}<div class='cont'><p>{0}</p></div></div>{buttons}", id="named"),
        pytest.param(
            "<table><tr><td><b>{title}</b></td></tr><tr><td>작성자 : 솔바람 / 작성일 : 2026-03-02 오전 9:41 / 조회수 : 77</td></tr>"
            "<tr><td height=1></td></tr><tr><td>{0}</td></tr></table><table>{memo}</table>{form}{buttons}",
            id="a cell above memos",
        ),
        pytest.param("<div>{head}<div class='cont'><p>{0}</p></div></div><div class='vote'><b>3</b></div>", id="above votes"),
        pytest.param(
            "<div><div>{head}</div><div class='vcon'><!-- words --><p>{0}</p></div></div>{buttons}<div>최종수정일 : 2026-02-11 / 담당부서 : 홍보</div>",
            id="behind a remark",
        ),
    ],
)  # fmt: skip
def test_a_post_may_say_no_more_than_a_number_or_a_day(body: str, said: str) -> None:
    who, at, what = SAID[0]
    memo = f"<tr><td><b>{who}</b> ({at:%Y/%m/%d %H:%M})</td></tr><tr><td>{what}</td></tr>"
    read = post(body.format(said, head=HEAD, title=TITLE, buttons=BUTTONS, memo=memo, form=FORM))
    assert (read.body, read.author, read.posted_at, read.hits) == (said, "솔바람", AT, 77)
    assert [each.text for each in read.comments] == ([what] if "{memo}" in body else [])


@pytest.mark.parametrize(
    "page",
    [
        pytest.param(
            "<h2>{title}</h2><div class='card'><div class='card-text'>{body}</div><div class='badge'><div>솔바람</div>"
            "<div>2026년 3월 2일 9:41 오전</div></div></div><h5>0개의 답변이 있습니다.</h5>{form}",
            id="below the words",
        ),
        pytest.param(
            "<article><div><b class='nick'>솔바람</b> <span title='2026년 3월 2일 오전 9:41'>3월 2일</span></div><h1>{title}</h1>"
            "<div class='rich'>{body}</div></article><h2>댓글(0)</h2><p>댓글을 쓰려면 로그인하세요.</p>",
            id="above the title",
        ),
    ],
)
@pytest.mark.parametrize(
    "own",
    [
        f"<p>{BODY}</p><ul><li><b>여울</b> <i>2025-01-10 10:30</i><p>우물을 봅니다.</p></li></ul>",
        "<p>다음과 같이 모두 모입니다.</p><table><tr><td>3/2(월) 10:00</td><td>우물</td><td>돌다리</td></tr></table>",
        "<p>2025.01.02</p>",
    ],
)
def test_the_time_of_a_post_is_no_other_in_its_words(page: str, own: str) -> None:
    row = ListRow(native_id="12", url=URL, title=TITLE, author="솔바람", posted_at=AT)
    read = post(page.format(title=TITLE, body=own, form=FORM), row)
    assert letters(read.body) == letters(re.sub("<.*?>", "", own))
    assert (read.author, read.posted_at) == ("솔바람", AT)


def letters(text: str | None) -> str:
    return "".join(filter(str.isalnum, text or ""))


@pytest.mark.parametrize("own", OWN)
@pytest.mark.parametrize("place", PLACES)
def test_what_somebody_wrote_is_no_field_and_no_end_of_a_post(own: str, place: str) -> None:
    read = post(PLACES[place].format(OWN[own]) + BUTTONS, WHOLE_ROW)
    assert letters(read.body) == letters(re.sub("<[^>]*>", "", OWN[own]))
    assert (read.author, read.posted_at, read.hits) == ("솔바람", AT, 77)
    assert read.comments == []


def test_labels_in_a_title_are_words_of_it() -> None:
    title = "조회 수와 작성자 두레박"
    row = ListRow(native_id="12", url=URL, title=title, hits=77)
    for head in (f"<h3>{title}</h3>{INFO}", f"<h2>{title}</h2><h3>{title}</h3>{INFO}"):
        read = post(f"{head}<div>{BODY}</div>{BUTTONS}", row)
        assert (read.author, read.hits, read.body) == ("솔바람", 77, BODY)


def test_a_title_that_is_a_label_hides_no_figure() -> None:
    info = "<ul><li>작성자 <b>솔바람</b></li><li>조회 <b>77</b></li><li>작성일 <b>2026.03.02 09:41</b></li></ul>"
    row = ListRow(native_id="12", url=URL, title="조회")
    read = post(f"<strong>조회</strong>{info}<div>{BODY}</div>{BUTTONS}", row)
    assert (read.hits, read.body) == (77, BODY)


def test_a_post_that_no_list_shows_is_not_called_as_its_site() -> None:
    logo = "<div><h1 class='logo'><a href='/'>나루마을</a></h1></div>"
    row = ListRow(native_id="12", url="", title="")
    read = answer(
        f"{logo}<div class='title'>안녕</div>{INFO}<div>{BODY}</div>{BUTTONS}",
        row=row,
        name="안녕 - 자유 - 나루마을",
    )
    assert isinstance(read, PostItem)
    assert read.title == "안녕"


def test_links_to_share_a_post_are_no_words_of_it() -> None:
    share = (
        "<div><h5>글 알리기:</h5><ul><li><a href='https://twitter.com/intent/tweet?url=x'>트위터</a></li>"
        "<li><a href='https://www.facebook.com/sharer.php?u=x'>페이스북</a></li></ul></div>"
    )
    for text in (BODY, ""):
        read = post(f"{HEAD}<div class='entry-content'><p>{text}</p>{share}</div>{BUTTONS}")
        assert (read.body or "") == text


# --- files, categories, figures ------------------------------------------------------


@pytest.mark.parametrize(
    "files",
    [
        "<ul><li><b>우물.hwp</b> <a href='/town/down?f=1'>내 PC에 저장</a></li></ul>",
        "<dl><dt>첨부파일</dt><dd><a href='/town/f/1'>우물.hwp</a></dd></dl>",
        "<ul><li><i>우물.hwp</i> <a href='/town/file/1/download'>내려받기</a> <a href='/town/file/1/view'>바로보기</a></li></ul>",
        "<ul><li><i>우물.hwp</i> <button onclick=\"fileDown('1')\">내려받기</button></li></ul>",
        "<p><a href='/uploads/7' download='우물.hwp'>📎 우물.hwp</a></p>",
        "<p class='fileblock'><a href='https://cdn.example/dn/7?attach=1'><i>우물.hwp</i> <b>0.1MB</b></a></p>",
    ],
)
def test_a_file_is_named_beside_its_link_or_by_the_label_before_it(files: str) -> None:
    read = post(f"<div>{HEAD}{files}</div><div>{BODY}</div>{BUTTONS}")
    assert (read.files, read.body) == (["우물.hwp"], BODY)


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
        ("<span class='hid'>제목</span>", None),
    ],
)
def test_the_word_before_a_title_is_its_category(before: str, category: str | None) -> None:
    assert post(f"<div>{before}{HEAD}</div><div>{BODY}</div>{BUTTONS}").category == category


def test_a_category_is_no_part_of_the_title_and_no_name_of_the_board() -> None:
    head = f"<h3><span class='cat'>[알림]</span> {TITLE}</h3>{INFO}"
    read = answer(f"<div>{head}</div><div>{BODY}</div>{BUTTONS}", name="나루마을")
    assert isinstance(read, PostItem)
    assert (read.title, read.category) == (TITLE, "알림")
    board = f"<div class='post-category'>알림</div><div>{HEAD}</div>"
    read = answer(f"<div>{board}<div>{BODY}</div>{BUTTONS}</div>", name=f"{TITLE} - 알림 - 나루")
    assert isinstance(read, PostItem)
    assert read.category is None


def test_a_category_may_have_another_label() -> None:
    info = "<dl><dt>분야</dt><dd>물</dd><dt>작성자</dt><dd>솔바람</dd><dt>작성일</dt><dd>2026-03-02 09:41</dd></dl>"
    assert post(f"<div><h4>{TITLE}</h4>{info}</div><div>{BODY}</div>{BUTTONS}").category == "물"


def test_figures_are_told_by_their_class_alone() -> None:
    figures = (
        "<p><b>솔바람</b> <i>2026.03.02 09:41</i> <span class='view_count'><b>1,077</b></span></p>"
    )
    assert post(f"<h3>{TITLE}</h3>{figures}<div>{BODY}</div>{BUTTONS}").hits == 1077


@pytest.mark.parametrize(
    "told",
    [
        "2026-03-02 09:41",
        "2026년 3월 2일 오전 9:41",
        "26.03.02 09:41",
        "2026/03/02 (09:41:00)",
        "작성일 : 2026. 3. 2. 9:41",
        "<span>2026.3.2</span> <span>09:41</span>",
        "<span>2026-03-02,&nbsp;<i>09:41 AM</i></span>",
        "3월 02, 2026, 09:41:00 오전",
        "<time datetime='2026-03-02T00:41:00Z'>여덟 달 전</time>",
        "<span title='2026-03-02 09:41:00'>8달 전</span>",
        "<span data-timestamp='1772412060000'>8달 전</span>",
        "<i data-created-at='1772412060'>8달 전</i>",
        "<i>게시일 <time datetime='2026-03-02T09:41:00+09:00'>2026년 3월 2일</time></i>",
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
        pytest.param("<tr><td>{0}</td><td>{2}</td><td>{1}</td></tr>", "<table class='memo'>{}</table>", id="called as bodies are"),
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
        pytest.param("<tr><td><b>{0}</b> : {2} <i>({1})</i></td></tr>", "<table>{}</table>", id="behind a colon"),
        pytest.param(
            "<tr><td>{0}</td><td>{2}</td><td><small>{day}<br>{clock}</small></td><td><a href='#'>[x]</a></td></tr>",
            "<table>{}</table>",
            id="a clock below its day",
        ),
        pytest.param(
            "<div><p><b>{0}</b> <small>{1}</small></p><p>{2}</p></div>",
            "<div class='card'><div>댓글 2</div><div class='card-body'>{}<p>댓글을 쓰려면 <a href='/login'>로그인</a>하세요.</p></div></div>",
            id="above a link to log in",
        ),
        pytest.param(
            "<div class='cm'><div><b>{0}</b> <i>{1}</i> <span><a href='#'>추천 2</a> <a href='#'>반대 0</a></span></div><div>{2}</div></div>",
            "<div class='cms'><div>댓글 2개</div>{}</div>",
            id="with votes against",
        ),
        pytest.param(
            "<div class='o'><p><strong>{0}</strong><em>{1}</em></p><p>{2}</p></div>",
            "<div class='op'><h4>한마디 (2)</h4>{}</div>",
            id="under any counted words",
        ),
    ],
)  # fmt: skip
@pytest.mark.parametrize("few", [1, 2])
def test_comments_beside_the_form_for_new_ones(comment: str, around: str, few: int) -> None:
    said = SAID[:few]
    blocks = "".join(
        comment.format(who, f"{at:%Y-%m-%d %H:%M}", what, day=at.date(), clock=f"{at:%H:%M:%S}")
        for who, at, what in said
    )
    read = post(f"{HEAD}<div>{BODY}</div>{around.format(blocks)}{FORM}{BUTTONS}")
    assert read.body == BODY
    assert [(each.author, each.posted_at, each.text) for each in read.comments] == said


@pytest.mark.parametrize(
    ("comment", "around"),
    [
        pytest.param(
            "<li><b class='name'>{0}</b> <i>{1}</i><p>{2}</p><div style='display:none'><form><textarea>{2}</textarea>"
            "<button>수정완료</button><button>취소</button></form></div></li>",
            "<div class='cmt_wrap'><p>댓글 <b>2</b>개</p><ul>{}</ul></div>",
            id="beside a form with their words",
        ),
        pytest.param("<tr><td><b>{0}</b></td><td>{2}</td><td><font>{1}</font> <a href='#'>x</a></td></tr>", "<table>{}</table>" + FORM, id="cells"),
        pytest.param(
            "<div class='d-flex'><img src='/a.png'><div><p><b>{0}</b> <span>{1}</span></p><div>{2}</div><button>답글</button></div></div>",
            "<div class='card'><div class='subtitle'>댓글 2</div>{}<p>로그인하면 댓글을 쓸 수 있습니다.</p></div>",
            id="below a block with their number",
        ),
        pytest.param(
            "<div class='comment'><h3><a href='#'>{2}</a></h3><p class='submitted'>글쓴이: {0} / 작성시간: {1}</p><div class='content'>{2}</div></div>",
            "<div id='comments'>{}</div>",
            id="a line of labels",
        ),
        pytest.param(
            "<li class='cm'><p class='ch'><b class='nick'>{0}</b> <i>{1}</i> <a href='#'>추천 <b>7</b></a></p><div class='cb'>{2}</div></li>",
            "<div class='comments'><h4>댓글 <b>2</b></h4><ul>{}</ul></div>",
            id="with votes",
        ),
    ],
)  # fmt: skip
def test_comments_of_odd_names_and_words(comment: str, around: str) -> None:
    """A member called by a number, a company's name, and a day that is all that somebody says."""
    said = [
        ("(주)나루", datetime(2026, 3, 2, 10, 5, tzinfo=KST), "저도 갑니다."),
        ("1004", datetime(2026, 3, 2, 10, 6, tzinfo=KST), "네 갑니다"),
        ("여울", datetime(2026, 3, 3, 7, 20, tzinfo=KST), "2026.11.03"),
        ("돌다리", datetime(2026, 3, 3, 7, 21, tzinfo=KST), "저도 갑니다."),
        ("솔바람", datetime(2026, 3, 3, 7, 22, tzinfo=KST), "고맙습니다."),
    ]
    blocks = "".join(comment.format(who, f"{at:%Y-%m-%d %H:%M}", what) for who, at, what in said)
    head = f"<h3>{TITLE}</h3><p class='submitted'>글쓴이: 솔바람 / 작성시간: 2026-03-02 09:41</p>"
    read = post(f"{head}<div class='content'>{BODY}</div>{around.format(blocks)}{BUTTONS}")
    assert read.body == BODY
    assert [(each.author, each.posted_at, each.text) for each in read.comments] == said


def test_the_best_comments_are_the_same_as_those_below() -> None:
    item = "<li><p><b>{0}</b> <i>{1:%Y-%m-%d %H:%M}</i></p><div>{2}</div></li>"
    whole = "".join(item.format(*each) for each in SAID)
    best = f"<div class='best'><h5>베스트 댓글</h5><ul>{item.format(*SAID[0])}</ul></div>"
    read = post(
        f"{HEAD}<div>{BODY}</div><div class='comments'><h4>댓글 2</h4>{best}<ul class='all'>{whole}</ul></div>"
    )
    assert [(each.author, each.text) for each in read.comments] == [
        (who, what) for who, _, what in SAID
    ]


@pytest.mark.parametrize(
    "block",
    [
        pytest.param(
            "<div class='windowbg{n}'><div class='poster'><a href='?action=profile;u=1'>{0}</a><i>글: 7</i></div>"
            "<h5><a href='#m'>{title}</a></h5><p>« 날짜: {1} »</p><div class='inner'>{2}</div><p class='smalltext'>기록됨</p></div>",
            id="two classes in turn",
        ),
        pytest.param(
            "<li class='postbit'><p class='head'><span class='date'>{day},&nbsp;<span class='time'>{clock}</span></span></p>"
            "<div><a class='username'>{0}</a><dl><dt>글</dt><dd>199</dd></dl></div><blockquote class='said'>{2}</blockquote></li>",
            id="days and clocks apart",
        ),
        pytest.param(
            "{frame}<div class='forumpost'><div class='subject'>{title}</div><div class='author'>by <a href='/user?id=1'>{0}</a> - {1}</div>"
            "<div class='content'>{2}</div><a href='#'>답글</a></div>",
            id="replies in frames",
        ),
        pytest.param(
            "<div class='row profile-horizontal message'><h2>{title}</h2><div class='span2'><b><a class='who-user' href='/user/1'>{0}</a></b><p>새내기</p></div>"
            "<div class='span10'><small><span class='date'>{1}</span> <a href='#'>#7</a></small><div class='badge-info'><div class='msg-header'><em>{0}</em> 님의 글: "
            "<span>{title}</span></div><div class='kmsg'>{2}</div></div></div></div>",
            id="names and titles in the heads of messages",
        ),
        pytest.param(
            "<li data-pid='{n}' data-uid='3' data-name='{0}' class='{first}'><a href='/user/1'>{0}</a> <time>{1}</time>"
            "<div class='content'>{2}</div><a href='#'>답글</a></li>",
            id="known by their data",
        ),
        pytest.param(
            "<div class='post'><table><tr><td><a href='?space&uid=7' class='xw1'>{0}</a><p>12 글</p></td><td><em id='at{n}'>발표일 {1}</em> | "
            "<a href='/town/read?no=12&by=7'>글쓴이만 보기</a><table><tr><td class='t_f'>{2}</td></tr></table></td></tr></table></div>",
            id="a label before the time",
        ),
    ],
)  # fmt: skip
def test_replies_of_a_thread_look_as_its_first_post(block: str) -> None:
    said = [("솔바람", AT, BODY), *SAID]
    blocks = "".join(
        block.format(
            *(who, f"{at:%Y-%m-%d %H:%M}", what),
            n=n % 2,
            title=TITLE if n == 0 else f"Re: {TITLE}",
            day=f"{at:%Y-%m-%d}",
            clock=f"{at:%I:%M %p}",
            frame="<div class='indent'>" * bool(n),
            first="owner" * (n == 0),
        )
        for n, (who, at, what) in enumerate(said)
    )
    read = post(f"<h3>{TITLE}</h3><div>{blocks}</div>", WHOLE_ROW)
    assert (read.author, read.posted_at, read.body) == said[0]
    assert [(each.author, each.posted_at, each.text) for each in read.comments] == SAID


@pytest.mark.parametrize("few", [0, 1, 2])
@pytest.mark.parametrize("words", [BODY, "고맙습니다", "<p>2025.11.03</p><p>고맙습니다</p>"])
def test_a_thread_called_replies_begins_with_the_post(few: int, words: str) -> None:
    """Heads and words in turn, all in one element; the list tells no time of a post."""
    block = (
        "<div id='post-{0}' class='reply-header'><span class='reply-date'>{2:%Y-%m-%d %H:%M}</span> <a href='#{0}'>#{0}</a></div>"
        "<div class='user-id-{0} type-reply'><div class='reply-author'><a href='/users/u{0}/'>{1}</a><div class='author-role'>참가자</div></div>"
        "<div class='reply-content'>{3}</div></div>"
    )
    said = [("솔바람", AT, words), *SAID[:few]]
    blocks = "".join(block.format(n, *each) for n, each in enumerate(said))
    names = "<div class='reply-author'>글쓴이</div><div class='reply-content'>글</div>"
    read = post(
        f"<h1>{TITLE}</h1><p><a href='/'>처음</a> › {TITLE}</p><ul class='replies'><li class='t-header'>{names}</li>"
        f"<li>{blocks}</li><li class='t-footer'>{names}</li></ul><p>답변은 로그인 후 이용 가능합니다.</p>"
    )
    assert (read.author, read.posted_at) == ("솔바람", AT)
    assert (read.body or "").split() == re.sub("<[^>]*>", " ", words).split()
    assert [(each.author, each.posted_at, each.text) for each in read.comments] == SAID[:few]


@pytest.mark.parametrize(
    "info",
    [
        "<p><span><i class='bi bi-person'></i> {}</span> <span><i class='bi bi-clock'></i> 2026-03-02 09:41</span></p>",
        "<div><div></div><div><p>{}</p><p><time>2026-03-02 09:41</time> · 조회 77</p></div></div>",
        "<p><b>{}</b> <span>2026-03-02 09:41</span> <span>조회 77</span></p>",
    ],
)
def test_a_name_may_be_a_number(info: str) -> None:
    said = "<li><b>1004</b> <i>2026-03-03 07:20</i><p>저도 갑니다.</p></li>"
    read = post(
        f"<h1>{TITLE}</h1>{info.format('1004')}<div>{BODY}</div><div class='comments'><h4>댓글 1</h4><ul>{said}</ul></div>{BUTTONS}"
    )
    assert (read.author, read.posted_at, read.body) == ("1004", AT, BODY)
    assert [(each.author, each.text) for each in read.comments] == [("1004", "저도 갑니다.")]


def test_numbers_that_look_as_the_names_are_names() -> None:
    said = [("1004", "저도 갑니다."), ("여울", "네"), ("1004", "1등")]
    blocks = "".join(
        f"<div class='sc-k'><div class='sc-i'><span class='sc-x'>{who}</span><span class='sc-d'>2026년 3월 {n}일 오후 6:24</span></div><div class='sc-t'>{what}</div></div>"
        for n, (who, what) in enumerate(said, 3)
    )
    read = post(
        f"{HEAD}<div class='sc-b'>{BODY}</div><div class='sc-c'><div>댓글 3</div>{blocks}<textarea></textarea><button>등록</button></div>{BUTTONS}"
    )
    assert [(each.author, each.text) for each in read.comments] == said


@pytest.mark.parametrize(
    "answer_of",
    [
        ("<div class='qa a'><i>A</i><strong>답변드립니다</strong><ul><li>답변자 <b>{0}</b></li><li>답변일 <b>{1}</b></li></ul>"
        "<div class='qa_b'>{2}</div></div>"),
        ("<h4>답변</h4><table class='view'><tr><th>답변자</th><td>{0}</td><th>답변일</th><td>{1}</td></tr>"
        "<tr><td colspan=4>{2}</td></tr></table>"),
        "<div class='answer'><p><strong>{0}</strong> <span>{1}</span></p><div class='txt'>{2}</div></div>",
        ("<div class='post'><div class='user'><a class='username'>{0}</a> <span class='smalltext'>Member</span></div>"
        "<span>{1}</span><div class='post_body'>{2}</div><div class='post_controls'><a href='#'>Find</a> <a href='#'>Reply</a></div></div>"),
    ],
)  # fmt: skip
def test_an_answer_below_the_question_is_its_comment(answer_of: str) -> None:
    who, at, what = SAID[1]
    first = f"<div class='post'><div class='user'><a class='username'>솔바람</a></div><span>2026-03-02 09:41</span><div class='post_body'>{BODY}</div></div>"
    said = answer_of.format(who, f"{at:%Y-%m-%d %H:%M}", what)
    head = f"<h3>{TITLE}</h3>{first}" if "post_body" in answer_of else f"{HEAD}<div>{BODY}</div>"
    if "qa_b" in answer_of:
        head = f"<div class='qa q'><i>Q</i>{HEAD}<div class='qa_b'>{BODY}</div></div>"
    read = post(f"<div>{head}{said}</div><p><a href='/town?p=1'>목록</a></p>")
    assert [(each.author, each.posted_at, each.text) for each in read.comments] == [(who, at, what)]
    assert read.body == BODY


@pytest.mark.parametrize(
    ("comment", "answer_to_it"),
    [
        ("<li class='depth-1'>{}</li>", "<li class='depth-2'>{}</li>"),
        ("<li style='margin-left:0'>{}</li>", "<li style='margin-left:24px'>{}</li>"),
        ("<li class='item'>{}</li>", "<li class='item item--reply'>{}</li>"),
        ("<li>{}</li>", "<li><ul><li>{}</li></ul></li>"),
    ],
)
def test_answers_to_comments_stand_below_them(comment: str, answer_to_it: str) -> None:
    blocks = [
        f"<div><b>{who}</b> <i>{at:%Y-%m-%d %H:%M}</i> <p>{what}</p></div>"
        for who, at, what in SAID
    ]
    said = comment.format(blocks[0]) + answer_to_it.format(blocks[1]) + comment.format(blocks[0])
    read = post(f"{HEAD}<div>{BODY}</div><ul class='comments'>{said}</ul>{BUTTONS}")
    assert [each.depth for each in read.comments] == [0, 1, 0]


@pytest.mark.parametrize("replies", [0, 1])
def test_a_member_s_box_beside_a_post_is_neither_body_nor_reply(replies: int) -> None:
    """A thread as forums show it: who wrote, since when, and how much, beside each post."""
    message = (
        "<article class='message' id='p{0}'><div class='cell cell--user'><a class='username'>{1}</a> <h5>New member</h5>"
        "<dl><dt>Joined</dt><dd>Jan 2, 2021</dd></dl></div><div class='cell cell--main'><a class='username' href='#p{0}'>"
        "<time datetime='{2}'>{2}</time></a><div class='message-body'>{3}</div><div class='message-actions'><a href='#'>Like</a></div></div></article>"
    )
    who, at, what = SAID[0]
    said = message.format(1, "솔바람", AT.isoformat(), BODY)
    said += message.format(2, who, at.isoformat(), what) * replies
    read = post(
        f"<h1>{TITLE}</h1><div>{said}</div><div class='blockMessage'>You must log in or register to reply here.</div>"
    )
    assert (read.body, read.author) == (BODY, "솔바람")
    assert [(each.author, each.text) for each in read.comments] == [(who, what)] * replies


def test_neighbours_beside_the_form_for_comments_are_none() -> None:
    near = "<div class='tap'><a href='/town/read?no=11'><b>두부 나눔</b> <i>여울</i> <i>2026-03-01</i></a></div>"
    read = post(f"<div>{HEAD}<div>{BODY}</div>{FORM}{near}</div>")
    assert (read.body, read.comments) == (BODY, [])


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
        (404, "게시물은 작성자 또는 관리자에 의해 삭제되었습니다.", Status.DELETED),
        (404, "The requested topic does not exist.", Status.DELETED),
        (403, "You are not authorised to read this forum.", Status.DENIED),
        (403, "이 글은 우수회원만 볼 수 있어요.", Status.DENIED),
        (200, "게시글을 볼 수 있는 등급이 아닙니다.", Status.DENIED),
        (403, "이 글은 정회원 이상만 볼 수 있습니다.", Status.DENIED),
        (404, "The requested thread could not be found.", Status.DELETED),
        (200, "작성자와 관리자만 열람할 수 있는 글입니다.", Status.SECRET),
        (200, "지정한 주제가 없습니다. 링크를 다시 살펴보세요.", Status.DELETED),
        (403, "Forbidden", "http_403"),
        (403, "You don't have permission to access this resource.", "http_403"),
        (404, "페이지를 찾을 수 없습니다.", "http_404"),
    ],
)
def test_an_error_page_counts_where_it_speaks_of_the_post(
    status: int, said: str, told: Status | str
) -> None:
    read = answer(f"<h1>알림</h1><p>{said}</p><a href='/town'>목록</a>", status)
    assert (read.status if isinstance(read, PostItem) else read.reason) == told


def test_a_notice_counts_among_long_menus_too() -> None:
    menus = "".join(
        f"<p>마을 살림과 회관 이용을 알리는 {n}번째 안내문입니다.</p>" for n in range(30)
    )
    notice = "<div><p>삭제되었거나 존재하지 않는 게시물입니다.</p></div>"
    for page, status in ((notice, Status.DELETED), (f"{HEAD}<div>{BODY}</div>", Status.LIVE)):
        read = answer(f"{page}<div>{menus}</div>")
        assert isinstance(read, PostItem)
        assert read.status is status


def test_a_notice_by_script_may_leave_by_a_function() -> None:
    script = "<script>alert('해당 게시물이 없습니다.'); goPage(1);</script>"
    leaves = (
        "<script>function goPage(p) { document.f.page.value = p; document.f.submit(); }</script>"
    )
    for title in (TITLE, ""):  # an empty one: no list shows the post any more
        row = ListRow(native_id="12", url=URL, title=title)
        read = answer(f"<h2>마을 소식</h2>{script}{leaves}", row=row)
        assert isinstance(read, PostItem)
        assert read.status is Status.DELETED


def test_titles_of_other_posts_are_no_notice() -> None:
    others = "".join(
        f"<li><a href='/town/read?no={n}'>{said}</a></li>"
        for n, said in enumerate(("비밀글입니다. 어떻게 보나요?", "삭제된 글입니다"), 20)
    )
    own = f"<p><a href='/town/read?no=12'>{URL}</a> <button>복사</button></p>"
    listing = "".join(
        f"<tr><td><a href='/town/read?no={n}'>소식 {n}</a></td></tr>" for n in range(9, 16)
    )
    read = post(
        f"{HEAD}{own}<div>{BODY}</div>{BUTTONS}<table>{listing}</table><div><h4>인기</h4><ol>{others}</ol></div>"
    )
    assert (read.status, read.body) == (Status.LIVE, BODY)


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


@pytest.mark.parametrize("more", ["", "&ftype=6&depth=1"])
def test_a_post_s_number_may_be_called_as_a_row_s_is_elsewhere(more: str) -> None:
    paging = "".join(f"<a href='/town/list?code=a1&page={n}'>{n}</a>" for n in (2, 3))
    ids, url, _ = listed(f"/town/view?code=a1&num={{n}}{more}", paging, "/town/list?code=a1")
    assert ids == ["3", "4", "5", "6", "7", "8"]
    assert sorted(url.partition("?")[2].split("&")) == sorted(f"code=a1&num=7{more}".split("&"))


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


@pytest.mark.parametrize(
    ("paging", "third"),
    [
        pytest.param(
            "<a href=\"javascript:page_link('2')\">2</a> <a href=\"javascript:page_link('3')\">3</a>"
            "<form action='/town/list' method='post'><input type='hidden' name='b' value='3'>"
            "<input type='hidden' name='page' value='1'></form>",
            "/town/list?b=3&page=3",
            id="a form that a script of another file sends",
        ),
        pytest.param(
            "<a href='/town-3-page-2.html'>2</a>",
            "/town-3-page-3.html",
            id="several numbers in a path",
        ),
        pytest.param("<a href='/town/list?b=3&page=2'>다음 »</a>", "/town/list?b=3&page=3", id="arrow"),
        pytest.param("<a href='/town/list?b=3&page=2'>이전 글</a>", "/town/list?b=3&page=3", id="older posts"),
        pytest.param(
            "<a data-page='2' href='javascript:void(0)'>2</a> <a data-page='3' href='javascript:void(0)'>3</a>"
            "<form action='/town/list'><input type='hidden' name='b' value='3'><input type='hidden' name='page' value='1'></form>",
            "/town/list?b=3&page=3",
            id="a number in an attribute",
        ),
        pytest.param(
            "<a data-page='1' href='#'>2</a> <a data-page='2' href='#'>3</a>"
            "<form action='/town/list'><input type='hidden' name='b' value='3'><input type='hidden' name='page' value='0'></form>",
            "/town/list?b=3&page=2",
            id="an attribute that counts from 0",
        ),
        pytest.param(
            "<a href='/town/members/0'>1004</a> <a href='/town/list?b=3&page=2'>다음</a>",
            "/town/list?b=3&page=3",
            id="a member called by a number",
        ),
    ],
)  # fmt: skip
def test_ways_to_the_next_pages(paging: str, third: str) -> None:
    assert listed("/town/view?b=3&id={n}", paging)[2] == SITE + third


@pytest.mark.parametrize(
    ("at", "first"),
    [("/town/page/1", "/town/page/1"), ("/town/page/2", "/town"), ("/town", "/town")],
)
def test_the_first_page_is_where_the_site_says(at: str, first: str) -> None:
    rows = "".join(
        f"<li><a href='/town/view/{n}'>마을 소식 {n}</a> 2026-03-0{n}</li>" for n in range(3, 9)
    )
    ways = "<a href='/town'>1</a> <a href='/town/page/2'>2</a> <a href='/town/page/3'>3</a>"
    page = read_page(
        SITE + at, f"<ul>{rows}</ul>{ways if at[-1] != '1' else ways[24:]}".encode(), {}
    )
    board = find_engine_by_name("generic").board(page)
    assert board is not None
    assert board.url == SITE + first


def test_posts_named_by_words_without_a_number() -> None:
    names = ["가로등-수리", "우물-치기", "두부-나눔", "how-to-fix-a-well", "버스-시간표"]
    rows = "".join(
        f"<li><a href='/town/{name}/'>{n}번째 소식 알림</a> 2026-03-0{n}</li>"
        for n, name in enumerate(names, 1)
    )
    page = read_page(
        f"{SITE}/town/",
        f"<h1>소식</h1><ul>{rows}</ul><a href='/town/write'>글쓰기</a>".encode(),
        {},
    )
    engine = find_engine_by_name("generic")
    assert [row.native_id for row in engine.read_list(page, NOW).rows] == names


def test_a_list_s_excerpts_and_categories_are_no_figures_and_no_titles() -> None:
    rows = "".join(
        f"<article><h3><a href='/town/view?no={n}'><span class='cat'>[알림]</span> 마을 소식 {n}</a></h3>"
        f"<p>우물을 새로 치우는 날을 모두에게 알립니다. 일시 2025. 1. 2. 14:00 장소 마을 회관</p>"
        f"<span>솔바람</span> <span class='dt'>2026-03-0{n} 09:41</span></article>"
        for n in range(3, 9)
    )
    page = read_page(f"{SITE}/town/list", f"<h1>소식</h1>{rows}".encode(), {})
    for row in find_engine_by_name("generic").read_list(page, NOW).rows:
        assert row.title == f"마을 소식 {row.native_id}"
        assert row.category == "알림"
        assert row.posted_at == datetime(2026, 3, int(row.native_id), 9, 41, tzinfo=KST)


@pytest.mark.parametrize(
    ("address", "at", "url"),
    [
        ("/t?topic={n}.0", "/t?board=3.0", "/t?topic=7.0"),
        ("/story/read?sid={n}", "/story", "/story/read?sid=7"),
    ],
)
def test_where_the_number_of_a_post_may_stand(address: str, at: str, url: str) -> None:
    ids, seventh, _ = listed(address, "<a href='/write'>글쓰기</a>", at)
    assert (ids, seventh) == (["3", "4", "5", "6", "7", "8"], SITE + url)


def read_second(first: str, second: str, at: str) -> list[str]:
    """Return the titles of a board's second list page."""
    engine = find_engine_by_name("generic")
    page = read_page(SITE + at, second.encode(), {})
    page.notes["board"] = engine.board(read_page(f"{SITE}/town", first.encode(), {}))
    return [row.title for row in engine.read_list(page, NOW).rows]


def test_the_page_that_a_list_stands_on_is_no_part_of_a_post_s_address() -> None:
    def rows(start: int, path: str) -> str:
        return "".join(
            f"<div><a href='/town/view/{n}{path}'>마을 소식 {n}</a> 2026-03-02</div>"
            for n in range(start, start + 6)
        )

    ways = "<a href='/town'>1</a> <a href='/town/page/2'>2</a> <a href='/town/page/3'>3</a>"
    told = read_second(rows(11, "") + ways, rows(5, "/page/2") + ways, "/town/page/2")
    assert told == [f"마을 소식 {n}" for n in range(5, 11)]


def test_a_row_is_read_from_the_list_and_not_from_a_widget_beside_it() -> None:
    hot = "".join(
        f"<li><a href='/town/view?no={n}'><i>{n}</i> 마을 소식 {n}</a></li>" for n in (3, 5)
    )
    rows = "".join(
        f"<tr><td>{n}</td><td><a href='/town/view?no={n}'>마을 소식 {n}</a></td><td>솔바람</td><td>2026-03-0{n}</td></tr>"
        for n in range(3, 9)
    )
    head = "<tr><th>번호</th><th>제목</th><th>글쓴이</th><th>날짜</th></tr>"
    page = read_page(f"{SITE}/town", f"<ul>{hot}</ul><table>{head}{rows}</table>".encode(), {})
    found = find_engine_by_name("generic").read_list(page, NOW).rows
    assert {(row.title, row.author) for row in found} == {
        (f"마을 소식 {n}", "솔바람") for n in range(3, 9)
    }


def test_columns_in_a_link_around_the_row_are_told_by_their_headings() -> None:
    rows = "".join(
        f"<li><a href='/town/view?no={n}'><span>접수</span><span>마을 소식 {n}</span><span>솔바람</span><span>26.03.0{n}</span></a></li>"
        for n in range(3, 9)
    )
    names = "<li><span>상태</span><span>제목</span><span>작성자</span><span>작성일</span></li>"
    page = read_page(f"{SITE}/town", f"<h1>문의</h1><ul>{names}{rows}</ul>".encode(), {})
    found = find_engine_by_name("generic").read_list(page, NOW).rows
    assert [(row.title, row.author) for row in found] == [
        (f"마을 소식 {n}", "솔바람") for n in range(3, 9)
    ]


def test_a_list_of_whole_posts_has_no_rows_of_the_links_in_them() -> None:
    earlier = (
        "<ul><li><a href='/town/1'>지난 글</a></li><li><a href='/town/2'>더 지난 글</a></li></ul>"
    )
    entries = "".join(
        f"<article><h2><a href='/town/{n}'>마을 소식 {n}</a></h2><p class='meta'><time datetime='2026-03-0{n}'>3월 {n}일</time></p>"
        f"<p>신문 | 입력 2025.01.02 | 조회 1,234</p><p>{BODY} 지난 글도 함께 보아 주세요.</p>{earlier if n == 5 else ''}</article>"
        for n in range(3, 9)
    )
    page = read_page(
        f"{SITE}/town", f"<h1>소식</h1>{entries}<a href='/town?page=2'>다음</a>".encode(), {}
    )
    found = find_engine_by_name("generic").read_list(page, NOW).rows
    assert [(row.native_id, row.hits) for row in found] == [(str(n), None) for n in range(3, 9)]


@pytest.mark.parametrize(
    ("address", "ids", "first"),
    [
        ("/topic/{n}/{words}", ["3", "4", "5", "6", "7", "8"], "/topic/3/우물-3"),
        ("/{n}-{words}/", ["3", "4", "5", "6", "7", "8"], "/3-우물-3/"),
        ("/town/free-talk/{n}", ["3", "4", "5", "6", "7", "8"], "/town/free-talk/3"),
        (
            "/2026/03/0{n}/{words}/",
            [f"2026/03/0{n}/우물-{n}" for n in range(3, 9)],
            "/2026/03/03/우물-3/",
        ),
    ],
)
def test_words_beside_a_number_are_of_the_address_and_not_of_the_id(
    address: str, ids: list[str], first: str
) -> None:
    def page(numbers: range) -> Page:
        rows = "".join(
            f"<tr><td><a href='{address.format(n=n, words=f'우물-{n}')}'>마을 소식 {n}</a></td><td>2026-03-0{n}</td></tr>"
            for n in numbers
        )
        ways = "<a href='/town?page=2'>2</a> <a href='/town?page=3'>3</a>"
        source = f"<table><tr><th>제목</th><th>작성일</th></tr>{rows}</table>{ways}"
        return read_page(f"{SITE}/town", source.encode(), {})

    engine = find_engine_by_name("generic")
    board = engine.board(page(range(3, 9)))
    rows = engine.read_list(page(range(3, 9)), NOW).rows
    assert [row.native_id for row in rows] == ids
    assert unquote(rows[0].url) == SITE + first
    last = page(range(5, 6))  # where a post alone does not tell what varies
    last.notes["board"] = board
    assert [row.native_id for row in engine.read_list(last, NOW).rows] == [ids[2]]


def test_the_title_in_a_link_around_a_row_is_what_is_each_row_s_own() -> None:
    rows = "".join(
        f"<div><a class='l1' href='/town/{n}'><div class='x9'>{kind}</div><div class='x1'>마을 소식 {n}</div><div>우물을 봅니다.</div></a>"
        f"<p><b>솔바람</b> <i>2026-03-0{n}</i></p></div>"
        for n, kind in zip(range(3, 9), ("물", "길", "물", "물", "길", "물"), strict=True)
    )
    page = read_page(
        f"{SITE}/town", f"<h1>소식</h1>{rows}<a href='/town?page=2'>2</a>".encode(), {}
    )
    found = find_engine_by_name("generic").read_list(page, NOW).rows
    assert [(row.title, row.category) for row in found][:2] == [
        ("마을 소식 3", "물"),
        ("마을 소식 4", "길"),
    ]


def test_a_post_that_moves_to_another_category_is_seen_to_have_changed() -> None:
    def marks(first: str) -> dict[str, str]:
        rows = "".join(
            f"<tr><td class='cate'>{first if n == 3 else '물'}</td>"
            f"<td><a href='/town/{n}'>마을 소식 {n}</a></td><td>솔바람</td><td>2026-03-0{n}</td></tr>"
            for n in range(3, 9)
        )
        head = "<tr><th>분류</th><th>제목</th><th>글쓴이</th><th>날짜</th></tr>"
        page = read_page(f"{SITE}/town", f"<table>{head}{rows}</table>".encode(), {})
        found = find_engine_by_name("generic").read_list(page, NOW).rows
        return {row.native_id: row.mark for row in found}

    before, after = marks("물"), marks("길")
    assert [number for number in before if before[number] != after[number]] == ["3"]
    assert len(before) == 6


def rows_of(row: str, around: str = "{}", at: str = "/town") -> list[ListRow]:
    """Read a list of six rows, each with a number, a kind, an own title and a day."""
    kinds = ("물", "길", "물", "물", "길", "물")
    rows = "".join(
        row.format(n=n, kind=kind, name="2026" if n == 5 else f"마을 소식 {n}")
        for n, kind in zip(range(3, 9), kinds, strict=True)
    )
    source = f"<h1>소식</h1>{around.format(rows)}<a href='{at}?page=2'>2</a>"
    return (
        find_engine_by_name("generic")
        .read_list(read_page(SITE + at, source.encode(), {}), NOW)
        .rows
    )


@pytest.mark.parametrize(
    ("row", "around"),
    [
        pytest.param(
            "<li><a href='/town/{n}'><div><span>{kind}</span><h3>{name}</h3></div><p>솔바람 · <time datetime='2026-03-0{n}T09:41:00+09:00'>8달 전</time></p></a></li>",
            "<ul>{}</ul>",
            id="a heading in a link around the row",
        ),
        pytest.param(
            "<div><strong>0</strong> 답변 <em>[<a href='/town?kind=1'>{kind}</a>]</em> <h3><a href='/town/{n}'>{name}</a></h3>"
            "<p>솔바람 · 2026-03-0{n} 09:41</p></div>",
            "<div>{}</div>",
            id="beside a figure in bold",
        ),
        pytest.param(
            "<ul class='type-topic user-{n}'><li><em>[{kind}]</em> <a href='/town/{n}'>{name}</a><p>시작: <b class='author'>솔바람</b>, 2026-03-0{n} 09:41</p></li>"
            "<li>2</li><li>마지막 글: <b class='author'>여울</b> <span class='date'>2026-03-09 10:00</span></li></ul>",
            "<div>{}</div>",
            id="beside the last reply",
        ),
        pytest.param(
            "<li><a href='/town/{n}'><span>{name}</span> <span>2</span> <span>솔바람 | 2026-03-0{n} 09:41 | 조회 3</span></a></li>",
            "<ul>{}</ul>",
            id="in a line of its own in the link",
        ),
    ],
)  # fmt: skip
def test_titles_categories_and_days_of_rows(row: str, around: str) -> None:
    found = rows_of(row, around)
    assert [row.title.removeprefix(f"[{row.category}] ") for row in found] == [
        "2026" if n == 5 else f"마을 소식 {n}" for n in range(3, 9)
    ]
    assert [row.posted_at for row in found] == [
        datetime(2026, 3, n, 9, 41, tzinfo=KST) for n in range(3, 9)
    ]


def test_a_category_in_brackets_before_nearly_all_titles_is_none_of_them() -> None:
    def rows(first: int, last: int) -> str:
        return "".join(
            f"<tr><td>{n}</td><td><a href='/town/{n}'><strong>[{'물' if n % 3 else '길'}] 소식 {n}</strong> <span>(2)</span></a></td>"
            f"<td>2026-03-02</td></tr>"
            for n in range(first, last)
        )

    ways = "<a href='/town?page=2'>2</a> <a href='/town?page=3'>3</a>"
    first = f"<table>{rows(21, 31)}</table>{ways}"
    found = find_engine_by_name("generic").read_list(
        read_page(f"{SITE}/town", first.encode(), {}), NOW
    )
    assert [(row.title, row.category, row.comment_count) for row in found.rows[:2]] == [
        ("소식 21", "길", 2),
        ("소식 22", "물", 2),
    ]
    # As on the first page, so on the last, where two rows alone tell nothing.
    last = f"<table>{rows(7, 9)}</table>{ways}"
    assert read_second(first, last, "/town?page=3") == ["소식 7", "소식 8"]
    row = ListRow(native_id="12", url=URL, title="소식 21", category="길")
    read = answer(
        f"<h3>[길] 소식 21</h3>{INFO}<div>{BODY}</div>{BUTTONS}",
        row=row,
    )
    assert isinstance(read, PostItem)
    assert (read.title, read.category) == ("소식 21", "길")


def test_addresses_as_a_browser_writes_them() -> None:
    """Korean in an EUC-KR page's addresses is CP949; a base may stand in another folder."""
    name = quote("자유".encode("cp949"))
    rows = "".join(
        f"<tr><td><a href='read?b=자유&no={n}'>마을 소식 {n}</a></td><td>2026-03-0{n}</td></tr>"
        for n in range(3, 9)
    )
    source = (
        f"<html><head><meta charset='euc-kr'><base href='/village/'></head><body><table>{rows}</table>"
        f"<a href='list?b={name}&page=2'>2</a><a href='list?b={name}&page=3'>3</a></body></html>"
    )
    engine = find_engine_by_name("generic")
    page = read_page(f"{SITE}/town?b={name}", source.encode("cp949"), {})
    board = engine.board(page)
    assert board is not None
    assert board.url == f"{SITE}/town?b={name}"
    assert engine.post_request(board, "7") == f"{SITE}/village/read?b={name}&no=7"
    assert engine.list_request(board, 3) == f"{SITE}/village/list?b={name}&page=3"


@pytest.mark.parametrize(
    "left",
    [
        "<a href='/town/write'>글쓰기</a>",
        "<a href='#' onclick='go(1)'>1</a><script>function go(n) { location.href = '/town?page=' + n; }</script>",
    ],
)
def test_a_list_page_without_a_row_is_the_board_s_where_it_leads_to_it(left: str) -> None:
    rows = "".join(
        f"<li><a href='/town/{n}'>마을 소식 {n}</a> 2026-03-0{n}</li>" for n in range(3, 9)
    )
    engine = find_engine_by_name("generic")
    first = read_page(f"{SITE}/town", f"<ul>{rows}</ul><a href='/town?page=2'>2</a>".encode(), {})
    board = engine.board(first)
    assert board is not None
    fetched = FetchedPage(
        url=f"{SITE}/town?page=3",
        status=200,
        headers={},
        body=f"<h1>소식</h1><ul></ul>{left}".encode(),
        fetched_at=NOW,
    )
    assert read_list("generic", board, fetched, 3).problem == ""
    broken = replace(fetched, body=b"<h1>500</h1>")
    assert read_list("generic", board, broken, 3).problem == "no_list"


def test_times_that_a_script_writes() -> None:
    """Forums print the moment as an attribute of an empty element, on lists and in threads."""
    block = (
        "<li component='post' data-pid='{n}'><small><a href='/user/u'><span>{who[0]}</span></a> <a href='/user/u'>{who}</a></small>"
        "<span class='timeago' title='{at:%Y-%m-%dT%H:%M:%S}+09:00'></span><div class='content'>{what}</div><a href='#'>답글</a></li>"
    )
    said = [("솔바람", AT, BODY), *SAID]
    blocks = "".join(
        block.format(n=n, who=who, at=at, what=what) for n, (who, at, what) in enumerate(said)
    )
    read = post(f"<h1>{TITLE}</h1><ul>{blocks}</ul>")
    assert (read.author, read.posted_at, read.body) == said[0]
    assert [(each.author, each.posted_at, each.text) for each in read.comments] == SAID


# --- rows of lists that say little by their classes --------------------------------


@pytest.mark.parametrize(
    ("row", "around"),
    [
        pytest.param(
            "<tr><td>{n}</td><td><a href='/town/{n}'>{name}</a><span>{n}</span></td><td>솔바람</td><td>2026-03-02</td><td>70</td></tr>",
            "<table><tr><th>번호</th><th>제목</th><th>글쓴이</th><th>날짜</th><th>조회</th></tr>{}</table>",
            id="a figure behind the title in its cell",
        ),
        pytest.param(
            "<li><a href='/town/{n}'><strong>{name}</strong> <span>{n}</span><p>솔바람 | 2026.03.02 | 조회 70</p></a></li>",
            "<ul>{}</ul>",
            id="a figure behind the title in the row's link",
        ),
        pytest.param(
            "<li><dl><dt><a href='/town/{n}'>{name}</a><div>글쓴이 <a class='username' href='/u'>솔바람</a> » 2026-03-02</div></dt>"
            "<dd class='posts'>{n} <dfn>댓글</dfn></dd><dd class='views'>70 <dfn>조회</dfn></dd></dl></li>",
            "<ul>{}</ul>",
            id="a figure before its label",
        ),
        pytest.param(
            "<tr><th><a href='/town/{n}'>{name}</a></th><td><a href='/u'>솔바람</a> 2026-03-02</td><td><a href='/town/{n}'>{n}</a><em>70</em></td></tr>",
            "<table>{}</table>",
            id="a link to the post that shows a figure",
        ),
        pytest.param(
            "<li><a href='/town/{n}'><h4>{name}</h4><p><span>솔바람</span><span>26.03.02</span><span>조회 70</span><span>답글 {n}</span></p></a></li>",
            "<ul>{}</ul>",
            id="behind another label",
        ),
        pytest.param(
            "<tr><td><a href='/town/{n}'><img src='/{n}.jpg'></a><br><a href='/town/{n}'>{name}</a> [{n}]<br>솔바람 | 2026.03.02</td></tr>",
            "<table>{}</table>",
            id="in brackets, in no element",
        ),
        pytest.param(
            "<ul><li><a href='/town/{n}'>{name}</a></li><li>2</li><li>{n}</li><li>2026-03-02</li></ul>",
            "<ul><li><ul><li>주제</li><li>참여자</li><li>글</li><li>마지막 글</li></ul></li><li>{}</li></ul>",
            id="a column whose name stands before the list",
        ),
    ],
)  # fmt: skip
def test_the_number_of_comments_is_told_without_a_class(row: str, around: str) -> None:
    assert [found.comment_count for found in rows_of(row, around)] == [3, 4, 5, 6, 7, 8]


def test_an_answer_s_state_is_part_of_what_a_change_changes() -> None:
    row = "<tr><td><a href='/town/{n}'>{name}</a></td><td>2026-03-02</td><td>{kind}</td></tr>"
    before = rows_of(row.replace("{kind}", "접수"), "<table>{}</table>")
    after = rows_of(row.replace("{kind}", "답변완료"), "<table>{}</table>")
    assert all(one.mark != other.mark for one, other in zip(before, after, strict=True))


def test_a_day_in_large_figures_makes_a_list_and_no_hits() -> None:
    found = rows_of(
        "<div><p><span>0{n}</span><span>2026.03</span></p><h3><a href='/town/{n}'>{name}</a></h3>"
        "<a href='/town/{n}'>VIEW MORE</a></div>",
        "<div>{}</div>",
    )
    assert [(row.title, row.hits) for row in found[:2]] == [("마을 소식 3", None), ("마을 소식 4", None)]  # fmt: skip


def test_a_title_that_is_a_number_goes_before_what_a_picture_is_called() -> None:
    found = rows_of(
        "<tr><td><a href='/town/{n}' title='새 창에서 열기'><img src='f.gif'></a></td><th><a href='/town/{n}'>{name}</a></th><td>2026-03-02</td></tr>",
        "<table>{}</table>",
    )
    assert [row.title for row in found[1:4]] == ["마을 소식 4", "2026", "마을 소식 6"]


def test_names_may_look_like_a_day_in_a_list() -> None:
    found = rows_of(
        "<li><a href='/town/{n}'><b>{name}</b><span class='author'>2025.01.01</span><span>2026. 3. {n}. 오전 9:41</span></a></li>",
        "<ul>{}</ul>",
    )
    assert [(row.author, row.posted_at) for row in found] == [
        ("2025.01.01", datetime(2026, 3, n, 9, 41, tzinfo=KST)) for n in range(3, 9)
    ]


def test_a_category_in_a_link_that_is_called_a_title_is_no_part_of_it() -> None:
    found = rows_of(
        "<li><a class='list_title' href='/town/{n}'><em>{kind}</em><span>{name}</span></a> 2026-03-02</li>",
        "<ul>{}</ul>",
    )
    assert [(row.title, row.category) for row in found[:2]] == [
        ("마을 소식 3", "물"),
        ("마을 소식 4", "길"),
    ]


def test_a_last_page_of_one_row_beside_notices_shows_it() -> None:
    """Notices have no number in the list; a row's stands in its address, too."""

    def rows(*numbers: int) -> str:
        notice = "".join(
            f"<li><a href='/town?v=1&num1={n}&number='>알림 {n}</a> 2026-03-02</li>"
            for n in (90, 91)
        )
        return notice + "".join(
            f"<li><a href='/town?v=1&num1={n}&number={n - 2}'>마을 소식 {n}</a> 2026-03-02</li>"
            for n in numbers
        )

    ways = "<a href='/town?page=2'>2</a>"
    told = read_second(rows(*range(4, 10)) + ways, rows(3) + ways, "/town?page=2")
    assert told == ["알림 90", "알림 91", "마을 소식 3"]


def test_a_page_behind_the_last_may_lead_to_the_board_by_another_script() -> None:
    rows = "".join(
        f"<li><a href='/m/read.php?code=a&no={n}'>마을 소식 {n}</a> 2026-03-0{n}</li>"
        for n in range(3, 9)
    )
    engine = find_engine_by_name("generic")
    more = "<a href='/m/board.php?code=a&page=2'>더보기 (1/2)</a>"
    board = engine.board(
        read_page(f"{SITE}/m/board.php?code=a", f"<ul>{rows}</ul>{more}".encode(), {})
    )
    assert board is not None
    for way, problem in (
        ("/m/write.php?code=a", ""),
        ("/m/write.php?code=b", "no_list"),
    ):
        body = f"<h1>소식</h1><ul></ul><a href='{way}'>글쓰기</a>".encode()
        url = f"{SITE}/m/board.php?code=a&page=3"
        fetched = FetchedPage(url=url, status=200, headers={}, body=body, fetched_at=NOW)
        assert read_list("generic", board, fetched, 3).problem == problem


# --- posts -------------------------------------------------------------------------


def row_of(title: str) -> ListRow:
    return replace(WHOLE_ROW, title=title)


@pytest.mark.parametrize(
    ("title", "head"),
    [
        pytest.param("1", "<div class='vote'><b>1</b></div><h2>1</h2>", id="a figure above it"),
        pytest.param("1", "<table><tr><th><div>1</div></th></tr></table>", id="in a cell alone"),
        pytest.param("목록", "<h3>[길] 목록</h3>", id="a button's word"),
        pytest.param("2026.03.02", "<h3>2026.03.02</h3>", id="a day"),
    ],
)
def test_a_title_may_be_a_letter_a_button_s_word_or_a_day(title: str, head: str) -> None:
    info = "<p><b>솔바람</b> <span>2026.03.02 09:41</span> <span>조회 77</span></p>"
    table = "<table><tr><td>제목</td><td>2026-01-02 10:00</td></tr></table>"
    button = "<div class='btns'><button><strong>목록</strong></button></div>"
    read = answer(f"{head}{info}<div>{BODY}{table}</div>{button}", row=row_of(title))
    assert isinstance(read, PostItem)
    assert (read.title, read.hits, read.posted_at) == (title, 77, AT)
    assert read.body.startswith(BODY)


def test_a_title_that_is_a_digit_hides_no_figure() -> None:
    info = "<p><span>솔바람</span><span>2026.03.02 09:41</span><span><i class='ico-eye'></i>1290</span></p>"
    read = answer(f"<h3>1</h3>{info}<div>{BODY}</div>", row=replace(row_of("1"), hits=None))
    assert isinstance(read, PostItem)
    assert read.hits == 1290


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(
            "<div><div><div class='flex'><div class='round'></div><span>솔바람</span><span>·</span><span>2026.03.02 09:41</span></div>"
            "<div><span>조회 77</span></div></div></div><div class='prose'>{}</div><section><h2>댓글 0</h2><form><textarea></textarea></form></section>",
            id="an empty place for a portrait",
        ),
        pytest.param(
            "<table><tr><td><font>NAME : 솔바람 DATE : 2026/03/02 09:41:00 HIT : 77</font><br><font>첨부파일 : <a href='/download?f=1'>삽.pdf</a> (Down 3)</font></td></tr>"
            "<tr><td><p>{}</p></td></tr></table>",
            id="a file in the line of the figures",
        ),
    ],
)  # fmt: skip
@pytest.mark.parametrize("said", ["네, 갑니다.", "장갑을 가져와 주세요."])
def test_a_word_or_two_are_a_body(body: str, said: str) -> None:
    assert post(f"<h1>{TITLE}</h1>{body.format(said)}", WHOLE_ROW).body == said


def test_an_empty_body_above_a_button_to_vote_is_one() -> None:
    table = (
        f"<table><tr><th>제목</th><td>{TITLE}</td></tr><tr><th>작성일</th><td>2026-03-02 09:41</td></tr>"
        "<tr><td colspan='2'><div></div><div><button>추천 <span>3</span></button></div></td></tr></table>"
    )
    assert post(table + FORM, WHOLE_ROW).body == ""


def test_the_last_reply_s_time_above_a_thread_is_not_the_post_s() -> None:
    def block(who: str, when: str, what: str) -> str:
        return (
            f"<div class='reply-head'><span class='when'>{when}</span></div><div class='reply'>"
            f"<a class='author-name' href='/users/1'>{who}</a><div class='reply-content'>{what}</div></div>"
        )

    note = "<p>답변이 1개 있습니다. 마지막 글은 <a href='#'>여울</a>에 의해 3 주 전에 작성되었습니다.</p>"
    thread = block("솔바람", "2026년 3월 2일 9:41 오전", BODY) + block(
        "여울", "2026년 3월 3일 9:41 오전", "저도 갑니다."
    )
    row = ListRow(native_id="12", url=URL, title=TITLE, author="솔바람")
    read = post(
        f"<h1>{TITLE}</h1>{note}<ul class='replies'><li>{thread}</li></ul><p>답변은 로그인 후 가능합니다.</p>",
        row,
    )
    assert (read.body, read.posted_at) == (BODY, AT)
    assert [(each.author, each.text) for each in read.comments] == [("여울", "저도 갑니다.")]


@pytest.mark.parametrize(
    ("who", "said"),
    [("여울", "다음 주에 다시 모입시다."), ("2580", "저도 갑니다."), ("2025.01.01", "+1 찬성")],
)
def test_comments_may_begin_as_neighbours_do_and_names_may_be_numbers(who: str, said: str) -> None:
    comment = f"<div class='card'><div>{said}</div><p><span>{who}</span><span>2026.03.03 09:41</span></p></div>"
    read = post(f"{HEAD}<div>{BODY}</div><h5>1개의 답변이 있습니다.</h5>{comment}")
    assert [(each.author, each.text) for each in read.comments] == [(who, said)]


def test_a_comment_s_own_indent_goes_before_its_grid_s() -> None:
    said = "".join(
        f"<div class='item'{style}><div class='ms-3'><b>{who}</b> <small>2026-03-0{n} 10:00</small><p>말 {n}</p></div></div>"
        for n, who, style in (
            (3, "여울", ""),
            (4, "돌다리", " style='margin-left:2rem'"),
            (5, "봄동이", ""),
        )
    )
    read = post(f"{HEAD}<div>{BODY}</div><div class='comments'><h4>댓글 (3)</h4>{said}</div>")
    assert [each.depth for each in read.comments] == [0, 1, 0]


def test_a_department_in_brackets_is_a_part_of_a_name() -> None:
    read = post(
        f"<h3>{TITLE}</h3><p>작성자 : 이여울(교무부) | 2026.03.02 09:41</p><div>{BODY}</div>"
    )
    assert read.author == "이여울(교무부)"


@pytest.mark.parametrize(
    ("location", "status"),
    [("/town", Status.DELETED), ("/town?page=1", Status.DELETED), ("/login", None)],
)
def test_a_post_that_left_the_list_and_leads_back_to_it_is_gone(
    location: str, status: Status | None
) -> None:
    read = read_post_page(
        PostPage(
            engine="generic",
            board_url=f"{SITE}/town",
            native_id="12",
            url=URL,
            status=302,
            headers={"location": location},
            body=b"",
            fetched_at=NOW,
            row=ListRow(native_id="12", url=URL, title=TITLE),
            is_vanished=True,
        )
    )
    assert (read.status if isinstance(read, PostItem) else None) is status


def test_the_list_of_a_page_without_elements_for_its_rows() -> None:
    found = rows_of(
        "{n}. <a href='/town/{n}'>{name}</a> - 솔바람 (2026/03/0{n}) [70]<br>", "<p>{}</p>"
    )
    assert [row.native_id for row in found] == ["3", "4", "5", "6", "7", "8"]


def test_other_words_for_writer_and_time() -> None:
    info = "올린이 : <b>솔바람</b> &nbsp; 올린날 : 2026.03.02 09:41 &nbsp; 조회 : 77"
    read = post(
        f"<table><tr><td><b>{TITLE}</b></td></tr><tr><td>{info}</td></tr><tr><td><p>장갑도요.</p></td></tr></table>{FORM}"
    )
    assert (read.author, read.posted_at, read.hits, read.body) == ("솔바람", AT, 77, "장갑도요.")


@pytest.mark.parametrize("place", ["", "<div class='card-text'></div>"])
def test_no_body_below_a_title_in_a_frame(place: str) -> None:
    read = post(
        f"<div><h2>글 보기</h2></div><div class='card'><div>솔바람 <span>조회 77</span></div><div>2026-03-02T09:41</div>"
        f"<div class='card-body'><h5>{TITLE}</h5>{place}</div></div><div><button>수정</button> <button>목록으로</button></div>"
        f"<div class='card'><div>댓글 0개</div><ul></ul></div>{FORM}",
        WHOLE_ROW,
    )
    assert read.body == ""


def test_the_sign_of_a_notice_before_a_title_is_no_category() -> None:
    read = post(f"<h2><span>[공지]</span>{TITLE}</h2>{INFO}<div>{BODY}</div>")
    assert read.category is None


def test_the_best_of_a_board_beside_its_list_are_no_rows() -> None:
    best = "".join(f"<li><a href='/town/{n}'>마을 소식 {n}</a></li>" for n in (20, 30))
    found = rows_of(
        "<tr><td><a href='/town/{n}'>{name}</a></td><td>솔바람</td><td>2026-03-0{n}</td></tr>",
        f"<table>{{}}</table><div><b>인기 글</b><ul>{best}</ul></div>",
    )
    assert [row.native_id for row in found] == ["3", "4", "5", "6", "7", "8"]


def test_the_list_page_behind_a_post_s_number_is_no_part_of_it() -> None:
    def rows(start: int, page: int) -> str:
        return "".join(
            f"<div><a href='/town/view/{n}/{page}'>마을 소식 {n}</a> 2026-03-02</div>"
            for n in range(start, start + 6)
        )

    ways = "<a href='/town/1'>1</a> <a href='/town/2'>2</a> <a href='/town/3'>3</a>"
    told = read_second(rows(11, 1) + ways, rows(5, 2) + ways, "/town/2")
    assert told == [f"마을 소식 {n}" for n in range(5, 11)]


def test_a_byline_in_one_text() -> None:
    read = post(f"<h1>{TITLE}</h1><div>by 솔바람 on 2026-03-02</div><div class='body'>{BODY}</div>")
    assert read.author == "솔바람"


@pytest.mark.parametrize(
    "script",
    [
        "$('.row').on('click', function(){ var idx = $(this).data('idx'); location.href = '/town/read?no=' + idx; });",
        "$(document).on('click', 'tr.row', function(e){ location.href = '/town/read?no=' + $(this).attr('data-idx'); });",
        "$('.list .row').click(function(){ const no = this.dataset.idx; f.no.value = no; document.f.submit(); });",
    ],
)
def test_rows_whose_clicks_a_handler_of_the_page_answers(script: str) -> None:
    engine = find_engine_by_name("generic")
    rows = "".join(
        f"<tr class='row' data-idx='{n}'><td>마을 소식 {n}</td><td>솔바람</td><td>2026-03-0{n}</td></tr>"
        for n in range(3, 9)
    )
    head = "<tr><th>제목</th><th>글쓴이</th><th>날짜</th></tr>"
    form = "<form name='f' action='/town/read'><input type='hidden' name='no' value=''></form>"
    page = read_page(
        f"{SITE}/town",
        f"{form}<table class='list'>{head}{rows}</table><script>$(function(){{ {script} }});</script>".encode(),
        {},
    )
    found = engine.read_list(page, NOW).rows
    assert [(row.title, row.url) for row in found] == [
        (f"마을 소식 {n}", f"{SITE}/town/read?no={n}") for n in range(3, 9)
    ]
