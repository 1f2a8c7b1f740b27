"""HTML pages of one file: no script, nothing loaded from anywhere, no text taken for markup.

What is shown was written by spammers.  Text is escaped, characters that steer a terminal
or turn the direction of writing are pictures, invisible ones are dots, floods of combining
marks are cut; and a Content-Security-Policy forbids all but the page's own style sheet.
"""

import base64
import hashlib
import re
from collections.abc import Iterable
from html import escape

from crawler.terminal import printable
from crawler.wording import composed

_INVISIBLE = re.compile(
    "[\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200d\u2060-\u2064\u206a-\u206f"
    "\u3164\ufeff\uffa0\U000e0000-\U000e0fff]"
)
_MARKS = "\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"
_FLOOD = re.compile(f"([{_MARKS}]{{4}})([{_MARKS}]+)")


def shown(text: str) -> str:
    r"""Return *text* as HTML that shows every character of it and obeys none.

    >>> shown("<b>1\u200b2</b>")
    '&lt;b&gt;1<i class="zw" title="U+200B">·</i>2&lt;/b&gt;'
    """
    safe = escape(printable(composed(text)))
    safe = _FLOOD.sub(lambda m: f'{m[1]}<i class="zw" title="{len(m[2]):,} more marks">…</i>', safe)
    return _INVISIBLE.sub(lambda m: f'<i class="zw" title="U+{ord(m[0]):04X}">·</i>', safe)


def attribute(text: str) -> str:
    """Return *text* for the inside of a quoted attribute."""
    return escape(" ".join(printable(composed(text)).split()))


def element(name: str, content: str, css: str = "") -> str:
    """Return an element around HTML."""
    return f"<{name}{f' class={chr(34)}{css}{chr(34)}' if css else ''}>{content}</{name}>"


def table(heads: Iterable[str], rows: Iterable[Iterable[str]], css: str = "") -> str:
    """Return a table of HTML cells that scrolls by itself where the page is narrow."""
    head = "".join(f"<th>{each}</th>" for each in heads)
    body = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
    return (
        f'<div class="wide"><table class="{css}"><thead><tr>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )


def page(title: str, body: str, style: str = "") -> str:
    """Return a whole page.

    Args:
        title: plain text.
        body: HTML.
        style: CSS beside the one that all pages share.
    """
    css = f"{_STYLE}{style}"
    sha = base64.b64encode(hashlib.sha256(css.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{sha}'; base-uri 'none'; form-action 'none'"
    return f"""\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="color-scheme" content="light dark">
<title>{shown_title(title)}</title>
<style>{css}</style>
</head>
<body>
{body}
</body>
</html>
"""


def shown_title(text: str) -> str:
    return escape(" ".join(printable(composed(text)).split())[:200])


_STYLE = """
:root{color-scheme:light dark;
--paper:#fbfaf8;--card:#fff;--ink:#22252b;--soft:#626873;--line:#e3e1dc;--accent:#2c5f8a;
--bad:#b3261e;--badbg:#fbe9e7;--good:#2c6e49;--goodbg:#e6f2ea;
--c0:#dcefe0;--c0i:#2c6e49;--c1:#dde9f6;--c1i:#2a5b8c;--c2:#efe2f3;--c2i:#7a3f8c;
--c3:#f7ecd0;--c3i:#85600f;--c4:#d9eff0;--c4i:#17686d}
@media (prefers-color-scheme:dark){:root{
--paper:#16181c;--card:#1e2126;--ink:#e4e5e7;--soft:#9aa1ab;--line:#33373e;--accent:#8ab8de;
--bad:#ff9c92;--badbg:#46211f;--good:#8fd0a8;--goodbg:#1d3627;
--c0:#203a2a;--c0i:#8fd0a8;--c1:#1f3348;--c1i:#9cc4ec;--c2:#3a2742;--c2i:#d7a6e6;
--c3:#41361a;--c3i:#e2c172;--c4:#173a3c;--c4i:#86d0d4}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);
font:16px/1.6 "Pretendard Variable",Pretendard,-apple-system,BlinkMacSystemFont,"Apple SD Gothic Neo",
"Malgun Gothic","Noto Sans KR","Noto Sans CJK KR","Segoe UI",sans-serif;
word-break:keep-all;overflow-wrap:anywhere;-webkit-text-size-adjust:100%}
main{max-width:76rem;margin:0 auto;padding:2rem 1.25rem 4rem}
h1{font-size:1.5rem;line-height:1.35;margin:0 0 .35rem;unicode-bidi:isolate}
h2{font-size:1.05rem;margin:0 0 .6rem}
h3{font-size:.95rem;margin:1rem 0 .4rem}
p{margin:.35rem 0}
.soft,figcaption,th{color:var(--soft)}
.small,figcaption{font-size:.85rem}
.card{background:var(--card);border:1px solid var(--line);border-radius:.6rem;padding:1rem 1.15rem;
margin:0 0 1rem}
.wide{overflow-x:auto}
table{border-collapse:collapse;font-size:.88rem;width:100%}
th{text-align:left;font-weight:600}
th,td{padding:.25rem .8rem .25rem 0;border-bottom:1px solid var(--line);vertical-align:top}
tr:last-child td{border-bottom:0}
td:first-child{min-width:4.5rem}
.num td:not(:first-child),.num th:not(:first-child){text-align:right;white-space:nowrap}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.2rem .9rem;margin:.4rem 0;font-size:.92rem}
dt{color:var(--soft)}
dd{margin:0;min-width:0;unicode-bidi:isolate}
.chip{display:inline-block;border-radius:1rem;padding:.05rem .7rem;font-size:.85rem;
border:1px solid var(--line);margin:0 .3rem .3rem 0;background:var(--card)}
.chip.bad{background:var(--badbg);color:var(--bad);border-color:transparent}
.chip.good{background:var(--goodbg);color:var(--good);border-color:transparent}
details{margin:.6rem 0 0}
summary{cursor:pointer;color:var(--accent);font-size:.9rem}
svg{display:block;width:100%;overflow:visible}
svg text{fill:var(--soft);font-size:11px;font-family:inherit}
.zw{color:var(--bad);font-style:normal;opacity:.7}
.writing{white-space:pre-wrap;line-height:1.85;unicode-bidi:isolate;contain:paint;overflow-wrap:anywhere}
code,.mono{font:.85em ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;overflow-wrap:anywhere}
@media (max-width:46rem){main{padding:1.2rem .9rem 3rem}h1{font-size:1.25rem}.card{padding:.8rem .9rem}}
@media print{body{background:#fff}.card{break-inside:avoid}}
"""
