"""The element that holds a post's body.

It is the block with the most words between the post's head and its end that are neither
comments nor links nor labels.
"""

import re
from collections import Counter
from copy import deepcopy
from functools import cached_property
from itertools import pairwise

from lxml import etree

from crawler import urls
from crawler.boards import field_words, markup
from crawler.boards.rows import list_rows
from crawler.boards.structure.elements import (
    BLOCKS,
    BODY,
    FIGURES,
    LONGEST_NAME,
    SAYS_BESIDE,
    WHEN,
    calls,
    count_letters,
    drop,
    first_in,
    holds_body,
    holds_much,
    is_small,
    is_stamped,
    short_text,
    shows_something,
    stands_beside_time,
)
from crawler.boards.structure.labelled_lines import BODY_LABELS, label_of
from crawler.boards.structure.list_structure import labelled_cells, links_to_posts
from crawler.boards.structure.post_structure import (
    BLANKS,
    BUTTON,
    CLOCK_ALONE,
    FILE_LINK,
    LONGEST_INFO,
    TO_LIST,
    UNREAD,
    PostStructure,
    is_bare_figure,
    is_prose,
    tells_figure,
)
from crawler.boards.structure.replies import first_said
from crawler.dates import read_time
from crawler.page import Page

MOST_ELEMENTS = 30_000
"""Elements of a page that is read; every reading here is linear but for its depth."""
BESIDE = re.compile(
    r"btn|button|file|attach|filelink|addlink|rel_?link|view_?link|react|recommend|"
    r"sound_only|blind|sr-only|screen-reader|invisible|"
    r"satis|kogl|opentype|public_?nuri|"
    r"(?:^|[-_ ])(?:sns|share|tag|tags|prev|next|prevnext|ccl|"
    r"pager|paging|pagination|navi|vote|like|util|related|sign|signature|copyright|info|meta|"
    r"writer|date|hit|author|regdate|profile|user|option|tools?)(?:[-_ ]|$)",
    re.IGNORECASE,
)


_TELLS_NOTHING = re.compile(
    r"(?<![\w-])(?:(?:alert|badger?(?:-left)?|bg|border|callout|card|label|panel|table|text|well)-info|"
    r"(?:user|author|member)[-_](?:id[-_])?\d+)(?![\w-])"
)
"""A shade of blue in the words of CSS frameworks, and whose post a block is: not what it holds."""


class BodyPlace(PostStructure):
    """A page by where its body stands."""

    @cached_property
    def container(self) -> etree._Element | None:
        """The element that holds the body."""
        found = _find_container(self)
        if found is not None or self.heading is None:
            return found
        return first_said(self.comment_heads, self.around, self.forms, self.stamped)

    @cached_property
    def is_without_body(self) -> bool:
        """Tell a page that shows the listed title and not a word, a picture or a place behind it."""
        if self.container is not None or self.heading is None or not self.listed:
            return False
        start, beside = self.order[self.heading], self.around | self.comment_parts | _beside(self)
        behind = range(start + 1, len(self.index.elements))
        return not (_own_letters(self, start, beside) or _pictures(self, behind, beside))

    @cached_property
    def shares(self) -> set[etree._Element]:
        """Every element of the blocks to share the post, which the body is stored without."""
        return markup.all_of(_share_blocks(self.root))

    @cached_property
    def within(self) -> set[etree._Element]:
        """Every element of the body."""
        return markup.all_of([] if self.container is None else [self.container])


AUTHOR_CELLS = (
    *("글", "게시자", "필자", "성명", "작성", "등록인", "기자", "author"),
    *("담당", "담당자", "담당부서", "작성부서", "등록부서"),
)
"""What the cell beside a writer's name may be called, too; in a line of words they say nothing."""
_FIELD_LABELS = frozenset(
    label.replace(" ", "")
    for label in (
        *field_words.TIME,
        *field_words.HITS,
        *field_words.AUTHOR,
        *field_words.CATEGORY,
        *AUTHOR_CELLS,
    )
)
"""Labels of a post's own fields."""
_WRITER_LABELS = frozenset(label_of(label) for label in field_words.AUTHOR)
_ROW_LABELS = frozenset(
    [
        *_FIELD_LABELS,
        *(
            "첨부파일",
            "첨부",
            "파일",
            "화일",
            "이전글",
            "다음글",
            "이전",
            "다음",
            "윗글",
            "아랫글",
        ),
        *(
            "prev",
            "next",
            "연락처",
            "담당부서",
            "부서",
            "추천",
            "링크",
            "이메일",
            "홈페이지",
            "아이피",
            "ip",
        ),
        *("file", "files", "attachment", "email", "homepage", "tel"),
    ]
)
"""Labels whose rows say something beside the body."""


def _find_container(generic: BodyPlace) -> etree._Element | None:
    """Return the element with the post's text: behind the title, beside comments and buttons.

    The words behind the title that are no comment, link, button or figure are the body's;
    the smallest element that holds nearly all of them is it.
    """
    heading, above, order = generic.heading, generic.above, generic.order
    start = order[heading] if heading is not None else -1
    beside = generic.around | generic.comment_parts | _beside(generic)
    for names in ("articleBody", "description", "text"):
        for element in markup.select(generic.root, f"//*[@itemprop='{names}' and not(self::meta)]"):
            if element not in beside and order[element] > start:
                return element
    for labelled in labelled_cells(generic, BODY_LABELS, may_be_empty=True):
        if (
            order[labelled] > start
            and labelled not in generic.comment_parts
            and labelled.tag in ("td", "dd", "div")
            and next(labelled.iter("textarea"), None) is None
            and generic.is_of_header(labelled)
        ):
            return labelled
    own = _own_letters(generic, start, beside)
    stretch = _stretch(generic, start, own, beside)
    if stretch is None:
        return _blank(generic, start, beside)
    shown = _pictures(generic, stretch, beside)
    weights: Counter[etree._Element] = Counter()
    named: list[etree._Element] = []
    first: etree._Element | None = None
    for element in generic.index.elements[stretch.start : stretch.stop]:
        if count := own.get(element, 0):
            first = element if first is None else first
            for each in (element, *element.iterancestors()):
                weights[each] += count
        if element in beside or element.tag not in BLOCKS or element in above:
            continue
        if BODY.search(f"{markup.classes(element)} {element.get('id') or ''}"):
            named.append(element)
    if generic.stamp is not None:
        # What holds the post's time, too, is around the body.
        around = {*generic.index.elements[generic.stamp].iterancestors()}
        named = [each for each in named if each not in around] or named
    # A cell of figures is no body, whatever its class; one of pictures or links alone may be.
    named = [
        each
        for each in named
        if weights[each] or (not _letters_outside_links(each, generic) and shows_something(each))
    ]
    region = _region(generic, weights, named)
    inside = set(region.iter())
    candidates = [element for element in named if element in inside]
    most = max((weights[element] for element in candidates), default=0)
    rest = weights[region] - most
    if not most and rest < _LEAST_BODY:
        # A post of links or of pictures alone has no words that count.
        holder = _shown(generic, stretch, beside, above, own, rest)
        if holder is not None:
            return holder
    if candidates and (most >= 0.5 * weights[region] or (most and rest < _LEAST_BODY)):
        # Wrappers are called so, too: the innermost that holds nearly all of it.
        full = [element for element in candidates if weights[element] >= 0.9 * most]
        chosen = _widened(full[-1], generic, weights, beside) if most else full[0]
        return _tightened(chosen, weights, beside - generic.shares, above, shown)
    if weights[region] == 0:
        return candidates[-1] if candidates else None
    if candidates and most and first_in(candidates, first):
        return _tightened(candidates[0], weights, beside - generic.shares, above, shown)
    holder = _innermost(region, weights)
    if holder is not region:
        holder = _widened(holder, generic, weights, beside)
    if first is not None and (holder.tag in ("body", "html") or holder in above):
        # The whole page is around it: the largest element of the first words behind the
        # title that holds no more than the body.
        holder = first
        for element in first.iterancestors():
            if element in above or element in generic.comment_parts:
                break
            if any(each in element.iter() for each in generic.comment_heads):
                break
            holder = element
        while holder.tag in ("tbody", "table", "tr") and len(holder):
            inner = max(holder, key=lambda child: weights[child])
            if weights[inner] < 0.9 * weights[holder]:
                break
            holder = inner
    return _tightened(holder, weights, beside - generic.shares, above, shown)


def _own_letters(
    generic: BodyPlace, start: int, beside: set[etree._Element]
) -> dict[etree._Element, int]:
    """Return the letters behind the title that may be the body's, by the element that they stand in."""
    linked = markup.all_of(generic.index.with_tag("a"))
    titled = markup.all_of([] if generic.heading is None else [generic.heading])
    title = "" if generic.heading is None else markup.text_of(generic.heading)
    stamp, stamped = generic.stamp or 0, generic.stamped
    around_stamp = set() if stamped is None else {stamped, *stamped.iterancestors()}
    found: dict[etree._Element, int] = {}
    for place, element in enumerate(generic.index.elements[start + 1 :], start + 1):
        if element in beside or element in titled or element.tag in UNREAD:
            continue
        if is_stamped(element) or (place < stamp and markup.squeeze(element.text) == title):
            continue  # the title may stand there again
        words = [] if element in linked else [element.text or ""]
        words += [
            FILE_WORDS.sub("", child.tail)
            if FILE_LINK.search(child.get("href") or "")
            else child.tail
            for child in element
            if child.tail and (child not in beside or child in linked)
        ]
        if element is generic.stamped:
            # Files may be named in the line of the figures.
            words = [FILE_WORDS.sub("", FIGURES.sub("", word)) for word in words]
        own = sum(count_letters(word) for word in words if not tells_figure(word, generic))
        if not own:
            continue
        is_short = own <= LONGEST_NAME
        if is_short and (
            element is stamped or _is_name(element, around_stamp) or _is_after_label(element)
        ):
            continue
        found[element] = own
    return found


def _is_name(element: etree._Element, around_stamp: set[etree._Element]) -> bool:
    """Tell a name beside a time; in a body where the post's own time is elsewhere none is one."""
    parent = element.getparent()
    is_said = around_stamp and parent not in around_stamp and _is_called_body(parent)
    return not is_said and stands_beside_time(element)


def _is_after_label(element: etree._Element) -> bool:
    """Tell a name right behind its label in a line that tells a time: "글쓴이 : <b>솔바람</b> …"."""
    before, line = element.getprevious(), element.getparent()
    if line is None or not WHEN.search(short_text(line, LONGEST_INFO)):
        return False
    said = markup.squeeze(before.tail if before is not None else line.text)
    return label_of(said.rpartition("|")[2]) in _WRITER_LABELS


def _is_called_body(element: etree._Element | None) -> bool:
    if element is None:
        return False
    names = f"{markup.classes(element)} {element.get('id') or ''}"
    return bool(BODY.search(names)) and not SAYS_BESIDE.search(names)


def _stretch(
    generic: BodyPlace,
    start: int,
    own: dict[etree._Element, int],
    beside: set[etree._Element],
) -> range | None:
    """Return the places among the page's elements between which the body stands.

    Buttons, neighbours and comments end it.  It is the first stretch behind the post's time
    with words, links or pictures; else what stands before the time.  None: the post is empty.
    """
    elements = generic.index.elements

    def letters(stretch: range) -> int:
        return sum(own.get(element, 0) for element in elements[stretch.start : stretch.stop])

    stamp = generic.stamp
    heads = [generic.order[head] for head in generic.comment_heads if generic.order[head] > start]
    if (
        stamp is not None
        and stamp > min(heads, default=stamp)
        and letters(range(start, min(heads)))
    ):
        stamp = None  # a comment's, or of a list behind the post
    ends = [end for end in generic.ends if end > (stamp if stamp is not None else start)]
    if not ends:
        ends = [len(elements)]
    begin = stamp if stamp is not None else start + 1
    head = range(start + 1, begin)
    stretches = [range(begin, ends[0])]
    for place, following in pairwise(ends):
        if not generic.ends.get(place):
            break
        stretches.append(range(place, following))  # buttons may stand above the body, too
    tail = range(ends[-1], len(elements))
    most = max(stretches, key=letters)
    if letters(most) > _LEAST_TAIL:
        # What little stands before it is left of the figures.
        stretches = [each for each in stretches if letters(each) >= letters(most) / _LEFT]
    is_named = stamp is not None and _named_blank(generic, begin, beside) is not None
    blank = next(iter(_blanks(generic, start, beside)), None)
    # The smallest element around the title and the empty place of a body.
    frame = set() if blank is None else set(_frame(generic, blank).iter())
    for stretch in (*stretches, head):
        if stretch is head and (is_named or (blank is not None and letters(head) <= _INITIALS)):
            return None
        shown = _pictures(generic, stretch, beside)
        said = [each for each in elements[stretch.start : stretch.stop] if each in own]
        if blank is not None and letters(stretch) < _LEAST_BODY and frame.isdisjoint(said + shown):
            continue  # a word or two, or an icon, beyond it
        if said or shown:
            return stretch
    # Buttons may stand above the body alone; a word or two behind all others is no body.
    if not all(generic.ends.get(end, True) for end in ends):
        return None  # the post's comments, or the list, are behind it
    if tail and letters(tail) >= _LEAST_TAIL:
        return tail
    return None if blank is not None or not letters(tail) else tail


_INITIALS = 2
"""Letters of what stands for a portrait."""
_LEAST_TAIL = 60
"""Letters behind all buttons that are a body all the same."""
_LEFT = 4
"""Times as many letters as before, from which a stretch between buttons is the body."""


def _frame(generic: BodyPlace, element: etree._Element) -> etree._Element:
    return next((each for each in element.iterancestors() if each in generic.above), generic.root)


def _pictures(
    generic: BodyPlace, stretch: range, beside: set[etree._Element]
) -> list[etree._Element]:
    """Return the pictures and the links to other sites in a stretch."""
    here = urls.host(generic.page.url)
    found = []
    for element in generic.index.elements[stretch.start : stretch.stop]:
        if element in beside or element.tag not in ("a", "img", "video", "iframe"):
            continue
        if element.tag == "a":
            url = urls.join(generic.page.url, element.get("href") or "")
            if url is not None and urls.host(url) != here and generic.letters[element]:
                found.append(element)
        elif not (BUTTON.search(element.get("src") or "") or is_small(element)):
            named = f"{markup.classes(element)} {' '.join(markup.trail(element, generic.root)[:2])}"
            if not _PORTRAIT.search(named):
                found.append(element)
    return found


_PORTRAIT = re.compile(r"avatar|profile|photo_?user|level|rank", re.IGNORECASE)


def _blank(generic: BodyPlace, start: int, beside: set[etree._Element]) -> etree._Element | None:
    """Return the place of a post without a word: a block behind the title, by its name if any has one.

    It is empty, or holds a figure alone.
    """
    blanks = _blanks(generic, start, beside)
    named = _named_blank(generic, start, beside)
    told = next((each for each in blanks if generic.letters[each]), None)
    if told is None or (named is not None and generic.letters[named]):
        return named if named is not None else next(reversed(blanks), None)
    # Figures may follow an empty body.
    is_before = named is not None and generic.order[named] < generic.order[told]
    return named if is_before else told


def _blanks(generic: BodyPlace, start: int, beside: set[etree._Element]) -> list[etree._Element]:
    behind = generic.stamp if generic.stamp is not None else start
    # Buttons may stand above it.
    last = len(generic.index.elements)
    ends = [(end, is_button) for end, is_button in generic.ends.items() if end > behind]
    end = next((end for end, is_button in ends if not is_button), last)
    titled = markup.all_of([] if generic.heading is None else [generic.heading])
    # Where nothing but buttons follows, what stands behind them may be anything.
    sure = end if end < last else next((end for end, _ in ends), last)
    return [
        element
        for place, element in enumerate(generic.index.elements[start + 1 : end], start + 1)
        if (place < sure or BODY.search(f"{markup.classes(element)} {element.get('id') or ''}"))
        and element.tag in BLANKS
        and element not in beside
        and element not in generic.above
        and element not in titled
        and (not markup.text_of(element, generic.shares) or _is_bare_figure(generic, element))
        and next(element.iter("hr", "img"), None) is None
        and not (place < behind and _is_beside_stamp(generic, element))
    ]


def _is_beside_stamp(generic: BodyPlace, element: etree._Element) -> bool:
    """Tell an empty block in the line of the post's figures, such as a portrait's, from an empty body."""
    stamped = generic.stamped
    outer = element.getparent()
    return (
        stamped is not None
        and outer not in generic.above
        and generic.letters[outer] <= LONGEST_INFO
        and outer in stamped.iterancestors()
        and not _is_called_body(element)
    )


def _is_bare_figure(generic: BodyPlace, element: etree._Element) -> bool:
    """Tell a post that says no more than a number or a day from the figures of its header."""
    if not is_bare_figure(element):
        return False
    before = next(element.itersiblings(etree.Element, preceding=True), None)
    if before is not None and label_of(short_text(before, 30)) in _ROW_LABELS:
        return False
    stamped = generic.stamped
    if stamped is None:
        names = f"{markup.classes(element)} {element.get('id') or ''}"
        return generic.is_told_above or bool(BODY.search(names))
    outer = {stamped, *stamped.iterancestors()}
    return element not in outer and not any(
        each in outer and each.tag == element.tag for each in element.itersiblings(preceding=True)
    )


def _named_blank(
    generic: BodyPlace, start: int, beside: set[etree._Element]
) -> etree._Element | None:
    named = (
        element
        for element in reversed(_blanks(generic, start, beside))
        if BODY.search(f"{markup.classes(element)} {element.get('id') or ''}")
    )
    return next(named, None)


def _shown(
    generic: BodyPlace,
    stretch: range,
    beside: set[etree._Element],
    above: set[etree._Element],
    own: dict[etree._Element, int],
    words: int,
) -> etree._Element | None:
    """Return the smallest element with nearly all links and pictures behind the title.

    None where they weigh no more than the *words* (letters) beside them.
    """
    weights: Counter[etree._Element] = Counter()
    for element in generic.index.elements[stretch.start : stretch.stop]:
        if element.tag not in ("a", "img", "video", "iframe") or element in beside:
            continue
        if element.tag == "a":
            said = markup.text_of(element)
            is_button = _BUTTON_WORDS.fullmatch(said) or field_words.is_time(said)
            weight = 0 if is_button else generic.letters[element]
        else:
            weight = 0 if BUTTON.search(element.get("src") or "") else _PICTURE
        for each in (element, *element.iterancestors()):
            weights[each] += weight
    body = next(iter(generic.root.iter("body")), generic.root)
    if weights[body] <= 2 * words:
        return None
    for element in generic.index.elements[stretch.start : stretch.stop]:
        if count := own.get(element, 0):
            for each in (element, *element.iterancestors()):
                weights[each] += count
    holder = _innermost(body, weights)
    return None if holder in above else holder


def _innermost(holder: etree._Element, weights: Counter[etree._Element]) -> etree._Element:
    """Return the innermost block that holds nearly all of what an element holds."""
    while True:
        inner = max(
            (child for child in holder if isinstance(child.tag, str) and child.tag in BLOCKS),
            key=lambda child: weights[child],
            default=None,
        )
        if inner is None or weights[inner] < 0.9 * weights[holder] or inner.tag in ("p", "span"):
            return holder
        holder = inner


_BUTTON_WORDS = re.compile(
    r"(?:수정|삭제|답변|답글|글쓰기|쓰기|인쇄|추천|비추천|신고|스크랩|공유|목록|위로|top|edit|delete|reply|print|like|report|quote|share|#\d+)"
    r"(?:하기)?",
    re.IGNORECASE,
)
_PICTURE = 30
"""Letters that a picture counts for."""


def _letters_outside_links(element: etree._Element, generic: BodyPlace) -> int:
    return generic.letters[element] - sum(generic.letters[link] for link in element.iter("a"))


def _region(
    generic: BodyPlace, weights: Counter[etree._Element], named: list[etree._Element]
) -> etree._Element:
    """Return the smallest element around the title that holds a body, too."""
    if generic.heading is None:
        return next(iter(generic.root.iter("body")), generic.root)
    holding = set()
    for element in named:
        holding |= {element, *element.iterancestors()}
    for element in generic.heading.iterancestors():
        if element in holding or weights[element] >= _LEAST_BODY:
            return element
    return generic.root


_LEAST_BODY = 30
"""Letters of a body in an element that no class or id calls one."""


def _tightened(
    element: etree._Element,
    weights: Counter[etree._Element],
    beside: set[etree._Element],
    above: set[etree._Element],
    shown: list[etree._Element],
) -> etree._Element | None:
    """Step into the one child that holds it all, as long as others are only beside the body.

    Pictures, and links to other sites (*shown*), are of the body, too.
    """
    holding_shown = {outer for each in shown for outer in (each, *each.iterancestors())}
    while True:
        children = [child for child in element if isinstance(child.tag, str)]
        holding = [child for child in children if weights[child] > 0 or child in holding_shown]
        mixed = any(child in beside or child in above for child in children)
        own = (element.text or "").strip() or any((child.tail or "").strip() for child in children)
        is_only = len(children) == 1 and children[0].tag in ("div", "section", "article")
        if len(holding) != 1 or own or holding[0].tag not in BLOCKS or not (mixed or is_only):
            return element
        element = holding[0]


def _widened(
    element: etree._Element,
    generic: BodyPlace,
    weights: Counter[etree._Element],
    beside: set[etree._Element],
) -> etree._Element:
    """Step out as long as there are more words without a class: what authors paste has none."""
    while True:
        outer = element.getparent()
        if outer is None or outer in generic.above or outer.tag in ("tr", "tbody", "table", "body"):
            return element
        inside = set(element.iter())
        others = [each for each in outer.iterdescendants(etree.Element) if each not in inside]
        is_plain = not any(each in beside or each.get("class") or each.get("id") for each in others)
        # In what is called a body, too, plain words are of it, figures and all.
        is_stamped = generic.stamped is not None and generic.stamped in outer.iter()
        sizes = generic.letters if _is_called_body(outer) and not is_stamped else weights
        if not is_plain or sizes[outer] <= sizes[element] or (outer.text or "").strip():
            return element
        element = outer


def _shows_words(generic: BodyPlace, element: etree._Element) -> bool:
    """Tell whether what is called a body, be it a reply's, says something beside links."""
    return any(
        BODY.search(markup.classes(each))
        and (_letters_outside_links(each, generic) or next(each.iter("img"), None) is not None)
        for each in element.iter(*BLOCKS)
        if each is not element
    )


def _is_of_links(generic: BodyPlace, element: etree._Element) -> bool:
    """Tell a block of links within the site, or to share the post, and a word or two that name them."""
    links = list(element.iter("a"))
    words = generic.letters[element]
    linked = sum(generic.letters[link] for link in links)
    if not links or not linked or words - linked > LONGEST_NAME or words > _MOST_LINKED:
        return False
    here = urls.host(generic.page.url)
    for link in links:
        href = link.get("href") or ""
        url = urls.join(generic.page.url, href)
        is_own = url is None or urls.host(url) == here or href[:1] in ("", "#")
        if not (is_own or _SHARE.search(href)):
            return False
    return True


def without_shares(container: etree._Element) -> etree._Element:
    """Return the body's element without blocks of nothing but links to share the post."""
    if not _share_blocks(container):
        return container
    copy = deepcopy(container)
    for block in _share_blocks(copy):
        drop(block)
    return copy


def _share_blocks(root: etree._Element) -> list[etree._Element]:
    """Return the largest blocks of links to share a post or to others like it.

    A link in a paragraph is the author's.
    """
    found: dict[etree._Element, None] = {}
    for link in root.iter("a"):
        block = None
        for outer in (link, *link.iterancestors()):
            links = list(outer.iter("a"))
            words = sum(count_letters("".join(each.itertext())) for each in links)
            if (
                outer is root
                or not all(_SHARE.search(each.get("href") or "") for each in links)
                or count_letters("".join(outer.itertext())) - words > LONGEST_NAME
            ):
                break
            block = outer
        if block is not None and block.tag in _LINK_BLOCKS:
            found[block] = None
    for block in root.iter(*_LINK_BLOCKS):
        if block is root or not _RELATED.search(markup.classes(block)) or block in found:
            continue
        linked = sum(count_letters("".join(each.itertext())) for each in block.iter("a"))
        if linked > 0 and count_letters("".join(block.itertext())) - linked <= LONGEST_NAME:
            found[block] = None
    return [block for block in found if not any(outer in found for outer in block.iterancestors())]


_RELATED = re.compile(r"(?:^|[-_ ])(?:related(?:[-_]?posts?)?|yarpp|sharedaddy)(?:[-_ ]|$)")
"""What blogs put into a post's own element: links to others, and to share it."""


_MOST_LINKED = 300
"""Letters of a block of links that stands beside a body."""
_SHARE = re.compile(
    r"[/.]share|sharer|/intent/|(?:twitter|facebook|kakao|band|line|pinterest|x)\.(?:com|us|me)/\S*[?&](?:u|url|text)=",
    re.IGNORECASE,
)


def _beside(generic: BodyPlace) -> set[etree._Element]:
    """Return every element of what stands beside a body: figures, buttons, files, neighbours."""
    parts = []
    post_links = links_to_posts(generic)
    for element in generic.index.elements:
        tag = element.tag
        if tag in ("button", "select", "form", "noscript", "iframe", "nav", "label"):
            # Some software puts all of a post into a form.
            if tag != "form" or not (holds_much(element) or generic.is_above(element)):
                parts.append(element)
        elif tag in _MAY_BE_BESIDE:
            names = f"{markup.classes(element)} {element.get('id') or ''}"
            called = BESIDE.search(names)
            if called and _TELLS_NOTHING.search(names):
                called = BESIDE.search(_TELLS_NOTHING.sub(" ", names))
            is_beside = called and not generic.is_above(element)
            if called and called[0].strip("-_ ").lower() in _FIGURES_NAMES and is_prose(element):
                is_beside = False  # figures are no sentence: pasted from another site
            holders = element if SAYS_BESIDE.search(names) else [element]
            is_around_body = is_beside and any(map(holds_body, holders))
            if (is_beside and not holds_much(element) and not is_around_body) or (
                tag in _LINK_BLOCKS
                and _is_of_links(generic, element)
                and not (
                    generic.is_above(element)
                    or holds_body(element)
                    or _shows_words(generic, element)
                )
            ):
                parts.append(element)
    for link in post_links:
        row = next((each for each in link.iterancestors("tr", "li", "dl")), link)
        parts.append(row if not generic.is_above(row) else link)
    if (info := _dated_line(generic)) is not None:
        parts.append(info)
    if (signed := _signed_line(generic)) is not None:
        parts.append(signed)
    for labels in (field_words.AUTHOR, field_words.TIME, field_words.HITS):
        cell = next(filter(generic.is_of_header, labelled_cells(generic, labels)), None)
        if cell is not None and not holds_much(cell) and not generic.is_above(cell):
            parts.append(cell)
    for rows in generic.lists:
        scopes = list_rows.common_scope(rows)
        parts += [scope for scope in scopes if not generic.is_above(scope)]
    for link, url in generic.links:
        if FILE_LINK.search(url) or TO_LIST.fullmatch(markup.text_of(link)):
            parts.append(link)
        if (
            FILE_LINK.search(url)
            and (row := next(link.iterancestors("tr", "li", "p"), None)) is not None
        ):
            words = short_text(row).replace(markup.text_of(link), " ")
            if not (count_letters(FILE_WORDS.sub("", words)) or generic.is_above(row)):
                parts.append(row)
    for button in generic.index.with_tag("button"):
        row = next(button.iterancestors("tr", "li", "p"), None)
        if row is None or generic.is_above(row) or not FILE_LINK.search(calls(button)):
            continue
        words = _FILE_NAME.sub(" ", short_text(row).replace(markup.text_of(button), " "))
        if not count_letters(FILE_WORDS.sub("", words)):
            parts.append(row)
    for cell in generic.index.with_tag("th", "dt", "td"):
        row = next((each for each in cell.iterancestors("tr", "dl")), None)
        if row is None or (cell.tag == "td" and next(iter(row), None) is not cell):
            continue
        if next(cell.iter("button"), None) is not None:
            continue  # below an empty body, say
        label = label_of(short_text(cell, 30)).rstrip("0123456789")
        is_figure = label in _ROW_LABELS or _is_state(generic, cell, label)
        if (
            is_figure
            and not generic.is_above(row)
            and not holds_much(row)
            and (label not in _FIELD_LABELS or generic.is_of_header(cell))
        ):
            parts.append(row)
    return markup.all_of(parts)


def _is_state(generic: BodyPlace, cell: etree._Element, label: str) -> bool:
    """Tell a label that no other board has from its place: a short value beside it, known labels near."""
    if cell.tag == "td" or not 0 < len(label) <= _LONGEST_LABEL or label in BODY_LABELS:
        return False
    row = cell.getparent()
    cells = [each for each in row if isinstance(each.tag, str)]
    if len(cells) % 2 or any(
        (each.tag == cell.tag) != (place % 2 == 0) for place, each in enumerate(cells)
    ):
        return False
    if any(len(short_text(each)) > LONGEST_INFO for each in cells):
        return False
    return any(
        label_of(short_text(each, 30)) in _ROW_LABELS
        for near in (row, row.getprevious(), row.getnext())
        if near is not None and isinstance(near.tag, str)
        for each in near
        if each.tag == cell.tag and generic.is_of_header(each)
    )


_LONGEST_LABEL = 10


def _dated_line(generic: BodyPlace) -> etree._Element | None:
    """Return the line right behind the title that shows the day which the list shows, too."""
    row, heading = generic.row, generic.heading
    if row is None or row.posted_at is None or heading is None:
        return None
    start = generic.index.elements.index(heading)
    for element in generic.index.elements[start + 1 : start + 12]:
        if element.tag not in _MAY_BE_BESIDE or generic.is_above(element):
            continue
        if element.tag == "table" and len(element.findall(".//tr")) > 1:
            continue  # a row may hold a short body
        line = short_text(element, 200)
        if len(line) >= 100 or not (match := WHEN.search(line)):
            continue
        shown = read_time(line[match.start() :], row.posted_at)
        is_same = generic.is_listed_day(shown)
        if CLOCK_ALONE.fullmatch(match[0]):
            is_same = shown == row.posted_at  # else office hours, say
        is_body = holds_body(element)
        few = count_letters(FIGURES.sub("", line)) <= LONGEST_NAME
        return element if is_same and few and not is_body else None
    return None


def _signed_line(generic: BodyPlace) -> etree._Element | None:
    """Return the line behind the post's time that names writer and title again, and nothing else."""
    row = generic.row
    if row is None or not row.author or not generic.listed or generic.stamp is None:
        return None
    most = count_letters(row.author) + count_letters(generic.listed) + _MOST_BESIDE_NAMES
    found = None
    for element in generic.index.elements[generic.stamp + 1 :][:_NEAR_STAMP]:
        if found is not None and element not in found.iter():
            break
        if element.tag in _MAY_BE_BESIDE and 0 < generic.letters[element] <= most:
            line = short_text(element, 300)
            if (
                row.author in line
                and generic.listed in line.replace(row.author, " ", 1)
                and not generic.is_above(element)
            ):
                found = element  # the innermost: a word or two of the body may stand beside it
    return found


_MOST_BESIDE_NAMES = 8
"""Letters between a writer and a title in one line: "님의 글", "wrote"."""
_NEAR_STAMP = 12
"""Elements behind a post's time among which such a line stands."""
_FILE_NAME = re.compile(r"\S.*\.\w{2,5}\b")
_FIGURES_NAMES = frozenset({"info", "meta", "date", "hit", "regdate"})
_MAY_BE_BESIDE = frozenset(
    [
        "div",
        "ul",
        "ol",
        "dl",
        "p",
        "span",
        "section",
        "td",
        "tr",
        "li",
        "table",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "strong",
        "em",
        "i",
        "b",
    ]
)
_LINK_BLOCKS = frozenset({"div", "section", "dl", "ul", "ol"})
FILE_WORDS = re.compile(
    r"첨부|[파화]일|다운로드|다운|down\b|저장|미리\s?보기|바로\s?보기|크기|용량|횟수|회|개|건|files?|attach(?:ed|ments?)?|downloads?|size|"
    r"[\d.,]+\s?(?:[kmg]i?b?|bytes?)\b|\d+",
    re.IGNORECASE,
)
"""What stands beside the name of a file."""


def find_body(page: Page) -> etree._Element | None:
    """Return the element that holds a post's body by structure alone, None where none does.

    For engines that know a post's page, but not its skin.
    """
    if len(markup.index_of(page).elements) > MOST_ELEMENTS:
        return None
    generic = BodyPlace.of(page)
    return generic.container if generic.heading is not None else None
