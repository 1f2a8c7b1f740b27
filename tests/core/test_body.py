"""Nothing that a reader sees in a container is lost, moved or doubled."""

import html as entities
import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.core.body import Body, find_body, read_body

# --- the property ------------------------------------------------------------------

INLINE = ["b", "i", "span", "a", "font", "u", "strong", "em", "sub", "wbr-less", "custom-tag"]
BLOCK = ["div", "p", "li", "h1", "h3", "blockquote", "section", "pre", "center", "article"]
HIDING = [
    "display:none",
    "DISPLAY : None !important",
    "visibility:hidden",
    "opacity:0",
    "font-size:0",
    "position:absolute;left:-9999px",
    "text-indent:-9999px",
    "width:0;height:0;overflow:hidden",
    "color:#fff",
]
LETTERS = st.characters(blacklist_categories=("Cs", "Cc", "Cn", "Zs", "Zl", "Zp"))
WORDS = st.text(LETTERS, min_size=1, max_size=8).filter(lambda word: not word.isspace())

Node = tuple[str, str, list[object]]


def node(children: st.SearchStrategy[object]) -> st.SearchStrategy[Node]:
    kind = st.sampled_from(["inline", "block", "hidden", "comment", "script"])
    return st.tuples(kind, st.sampled_from(INLINE + BLOCK), st.lists(children, max_size=4))


TREES = st.recursive(WORDS, node, max_leaves=25)


def written(
    tree: object, lines: list[list[str]], hidden: list[str], style: int, inside: bool
) -> str:
    """Write a tree as HTML and note what of it a reader sees, line by line."""
    if isinstance(tree, str):
        (hidden if inside else lines[-1]).append(tree)
        return entities.escape(tree)
    kind, tag, children = tree  # type: ignore[misc]
    if kind == "comment":
        return "<!-- 보이지 않는 말 <b> -->"
    if kind == "script":
        return "<script>var 숨은 = '<p>말</p>';</script><style>p{}</style>"
    if kind == "hidden":
        inner = "".join(written(child, lines, hidden, style, True) for child in children)
        return f'<span style="{HIDING[style % len(HIDING)]}">{inner}</span>'
    # A block inside a p would end it, as an li would the li around it: the writer only
    # nests what stays nested.
    tag = tag if kind == "block" and tag in BLOCK and tag not in {"p", "li"} else "span"
    if kind == "block" and not inside:
        lines.append([])
    inner = "".join(written(child, lines, hidden, style, inside) for child in children)
    if kind == "block" and not inside:
        lines.append([])
    tag = "div" if kind == "block" and tag == "span" else tag
    return f"<{tag} title='x > y'>{inner}</{tag}>"


def squeezed(text: str) -> str:
    return "".join(text.split())


@settings(max_examples=400, deadline=None)
@given(st.lists(TREES, max_size=6), st.integers(0, 8))
def test_every_visible_letter_once_and_in_order(trees: list[object], style: int) -> None:
    lines: list[list[str]] = [[]]
    hidden: list[str] = []
    source = "".join(written(tree, lines, hidden, style, False) for tree in trees)
    body = read_body(f"<div>{source}</div>")
    expected = [squeezed("".join(line)) for line in lines]
    assert [squeezed(line) for line in body.text.split("\n") if line] == [
        line for line in expected if line
    ]
    assert squeezed("".join(body.hidden)) == squeezed("".join(hidden))


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=300))
def test_no_text_makes_it_fail(source: str) -> None:
    assert isinstance(read_body(source), Body)


@settings(max_examples=300, deadline=None)
@given(st.text("<>/=\"' abp!-&#x;divstyle:none\x00\n가", max_size=200))
def test_no_markup_makes_it_fail(source: str) -> None:
    body = read_body(source)
    assert "\x00" not in body.text


@given(st.text(LETTERS, max_size=200))
def test_plain_text_is_itself(text: str) -> None:
    assert squeezed(read_body(entities.escape(text)).text) == squeezed(text)


# --- lines and letters -------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("가<br>나<br/>다", "가\n나\n다"),
        ("<p>가</p><p>나</p>", "가\n나"),
        ("<p>가<p>나<div>다</div>라", "가\n나\n다\n라"),
        ("<ul><li>가<li>나</ul>다", "가\n나\n다"),
        ("<table><tr><td>가<td>나<tr><td>다</table>", "가 나\n다"),
        ("<dl><dt>가<dd>나</dl>", "가\n나"),
        ("가<hr>나", "가\n나"),
        ("가<b>나</b>다", "가나다"),
        ("가<img src=x alt='그림'>나", "가나"),
        ("가\n\t  나&nbsp;&nbsp;다　라", "가 나 다 라"),
        ("<pre>가\n나\r\n\n다</pre>라", "가\n나\n다\n라"),
        ('<div style="white-space: pre-wrap">가\n나</div>', "가\n나"),
        ('<span style="display:block">가</span>나', "가\n나"),
        ("&lt;b&gt;가&lt;/b&gt; &amp;amp;", "<b>가</b> &amp;"),
        ("1 < 2 <3 가 <나 다> a<b", "1 < 2 <3 가 <나 다> a"),
        ("<textarea>가\n<b>나</textarea>", "가\n<b>나"),
        ("<xmp><b>&amp;</xmp>", "<b>&amp;"),
        ("가<!-- 나 -->다<!---->라<!-->마<?php 바 ?>사<![CDATA[아]]>자</>차", "가다라마사자차"),
        ("<script>가</script><style>나</style><iframe>다</iframe>라", "라"),
        ("<title>가</title>나", "나"),
        ("가</p>나</br>다", "가\n나\n다"),
        ("<b><i>가</b>나</i>다", "가나다"),
        ("<td></div>가</td>", "가"),
        ("가\x00나\x01다\x7f라\ud800마\ufffe", "가나다라마"),
        ("&#0;가&#1;나&#xD800;", "\ufffd가나\ufffd"),
        ("<p title=it's>가 it's", "가 it's"),
        ("<a href='x>y' title=\"a>b\">가</a>", "가"),
        ("<P STYLE='display:NONE'>가</P>나", "나"),
        ("<custom-element>가</custom-element>", "가"),
        ("가\ue000나\ue001", "가\ue000나\ue001"),
        ("👨\u200d👩\u200d👧 a\u00adb \u200b", "👨\u200d👩\u200d👧 a\u00adb \u200b"),
        ("", ""),
        (" \n ", ""),
    ],
)
def test_text(source: str, expected: str) -> None:
    assert read_body(source).text == expected


def test_a_text_pasted_twice_stands_twice() -> None:
    paste = "<p><a href='http://spam.example'>키워드</a></p><p>같은 기사 같은 문장입니다.</p>"
    once = "키워드\n같은 기사 같은 문장입니다."
    assert read_body(paste * 2).text == f"{once}\n{once}"


# --- hidden ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "opening",
    [
        '<span style="display:none">',
        '<span style="dis/**/play:none;display:/* x */none">',
        '<span style="d\\69 splay:none">',
        '<span style="display:none!important;display:block">',
        "<span hidden>",
        '<span style="visibility:hidden">',
        '<span style="visibility: collapse">',
        '<span style="font-size:0">',
        '<span style="font-size:1px">',
        '<span style="font-size:0.01em">',
        '<span style="font:0/0 a">',
        '<span style="opacity:0">',
        '<span style="opacity: 0%">',
        '<span style="filter:alpha(x) opacity(0)">',
        '<span style="position:absolute;left:-9999px">',
        '<span style="position:fixed;top:-100em">',
        '<span style="position:absolute;left:50000px">',
        '<span style="text-indent:-9999px">',
        '<span style="margin-left:-5000px">',
        '<span style="margin:0 0 0 -9999px">',
        '<span style="transform:translateX(-9999px)">',
        '<span style="transform:scale(0)">',
        '<span style="width:0;height:0;overflow:hidden">',
        '<span style="height:1px;overflow:hidden">',
        '<span style="max-height:0;overflow:hidden">',
        '<span style="position:absolute;clip:rect(0,0,0,0)">',
        '<span style="clip-path:inset(50%)">',
        '<span style="color:#fff">',
        '<span style="color:#FEFEFE">',
        '<span style="color:rgb(255, 255, 255)">',
        '<span style="color:hsl(0, 0%, 100%)">',
        '<span style="color:transparent">',
        '<span style="color:rgba(0,0,0,0)">',
        '<span style="-webkit-text-fill-color:transparent">',
        '<span style="background:#000;color:#000">',
        '<span style="background-color:yellow;color:#ff0">',
        "<font color=white>",
        "<font color='#ffffff'>",
        "<table bgcolor=black><tr><td><font color=#000>",
        "<noscript>",
        "<template>",
        "<datalist>",
        "<dialog>",
        "<marquee width=0 height=0>",
    ],
)
def test_hidden_text_is_kept_apart(opening: str) -> None:
    body = read_body(f"<div>앞{opening}숨은 <b>말</b></div>")
    assert body.text == "앞"
    assert body.hidden == ("숨은 말",)


@pytest.mark.parametrize(
    "opening",
    [
        '<span style="display:inline">',
        '<span style="color:#000">',
        '<span style="color:#fff;background:#00f">',
        '<span style="background:url(x.png);color:#fff">',
        '<div style="background:#333"><span style="color:white">',
        '<span style="font-size:11pt">',
        '<span style="font-size:9px">',
        '<span style="font: 12px/1.5 gulim">',
        '<span style="opacity:.9">',
        '<span style="left:-9999px">',
        '<span style="position:absolute;left:-20px">',
        '<span style="text-indent:1em">',
        '<span style="width:0">',
        '<span style="height:0;overflow:visible">',
        '<span aria-hidden="true">',
        "<details>",
        "<dialog open>",
        '<span style="visibility:hidden"><span style="visibility:visible">',
        '<span style="font-size:0"><span style="font-size:12px">',
        '<font color=white><font color="#333">',
        '<span style="margin-left:-5px;transform:translateX(2px)">',
        '<span data-style="display:none" title="hidden">',
    ],
)
def test_what_a_reader_sees_is_not_hidden(opening: str) -> None:
    body = read_body(f"<div>{opening}보이는 말</div>")
    assert body.text == "보이는 말"
    assert body.hidden == ()


def test_hidden_stretches_stay_apart_and_in_order() -> None:
    body = read_body(
        "가<p style='display:none'>하나<br>둘<i style='opacity:0'>셋</i></p>나"
        "<span hidden>넷</span><span hidden></span><span hidden>다섯</span>다"
    )
    assert body.text == "가나다"
    assert body.hidden == ("하나\n둘셋", "넷", "다섯")


def test_a_hidden_paragraph_that_is_never_closed_hides_only_itself() -> None:
    body = read_body("<p style='display:none'>숨은 말<p>보이는 말<ul><li hidden>숨은 줄<li>줄</ul>")
    assert body.text == "보이는 말\n줄"
    assert body.hidden == ("숨은 말", "숨은 줄")


# --- links -------------------------------------------------------------------------


def test_targets_of_links_in_order_hidden_ones_too() -> None:
    body = read_body(
        """<a href="http://a.example/?x=1&amp;y=2">가</a> <A HREF=HTTPS://B.example>나</A>
        <a href="javascript:alert(1)">다</a> <a href="/rel">라</a> <a name="x">마</a>
        <span style="display:none"><a href=' http://hidden.example '>바</a></span>
        <a href="//c.example/p">사</a> <a href="ht
tp://d.example">아</a> <map><area href="http://e.example"></map> <a href="mailto:a@b.c">자</a>
        <a href="shop7.com/?p=1">카</a> <a href="view.php?id=7">타</a>
        <a href="http://a.example/?x=1&amp;y=2">차</a> <!-- <a href="http://no.example"> -->"""
    )
    assert body.hrefs == (
        "http://a.example/?x=1&y=2",
        "HTTPS://B.example",
        "http://hidden.example",
        "//c.example/p",
        "http://d.example",
        "http://e.example",
        "mailto:a@b.c",
        "shop7.com/?p=1",
        "http://a.example/?x=1&y=2",
    )


# --- size and depth ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("<div>" * 100_000 + "가" + "</div>" * 100_000 + "나", "가\n나"),
        ("<span>" * 100_000 + "가", "가"),
        ("<b>가" * 100_000, "가" * 100_000),
        ("<table><tr><td>" * 30_000 + "가", "가"),
        ("<div>" * 50_000 + "</p></b></i>" * 50_000 + "가", "가"),
        ("<i>가</i>" * 200_000, "가" * 200_000),
        ("<" * 200_000, "<" * 200_000),
        ("<a b='" * 50_000 + "가", ""),
        ("<!--" * 50_000 + "가", ""),
        ("<p title='" + "x" * 500_000 + "'>가", "가"),
        ('<b style="' + "color:red;" * 100_000 + '">가</b>', "가"),
        ('<b style="' + "/*" * 100_000 + '">가</b>', "가"),
        ("&" * 300_000, "&" * 300_000),
        ("<textarea>" * 100_000 + "가", "<textarea>" * 99_999 + "가"),
    ],
    ids=lambda value: f"{value[:12]}…{len(value)}" if isinstance(value, str) else None,
)
def test_hostile_markup_ends_in_good_time(source: str, text: str) -> None:
    # No clock: each of these takes minutes or fails where the work is not linear.
    assert read_body(source).text == text


# --- pages that no engine knows ----------------------------------------------------

PARAGRAPHS = [
    "지난 토요일 아침 일찍 일어나 뒷산 약수터까지 천천히 걸어갔다가 돌아오는 길에 시장에 들렀습니다.",
    "시장 어귀의 두부 가게에서는 막 나온 두부를 썰고 있었고 그 옆에서는 누군가 국수를 삶고 있었습니다.",
    "점심에는 이웃과 함께 국수를 먹으며 다가오는 겨울을 어떻게 날지 오래 이야기를 나누었습니다.",
    "저녁이 되자 바람이 차가워져서 서둘러 집으로 돌아와 따뜻한 차를 끓여 마시고 일찍 잠자리에 들었습니다.",
]


def unknown_page(body: str) -> str:
    menu = "".join(f'<li><a href="/menu/{number}">차림표 {number}</a></li>' for number in range(20))
    return (
        f"<html><head><title>산책</title></head><body><nav><ul>{menu}</ul></nav>"
        f'<div class="wrap"><h1>산책</h1><div class="entry">{body}</div></div>'
        "<footer>연락처 02-000-0000 모든 권리 보유</footer></body></html>"
    )


def test_a_page_without_an_engine_is_read_without_loss() -> None:
    # trafilatura alone drops the second paste; the region that it found has it.
    paste = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS)
    keyword = '<p><a href="https://spam.example/x">동네상위노출</a></p>'
    body = find_body(unknown_page(keyword + paste + paste + keyword))
    assert body.text.split("\n").count(PARAGRAPHS[1]) == 2
    assert "차림표" not in body.text
    assert "모든 권리 보유" not in body.text
    assert "https://spam.example/x" in body.hrefs


@pytest.mark.parametrize(
    "source", ["", "글", "<p></p>", "<html></html>", "\x00", "<div>" * 3000 + "가"]
)
def test_a_page_of_nothing_has_no_body(source: str) -> None:
    assert find_body(source) == Body("", (), ())


# --- a real one --------------------------------------------------------------------


def test_captured_containers_keep_their_lines() -> None:
    shared = Path(os.environ.get("SHARED_DATA") or Path(__file__).parents[3] / "shared")
    pages = sorted(shared.resolve().glob("boards/gnuboard5/post_*.html"))
    if not pages:
        pytest.skip(f"the captured pages are not here: {shared}")
    for path in pages:
        source = path.read_text("utf-8")
        _, marker, rest = source.partition('<div id="bo_v_con">')
        if not marker:
            continue
        container = rest.partition("<!-- } 본문 내용 끝 -->")[0].rpartition("</div>")[0]
        if "<table" in container or "<li" in container:
            continue
        rough = container.replace("</p>", "\n").replace("<br>", "\n").replace("<br/>", "\n")
        rough = rough.replace("<br />", "\n").replace("</div>", "\n").replace("\r", "")
        text = entities.unescape(
            "".join(
                part.partition(">")[2] if i else part for i, part in enumerate(rough.split("<"))
            )
        )
        lines = [" ".join(line.split()) for line in text.split("\n")]
        assert read_body(marker + container + "</div>").text.split("\n") == [
            line for line in lines if line
        ] or not any(lines), path.name
