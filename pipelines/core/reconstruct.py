"""The text of an unknown article, put together from its copies.

An inferred article holds what two of its copies share and nothing else, so that
payload, which differs from post to post, stays out.  It grows when two posts share
a passage that begins inside it and goes on past it: both then say how it goes on.
"""

import unicodedata
from collections.abc import Collection, Iterable, Sequence

from rapidfuzz.distance import LCSseq

from pipelines.core.families import IsCommon, Passage, Range
from pipelines.core.normalise import NormalForm
from pipelines.core.verdict import Article, Text

LEAST_PIECE = 20
"""Normal-form characters of a piece worth adding; less is a word that one copy changed."""
KEPT = 4
"""Equal letters a changed one of a passage from which changed words are kept."""
REWORDED = 0.5
"""What the article has in the place of a piece, as a share of the piece, if it is a rewording."""


def shared_ranges(
    passages: Iterable[Passage], post: str, other: str, payload: Collection[str] = ()
) -> tuple[list[Range], list[Range]]:
    """Return what two normal forms share, as ranges of the one and of the other.

    What stands in one alone is in neither: pushed in there, or left out of the other,
    which a third copy will show.  Where they have different words, each has its own, but for
    words of the *payload*, and where they differ so often that most would be wrong.
    """
    in_post: list[Range] = []
    in_other: list[Range] = []
    pieces = [
        (piece, KEPT * passage.changed <= passage.equal)
        for passage in passages
        for piece in passage.stretches
    ]
    for piece, is_kept in pieces:
        one = post[piece.post_start : piece.post_end]
        two = other[piece.article_start : piece.article_end]
        done = 0, 0
        blocks = [b for b in LCSseq.opcodes(one, two) if b.tag == "equal"]
        for at, block in enumerate(blocks):
            begin = block.src_start, block.dest_start
            has_each = done[0] < begin[0] and done[1] < begin[1]
            if not at or (
                has_each
                and is_kept
                and not holds_any(payload, one, done[0], begin[0])
                and not holds_any(payload, two, done[1], begin[1])
            ):
                begin = done
            done = block.src_end, block.dest_end
            in_post.append((piece.post_start + begin[0], piece.post_start + done[0]))
            in_other.append((piece.article_start + begin[1], piece.article_start + done[1]))
    return merged(in_post), merged(in_other)


def holds_any(words: Collection[str], text: str, start: int, end: int) -> bool:
    """Tell whether one of *words* stands in a stretch of a text."""
    # A letter more on both sides: a word pushed in may begin as what it was put before.
    around = text[max(0, start - 1) : end + 1]
    return any(word in around for word in words)


def merged(ranges: Iterable[Range]) -> list[Range]:
    """Return ranges ascending, those that touch as one."""
    out: list[Range] = []
    for start, end in sorted(ranges):
        if out and start <= out[-1][1]:
            out[-1] = out[-1][0], max(out[-1][1], end)
        elif end > start:
            out.append((start, end))
    return out


def without(ranges: Iterable[Range], taken: Iterable[Range]) -> list[Range]:
    """Return what is left of ascending *ranges* when *taken* ones are cut out of them."""
    cuts = merged(taken)
    out: list[Range] = []
    for start, end in merged(ranges):
        at = start
        for cut_start, cut_end in cuts:
            if cut_end <= at or cut_start >= end:
                continue
            if cut_start > at:
                out.append((at, cut_start))
            at = max(at, cut_end)
        if at < end:
            out.append((at, end))
    return out


def _closed(ranges: Sequence[Range]) -> list[Range]:
    """Join ranges that are less than a piece apart."""
    out: list[Range] = []
    for start, end in ranges:
        if out and start - out[-1][1] < LEAST_PIECE:
            out[-1] = out[-1][0], end
        else:
            out.append((start, end))
    return out


def size(ranges: Iterable[Range]) -> int:
    """Return how many characters ranges hold."""
    return sum(end - start for start, end in ranges)


def text_of(body: str, form: NormalForm, ranges: Sequence[Range]) -> str:
    """Return the text of ascending ranges of a part of *body*'s normal form.

    Of what is left out between two of them a space or a line end stays, if one stood there.
    """
    out: list[str] = []
    last = None
    for start, end in ranges:
        if last is not None:
            out.append(gap(body, form, last, start))
        out.append(cut(body, form, start, end))
        last = end
    return "".join(out)


def extend(
    article: Article,
    text: str,
    source: Text,
    body: str,
    ranges: Sequence[Range],
    is_common: IsCommon | None = None,
) -> str | None:
    """Return an article's *text* with what *ranges* of another text hold beyond it.

    Args:
        article: the article, prepared from *text*.
        source: a text that renders part of the article, and says where the rest belongs.
        body: the stored text that *source* was prepared from.
        ranges: normal-form positions of *source* that are known to be the article's.
        is_common: tells which stretches of *source* stand in many posts that are no kin.

    Returns:
        The longer text; None where nothing can be added.
    """
    alignment = source.align(article)
    if alignment is None:
        return None
    known = sorted(alignment.stretches, key=lambda s: s.post_start)
    end = len(article.form)
    added: list[tuple[int, str]] = []
    for start, stop in without(_closed(ranges), [(s.post_start, s.post_end) for s in known]):
        length = stop - start
        if length < LEAST_PIECE:
            continue
        before = [s for s in known if s.post_end <= start]
        after = [s for s in known if s.post_start >= stop]
        left = before[-1] if before else None
        right = after[0] if after else None
        nearer = right is None or (
            left is not None and start - left.post_end <= right.post_start - stop
        )
        # What the article has there itself: a great deal is this piece in other words, or
        # another way to go on, and then it is no gap to be filled.
        hole_start = left.article_end if left else 0
        hole_end = right.article_start if right else end
        if abs(hole_end - hole_start) >= max(LEAST_PIECE, REWORDED * length):
            continue
        if is_common is not None and is_common(start, stop):
            continue
        held = [(max(start, a), min(stop, b)) for a, b in ranges if a < stop and b > start]
        piece = text_of(body, source.form, held)
        if nearer and left is not None:
            at = _end_of(text, article.form, left.article_end)
            added.append((at, gap(body, source.form, left.post_end, start) + piece))
        elif right is not None:
            at = int(article.form.starts[right.article_start])
            added.append((at, piece + gap(body, source.form, stop, right.post_start)))
    if not added:
        return None
    # The last first: what was added does not move what is yet to be.
    for at, piece in sorted(added, key=lambda a: a[0])[::-1]:
        text = text[:at] + piece + text[at:]
    return text


def cut(body: str, form: NormalForm, start: int, end: int) -> str:
    text = unicodedata.normalize("NFC", body[int(form.starts[start]) : _end_of(body, form, end)])
    if text.isprintable():
        return text
    return "".join(c for c in text if unicodedata.category(c) != "Cf")


def gap(body: str, form: NormalForm, end: int, start: int) -> str:
    """Return what joins two pieces: all that is no letter, if no letter is left out, else a space."""
    between = body[_end_of(body, form, end) : int(form.starts[start])]
    if start == end:
        return between
    return "\n" if "\n" in between else " " if any(c.isspace() for c in between) else ""


def _end_of(body: str, form: NormalForm, end: int) -> int:
    """Return where the character before *end* ends, the closing marks that follow it taken in."""
    at = int(form.ends[end - 1])
    while at < len(body) and body[at] in ".?!…”’\"')]〉》」』":
        at += 1
    return at
