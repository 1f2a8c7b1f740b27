"""Whether a page shows a post, or says that it is secret, deleted or denied.

Words count in a notice that leaves the page, or on a short page that does not show the listed
post: people write of deleted posts and of passwords, too.
"""

import re

from lxml import etree

from crawler.boards import markup
from crawler.boards.structure.elements import short_text
from crawler.boards.structure.list_structure import links_to_posts
from crawler.boards.structure.post_fields import PostFields, post_title
from models.relation import Status

_FOR_SOME = (
    r"(?:작성자|글쓴이|본인|관리자)(?:[와과,·]\s?\S+|\s및\s\S+)?만\s(?:열람|확인|조회|볼|읽)"
)
"""Software's words for who may read a secret post."""
_STATUS_WORDS = (
    (Status.SECRET, re.compile(f"비밀글|비밀번호를 입력|비공개|{_FOR_SOME}")),
    (
        Status.DELETED,
        re.compile(
            "존재하지 않|삭제된|삭제되었|없거나|없는 게시|없는 글|찾을 수 없|잘못된 (?:접근|경로|URL)|not found",
            re.IGNORECASE,
        ),
    ),
    (
        Status.DENIED,
        re.compile("권한이 없|로그인|회원만|회원 전용|접근할 수 없|permission", re.IGNORECASE),
    ),
)
_ALERT = re.compile(r"""alert\(\s*(["'])((?:(?!\1)[^\\]|\\.){1,300})\1\s*\)""")
_LEAVES = re.compile(r"history\.(?:back|go)|location\.(?:replace|href)|window\.close|location\s*=")
_CALLS = re.compile(r"\w\s*\(")


def status_of(generic: PostFields) -> Status:
    page = generic.page
    if page.status >= 300:
        told = told_of_post(generic)
        return told if told is not None else _STATUS_OF.get(page.status, Status.UNREADABLE)
    is_shown = _shows_listed(generic)
    said = ""
    for script in generic.index.with_tag("script")[:50]:
        source = script.text or ""
        match = _ALERT.search(source)
        is_notice = match and len(source) < 2000 and "function" not in source[: match.start()]
        is_instead = bool(generic.listed) and not is_shown
        goes_on = match is not None and _CALLS.search(source, match.end())
        if match and is_notice and (is_instead or goes_on or _LEAVES.search(page.text)):
            said = match[2]
            break
    is_alert = bool(said)
    links = markup.all_of(generic.index.with_tag("a", "nav", "footer"))
    body = markup.squeeze(markup.text_of(generic.root, links))[:1500]
    # For a password alone, as neither a login nor a form for comments does.
    asks = markup.select(
        generic.root,
        "//form[not(.//textarea or .//input[not(@type) or @type='text' or @type='email'])]"
        "//input[@type='password']",
    )
    if not said and not is_shown and len(short_text(generic.root, 1500)) < _SHORT:
        said = body
    known = _STATUS_WORDS + _OF_POST if is_alert else _STATUS_WORDS
    for status, words in known:
        if said and words.search(said):
            return status
    if generic.listed and not is_shown and (told := _notice(generic)) is not None:
        return told
    if not generic.listed and generic.stamp is None and (told := told_of_post(generic)):
        return told
    if asks and re.search("비밀글|비밀번호", body) and generic.container is None:
        return Status.SECRET
    return Status.LIVE if generic.heading is not None else Status.UNREADABLE


_SHORT = 400
"""Characters of a page that shows nothing but a notice."""


def _notice(generic: PostFields) -> Status | None:
    """Return what a short block says became of the post, on a page that does not show its title."""
    linked = _of_links(generic)
    for element in generic.index.elements:
        if element.tag not in _NOTICES or element in generic.around or element in linked:
            continue
        said = short_text(element, 2 * _LONGEST_SENTENCE)
        if 0 < len(said) < _LONGEST_SENTENCE:
            for status, words in _OF_POST:
                if words.search(said):
                    return status
    return None


def _of_links(generic: PostFields) -> set[etree._Element]:
    """Return the links to other posts, and what holds little more: their titles say anything."""
    others = links_to_posts(generic)
    linked = {
        outer
        for link in others
        for outer in (link, *link.iterancestors())
        if generic.letters[outer] <= 2 * generic.letters[link]
    }
    return linked | markup.all_of(others)


_NOTICES = frozenset(
    {"div", "p", "td", "section", "article", "h2", "h3", "h4", "strong", "dd", "li"}
)
_LONGEST_SENTENCE = 200
"""Characters of a notice."""
_STATUS_OF = {
    401: Status.DENIED,
    403: Status.DENIED,
    404: Status.DELETED,
    410: Status.DELETED,
}
_POST_WORD = r"(?:게시글|게시물|포스트|토픽|스레드|(?<![댓답덧])글|문의|질문|사연|자료|글타래|주제|post|article|topic|thread)"
_OF_POST = (
    (
        Status.SECRET,
        re.compile(
            rf"비밀\s?글|비공개\s?(?:{_POST_WORD}|로)|{_POST_WORD}\S{{0,2}} 비공개|{_FOR_SOME}"
        ),
    ),
    (
        Status.DELETED,
        re.compile(
            rf"{_POST_WORD}\S{{0,2}}\s(?:이미\s)?(?:존재하지|없|찾을\s수)|"
            rf"{_POST_WORD}\S{{0,2}}\s(?:\S+\s){{0,5}}삭제|"
            rf"(?:삭제된|삭제되었거나 없는|없는|존재하지 않는)\s?{_POST_WORD}|"
            rf"{_POST_WORD} (?:(?:was |has been )?(?:deleted|removed)|(?:could )?not (?:be )?found|does(?: not|n.t) exist|no longer exists)",
            re.IGNORECASE,
        ),
    ),
    (
        Status.DENIED,
        re.compile(
            rf"{_POST_WORD}\S{{0,2}}\s(?:\S+\s){{0,4}}\S*(?:권한|등급|회원\s?(?:만|이상))|"
            rf"(?:not authori[sz]ed|not allowed|permission) to (?:read|view|see|access) (?:this|the|that) (?:{_POST_WORD}|forum|board)|"
            rf"log(?:ged)? ?in to (?:read|view|see) (?:this|the) {_POST_WORD}",
            re.IGNORECASE,
        ),
    ),
)
"""What software says of a post, and no firewall or error page of a server."""


def told_of_post(generic: PostFields) -> Status | None:
    """Return what the words of a short page say became of a post."""
    around = markup.all_of(generic.index.with_tag("a", "nav", "footer"))
    said = markup.squeeze(markup.text_of(generic.root, around))
    if len(said) > _LONGEST_NOTICE:
        return None
    return next((status for status, words in _OF_POST if words.search(said)), None)


_LONGEST_NOTICE = 600
"""Characters of a page that says a sentence about a post."""


def _shows_listed(generic: PostFields) -> bool:
    """Tell whether the page shows the title that the list names, and something behind it."""
    title = post_title(generic)
    if not generic.listed or title is None or generic.container is None:
        return False
    return generic.listed in title
