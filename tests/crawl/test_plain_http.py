"""HTTP/1.1 as servers send it: whole, in pieces, badly, and over connections that end."""

import socket
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.http_parser import MAX_HEAD, BadResponseError, ResponseParser
from tests.crawl.running import crawl_board, last_stats
from tests.serving import Asked, Site


def read(*pieces: bytes, method: str = "GET") -> tuple[ResponseParser, bytes]:
    parser = ResponseParser(method)
    return parser, b"".join(parser.feed(piece) for piece in pieces)


def chunked(body: bytes, sizes: list[int]) -> bytes:
    out, at = [], 0
    for size in sizes:
        piece = body[at : at + size]
        if piece:
            out.append(b"%x;name=value\r\n%b\r\n" % (len(piece), piece))
        at += size
    rest = body[at:]
    if rest:
        out.append(b"%X\r\n%b\r\n" % (len(rest), rest))
    return b"".join([*out, b"0\r\nX-Trailer: 1\r\n\r\n"])


def in_pieces(data: bytes, cuts: list[int]) -> list[bytes]:
    places = sorted({cut % (len(data) + 1) for cut in cuts})
    return [data[a:b] for a, b in zip([0, *places], [*places, len(data)], strict=True)]


@given(
    body=st.binary(max_size=300),
    sizes=st.lists(st.integers(1, 50), max_size=5),
    cuts=st.lists(st.integers(0, 2000), max_size=12),
    is_chunked=st.booleans(),
    end=st.sampled_from([b"\r\n", b"\n"]),
)
def test_a_response_is_the_same_in_whatever_pieces_it_comes(
    body: bytes, sizes: list[int], cuts: list[int], is_chunked: bool, end: bytes
) -> None:
    how = b"Transfer-Encoding: chunked" if is_chunked else b"Content-Length: %d" % len(body)
    head = end.join([b"HTTP/1.1 200 OK", b"X-One: 1", how, b"X-One: 2", b"", b""])
    data = head + (chunked(body, sizes) if is_chunked else body)
    parser, got = read(*in_pieces(data, cuts))
    assert got == body
    assert parser.is_whole
    assert parser.is_lasting
    assert parser.head is not None
    assert parser.head.headers == [(b"X-One", b"1"), (b"X-One", b"2")]
    assert parser.head.length == (None if is_chunked else len(body))


@given(st.lists(st.binary(max_size=80), max_size=6))
def test_any_bytes_are_read_or_refused(pieces: list[bytes]) -> None:
    for start in (
        b"",
        b"HTTP/1.1 200 OK\r\n\r\n",
        b"HTTP/1.1 200\r\nTransfer-Encoding: chunked\r\n\r\n",
    ):
        try:
            parser, body = read(start, *pieces)
        except BadResponseError:
            continue
        assert len(body) <= sum(map(len, pieces))
        assert parser.has_begun or not b"".join([start, *pieces])


@pytest.mark.parametrize(
    "head",
    [
        b"<html>\r\n\r\n",
        b"HTTP/9.9 abc def\r\n\r\n",
        b"HTTP/2 200\r\n\r\n",
        b"HTTP/1.1 20 OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 5, 5\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-3\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabcd\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + b"0" * 5000,
        b"HTTP/1.1 200 OK\r\nX: " + b"x" * MAX_HEAD,
        b"HTTP/1.1 100 Continue\r\n\r\n" * 20_000,
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n" + b"X: 1\r\n" * 100_000,
    ],
)
def test_what_is_no_http_is_refused(head: bytes) -> None:
    with pytest.raises(BadResponseError):
        read(head)


def test_a_head_may_be_untidy() -> None:
    parser, body = read(
        b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: <a>\r\n\r\n"
        b"HTTP/1.1 200\r\nno colon\r\n: no name\r\nX-Long: a\r\n  b\r\nX-\xff: \x80\r\n\r\nall"
    )
    assert parser.head is not None
    assert parser.head.headers == [(b"X-Long", b"a b"), (b"X-\xff", b"\x80")]
    assert body == b"all"
    assert parser.is_open_ended
    assert not parser.is_whole


@pytest.mark.parametrize(
    ("head", "is_lasting"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 0", True),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: Close", False),
        (b"HTTP/1.0 200 OK\r\nContent-Length: 0", False),
        (b"HTTP/1.0 200 OK\r\nContent-Length: 0\r\nConnection: keep-alive", True),
        (b"HTTP/1.1 204 No Content\r\nContent-Length: 7", True),
    ],
)
def test_a_connection_lasts_if_both_sides_want_it_to(head: bytes, is_lasting: bool) -> None:
    parser, body = read(head + b"\r\n\r\n")
    assert (parser.is_whole, parser.is_lasting, body) == (True, is_lasting, b"")


def test_a_connection_with_bytes_that_nobody_asked_for_is_not_used_again() -> None:
    for data in (
        b"Content-Length: 2\r\n\r\nabHTTP/1.1",
        b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\nHTTP",
    ):
        parser, _ = read(b"HTTP/1.1 200 OK\r\n" + data)
        assert parser.is_whole
        assert not parser.is_lasting


def test_a_head_has_no_body_whatever_its_length() -> None:
    parser, _ = read(b"HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\n", method="HEAD")
    assert parser.is_whole


# --- over the wire ----------------------------------------------------------------------


@pytest.fixture
def site() -> Iterator[Site]:
    with Site() as served:
        yield served


def test_a_request_says_who_asks_and_what_for(site: Site, sqlite_url: str) -> None:
    crawl_board(sqlite_url, f"{site.url}/start;a?b=c%20d&e=한#part")
    (asked,) = [each for each in site.asked if each.target != "/robots.txt"]
    assert asked.target == "/start;a?b=c%20d&e=%ED%95%9C"
    assert asked.headers["host"] == f"127.0.0.1:{site.port}"
    assert asked.headers["user-agent"].startswith("pumgeul/")
    assert "gzip" in asked.headers["accept-encoding"]


def test_a_page_that_ends_with_its_connection_is_whole(site: Site, sqlite_url: str) -> None:
    site.answers = {"/": b"HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n\r\n<p>no board</p>"}
    done = crawl_board(sqlite_url, f"{site.url}/")
    assert "no board engine recognises" in done.said


def test_a_chunked_page_that_ends_too_early_is_not_taken_for_whole(
    site: Site, sqlite_url: str
) -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n"
    site.answers = {"/": head + b"5\r\n<p>ab\r\n"}
    done = crawl_board(sqlite_url, f"{site.url}/", RETRY_TIMES="0")
    assert done.code == 1
    assert last_stats(sqlite_url)["board/failed/truncated"] == 1


def test_a_server_that_hangs_up_between_two_pages_costs_no_page(
    site: Site, sqlite_url: str
) -> None:
    """It says that the connection stays open, and closes it all the same."""

    def one_page(asked: Asked, connection: socket.socket) -> None:
        body = b"<p>no board</p>"
        if asked.target == "/robots.txt":
            body = b""
        connection.sendall(
            b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n%b"
            % (len(body), body)
        )

    site.fallback = one_page
    done = crawl_board(sqlite_url, f"{site.url}/", RETRY_TIMES="0")
    assert "no board engine recognises" in done.said
    assert site.targets == ["/"]
