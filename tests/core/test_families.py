"""Main texts, kin and the article behind them."""

import pytest

from pipelines.core.families import cut_form, find_kin, find_main, infer_range, is_open_ended
from pipelines.core.normalise import NormalForm, normalise
from pipelines.core.verdict import Article
from tests.core.sample_text import article

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
    """Return the text that is inferred from two posts; None where they are not kin."""
    found = find_kin(main_of(one), [Article.prepare(1, main_of(other))])
    if found is None:
        return None
    relative, link = found
    start, end = infer_range(main_of(one), relative, link)
    return main_of(other).text[start:end]


def test_main_text_stands_between_payload_lines() -> None:
    assert main_of(polluted(TEXT)).text == normalise(TEXT).text


@pytest.mark.parametrize("copies", [2, 3, 7])
def test_repeats_are_counted_and_taken_once(copies: int) -> None:
    body = polluted(TEXT[:700] * copies)
    assert find_main(body, normalise(body)).copies == copies
    assert main_of(body).text == normalise(TEXT[:700]).text


def test_a_word_said_over_and_over_is_one_text() -> None:
    body = "광고대행 " * 50_000
    assert find_main(body, normalise(body)).copies == 1


def test_truncated_copies_are_kin_and_the_longer_one_goes_on() -> None:
    assert kin_of(polluted(TEXT[:500]), polluted(TEXT[:800])) == normalise(TEXT[:800]).text


def test_what_is_glued_on_is_not_the_article() -> None:
    """Both go on, and differ: one of them was glued to something else."""
    collage = polluted(TEXT[:400] + OTHER[:500])
    assert kin_of(polluted(TEXT[:900]), collage) == normalise(TEXT[:400]).text


def test_other_texts_are_no_kin() -> None:
    assert kin_of(polluted(TEXT), polluted(OTHER)) is None


def test_shared_stock_sentences_are_no_kin() -> None:
    stock = [s + "다." for s in article(5, 600).replace("\n", " ").split("다. ")][:12]
    own = [s + "다." for s in article(6, 1500).replace("\n", " ").split("다. ")]
    one = " ".join(s for pair in zip(stock, own[:12], strict=False) for s in pair)
    other = " ".join(s for pair in zip(stock[::-1], own[12:24], strict=False) for s in pair)
    assert kin_of(polluted(one), polluted(other)) is None


@pytest.mark.parametrize(("end", "is_open"), [("했다.", False), ("말했다", False), ("오픈", True)])
def test_a_text_that_breaks_off_is_open_ended(end: str, is_open: bool) -> None:
    assert is_open_ended("어제 " + end) is is_open
