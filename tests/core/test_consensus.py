"""An unknown article as its copies give it together."""

from itertools import permutations

import pytest

from pipelines.core.consensus import Copy, read_together
from pipelines.core.families import cut_form, find_main, payload_words, text_around
from pipelines.core.normalise import normalise
from pipelines.core.verdict import Article, Text
from tests.core.sample_text import article

TEXT = article(1, 900).replace("\n", " ")
OTHER = article(2, 600).replace("\n", " ")
WORDS = TEXT[:600].split(" ")


def copy_of(body: str, others: tuple[tuple[int, int], ...] = ()) -> Copy:
    form = normalise(body)
    place = find_main(body, form)
    main = cut_form(form, place.start, place.end)
    payload = payload_words(text_around(body, form, place))
    return Copy(body, main, Text(main), Article.prepare(0, main), payload, others)


def read(*bodies: str) -> str:
    return normalise(read_together([copy_of(body) for body in bodies]) or "").text


def letters(text: str) -> str:
    return normalise(text).text


def with_word(at: int, word: str) -> str:
    """Return the text with the word at a place exchanged."""
    return " ".join([*WORDS[:at], word, *WORDS[at + 1 :]])


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_of_three_wordings_the_one_that_two_have_is_the_article_s(order: tuple[int, ...]) -> None:
    # Each copy exchanged another word: no copy is right, all of them together are.
    bodies = [with_word(at, word) for at, word in ((15, "엉뚱한"), (40, "딴소리"), (70, "아무말"))]
    assert read(*(bodies[place] for place in order)) == letters(" ".join(WORDS))


def test_a_word_that_only_one_copy_left_out_is_in_it() -> None:
    first, second = (" ".join([*WORDS[:at], *WORDS[at + 1 :]]) for at in (30, 60))
    assert read(first, TEXT[:600], second) == letters(TEXT[:600])


def test_a_keyword_in_the_place_of_a_word_is_not() -> None:
    flooded = f"대출상담\n{with_word(25, '대출상담')}\n대출상담"
    assert "대출상담" not in read(flooded, with_word(25, "다른말"))


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_sentences_stand_in_the_order_that_two_have(order: tuple[int, ...]) -> None:
    parts = article(1, 900).split("\n")
    shuffled = " ".join(parts[::-1])
    bodies = [shuffled, TEXT[:700], TEXT[150:]]
    text = read(*(bodies[place] for place in order))
    assert letters(TEXT).startswith(text)
    assert len(text) >= len(letters(TEXT)) - 2


def test_what_one_copy_alone_has_is_not() -> None:
    assert read(TEXT[:600] + OTHER, TEXT[:600]) == letters(TEXT[:600])


def test_what_two_have_beyond_the_others_is_added() -> None:
    assert read(TEXT[:500], TEXT[:500], TEXT[300:], TEXT[320:]) == letters(TEXT)


def test_what_another_article_explains_is_not_added() -> None:
    body = TEXT[:600] + OTHER
    end = len(letters(body))
    of_other = ((len(letters(TEXT[:600])), end),)
    copies = [copy_of(body, of_other), copy_of(body, of_other), copy_of(TEXT[:600])]
    assert letters(read_together(copies) or "") == letters(TEXT[:600])


def test_it_is_written_as_the_plainest_copy_writes_it() -> None:
    dotted = "".join(f"{letter}." if letter.isalnum() else letter for letter in TEXT[:600])
    text = read_together([copy_of(dotted), copy_of(TEXT[:600])])
    assert text is not None
    assert text.strip() == TEXT[:600].strip()


def test_texts_that_share_nothing_have_no_article() -> None:
    assert read_together([copy_of(TEXT), copy_of(OTHER)]) is None
