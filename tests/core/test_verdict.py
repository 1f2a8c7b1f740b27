"""A copy is found, measured to the character and named by how it was cut."""

import random
import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from models.relation import Relation
from pipelines.core.align import SEED, Seeds, Target, chain_runs, find_shared, join_shared
from pipelines.core.normalise import normalise
from pipelines.core.verdict import Article, Link, Text, link_post
from tests.core.sample_text import article

KEYWORDS = "웹사이트상위노출"
TEXT = article(1, 1000)


def prepare(text: str, number: int = 1) -> Article:
    return Article.prepare(number, normalise(text))


def only_link(post: str, *articles: str) -> Link:
    links = link_post(normalise(post), [prepare(a, n) for n, a in enumerate(articles, 1)])
    assert len(links) == 1
    return links[0]


def polluted(body: str) -> str:
    return f"{KEYWORDS}\n{body}\n{KEYWORDS}"


def test_whole_article_is_exact() -> None:
    link = only_link(polluted(TEXT), TEXT)
    assert link.relation is Relation.EXACT
    assert link.coverage == 1.0
    assert link.copies == 1
    assert link.cut is None
    assert link.identity == 1.0


@pytest.mark.parametrize("at", [120, 333, 700, 950])
def test_truncated_copy_tells_its_cut(at: int) -> None:
    link = only_link(polluted(TEXT[:at]), TEXT)
    assert link.relation is Relation.TRUNCATED
    assert link.cut is not None
    assert abs(link.cut - at) <= 2


def test_two_pastes_glued_mid_word_tell_both_cuts() -> None:
    link = only_link(polluted(TEXT[:801] + TEXT[:603]), TEXT)
    assert link.copies == 2
    first, second = link.cuts
    assert first is not None
    assert second is not None
    assert abs(first - 801) <= 2
    assert abs(second - 603) <= 2
    assert link.cut == first


def test_a_copy_keeps_its_first_letters_where_the_cut_could_take_them() -> None:
    first = TEXT[:1]
    at = TEXT.index(first, 400)  # the text goes on here with the article's first letter
    link = only_link(polluted(TEXT[:at] + TEXT[:300]), TEXT)
    starts = {piece.copy: piece.article_start for piece in reversed(link.stretches)}
    assert starts == {1: 0, 2: 0}


def test_stretch_from_elsewhere_is_an_excerpt() -> None:
    link = only_link(polluted(TEXT[300:650]), TEXT)
    assert link.relation is Relation.EXCERPT


def test_shuffled_sentences_are_edited_and_one_copy() -> None:
    sentences = TEXT.replace("\n", " ").split("다. ")
    random.Random(3).shuffle(sentences)
    link = only_link(polluted("다. ".join(sentences)), TEXT)
    assert link.relation is Relation.EDITED
    assert link.copies == 1
    assert link.coverage > 0.95


def test_dropped_sentences_are_edited() -> None:
    sentences = TEXT.replace("\n", " ").split("다. ")
    link = only_link("다. ".join(s for n, s in enumerate(sentences) if n % 4 != 2), TEXT)
    assert link.relation is Relation.EDITED
    assert 0.6 < link.coverage < 0.85


def test_stretches_of_several_articles_are_a_collage() -> None:
    other = article(2)
    links = link_post(
        normalise(polluted(TEXT[:400] + other[100:500])), [prepare(TEXT, 1), prepare(other, 2)]
    )
    assert {link.article.id for link in links} == {1, 2}
    assert {link.relation for link in links} == {Relation.COLLAGE}


def test_short_quotation_in_own_text_is_a_quote() -> None:
    post = article(7, 700) + "\n" + TEXT[200:240] + "\n" + article(8, 300)
    assert only_link(post, TEXT).relation is Relation.QUOTE


def test_short_copy_from_the_start_is_told_by_the_payload_around_it() -> None:
    line = "강남 셔츠룸 추천 일산 파워볼 순위 대전 누수탐지 비용 송도 렌트카 후기 전주 폐차장 문의"
    body = f"{line}\n{TEXT[:48]}\n{line}\n카톡 abc123"
    (link,) = link_post(normalise(body), [prepare(TEXT)], body)
    assert link.relation is Relation.TRUNCATED
    assert link.cut is not None
    assert abs(link.cut - 48) <= 1
    assert link.score > 0.5


def test_first_sentence_in_own_text_is_a_quote() -> None:
    sentence = TEXT[: TEXT.index("다.") + 2]
    own = article(7, 400)
    body = f"{own}\n{sentence}\n펌 글입니다 감사합니다 여러분"
    (link,) = link_post(normalise(body), [prepare(TEXT)], body)
    assert link.relation is Relation.QUOTE


def test_letters_between_junk_count_as_copied() -> None:
    chosen = random.Random(5)
    piece = TEXT[200:420]
    out: list[str] = []
    at = 0
    while at < len(piece):
        step = chosen.randint(4, 9)
        out.append(piece[at : at + step])
        at += step
    body = article(7, 220) + "\n" + "zq".join(out)
    (link,) = link_post(normalise(body), [prepare(TEXT)], body)
    assert link.relation is Relation.EXCERPT


def test_the_order_of_candidates_changes_nothing() -> None:
    other = article(2)
    articles = [prepare(TEXT, 1), prepare(other, 2), prepare(TEXT[:700], 3), prepare(article(3), 4)]
    post = normalise(polluted(TEXT[:400] + other[100:500]))

    def found(candidates: list[Article]) -> list[tuple[object, ...]]:
        links = link_post(post, candidates)
        return [(li.article.id, li.relation, li.score, li.stretches) for li in links]

    assert {first for first, *_ in found(articles)} >= {2}
    assert found(articles[::-1]) == found(articles)


def test_own_text_has_no_link() -> None:
    assert link_post(normalise(article(9)), [prepare(TEXT)]) == []


@pytest.mark.parametrize(
    "treat",
    [
        lambda t: t.replace("\n", ""),
        lambda t: "".join(t.split()),
        lambda t: unicodedata.normalize("NFD", t),
        "\u200b".join,
        lambda t: "ㅋ".join(t[i : i + 7] for i in range(0, len(t), 7)),
        lambda t: f" {KEYWORDS} ".join(t[i : i + 40] for i in range(0, len(t), 40)),
    ],
    ids=["glued", "no spaces", "NFD", "zero-width", "junk letters", "keywords pushed in"],
)
def test_treated_text_is_still_found(treat) -> None:  # type: ignore[no-untyped-def]
    link = only_link(polluted(treat(TEXT[:700])), TEXT)
    assert link.relation is Relation.TRUNCATED
    assert link.cut is not None
    assert abs(link.cut - 700) <= 5


def after_each_word(text: str, *pushed: str) -> str:
    """Push words into a text, one after each of its own, in turn."""
    words = text.split()
    return " ".join(f"{word} {pushed[at % len(pushed)]}" for at, word in enumerate(words))


@pytest.mark.parametrize(
    "treat",
    [
        "1".join,
        "ㅋ".join,
        lambda t: after_each_word(t, "casino", "best", "slot"),
        lambda t: after_each_word(t, "7", "12", "384", "51"),
        lambda t: after_each_word(t, KEYWORDS),
        lambda t: after_each_word(t, "상위노출대행", "백링크작업문의", "홈페이지제작가격"),
    ],
    ids=["digits", "jamo", "latin words", "numbers", "one keyword", "three keywords"],
)
@pytest.mark.parametrize("copies", [1, 2])
def test_a_copy_under_what_was_pushed_in_everywhere(treat, copies: int) -> None:  # type: ignore[no-untyped-def]
    link = only_link(polluted("\n".join([treat(TEXT[:700])] * copies)), TEXT)
    assert link.relation is Relation.TRUNCATED
    assert link.copies == copies
    assert abs(link.coverage - 700 / len(TEXT)) <= 0.03
    assert link.cut is not None
    assert abs(link.cut - 700) <= 5


def test_other_text_under_what_was_pushed_in_is_no_copy() -> None:
    for treat in ("1".join, lambda t: after_each_word(t, "casino", "best")):
        assert link_post(normalise(treat(article(9))), [prepare(TEXT)]) == []


@settings(max_examples=100, deadline=None)
@given(
    st.integers(0, 50), st.integers(0, 500), st.lists(st.sampled_from(["1", "ㅋㅋ", "slot", "뷁"]))
)
def test_spans_under_what_was_pushed_in_hold_the_same_letters(
    seed: int, start: int, pushed: list[str]
) -> None:
    """Each stretch begins and ends with the letters that it begins and ends with in the article."""
    text = article(seed, 1000)
    body = after_each_word(text[start : start + 300], "casino", *pushed)
    form = normalise(body)
    (link,) = link_post(form, [prepare(text)])
    for stretch in link.stretches:
        a, b = form.source(stretch.post_start, stretch.post_end)
        c, d = link.article.form.source(stretch.article_start, stretch.article_end)
        new, old = normalise(body[a:b]).text, normalise(text[c:d]).text
        assert (new[0], new[-1]) == (old[0], old[-1])


@pytest.mark.parametrize(("pieces", "length"), [(8, 100), (6, 150), (12, 60)])
def test_a_little_of_each_of_many_articles_is_a_collage(pieces: int, length: int) -> None:
    articles = [article(30 + at, 900) for at in range(pieces)]
    body = "\n".join(text[70 * at % 600 :][:length] for at, text in enumerate(articles))
    links = link_post(normalise(body), [prepare(text, at) for at, text in enumerate(articles)])
    assert {link.article.id for link in links} == set(range(pieces))
    assert {link.relation for link in links} == {Relation.COLLAGE}
    assert all(link.score > 0.5 for link in links)


def test_quotations_of_several_articles_in_own_text_are_no_collage() -> None:
    articles = [article(30 + at, 900) for at in range(3)]
    own = article(9, 600)
    body = "\n".join(
        f"{own[at * 200 :][:200]}\n{text[100:160]}" for at, text in enumerate(articles)
    )
    links = link_post(normalise(body), [prepare(text, at) for at, text in enumerate(articles)])
    assert [link.relation for link in links] == [Relation.QUOTE]


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 50), st.integers(0, 900), st.integers(60, 900), st.booleans())
def test_spans_hold_the_same_letters(seed: int, start: int, length: int, twice: bool) -> None:
    """What a stretch marks in the post is, letter by letter, what it marks in the article."""
    text = article(seed, 1000)
    piece = text[start : start + length]
    body = f"{KEYWORDS}\n{piece}{piece if twice else ''}\n문의 010-0000-0000"
    form = normalise(body)
    for link in link_post(form, [prepare(text)]):
        for stretch in link.stretches:
            a, b = form.source(stretch.post_start, stretch.post_end)
            c, d = link.article.form.source(stretch.article_start, stretch.article_end)
            assert normalise(body[a:b]).text[:SEED] == normalise(text[c:d]).text[:SEED]
            assert normalise(body[a:b]).text[-SEED:] == normalise(text[c:d]).text[-SEED:]
            assert stretch.equal <= stretch.post_end - stretch.post_start


@settings(max_examples=100, deadline=None)
@example("가가가나나", "나가가가나")  # two seeds of one hash
@given(
    st.text(st.sampled_from("가나다라마"), max_size=300),
    st.text(st.sampled_from("가나다라마"), max_size=300),
)
def test_chains_share_no_character_of_the_post(post: str, text: str) -> None:
    codes = normalise(post).codes
    target = Target.prepare(text, normalise(text).codes)
    runs = join_shared(find_shared(Seeds.of(codes), target), post, target)
    for run in runs:
        assert post[run.post_start : run.post_end] == text[run.article_start : run.article_end]
    taken: set[int] = set()
    for chain in chain_runs(runs):
        for before, after in zip(chain.runs, chain.runs[1:], strict=False):
            assert before.post_end <= after.post_start
            assert before.article_end <= after.article_start
        at = {i for run in chain.runs for i in range(run.post_start, run.post_end)}
        assert not at & taken
        taken |= at


def test_one_word_over_and_over_is_no_copy() -> None:
    form = normalise("광고 " * 100_000)
    assert link_post(form, [prepare(TEXT), prepare("광고 대행 " * 200, 2)]) == []


def test_an_alignment_is_kept_and_belongs_to_the_record_asked_for() -> None:
    post = Text(normalise(polluted(TEXT[:400])))
    whole = Article.prepare(1, normalise(TEXT[:400]))
    open_ended = Article.prepare(2, normalise(TEXT[:400]), open_end=True)
    first, second = post.align(whole), post.align(open_ended)
    assert first is not None
    assert second is not None
    assert first.link().relation is Relation.EXACT
    assert second.link().relation is Relation.TRUNCATED
    assert second.link().article is open_ended
    assert second.link().stretches == Text(post.form).align(open_ended).link().stretches  # type: ignore[union-attr]
    assert post.align(Article.prepare(3, normalise(article(9)))) is None


def test_sentences_of_two_articles_in_turn_are_a_collage() -> None:
    """What stands in a gap of the better article may be the other one's."""
    one, other = article(21, 700), article(22, 700)
    body = "".join(one[at : at + 90] + other[at // 2 : at // 2 + 45] for at in range(0, 600, 90))
    links = link_post(normalise(body), [prepare(one, 1), prepare(other, 2)])
    assert {link.article.id for link in links} == {1, 2}
    assert {link.relation for link in links} == {Relation.COLLAGE}


@pytest.mark.parametrize("junk", ["ㅋ", "x7", "뷁"])
def test_a_cut_among_junk_is_told(junk: str) -> None:
    at = 403
    body = junk.join(TEXT[start : min(start + 7, at)] for start in range(0, at, 7))
    # Three letters stand after the last junk: too few for a seed.
    link = only_link(f"{body}{junk}\n{KEYWORDS}", TEXT)
    assert link.relation is Relation.TRUNCATED
    assert link.cut is not None
    assert abs(link.cut - at) <= 3
