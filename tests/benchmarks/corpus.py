"""Articles and posts to measure with: the labelled corpus where it is, else made ones."""

import gzip
import json
import os
import random
from collections.abc import Iterator
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

_FLAT = 30
"""Words that are about as frequent as the first (Mandelbrot's constant)."""
WORDS = 40_000
"""Words of made texts."""
ROOT = Path(__file__).parents[2]
SHARED = Path(os.environ.get("SHARED_DATA", ROOT.parent / "shared"))


def articles(count: int) -> list[dict[str, Any]]:
    """Return *count* article lines, at most 17,002 of the corpus."""
    files = [SHARED / "corpus" / name / "articles.jsonl.gz" for name in ("dev", "scale")]
    if all(file.exists() for file in files):
        lines = (line for file in files for line in _lines(file))
        return list(islice(lines, count))
    return [made_article(number) for number in range(count)]


def posts(count: int) -> list[dict[str, Any]]:
    """Return *count* post lines, most of them copies of the first 2,000 articles."""
    file = SHARED / "corpus" / "dev" / "posts.jsonl.gz"
    if file.exists():
        return list(islice(_lines(file), count))
    return [_made_post(number) for number in range(count)]


def source() -> str:
    """Say what the figures were measured with."""
    return "labelled corpus" if (SHARED / "corpus").exists() else "made text (no corpus here)"


def _lines(file: Path) -> Iterator[dict[str, Any]]:
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def made_article(number: int) -> dict[str, Any]:
    """Write an article of words that follow Zipf's law, as those of a language do.

    It ends in one of forty publishers' lines, the same in all of that publisher's.
    """
    chosen = np.random.default_rng(number)
    # The first word is one of some 240, as in a real text: else all articles would share passages.
    ranks = (_FLAT * ((1 + WORDS / _FLAT) ** chosen.random(320) - 1)).astype(np.int64)
    words = [_words()[rank] for rank in ranks.tolist()]
    sentences = [" ".join(words[at : at + 10]) + "다." for at in range(0, 320, 10)]
    publisher = _words()[200 + number % 40]
    sentences.append(
        f"저작권자 {publisher}신문 무단 전재 및 재배포 금지, 제보는 {publisher}신문 편집국"
    )
    return {"id": f"made{number}", "title": " ".join(words[:6]), "text": "\n".join(sentences)}


@cache
def _words() -> list[str]:
    return [_word(rank) for rank in range(WORDS)]


def _word(rank: int) -> str:
    chosen = random.Random(-1 - rank)
    return "".join(chr(0xAC00 + 28 * chosen.randrange(399)) for _ in range(chosen.randint(2, 4)))


def _made_post(number: int) -> dict[str, Any]:
    chosen = random.Random(number)
    text = str(made_article(chosen.randrange(2_000))["text"])
    cut = chosen.randrange(80, len(text))
    body = text[:cut] + (
        text[: chosen.randrange(80, cut)] if chosen.random() < 0.3 and cut > 90 else ""
    )
    keyword = _words()[chosen.randrange(50)]
    return {"id": f"post{number}", "title": text[:15], "text": f"{keyword}\n{body}\n{keyword}"}
