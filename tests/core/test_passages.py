"""Signatures and tables are datasketch's; passages move with the text."""

import itertools
from dataclasses import replace

import numpy as np
from datasketch import MinHash, MinHashLSH
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.core.normalise import Codes, normalise
from pipelines.core.passages import (
    GAPPED,
    POSTS,
    RECIPE,
    Recipe,
    band_keys,
    document_keys,
    gapped_keys,
    key_letters,
    named_shingles,
    passage_starts,
    query_keys,
    shingle_hashes,
    signatures,
    signed_names,
    text_keys,
)
from tests.core.sample_text import article

SECRET = b"one store"

TEXTS = st.text(
    st.sampled_from("가나다라마바사아자차카타파하거너더러머버서어"), min_size=0, max_size=400
)


def objects(text: str, recipe: Recipe) -> list[MinHash]:
    """Sign a text with datasketch alone, one object a passage."""
    hashes = shingle_hashes(normalise(text).codes, recipe.shingle)
    starts = [*passage_starts(hashes, recipe.reach).tolist(), len(hashes)]
    out = []
    for start, end in itertools.pairwise(starts):
        minhash = MinHash(
            num_perm=recipe.permutations, seed=recipe.seed, hashfunc=int, scheme="affine32"
        )
        for value in hashes[start:end].tolist():
            minhash.update(value)
        out.append(minhash)
    return out


@settings(max_examples=60)
@given(TEXTS, st.sampled_from([RECIPE, Recipe(5, 10, 16, 7)]))
def test_signatures_equal_datasketch(text: str, recipe: Recipe) -> None:
    hashes = shingle_hashes(normalise(text).codes, recipe.shingle)
    signed = signatures(hashes, passage_starts(hashes, recipe.reach), recipe)
    expected = [minhash.hashvalues for minhash in objects(text, recipe)]
    assert signed.shape == (len(expected), recipe.permutations)
    assert all((row == value).all() for row, value in zip(signed, expected, strict=True))


@settings(max_examples=30)
@given(st.lists(TEXTS, min_size=2, max_size=6), st.sampled_from([POSTS, Recipe(5, 10, 16, 7)]))
def test_keys_meet_where_minhash_lsh_finds(texts: list[str], recipe: Recipe) -> None:
    """Two documents share a key exactly if datasketch's index finds one by the other."""
    index = MinHashLSH(num_perm=recipe.permutations, params=(recipe.permutations, 1))
    signed = [objects(text, recipe) for text in texts]
    for document, passages in enumerate(signed):
        for number, minhash in enumerate(passages):
            index.insert((document, number), minhash)
    keys = []
    for text in texts:
        codes = normalise(text).codes
        hashes = shingle_hashes(codes, recipe.shingle)
        names = named_shingles(codes, recipe.shingle, SECRET)[1]
        named = signed_names(hashes, names, passage_starts(hashes, recipe.reach), recipe)
        keys.append(set(band_keys(named, recipe).tolist()))
    for document, passages in enumerate(signed):
        found = {key[0] for minhash in passages for key in index.query(minhash)}
        meets = {other for other in range(len(texts)) if keys[document] & keys[other]}
        assert found == meets


@given(TEXTS, TEXTS, TEXTS)
def test_passages_far_from_an_insertion_stay(head: str, pushed: str, tail: str) -> None:
    reach = RECIPE.reach
    plain = shingle_hashes(normalise(head + tail).codes, RECIPE.shingle)
    longer = shingle_hashes(normalise(head + pushed + tail).codes, RECIPE.shingle)
    before = passage_starts(plain, reach)
    after = passage_starts(longer, reach)
    safe = len(head) - RECIPE.shingle - reach
    assert [s for s in before if s < safe] == [s for s in after if s < safe]


@given(TEXTS)
def test_passages_begin_at_local_minima(text: str) -> None:
    hashes = shingle_hashes(normalise(text).codes, RECIPE.shingle)
    starts = passage_starts(hashes, RECIPE.reach)
    assert len(starts) == (len(hashes) > 0) or (np.diff(starts)[1:] > RECIPE.reach).all()


@given(TEXTS)
def test_a_query_holds_the_documents_own_keys(text: str) -> None:
    codes = normalise(text).codes
    own = document_keys(codes, SECRET)
    assert set(own.tolist()) <= set(query_keys(codes, SECRET).tolist())
    assert (query_keys(codes, SECRET, replace(RECIPE, probes=1)) == own).all()


@given(TEXTS)
def test_both_kinds_of_keys_at_once_are_the_same_keys(text: str) -> None:
    codes = normalise(text).codes
    both = text_keys(codes, SECRET)
    assert (both.document == document_keys(codes, SECRET)).all()
    assert (both.query == query_keys(codes, SECRET)).all()


def test_a_query_probes_the_next_smaller_values() -> None:
    """What a minimum hides is looked up too, as if its shingle were not there."""
    recipe = Recipe(permutations=1, probes=2)
    codes = normalise("가나다라마바사아자차카타파하거너더러머버").codes
    hashes = shingle_hashes(codes, recipe.shingle)
    starts = np.zeros(1, np.int64)
    names = named_shingles(codes, recipe.shingle, SECRET)[1]
    least = np.argmin(permuted(hashes, recipe))
    rest = signed_names(np.delete(hashes, least), np.delete(names, least), starts, recipe)
    hidden = band_keys(rest, recipe)
    assert set(hidden.tolist()) <= set(query_keys(codes, SECRET, recipe).tolist())


def permuted(hashes: np.ndarray, recipe: Recipe) -> list[int]:
    """Return what datasketch makes of each hash alone."""
    out = []
    for value in hashes.tolist():
        minhash = MinHash(num_perm=1, seed=recipe.seed, hashfunc=int, scheme="affine32")
        minhash.update(value)
        out.append(int(minhash.hashvalues[0]))
    return out


def test_short_text_has_no_keys() -> None:
    assert len(document_keys(normalise("짧은 글").codes, SECRET)) == 0


def test_junk_between_letters_changes_no_key() -> None:
    text = "초지능 인공지능 개발이 가시권에 들어왔다며 인간의 역량을 극대화하는 새로운 시대를 열 기술이라고 말했다"
    junk = "x7 ".join(text[i : i + 5] for i in range(0, len(text), 5))
    keys = document_keys(normalise(text).codes, SECRET)
    assert (keys == document_keys(normalise(junk).codes, SECRET)).all()


def test_a_keyword_after_every_few_words_hides_no_short_copy() -> None:
    text = "초지능 인공지능 개발이 가시권에 들어왔다며 인간의 역량을 극대화하는 새 시대를 열 기술이라고 말했다"
    words = [*text.split(), "또"]
    stuffed = " ".join(
        f"{a} {b} 이사청소가격" for a, b in zip(words[::2], words[1::2], strict=True)
    )
    keys = set(document_keys(normalise(text).codes, SECRET).tolist())
    assert not keys & set(document_keys(normalise(stuffed).codes, SECRET).tolist())
    assert keys & set(query_keys(normalise(stuffed).codes, SECRET).tolist())


@given(TEXTS, st.integers(1, RECIPE.shingle - 1))
def test_a_syllable_pushed_in_hides_no_shingle(text: str, gap: int) -> None:
    names = {
        normalise(text[:at] + "를" + text[at:]).text: text
        for text in (text[i : i + RECIPE.shingle] for i in range(len(text) - RECIPE.shingle + 1))
        for at in [gap]
    }
    for pushed, whole in names.items():
        found = set(gapped_keys(normalise(pushed).codes, SECRET).tolist())
        assert set(document_keys(normalise(whole).codes, SECRET).tolist()) <= found


def test_few_keys_are_looked_up_without_a_letter_whatever_the_length() -> None:
    for size in (0, 5, 9, 20, 5_000, 50_000):
        found = gapped_keys(normalise(article(3, 50_000)).codes[:size], SECRET)
        assert len(found) <= GAPPED
        assert bool(len(found)) is (size > RECIPE.shingle)


def test_a_short_text_is_looked_up_by_all_its_shingles() -> None:
    text = article(5, 600)
    keys = set(document_keys(normalise(text).codes, SECRET).tolist())
    found = 0
    for start in range(0, 400, 50):
        part = normalise(text[start : start + 50]).codes
        every = band_keys(
            named_shingles(key_letters(part), RECIPE.shingle, SECRET)[1][:, None].repeat(3, 1),
            RECIPE,
        )
        assert set(query_keys(part, SECRET).tolist()) >= set(every.tolist())
        found += bool(keys & set(every.tolist()))
    assert found >= 6


def test_text_in_another_script_has_keys() -> None:
    text = "The quick brown fox jumps over the lazy dog and runs into the forest"
    assert len(document_keys(normalise(text).codes, SECRET)) > 0


@settings(max_examples=30)
@given(st.lists(TEXTS, min_size=2, max_size=6))
def test_who_shares_a_key_with_whom_is_the_same_in_every_store(texts: list[str]) -> None:
    codes = [normalise(text).codes for text in texts]
    shared = []
    for secret in (SECRET, b"another store"):
        keys = [set(document_keys(each, secret).tolist()) for each in codes]
        queries = [set(query_keys(each, secret).tolist()) for each in codes]
        shared.append([[len(query & key) for key in keys] for query in queries])
    assert shared[0] == shared[1]


def test_shingles_made_to_collide_have_keys_of_their_own() -> None:
    """Whoever knows the program can write shingles of one hash, and of one key in no store."""
    first, second = colliding_codes()
    (one,), (other,) = (shingle_hashes(codes, RECIPE.shingle) for codes in (first, second))
    assert one == other
    (name,), (made,) = (
        named_shingles(codes, RECIPE.shingle, SECRET)[1] for codes in (first, second)
    )
    assert name != made


def colliding_codes() -> tuple[Codes, Codes]:
    """Return two runs of eight Hangul syllables with one hash, found among a few million."""
    chosen = np.random.default_rng(1)
    runs = chosen.integers(0xAC00, 0xD7A4, (200_000, RECIPE.shingle)).astype(np.uint32)
    hashes = shingle_hashes(runs.ravel(), RECIPE.shingle)[:: RECIPE.shingle]
    order = np.argsort(hashes, kind="stable")
    same = np.flatnonzero(hashes[order][1:] == hashes[order][:-1])
    return runs[order[same[0]]], runs[order[same[0] + 1]]
