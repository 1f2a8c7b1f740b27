"""An evaluation as one HTML page: figures, charts, and the worst misses beside their articles."""

from collections.abc import Iterable, Mapping, Sequence

from crawler.evaluation import Evaluated, Miss
from crawler.evaluation_report import ERRORS, FALSE_LINKS, describe, summary
from crawler.explanation_page import MARKS_STYLE, marked_body
from crawler.html_page import attribute, page, shown, table
from pipelines.core.normalise import normalise
from pipelines.core.scoring import Bin, Evaluation, Measure

SHOWN_CHARS = 6_000
"""Characters of a text beside another, after the last that is marked."""
COMPARED_CHARS = 60_000
"""Characters of an article that are looked at; the longest has a third of that."""
SHOWN_BEFORE = 300
"""Characters before the first marked ones."""
COMMON = 8
"""Letters in a row that two texts share, from which they are marked."""
CHARTS = ("recall by letters kept", "recall by share kept", "recall by change", FALSE_LINKS)
"""Groups that are drawn; the others are tables."""


def evaluation_page(evaluated: Evaluated) -> str:
    """Return the page."""
    found = evaluated.evaluation
    left = ", ".join(f"{name} {number:,}" for name, number in evaluated.left_out.items())
    parts = [
        "<header><h1>How right the answers are</h1>"
        f'<p class="soft">{shown(summary(evaluated))}</p>'
        + (f'<p class="soft small">Left out: {shown(left)}</p>' if left else "")
        + "</header>",
        _headline(found),
        '<div class="two">',
        *(
            _card(group, _bars(found.measures[group], is_error=group == FALSE_LINKS))
            for group in CHARTS[:2]
            if group in found.measures
        ),
        _card("Score, and how often it is right", _diagram(found.reliability))
        if found.reliability
        else "",
        *(
            _card(group, _measures(measures))
            for group, measures in found.measures.items()
            if group not in CHARTS and group != "links"
        ),
        _card("Relations taken for others", _confusion(found)) if found.confusion else "",
        *(
            _card(group, _bars(found.measures[group], is_error=group == FALSE_LINKS))
            for group in CHARTS[2:]
            if group in found.measures
        ),
        "</div>",
        *_misses(evaluated.misses),
    ]
    return page("Evaluation · pumgeul", f"<main>{''.join(parts)}</main>", f"{MARKS_STYLE}{_STYLE}")


def _card(heading: str, content: str) -> str:
    return f'<section class="card"><h2>{shown(heading[:1].upper() + heading[1:])}</h2>{content}</section>'


def _headline(found: Evaluation) -> str:
    figures = []
    for group, name in (
        ("links", "precision"),
        ("links", "recall"),
        ("explanation", "relation"),
        ("families", "B-cubed F1"),
    ):
        measure = found.measures.get(group, {}).get(name)
        if measure is not None:
            figures.append(
                f'<div class="figure"><b>{measure.value:.1%}</b><span>{shown(name)}</span>'
                f'<span class="soft small">{measure.low:.1%} to {measure.high:.1%},'
                f" of {measure.of:,}</span></div>"
            )
    return f'<section class="card figures">{"".join(figures)}</section>'


def _measures(measures: Mapping[str, Measure]) -> str:
    rows = [
        (
            shown(name) + (' <span class="soft">(less is better)</span>' if name in ERRORS else ""),
            f"<b>{each.value:.4f}</b>",
            f"{each.low:.3f} to {each.high:.3f}",
            f"{each.of:,}",
        )
        for name, each in measures.items()
    ]
    return table(("", "measured", "interval", "of"), rows, "num")


def _confusion(found: Evaluation) -> str:
    names = sorted({name for pair in found.confusion for name in pair})
    rows = [
        [
            shown(true),
            *(_cell(found.confusion.get((true, said), 0), true == said) for said in names),
        ]
        for true in names
    ]
    return (
        table(["true, down; answered, across", *map(shown, names)], rows, "num")
        if names
        else '<p class="soft">No link is right.</p>'
    )


def _cell(number: int, is_right: bool) -> str:
    if not number:
        return '<span class="soft">·</span>'
    return f"{number:,}" if is_right else f'<b class="off">{number:,}</b>'


# --- charts -------------------------------------------------------------------------------


def _bars(measures: Mapping[str, Measure], *, is_error: bool) -> str:
    """Draw a bar for each rate, with its interval as a line."""
    height = 26
    left, width = 132, 220
    parts = []
    for row, (name, each) in enumerate(measures.items()):
        top = row * height
        middle = top + height / 2
        start, end = left + width * each.low, left + width * each.high
        parts.append(
            f'<text class="name" x="{left - 10}" y="{middle + 4}">{shown(name.replace("_", " ")[:22])}</text>'
            f'<rect class="ground" x="{left}" y="{top + 7}" width="{width}" height="12"/>'
            f'<rect class="{"bad" if is_error else "full"}" x="{left}" y="{top + 7}"'
            f' width="{width * each.value:.1f}" height="12"/>'
            f'<path class="interval" d="M{start:.1f} {middle}H{end:.1f}'
            f'M{start:.1f} {middle - 4}v8M{end:.1f} {middle - 4}v8"/>'
            f'<text class="value" x="{left + width + 10}" y="{middle + 4}">'
            f'{each.value:.3f} <tspan class="of">of {each.of:,}</tspan></text>'
        )
    label = "; ".join(f"{name} {each.value:.3f}" for name, each in measures.items())
    return (
        f'<svg viewBox="0 0 460 {height * len(measures)}" role="img"'
        f' aria-label="{attribute(label)}">{"".join(parts)}</svg>'
    )


def _diagram(bins: Sequence[Bin]) -> str:
    """Draw how often links are right against their score: on the line where the score is true."""
    side, left, top = 300, 50, 12
    parts = [
        f'<rect class="plot" x="{left}" y="{top}" width="{side}" height="{side}"/>',
        f'<path class="ideal" d="M{left} {top + side}L{left + side} {top}"/>',
    ]
    for tick in range(0, 11, 2):
        x, y = left + side * tick / 10, top + side * (1 - tick / 10)
        parts.append(
            f'<text class="tick" x="{x}" y="{top + side + 18}">{tick / 10:.1f}</text>'
            f'<text class="name" x="{left - 8}" y="{y + 4}">{tick / 10:.1f}</text>'
        )
    most = max(each.right.of for each in bins)
    for each in bins:
        x = left + side * each.mean
        y = top + side * (1 - each.right.value)
        low, high = (top + side * (1 - at) for at in (each.right.low, each.right.high))
        size = 3 + 6 * (each.right.of / most) ** 0.5
        parts.append(
            f'<path class="interval" d="M{x:.1f} {low:.1f}V{high:.1f}"/>'
            f'<circle class="dot" cx="{x:.1f}" cy="{y:.1f}" r="{size:.1f}"/>'
        )
    parts.append(
        f'<text class="tick" x="{left + side / 2}" y="{top + side + 38}">score</text>'
        f'<text x="{left + 8}" y="{top + 16}">share that is right</text>'
    )
    rows = [
        (
            f"{each.least:.2f} to {each.most:.2f}",
            f"{each.mean:.3f}",
            f"<b>{each.right.value:.3f}</b>",
            f"{each.right.low:.3f} to {each.right.high:.3f}",
            f"{each.right.of:,}",
        )
        for each in bins
    ]
    label = "; ".join(f"score {each.mean:.2f}: {each.right.value:.2f} right" for each in bins)
    return (
        f'<svg class="diagram" viewBox="0 0 {left + side + 20} {top + side + 46}" role="img"'
        f' aria-label="{attribute(label)}">{"".join(parts)}</svg>'
        + table(("score", "mean", "right", "interval", "links"), rows, "num")
    )


# --- misses -------------------------------------------------------------------------------


def _misses(misses: Iterable[Miss]) -> list[str]:
    kinds: dict[str, list[Miss]] = {}
    for miss in misses:
        kinds.setdefault(miss.kind, []).append(miss)
    return [
        f"<h2>Worst: {shown(kind)}</h2>{''.join(map(_miss, found))}"
        for kind, found in kinds.items()
    ]


def _miss(miss: Miss) -> str:
    row = miss.explanation.post
    post, beside = row.body[:SHOWN_CHARS], ""
    left = marked_body(miss.explanation)
    if miss.source is not None:
        text = miss.source.text[:COMPARED_CHARS]
        in_post, in_article = common_ranges(post, text)
        if not miss.explanation.copied:
            left = _marked(post, in_post)
        beside = (
            f'<div><p class="soft small">{shown(miss.source.key)}, {shown(miss.source.title or "")}:'
            ' what both share is marked</p><div class="writing" lang="ko" dir="auto">'
            f"{_marked(text, in_article)}</div></div>"
        )
    elif miss.explanation.copied:
        copied = miss.explanation.copied[0]
        text = copied.text[:COMPARED_CHARS]
        ranges = [(span.article_start, span.article_end) for span in copied.spans]
        beside = (
            f'<div><p class="soft small">linked to {shown(copied.link.article_key or "")},'
            f" {shown(copied.link.article_title or '')}</p>"
            f'<div class="writing" lang="ko" dir="auto">{_marked(text, ranges)}</div></div>'
        )
    return (
        f'<section class="card"><p><b>{shown(row.post_key)}</b> {shown(describe(miss))}</p>'
        f'<div class="beside"><div><p class="soft small" lang="ko">{shown(row.title or "(no title)")}'
        f'</p><div class="writing" lang="ko" dir="auto">{left}</div></div>{beside}</div></section>'
    )


Range = tuple[int, int]


def common_ranges(post: str, article: str) -> tuple[list[Range], list[Range]]:
    """Return where each of two texts holds letters that the other holds, `COMMON` in a row."""
    forms = [normalise(text) for text in (post, article)]
    grams = [
        {form.text[at : at + COMMON] for at in range(len(form) - COMMON + 1)} for form in forms
    ]
    shared = grams[0] & grams[1]
    found: list[list[Range]] = []
    for form in forms:
        text = form.text
        ranges: list[Range] = []
        for at in range(len(form) - COMMON + 1):
            if text[at : at + COMMON] in shared:
                start, end = form.source(at, at + COMMON)
                if ranges and start <= ranges[-1][1]:
                    ranges[-1] = (ranges[-1][0], max(end, ranges[-1][1]))
                else:
                    ranges.append((start, end))
        found.append(ranges)
    return found[0], found[1]


def _marked(text: str, ranges: Sequence[Range]) -> str:
    """Return a text with ranges of it marked; what comes long before the first is left out."""
    parts = []
    done = max(0, min((start for start, _ in ranges), default=0) - SHOWN_BEFORE)
    if done:
        parts.append(f'<span class="soft">… {done:,} characters before</span> ')
    for start, end in sorted(ranges):
        begin = max(start, done)
        stop = min(end, len(text))
        if stop <= begin:
            continue
        parts.append(
            f'{shown(text[done:begin])}<mark class="copy c1">{shown(text[begin:stop])}</mark>'
        )
        done = stop
    parts.append(shown(text[done : done + SHOWN_CHARS]))
    return "".join(parts)


_STYLE = """
.two{columns:2;column-gap:1rem}
.two .card{break-inside:avoid}
.figures{display:flex;flex-wrap:wrap;gap:1rem 3rem}
.figure{display:flex;flex-direction:column}
.figure b{font-size:1.9rem;line-height:1.2;font-weight:650}
.ground{fill:var(--line)}.full{fill:var(--accent)}.bad{fill:var(--bad)}
.interval{stroke:var(--ink);stroke-width:1.2;fill:none;opacity:.75}
svg .name{text-anchor:end}
svg .tick{text-anchor:middle}
svg .value{fill:var(--ink);font-size:12px}
svg .of{fill:var(--soft)}
.plot{fill:none;stroke:var(--line)}
.ideal{stroke:var(--soft);stroke-dasharray:4 4;fill:none}
.dot{fill:var(--accent)}
.diagram{max-width:26rem;margin:0 auto .8rem}
.off{color:var(--bad)}
.beside{display:grid;grid-template-columns:repeat(2,minmax(0,1fr));gap:1.5rem}
.beside .writing{font-size:.92rem;max-height:26rem;overflow:auto}
main>h2{margin:1.6rem 0 .7rem}
@media (max-width:56rem){.two{columns:1}.beside{grid-template-columns:minmax(0,1fr)}}
"""
