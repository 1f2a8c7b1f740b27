"""Feeds as papers and boards write them, faults and all."""

from datetime import UTC, datetime

import pytest

from crawler.feeds import SourceKind, read_source
from crawler.page import read_page

NOW = datetime(2026, 11, 24, 4, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("item", "url", "title"),
    [
        ("<link>https://n.kr/v?idxno=1&sc=2</link><title>가 & 나</title>", "https://n.kr/v?idxno=1&sc=2", "가 & 나"),
        ("<link>https://n.kr/v?idxno=1&amp;sc=2</link><title>가 &amp; 나</title>", "https://n.kr/v?idxno=1&sc=2", "가 & 나"),
        ("<link><![CDATA[https://n.kr/v?idxno=1&sc=2]]></link><title><![CDATA[가 & 나]]></title>", "https://n.kr/v?idxno=1&sc=2", "가 & 나"),
        ("<guid isPermaLink='true'>https://n.kr/7</guid><title>&#44032;</title>", "https://n.kr/7", "가"),
    ],
)  # fmt: skip
def test_an_entry_is_read_as_it_was_meant(item: str, url: str, title: str) -> None:
    source = (
        f"\n<rss version='2.0'><channel><title>나루신문</title><item>{item}</item></channel></rss>"
    )
    read = read_source(read_page("https://n.kr/rss.xml", source.encode(), {}), NOW)
    assert read.kind is SourceKind.FEED
    assert [(entry.url, entry.title) for entry in read.entries] == [(url, title)]
