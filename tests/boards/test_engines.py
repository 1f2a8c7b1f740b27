"""The registry, and what no sample page shows."""

from datetime import UTC, datetime
from urllib.parse import urlsplit

import pytest

from crawler.boards import (
    BoardAddress,
    BoardEngine,
    engines,
    find_engine,
    find_engine_by_name,
    read_text_dump,
)
from crawler.items import PostItem
from crawler.page import Page, read_page
from crawler.rows import ListRow
from models.relation import Status
from tests.boards.test_captures import CAPTURES, NOW, load

QUERY = BoardAddress(
    "https://a.kr/bbs/board.php?bo_table=talk", "talk", "https://a.kr/bbs", "query"
)
SHORT = BoardAddress("https://a.kr/talk", "talk", "https://a.kr", "short")


def page(source: str, url: str = "https://a.kr/bbs/board.php?bo_table=talk&wr_id=3") -> Page:
    return read_page(url, source.encode(), {})


def test_engines_have_names_of_their_own() -> None:
    names = [engine.name for engine in engines()]
    assert len(set(names)) == len(names)
    assert {"gnuboard5", "rhymix"} <= set(names)
    assert all(find_engine_by_name(name).name == name for name in names)


def test_an_unknown_name_is_answered_with_the_known_ones() -> None:
    with pytest.raises(ValueError, match=r"'phpbb'.*gnuboard4, gnuboard5.*rhymix"):
        find_engine_by_name("phpbb")


@pytest.mark.parametrize(
    "source",
    [
        "",
        "<html><body><p>신문 기사</p></body></html>",
        '<meta name="generator" content="WordPress 6">',
        '<meta name="generator" content="Drupal 10"><div class="xe_content">',
    ],
)
def test_other_software_is_left_alone(source: str) -> None:
    assert find_engine(page(source)) is None


@pytest.mark.parametrize(
    ("board", "expected"),
    [
        (QUERY, ["https://a.kr/bbs/board.php?bo_table=talk", "https://a.kr/bbs/board.php?bo_table=talk&page=3", "https://a.kr/bbs/board.php?bo_table=talk&wr_id=12"]),
        (SHORT, ["https://a.kr/talk", "https://a.kr/talk?page=3", "https://a.kr/talk/12"]),
    ],
)  # fmt: skip
def test_gnuboard_requests(board: BoardAddress, expected: list[str]) -> None:
    engine = find_engine_by_name("gnuboard5")
    requests = [engine.list_request(board, number) for number in (1, 3)]
    assert [*requests, engine.post_request(board, "12")] == expected


def test_rhymix_requests() -> None:
    engine = find_engine_by_name("rhymix")
    plain = BoardAddress("https://a.kr/index.php?mid=talk", "talk", "https://a.kr", "query")
    assert engine.list_request(plain, 3) == "https://a.kr/index.php?mid=talk&page=3"
    assert engine.post_request(plain, "12") == "https://a.kr/index.php?mid=talk&document_srl=12"
    assert engine.list_request(SHORT, 3) == "https://a.kr/talk?page=3"


@pytest.mark.parametrize(
    "query",
    [
        "bo_table=talk&wr_id=12",
        "wr_id=12&bo_table=talk&page=2&page=3",
        "bo_table=talk&wr_id=12&sst=wr_hit&sod=desc&sop=and&sca=%EC%82%B0",
        "bo_table=talk&amp;wr_id=12&amp;device=pc",
        "bo_table=talk&wr_id=13",  # a comment's id, as an old link has it
    ],
)
@pytest.mark.parametrize("host", ["hill.example.kr", "m.hill.example.kr", "HILL.example.kr:443"])
def test_every_address_of_a_post_is_one_post(query: str, host: str) -> None:
    sample = load(CAPTURES / "gnuboard5" / "short-number-post")
    seen = Page(url=f"https://{host}/bbs/board.php?{query}", text=sample.page.text)
    engine = find_engine_by_name("gnuboard5")
    item = engine.read_post(seen, NOW)
    assert (item.board_url, item.native_id) == ("https://hill.example.kr/talk", "12")
    assert item.url == "https://hill.example.kr/talk/12"


def test_a_mark_changes_with_the_title_and_the_comments_only() -> None:
    sample = load(CAPTURES / "gnuboard5" / "short-number-list")

    def marks(source: str) -> list[str]:
        changed = Page(url=sample.page.url, text=source)
        return [row.mark for row in sample.engine.read_list(changed, NOW).rows]

    before = marks(sample.page.text)
    assert marks(sample.page.text.replace(">1204<", ">1999<").replace("14:10", "11-23")) == before
    assert marks(sample.page.text.replace('cnt_cmt">2', 'cnt_cmt">3')) != before
    assert marks(sample.page.text.replace("약수터", "옹달샘")) != before


def gnuboard_post(body: str, head: str = "글 &gt; 마당 | 마을") -> Page:
    return page(
        f"""<html><head><title>{head}</title></head><body>
        <script>var g5_bo_table = "talk"; var g5_bbs_url = "https://a.kr/bbs";</script>{body}
        <form name="fviewcomment"><input type="hidden" name="bo_table" value="talk">
        <input type="hidden" name="wr_id" value="3"></form></body></html>"""
    )


def read(source: Page) -> object:
    return find_engine_by_name("gnuboard5").read_post(source, NOW)


def test_visitors_words_are_not_the_board_s() -> None:
    item = find_engine_by_name("gnuboard5").read_post(
        gnuboard_post(
            """<article id="bo_v"><h2 id="bo_v_title">글</h2><section id="bo_v_info">
            작성자 <span class="sv_guest">글쓴사람</span> 작성일 26-01-02 03:04 조회 5회</section>
            <div id="bo_v_con">작성자 <span class="sv_member">딴사람</span> 조회 999 1.2.3.4
            <a href="https://a.kr/bbs/link.php?bo_table=talk&wr_id=3&no=1">http://fake.kr</a>
            <a href="https://a.kr/bbs/download.php?bo_table=talk&wr_id=3&no=0"><strong>가짜.hwp</strong></a>
            <div id="c_9">가짜 댓글</div><time datetime="2001-01-01T00:00:00Z"></time></div>
            <section id="bo_vc"><article id="c_4"><span class="sv_guest">손님</span>
            <textarea id="save_comment_4">댓글 하나</textarea></article></section></article>"""
        ),
        NOW,
    )
    assert item.author == "글쓴사람"
    assert item.hits == 5
    assert item.posted_at == datetime(2026, 1, 1, 18, 4, tzinfo=UTC)
    assert (item.ip, item.links, item.files) == (None, [], [])
    assert [comment.text for comment in item.comments] == ["댓글 하나"]


def test_a_body_cannot_pass_for_comments() -> None:
    item = find_engine_by_name("gnuboard5").read_post(
        gnuboard_post(
            """<article id="bo_v"><h2 id="bo_v_title">글</h2><div id="bo_v_con">
            <div id="c_4">가짜</div><textarea id="save_comment_4">가짜</textarea></div>
            <section id="bo_vc"><article id="c_4"><span class="sv_guest">손님</span>
            <p>진짜 댓글</p></article></section></article>"""
        ),
        NOW,
    )
    assert [(comment.author, comment.text) for comment in item.comments] == [("손님", "진짜 댓글")]


def test_a_body_that_alerts_is_still_a_post() -> None:
    item = find_engine_by_name("gnuboard5").read_post(
        gnuboard_post(
            """<article id="bo_v"><h2 id="bo_v_title">글</h2><div id="bo_v_con">
            글이 존재하지 않습니다. 비밀글 alert("권한이 없습니다."); history.back();</div></article>
            <script>alert("환영합니다"); location.href = "/x";</script>"""
        ),
        NOW,
    )
    assert item.status is Status.LIVE


def test_a_post_in_an_unknown_skin_goes_to_the_extractor_whole() -> None:
    item = find_engine_by_name("gnuboard5").read_post(
        gnuboard_post("<div class='a'><h4>글</h4><div class='b'>본문이 여기 있습니다.</div></div>"),
        NOW,
    )
    assert item.status is Status.LIVE
    assert item.whole_page
    assert item.html is not None
    assert "본문이 여기 있습니다." in item.html


@pytest.mark.parametrize(
    "title", ["A > B", "가 | 나", "끝이 잘린 듯한 제목…", "[분류] 아닌 말머리", "3", "<b>"]
)
def test_titles_that_look_like_something_else(title: str) -> None:
    from html import escape

    shown = escape(title)
    item = find_engine_by_name("gnuboard5").read_post(
        gnuboard_post(
            f'<article id="bo_v"><h2 id="bo_v_title"><span class="bo_v_tit">{shown}</span></h2>'
            '<div id="bo_v_con">본문</div></article>',
            f"{shown} &gt; 마당 | 마을",
        ),
        NOW,
    )
    assert item.title == title


@pytest.mark.parametrize("engine", engines(), ids=lambda engine: engine.name)
def test_no_page_makes_an_engine_fail(engine: BoardEngine) -> None:
    for source in (
        "",
        "<" * 1000,
        "<html>" + "<a href='http://['>x</a>" * 50,
        '<script>var g5_bo_table = "../etc"; var g5_url = "http://[";</script><div id="bo_v_con">',
        '<script>var current_mid = "\\ud800"; var default_url = "::";</script><div class="document_1_0">',
        "<article id='c_1'><form><input name='bo_table'></form></article><div id='bo_v'>",
    ):
        for url in (
            "http://a.kr/",
            "http://a.kr/bbs/board.php?bo_table=%00&wr_id=²",
            "http://a.kr/x/y/z/",
        ):
            broken = read_page(url, source.encode("utf-8", "replace"), {})
            engine.recognises(broken)
            engine.board(broken)
            engine.read_list(broken, NOW)
            engine.read_post(broken, NOW)


DUMP = """언덕마을
오늘의 산책
페이지 정보
작성자 솔바람 (59.♡.20.7) 댓글 1건 조회 1,204회 작성일 26-03-02 09:41

본문
키워드 한 줄
뒷산에 다녀왔습니다.
  키워드 한 줄
추천 0
댓글목록
들꽃님의 댓글
좋네요."""


def test_a_post_saved_as_plain_text() -> None:
    item = read_text_dump(DUMP)
    assert item is not None
    assert item.title == "오늘의 산책"
    assert item.body == "키워드 한 줄\n뒷산에 다녀왔습니다.\n키워드 한 줄"
    assert (item.author, item.hits, item.ip) == ("솔바람", 1204, "59.♡.20.7")
    assert item.posted_at == datetime(2026, 3, 2, 0, 41, tzinfo=UTC)


@pytest.mark.parametrize(
    "text", ["", "제목\n본문\n글", "페이지 정보\n본문\n글", "그냥 글입니다.\n댓글목록"]
)
def test_other_texts_are_no_saved_post(text: str) -> None:
    assert read_text_dump(text) is None


def test_a_body_may_hold_the_words_around_it() -> None:
    item = read_text_dump(
        "제목\n페이지 정보\n본문\n첫 줄\n댓글목록\n본문\n끝 줄\n댓글목록\n등록된 댓글이 없습니다."
    )
    assert item is not None
    assert item.body == "첫 줄\n댓글목록\n본문\n끝 줄"


def test_the_list_tells_which_words_of_a_zeroboard_page_are_the_title() -> None:
    listed = "모판 나르는 날 품앗이 순서"
    shown = page(
        "<!-- ZB_layerAction --><table><tr><td><b>알림판</b></td></tr>"
        f"<tr><td>{listed} 바뀐 대로</td></tr><tr><td><b>두레박</b></td></tr></table>"
        '<table><tr><td>그대로입니다.<!--"<--></td></tr></table>',
        "http://well.example.kr/bbs/view.php?id=well&no=12",
    )
    shown.notes["row"] = ListRow(native_id="12", url="", title=f"{listed}...")
    read = find_engine_by_name("zeroboard4").read_post(shown, NOW)
    assert read.title == f"{listed} 바뀐 대로"


def test_a_gnuboard_list_names_the_category_that_a_row_links_to() -> None:
    board = "https://a.kr/bbs/board.php?bo_table=talk"
    listing = find_engine_by_name("gnuboard5").read_list(
        page(
            '<script>var g5_url = "https://a.kr";var g5_bbs_url = "https://a.kr/bbs";'
            'var g5_bo_table = "talk";</script><form name="fboardlist"><ul>'
            f'<li><a href="{board}&amp;sca=%EC%86%8C%EC%8B%9D">소식</a> '
            f'<a href="{board}&amp;wr_id=3">들일 하는 날</a></li>'
            f'<li><a href="{board}&amp;wr_id=2">쉬는 날</a></li></ul></form>',
            board,
        ),
        NOW,
    )
    assert [(row.native_id, row.category) for row in listing.rows] == [("3", "소식"), ("2", None)]


def test_an_xe_list_names_the_category_that_a_skin_dresses_as_one() -> None:
    listing = find_engine_by_name("xe1").read_list(
        page(
            '<script>var current_mid = "story"; var request_uri = "http://dure.example.kr/";</script>'
            '<table class="bd_lst"><tr><td class="cate"><span>소식</span></td>'
            '<td class="title"><a href="/story/45">논두렁 물길</a></td></tr>'
            '<tr><td class="cate"></td><td class="title"><a href="/story/41">모판</a></td></tr>'
            '</table><form id="board_search"></form>',
            "http://dure.example.kr/story",
        ),
        NOW,
    )
    assert [(row.native_id, row.category) for row in listing.rows] == [
        ("45", "소식"),
        ("41", None),
    ]


def test_labels_in_the_excerpt_of_a_list_row_say_nothing_of_its_post() -> None:
    board = "https://a.kr/bbs/board.php?bo_table=talk"
    excerpt = (
        "작성자 : 홍길동 | 작성일 : 2020-01-02 03:04 | 조회 : 777 | "
        + "베낀 글의 머리가 여기 들어 있습니다. " * 3
    )
    listing = find_engine_by_name("gnuboard5").read_list(
        page(
            '<script>var g5_url = "https://a.kr";var g5_bbs_url = "https://a.kr/bbs";'
            'var g5_bo_table = "talk";</script><form name="fboardlist"><ul>'
            f'<li><a href="{board}&amp;wr_id=3">들일 하는 날</a><p>{excerpt}</p>'
            "<span>작성일 2026-03-02</span></li></ul></form>",
            board,
        ),
        NOW,
    )
    row = listing.rows[0]
    assert (row.author, row.hits) == (None, None)
    assert row.posted_at == datetime(2026, 3, 1, 15, tzinfo=UTC)


def test_a_secret_post_in_a_title_address_has_the_id_of_its_password_form() -> None:
    answer = read_page(
        "https://a.kr/talk/%EB%B9%84%EB%B0%80/",
        b"",
        {"location": "https://a.kr/bbs/password.php?w=s&bo_table=talk&wr_id=9"},
        302,
    )
    read = find_engine_by_name("gnuboard5").read_post(answer, NOW)
    assert (read.status, read.native_id) == (Status.SECRET, "9")


def test_a_zeroboard_list_names_a_category_and_nothing_else_that_stands_before_a_title() -> None:
    def row(number: int, before: str) -> str:
        link = f'<a href="view.php?id=well&no={number}">모판 나르는 날 {number}</a>'
        return (
            f"<tr><td>{before} {link}</td><td><span onMousedown=\"ZB_layerAction('z','visible')\">"
            "두레박</span></td><td>2026/03/02</td><td>5</td></tr>"
        )

    befores = ["[소식]", "소식 ::", "7.", "2026/03/02", "∴", "두레박", ""]
    source = "".join(row(40 + place, before) for place, before in enumerate(befores))
    listing = find_engine_by_name("zeroboard4").read_list(
        page(
            f"<!-- ZB_layerAction --><table>{source}</table>",
            "http://well.example.kr/bbs/zboard.php?id=well",
        ),
        NOW,
    )
    assert [each.category for each in listing.rows] == ["소식", "소식", *[None] * 5]


XE_HEAD = """<html><head><meta name="generator" content="Rhymix"><title>나루터 이야기</title></head><body>
<script>var current_mid = "ferry"; var request_uri = "http://xe.example.kr/";</script>
<div class="board"><h3><a href="http://xe.example.kr/ferry/70">나루터 이야기</a></h3>
<div class="author">사공</div><div class="when"><strong>2026.03.02</strong> 09:41:07 (*.2.3.4)</div>"""


def xe_post(body: str, after: str = "") -> PostItem:
    source = page(f"{XE_HEAD}{body}</div>{after}</body></html>", "http://xe.example.kr/ferry/70")
    engine = find_engine(source)
    assert engine is not None
    assert engine.name == "rhymix"
    return engine.read_post(source, NOW)


def xe_text(kind: str, number: int, text: str) -> str:
    menu = (
        f'<div class="{kind}_popup_menu"><a href="#popup_menu_area" class="{kind}_{number}">'
        "이것을</a></div>"
    )
    return f'<div class="{kind}_{number}_0 rhymix_content xe_content">{text}{menu}</div>'


def test_an_xe_text_ends_before_the_engine_s_own_menu_and_its_day_goes_with_the_clock() -> None:
    own = '<p>배가 떠났다.</p><div class="document_popup_menu">손님이 쓴 말</div><p>끝.</p>'
    item = xe_post(xe_text("document", 70, own))
    assert item.posted_at == datetime(2026, 3, 2, 0, 41, 7, tzinfo=UTC)
    assert item.html is not None
    assert "이것을" not in item.html
    assert "손님이 쓴 말" in item.html
    assert "끝." in item.html


def test_an_xe_body_without_its_number_is_no_comment_s_text() -> None:
    plain = '<div class="rhymix_content xe_content">{}</div>'
    reply = f'<div class="replyBox">{plain.format("잘 읽었어요")}</div>'
    item = xe_post(plain.format("<p>본문입니다.</p>"), reply)
    assert (item.status, "본문입니다." in (item.html or "")) == (Status.LIVE, True)
    assert xe_post("", reply).html is None


def test_a_lone_xe_comment_is_not_its_post_s_writer_s() -> None:
    comment = (
        f'<div class="item"><div class="author">길손</div>{xe_text("comment", 71, "반갑소")}</div>'
    )
    item = xe_post(xe_text("document", 70, "<p>본문</p>"), f"<div>{comment}</div>")
    assert [(each.author, each.text) for each in item.comments] == [("길손", "반갑소")]


def test_xe_replies_may_be_indented_from_none_on() -> None:
    def comment(number: int, style: str) -> str:
        inner = f"<h4>길손 {number}</h4>{xe_text('comment', number, f'말 {number}')}"
        return f'<div class="item" id="comment_{number}"><div{style}>{inner}</div></div>'

    styles = ["", ' style="margin-left:0px"', ' style="margin-left:20px"', ""]
    comments = "".join(comment(71 + place, style) for place, style in enumerate(styles))
    item = xe_post(xe_text("document", 70, "<p>본문</p>"), f'<div id="comment">{comments}</div>')
    assert [each.depth for each in item.comments] == [0, 1, 2, 0]
    assert [each.author for each in item.comments] == [f"길손 {71 + n}" for n in range(4)]


@pytest.mark.parametrize(
    "shown",
    [
        "강 지도_1.2MB.pdf (12.1KB)(3)",
        "강 지도_1.2MB.pdf <span>[File Size:12.1KB/Download:3]</span>",
        "강 지도_1.2MB.pdf 12KB",
        "강 지도_1.2MB.pdf",
    ],
)
def test_an_xe_file_is_named_to_its_end(shown: str) -> None:
    link = "/index.php?module=file&amp;act=procFileDownload&amp;file_srl=80"
    files = f'<ul><li><a href="{link}">{shown}</a></li></ul>'
    assert xe_post(xe_text("document", 70, "<p>본문</p>"), files).files == ["강 지도_1.2MB.pdf"]


ZERO = "http://well.example.kr/bbs/zboard.php?id=well"


def zero_name(name: str) -> str:
    return f"<span onMousedown=\"ZB_layerAction('z','visible')\">{name}</span>"


def zero_list() -> Page:
    menu = '<select name="category"><option value="">Category</option><option value="1">소식</option></select>'
    rows = "".join(
        f'<tr><td>{number}</td><td>{category}</td><td>&nbsp;<a href="zboard.php?id=well&no={number}">'
        f"두레박 {number}</a></td><td>{zero_name('이장')}</td><td>2026/03/02</td><td>5</td></tr>"
        for number, category in ((8, "소식"), (7, "전체 글"))
    )
    return page(f"<!-- ZB_layerAction --><table><tr><td>{menu}</td></tr>{rows}</table>", ZERO)


def test_zeroboard_may_link_its_posts_by_the_list_s_script() -> None:
    engine = find_engine_by_name("zeroboard4")
    rows = engine.read_list(zero_list(), NOW).rows
    assert [(row.native_id, row.category) for row in rows] == [("8", "소식"), ("7", None)]
    assert rows[0].url == "http://well.example.kr/bbs/view.php?id=well&no=8"
    alone = Page(url=f"{ZERO}&no=8", text=zero_list().text)
    assert engine.read_post(alone, NOW).native_id == ""  # it shows the list alone


def test_a_zeroboard_post_s_homepage_is_no_link_and_a_comment_no_date() -> None:
    def comment(number: int, name: str, text: str) -> str:
        return (
            f"<table><tr><td>{zero_name(name)}</td>"
            "<td>&nbsp;[<span title='2026년 03월 02일 12시 0분 5초'>2026/03/02</span>]</td>"
            f"<td><b>&nbsp;::</b></td><td>&nbsp;{text}</td>"
            f'<td><a href="del_comment.php?id=well&no=8&c_no={number}">x</a></td></tr></table>'
        )

    links = "".join(
        f'<tr><td><img src="w.gif"></td><td><a href="{url}">{url}</a></td></tr>'
        for url in ("http://home.example.com/", "http://link.example.com/?a=1")
    )
    source = page(
        f"<!-- ZB_layerAction --><table><tr><td>{zero_name('이장')}</td></tr>{links}"
        "<tr><td>제 목</td><td>두레박 8</td></tr></table>"
        '<table style="table-layout:fixed;"><col width=100%></col><tr><td valign=top>본문<!--"<--></td></tr></table>'
        f"{comment(1, '가람', '네')}{comment(2, '나래', '2011-01-02 03:04 그날이네요')}"
        "<script>print_ZBlayer('zbLayer1', 'http://home.example.com%2F', '', '1');</script>",
        "http://well.example.kr/bbs/view.php?id=well&no=8",
    )
    item = find_engine_by_name("zeroboard4").read_post(source, NOW)
    assert item.links == ["http://link.example.com/?a=1"]
    noon = datetime(2026, 3, 2, 3, 0, 5, tzinfo=UTC)
    assert [(each.author, each.text, each.posted_at) for each in item.comments] == [
        ("가람", "네", noon),
        ("나래", "2011-01-02 03:04 그날이네요", noon),
    ]


def test_a_zeroboard_title_that_the_list_cuts_inside_a_letter_is_found_whole() -> None:
    source = page(
        "<!-- ZB_layerAction --><b>1707</b><table><tr><td>&nbsp;두레박을 고치는 긴 제목의 이야기</td></tr></table>"
        '<table style="table-layout:fixed;"><col width=100%></col><tr><td>본문</td></tr></table>',
        "http://well.example.kr/bbs/view.php?id=well&no=8",
    )
    source.notes["row"] = ListRow(
        native_id="8", url=source.url, title="두레박을 고치는 긴\ufffd..."
    )
    item = find_engine_by_name("zeroboard4").read_post(source, NOW)
    assert item.title == "두레박을 고치는 긴 제목의 이야기"


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ("This post has been removed.", Status.DELETED),
        ("Invalid URL address.", Status.DELETED),
        ("This post can only be read by the owner.", Status.SECRET),
        ("이 게시글은 본인만 읽을 수 있습니다.", Status.SECRET),
        ("You do not have permission.", Status.DENIED),
        ("Please Log in to continue.", Status.DENIED),
    ],
)
def test_kboard_says_in_english_too_why_a_post_is_not_shown(said: str, status: Status) -> None:
    source = page(
        f'<script>alert("{said}");</script><script>window.location.href="/b/?mod=list";</script>'
        '<script>var kboard_current = {"board_id":"3","content_uid":"8"};</script>',
        "http://example.kr/b/?mod=document&uid=8",
    )
    assert find_engine_by_name("kboard").read_post(source, NOW).status is status


def test_kboard_skins_name_the_parts_of_a_post_in_two_ways() -> None:
    def read_kboard(detail: str) -> tuple[object, ...]:
        source = page(
            '<script>var kboard_current = {"board_id":"3","content_uid":"8"};</script>'
            '<div id="kboard-hill-document"><div class="kboard-document-wrap">'
            f'<h1 class="kboard-title">고갯마루</h1>{detail}'
            '<div class="kboard-content"><div class="content-view">본문</div></div></div></div>',
            "http://hill.example.kr/talk/?mod=document&uid=8",
        )
        item = find_engine_by_name("kboard").read_post(source, NOW)
        return item.author, item.category, item.hits, item.posted_at

    said = (
        "길손", "소식", 12, datetime(2026, 3, 2, 0, 41, tzinfo=UTC),
    )  # fmt: skip
    assert said == read_kboard(
        '<span class="category-name category1">#소식</span>'
        '<span class="detail-attr kboard-user">길손</span>'
        '<span class="detail-separator kboard-date">·</span>'
        '<span class="detail-attr kboard-date">2026-03-02 09:41</span>'
        '<span class="detail-separator kboard-view">·</span>'
        '<span class="detail-attr kboard-view">조회 12</span>'
    )
    assert said == read_kboard(
        '<div class="detail-attr detail-category1"><div class="detail-name">소식</div></div>'
        '<div class="detail-attr detail-writer"><div class="detail-name">작성자</div>'
        '<div class="detail-value"><span title="길손"><img alt="길손" src="a.png"></span></div></div>'
        '<div class="detail-attr detail-date"><div class="detail-name">작성일</div>'
        '<div class="detail-value">2026-03-02 09:41</div></div>'
        '<div class="detail-attr detail-view"><div class="detail-name">조회</div>'
        '<div class="detail-value">12</div></div>'
    )


def test_a_gnuboard4_skin_that_marks_no_body_is_read_by_structure() -> None:
    seen = page(
        """<html><head><title>동네 > 마당 > 우물가 소식</title></head><body>
        <script>var g4_path = ".."; var g4_bbs = "bbs"; var g4_bo_table = "talk";</script>
        <div id="board_view"><a href="./write.php?w=r&bo_table=talk&wr_id=3">답변</a>
        <h2 class="title"><a href="./board.php?bo_table=talk&amp;wr_id=3">우물가 소식</a></h2>
        <div class="sum"><span class="hit">조회</span><span>1,240</span>
        <span class="date">2025.09.05 17:25</span></div>
        <div><span class="member">자두</span> <span>(1.♡.3.4)</span></div>
        <div class="content"><p>두레박을 새로 달았습니다. 물은 여전히 맑습니다.</p><p>둘째 문단입니다.</p></div>
        <div id="board_comment"><div><a name="c_7"></a><div class="comment_list">
        <span class="guest">바다</span><span class="date">2025.09.05 17:32:54</span>
        <div class="content">잘 읽었습니다</div></div></div>
        <div><a name="c_8"></a><div class="comment_list"><span class="guest">산</span>
        <span class="date">09-06</span><div class="content">저도요</div></div></div></div></div></body></html>"""
    )
    item = find_engine_by_name("gnuboard4").read_post(seen, NOW)
    assert (item.status, item.title, item.author, item.hits) == (
        Status.LIVE, "우물가 소식", "자두", 1240
    )  # fmt: skip
    assert [word in item.html for word in ("두레박을", "둘째 문단", "잘 읽었", "1,240")] == [
        True, True, False, False
    ]  # fmt: skip
    shown = [(each.author, each.text, each.posted_at) for each in item.comments]
    assert shown == [
        ("바다", "잘 읽었습니다", datetime(2025, 9, 5, 8, 32, 54, tzinfo=UTC)),
        ("산", "저도요", datetime(2026, 9, 5, 15, 0, tzinfo=UTC)),
    ]


def test_a_mark_changes_when_a_post_is_locked() -> None:
    sample = load(CAPTURES / "gnuboard4" / "webzine-list")

    def marks(source: str) -> list[str]:
        changed = Page(url=sample.page.url, text=source)
        return [row.mark for row in sample.engine.read_list(changed, NOW).rows]

    before = marks(sample.page.text)
    for lock in ('<img src="img/icon_secret.gif">', '<i class="fa fa-lock"></i>'):
        locked = marks(sample.page.text.replace("</a>", f"</a> {lock}"))
        assert all(old != new for old, new in zip(before, locked, strict=True))
    for other in ('<i class="fa fa-clock-o"></i>', '<span class="d-block">비밀글 아님</span>'):
        assert marks(sample.page.text.replace("</a>", f"</a> {other}")) == before


def test_gnuboard6_replies_may_be_moved_in_by_a_margin() -> None:
    comments = "".join(
        f"""<article id="c_{number}" style="{style}"><span class="guest">손님</span>
        <time datetime="2026-01-02 03:04:05"></time><textarea id="save_comment_{number}">말 {number}</textarea></article>"""
        for number, style in ((4, ""), (5, "margin-left:50px"), (6, "margin-left:100px"), (7, ""))
    )
    seen = page(
        f"""<html><head><title>글 > 마당 | 마을</title></head><body><script>const g6_bo_table = "talk";
        const g6_url = "https://a.kr";</script><article id="bo_v"><h2 id="bo_v_title">글</h2>
        <div id="bo_v_con">본문입니다</div></article><section id="bo_vc">{comments}</section></body></html>""",
        "https://a.kr/board/talk/3",
    )
    item = find_engine_by_name("gnuboard6").read_post(seen, NOW)
    assert [each.depth for each in item.comments] == [0, 1, 2, 0]


@pytest.mark.parametrize("name", ["이름", "작성자", "바람"])
def test_an_xe_guest_may_be_called_like_a_label(name: str) -> None:
    seen = page(
        f"""<html><head><meta name="Generator" content="Rhymix"><title>마을 - 우물</title></head><body>
        <div class="board_read"><div class="read_header"><h1><a href="https://a.kr/talk/12">우물</a></h1>
        <p class="time">2026.01.02 03:04</p><p class="meta">{name} <span class="sum">
        <span class="read">조회 수:1042</span></span></p></div>
        <div class="read_body"><!--BeforeDocument(12,0)--><div class="document_12_0 rhymix_content xe_content">
        <p>물맛이 좋습니다</p></div><!--AfterDocument(12,0)--></div></div></body></html>""",
        "https://a.kr/talk/12",
    )
    item = find_engine_by_name("rhymix").read_post(seen, NOW)
    assert (item.author, item.hits) == (name, 1042)


@pytest.mark.parametrize("engine", engines(), ids=lambda engine: engine.name)
def test_a_page_that_the_server_failed_to_make_is_unreadable(engine: BoardEngine) -> None:
    login = """<html><head><meta name="generator" content="Rhymix"></head><body><div id="access">
    <h1>로그인이 필요합니다</h1><form name="flogin"><input type="password" name="mb_password"></form>
    </div></body></html>"""
    seen = read_page("https://a.kr/bbs/board.php?bo_table=talk&wr_id=3", login.encode(), {}, 500)
    assert engine.read_post(seen, NOW).status is Status.UNREADABLE


def test_kboard_says_that_a_post_is_gone_in_more_than_one_way() -> None:
    for said in ("이 게시글은 삭제되었습니다.", "잘못된 URL 주소입니다.", "삭제된 게시글입니다."):
        seen = page(
            f"""<html><head><link href="/wp-content/plugins/kboard/skin/default/style.css"></head><body>
            <div class="entry-content"><script>alert("{said}");</script>
            <script>window.location.href="/talk/?mod=list";</script></div></body></html>""",
            "https://a.kr/talk/?mod=document&uid=7",
        )
        assert find_engine_by_name("kboard").read_post(seen, NOW).status is Status.DELETED


def test_an_egovframe_file_needs_no_extension_and_comments_may_go_on_elsewhere() -> None:
    fields = '<input name="nttId" type="hidden" value="17"><input name="bbsId" type="hidden" value="BBS_1">'
    files = "".join(
        f"""<li><a href="javascript:fn_egov_downFile('E1=','{number}')">{name}&nbsp;[12,345&nbsp;byte]</a></li>"""
        for number, name in enumerate(("무확장자", "사진 [1].jpg"))
    )
    seen = page(
        f"""<html><body><table><tr><th>글 제목</th><td>우물</td></tr><tr><th>작성자</th><td>나래</td>
        <th>작성시각</th><td>2026-01-02</td></tr><tr><th>글 내용</th><td><span class="ck-content">
        <p>물맛이 좋습니다</p></span></td></tr><tr><th>첨부파일</th><td><ul>{files}</ul></td></tr></table>
        <form name="articleForm" action="/cop/bbs/updateArticleView.do">{fields}</form>
        <a href="javascript:fn_egov_downFile('E1=','0')">내려받기</a>
        <h3>댓글 14</h3><div class="reply"><ul><li><strong>가람</strong> <span class="date">2026-01-03 04:05</span>
        <p class="txt">잘 읽었습니다</p></li></ul></div></body></html>""",
        "https://a.kr/cop/bbs/selectArticleDetail.do?bbsId=BBS_1&nttId=17",
    )
    item = find_engine_by_name("egovframe").read_post(seen, NOW)
    assert item.files == ["무확장자", "사진 [1].jpg"]
    assert (len(item.comments), item.comment_count) == (1, 14)


def test_a_cafe24_design_may_print_a_bare_name_behind_a_hidden_label() -> None:
    seen = page(
        """<html><body><div class="xans-element- xans-board xans-board-readpackage-1002 xans-board-readpackage">
        <div class="xans-element- xans-board xans-board-read-1002 xans-board-read"><div class="title">
        <strong class="label hide">제목</strong><h3>조회 수 3</h3></div><div class="info"><p class="writer">
        <strong class="label hide">작성자</strong> 나래<span>(ip:1.2.3.***)</span></p><p class="regdate">
        <strong class="label hide">작성일</strong> 2026-01-02 03:04:05</p><p class="hit"><strong>조회</strong> 41</p>
        </div><div class="content"><div class="fr-view fr-view-article"><p>물맛이 좋습니다</p></div></div>
        <p class="attach"><strong>첨부파일</strong> <span><a href="#none"
        onclick="BOARD_READ.file_download('/exec/front/Board/download/?no=7');">무확장자</a></span></p></div></div>
        <div class="xans-element- xans-board xans-board-commentlist-1002 xans-board-commentlist"><ul><li>
        <p class="writer"><strong class="label hide">작성자 </strong> 가람</p><p class="regdate"><strong>작성일 </strong>
        2026-01-03 04:05:06</p><div><span id="comment_contents9">잘 읽었습니다</span></div></li></ul></div></body></html>""",
        "https://a.kr/article/%EC%9E%90%EC%9C%A0/1/7/",
    )
    item = find_engine_by_name("cafe24").read_post(seen, NOW)
    assert (item.title, item.author, item.hits) == ("조회 수 3", "나래", 41)
    assert item.files == ["무확장자"]
    assert [(each.author, each.text) for each in item.comments] == [("가람", "잘 읽었습니다")]


def test_a_cafe24_design_may_label_by_tooltips_alone() -> None:
    seen = page(
        """<html><body><div class="xans-element- xans-board xans-board-readpackage-4 xans-board-readpackage">
        <div class="xans-element- xans-board xans-board-read-4 xans-board-read"><h3 class="subject">우물</h3>
        <span class="id" title="작성자">나래<span>(ip:1.2.3.***)</span></span>
        <span class="date" title="작성일">2026-01-02 03:04:05</span><span>조회 41</span>
        <div class="body"><div class="fr-view fr-view-article"><p>물맛이 좋습니다</p></div>
        <div class="attach" title="첨부파일"><a href="#none">우물 지도.pdf</a></div></div></div></div>
        <div class="xans-element- xans-board xans-board-commentlist-4 xans-board-commentlist"><ul><li>
        <span class="writer" title="작성자">가람</span> <span title="작성일">2026-01-03 04:05:06</span>
        <div><span id="comment_contents9">잘 읽었습니다</span></div></li></ul></div></body></html>""",
        "https://a.kr/article/%EC%9E%90%EC%9C%A0/4/7/",
    )
    item = find_engine_by_name("cafe24").read_post(seen, NOW)
    assert (item.author, item.ip, item.files) == ("나래", "1.2.3.***", ["우물 지도.pdf"])
    assert [each.author for each in item.comments] == ["가람"]


@pytest.mark.parametrize(
    ("name", "path", "script"),
    [
        ("gnuboard5", "/bbs/board.php?bo_table=free", 'var g5_url = "{}"; var g5_bbs_url = "{}";'),
        ("xe1", "/free", 'var request_uri = "{}"; var current_mid = "free";'),
    ],
)
@pytest.mark.parametrize("told", ["@elsewhere.example", ".elsewhere.example", "x"])
def test_what_a_page_says_of_its_address_leads_to_no_other_host(
    name: str, path: str, script: str, told: str
) -> None:
    html = f"<html><head><script>{script.replace('{}', told)}</script></head><body></body></html>"
    shown = read_page(f"http://board.example{path}", html.encode(), {})
    engine = find_engine_by_name(name)
    board = engine.board(shown)
    if board is not None:  # it may be of no board at all
        for url in (board.url, engine.list_request(board, 2), engine.post_request(board, "7")):
            assert urlsplit(url).netloc == "board.example"
