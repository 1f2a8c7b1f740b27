"""Article pages whose JSON-LD is written in the ways that newsrooms write it."""

import json

import pytest

from pipelines.core.article import read_article

TEXT = " ".join(
    f"나루시는 {n}일 강변의 가로등 {n}개를 새것으로 바꾼다고 밝혔다." for n in range(1, 9)
)
TOLD = {
    "@type": "NewsArticle",
    "headline": "나루시 가로등 교체",
    "articleBody": TEXT,
    "datePublished": "2026-03-02T10:00:00+09:00",
    "author": [{"@type": "Person", "name": "김기자"}],
    "publisher": {"@type": "Organization", "name": "나루신문"},
}
PLAIN = json.dumps(TOLD, ensure_ascii=False)


@pytest.mark.parametrize(
    "written",
    [
        PLAIN,
        json.dumps({"@context": "https://schema.org", "@graph": [{"@type": "WebSite"}, TOLD]}),
        json.dumps([{"@type": "BreadcrumbList"}, TOLD]),
        json.dumps({"@type": "WebPage", "mainEntity": TOLD}),
        json.dumps({**TOLD, "@type": ["Article", "NewsArticle"]}),
        json.dumps({**TOLD, "@type": "https://schema.org/LiveBlogPosting"}),
        PLAIN.replace("밝혔다. ", "밝혔다.\n"),
        PLAIN[:-1] + ",\n}",
        f"//<![CDATA[\n{PLAIN}\n//]]>",
        f"<!-- {PLAIN} -->",
    ],
)
def test_json_ld_is_read_however_it_is_written(written: str) -> None:
    read = read_article(
        f"<html><head><script type='application/ld+json'>{written}</script></head><body><p>{TEXT}</p></body></html>"
    )
    assert (read.title, read.publisher, read.byline) == ("나루시 가로등 교체", "나루신문", "김기자")
    assert read.published_at == "2026-03-02T10:00:00+09:00"
    assert read.text.split() == TEXT.split()


def test_json_ld_that_is_cut_off_costs_its_fields_and_no_text() -> None:
    body = "".join(f"<p>{line}.</p>" for line in TEXT.split(". "))
    read = read_article(
        f"<html><head><title>가로등</title><script type='application/ld+json'>{PLAIN[:150]}</script></head>"
        f"<body><article><h1>가로등</h1>{body}</article></body></html>"
    )
    assert read.text.count("가로등") >= 8
