"""How commands and pages put things: relations, reasons, scores, times; and why a link is what it is."""

import unicodedata
from collections.abc import Sequence
from datetime import datetime, timedelta, timezone
from itertools import pairwise

from models.explanation import Copied
from models.records import Span
from models.relation import Reason, Relation

KST = timezone(timedelta(hours=9))
"""What times are shown in: the boards' own."""

RELATIONS = {
    Relation.EXACT: "all of the article",
    Relation.TRUNCATED: "from its start, cut off",
    Relation.EXCERPT: "a stretch from elsewhere",
    Relation.EDITED: "words changed, sentences dropped or shuffled",
    Relation.COLLAGE: "stretches of several articles",
    Relation.QUOTE: "a short quotation in own text (no mirror)",
}

REASONS = {
    Reason.KEYWORD_LINE: "a line of search keywords stands above or below the copied text",
    Reason.KEYWORD_INJECTED: "the same foreign words are pushed into the copied text",
    Reason.CONTACT: "an address, phone number, messenger id or e-mail address was added",
    Reason.PASTED_TWICE: "the same text was pasted more than once",
    Reason.TITLE_KEYWORD: "the title is a keyword of the payload",
    Reason.TITLE_FROM_BODY: "the title is the first characters of the body, cut mid-sentence",
    Reason.HIDDEN_TEXT: "text that readers cannot see was planted for search engines",
    Reason.ADVERT: "own text that sells: repeated keywords with a way to get in touch",
}


def shown_time(time: datetime | None) -> str:
    """Return a time as Korean clocks show it, empty for none."""
    return "" if time is None else f"{time.astimezone(KST):%Y-%m-%d %H:%M}"


def composed(text: str) -> str:
    """Put decomposed syllables together: most terminals and fonts draw them one by one."""
    return unicodedata.normalize("NFC", text)


def times(number: int) -> str:
    return "once" if number == 1 else "twice" if number == 2 else f"{number:,} times"


def letter(number: int) -> str:
    """Return the name of a post's article: A for the first."""
    return chr(ord("A") + number) if number < 26 else f"#{number + 1}"


def reasons_of(names: str | None) -> list[tuple[str, str]]:
    """Return (name, meaning) for the column ``reasons`` of the view `posts`."""
    known = {reason.value: meaning for reason, meaning in REASONS.items()}
    return [
        (name.replace("_", " "), known.get(name, "")) for name in (names or "").split(",") if name
    ]


def score_means(score: float, relation: Relation) -> str:
    """Say what a link's score is worth."""
    if relation is Relation.QUOTE:
        return "too low for a link: a quotation is listed, not counted"
    if score >= 0.995:
        return "as good as certain"
    return f"of links with such a score, about {round(100 * score)} in 100 are right"


def why(copied: Copied, articles: int) -> str:
    """Say what in the alignment makes the relation what it is.

    Args:
        copied: a link and its stretches.
        articles: how many articles the post copies.
    """
    relation = Relation(copied.link.relation)
    if relation is Relation.COLLAGE:
        return f"the post takes stretches of {articles} articles; this is one of them"
    if relation is Relation.QUOTE:
        return "too little of the post to be a copy: a short quotation inside other text"
    if not copied.spans:
        return "no stretch is stored"
    start = min(span.article_start for span in copied.spans)
    whole = len(copied.text.rstrip())
    cut = copied.link.cut
    if relation is Relation.EXACT:
        return "it runs from the article's first letter to its last"
    if relation is Relation.TRUNCATED:
        begins = "it begins with the article" if start == 0 else f"it begins {start} characters in"
        return begins if cut is None else f"{begins} and breaks off after {cut:,} of {whole:,}"
    if relation is Relation.EXCERPT:
        until = "goes to its end" if cut is None else f"breaks off at {cut:,} of {whole:,}"
        return f"it begins {start:,} characters into the article and {until}"
    found = []
    first = [span for span in copied.spans if span.copy == copied.spans[0].copy]
    jumps = sum(b.article_start < a.article_start for a, b in pairwise(first))
    if jumps:
        found.append(f"parts stand in another order ({jumps:,} jumps back)")
    dropped = left_out(first, copied.text)
    if dropped:
        found.append(f"{dropped:,} characters were left out in between")
    if copied.link.identity < 0.9995:
        found.append(f"{1 - copied.link.identity:.1%} of its letters were changed")
    return "; ".join(found) or "words of it were changed"


def left_out(spans: Sequence[Span], article: str) -> int:
    """Return how many characters of an article between the first and the last span no span holds.

    Blanks and marks between two words are none that anybody left out.
    """
    inside = sorted((span.article_start, span.article_end) for span in spans)
    missing = 0
    end = inside[0][0] if inside else 0
    for start, stop in inside:
        if any(char.isalnum() for char in article[end:start]):
            missing += start - end
        end = max(end, stop)
    return missing
