"""Make the sample boards: ``data/posts.jsonl`` from the sample articles, and its truth.

    python data/pollute.py [--seed N] [--output FILE]

The script does to an article what spam tools do to it: cuts it off, pastes it twice,
glues its lines, pushes search keywords in, hides text, disguises letters. Every letter
of a body remembers the place in the article that it was copied from, so the ``truth``
of a post is read off its letters, not guessed afterwards. ``data/README.md`` says what
each field means. The same seed and inputs give the same bytes; standard library only.
"""

import argparse
import json
import random
import re
import sys
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from html import escape
from pathlib import Path
from typing import Any, NamedTuple

HERE = Path(__file__).parent
SEED = 20261123
LAST_DAY = datetime(2026, 11, 15)  # noqa: DTZ001 - board times are KST without a zone
TIME = "%Y-%m-%d %H:%M"


# --- what a body is made of -----------------------------------------------------------


class Letter(NamedTuple):
    """A character of a body, and where in an article it was copied from."""

    text: str
    article: str | None = None
    at: int = -1


Strand = list[Letter]


@dataclass(slots=True)
class Run:
    """Letters of a line that stand in the same element."""

    letters: Strand
    element: str = ""
    """Opening tag, empty for bare text."""

    def html(self) -> str:
        text = escape("".join(letter.text for letter in self.letters), quote=False)
        if not self.element:
            return text
        name = self.element[1:].split()[0].rstrip(">")
        return f"{self.element}{text}</{name}>"


Line = list[Run]


@dataclass(slots=True)
class Article:
    id: str
    url: str
    title: str
    text: str
    publisher: str
    published_at: datetime
    known: bool = True


@dataclass(slots=True)
class Draft:
    """A post in the making; what is true of it is noted while it is made."""

    lines: list[Line]
    relation: str | None = None
    articles: list[Article] = field(default_factory=list)
    copies: int = 0
    cut: int | None = None
    head: Strand = field(default_factory=list)
    """The first line as it was copied, which titles are cut from."""
    title: str = ""
    lures: dict[str, list[str]] = field(
        default_factory=lambda: {
            "keywords": [],
            "urls": [],
            "phones": [],
            "messengers": [],
            "emails": [],
        }
    )
    breaks: str = "p"
    """How lines end: ``p`` elements, or ``br``."""
    spam: bool = True
    changes: list[str] = field(default_factory=list)
    """What was done to the text, by the names of this script."""
    kind: str | None = None
    """What a post is that copies nothing, or only quotes."""

    def note(self, kind: str, *values: str) -> None:
        self.lures[kind] += [value for value in values if value not in self.lures[kind]]

    def html(self) -> str:
        lines = ["".join(run.html() for run in line) for line in self.lines]
        if self.breaks == "p":
            return "\n".join(f"<p>{line or '&nbsp;'}</p>" for line in lines)
        return "<br>\n".join(lines)


def own(text: str) -> Strand:
    return [Letter(character) for character in text]


def own_line(text: str, element: str = "") -> Line:
    return [Run(own(text), element)]


def stretch(article: Article, start: int, end: int) -> Strand:
    return [Letter(c, article.id, start + i) for i, c in enumerate(article.text[start:end])]


def letters_of(text: str) -> int:
    """Return how many letters and digits *text* has: the measure of coverage."""
    return sum(character.isalnum() for character in text)


def coverage(article: Article, lines: Iterable[Line]) -> float:
    """Return the share of the article's letters and digits that stand in *lines*."""
    return round(carried(article, lines) / letters_of(article.text), 4)


def carried(article: Article, lines: Iterable[Line]) -> int:
    """Return how many of the article's letters and digits stand in *lines*, each counted once."""
    places = {
        letter.at
        for line in lines
        for run in line
        for letter in run.letters
        if letter.article == article.id
    }
    return sum(article.text[at].isalnum() for at in places)


# --- where a copy breaks off ----------------------------------------------------------


def is_hangul(character: str) -> bool:
    return "가" <= character <= "힣"


def mid_word(text: str, near: int) -> int:
    """Return the first offset from *near* on that falls between two syllables of a word."""
    for at in range(max(near, 1), len(text) - 1):
        if is_hangul(text[at - 1]) and is_hangul(text[at]):
            return at
    return near


def cut_between(rng: random.Random, text: str, low: float, high: float) -> int:
    return mid_word(text, int(len(text) * rng.uniform(low, high)))


SENTENCE = re.compile(r".+?(?:[다요까]\.[”’]?(?=\s|$)|$)\s*", re.DOTALL)


def sentences(strand: Strand) -> list[Strand]:
    """Split at sentence ends; the white space behind one belongs to it."""
    text = "".join(letter.text for letter in strand)
    return [strand[m.start() : m.end()] for m in SENTENCE.finditer(text) if m.end() > m.start()]


# --- ways to copy ---------------------------------------------------------------------


class Copy(NamedTuple):
    """Copied letters and what is true of them."""

    strand: Strand
    relation: str
    cut: int | None
    copies: int = 1


Copier = Callable[[random.Random, Sequence[Article]], Copy]


def exact(rng: random.Random, articles: Sequence[Article]) -> Copy:
    article = articles[0]
    return Copy(stretch(article, 0, len(article.text)), "exact", None)


def truncated(low: float, high: float) -> Copier:
    def copy(rng: random.Random, articles: Sequence[Article]) -> Copy:
        cut = cut_between(rng, articles[0].text, low, high)
        return Copy(stretch(articles[0], 0, cut), "truncated", cut)

    return copy


def pasted(times: int, low: float, high: float) -> Copier:
    """Copy *times* over, each cut elsewhere and glued to the next in the middle of a word."""

    def copy(rng: random.Random, articles: Sequence[Article]) -> Copy:
        article = articles[0]
        cuts = [cut_between(rng, article.text, low, high) for _ in range(times)]
        strand = [letter for cut in cuts for letter in stretch(article, 0, cut)]
        return Copy(strand, "truncated", max(cuts), times)

    return copy


def pasted_whole_then_cut(rng: random.Random, articles: Sequence[Article]) -> Copy:
    article = articles[0]
    cut = cut_between(rng, article.text, 0.3, 0.8)
    strand = stretch(article, 0, len(article.text)) + stretch(article, 0, cut)
    return Copy(strand, "exact", None, 2)


def excerpt(rng: random.Random, articles: Sequence[Article]) -> Copy:
    text = articles[0].text
    start = cut_between(rng, text, 0.15, 0.4)
    end = cut_between(rng, text, 0.62, 0.9)
    return Copy(stretch(articles[0], start, end), "excerpt", end)


def collage(rng: random.Random, articles: Sequence[Article]) -> Copy:
    parts = []
    for article in articles:
        width = rng.randint(170, 420)
        start = mid_word(article.text, rng.randint(0, len(article.text) - width - 60))
        start = 0 if rng.random() < 0.4 else start
        parts.append((article, start, mid_word(article.text, start + width)))
    strand = [letter for part in parts for letter in stretch(*part)]
    longest = max(parts, key=lambda part: part[2] - part[1])
    return Copy(strand, "collage", longest[2])


# Ours, and few on purpose: a spinner changes common verbs and links, not the facts.
REWORDED = {
    "밝혔다": "알려 왔다",
    "말했다": "이야기했다",
    "설명했다": "풀어 말했다",
    "덧붙였다": "보탰다",
    "따르면": "의하면",
    "지난해": "작년",
    "올해": "이번 해",
    "내년": "다음 해",
    "가운데": "중에서",
    "대신": "그 대신에",
    "때문": "까닭",
    "다만": "하지만",
    "그러나": "그렇지만",
    "처음": "맨 처음",
    "모두": "전부",
    "평균": "평균적으로",
    "주민": "동네 사람",
    "사람": "이",
    "계획": "방침",
    "시작했다": "열었다",
    "늘었다": "많아졌다",
    "줄었다": "적어졌다",
    "걱정": "근심",
    "방식": "방법",
}


def replaced(strand: Strand, words: dict[str, str], chance: float, rng: random.Random) -> Strand:
    """Return *strand* with words exchanged; what is put in comes from no article."""
    text = "".join(letter.text for letter in strand)
    out: Strand = []
    done = 0
    for match in re.finditer("|".join(map(re.escape, words)), text):
        if rng.random() < chance:
            out += strand[done : match.start()] + own(words[match[0]])
            done = match.end()
    return out + strand[done:]


def reworded(rng: random.Random, articles: Sequence[Article]) -> Copy:
    strand = stretch(articles[0], 0, len(articles[0].text))
    return Copy(replaced(strand, REWORDED, 0.9, rng), "edited", None)


def thinned(rng: random.Random, articles: Sequence[Article]) -> Copy:
    """Drop every third sentence or so, but neither the first nor the last."""
    first, *middle, last = sentences(stretch(articles[0], 0, len(articles[0].text)))
    kept = [sentence for sentence in middle if rng.random() < 0.66]
    return Copy([x for sentence in [first, *kept, last] for x in sentence], "edited", None)


def shuffled(rng: random.Random, articles: Sequence[Article]) -> Copy:
    parts = sentences(stretch(articles[0], 0, len(articles[0].text)))
    rng.shuffle(parts)
    # The article's last sentence carries no white space to part it from the next.
    parts = [part if part[-1].text.isspace() else [*part, Letter(" ")] for part in parts]
    return Copy([letter for part in parts for letter in part], "edited", None)


# --- what is smuggled in --------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Campaign:
    """The wares of one advertiser; tools post for it under changing names."""

    keywords: tuple[str, ...]
    url: str
    phone: str
    messenger: str
    """As it is written in a post."""
    messenger_id: str
    ip: str
    authors: tuple[str, ...]


CAMPAIGNS = (
    Campaign(
        ("홈페이지상위노출", "백링크작업", "검색상위등록대행", "지도상위노출"),
        "https://rankup.example/go?c=17",
        "010-0000-1717",
        "텔레그램 @rank_up77",
        "rank_up77",
        "203.♡.113.17",
        ("Lenora", "Kasey Duff", "랭크업", "test77"),
    ),
    Campaign(
        ("해솔포장이사", "원룸이사비용", "새빛용달이사", "사무실이사견적"),
        "http://move24.example/",
        "010-0000-2424",
        "카톡 move2424",
        "move2424",
        "198.♡.100.24",
        ("짐싸", "행복가득", "Tobi"),
    ),
    Campaign(
        ("다온누수탐지", "욕실방수업체", "배관교체비용", "하수구막힘해결"),
        "https://leakfind.example/daon",
        "010-0000-4119",
        "카카오톡 leak4119",
        "leak4119",
        "192.♡.2.41",
        ("누수박사", "맑은물", "Orval"),
    ),
    Campaign(
        ("입주청소견적", "새집증후군청소", "이사청소가격"),
        "https://cleanhouse.example/quote?from=bbs",
        "010-0000-5353",
        "카톡 cleanhouse53",
        "cleanhouse53",
        "203.♡.113.53",
        ("클린한집", "반짝반짝", "Maribel Ott"),
    ),
    Campaign(
        ("팔로워늘리기", "조회수올리기", "좋아요구매", "구독자늘리는법"),
        "https://boost365.example/sns",
        "010-0000-3650",
        "카톡 boost365",
        "boost365",
        "198.♡.100.65",
        ("소셜부스터", "하루하루", "Jarrod", "별님달님"),
    ),
    Campaign(
        ("중고차매입시세", "폐차보상금조회", "너른도중고차", "수출차매입"),
        "http://carbuyer.example/ask",
        "010-0000-8282",
        "라인 carbuyer82",
        "carbuyer82",
        "192.♡.2.82",
        ("매입왕", "붕붕이", "Deon Fritz"),
    ),
    Campaign(
        ("비상금당일대출", "무서류소액대출", "직장인간편대출"),
        "https://moneycall.example/fast",
        "010-0000-7979",
        "텔레 @money_call79",
        "money_call79",
        "203.♡.113.79",
        ("머니콜", "여유로움", "Silke"),
    ),
    Campaign(
        ("새빛임플란트가격", "다온치아교정비용", "해솔라미네이트"),
        "https://whitetooth.example/event",
        "010-0000-2875",
        "카카오톡: white2875",
        "white2875",
        "198.♡.100.28",
        ("하얀이", "미소천사", "Bettye"),
    ),
)

Payload = Callable[[random.Random, Draft, Campaign], None]


def pick(rng: random.Random, campaign: Campaign, most: int) -> list[str]:
    return rng.sample(campaign.keywords, rng.randint(1, min(most, len(campaign.keywords))))


def keyword_line(rng: random.Random, draft: Draft, campaign: Campaign) -> str:
    """Return a line of one keyword (mostly) or a few, and note them."""
    words = pick(rng, campaign, rng.choice((1, 1, 1, 3)))
    draft.note("keywords", *words)
    if rng.random() < 0.2:
        return " ".join(f"#{word}" for word in words)
    return rng.choice((" ", ", ", " | ")).join(words)


def above(rng: random.Random, draft: Draft, campaign: Campaign) -> None:
    draft.lines.insert(0, own_line(keyword_line(rng, draft, campaign)))


def below(rng: random.Random, draft: Draft, campaign: Campaign) -> None:
    draft.lines.append(own_line(keyword_line(rng, draft, campaign)))


def around(rng: random.Random, draft: Draft, campaign: Campaign) -> None:
    """Put the same keyword line above and below: the shape seen most."""
    line = keyword_line(rng, draft, campaign)
    draft.lines = [own_line(line), *draft.lines, own_line(line)]


def linked_line(rng: random.Random, draft: Draft, campaign: Campaign) -> None:
    """Put a line above that is nothing but a link, its keyword cut up by tags."""
    (word,) = rng.sample(campaign.keywords, 1)
    draft.note("keywords", word)
    draft.note("urls", campaign.url)
    half = len(word) // 2
    anchor = f'<a href="{escape(campaign.url)}" target="_blank">'
    draft.lines.insert(0, [Run(own(word[:half]), anchor), Run(own(word[half:]), anchor)])


def flood(rng: random.Random, draft: Draft, campaign: Campaign) -> None:
    word = rng.choice(campaign.keywords)
    draft.note("keywords", word)
    tails = ("추천", "가격", "후기", "업체", "비용", "상담")
    draft.lines.append(own_line(" ".join(f"{word} {tail}" for tail in tails)))


def dotted(rng: random.Random, draft: Draft, campaign: Campaign) -> None:
    """Keywords with a dot or a space after every syllable; noted without."""
    between = rng.choice((".", "·", " ", "/"))
    words = pick(rng, campaign, 2)
    draft.note("keywords", *words)
    draft.lines.insert(0, own_line("   ".join(between.join(word) for word in words)))


def injected(rng: random.Random, draft: Draft, campaign: Campaign) -> None:
    """Push a keyword in after every few words, some as links."""
    word = rng.choice(campaign.keywords)
    draft.note("keywords", word)
    links = rng.random() < 0.5
    anchor = f'<a href="{escape(campaign.url)}">'
    if links:
        draft.note("urls", campaign.url)
    wait = rng.randint(9, 14)
    lines: list[Line] = []
    for line in draft.lines:
        runs: Line = []
        for run in line:
            letters: Strand = []
            for letter in run.letters:
                letters.append(letter)
                wait -= letter.text == " "
                if wait == 0:
                    wait = rng.randint(9, 14)
                    if links:
                        runs += [Run(letters), Run(own(word), anchor)]
                        letters = own(" ")
                    else:
                        letters += own(word + " ")
            runs.append(Run(letters, run.element))
        lines.append(runs)
    draft.lines = lines


def hidden(rng: random.Random, draft: Draft, campaign: Campaign) -> None:
    """Keywords that only search engines read."""
    words = list(campaign.keywords)
    draft.note("keywords", *words)
    element = rng.choice(
        (
            '<span style="display:none">',
            '<span style="font-size:0;line-height:0">',
            '<span style="display: none;">',
            '<span style="font-size:0px">',
        )
    )
    where = rng.randrange(len(draft.lines) + 1)
    draft.lines.insert(where, own_line(" ".join(words * 3), element))


CONTACTS = (
    "상담 문의 {phone}",
    "☎ {phone} ({keyword})",
    "{keyword} 무료 상담 {phone} / {messenger}",
    "{messenger} 로 문의 주세요",
)


def contact(rng: random.Random, draft: Draft, campaign: Campaign) -> None:
    template = rng.choice(CONTACTS)
    keyword = rng.choice(campaign.keywords)
    if "{phone}" in template:
        draft.note("phones", campaign.phone)
    if "{keyword}" in template:
        draft.note("keywords", keyword)
    if "{messenger}" in template:
        draft.note("messengers", campaign.messenger_id)
    text = template.format(phone=campaign.phone, keyword=keyword, messenger=campaign.messenger)
    draft.lines.append(own_line(text))


PHONE_DISGUISES = (
    str.maketrans("0", "O"),
    str.maketrans("0123456789-", "０１２３４５６７８９－"),
    str.maketrans("0123456789-", "공일이삼사오육칠팔구 "),
    str.maketrans("-", "."),
)


def disguised_contact(rng: random.Random, draft: Draft, campaign: Campaign) -> None:
    """Write phone number and messenger id in the forms that slip past filters."""
    phone = campaign.phone.translate(rng.choice(PHONE_DISGUISES))
    name = rng.choice(("ㅋㅏ톡", "카.톡", "k톡", "까톡"))
    draft.note("phones", campaign.phone)
    draft.note("messengers", campaign.messenger_id)
    draft.lines.append(own_line(f"{phone} ▶ {name} {campaign.messenger_id}"))


def address(rng: random.Random, draft: Draft, campaign: Campaign) -> None:
    """Put the advertiser's address below, written out or behind a link."""
    draft.note("urls", campaign.url)
    anchor = f'<a href="{escape(campaign.url)}" rel="nofollow">'
    if rng.random() < 0.5:
        draft.lines.append(own_line(campaign.url, anchor))
    else:
        keyword = rng.choice(campaign.keywords)
        draft.note("keywords", keyword)
        draft.lines.append([Run(own("▶▶ ")), Run(own(f"{keyword} 바로가기"), anchor)])


def nothing(rng: random.Random, draft: Draft, campaign: Campaign) -> None:
    """Add no wares: a tool's trial run."""


SUBSTITUTED = (
    ("a26", "배터리"),
    ("a38", "예약"),
    ("a25", "껍데기"),
    ("a40", "다리"),
)
"""Articles and the word of theirs that a keyword takes the place of throughout."""


# --- disguises of letters -------------------------------------------------------------

Disguise = Callable[[random.Random, Strand], Strand]


def plain(rng: random.Random, strand: Strand) -> Strand:
    return strand


def zero_width(rng: random.Random, strand: Strand) -> Strand:
    """Put an invisible character behind every few letters."""
    marks = ("\u200b", "\u200c", "\u2060", "\ufeff")
    return [
        letter._replace(text=letter.text + rng.choice(marks)) if rng.random() < 0.25 else letter
        for letter in strand
    ]


def full_width(rng: random.Random, strand: Strand) -> Strand:
    """Write ASCII in its full-width forms, spaces too."""
    wide = {code: code + 0xFEE0 for code in range(0x21, 0x7F)} | {0x20: 0x3000}
    return [letter._replace(text=letter.text.translate(wide)) for letter in strand]


def decomposed(rng: random.Random, strand: Strand) -> Strand:
    return [letter._replace(text=unicodedata.normalize("NFD", letter.text)) for letter in strand]


# --- titles ---------------------------------------------------------------------------

Titler = Callable[[random.Random, Draft, Campaign], str]


def from_body(rng: random.Random, draft: Draft, campaign: Campaign) -> str:
    return "".join(letter.text for letter in draft.head[: rng.randint(13, 22)]).strip()


def headline(rng: random.Random, draft: Draft, campaign: Campaign) -> str:
    return draft.articles[0].title


def headline_cut(rng: random.Random, draft: Draft, campaign: Campaign) -> str:
    title = draft.articles[0].title
    return title[: mid_word(title, len(title) // 2)]


def keyword_title(rng: random.Random, draft: Draft, campaign: Campaign) -> str:
    word = (draft.lures["keywords"] or list(campaign.keywords))[0]
    draft.note("keywords", word)
    return word


def keyword_and_headline(rng: random.Random, draft: Draft, campaign: Campaign) -> str:
    return f"{keyword_title(rng, draft, campaign)} | {draft.articles[0].title[:24]}"


# --- the plan: which posts are made ---------------------------------------------------


@dataclass(frozen=True, slots=True)
class Kind:
    """Some posts of one making."""

    count: int
    copy: Copier
    payloads: tuple[Payload, ...] = (around,)
    title: Titler = from_body
    glued: bool = False
    disguise: Disguise = plain
    sources: int = 1
    with_headline: bool = False
    """The article's headline was pasted along, glued to its first line."""


PLAN = (
    # As in the post that the project started from.
    Kind(5, pasted(2, 0.55, 0.95), glued=True),
    Kind(2, pasted(2, 0.6, 0.9), glued=True, with_headline=True),
    Kind(1, pasted(3, 0.2, 0.4), glued=True),
    Kind(2, pasted_whole_then_cut, (above,), headline),
    Kind(2, pasted(2, 0.3, 0.8), (nothing,)),
    # Cut off.
    Kind(3, truncated(0.65, 0.95), (above,)),
    Kind(3, truncated(0.35, 0.65), (around,), keyword_title),
    Kind(3, truncated(0.18, 0.35), (below,), headline_cut),
    Kind(3, truncated(0.4, 0.9), (below, address), glued=True),
    # Whole.
    Kind(3, exact, (around,), headline),
    Kind(2, exact, (contact,), headline, glued=True),
    Kind(1, exact, (linked_line,), keyword_and_headline),
    # From the middle.
    Kind(3, excerpt, (around,), keyword_title),
    Kind(3, excerpt, (address,), headline),
    # Keywords in the text.
    Kind(3, truncated(0.5, 0.9), (injected,), keyword_and_headline),
    Kind(3, exact, (injected,), headline_cut),
    Kind(1, truncated(0.5, 0.8), (flood, linked_line), keyword_title),
    # Several articles.
    Kind(4, collage, (around,), keyword_title, sources=2),
    Kind(2, collage, (above, contact), from_body, sources=3, glued=True),
    # Changed.
    Kind(3, reworded, (around,), headline),
    Kind(3, thinned, (above,), headline),
    Kind(3, shuffled, (below,), keyword_title),
    # Disguised.
    Kind(2, truncated(0.5, 0.9), (around,), disguise=zero_width),
    Kind(2, exact, (above, contact), headline, disguise=full_width),
    Kind(2, truncated(0.5, 0.95), (around,), disguise=decomposed),
    Kind(2, truncated(0.4, 0.8), (dotted,), glued=True),
    Kind(2, exact, (disguised_contact,), headline),
    Kind(4, truncated(0.5, 0.95), (hidden,)),
)

UNKNOWN_PLAN = {
    "u1": (
        Kind(1, truncated(0.8, 0.95)),
        Kind(1, pasted(2, 0.6, 0.9), glued=True),
    ),
    "u2": (
        Kind(1, exact, (contact,), headline),
        Kind(1, truncated(0.5, 0.7), (above,), keyword_title),
        Kind(1, excerpt, (address,), keyword_title),
    ),
    "u3": (
        Kind(2, truncated(0.6, 0.9)),
        Kind(1, thinned, (above,), headline),
    ),
    "u4": (
        Kind(1, exact, (around,), headline),
        Kind(1, pasted(2, 0.5, 0.9), glued=True),
        Kind(1, truncated(0.5, 0.8), (injected,), keyword_and_headline),
        Kind(1, truncated(0.7, 0.95), (hidden,)),
    ),
}

FAVOURITES = ("a06", "a13", "a20", "a33", "a40")
"""Articles that tools took more often than others."""


# --- making a post --------------------------------------------------------------------


def split_lines(strand: Strand, glued: bool) -> list[Line]:
    """Return the strand's lines, or all of it as one with nothing where lines ended."""
    lines: list[Strand] = [[]]
    for letter in strand:
        if letter.text != "\n":
            lines[-1].append(letter)
        elif not glued:
            lines.append([])
    return [[Run(line)] for line in lines if line]


def pollute(
    rng: random.Random, kind: Kind, articles: Sequence[Article], campaign: Campaign
) -> Draft:
    copied = kind.copy(rng, articles)
    strand = copied.strand
    if kind.with_headline:
        # The tool pastes the headline with each copy.
        starts = [i for i, letter in enumerate(strand) if letter.at == 0]
        for start in reversed(starts):
            strand = strand[:start] + own(articles[0].title) + strand[start:]
    strand = kind.disguise(rng, strand)
    draft = Draft(
        split_lines(strand, kind.glued),
        relation=copied.relation,
        articles=list(articles),
        copies=copied.copies,
        cut=copied.cut,
        breaks=rng.choice(("p", "br")),
    )
    draft.head = draft.lines[0][0].letters
    for payload in kind.payloads:
        payload(rng, draft, campaign)
    draft.changes = changes_of(kind, copied)
    draft.title = kind.title(rng, draft, campaign)
    if kind.disguise is decomposed:
        draft.title = unicodedata.normalize("NFD", draft.title)
    if copied.relation == "collage":
        draft.articles.sort(key=lambda article: -carried(article, draft.lines))
        draft.cut = last_place(draft.articles[0], draft.lines)
    return draft


def changes_of(kind: Kind, copied: Copy) -> list[str]:
    """Name what was done to the text: how it was copied, disguised, and what was added."""
    names = [copied.relation, kind.copy.__qualname__.partition(".")[0]]
    if copied.copies > 1:
        names.append(f"pasted_{copied.copies}")
    if kind.glued:
        names.append("glued")
    if kind.with_headline:
        names.append("with_headline")
    if kind.disguise is not plain:
        names.append(kind.disguise.__name__)
    names += [payload.__name__ for payload in kind.payloads if payload is not nothing]
    return list(dict.fromkeys(names))


def substitute(rng: random.Random, article: Article, word: str, campaign: Campaign) -> Draft:
    """Copy the article with *word* exchanged for a keyword wherever it stands."""
    keyword = campaign.keywords[0]
    strand = replaced(stretch(article, 0, len(article.text)), {word: keyword}, 1.0, rng)
    draft = Draft(split_lines(strand, glued=False), "edited", [article], copies=1)
    draft.note("keywords", keyword)
    draft.changes = ["edited", "substituted"]
    draft.title = article.title.replace(word, keyword)
    return draft


def last_place(article: Article, lines: Iterable[Line]) -> int:
    return 1 + max(
        letter.at
        for line in lines
        for run in line
        for letter in run.letters
        if letter.article == article.id
    )


# --- hand-written posts ---------------------------------------------------------------


def hand_written(entry: dict[str, Any], articles: dict[str, Article]) -> Draft:
    """Return the draft of a line of ``own_posts.jsonl``.

    Raises:
        ValueError: it quotes words that its article does not hold.
    """
    draft = Draft([], spam=entry["kind"] == "advert", title=entry["title"])
    draft.breaks = "br" if entry["board"] == "gnuboard" else "p"
    draft.kind = entry["kind"] if entry["kind"] != "licensed" else None
    for name, values in entry.get("lures", {}).items():
        draft.note(name, *values)
    if entry["kind"] == "quote":
        article = articles[entry["quotes"][0]]
        start = article.text.find(entry["quotes"][1])
        if start < 0:
            raise ValueError(f"{article.id} does not hold the words that {entry['title']!r} quotes")
        quoted = stretch(article, start, start + len(entry["quotes"][1]))
        draft.relation, draft.articles = "quote", [article]
    if entry["kind"] == "licensed":
        article = articles[entry["article"]]
        draft.relation, draft.articles, draft.copies = "exact", [article], 1
        draft.changes = ["exact", "licensed"]
        draft.title = entry["title"].replace("{title}", article.title)
    for line in entry["lines"]:
        if line == "{article}":
            draft.lines += split_lines(stretch(article, 0, len(article.text)), glued=False)
        elif "{quote}" in line:
            before, after = line.split("{quote}")
            draft.lines.append([Run(own(before) + quoted + own(after))])
        else:
            if entry["kind"] == "licensed":
                line = line.replace("{publisher}", article.publisher).replace(  # noqa: PLW2901
                    "{date}", f"{article.published_at:%Y.%m.%d}"
                )
            draft.lines.append(link_addresses(line))
    return draft


def link_addresses(line: str) -> Line:
    """Return a line whose web addresses are links, as board editors make them."""
    runs = []
    for part in re.split(r"(https?://\S+)", line):
        if part.startswith("http"):
            runs.append(Run(own(part), f'<a href="{escape(part)}" target="_blank">'))
        elif part:
            runs.append(Run(own(part)))
    return runs


# --- the boards -----------------------------------------------------------------------

COMMENTS = (
    ("지나가던이", "또 광고네요. 신고했습니다."),
    ("물빛", "기사 제목 보고 들어왔는데 위아래에 이상한 말이 붙어 있어요."),
    ("오래된이웃", "운영자님 이런 글 좀 지워 주세요."),
    ("산들", "같은 글이 어제도 올라왔던 것 같은데요?"),
    ("Wilma", "좋은 정보 감사합니다 자주 올게요"),
    ("해피투게더", "잘 보고 갑니다~ 제 블로그도 놀러 오세요"),
    ("새벽별", "중간에 글이 끊겨서 뒤가 궁금하네요."),
    ("시민1", "출처가 어디인가요? 원문을 찾아 읽고 싶습니다."),
)


@dataclass(slots=True)
class Entry:
    """A post that waits for its id, which the order of time decides."""

    draft: Draft
    board: str
    author: str
    posted_at: datetime
    ip: str | None
    hits: int
    category: str | None = None
    comments: list[dict[str, Any]] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    status: str = "live"
    notice: bool = False


def spam_entry(rng: random.Random, draft: Draft, campaign: Campaign, board: str) -> Entry:
    newest = max(article.published_at for article in draft.articles)
    posted_at = newest + timedelta(minutes=rng.randint(600, 43_000))
    posted_at = min(posted_at, LAST_DAY - timedelta(minutes=rng.randint(0, 2_000)))
    comments = [
        {
            "author": author,
            "posted_at": (posted_at + timedelta(minutes=rng.randint(5, 2_000))).strftime(TIME),
            "text": text,
            "depth": 0,
        }
        for author, text in rng.sample(COMMENTS, rng.choice((0, 0, 0, 1, 2)))
    ]
    comments.sort(key=lambda comment: str(comment["posted_at"]))
    return Entry(
        draft,
        board,
        rng.choice(campaign.authors),
        posted_at,
        campaign.ip if board == "gnuboard" else None,
        rng.randint(0, 90),
        category=rng.choice((None, None, "정보", "잡담")),
        comments=comments,
        links=[campaign.url] if rng.random() < 0.12 else [],
    )


def own_entry(rng: random.Random, entry: dict[str, Any], articles: dict[str, Article]) -> Entry:
    draft = hand_written(entry, articles)
    posted_at = datetime.strptime(entry["posted_at"], TIME)  # noqa: DTZ007 - KST without a zone
    comments = [
        {
            "author": comment["author"],
            "posted_at": (posted_at + timedelta(minutes=comment["after_minutes"])).strftime(TIME),
            "text": comment["text"],
            "depth": comment["depth"],
        }
        for comment in entry.get("comments", [])
    ]
    links = [articles[entry["article"]].url] if entry.get("link_article") else []
    ip = f"192.♡.2.{rng.randint(100, 250)}" if entry["board"] == "gnuboard" else None
    return Entry(
        draft,
        entry["board"],
        entry["author"],
        posted_at,
        None if entry["author"] in {"운영자", "관리사무소"} else ip,
        rng.randint(20, 480),
        category=entry.get("category"),
        comments=comments,
        links=entry.get("links", []) + links,
        files=entry.get("files", []),
        status=entry["kind"] if entry["kind"] in {"secret", "deleted"} else "live",
        notice=entry.get("notice", False),
    )


def as_record(entry: Entry, post_id: int) -> dict[str, Any]:
    """Return the line of ``posts.jsonl``."""
    draft = entry.draft
    known = [article for article in draft.articles if article.known]
    unknown = [article for article in draft.articles if not article.known]
    covered = {article.id: coverage(article, draft.lines) for article in draft.articles}
    return {
        "board": entry.board,
        "id": post_id,
        "title": draft.title,
        "author": entry.author,
        "ip": entry.ip,
        "category": entry.category,
        "posted_at": entry.posted_at.strftime(TIME),
        "hits": entry.hits,
        "html": draft.html(),
        "comments": entry.comments,
        "links": entry.links,
        "files": entry.files,
        "status": entry.status,
        "notice": entry.notice,
        "truth": {
            "relation": draft.relation,
            "article_ids": [article.id for article in known],
            "coverage": covered[draft.articles[0].id] if covered else None,
            "coverages": covered,
            "letters": sum(carried(article, draft.lines) for article in draft.articles),
            "copies": draft.copies,
            "cut": draft.cut,
            "family": unknown[0].id if unknown else None,
            "kind": draft.kind,
            "changes": draft.changes,
            **draft.lures,
            "spam": draft.spam,
        },
    }


def read_lines(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (HERE / name).read_text(encoding="utf-8").splitlines()]


def read_articles(name: str, *, known: bool) -> dict[str, Article]:
    return {
        record["id"]: Article(
            record["id"],
            record["url"],
            record["title"],
            record["text"],
            record["publisher"],
            datetime.fromisoformat(record["published_at"]).replace(tzinfo=None),
            known,
        )
        for record in read_lines(name)
    }


class Deck:
    """Article ids in a shuffled order: each comes once before any comes twice."""

    def __init__(self, rng: random.Random, ids: Sequence[str]) -> None:
        first, rest = list(ids), [*FAVOURITES * 3, *ids]
        rng.shuffle(first)
        rng.shuffle(rest)
        self._ids = first + rest

    def draw(self, count: int) -> list[str]:
        drawn: list[str] = []
        at = 0
        while len(drawn) < count:
            if self._ids[at] in drawn:
                at += 1
            else:
                drawn.append(self._ids.pop(at))
        return drawn


def make_posts(seed: int) -> list[dict[str, Any]]:
    rng = random.Random(seed)  # noqa: S311 - a sample, no secret
    known = read_articles("articles.jsonl", known=True)
    unknown = read_articles("unknown_articles.jsonl", known=False)
    boards = ("gnuboard", "gnuboard", "rhymix", "gnuboard", "rhymix")
    entries: list[Entry] = []

    def add(draft: Draft, campaign: Campaign) -> None:
        entries.append(spam_entry(rng, draft, campaign, boards[len(entries) % len(boards)]))

    deck = Deck(rng, list(known))
    for kind in PLAN:
        for _ in range(kind.count):
            campaign = rng.choice(CAMPAIGNS)
            articles = [known[article_id] for article_id in deck.draw(kind.sources)]
            add(pollute(rng, kind, articles, campaign), campaign)
    for article_id, word in SUBSTITUTED:
        campaign = rng.choice(CAMPAIGNS)
        add(substitute(rng, known[article_id], word, campaign), campaign)
    for article_id, kinds in UNKNOWN_PLAN.items():
        for kind in kinds:
            for _ in range(kind.count):
                campaign = rng.choice(CAMPAIGNS)
                add(pollute(rng, kind, [unknown[article_id]], campaign), campaign)
    entries += [own_entry(rng, entry, known) for entry in read_lines("own_posts.jsonl")]

    entries.sort(key=lambda entry: (entry.posted_at, entry.draft.title))
    last = {"gnuboard": 0, "rhymix": 120}
    records = []
    for entry in entries:
        # Rhymix counts files and comments along, so its numbers leave gaps.
        last[entry.board] += 1 if entry.board == "gnuboard" else rng.randint(1, 6)
        records.append(as_record(entry, last[entry.board]))
    return records


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--output", type=Path, default=HERE / "posts.jsonl")
    options = parser.parse_args()
    records = make_posts(options.seed)
    with options.output.open("w", encoding="utf-8", newline="\n") as lines:
        for record in records:
            lines.write(json.dumps(record, ensure_ascii=False) + "\n")
    counts: defaultdict[str, int] = defaultdict(int)
    for record in records:
        counts[record["truth"]["relation"] or record["status"]] += 1
    print(f"{len(records)} posts:", ", ".join(f"{n} {name}" for name, n in sorted(counts.items())))  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main())
