"""What is left of a post when its articles are taken away."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.relation import LureKind
from pipelines.core.lures import Payload, find_payload
from tests.core.sample_text import article

ARTICLE = article(1, 400)
KEYWORD = "웹사이트상위노출"


def around(top: str, bottom: str) -> Payload:
    """Find the payload of a copy between two pieces of text."""
    body = f"{top}\n{ARTICLE}\n{bottom}"
    return find_payload(body, [(len(top) + 1, len(top) + 1 + len(ARTICLE))])


def values(payload: Payload, kind: LureKind) -> list[str]:
    return [lure.value for lure in payload.lures if lure.kind is kind]


def test_keyword_line_above_and_below() -> None:
    payload = around(KEYWORD, KEYWORD)
    assert values(payload, LureKind.KEYWORD) == [KEYWORD]
    assert payload.keyword_line
    assert not payload.keyword_injected
    assert payload.repeated == 2


@pytest.mark.parametrize(
    ("typed", "kind", "value"),
    [
        ("http://rank.example/a?b=1", LureKind.URL, "http://rank.example/a?b=1"),
        ("www.rank.example", LureKind.DOMAIN, "rank.example"),
        ("rank-up7.com", LureKind.URL, "rank-up7.com"),
        ("ｒａｎｋ．ｃｏｍ", LureKind.DOMAIN, "rank.com"),
        ("hxxp://rank.example/", LureKind.URL, "http://rank.example/"),
        ("010-0000-1234", LureKind.PHONE, "01000001234"),
        ("010.0000.1234", LureKind.PHONE, "01000001234"),
        ("01O-OOOO-1234", LureKind.PHONE, "01000001234"),
        ("０１０００００１２３４", LureKind.PHONE, "01000001234"),
        ("+82 10-0000-1234", LureKind.PHONE, "01000001234"),
        ("1588-0000", LureKind.PHONE, "15880000"),
        ("카톡 rank77", LureKind.MESSENGER, "rank77"),
        ("카카오톡 문의: rank77", LureKind.MESSENGER, "rank77"),
        ("텔레그램 @rank_77", LureKind.MESSENGER, "@rank_77"),
        ("Ad.Min@rank.example", LureKind.EMAIL, "ad.min@rank.example"),
        ("카.지.노.사.이.트", LureKind.KEYWORD, "카지노사이트"),
        ("누\u200b수탐지", LureKind.KEYWORD, "누수탐지"),
    ],
)
def test_lure_is_normalised_and_kept_raw(typed: str, kind: LureKind, value: str) -> None:
    payload = around(typed, typed)
    assert value in values(payload, kind)


def test_keywords_of_one_line_are_told_apart() -> None:
    payload = around("강남누수탐지 | 하수구막힘 | 부산 포장이사 추천", "강남누수탐지")
    assert values(payload, LureKind.KEYWORD) == ["강남누수탐지", "하수구막힘", "부산 포장이사 추천"]


def test_words_pushed_into_the_copy_are_keywords() -> None:
    half = len(ARTICLE) // 2
    body = f"{ARTICLE[:half]} 누수탐지 {ARTICLE[half:]}누수탐지 {ARTICLE[:60]}"
    first = half + len(" 누수탐지 ")
    second = first + len(ARTICLE) - half + len("누수탐지 ")
    payload = find_payload(body, [(0, half), (first, second - 5), (second, len(body))])
    assert values(payload, LureKind.KEYWORD) == ["누수탐지"]
    assert payload.keyword_injected


def test_a_pasted_headline_is_no_keyword() -> None:
    headline = "한빛시 물안개축제 개막"
    body = f"{headline}\n{ARTICLE}"
    copied = [(len(headline) + 1, len(body))]
    assert find_payload(body, copied, titles=[headline]).lures == ()


@pytest.mark.parametrize(
    "line",
    [
        "홍길동 기자",
        "무단 전재 및 재배포 금지",
        "ⓒ 한빛일보",
        "저도 그렇게 생각합니다.",
        "감사합니다!",
    ],
)
def test_credits_and_sentences_are_no_keywords(line: str) -> None:
    assert values(around("", line), LureKind.KEYWORD) == []


def test_own_text_has_no_keywords() -> None:
    assert find_payload("안녕하세요\n자전거 팝니다\n직거래만 합니다", []).lures == ()


def test_links_and_hidden_text_are_searched() -> None:
    payload = find_payload(
        ARTICLE,
        [(0, len(ARTICLE))],
        hrefs=["https://rank.example/x"],
        hidden=["문의 010-0000-9999"],
    )
    assert values(payload, LureKind.DOMAIN) == ["rank.example"]
    assert values(payload, LureKind.PHONE) == ["01000009999"]


@settings(max_examples=300, deadline=None)
@given(
    st.text(max_size=400), st.lists(st.tuples(st.integers(0, 400), st.integers(0, 60)), max_size=4)
)
def test_any_text_is_survived(body: str, ranges: list[tuple[int, int]]) -> None:
    copied = []
    end = 0
    for start, length in sorted(ranges):
        begin = max(start, end)
        end = min(begin + length, len(body))
        if begin < end:
            copied.append((begin, end))
    for lure in find_payload(body, copied).lures:
        assert lure.value


def test_a_flood_of_lures_is_bounded() -> None:
    body = "\n".join(
        f"http://s{n}.example/ 카톡 id{n} 010-0000-{n % 10000:04d}" for n in range(50_000)
    )
    assert 0 < len(find_payload(body, []).lures) <= 200
