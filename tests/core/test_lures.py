"""What is left of a post when its articles are taken away."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.relation import LureKind
from pipelines.core.contacts import take_contacts
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
        ("공일공-삼사오육-칠팔구공", LureKind.PHONE, "01034567890"),
        ("공1공 3456 7890", LureKind.PHONE, "01034567890"),
        ("①⓪①⓪⓪⓪⓪①②③④", LureKind.PHONE, None),
        ("⓪①⓪-⓪⓪⓪⓪-①②③④", LureKind.PHONE, "01000001234"),
        ("0 1 0 - 0 0 0 0 - 1 2 3 4", LureKind.PHONE, "01000001234"),
        ("010\u200b-0000-\u200b1234", LureKind.PHONE, "01000001234"),
        ("rank77 닷컴", LureKind.DOMAIN, "rank77.com"),
        ("rank77 . com", LureKind.DOMAIN, "rank77.com"),
        ("rank77[.]co[.]kr", LureKind.DOMAIN, "rank77.co.kr"),
        ("rank77 dot net", LureKind.DOMAIN, "rank77.net"),
        ("누수박사.com", LureKind.DOMAIN, "누수박사.com"),
        ("https:// rank.example/", LureKind.DOMAIN, "rank.example"),
        ("ㅋㅏ톡 rank77", LureKind.MESSENGER, "rank77"),
        ("카☆톡 ▶ 【rank77】", LureKind.MESSENGER, "rank77"),
        ("카톡 r a n k 7 7", LureKind.MESSENGER, "rank77"),
        ("카톡 🆁🅰ⓝⓚ❼❼", LureKind.MESSENGER, "rank77"),
        ("텔레그램 골뱅이 rank77", LureKind.MESSENGER, "@rank77"),
        ("라인(LINE) 3종", LureKind.MESSENGER, None),
        ("0️⃣1️⃣0️⃣-0000-1234", LureKind.PHONE, "01000001234"),
        ("0❶0★0000★❶❷❸❹", LureKind.PHONE, "01000001234"),
        ("공.일.공.삼.사.오.육.칠.팔.구.공", LureKind.PHONE, "01034567890"),
        ("0.1% 0.6% 7.8% 9.1% 2.3%", LureKind.PHONE, None),
        ("rаnk77·соm", LureKind.DOMAIN, "rank77.com"),
        ("r a n k 7 7 . c o m", LureKind.DOMAIN, "rank77.com"),
        ("ⓡⓐⓝⓚ77.ⓒⓞⓜ", LureKind.DOMAIN, "rank77.com"),
        ("h t t p s : / / rank77.com/a", LureKind.URL, "https://rank77.com/a"),
        ("HTTPS;//rank77.com", LureKind.URL, "https://rank77.com"),
        ("sales[at]rank77[dot]com", LureKind.EMAIL, "sales@rank77.com"),
        ("카 톡 : rank77", LureKind.MESSENGER, "rank77"),
        ("카.톡 rank77", LureKind.MESSENGER, "rank77"),
        ("톡: rank77", LureKind.MESSENGER, "rank77"),
        ("KaKao idrank7", LureKind.MESSENGER, "idrank7"),
        ("카톡 7654321", LureKind.MESSENGER, "7654321"),
        ("텔 @rank_77", LureKind.MESSENGER, "@rank_77"),
        ("카톡 rank77", LureKind.MESSENGER, "rank77"),
        ("카카오톡 문의: rank77", LureKind.MESSENGER, "rank77"),
        ("텔레그램 @rank_77", LureKind.MESSENGER, "@rank_77"),
        ("Ad.Min@rank.example", LureKind.EMAIL, "ad.min@rank.example"),
        ("카.지.노.사.이.트", LureKind.KEYWORD, "카지노사이트"),
        ("누\u200b수탐지", LureKind.KEYWORD, "누수탐지"),
    ],
)
def test_lure_is_normalised_and_kept_raw(typed: str, kind: LureKind, value: str | None) -> None:
    found = [lure for lure in around(typed, typed).lures if lure.kind is kind]
    assert [lure.value for lure in found] == ([value] if value else [])
    assert all(lure.raw in typed for lure in found)


@given(
    st.text(st.sampled_from("톡텔카라인오픈공일이.닷컴점넷…“”·-@/ "), max_size=30),
    st.sampled_from(
        [
            ("http://rank.example/a", "rank.example"),
            ("WWW.rank.example", "rank.example"),
            ("rank77 닷컴", "rank77.com"),
            ("rank77 [.] com", "rank77.com"),
            ("rank77 Dot net", "rank77.net"),
            ("카/ 010-0000-1234", "01000001234"),
            ("카/ 공일공 삼사오육 칠팔구공", "01034567890"),
            ("카/ 02)000-1234", "020001234"),
            ("Kakao: rank77", "rank77"),
            ("텔레그램 rank77", "rank77"),
            ("카_톡 rank77", "rank77"),
            ("Line: rank77", "rank77"),
            ("hong@rank.example", "hong@rank.example"),
            ("@rank_77", "@rank_77"),
        ]
    ),
)
def test_a_contact_is_found_whatever_stands_on_the_line_before_it(
    before: str, contact: tuple[str, str]
) -> None:
    typed, value = contact
    assert value in [lure.value for lure in take_contacts(f"{before}다.\n\n{typed}").lures]


@pytest.mark.parametrize(
    "line",
    [
        "임진왜란(1592-1598)은 7년이었다",
        "1588-1600년의 일",
        "온라인 abc",
        "카카오 2024",
        "카카오 Bank",
        "view.do?id=7",
    ],
)
def test_what_only_looks_like_a_contact(line: str) -> None:
    assert around("", line).contacts == ()


@pytest.mark.parametrize(
    "footer",
    [
        "ⓒ 한빛일보 & hanbit.example, 무단 전재 및 재배포 금지",
        "ⓒ\n한빛일보 & hanbit.example, 무단 전재\n및 재배포 금지",
        "출처 : 한빛뉴스(http://www.hanbit.example)",
        "홍길동 기자 hong@hanbit.example",
        "▶ 제보하기 ▷ 카카오톡 '한빛제보' ▷ 전화 : 02-000-1234",
    ],
)
def test_a_publishers_contacts_are_no_payload(footer: str) -> None:
    assert around("", footer).contacts == ()
    assert values(around("", f"{footer}\n누수탐지\n010-0000-1234"), LureKind.PHONE) == [
        "01000001234"
    ]


def test_links_lead_to_phones_and_mail() -> None:
    payload = find_payload(
        ARTICLE,
        [(0, len(ARTICLE))],
        hrefs=["tel:010-0000-1234", "mailto:Ad@rank.example?subject=x", "rank7.com/?p=1"],
    )
    assert [(lure.kind, lure.value) for lure in payload.lures] == [
        (LureKind.PHONE, "01000001234"),
        (LureKind.EMAIL, "ad@rank.example"),
        (LureKind.URL, "rank7.com/?p=1"),
        (LureKind.DOMAIN, "rank7.com"),
    ]


def test_a_headline_that_no_article_has_is_no_row_of_keywords() -> None:
    payload = around("산골 학교 다섯 곳 급식실 하나로 통합", f"{KEYWORD}\n010-0000-1234")
    assert payload.keywords == (KEYWORD,)


def test_several_wares_on_one_line_share_a_stem() -> None:
    row = "이사청소 이사청소가격 한빛이사청소 원룸이사청소"
    assert around(row, "").keywords == tuple(row.split())


def test_dotted_keywords_are_told_apart() -> None:
    payload = around("누.수.탐.지 하.수.구.막.힘", "누.수.탐.지 하.수.구.막.힘")
    assert payload.keywords == ("누수탐지", "하수구막힘")
    assert [lure.raw for lure in payload.lures] == ["누.수.탐.지", "하.수.구.막.힘"]


def pushed_into(*words: str) -> Payload:
    """Push words into the article, a sentence apart, each where nothing is missing."""
    body, copied, pushed, done = "", [], [], 0
    for nth, word in enumerate(words, start=1):
        at = nth * len(ARTICLE) // (len(words) + 1)
        body += ARTICLE[done:at]
        copied.append((len(body) - (at - done), len(body)))
        pushed.append((len(body), len(body) + len(word)))
        body += word
        done = at
    copied.append((len(body), len(body) + len(ARTICLE) - done))
    return find_payload(body + ARTICLE[done:], copied, pushed=pushed, articles=[ARTICLE])


def test_a_word_pushed_in_once_counts_if_another_has_its_stem() -> None:
    assert set(pushed_into("누수탐지추천", "한빛누수탐지").keywords) == {
        "누수탐지추천",
        "한빛누수탐지",
    }
    assert pushed_into("누수탐지추천", "자전거여행").keywords == ()


def test_letters_that_a_keyword_tore_off_are_not_part_of_it() -> None:
    assert pushed_into("누수탐지", "누수탐지", "누수탐지 다", "라 누수탐지").keywords == (
        "누수탐지",
    )
    assert pushed_into("누수탐지", "누수탐지", "&nb누수탐지sp;").keywords == ("누수탐지",)


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
    assert find_payload(body, copied, headlines=[headline]).lures == ()


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


def test_a_title_that_begins_with_the_keyword_is_no_headline() -> None:
    half = len(ARTICLE) // 2
    word = " 누수탐지 "
    body = f"{ARTICLE[:half]}{word}{ARTICLE[half:]}{word}{ARTICLE[:60]}"
    second = len(word) + len(ARTICLE)
    copied = [(0, half), (half + len(word), second), (second + len(word), len(body))]
    payload = find_payload(body, copied, title=f"누수탐지 | {ARTICLE[:20]}")
    assert payload.keywords == ("누수탐지",)


@pytest.mark.parametrize(
    ("line", "keyword"),
    [("▶▶ 누수탐지 바로가기", "누수탐지"), ("(누수탐지)", "누수탐지"), ("상담문의", None)],
)
def test_calls_and_marks_are_no_part_of_a_keyword(line: str, keyword: str | None) -> None:
    assert around("", f"{line}\n010-0000-1234").keywords == ((keyword,) if keyword else ())


def test_headings_of_a_saved_page_are_no_keywords() -> None:
    top, bottom = (
        f"페이지 정보\n\n본문\n{KEYWORD}\n",
        f"\n{KEYWORD}\n댓글목록\n등록된 댓글이 없습니다.",
    )
    assert values(around(top, bottom), LureKind.KEYWORD) == [KEYWORD]
