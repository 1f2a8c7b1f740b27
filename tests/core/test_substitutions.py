"""Words that a post replaces throughout, found from the gaps of the alignment."""

from hypothesis import given, settings
from hypothesis import strategies as st

from models.relation import LureKind
from pipelines.core.lures import find_payload
from pipelines.core.normalise import normalise
from pipelines.core.substitutions import Substitution, find_substitutions
from pipelines.core.verdict import Article, link_post
from tests.core.sample_text import article

TEXT = (
    "한빛시가 올해 자전거대여 사업을 넓힌다. 자전거대여는 지난해 봄 강변공원에서 처음 시작됐다. 시민 이용이 늘면서 "
    "자전거대여를 맡을 곳도 세 군데로 늘었다. 시 관계자는 자전거대여가 출퇴근 시간에 몰린다고 설명했다. "
    "자전거대여의 요금은 한 시간에 오백 원이고 학생은 절반만 낸다. 내년에는 역 앞 광장에도 새 거치대가 들어선다. "
    "주민들은 언덕길에 전동 모델이 필요하다고 말한다. 시는 가을까지 의견을 모아 계획을 정할 방침이다."
)


def found(body: str, text: str = TEXT) -> list[Substitution]:
    post, known = normalise(body), Article.prepare(1, normalise(text))
    links = link_post(post, [known])
    assert links, "the alignment holds"
    return find_substitutions(post, post.text, known.form, known.text, links[0].stretches)


def words(body: str, text: str = TEXT) -> list[tuple[str, str, int]]:
    return [(each.old, each.new, each.times) for each in found(body, text)]


def test_a_word_that_is_replaced_throughout() -> None:
    assert words(TEXT.replace("자전거대여", "누수탐지업체")) == [("자전거대여", "누수탐지업체", 5)]


def test_particles_follow_the_new_words_sound() -> None:
    body = TEXT
    for old, new in (("는 지", "은 지"), ("를 맡", "을 맡"), ("가 출", "이 출")):
        body = body.replace(f"자전거대여{old}", f"이사청소견적{new}")
    assert words(body.replace("자전거대여", "이사청소견적")) == [("자전거대여", "이사청소견적", 5)]


def test_a_longer_word_does_not_break_the_alignment() -> None:
    assert words(TEXT.replace("자전거대여", "한빛온라인이사청소견적비교")) == [
        ("자전거대여", "한빛온라인이사청소견적비교", 5)
    ]


def test_the_part_that_both_words_share_belongs_to_them() -> None:
    assert words(TEXT.replace("자전거대여", "자전거보험")) == [("자전거대여", "자전거보험", 5)]


def test_twice_is_no_system() -> None:
    assert words(TEXT.replace("자전거대여", "누수탐지업체", 2)) == []


def test_a_true_copy_has_none() -> None:
    assert words(TEXT) == []


def test_another_style_of_speech_is_no_substitution() -> None:
    text = TEXT.replace("말한다", "바란다")
    assert words(text.replace("다.", "답니다."), text) == []


def test_the_injected_word_is_a_keyword() -> None:
    payload = find_payload(TEXT, [(0, len(TEXT))], substitutes=[("누수탐지업체", "누수 탐지업체")])
    assert [(lure.kind, lure.value, lure.raw) for lure in payload.lures] == [
        (LureKind.KEYWORD, "누수탐지업체", "누수 탐지업체")
    ]
    assert payload.keyword_injected


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 50), word=st.text("가나다라마바사아자차", min_size=4, max_size=12))
def test_any_substitute_is_found_where_it_stands(seed: int, word: str) -> None:
    text = article(seed, 900)
    body = TEXT.replace("자전거대여", word) + " " + text
    for each in found(body, f"{TEXT} {text}"):
        form = normalise(body)
        assert form.text[each.post_start :].startswith(each.new)
        assert each.times >= 3
