"""Addresses as boards write them."""

import doctest

import pytest

from crawler import dates, urls


@pytest.mark.parametrize("module", [urls, dates], ids=["urls", "dates"])
def test_examples(module: object) -> None:
    results = doctest.testmod(module)  # type: ignore[arg-type]
    assert results.attempted
    assert not results.failed


@pytest.mark.parametrize(
    "href",
    ["", "#bo_vc", "javascript:void(0)", "mailto:a@b.kr", "http://[", "http://a:x/", "data:,x"],
)
def test_links_that_lead_nowhere(href: str) -> None:
    assert urls.join("http://a.kr/bbs/", href) is None


def test_escaped_twice() -> None:
    url = urls.join("http://a.kr/bbs/", "board.php?bo_table=x&amp;amp;wr_id=3")
    assert url is not None
    assert urls.query(url) == {"bo_table": "x", "wr_id": "3"}


@pytest.mark.parametrize("url", ["http://[", "::::", "http://a/?=1&&=2", "?#a=1"])
def test_broken_addresses_have_no_parameters(url: str) -> None:
    assert urls.query(url) == {}


def test_more_parameters_than_any_board_writes_are_left() -> None:
    assert (
        urls.query("http://a/?" + "".join(f"a{n}=1&" for n in range(5000)) + "wr_id=3").get("wr_id")
        is None
    )
