"""Make a benchmark that is harder than the demo: labelled posts in numbers, from the sample articles.

    python data/make_benchmark.py --output benchmark.jsonl [--posts N] [--seed N]

`pollute.py` shows what spam tools do; this does more of it, and worse: stretches of a line or two,
words exchanged by the dozen, junk after every few letters, keywords after every few words, copies
between own sentences, quotations, and adverts in the articles' words. The same seed and inputs give
the same bytes. Lines are those of ``posts.jsonl``; standard library only.
"""

import argparse
import json
import random
import sys
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from pollute import (
    CAMPAIGNS,
    LAST_DAY,
    Article,
    Campaign,
    Copier,
    Copy,
    Draft,
    Entry,
    Kind,
    Letter,
    Run,
    Strand,
    above,
    address,
    around,
    as_record,
    collage,
    contact,
    decomposed,
    dotted,
    exact,
    excerpt,
    full_width,
    headline,
    injected,
    keyword_title,
    mid_word,
    nothing,
    own,
    own_line,
    pasted,
    pick,
    pollute,
    read_articles,
    sentences,
    shuffled,
    spam_entry,
    stretch,
    thinned,
    truncated,
    zero_width,
)

SEED = 20261125
POSTS = 1_200

PROSE = (
    "어제 저녁에 동네를 한 바퀴 돌다가 오랜만에 옛 친구를 만났습니다.",
    "요즘 날이 갑자기 추워져서 화분을 모두 안으로 들였어요.",
    "지난주에 산 신발이 작아서 바꾸러 갔더니 같은 색이 없다고 하네요.",
    "주말에 김장을 하는데 배추가 모자라서 시장에 두 번 다녀왔습니다.",
    "혹시 이 근처에 자전거 잘 고치는 집 아시는 분 계신가요?",
    "아이가 숙제로 나뭇잎을 모으는데 은행잎만 잔뜩 주워 왔습니다.",
    "버스 시간이 또 바뀌었더라고요. 정류장 안내판은 그대로고요.",
    "저는 커피를 끊은 지 석 달쯤 됐는데 아직도 아침마다 생각이 납니다.",
    "사진 몇 장 올리려고 했는데 용량이 커서 안 올라가네요.",
    "오늘 점심은 국수였습니다. 국물이 좀 싱거웠지만 맛있게 먹었어요.",
    "다음 모임은 둘째 주 토요일로 하면 어떨까 합니다. 의견 주세요.",
    "도서관에서 빌린 책을 잃어버려서 하루 종일 찾아다녔습니다.",
    "글이 길어졌네요. 읽어 주셔서 고맙습니다.",
    "이 소식 보고 저만 놀란 건가요? 다들 어떻게 생각하시는지 궁금합니다.",
)
SYLLABLES = "뷁ㅋㅎzxq0힣쀍"


# --- ways to copy ---------------------------------------------------------------------


def snippet(low: int, high: int) -> Copier:
    """Copy some letters only, from the start or from elsewhere."""

    def copy(rng: random.Random, articles: Sequence[Article]) -> Copy:
        text = articles[0].text
        length = rng.randint(low, high)
        start = 0 if rng.random() < 0.6 else rng.randint(80, len(text) - length - 20)
        end = mid_word(text, start + length)
        return Copy(stretch(articles[0], start, end), "excerpt" if start else "truncated", end)

    return copy


def worn(chance: float, low: float = 0.5) -> Copier:
    """Copy the article, or its first part, with words exchanged for others of its own."""

    def copy(rng: random.Random, articles: Sequence[Article]) -> Copy:
        text = articles[0].text
        words = text.split()
        strand = stretch(articles[0], 0, mid_word(text, int(len(text) * rng.uniform(low, 1))))
        out: Strand = []
        word: Strand = []
        for letter in [*strand, Letter(" ")]:
            if letter.text.isspace():
                out += own(rng.choice(words)) if word and rng.random() < chance else word
                out.append(letter)
                word = []
            else:
                word.append(letter)
        return Copy(out[:-1], "edited", None)

    return copy


# --- disguises and payloads -----------------------------------------------------------


def junk(rng: random.Random, strand: Strand) -> Strand:
    """Put a letter of no meaning behind every five to ten."""
    wait = rng.randint(5, 10)
    out: Strand = []
    for letter in strand:
        wait -= 1
        text = letter.text
        if wait == 0 and not text.isspace():
            text += rng.choice(SYLLABLES)
            wait = rng.randint(5, 10)
        out.append(letter._replace(text=text))
        wait = max(wait, 1)
    return out


def spaced(rng: random.Random, strand: Strand) -> Strand:
    """Put a blank, or a dot, behind every letter."""
    between = rng.choice((" ", "."))
    return [letter._replace(text=letter.text + between) for letter in strand]


def dense(rng: random.Random, draft: Draft, campaign: Campaign) -> None:
    """Push a keyword in after every few words."""
    word = rng.choice(campaign.keywords)
    draft.note("keywords", word)
    wait = rng.randint(3, 5)
    for line in draft.lines:
        for run in line:
            letters: Strand = []
            for letter in run.letters:
                letters.append(letter)
                wait -= letter.text.startswith(" ")
                if wait == 0:
                    wait = rng.randint(3, 5)
                    letters += own(word + " ")
            run.letters = letters


def amid(rng: random.Random, draft: Draft, campaign: Campaign) -> None:
    """Hide the copy between own sentences."""
    some = rng.sample(PROSE, rng.randint(3, 7))
    at = rng.randint(1, len(some))
    draft.lines = [*map(own_line, some[:at]), *draft.lines, *map(own_line, some[at:])]


KINDS = (
    # How many of 100, and of what making.
    (8, Kind(1, snippet(45, 90), (nothing,), headline)),
    (6, Kind(1, snippet(45, 90), (above,), keyword_title)),
    (6, Kind(1, snippet(90, 180), (around,))),
    (5, Kind(1, snippet(110, 260), (amid,), headline)),
    (4, Kind(1, pasted(2, 0.04, 0.1), (around,), glued=True)),
    (5, Kind(1, pasted(2, 0.3, 0.9), (around,), glued=True)),
    (5, Kind(1, truncated(0.05, 0.2), (around,))),
    (5, Kind(1, truncated(0.2, 0.9), (address,), headline)),
    (3, Kind(1, exact, (contact,), headline)),
    (3, Kind(1, excerpt, (around,), keyword_title)),
    (4, Kind(1, collage, (around,), sources=2)),
    (3, Kind(1, collage, (above, contact), sources=4)),
    (4, Kind(1, worn(0.15), (around,))),
    (4, Kind(1, worn(0.3), (around,))),
    (3, Kind(1, worn(0.45, 0.8), (above,))),
    (3, Kind(1, shuffled, (above,))),
    (3, Kind(1, thinned, (above,))),
    (4, Kind(1, truncated(0.3, 0.9), (around,), disguise=junk)),
    (4, Kind(1, truncated(0.3, 0.9), (dense,))),
    (3, Kind(1, truncated(0.3, 0.9), (injected,))),
    (3, Kind(1, truncated(0.3, 0.9), (dotted,), disguise=zero_width)),
    (3, Kind(1, truncated(0.3, 0.9), (above,), disguise=full_width)),
    (3, Kind(1, truncated(0.3, 0.9), (above,), disguise=decomposed)),
    (3, Kind(1, truncated(0.3, 0.9), (above,), disguise=spaced)),
)


# --- posts that copy nothing ----------------------------------------------------------


def quoting(rng: random.Random, article: Article, campaign: Campaign) -> Draft:
    """Write own sentences around one of an article's."""
    sentence = rng.choice(
        [s for s in sentences(stretch(article, 0, len(article.text))) if len(s) < 90]
    )
    draft = Draft([], "quote", [article], kind="quote", spam=False, title=rng.choice(PROSE)[:14])
    some = [own_line(text) for text in rng.sample(PROSE, rng.randint(3, 6))]
    some.insert(rng.randint(1, len(some)), [Run(own("“") + sentence + own("”"))])
    draft.lines = some
    return draft


def genuine(rng: random.Random, article: Article, campaign: Campaign) -> Draft:
    """Write about an article's subject in own words."""
    lines = [f"‘{article.title[:24]}’ 이야기 보셨어요?", *rng.sample(PROSE, rng.randint(2, 6))]
    return Draft(
        [own_line(text) for text in lines], kind="genuine", spam=False, title=lines[0][:20]
    )


def advert(rng: random.Random, article: Article, campaign: Campaign) -> Draft:
    """Sell, in sentences and lines of keywords."""
    words = pick(rng, campaign, 3)
    lines = [
        " ".join(words),
        f"{words[0]} 어디서 할지 고민이라면 잘 찾아오셨습니다.",
        *rng.sample(PROSE, rng.randint(0, 2)),
        f"{rng.choice(words)} 상담 {campaign.phone}",
        campaign.url,
    ]
    draft = Draft([own_line(text) for text in lines], kind="advert", title=words[0])
    draft.note("keywords", *words)
    draft.note("phones", campaign.phone)
    draft.note("urls", campaign.url)
    return draft


Maker = Callable[[random.Random, Article, Campaign], Draft]
OTHERS: tuple[tuple[int, Maker], ...] = ((12, quoting), (8, genuine), (6, advert))


# --- the posts ------------------------------------------------------------------------


def make_posts(seed: int, count: int) -> list[dict[str, Any]]:
    rng = random.Random(seed)  # noqa: S311 - a sample, no secret
    known = list(read_articles("articles.jsonl", known=True).values())
    unknown = list(read_articles("unknown_articles.jsonl", known=False).values())
    weights = [share for share, _ in (*KINDS, *OTHERS)]
    records = []
    for number in range(1, count + 1):
        (making,) = rng.choices([kind for _, kind in (*KINDS, *OTHERS)], weights)
        campaign = rng.choice(CAMPAIGNS)
        board = rng.choice(("gnuboard", "rhymix"))
        if isinstance(making, Kind):
            # One in ten copies what is not known.
            pool = unknown if making.sources == 1 and rng.random() < 0.1 else known
            draft = pollute(rng, making, rng.sample(pool, making.sources), campaign)
            entry = spam_entry(rng, draft, campaign, board)
        else:
            draft = making(rng, rng.choice(known), campaign)
            posted_at = LAST_DAY - timedelta(minutes=rng.randint(0, 200_000))
            entry = Entry(draft, board, rng.choice(campaign.authors), posted_at, None, 0)
        records.append(as_record(entry, number))
    return records


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--posts", type=int, default=POSTS)
    parser.add_argument("--output", type=Path, required=True)
    options = parser.parse_args()
    records = make_posts(options.seed, options.posts)
    with options.output.open("w", encoding="utf-8", newline="\n") as lines:
        for record in records:
            lines.write(json.dumps(record, ensure_ascii=False) + "\n")
    print(f"{options.output}: {len(records):,} posts")  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main())
