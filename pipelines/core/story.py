"""An article's page → its text, without what stands around and between it.

Where the newsroom marks the body, all of that is the text; elsewhere trafilatura finds it, in the
``<article>`` that holds the headline or in the page. Adverts, links to other articles, comments and
buttons are taken out first: they change from visit to visit, and would make an edit of each.
"""

import re
from typing import NamedTuple

import trafilatura
from lxml import etree

from pipelines.core.body import read_body

_LEAST = 80
"""Letters of a body: what has fewer is a frame that a script fills."""
_ENOUGH = 300
"""Letters that are an article, and no line of one."""


def _words(names: str) -> frozenset[str]:
    return frozenset(names.split())


_BODIES = _words(
    "articlebody articlebodycontents articlebodycontent articlebodytext articlebodywrap "
    "articletext articletxt articlecontent articlecontents articlecont articebody "
    "articleviewcontentdiv articlebodyonly articleveiwbody articleviewbody newsbody newsbodyarea "
    "newsbodyid newscontent newscontents newstext newstxt dicarea newsendcontents contnewstext "
    "harmonycontainer pnlcontent"
)
"""Ids and classes that newsrooms give to the body and nothing else, in lower case and without marks."""
_VIEWS = _words(
    "articleview articlewrap newsview newsviewbody newsarticle newsctarticle viewcontent viewcontents "
    "viewcon viewbody articlearea entrycontent postcontent"
)
"""Those that may hold a headline, times and buttons, too."""
_UNSEEN = _words("script style nav aside footer noscript template")
_LEAST_BELOW = 20
"""Letters below a headline that make an article of what holds both."""
_LONGEST_TITLE = 150
_NO_BODY = _words("html body p span a li script h1 h2 h3 input meta")
_FURNITURE = _words(
    "script style noscript template iframe nav aside footer button select textarea svg ins dialog "
    "amp-ad amp-sidebar amp-social-share"
)
_FURNITURE_NAMES = _words(
    "ad ads adv advert advertisement adsense adbox banner sponsor sponsored promotion "
    "related relation relate relnews recommend recommended recommendation popular ranking "
    "sns share sharing social comment comments reply replies disqus livere subscribe profile "
    "newsletter paywall toolbar breadcrumb breadcrumbs paging pagination taboola dable outbrain "
    "teads"
)
"""Words of ids and classes that stand for none of the article."""
_NAME = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_MARKS = re.compile(r"[-_\s]")
_LABEL = re.compile(
    r"\W*(?:관련\s?(?:기사|뉴스)|많이\s?본\s?(?:기사|뉴스)|함께\s?(?:볼만한|읽으면 좋은)\s?(?:기사|뉴스)"
    r"|추천\s?(?:기사|뉴스)|이\s?시각\s?주요\s?(?:기사|뉴스)|광고|advertisement|사진\s?(?:크게|확대)\s?보기)\W*",
    re.IGNORECASE,
)
"""Whole lines that head what was taken out."""
_STAMP = re.compile(
    r"\W*(?:기사\s?)?(?:입력|승인|등록|송고|게재|발행|수정|최종\s?수정|업데이트)(?:일시|시간|일)?\W*"
    r"(?:19|20)\d\d\W.{0,60}"
)
_HEAD_LINES = 8
"""Lines from the top among which the headline and the times stand."""


def article_text(root: etree._Element, title: str | None) -> str:
    """Return the text of the article that a page shows, lines kept; empty if there is none.

    Args:
        root: the page; what is no part of the article is taken out of it.
        title: the headline, which is no part of the text.
    """
    _prune(root)
    body = _marked(root, _BODIES)
    scope = body if body is not None else _marked(root, _VIEWS)
    if scope is None:
        scope = _with_headline(root, title)
    _drop_headings(scope, title)
    sizes = _sizes(scope)
    _drop_links(scope, sizes)
    text = read_body(_markup(scope)).text if body is not None else _extracted(scope)
    text = without_head(text, title)
    # A page that leads to articles is none.
    return text if 2 * (sizes[scope].letters - sizes[scope].linked) >= count_letters(text) else ""


def count_letters(text: str) -> int:
    """Return how many letters and digits *text* has."""
    return sum(map(str.isalnum, text))


def _markup(element: etree._Element) -> str:
    markup: str = etree.tostring(element, encoding="unicode", method="html", with_tail=False)
    return markup


def _extracted(element: etree._Element) -> str:
    markup = _markup(element)
    if element.tag != "html":
        markup = f"<html><body>{markup}</body></html>"
    try:
        document = trafilatura.bare_extraction(
            markup, include_comments=False, include_formatting=False, deduplicate=False
        )
    except (ValueError, RecursionError, etree.LxmlError):
        document = None
    found = getattr(document, "text", None) or ""
    return "\n".join(line.strip() for line in found.splitlines() if line.strip())


# --- what is the body -----------------------------------------------------------------


def _marked(root: etree._Element, names: frozenset[str]) -> etree._Element | None:
    """Return the element that the newsroom marks by one of *names*; None where that is not clear."""
    groups: dict[str, list[etree._Element]] = {"": []}
    for element in root.iter(etree.Element):
        if element.tag in _NO_BODY:
            continue
        if element.get("itemprop") == "articleBody":
            groups[""].append(element)
        for name in _plain_names(element) & names:
            groups.setdefault(name, []).append(element)
    for found in groups.values():
        sizes = [_size(element) for element in found[:2]]
        # Several are the paragraphs of one article, or articles one below the other.
        if sizes and sizes[0] >= (_LEAST if len(found) == 1 else _ENOUGH):
            return found[0]
    return None


def _plain_names(element: etree._Element) -> set[str]:
    names = [element.get("id") or "", *(element.get("class") or "").split()]
    return {_MARKS.sub("", name).lower() for name in names}


def _with_headline(root: etree._Element, title: str | None) -> etree._Element:
    """Return the ``<article>`` that holds the headline; the page if there is none."""
    wanted = _letters(title or "")
    for heading in root.iter("h1", "h2", "h3"):
        if wanted and _letters("".join(heading.itertext())) == wanted:
            for around in heading.iterancestors("article"):
                if _size(around) - len(wanted) >= _LEAST_BELOW:
                    return around
    return root


def _size(element: etree._Element) -> int:
    return count_letters("".join(element.itertext()))


class _Size(NamedTuple):
    letters: int
    linked: int
    """Those of them that lead elsewhere."""


def _sizes(root: etree._Element) -> dict[etree._Element, _Size]:
    """Return how many letters each element shows, in one pass."""
    found: dict[etree._Element, _Size] = {}
    stack: list[list[int]] = [[0, 0]]
    for event, element in etree.iterwalk(root, events=("start", "end")):
        if event == "start":
            own = count_letters(element.text or "") if element.tag not in _UNSEEN else 0
            stack.append([own, 0])
            continue
        letters, linked = stack.pop()
        if element.tag in _UNSEEN:
            letters = linked = 0
        elif element.tag == "a":
            linked = letters
        found[element] = _Size(letters, linked)
        stack[-1][0] += letters + count_letters(element.tail or "")
        stack[-1][1] += linked
    return found


# --- what is not ----------------------------------------------------------------------


def _prune(root: etree._Element) -> None:
    """Take out of a page what is no part of any article."""
    for comment in list(root.iter(etree.Comment, etree.ProcessingInstruction)):
        if comment.getparent() is not None:
            _drop(comment)
    kept = _kept(root)
    for element in list(root.iter(etree.Element)):
        if not (element.tag in _FURNITURE or _name_words(element) & _FURNITURE_NAMES):
            continue
        if element not in kept:
            _drop(element)
        else:
            # It holds the article: trafilatura, too, goes by such names.
            for name in ("id", "class"):
                element.attrib.pop(name, None)


def _kept(root: etree._Element) -> set[etree._Element]:
    """Return what holds a headline, a body or most of the page, whatever it is called."""
    kept = {
        element
        for element in root.iter(etree.Element)
        if element.tag in ("h1", "article", "main", "body", "html", "head")
        or element.get("itemprop") == "articleBody"
        or _plain_names(element) & _BODIES
    }
    for element in list(kept):
        for around in element.iterancestors():
            if around in kept:
                break
            kept.add(around)
    sizes = _sizes(root)
    all_of_it = sizes[root].letters - sizes[root].linked
    most = root
    while True:
        inner = next(
            (
                child
                for child in most
                if child in sizes and 2 * (sizes[child].letters - sizes[child].linked) > all_of_it
            ),
            None,
        )
        if inner is None:
            return kept
        kept.add(inner)
        most = inner


def _name_words(element: etree._Element) -> set[str]:
    name = f"{element.get('id') or ''} {element.get('class') or ''}"
    return {word.lower() for word in _NAME.findall(name)}


def _drop_headings(scope: etree._Element, title: str | None) -> None:
    """Take the headline out of what holds the article, and the one ``<h1>``, whatever it says."""
    wanted = _letters(title or "")
    is_only = len(list(scope.iter("h1"))) == 1
    for heading in list(scope.iter("h1", "h2", "h3", "h4")):
        letters = _letters("".join(heading.itertext()))
        if (wanted and letters == wanted) or (
            heading.tag == "h1" and is_only and len(letters) <= _LONGEST_TITLE
        ):
            _drop(heading)


def _drop_links(scope: etree._Element, sizes: dict[etree._Element, _Size]) -> None:
    """Take out the lines and lists that are nothing but links to elsewhere."""
    for element in list(scope.iter("ul", "ol", "dl", "p", "div", "li")):
        letters, linked = sizes[element]
        if element is not scope and letters and linked >= 0.9 * letters:
            _drop(element)


def _drop(element: etree._Element) -> None:
    """Take an element out of its tree; the text behind it stays."""
    parent, before = element.getparent(), element.getprevious()
    tail = element.tail
    if tail and before is not None:
        before.tail = (before.tail or "") + tail
    elif tail:
        parent.text = (parent.text or "") + tail
    parent.remove(element)


def without_head(text: str, title: str | None) -> str:
    """Take the headline, the times and the labels of what was taken out off a text."""
    wanted = _letters(title or "")
    kept = []
    for number, line in enumerate(text.splitlines()):
        is_head = number < _HEAD_LINES and (
            (wanted and _letters(line) == wanted) or _STAMP.fullmatch(line)
        )
        if not is_head and not _LABEL.fullmatch(line):
            kept.append(line)
    return "\n".join(kept)


def _letters(text: str) -> str:
    return "".join(letter for letter in text if letter.isalnum())
