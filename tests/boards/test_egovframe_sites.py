"""eGovFrame boards in markup and scripts of the sites' own."""

from datetime import UTC, datetime

import pytest

from crawler.boards import BoardAddress, find_engine
from crawler.dates import KST
from crawler.page import Page, read_page
from crawler.rows import ListRow

NOW = datetime(2026, 11, 24, 1, 30, tzinfo=UTC)
LIST = "https://a.go.kr/bbs/selectBoardList.do?bbsId=BBSMSTR_03"
POST = "https://a.go.kr/bbs/selectBoardArticle.do?bbsId=BBSMSTR_03&nttId={}"
FORM = """<form name="frm" id="frm" action="/bbs/selectBoardList.do" method="post">
<input type="hidden" name="bbsId" value="BBSMSTR_03"><input type="hidden" name="nttId" value="0">
<input type="hidden" name="pageIndex" value="1"></form>"""
SCRIPT = "<script>function fn_egov_select_noticeList(page) {{ }} {}</script>"


def page(source: str, url: str) -> Page:
    return read_page(url, source.encode(), {}, 200)


def read_list(link: str, script: str = "", url: str = LIST) -> tuple[BoardAddress, list[ListRow]]:
    """Read a list whose rows have *link*, in which ``{}`` is a post's number."""
    cells = "".join(
        f"<tr><td>{n}</td><td>{link.format(n)}</td><td>시설과</td><td>2026-03-0{n - 40}</td></tr>"
        for n in (41, 42, 43)
    )
    heads = "<tr><th>번호</th><th>제목</th><th>작성자</th><th>작성일</th></tr>"
    source = page(f"{SCRIPT.format(script)}{FORM}<table>{heads}{cells}</table>", url)
    engine = find_engine(source)
    assert engine is not None
    assert engine.name == "egovframe"
    board = engine.board(source)
    assert board is not None
    return board, engine.read_list(source, NOW).rows


@pytest.mark.parametrize(
    "script",
    [
        """const view = (no, board) => { document.frm.nttId.value = no;
        document.frm.action = "/bbs/selectBoardArticle.do"; document.frm.submit(); }""",
        """function view(no, board) { $("#frm input[name=nttId]").val(no);
        $("#frm").prop("action", "/bbs/selectBoardArticle.do").submit(); }""",
        "function view(no, board) { location.href = `/bbs/selectBoardArticle.do?nttId=${no}`; }",
    ],
)
def test_functions_of_any_style_lead_to_posts(script: str) -> None:
    link = """<a href="#link" onclick="javascript:view('{}', 'BBSMSTR_03')">가로등 수리</a>"""
    _, rows = read_list(link, script)
    assert [row.url for row in rows] == [POST.format(n) for n in (41, 42, 43)]


def test_a_servers_session_is_no_part_of_a_posts_address() -> None:
    link = """<a href="/bbs/selectBoardArticle.do;jsessionid=A{0}b.node2?bbsId=BBSMSTR_03&amp;nttId={0}">가로등</a>"""
    _, rows = read_list(link)
    assert rows[0].url == POST.format(41)


def test_an_address_behind_a_hash_leaves_it_to_the_script() -> None:
    script = "function view(no) { location.href = '/bbs/selectBoardArticle.do?nttId=' + no; }"
    link = (
        """<a href="#/bbs/selectBoardArticle.do?nttId={0}" onclick="view('{0}')">가로등 수리</a>"""
    )
    _, rows = read_list(link, script)
    assert [row.native_id for row in rows] == ["41", "42", "43"]


def test_a_board_keeps_the_menu_that_its_site_shows_it_in() -> None:
    link = """<a href="/bbs/selectBoardArticle.do?bbsId=BBSMSTR_03&nttId={}">가로등</a>"""
    board, rows = read_list(link, url=f"{LIST}&subMenuNo=7&searchWrd=&mn=N_04&pageIndex=1")
    assert board.url == f"{LIST}&mn=N_04&subMenuNo=7"
    assert rows[0].url == POST.format(41) + "&mn=N_04&subMenuNo=7"


def test_a_body_in_markup_of_the_sites_own_is_found_by_structure() -> None:
    source = page(
        f"""<title>가로등 수리 알림 | 마을</title>{SCRIPT.format("")}{FORM}
        <div class="view"><h4 class="subject">가로등 수리 알림</h4><ul class="info">
        <li><strong>등록일 :</strong> 2026.03.03.</li><li><strong>작성자 :</strong> 시설과</li>
        <li><strong>조회수 :</strong> 123</li></ul>
        <div class="fileList"><a href="/cmm/fms/FileDown.do?atchFileId=F1">계획.hwpx [30.5 KB]</a></div>
        <div class="desc">가로등을 고칩니다.<br>3월 5일까지 걸립니다.</div></div>""",
        POST.format(43),
    )
    engine = find_engine(source)
    assert engine is not None
    read = engine.read_post(source, NOW)
    assert (read.engine, read.native_id, read.url) == ("egovframe", "43", POST.format(43))
    assert (read.title, read.author, read.hits) == ("가로등 수리 알림", "시설과", 123)
    assert read.posted_at == datetime(2026, 3, 3, tzinfo=KST)
    assert read.files == ["계획.hwpx"]
    assert read.html == '<div class="desc">가로등을 고칩니다.<br>3월 5일까지 걸립니다.</div>'
