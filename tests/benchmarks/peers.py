"""What else finds an article by a part of it: `python -m tests.benchmarks.peers NAME KNOWN POSTS`.

Each peer is asked for the best 8 articles of every post and does no more: no alignment, no
verdict, nothing stored.  Prints one JSON object.  BM25, datasketch and rensa are their
libraries; winnowing is a short implementation of Schleimer, Wilkerson & Aiken, "Winnowing:
local algorithms for document fingerprinting" (2003).
"""

import json
import sys
import time
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np

from tests.benchmarks import corpus

BEST = 8
THRESHOLD = 0.5
PERMUTATIONS = 128
SHINGLE = 5
"""Characters a shingle of both MinHash indexes."""
POSTS_AT_ONCE = 200

Ask = Callable[[list[str]], Iterable[Any]]


def plain(text: str) -> str:
    """Return a text's letters and digits: NFKC, lower case."""
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKC", text).lower()))


def shingles(text: str) -> set[str]:
    return {text[at : at + SHINGLE] for at in range(max(1, len(text) - SHINGLE + 1))}


def bm25(articles: list[str]) -> Ask:
    """Okapi BM25 over character 3-grams, k1 1.2 and b 0.75, as a sparse product."""
    from scipy import sparse
    from sklearn.feature_extraction.text import CountVectorizer

    vectorizer = CountVectorizer(analyzer="char", ngram_range=(3, 3), dtype=np.float32)
    weights = sparse.csr_matrix(vectorizer.fit_transform(articles))
    lengths = np.asarray(weights.sum(axis=1)).ravel()
    holders = np.bincount(weights.indices, minlength=weights.shape[1])
    idf = np.log1p((len(articles) - holders + 0.5) / (holders + 0.5)).astype(np.float32)
    norm = 1.2 * (0.25 + 0.75 * lengths / lengths.mean())
    rows = np.repeat(np.arange(len(articles)), np.diff(weights.indptr))
    counts = weights.data
    weights.data = (idf[weights.indices] * counts * 2.2 / (counts + norm[rows])).astype(np.float32)
    by_term = weights.T.tocsr()

    def ask(posts: list[str]) -> Iterator[Any]:
        for start in range(0, len(posts), POSTS_AT_ONCE):
            found = vectorizer.transform(posts[start : start + POSTS_AT_ONCE])
            found.data[:] = 1
            scores = (found @ by_term).toarray()
            yield from np.argpartition(-scores, BEST, axis=1)[:, :BEST]

    return ask


def datasketch(articles: list[str]) -> Ask:
    """One MinHash a document in a MinHashLSH."""
    from datasketch import MinHash, MinHashLSH

    def sign(texts: list[str]) -> Iterator[MinHash]:
        sets = ([shingle.encode() for shingle in shingles(text)] for text in texts)
        return MinHash.generator(sets, num_perm=PERMUTATIONS)

    index = MinHashLSH(threshold=THRESHOLD, num_perm=PERMUTATIONS)
    for number, minhash in enumerate(sign(articles)):
        index.insert(number, minhash)
    return lambda posts: (index.query(minhash) for minhash in sign(posts))


def rensa(articles: list[str]) -> Ask:
    """The same in Rust, with the bands that datasketch chooses for the threshold."""
    from datasketch import MinHashLSH
    from rensa import RMinHash, RMinHashLSH

    def sign(text: str) -> Any:
        minhash = RMinHash(num_perm=PERMUTATIONS, seed=1)
        minhash.update(list(shingles(text)))
        return minhash

    bands = MinHashLSH(threshold=THRESHOLD, num_perm=PERMUTATIONS).b
    # It wants bands that divide the permutations.
    while PERMUTATIONS % bands:
        bands += 1
    index = RMinHashLSH(threshold=THRESHOLD, num_perm=PERMUTATIONS, num_bands=bands)
    for number, text in enumerate(articles):
        index.insert(number, sign(text))
    return lambda posts: (index.query(sign(post)) for post in posts)


def winnowing(articles: list[str]) -> Ask:
    """The least hash of every 17 of 8-grams: any 24 equal characters share a fingerprint."""
    gram, window = 8, 17

    def fingerprints(text: str) -> set[int]:
        codes = np.frombuffer(text.encode("utf-32-le"), "<u4").astype(np.uint64)
        count = len(codes) - gram + 1
        if count <= 0:
            return set()
        hashes = np.zeros(count, np.uint64)
        for at in range(gram):
            hashes = hashes * np.uint64(0x100000001B3) + codes[at : at + count]
        hashes ^= hashes >> np.uint64(29)
        hashes *= np.uint64(0xBF58476D1CE4E5B9)
        if count <= window:
            return {int(hashes.min())}
        windows = np.lib.stride_tricks.sliding_window_view(hashes, window)
        return set(windows.min(axis=1).tolist())

    index: dict[int, list[int]] = {}
    for number, text in enumerate(articles):
        for fingerprint in fingerprints(text):
            index.setdefault(fingerprint, []).append(number)

    def ask(posts: list[str]) -> Iterator[Any]:
        for post in posts:
            votes: Counter[int] = Counter()
            for fingerprint in fingerprints(post):
                votes.update(index.get(fingerprint, ()))
            yield [number for number, _ in votes.most_common(BEST)]

    return ask


PEERS: dict[str, Callable[[list[str]], Ask]] = {
    "bm25": bm25,
    "datasketch": datasketch,
    "rensa": rensa,
    "winnowing": winnowing,
}


def measure(name: str, known: int, posts: int) -> dict[str, Any]:
    articles = [plain(line["text"]) for line in corpus.articles(known)]
    texts = [line["text"] for line in corpus.posts(posts)]
    begin = time.perf_counter()
    ask = PEERS[name](articles)
    built = time.perf_counter() - begin
    begin = time.perf_counter()
    answered = sum(1 for _ in ask([plain(text) for text in texts]))
    took = time.perf_counter() - begin
    return {
        "posts": answered,
        "articles_per_second": round(known / built),
        "posts_per_second": round(answered / took),
    }


if __name__ == "__main__":
    print(json.dumps(measure(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))))
