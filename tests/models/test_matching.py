"""The hash tables in the store answer what datasketch's own index answers."""

import itertools
import random

import pytest
from datasketch import MinHash, MinHashLSH
from sqlalchemy import Engine

from models import matching
from models.write import writing
from pipelines.core.normalise import normalise
from pipelines.core.passages import (
    RECIPE,
    document_keys,
    key_letters,
    passage_starts,
    shingle_hashes,
)
from tests.core.sample_text import article


def passages(text: str) -> list[MinHash]:
    """Sign a text with datasketch alone, one object a passage."""
    hashes = shingle_hashes(key_letters(normalise(text).codes), RECIPE.shingle)
    starts = [*passage_starts(hashes, RECIPE.reach).tolist(), len(hashes)]
    out = []
    for start, end in itertools.pairwise(starts):
        minhash = MinHash(num_perm=RECIPE.permutations, seed=RECIPE.seed, hashfunc=int)
        minhash.update_batch(hashes[start:end].tolist())
        out.append(minhash)
    return out


def test_tables_answer_what_minhash_lsh_answers(store: Engine) -> None:
    chosen = random.Random(1)
    texts = [article(chosen.randrange(8), 500)[chosen.randrange(200) :] for _ in range(20)]
    index = MinHashLSH(
        num_perm=RECIPE.permutations, params=(RECIPE.permutations // RECIPE.rows, RECIPE.rows)
    )
    with writing(store) as connection:
        matching.add_keys(
            connection,
            "article",
            [(n, document_keys(normalise(t).codes).tolist()) for n, t in enumerate(texts)],
        )
        for number, text in enumerate(texts):
            for at, minhash in enumerate(passages(text)):
                index.insert((number, at), minhash)
        for seed in range(8):
            query = article(seed, 300)
            keys = document_keys(normalise(query).codes).tolist()
            found = {document for _, document in matching.look_up(connection, "article", keys)}
            assert found == {key[0] for m in passages(query) for key in index.query(m)}


def test_removed_keys_find_nothing(store: Engine) -> None:
    with writing(store) as connection:
        matching.add_keys(connection, "post", [(1, [5, -6, 7]), (2, [7, 8])])
        matching.remove_keys(connection, "post", 1, [5, -6, 7])
        assert matching.look_up(connection, "post", [5, -6, 7, 8]) == [(7, 2), (8, 2)]


@pytest.mark.parametrize("kind", ["article", "post"])
def test_a_key_of_everybody_stops_growing(store: Engine, kind: matching.Kind) -> None:
    with writing(store) as connection:
        for document in range(3 * matching.HOT):
            matching.add_keys(connection, kind, [(document, [1, 1000 + document])])
        assert len(matching.look_up(connection, kind, [1])) == matching.HOT
        last = 3 * matching.HOT - 1
        assert matching.look_up(connection, kind, [1000 + last]) == [(1000 + last, last)]
