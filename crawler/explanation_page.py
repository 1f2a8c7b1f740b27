"""Posts in full, as one HTML page: the text marked, and beside it what that means."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from crawler.explanation import provenance
from crawler.html_page import attribute, element, page, shown, table
from crawler.wording import (
    RELATIONS,
    letter,
    reasons_of,
    score_means,
    shown_time,
    times,
    why,
)
from models.explanation import Copied, Explanation, copies_of, segments_of, substituted
from models.records import Span
from models.relation import Relation

if TYPE_CHECKING:
    from crawler.rechecking import Difference

SHOWN_BODY_CHARS = 100_000
"""Characters of a post that are shown; the rest is only counted."""
SHOWN_ARTICLE_CHARS = 60_000
SHOWN_ROWS = 300
"""Rows of a table of spans or lures."""
SHOWN_LURE_CHARS = 200
SHOWN_COPIES = 12
"""Rows of the map of an article."""
COLOURS = 5


@dataclass(frozen=True, slots=True)
class Shown:
    """A post of the page."""

    explanation: Explanation
    differences: "Sequence[Difference] | None" = None
    """What came out otherwise when it was matched again; None: it was not."""


def explanation_page(posts: Sequence[Shown]) -> str:
    """Return the page of one or several posts."""
    first = posts[0].explanation.post
    title = first.title or first.post_key
    if len(posts) > 1:
        title = f"{len(posts):,} posts"
    sections = "".join(_post(each) for each in posts)
    return page(f"{title} · pumgeul", f"<main>{sections}</main>", f"{MARKS_STYLE}{_STYLE}")


def _post(each: Shown) -> str:
    explanation = each.explanation
    cards = [
        *(_article(explanation, number) for number in range(len(explanation.copied))),
        _verdict(explanation),
        _lures(explanation),
        _hidden(explanation),
        "" if each.differences is None else _differences(each.differences),
        _provenance(explanation),
    ]
    if not explanation.copied:
        cards.insert(0, _card("Articles", "<p>The post copies nothing that is known.</p>"))
    return (
        f"<article>{_head(explanation)}"
        f'<div class="sides"><section class="card text" lang="ko">{_legend(explanation)}'
        f'<div class="writing" dir="auto">{marked_body(explanation)}</div></section>'
        f"<aside>{''.join(cards)}</aside></div></article>"
    )


def _card(heading: str, content: str) -> str:
    return f'<section class="card"><h2>{shown(heading)}</h2>{content}</section>'


def _head(explanation: Explanation) -> str:
    row = explanation.post
    where = [row.board_url, f"by {row.author}" if row.author else "", shown_time(row.posted_at)]
    chips = [
        element("span", "spam", "chip bad")
        if row.is_spam
        else element("span", "no spam", "chip good")
    ]
    if row.status != "live":
        chips.append(element("span", shown(row.status), "chip"))
    relations = dict.fromkeys(copied.link.relation for copied in explanation.copied)
    chips += [element("span", shown(relation), "chip") for relation in relations]
    if row.copies and row.copies > 1:
        chips.append(element("span", f"pasted {times(row.copies)}", "chip"))
    return (
        f'<header><h1 lang="ko" dir="auto">{shown(row.title or "(no title)")}</h1>'
        f'<p class="soft small">{" · ".join(shown(part) for part in where if part)}</p>'
        f'<p class="mono soft">{shown(row.post_url or row.post_key)}</p>'
        f"<p>{''.join(chips)}</p></header>"
    )


# --- the text -----------------------------------------------------------------------------


def marked_body(explanation: Explanation) -> str:
    """Return the post's text as HTML, with copies, cuts and payload marked."""
    body = explanation.post.body
    order = copies_of(explanation.spans)
    segments = list(
        segments_of(
            body[:SHOWN_BODY_CHARS], explanation.spans, (row.raw for row in explanation.lures)
        )
    )
    last = {segment.copy: at for at, segment in enumerate(segments)}
    begun: set[tuple[int, int]] = set()
    reached: dict[tuple[int, int], int] = {}
    parts: list[str] = []
    for at, segment in enumerate(segments):
        if segment.copy is None:
            text = shown(segment.text)
            parts.append(f'<mark class="lure">{text}</mark>' if segment.is_payload else text)
            continue
        number, copy = segment.copy
        copied = explanation.copied[number]
        name = _copy_name(explanation, number, copy)
        where = f"{segment.article_start:,} to {segment.article_end:,}"
        left_out = segment.article_start - reached.get(segment.copy, segment.article_start)
        sign = ""
        if segment.copy not in begun:
            sign = f"<sup>{name}</sup>"
        elif left_out > 0:
            sign = f'<b class="gap" title="{left_out:,} characters left out">⋯</b>'
        elif left_out < 0:
            sign = f'<b class="gap" title="{-left_out:,} characters back in the article">↶</b>'
        begun.add(segment.copy)
        reached[segment.copy] = segment.article_end
        cuts = copied.link.cuts
        cut = cuts[copy - 1] if copy <= len(cuts) else None
        scissors = ""
        if last[segment.copy] == at and cut is not None:
            scissors = f'<b class="cut" title="breaks off at {cut:,}">✂</b>'
        parts.append(
            f'<mark class="copy c{order.index(segment.copy) % COLOURS}'
            f'{" quote" if copied.link.relation == Relation.QUOTE else ""}"'
            f' title="{name}: characters {where} of the article">'
            f"{sign}{_copied_text(segment.text, copied)}{scissors}</mark>"
        )
    if len(body) > SHOWN_BODY_CHARS:
        more = len(body) - SHOWN_BODY_CHARS
        parts.append(f'<p class="soft">… and {more:,} more characters</p>')
    if not body:
        parts.append(
            f'<span class="soft">(no text; status {shown(explanation.post.status)})</span>'
        )
    return "".join(parts)


def _copied_text(text: str, copied: Copied) -> str:
    return "".join(
        shown(piece)
        if stands_for is None
        else f'<span class="lure" title="for {attribute(stands_for)}">{shown(piece)}</span>'
        for piece, stands_for in substituted(text, copied.substitutions)
    )


def _copy_name(explanation: Explanation, number: int, copy: int) -> str:
    return f"{letter(number)}{copy}" if len(explanation.copied) > 1 else str(copy)


def _legend(explanation: Explanation) -> str:
    signs = []
    for at, (number, copy) in enumerate(copies_of(explanation.spans)[:SHOWN_COPIES]):
        name = _copy_name(explanation, number, copy)
        is_quote = explanation.copied[number].link.relation == Relation.QUOTE
        what = "quotation" if is_quote else f"copy {copy}"
        of = f" of article {letter(number)}" if len(explanation.copied) > 1 else ""
        css = f"copy c{at % COLOURS}{' quote' if is_quote else ''}"
        signs.append(f'<mark class="{css}"><sup>{name}</sup></mark> {what}{of}')
    if explanation.copied:
        signs.append('<b class="cut">✂</b> breaks off')
    signs.append('<mark class="lure">payload</mark>')
    return (
        f'<p class="legend small" lang="en">{"".join(f"<span>{sign}</span>" for sign in signs)}</p>'
    )


# --- one article --------------------------------------------------------------------------


def _article(explanation: Explanation, number: int) -> str:
    copied = explanation.copied[number]
    link = copied.link
    relation = Relation(link.relation)
    if link.origin == "inferred":
        title, of = "Inferred from its copies", "no known article has this text"
    else:
        title = link.article_title or link.article_key or "(no title)"
        of = " · ".join(
            part
            for part in (link.publisher, shown_time(link.published_at), link.article_url)
            if part
        )
    heading = f"Article {letter(number)}" if len(explanation.copied) > 1 else "Article"
    facts = [
        ("relation", f"<b>{relation.value}</b>: {shown(RELATIONS[relation])}"),
        ("because", shown(why(copied, len(explanation.copied)))),
        ("coverage", _bar(link.coverage, "of the article is in the post")),
        ("share", _bar(link.share, "of the post is from the article")),
        ("identity", _bar(link.identity, "of the aligned letters are equal")),
        ("score", _bar(link.score, score_means(link.score, relation), f"{link.score:.2f}")),
        ("copies", f"pasted {times(link.copies)}"),
    ]
    if link.cut is not None:
        facts.append(("cut", _cuts(copied)))
    if copied.substitutions:
        exchanged = (
            f'<span lang="ko">{shown(old)} → <b class="value">{shown(new)}</b></span> {times(number)}'
            for old, new, number in copied.substitutions[:SHOWN_ROWS]
        )
        facts.append(("exchanged", "<br>".join(exchanged)))
    return (
        f'<section class="card"><p class="soft small">{heading}</p>'
        f'<h2 lang="ko" dir="auto">{shown(title)}</h2>'
        f'<p class="soft small">{shown(of)}</p>'
        f"{_map(explanation, number)}{_facts(facts)}"
        f"{_article_text(explanation, number)}{_span_table(copied)}</section>"
    )


def _facts(facts: Iterable[tuple[str, str]]) -> str:
    return "<dl>" + "".join(f"<dt>{name}</dt><dd>{value}</dd>" for name, value in facts) + "</dl>"


def _bar(share: float, meaning: str, figure: str = "") -> str:
    width = round(100 * max(0.0, min(1.0, share)), 2)
    return (
        f"<b>{figure or f'{share:.1%}'}</b> {shown(meaning)}"
        '<svg class="bar" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">'
        '<rect class="ground" width="100" height="4"/>'
        f'<rect class="full" width="{width}" height="4"/></svg>'
    )


def _cuts(copied: Copied) -> str:
    cut = copied.link.cut
    before = copied.text[max(0, cut - 24) : cut].rpartition("\n")[2]
    after = copied.text[cut : cut + 24].partition("\n")[0]
    rest = f'<span class="soft">{shown(after)}…</span>' if after else "(what follows is not known)"
    text = (
        f"after {cut:,} of {len(copied.text):,} characters:"
        f' <span lang="ko">…{shown(before)}<b class="cut">✂</b>{rest}</span>'
    )
    if len(copied.link.cuts) > 1:
        each = ", ".join("whole" if at is None else f"{at:,}" for at in copied.link.cuts[:12])
        text += f'<br><span class="soft">copy by copy: {each}</span>'
    return text


def _map(explanation: Explanation, number: int) -> str:
    """Draw the article as a line for each copy, with what that copy carries of it."""
    copied = explanation.copied[number]
    order = copies_of(explanation.spans)
    own = sorted({span.copy for span in copied.spans})[:SHOWN_COPIES]
    length = max(1, len(copied.text))
    rows = []
    for row, copy in enumerate(own):
        top = 14 * row
        rows.append(f'<rect class="ground" y="{top}" width="1000" height="9"/>')
        colour = order.index((number, copy)) % COLOURS
        for span in copied.spans:
            if span.copy == copy:
                start = round(1000 * span.article_start / length, 1)
                width = max(2, round(1000 * span.article_end / length - start, 1))
                rows.append(
                    f'<rect class="f{colour}" x="{start}" y="{top}" width="{width}" height="9"/>'
                )
        cuts = copied.link.cuts
        cut = cuts[copy - 1] if copy <= len(cuts) else None
        if cut is not None:
            at = round(1000 * cut / length, 1)
            rows.append(f'<rect class="fcut" x="{at}" y="{top - 2}" width="4" height="13"/>')
    height = max(9, 14 * len(own) - 5)
    label = f"{copied.link.coverage:.0%} of the article, {len(copied.spans):,} stretches"
    return (
        f'<figure><svg class="map h{min(len(own), SHOWN_COPIES)}" viewBox="0 0 1000 {height}"'
        f' preserveAspectRatio="none" role="img" aria-label="{attribute(label)}">'
        f"{''.join(rows)}</svg><figcaption>the article from its first letter to its last;"
        f" a line for each copy</figcaption></figure>"
    )


def _article_text(explanation: Explanation, number: int) -> str:
    copied = explanation.copied[number]
    text = copied.text[:SHOWN_ARTICLE_CHARS]
    order = copies_of(explanation.spans)
    parts = []
    for start, end, copy in _carried(copied.spans, len(text)):
        piece = shown(text[start:end])
        if copy is None:
            parts.append(piece)
        else:
            parts.append(
                f'<mark class="copy c{order.index((number, copy)) % COLOURS}">{piece}</mark>'
            )
    more = len(copied.text) - len(text)
    rest = f'<p class="soft">… and {more:,} more characters</p>' if more else ""
    return (
        "<details><summary>the article's text, with what the post carries of it marked</summary>"
        f'<div class="writing source" lang="ko" dir="auto">{"".join(parts)}</div>{rest}</details>'
    )


def _carried(spans: Sequence[Span], length: int) -> Iterator[tuple[int, int, int | None]]:
    """Yield (start, end, first copy that carries it or None): together the text's *length*."""
    held: list[int | None] = [None] * length
    for span in sorted(spans, key=lambda each: -each.copy):
        end = min(span.article_end, length)
        held[span.article_start : end] = [span.copy] * (end - span.article_start)
    start = 0
    for copy, letters in groupby(held):
        end = start + sum(1 for _ in letters)
        yield start, end, copy
        start = end


def _span_table(copied: Copied) -> str:
    rows = [
        (
            str(span.copy),
            f"{span.post_start:,}–{span.post_end:,}",
            f"{span.article_start:,}–{span.article_end:,}",
            f"{span.post_end - span.post_start:,}",
        )
        for span in copied.spans[:SHOWN_ROWS]
    ]
    more = len(copied.spans) - len(rows)
    rest = f'<p class="soft small">… and {more:,} more</p>' if more else ""
    heads = ("copy", "in the post", "in the article", "characters")
    return (
        f"<details><summary>spans ({len(copied.spans):,})</summary>"
        f"{table(heads, rows, 'num')}{rest}</details>"
    )


# --- the other cards ----------------------------------------------------------------------


def _verdict(explanation: Explanation) -> str:
    row = explanation.post
    reasons = reasons_of(row.reasons)
    said = "Spam" if row.is_spam else "No spam"
    if not reasons:
        return _card(said, '<p class="soft">No reason to call it spam was found.</p>')
    facts = [(shown(name), shown(meaning)) for name, meaning in reasons]
    heading = (
        f"{said}: the reasons" if row.is_spam else f"{said}: this was found, and is too little"
    )
    return _card(heading, _facts(facts))


def _lures(explanation: Explanation) -> str:
    lures = explanation.lures
    if not lures:
        return ""
    rows = [
        (
            shown(row.kind),
            f'<b class="value">{shown(row.value[:SHOWN_LURE_CHARS])}</b>',
            "" if row.raw == row.value else shown(row.raw[:SHOWN_LURE_CHARS]),
        )
        for row in lures[:SHOWN_ROWS]
    ]
    more = len(lures) - len(rows)
    rest = f'<p class="soft small">… and {more:,} more</p>' if more else ""
    return _card("Payload", f"{table(('kind', 'value', 'as written'), rows)}{rest}")


def _hidden(explanation: Explanation) -> str:
    raws = [row.raw for row in explanation.lures]
    parts = []
    for text in explanation.hidden[:SHOWN_ROWS]:
        marked = "".join(
            f'<mark class="lure">{shown(segment.text)}</mark>'
            if segment.is_payload
            else shown(segment.text)
            for segment in segments_of(text[:4000], [], raws)
        )
        parts.append(f'<p class="writing" lang="ko" dir="auto">{marked}</p>')
    if len(explanation.hidden) > SHOWN_ROWS:
        more = len(explanation.hidden) - SHOWN_ROWS
        parts.append(f'<p class="soft small">… and {more:,} more stretches</p>')
    targets = list(dict.fromkeys([*explanation.hrefs, *explanation.links]))
    if targets:
        parts.append("<h3>Link targets</h3>")
        parts += [f'<p class="mono">{shown(each[:2000])}</p>' for each in targets[:SHOWN_ROWS]]
    return _card("Not seen by readers", "".join(parts)) if parts else ""


def _differences(found: "Sequence[Difference]") -> str:
    if not found:
        return _card(
            "Matched again", '<p class="same">The stored answer is what comes out now.</p>'
        )
    rows = [
        (shown(each.what), shown(each.stored[:400]), shown(each.now[:400]))
        for each in found[:SHOWN_ROWS]
    ]
    return _card("Matched again: this differs", table(("", "stored", "now"), rows))


def _provenance(explanation: Explanation) -> str:
    facts = [(shown(name), shown(value)) for name, value in provenance(explanation)]
    return _card("Provenance", f'<div class="prov">{_facts(facts)}</div>')


MARKS_STYLE = """
mark{color:inherit;background:none}
.copy{border-radius:.2rem;padding:.08em .12em;-webkit-box-decoration-break:clone;box-decoration-break:clone}
.c0{background:var(--c0)}.c1{background:var(--c1)}.c2{background:var(--c2)}
.c3{background:var(--c3)}.c4{background:var(--c4)}
.c0 sup,.c0 .gap{color:var(--c0i)}.c1 sup,.c1 .gap{color:var(--c1i)}.c2 sup,.c2 .gap{color:var(--c2i)}
.c3 sup,.c3 .gap{color:var(--c3i)}.c4 sup,.c4 .gap{color:var(--c4i)}
.copy sup{font-weight:700;font-size:.7em;margin:0 .25em 0 .1em}
.quote{background:none;border-bottom:2px dotted var(--soft)}
.lure{background:var(--badbg);color:var(--bad);font-weight:600;border-radius:.2rem;padding:.05em .2em;
border-bottom:2px solid var(--bad)}
.cut{color:var(--bad);margin:0 .15em}
.gap{margin:0 .2em}
"""
"""How marked text looks, wherever it is shown."""

_STYLE = """
header{margin-bottom:1.2rem}
header .mono{font-size:.8rem}
article+article{margin-top:3rem;border-top:1px solid var(--line);padding-top:2rem}
.sides{display:grid;grid-template-columns:minmax(0,1.35fr) minmax(0,1fr);gap:1.25rem;align-items:start}
.text{padding:1.2rem 1.5rem 1.6rem}
.legend{border-bottom:1px solid var(--line);padding-bottom:.6rem;margin-bottom:.9rem}
.legend span{margin-right:1.1rem;white-space:nowrap}
.value{color:var(--bad)}
.same{color:var(--good)}
.bar{height:.3rem;margin:.1em 0 .4em;border-radius:.2rem}
.ground{fill:var(--line)}.full{fill:var(--accent)}
figure{margin:.9rem 0 .8rem}
figcaption{margin-top:.25rem}
.map{height:.6rem}.h2{height:1.5rem}.h3{height:2.4rem}.h4{height:3.3rem}.h5{height:4.2rem}
.h6,.h7,.h8,.h9,.h10,.h11,.h12{height:6rem}
.f0{fill:var(--c0i)}.f1{fill:var(--c1i)}.f2{fill:var(--c2i)}.f3{fill:var(--c3i)}.f4{fill:var(--c4i)}
.fcut{fill:var(--bad)}
.source{font-size:.92rem;max-height:32rem;overflow:auto;margin-top:.5rem;border-top:1px solid var(--line);padding-top:.5rem}
.prov dl{font-size:.82rem}
@media (max-width:60rem){.sides{grid-template-columns:minmax(0,1fr)}}
@media (max-width:46rem){.text{padding:.9rem 1rem 1.2rem}}
"""
