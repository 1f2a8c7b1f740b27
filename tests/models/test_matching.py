"""The hash tables in the store answer what datasketch's own index answers."""

import itertools
import random
from pathlib import Path

import numpy as np
import pytest
from datasketch import MinHash, MinHashLSH
from sqlalchemy import Engine

from models import matching
from models.engine import open_store
from models.write import get_store_info, writing
from pipelines.core.normalise import normalise
from pipelines.core.passages import (
    POSTS,
    document_keys,
    key_letters,
    passage_starts,
    shingle_hashes,
)
from tests.core.sample_text import article


def keys(*numbers: int) -> matching.Keys:
    return np.array(numbers, np.int32)


def passages(text: str) -> list[MinHash]:
    """Sign a text with datasketch alone, one object a passage."""
    hashes = shingle_hashes(key_letters(normalise(text).codes), POSTS.shingle)
    starts = [*passage_starts(hashes, POSTS.reach).tolist(), len(hashes)]
    out = []
    for start, end in itertools.pairwise(starts):
        minhash = MinHash(num_perm=POSTS.permutations, seed=POSTS.seed, hashfunc=int)
        minhash.update_batch(hashes[start:end].tolist())
        out.append(minhash)
    return out


def test_tables_answer_what_minhash_lsh_answers(store: Engine) -> None:
    chosen = random.Random(1)
    texts = [article(chosen.randrange(8), 500)[chosen.randrange(200) :] for _ in range(20)]
    secret = b"one store"
    index = MinHashLSH(num_perm=POSTS.permutations, params=(POSTS.permutations, 1))
    with writing(store) as connection:
        matching.add_keys(
            connection,
            "article",
            [
                (n, document_keys(normalise(t).codes, secret, POSTS))
                for n, t in enumerate(texts, start=1)
            ],
        )
        for number, text in enumerate(texts, start=1):
            for at, minhash in enumerate(passages(text)):
                index.insert((number, at), minhash)
        for seed in range(8):
            query = article(seed, 300)
            asked = document_keys(normalise(query).codes, secret, POSTS).tolist()
            found = {document for _, document in matching.look_up(connection, "article", asked)}
            assert found == {key[0] for m in passages(query) for key in index.query(m)}


def test_removed_keys_find_nothing(store: Engine) -> None:
    with writing(store) as connection:
        matching.add_keys(connection, "post", [(1, keys(5, -6, 7)), (2, keys(7, 8))])
        matching.remove_keys(connection, "post", 1, [5, -6, 7])
        assert matching.look_up(connection, "post", [5, -6, 7, 8]) == [(7, 2), (8, 2)]


@pytest.mark.parametrize("kind", ["article", "post"])
@pytest.mark.parametrize("at_once", [1, 30, 1000])
def test_look_ups_by_a_key_of_everybody_stay_small(
    store: Engine, kind: matching.Kind, at_once: int
) -> None:
    documents = [
        (document, keys(1, 1000 + document)) for document in range(1, 3 * matching.HOT + 1)
    ]
    late = 0
    with writing(store) as connection:
        for start in range(0, len(documents), at_once):
            late += matching.add_keys(connection, kind, documents[start : start + at_once]).late
        found = matching.look_up(connection, kind, [1])
        assert sorted(found) == [(1, document) for document in range(1, matching.HOT + 1)]
        last, _ = documents[-1]
        assert matching.look_up(connection, kind, [1000 + last]) == [(1000 + last, last)]
        assert matching.hot_keys(connection, kind) == {1: len(documents)}
        assert late == len(documents) - matching.HOT


@pytest.mark.parametrize("kind", ["article", "post"])
def test_what_came_late_to_a_hot_key_moves_up(store: Engine, kind: matching.Kind) -> None:
    every = range(1, matching.HOT + 4)
    with writing(store) as connection:
        for document in every:
            matching.add_keys(connection, kind, [(document, keys(1, 2))])
        matching.remove_keys(connection, kind, 5, [1])
        matching.remove_keys(connection, kind, matching.HOT + 2, [1])  # one of the late
        found = {document for _, document in matching.look_up(connection, kind, [1])}
        assert found == {*every} - {5, matching.HOT + 2, matching.HOT + 3}
        for document in range(6, 16):
            matching.remove_keys(connection, kind, document, [1])
        found = {document for _, document in matching.look_up(connection, kind, [1])}
        assert found == {*every} - {matching.HOT + 2, *range(5, 16)}
        assert matching.hot_keys(connection, kind) == {2: len(every)}


def test_the_same_again_is_added_once(store: Engine) -> None:
    with writing(store) as connection:
        for _ in range(2):
            for document in range(1, matching.HOT + 3):
                matching.add_keys(connection, "article", [(document, keys(1, 2))])
        assert set(matching.hot_keys(connection, "article").values()) == {matching.HOT + 2}


@pytest.mark.parametrize("is_told", [False, True])
def test_who_holds_keys_need_not_be_looked_up_again(store: Engine, is_told: bool) -> None:
    with writing(store) as connection:
        for document in range(1, matching.HOT + 1):
            matching.add_keys(connection, "post", [(document, keys(1, 100 + document))])
        held = matching.holders_of(connection, "post", [1, 2, 101])
        assert held == {1: [*range(1, matching.HOT + 1)], 101: [1]}
        new = matching.HOT + 1
        added = matching.add_keys(
            connection, "post", [(new, keys(1, 2))], held if is_told else None
        )
        assert added.late == 1
        assert added.shared == {1: held[1]}
        assert matching.look_up(connection, "post", [2]) == [(2, new)]
        assert matching.hot_keys(connection, "post") == {1: new}


def test_an_airy_index_is_made_anew_and_finds_the_same(
    store: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(matching, "COMPACTED_FROM", 0)
    chosen = random.Random(1)
    made = {number: sorted(chosen.sample(range(-(2**31), 2**31), 60)) for number in range(1, 301)}
    for start in range(1, 301, 20):
        with writing(store) as connection:
            batch = [(number, keys(*made[number])) for number in range(start, start + 20)]
            matching.add_keys(connection, "article", batch)
    is_postgres = store.dialect.name == "postgresql"
    assert matching.compact(store) == is_postgres
    assert not matching.compact(store)
    with writing(store) as connection:
        found = matching.look_up(connection, "article", made[7])
    assert sorted(found) == [(key, 7) for key in made[7]]


def test_every_store_has_a_secret_of_its_own(store: Engine, tmp_path: Path) -> None:
    other = open_store(f"sqlite:///{tmp_path}/other.sqlite3", "a recipe")
    secrets = []
    for engine in (store, other):
        with writing(engine) as connection:
            secrets.append(matching.index_secret(connection))
            assert matching.index_secret(connection) == secrets[-1]
            assert secrets[-1].hex() not in (get_store_info(connection, "recipe") or "")
            assert secrets[-1].hex() != get_store_info(connection, "pseudonym_key")
    other.dispose()
    assert secrets[0] != secrets[1]
