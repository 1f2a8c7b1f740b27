"""One post in full, for a terminal or a pipe: what it copies, where that is cut, what it carries.

What spammers wrote goes through `printable` and never through rich's markup.
"""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from crawler.terminal import one_line, printable
from crawler.wording import (
    RELATIONS,
    composed,
    letter,
    reasons_of,
    score_means,
    shown_time,
    times,
    why,
)
from models.explanation import AnyRow, Copied, Explanation, copies_of, segments_of, substituted
from models.relation import Relation

if TYPE_CHECKING:
    # The matcher comes with it, and only a recheck needs that.
    from crawler.rechecking import Difference

SHOWN_BODY_CHARS = 20_000
"""Characters of a post that are shown; the rest is only counted."""
SHOWN_HIDDEN = 5
SHOWN_LURES = 40
SHOWN_COPIES = 6
SHOWN_SUBSTITUTIONS = 20
MAP_CELLS = 48
"""Columns of the map of an article."""

_COPY_STYLES = ("green", "blue", "magenta", "yellow", "cyan")
_PAYLOAD_STYLE = "bold red"


def print_explanation(console: Console, shown: Explanation) -> None:
    """Write one post with what it copies, where that is cut, and what it carries marked."""
    row = shown.post
    facts = Table(box=None, show_header=False, pad_edge=False)
    facts.add_column(no_wrap=True, style="dim")
    facts.add_column(overflow="fold")
    facts.add_row("title", _label(row.title or "(none)", 300))
    where = [
        row.post_url or row.post_key,
        f"by {row.author}" if row.author else "",
        shown_time(row.posted_at),
    ]
    facts.add_row("post", _label(" · ".join(part for part in where if part), 400))
    for number, copied in enumerate(shown.copied):
        facts.add_row(f"article {letter(number)}", _describe_article(copied))
        facts.add_row("", _describe_link(copied))
        facts.add_row("", Text(why(copied, len(shown.copied))))
        for line in _map(shown, number):
            facts.add_row("", line)
        if copied.link.cut is not None:
            facts.add_row("", _describe_cut(copied))
        if copied.substitutions:
            facts.add_row("", _describe_substitutions(copied))
    if not shown.copied:
        facts.add_row("articles", "none: the post copies nothing that is known")
    facts.add_row("verdict", "spam" if row.is_spam else "no spam")
    for name, meaning in reasons_of(row.reasons):
        facts.add_row("", Text.assemble((name, "bold"), f": {meaning}" if meaning else ""))
    if shown.lures:
        facts.add_row("payload", _describe_lures(shown.lures))
    for text in shown.hidden[:SHOWN_HIDDEN]:
        facts.add_row("hidden", _label(text, 200))
    if len(shown.hidden) > SHOWN_HIDDEN:
        facts.add_row("", f"… and {len(shown.hidden) - SHOWN_HIDDEN:,} more hidden stretches")
    console.print(facts)
    console.print()
    console.print(_legend(shown))
    console.print()
    console.print(Padding(_marked_body(shown), (0, 0, 0, 2)))


def print_provenance(console: Console, shown: Explanation) -> None:
    """Write which run, program, recipe and response each part of the answer comes from."""
    facts = Table(box=None, show_header=False, pad_edge=False)
    facts.add_column(no_wrap=True, style="dim")
    facts.add_column(overflow="fold")
    for name, value in provenance(shown):
        facts.add_row(name, _label(value, 1000))
    console.print()
    console.print(Text("Provenance", style="bold"))
    console.print(facts)


def provenance(shown: Explanation) -> list[tuple[str, str]]:
    """Return what is known of where the post, its articles and its links come from."""
    row = shown.post
    facts = [
        ("post", f"version {row.version}, first seen {shown_time(row.first_seen_at)}"),
        ("", describe_run(shown.run)),
        ("", _describe_capture(shown.capture)),
    ]
    for number, copied in enumerate(shown.copied):
        found = f"article version {copied.version}, linked {shown_time(copied.link.matched_at)}"
        facts += [
            (f"link to {letter(number)}", found),
            ("", describe_run(copied.run)),
            ("", f"recipe {copied.run.recipe}" if copied.run and copied.run.recipe else ""),
            ("", _describe_capture(copied.capture)),
        ]
    return [(name, value) for name, value in facts if value]


def describe_run(run: AnyRow | None) -> str:
    if run is None:
        return ""
    arguments = run.arguments.get("url") or " ".join(map(str, run.arguments.get("files") or ()))
    command = " ".join(part for part in (run.command, arguments) if part)
    program = f"pumgeul {run.version}, " if run.version else ""
    return f"run {run.id}: scrapy {command} ({program}began {shown_time(run.started_at)})"


def _describe_capture(capture: AnyRow | None) -> str:
    if capture is None:
        return ""
    return (
        f"capture {capture.warc_file}, bytes {capture.warc_offset:,} + {capture.warc_length:,},"
        f" SHA-256 {capture.sha256}, fetched {shown_time(capture.fetched_at)}"
    )


def print_differences(console: Console, differences: "Sequence[Difference]") -> None:
    """Write whether matching the post again gives what is stored."""
    console.print()
    if not differences:
        console.print(Text("Matched again: the stored answer is what comes out now.", "green"))
        return
    console.print(Text("Matched again, this differs from what is stored:", style=_PAYLOAD_STYLE))
    table = Table(box=None, show_header=True, pad_edge=False, header_style="dim")
    for name in ("", "stored", "now"):
        table.add_column(name, overflow="fold")
    for each in differences:
        table.add_row(_label(each.what), _label(each.stored, 400), _label(each.now, 400))
    console.print(table)


def _label(text: str, longest: int = 80) -> Text:
    return Text(one_line(composed(text), longest))


def _describe_article(copied: Copied) -> Text:
    link = copied.link
    if link.origin == "inferred":
        return Text.assemble("(inferred from its copies) ", _label(copied.text, 60))
    parts = [link.article_title or link.article_key or "", link.publisher or ""]
    return _label(" · ".join(filter(None, [*parts, shown_time(link.published_at)])), 300)


def _describe_link(copied: Copied) -> Text:
    link = copied.link
    relation = Relation(link.relation)
    return Text(
        f"{relation.value} ({RELATIONS[relation]});"
        f" {link.coverage:.0%} of the article, {link.share:.0%} of the post,"
        f" pasted {times(link.copies)};"
        f" identity {link.identity:.0%}, score {link.score:.2f} ({score_means(link.score, relation)})"
    )


def _map(shown: Explanation, number: int) -> list[Text]:
    """Return a line for each copy: which part of the article it carries."""
    copied = shown.copied[number]
    length = max(1, len(copied.text))
    lines: list[Text] = []
    order = copies_of(shown.spans)
    own = sorted({span.copy for span in copied.spans})
    for copy in own[:SHOWN_COPIES]:
        carried = [0] * MAP_CELLS
        for span in copied.spans:
            if span.copy == copy:
                first = span.article_start * MAP_CELLS // length
                last = max(first + 1, -(-span.article_end * MAP_CELLS // length))
                carried[first:last] = [1] * (min(last, MAP_CELLS) - first)
        line = Text("├")
        style = _COPY_STYLES[order.index((number, copy)) % len(_COPY_STYLES)]
        for cell in carried:
            line.append("█" if cell else "·", style=style if cell else "dim")
        line.append("┤")
        stretches = sum(span.copy == copy for span in copied.spans)
        line.append(
            f" copy {copy}" + (f", {stretches:,} stretches" if stretches > 1 else ""), style="dim"
        )
        lines.append(line)
    if len(own) > SHOWN_COPIES:
        lines.append(Text(f"… and {len(own) - SHOWN_COPIES:,} more copies", style="dim"))
    return lines


def _describe_cut(copied: Copied) -> Text:
    """Show the article around the place where its longest copy breaks off."""
    cut = copied.link.cut
    article = copied.text
    before = one_line(article[max(0, cut - 18) : cut].replace("\n", " "))
    after = one_line(article[cut : cut + 18].replace("\n", " "))
    text = Text(f"cut after {cut:,} of {len(article):,} characters: …{before}")
    text.append(" ✂ ", style=_PAYLOAD_STYLE)
    # An inferred article is known no further than its copies go.
    text.append(f"{after}…" if after else "(what follows is not known)", style="dim")
    others = [at for at in copied.link.cuts if at != cut]
    if others:
        shown = ", ".join("whole" if at is None else f"{at:,}" for at in others[:8])
        text.append(f"; other copies: {shown}")
    return text


def _describe_substitutions(copied: Copied) -> Text:
    text = Text("words exchanged throughout: ")
    for at, (old, new, number) in enumerate(copied.substitutions[:SHOWN_SUBSTITUTIONS]):
        text.append("; " if at else "")
        text.append(f"{one_line(composed(old), 40)} → ")
        text.append(one_line(composed(new), 40), style=_PAYLOAD_STYLE)
        text.append(f" ({times(number)})")
    return text


def _describe_lures(lures: Sequence[AnyRow]) -> Text:
    text = Text()
    for row in lures[:SHOWN_LURES]:
        text.append("; " if text else "")
        text.append(f"{row.kind} ")
        text.append(one_line(composed(row.value), 80), style=_PAYLOAD_STYLE)
        if row.raw != row.value:
            text.append(f" (written {one_line(composed(row.raw), 80)})")
    if len(lures) > SHOWN_LURES:
        text.append(f"; … and {len(lures) - SHOWN_LURES:,} more")
    return text


def _legend(shown: Explanation) -> Text:
    text = Text()
    for at, (article, copy) in enumerate(copies_of(shown.spans)[:SHOWN_COPIES]):
        style = _COPY_STYLES[at % len(_COPY_STYLES)]
        name = _copy_name(shown, article, copy)
        is_quote = shown.copied[article].link.relation == Relation.QUOTE
        text.append(f"⟦{name} …⟧", style=style)
        text.append(
            (" quotation" if is_quote else f" copy {copy}")
            + (f" of article {letter(article)}" if _is_mixed(shown) else "")
        )
        text.append("   ")
    if shown.copied:
        text.append("✂", style=_PAYLOAD_STYLE)
        text.append(" breaks off   ")
    text.append("«…»", style=_PAYLOAD_STYLE)
    text.append(" payload")
    return text


def _marked_body(shown: Explanation) -> Text:
    body = shown.post.body
    order = copies_of(shown.spans)
    text = Text(overflow="fold")
    segments = list(segments_of(body[:SHOWN_BODY_CHARS], shown.spans, _raws(shown.lures)))
    last = {segment.copy: at for at, segment in enumerate(segments)}
    for at, segment in enumerate(segments):
        if segment.copy is not None:
            article, copy = segment.copy
            style = _COPY_STYLES[order.index(segment.copy) % len(_COPY_STYLES)]
            text.append(f"⟦{_copy_name(shown, article, copy)} ", style=f"bold {style}")
            for piece, stands_for in substituted(segment.text, shown.copied[article].substitutions):
                written = composed(printable(piece))
                if stands_for is None:
                    text.append(written, style=style)
                else:
                    text.append(f"«{written}»", style=_PAYLOAD_STYLE)
            cuts = shown.copied[article].link.cuts
            if last[segment.copy] == at and copy <= len(cuts) and cuts[copy - 1] is not None:
                text.append(" ✂", style=_PAYLOAD_STYLE)
            text.append("⟧", style=f"bold {style}")
            continue
        written = composed(printable(segment.text))
        if segment.is_payload:
            text.append(f"«{written}»", style=_PAYLOAD_STYLE)
        else:
            text.append(written)
    if len(body) > SHOWN_BODY_CHARS:
        text.append(f"\n… and {len(body) - SHOWN_BODY_CHARS:,} more characters", style="dim")
    if not body:
        text.append(f"(no text; status {shown.post.status})", style="dim")
    return text


def _raws(lures: Iterable[AnyRow]) -> list[str]:
    return [row.raw for row in lures]


def _copy_name(shown: Explanation, article: int, copy: int) -> str:
    return f"{letter(article)}{copy}" if _is_mixed(shown) else str(copy)


def _is_mixed(shown: Explanation) -> bool:
    return len(shown.copied) > 1
