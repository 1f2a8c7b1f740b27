"""What a hostile server may answer for a post, and what must become of it.

Each input replaces one post of a board.  ``outcome`` is the stored status, or ``failed``
with the reason that is counted; a ``live`` post holds MARK in its body unless it says not.
"""

import codecs
import gzip
import socket
import time
import zlib
from collections.abc import Callable
from dataclasses import dataclass

import brotli

from tests.serving import HTML, Answer, Asked, answer

MARK = "여기는 본문입니다"
TITLE = "제목이 서는 자리"
DATE = "26-03-01 09:30"
HITS = "777회"
TAGS = 100_000


@dataclass(frozen=True)
class Hostile:
    """One answer of a hostile server."""

    name: str
    answer: Callable[[str], Answer]
    """Made from the page of a good post, whose body is MARK."""
    outcome: str = "live"
    reason: str = ""
    is_whole: bool = True
    """The body holds MARK and what stands behind it: the answer does not swallow it."""


def body(inside: str) -> Callable[[str], Answer]:
    """Put something into the post's body, beside MARK."""
    return lambda page: answer(page.replace(MARK, f"{MARK}{inside}"))


def around(before: str, after: str = "") -> Callable[[str], Answer]:
    return lambda page: answer(page.replace(MARK, f"{before}{MARK}{after}"))


def edited(old: str, new: str) -> Callable[[str], Answer]:
    return lambda page: answer(page.replace(old, new))


def whole(
    content: str | bytes, kind: str = HTML, *headers: str, status: int = 200
) -> Callable[[str], Answer]:
    return lambda page: answer(content, kind, *headers, status=status)


def raw(content: bytes) -> Callable[[str], Answer]:
    return lambda page: content


def encoded(charset: str, declared: str) -> Callable[[str], Answer]:
    return lambda page: answer(
        page.encode(charset, "xmlcharrefreplace"), f"text/html; charset={declared}"
    )


def packed(
    encoding: str, pack: Callable[[bytes], bytes], times: int = 1
) -> Callable[[str], Answer]:
    def make(page: str) -> Answer:
        content = page.encode() + b" " * (200 * 1024 * 1024 if times > 1 else 0)
        for _ in range(times):
            content = pack(content)
        return answer(content, HTML, f"Content-Encoding: {', '.join([encoding] * times)}")

    return make


def bomb(_: str) -> Answer:
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    zeros = b"\0" * 1_000_000
    return answer(
        b"".join([*(packer.compress(zeros) for _ in range(200)), packer.flush()]),
        HTML,
        "Content-Encoding: gzip",
    )


def dripping(asked: Asked, connection: socket.socket) -> None:
    connection.sendall(
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 100000\r\n\r\n"
    )
    for _ in range(2000):
        connection.sendall(b"<p>")
        time.sleep(0.1)


def endless(asked: Asked, connection: socket.socket) -> None:
    connection.sendall(
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n"
    )
    chunk = b"10000\r\n" + b"x" * 65536 + b"\r\n"
    for _ in range(2000):
        connection.sendall(chunk)


def chunked(page: str, end: bytes = b"0\r\n\r\n") -> bytes:
    content = page.encode()
    return (
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nTransfer-Encoding: chunked\r\n\r\n"
        + b"%x\r\n%b\r\n" % (len(content), content)
        + end
    )


def brotli_bomb(_: str) -> Answer:
    return answer(brotli.compress(b"\0" * 60_000_000, quality=1), HTML, "Content-Encoding: br")


def silent(asked: Asked, connection: socket.socket) -> None:
    time.sleep(8)


def reset(asked: Asked, connection: socket.socket) -> None:
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    connection.close()


INPUTS = (
    # --- the wire
    Hostile("a connection that is reset", lambda _: reset, "failed", "connection"),
    Hostile("an answer that never comes", lambda _: silent, "failed", "timeout"),
    Hostile("an answer that drips", lambda _: dripping, "failed", "slow"),
    Hostile("an answer without end", lambda _: endless, "failed", "too_large"),
    Hostile("a length that is a lie", lambda page: answer(page, length=10_000_000), "failed", "truncated"),
    Hostile("a length below the truth", lambda page: answer(page, length=300), "unreadable"),
    Hostile("a length that is announced as too large", lambda page: answer(page, length=10**12), "failed", "too_large"),
    Hostile("no headers at all", raw(b"<html><body>hello"), "failed", "connection"),
    Hostile("a broken status line", raw(b"HTTP/9.9 abc def\r\n\r\n"), "failed", "connection"),
    Hostile("a header of a megabyte", lambda page: answer(page, HTML, "X-Long: " + "a" * 1_000_000), "failed", "connection"),
    Hostile("ten thousand headers", lambda page: answer(page, HTML, *(f"X-{n}: {n}" for n in range(10_000)))),
    Hostile("cookies by the thousand", lambda page: answer(page, HTML, *(f"Set-Cookie: c{n}={'x' * 100}" for n in range(1000)))),
    Hostile("bytes in a header", lambda page: answer(page).replace(b"Connection:", b"X-\xff\xfe: \x80\r\nConnection:"), "failed", "connection"),
    Hostile("two lengths", lambda page: answer(page).replace(b"Connection:", b"Content-Length: 5\r\nConnection:"), "failed", "connection"),
    Hostile("a gzip bomb", bomb, "failed", "too_large"),
    Hostile("a gzip that ends at its beginning", whole(b"\x1f\x8b\x08\x00garbage", HTML, "Content-Encoding: gzip"), "failed", "truncated"),
    Hostile("gzip that is fine", packed("gzip", gzip.compress)),
    Hostile("an unknown encoding", whole(b"abc", HTML, "Content-Encoding: rot13"), "unreadable"),
    Hostile("brotli that is fine", packed("br", brotli.compress)),
    Hostile("a brotli bomb", brotli_bomb, "failed", "too_large"),
    Hostile("gzip that is none", lambda page: answer(page, HTML, "Content-Encoding: gzip"), "failed", "bad_encoding"),
    Hostile("interim answers by the thousand", lambda page: b"HTTP/1.1 100 Continue\r\n\r\n" * 2000 + answer(page)),
    Hostile("an interim answer and no other", raw(b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n"), "failed", "connection"),
    Hostile("chunks that are fine", chunked),
    Hostile("chunks that are not counted", lambda page: chunked(page, b"zz\r\nhello\r\n"), "failed", "truncated"),
    Hostile("chunks that end too soon", lambda page: chunked(page, b""), "failed", "truncated"),
    Hostile("HTTP/1.0 without a length", lambda page: b"HTTP/1.0 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + page.encode()),
    Hostile("two content types", lambda page: answer(page, "image/png", f"Content-Type: {HTML}")),
    # --- statuses
    *(
        Hostile(f"status {code}", whole("<p>x</p>", HTML, status=code), "failed", f"http_{code}")
        for code in (400, 401, 403, 404, 418, 451, 500, 503, 599)
    ),
    Hostile("status 204", whole("", HTML, status=204), "failed", "http_204"),
    Hostile("status 206", lambda page: answer(page, status=206), "failed", "http_206"),
    Hostile("status 999", whole("<p>x</p>", HTML, status=999), "failed", "http_999"),
    Hostile("a redirect to a file", whole("", HTML, "Location: file:///etc/passwd", status=302), "failed", "http_302"),
    Hostile("a redirect to the machine itself", whole("", HTML, "Location: http://169.254.169.254/", status=302), "failed", "http_302"),
    Hostile("a redirect to another site", whole("", HTML, "Location: https://ads.example/", status=301), "failed", "http_301"),
    *(
        Hostile(f"a redirect to {place}", whole("", HTML, f"Location: {place}", status=302), "failed", "http_302")
        for place in ("ftp://127.0.0.1/x", "http://[::1]/", "http://2130706433/", "http://0x7f.1/", "http://board.example@127.0.0.1/", "javascript:alert(1)", "//", "?bo_table=free&wr_id=1")
    ),
    Hostile("a redirect without a place", whole("", HTML, status=302), "failed", "http_302"),
    Hostile("status 304", whole("", HTML, status=304), "failed", "http_304"),
    # --- content that is no page
    Hostile("nothing", whole(""), "unreadable"),
    Hostile("zeros", whole(b"\0" * 100_000), "unreadable"),
    Hostile("random bytes", whole(bytes(range(256)) * 400), "unreadable"),
    Hostile("a picture", whole(b"\x89PNG\r\n\x1a\n" + bytes(5000), "image/png"), "unreadable"),
    Hostile("JSON", whole('{"error": "no"}', "application/json"), "unreadable"),
    Hostile("another post's page", lambda page: answer(page.replace("wr_id=", "wr_id=9").replace('value="', 'value="9')), "failed", "other_post"),
    Hostile("a meta refresh elsewhere", edited("<head>", '<head><meta http-equiv="refresh" content="0;url=https://ads.example/">')),
    # --- markup
    Hostile("nesting of a hundred thousand tags", around("<b>" * TAGS)),
    Hostile("nesting of a hundred thousand blocks", around("<div>" * TAGS, "</div>" * TAGS)),
    Hostile("nested tables", around("<table><tr><td>" * 5000)),
    Hostile("a hundred thousand closing tags", body("</div>" * TAGS), is_whole=False),
    Hostile("a million nodes", body("<i></i>" * 500_000), "unreadable"),
    Hostile("a hundred thousand attributes", body("<p " + " ".join(f"a{n}=1" for n in range(TAGS)) + ">x</p>"), "live or unreadable"),
    Hostile("an attribute of a megabyte", body(f'<p title="{"a" * 1_000_000}">x</p>')),
    Hostile("a tag that never ends", body("<p " + "x" * 100_000), is_whole=False),
    Hostile("an unclosed comment", body("<!-- " + "x" * 10_000), is_whole=False),
    Hostile("an unclosed script", body("<script>" + "x" * 10_000), is_whole=False),
    Hostile("an unclosed textarea", body("<textarea>" + "x" * 10_000)),
    Hostile("entities by the million", body("&amp;" * 1_000_000)),
    Hostile("entities that nest", edited("<html", '<!DOCTYPE html [<!ENTITY a "xxxxxxxxxx"><!ENTITY b "&a;&a;&a;&a;">]><html')),
    Hostile("an entity that names a file", edited("<html", '<!DOCTYPE html [<!ENTITY x SYSTEM "file:///etc/passwd">]><html')),
    Hostile("character references out of range", body("&#0;&#xD800;&#x110000;&#99999999999;")),
    Hostile("the same id a thousand times", body('<b id="bo_v_con"></b>' * 1000)),
    Hostile("CDATA and processing instructions", body("<![CDATA[ x ]]><?php echo 1 ?><?xml-stylesheet?>")),
    Hostile("SVG and MathML", body("<svg><foreignObject><p>x</p></foreignObject></svg><math><mi>x</mi></math>")),
    Hostile("a base elsewhere", edited("<head>", '<head><base href="https://ads.example/">')),
    Hostile("a comment of five megabytes", body("<!--" + "x" * 5_000_000 + "-->")),
    Hostile("an attribute of eight megabytes", body(f'<p title="{"a" * 8_000_000}">x</p>'), "live or unreadable"),
    Hostile("nested forms", around("<form>" * 3000)),
    Hostile("nested lists that never end", around("<ul><li>" * 900)),
    Hostile("text that nothing ends", body("<plaintext>")),
    Hostile("an unclosed example", body("<xmp><b>x</b>"), is_whole=False),
    Hostile("an unclosed title in the body", body("<title>x"), is_whole=False),
    Hostile("a template, a frame and a fallback", body('<template><p>x</p></template><iframe srcdoc="<p>y</p>"></iframe><noscript>z</noscript>')),
    Hostile("a frameset before the body", edited("<body", '<frameset><frame src="https://ads.example/"></frameset><body'), "live or unreadable"),
    Hostile("a second page behind the first", lambda page: answer(page + page.replace(MARK, "다른 글"))),
    Hostile("ten thousand choices", body("<select>" + "<option>x" * 10_000 + "</select>")),
    Hostile("a notice as a post writes it", body("<p>alert('삭제된 글입니다.'); history.back();</p>")),
    Hostile("a script of a post's own", body("<script>alert('삭제된 글입니다.'); history.back();</script>"), "live or deleted"),
    # --- text
    Hostile("ten megabytes of one line", body("가" * 3_000_000), "unreadable"),
    Hostile("a line as long as a post may be", body("나" * 490_000)),
    Hostile("ten megabytes of one word, again and again", body("상위노출 " * 600_000), "unreadable"),
    Hostile("null bytes among the letters", lambda page: answer(page.replace(MARK, "\0".join(MARK)))),
    Hostile("a flood of combining marks", body("a" + "\u0301" * 200_000)),
    Hostile("right-to-left overrides", body("\u202e" * 10_000 + "txt.exe")),
    Hostile("invisible letters", body("\u200b\u2060\ufeff\u3164" * 20_000)),
    Hostile("private and unassigned letters", body("\ue000\uf8ff\U000f0000\ufdd0" * 5_000)),
    Hostile("emoji of many parts", body("👨‍👩‍👧‍👦" * 20_000)),
    Hostile("half a surrogate pair in UTF-8", lambda page: answer(page.encode().replace(MARK.encode(), MARK.encode() + b"\xed\xa0\x80"))),
    Hostile("letters of two charsets", lambda page: answer(page.encode().replace(MARK.encode(), MARK.encode() + "한글".encode("cp949")))),
    # --- charsets
    Hostile("CP949 under a UTF-8 header", encoded("cp949", "utf-8")),
    Hostile("UTF-8 under an EUC-KR header", encoded("utf-8", "euc-kr")),
    Hostile("UTF-8 under a nonsense header", encoded("utf-8", "x-no-such-thing")),
    Hostile("UTF-16 with a mark", encoded("utf-16", "utf-8")),
    Hostile("UTF-7", whole(b"+ADw-script+AD4-alert(1)+ADw-/script+AD4-", "text/html; charset=utf-7"), "unreadable"),
    Hostile("UTF-8 with a mark under an EUC-KR header", lambda page: answer(codecs.BOM_UTF8 + page.encode(), "text/html; charset=euc-kr")),
    Hostile("UTF-16 without a mark", encoded("utf-16-le", "utf-16le")),
    Hostile("the mark of another charset", lambda page: answer(codecs.BOM_UTF16_LE + page.encode()), "unreadable"),
    Hostile("a charset said late", lambda page: answer(page.replace("<head>", "<head><!--" + "x" * 9000 + '--><meta charset="euc-kr">').encode("cp949", "xmlcharrefreplace"), "text/html")),
    Hostile("three charsets said", lambda page: answer(page.replace("<head>", '<head><meta charset="utf-16"><meta charset="big5">'), "text/html; charset=shift_jis")),
    Hostile("ISO-2022-KR", encoded("iso2022_kr", "iso-2022-kr")),
    # --- fields
    Hostile("a title of a hundred thousand letters", edited(TITLE, "제목" * 50_000)),
    Hostile("a title with markup", edited(TITLE, "&lt;script&gt;alert(1)&lt;/script&gt; ../../etc \x07")),
    Hostile("a date that is none", edited(DATE, "99-99-99 99:99")),
    Hostile("a year of seven digits", edited(DATE, "9999999-03-01 09:30")),
    Hostile("a date of nothing", edited(DATE, "0000-00-00 00:00:00")),
    Hostile("a year of the Buddhist calendar", edited(DATE, "2569-03-01 09:30")),
    Hostile("a day that the year has not", edited(DATE, "26-02-30 25:61")),
    Hostile("a title of two lines and a null", edited(TITLE, f"{TITLE}\r\n\0\t ")),
    Hostile("a title that is nothing", edited(TITLE, "\u200b\u3164")),
    Hostile("hits that are no number", edited(HITS, "٣٤٥회")),
    Hostile("hits beyond counting", edited(HITS, "9" * 400 + "회")),
    Hostile("file names that climb", body('<a href="/bbs/download.php?bo_table=free&wr_id=1&no=0">../../../etc/passwd</a>')),
    Hostile("links by the ten thousand", body("".join(f'<a href="https://s{n}.example/">x</a>' for n in range(10_000)))),
    Hostile("links that are no links", body('<a href="javascript:alert(1)">x</a><a href="http://[::1">y</a><a href="http://a:99999999/">z</a>')),
)  # fmt: skip
