"""Bytes to text: the charset that the bytes prove, whatever the board says."""

import pytest

from crawler.boards.gnuboard5 import Gnuboard5
from crawler.page import clean_text, limit_depth, read_page
from pipelines.core.body import read_body

KOREAN = "똠방각하 펲시콜라 햏자 뷁 한글 게시판"
"""With letters that cp949 has and EUC-KR has not."""


def text(body: bytes, content_type: str = "", meta: str = "") -> str:
    head = f'<meta charset="{meta}">'.encode() if meta else b""
    page = read_page(
        "http://a.kr/",
        b"<html><head>" + head + b"</head><body>" + body,
        {"Content-Type": content_type},
    )
    return str(page.selector.xpath("string(//body)").get())


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "iso2022_kr"])
def test_charsets_that_their_bytes_give_away(encoding: str) -> None:
    source = "<html><head></head><body>한글 게시판</body></html>"
    read = read_page("http://a.kr/", source.encode(encoding), {"Content-Type": "text/html"})
    assert read.text == source


@pytest.mark.parametrize(
    ("encoding", "content_type", "meta"),
    [
        ("cp949", "", ""),
        ("cp949", "text/html", "utf-8"),
        ("cp949", "text/html; charset=utf-8", ""),
        ("cp949", "text/html; charset=iso-8859-1", "euc-kr"),
        ("cp949", "text/html; charset=x-windows-949", ""),
        ("cp949", "", "ks_c_5601-1987"),
        ("cp949", "text/html; charset=utf-16", ""),
        ("utf-8", "text/html; charset=euc-kr", "euc-kr"),
        ("utf-8", "", ""),
        ("utf-8-sig", "text/html; charset=euc-kr", ""),
        ("utf-16", "text/html; charset=euc-kr", ""),
    ],
)
def test_charset_by_evidence(encoding: str, content_type: str, meta: str) -> None:
    if encoding.startswith("utf-16"):
        page = read_page("http://a.kr/", f"<p>{KOREAN}".encode(encoding), {})
        assert KOREAN in page.text
        return
    body = KOREAN.encode(encoding)
    if encoding == "utf-8-sig":
        page = read_page("http://a.kr/", body, {"content-type": content_type})
        assert page.text == KOREAN
        return
    assert text(body, content_type, meta) == KOREAN


def test_short_cp949_without_a_word_about_it() -> None:
    assert text("글".encode("cp949")) == "글"


@pytest.mark.parametrize("encoding", ["cp949", "utf-8"])
def test_one_bad_byte_costs_one_letter(encoding: str) -> None:
    body = (KOREAN * 30).encode(encoding) + b"\xff" + KOREAN.encode(encoding)
    read = text(body, f"text/html; charset={encoding}")
    assert read.startswith(KOREAN * 30)
    assert read.endswith(KOREAN[3:])


@pytest.mark.parametrize(
    ("board", "post"), [("cp949", "utf-8"), ("utf-8", "cp949")], ids=["utf-8 post", "cp949 post"]
)
@pytest.mark.parametrize("times", [1, 200])
@pytest.mark.parametrize("header", ["", "text/html; charset=iso-8859-1"])
def test_a_post_in_a_charset_of_its_own(board: str, post: str, times: int, header: str) -> None:
    menu = "<a title='추천'>추천</a> 목록 글쓰기"
    body = f"<p>{menu}</p>".encode(board) + f"<div>{KOREAN * times}</div>".encode(post)
    read = read_page("http://a.kr/", body, {"Content-Type": header})
    assert read.text == f"<p>{menu}</p><div>{KOREAN * times}</div>"


def test_a_syllable_of_an_euc_kr_page_is_no_letter_of_utf8() -> None:
    # The bytes of 천 are those of õ in UTF-8, those of 짤 are ©'s.
    menu = "<td>천</td> <td>목록</td> <td>짤</td> 글쓰기 추천 비추천 "
    body = menu.encode("cp949") + KOREAN.encode("utf-8")
    assert read_page("http://a.kr/", body, {}).text == menu + KOREAN


def test_a_page_that_is_not_korean() -> None:
    assert text("Déjà vu à l'été".encode("latin-1"), "text/html; charset=iso-8859-1") == (
        "Déjà vu à l'été"
    )


def test_controls_are_no_text() -> None:
    page = read_page("http://a.kr/", b"<p>a\x00b\x01c\x7f\xef\xbf\xbed</p>", {})
    assert page.selector.xpath("string(//p)").get() == "abcd"
    assert clean_text("\ufeffa\ud800b") == "ab"


@pytest.mark.parametrize(
    "body", [b"", b"   ", b"<!-- nothing -->", b"\x00", b"{}", b"<", b"\xff\xfe"]
)
def test_pages_of_nothing(body: bytes) -> None:
    page = read_page("http://a.kr/", body, {})
    assert page.selector.xpath("//a") == []


def test_depth_costs_no_text() -> None:
    source = "<p>앞</p>" + "<div>" * 5000 + "가운데" + "</div>" * 5000 + "<p>뒤</p>"
    page = read_page("http://a.kr/", source.encode(), {})
    assert page.selector.xpath("string(/)").get() == "앞가운데뒤"
    # Inside the limit nothing changes.
    assert limit_depth("<b>a<i title='>'>b</i></b>", 10) == "<b>a<i title='>'>b</i></b>"
    assert limit_depth("<b>a<i>b</i></b></u>c", 1) == "<b>ab</b>c"


def test_a_post_nested_deep_is_still_read_whole() -> None:
    deep = "<div>" * 100_000 + "깊은 글" + "</div>" * 100_000
    page = read_page(
        "http://a.kr/bbs/board.php?bo_table=talk&wr_id=3",
        f"""<title>제목 &gt; 게시판 | 사이트</title><script>var g5_bo_table = "talk";</script>
        <article id="bo_v"><h2 id="bo_v_title">제목</h2><div id="bo_v_con">{deep}</div></article>
        <form><input name="bo_table" value="talk"><input name="wr_id" value="3"></form>""".encode(),
        {},
    )
    from datetime import UTC, datetime

    item = Gnuboard5().read_post(page, datetime(2026, 1, 1, tzinfo=UTC))
    assert (item.title, item.native_id) == ("제목", "3")
    assert item.html is not None
    assert read_body(item.html).text == "깊은 글"


def test_a_tag_that_never_ends_ends_the_page() -> None:
    assert limit_depth("<b>a</b><i title='", 5) == "<b>a</b>"
