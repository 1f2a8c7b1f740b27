"""Main texts, kin and the article behind them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.core.families import (
    KIN,
    OF_ARTICLE,
    Need,
    cut_form,
    find_kin,
    find_main,
    is_open_ended,
    is_stock,
    passages_of,
)
from pipelines.core.normalise import NormalForm, normalise
from pipelines.core.reconstruct import shared_ranges, text_of
from pipelines.core.verdict import Article, Text
from tests.core.sample_text import article, notices

TEXT = article(1, 1000)
OTHER = article(2, 1000)
KEYWORD = "웹사이트상위노출"


def polluted(body: str) -> str:
    return f"{KEYWORD}\n{body}\n{KEYWORD}"


def main_of(body: str) -> NormalForm:
    form = normalise(body)
    main = find_main(body, form)
    return cut_form(form, main.start, main.end)


def kin_of(one: str, other: str) -> str | None:
    """Return the letters that are inferred from two posts; None where they are not kin."""
    main, second = Text(main_of(one)), main_of(other)
    kin = find_kin(main, [Article.prepare(1, second)])
    if not kin:
        return None
    _, shared = shared_ranges(kin[0].passages, main.text, second.text)
    return normalise(text_of(other, second, shared)).text


def test_main_text_stands_between_payload_lines() -> None:
    assert main_of(polluted(TEXT)).text == normalise(TEXT).text


@pytest.mark.parametrize("copies", [2, 3, 7])
def test_repeats_are_counted_and_taken_once(copies: int) -> None:
    body = polluted(TEXT[:700] * copies)
    assert find_main(body, normalise(body)).copies == copies
    assert main_of(body).text == normalise(TEXT[:700]).text


@pytest.mark.parametrize("cuts", [(400, 800), (800, 400), (300, 800, 500)])
def test_of_several_copies_the_longest_is_the_text(cuts: tuple[int, ...]) -> None:
    body = polluted("".join(TEXT[:cut] for cut in cuts))
    main = find_main(body, normalise(body))
    assert main.copies == len(cuts)
    assert main_of(body).text == normalise(TEXT[:800]).text
    assert main.bounds[0] == len(normalise(KEYWORD))


def test_a_keyword_after_every_few_words_is_no_second_copy() -> None:
    words = TEXT[:900].split(" ")
    body = polluted(
        " ".join(w + " 개인돈대출 무료상담" * (n % 4 == 3) for n, w in enumerate(words))
    )
    main = find_main(body, normalise(body))
    assert (main.copies, len(main)) == (1, len(normalise(body)) - 2 * len(normalise(KEYWORD)))


@pytest.mark.parametrize(
    "line",
    [
        "이번 축제는 오는 11일 오후 시청 앞 광장에서 열리며 시민들은",
        "시장은 새 다리를 열고 사람들을 만났다．",
    ],
)
def test_the_start_of_a_sentence_is_no_line_of_payload(line: str) -> None:
    body = polluted(f"{TEXT[:300]}\n{line}")
    assert main_of(body).text.endswith(normalise(line).text)


def test_a_word_said_over_and_over_is_one_text() -> None:
    body = "광고대행 " * 50_000
    assert find_main(body, normalise(body)).copies == 1


def test_of_truncated_copies_the_article_is_what_they_share() -> None:
    shorter = polluted(TEXT[:500])
    assert kin_of(shorter, polluted(TEXT[:800])) == main_of(shorter).text


def test_what_is_glued_on_is_not_the_article() -> None:
    collage = polluted(TEXT[:400] + OTHER[:500])
    assert kin_of(polluted(TEXT[:900]), collage) == normalise(TEXT[:400]).text


def test_what_is_pushed_into_one_copy_is_not_the_article() -> None:
    words = TEXT[:600].split(" ")
    flooded = " ".join(w + " 광고대행업체" * (n % 9 == 4) for n, w in enumerate(words))
    plain = polluted(TEXT[:600])
    assert kin_of(plain, polluted(flooded)) == main_of(plain).text


def test_a_short_copy_is_kin_where_it_lies_within_the_other() -> None:
    shorter = TEXT[: TEXT.index("다. ", 60) + 2]
    assert kin_of(shorter, polluted(TEXT[:800])) == normalise(shorter).text


def test_a_short_text_within_two_others_is_no_kin() -> None:
    """Both go on, on both sides: a stock sentence, not two copies."""
    one = article(7, 300) + "\n" + TEXT[:60] + "\n" + article(8, 300)
    other = article(9, 300) + "\n" + TEXT[:60] + "\n" + article(10, 300)
    assert kin_of(one, other) is None


def test_posts_of_one_template_are_no_kin() -> None:
    template = "안녕하세요 {} 사는 회원인데 {} 때문에 여쭤볼 것이 있어서 글을 남깁니다 {} 아시는 분"
    one = template.format("부산", "자전거", "혹시나")
    assert kin_of(one, template.format("강릉", "독서모임", "제발")) is None


def test_shuffled_copies_are_kin() -> None:
    parts = TEXT.split("\n")
    assert kin_of(polluted("\n".join(parts[::-1])), polluted(TEXT)) is not None


def test_other_texts_are_no_kin() -> None:
    assert kin_of(polluted(TEXT), polluted(OTHER)) is None


def test_shared_stock_sentences_are_no_kin() -> None:
    stock = [s + "다." for s in article(5, 600).replace("\n", " ").split("다. ")][:12]
    own = [s + "다." for s in article(6, 1500).replace("\n", " ").split("다. ")]
    one = " ".join(s for pair in zip(stock, own[:12], strict=False) for s in pair)
    other = " ".join(s for pair in zip(stock[::-1], own[12:24], strict=False) for s in pair)
    assert kin_of(polluted(one), polluted(other)) is None


def texts_of(*bodies: str) -> list[Text]:
    return [Text(main_of(body)) for body in bodies]


def test_notices_that_stand_in_any_order_are_no_article() -> None:
    stock = Article.prepare(1, main_of("\n".join(article(900 + n, 130) for n in range(7))))
    assert is_stock(stock, texts_of(*(notices(4, seed) for seed in range(6))))
    # Of so few nothing can be said.
    assert not is_stock(stock, texts_of(*(notices(4, seed) for seed in range(3))))


def test_copies_of_an_article_are_no_notices() -> None:
    parts = TEXT.split("\n")
    bodies = [
        polluted(TEXT),
        polluted(TEXT[:300]),
        polluted(TEXT[200:700]),
        polluted("\n".join(parts[::-1])),
        polluted("\n".join(parts[::2])),
        polluted(TEXT[:400] + OTHER[:300]),
        polluted(OTHER[:200] + "\n" + TEXT[400:]),
    ]
    assert not is_stock(Article.prepare(1, main_of(TEXT)), texts_of(*bodies))


@pytest.mark.parametrize(("end", "is_open"), [("했다.", False), ("말했다", False), ("오픈", True)])
def test_a_text_that_breaks_off_is_open_ended(end: str, is_open: bool) -> None:
    assert is_open_ended("어제 " + end) is is_open


PIECES = st.lists(
    st.one_of(
        st.tuples(st.just(TEXT), st.integers(0, 500), st.integers(5, 300)),
        st.tuples(
            st.sampled_from([OTHER, article(3, 300)]), st.integers(0, 150), st.integers(1, 90)
        ),
    ),
    min_size=1,
    max_size=4,
).map(lambda pieces: "".join(text[start : start + size] for text, start, size in pieces))


@given(PIECES, PIECES, st.sampled_from([KIN, OF_ARTICLE]))
def test_what_is_told_to_be_no_passage_without_measuring_is_none(
    one: str, other: str, need: Need
) -> None:
    post, copied = Text(normalise(one)), Article.prepare(1, normalise(other))
    alignment = post.align(copied)
    if alignment is None:
        return
    bounds = (0, len(post)), (0, len(copied.form))
    if need.is_beyond(alignment.chains, *bounds):
        passages = passages_of(alignment.stretches)
        assert not any(passage.is_certain(need, *bounds) for passage in passages)
        assert sum(passage.equal for passage in passages) < need.most
