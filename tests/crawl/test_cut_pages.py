"""Pages that were cut off and look whole to HTTP."""

import gzip
import zlib
from collections.abc import Callable

import brotli
import pytest

from crawler.cut_pages import EndlessPages, is_cut
from crawler.responses import explain

WHOLE = (
    "<!doctype html>\n<html><body><p>약수터까지 걸었습니다.</p></body></html>\n<!-- 끝 -->".encode()
)
CUT = WHOLE[:50]


@pytest.mark.parametrize(
    "page",
    [
        WHOLE,
        b"<html><body><p>a theme that forgets its last line</body>",
        b"<?xml version='1.0'?><rss><channel></channel></rss>",
        b"<script>alert('gone');</script>",
        b"<meta charset='utf-8'><p>a notice",
        b"User-agent: *",
        WHOLE.decode().encode("utf-16"),
        b"",
    ],
)
def test_a_page_that_shows_its_end_is_whole_without_a_length(page: bytes) -> None:
    assert not is_cut(page, is_open=True)


@pytest.mark.parametrize("page", [CUT, b"<?xml version='1.0'?><rss><item></item><item><tit"])
def test_a_page_without_a_length_that_breaks_off_is_cut(page: bytes) -> None:
    assert is_cut(page, is_open=True)
    assert not is_cut(page)  # its length is what the server said


def test_a_page_that_ends_in_the_same_tag_again_is_written_so() -> None:
    endless = EndlessPages()
    end = "<td>약수터까지 걸었습니다.</td>\n".encode()
    assert not endless.are_written_so("a.kr", end, None)
    assert not endless.are_written_so("a.kr", end, b"<td>")
    assert endless.are_written_so("a.kr", end, end)
    # Then that is how the host's pages are, but for what breaks off within a word or a tag.
    assert endless.are_written_so("a.kr", b"<hr>", None)
    assert not endless.are_written_so("a.kr", b"<td>half a wo", b"<td>half a wo")
    assert not endless.are_written_so("b.kr", end, None)


def bare_deflate(page: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(page) + packer.flush()


@pytest.mark.parametrize(
    ("encoding", "pack"),
    [
        ("gzip", gzip.compress),
        ("deflate", zlib.compress),
        ("deflate", bare_deflate),
        ("br", brotli.compress),
    ],
)
def test_a_compressed_page_that_breaks_off_is_cut(
    encoding: str, pack: Callable[[bytes], bytes]
) -> None:
    packed = pack(WHOLE)
    assert is_cut(packed[:-30], encoding)
    assert not is_cut(packed, encoding)
    assert not is_cut(packed, encoding, is_open=True)
    assert not is_cut(pack(CUT), encoding)  # compressed as it is


def test_a_gzipped_page_without_its_checksum_is_whole() -> None:
    assert not is_cut(gzip.compress(WHOLE)[:-8], "gzip")


def test_what_is_not_what_its_encoding_says_is_left_to_whom_decodes_it() -> None:
    assert not is_cut(CUT, "gzip")
    assert not is_cut(CUT, "br")
    with pytest.raises(brotli.error) as broken:
        brotli.decompress(CUT)
    assert explain(broken.value)[0] == "bad_encoding"
