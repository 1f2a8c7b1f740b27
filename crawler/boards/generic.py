"""Boards that no other engine knows: what a list, its posts and its paging have in common anywhere.

A list is many links of one form, each with one number of its own, in rows that carry a time;
its paging is links that show a number and carry it.  A post has a heading that its page's
title repeats, a time, and a block of text that is neither comments nor links.  What is learned
from one page travels in the board's address: where a post and a list page stand.

Each step is a module of `structure`: `list_structure`, `titles`, `post_structure`, `body_place`, then the fields of
`post_fields`, `post_files` and `post_status`; here stand the engine and how sure it is.

It is asked last, and says how sure it is; below `LEAST_CONFIDENCE` it claims nothing.
"""

import json
import re
from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import ClassVar
from urllib.parse import quote

from lxml import etree

from crawler import urls
from crawler.boards import field_words, markup
from crawler.boards.base import BoardAddress, BoardEngine, ListPage
from crawler.boards.rows import list_rows, row_fields, row_titles
from crawler.boards.scripts import ScriptLinks
from crawler.boards.structure.addresses import PAGE, PAGING, SLOT, forms_of, pairs_of, without
from crawler.boards.structure.body_place import MOST_ELEMENTS, without_shares
from crawler.boards.structure.elements import WHEN, short_text, words_of
from crawler.boards.structure.list_structure import is_written
from crawler.boards.structure.post_fields import (
    PostFields,
    author_of,
    category_of,
    hits_of,
    post_title,
    time_of,
)
from crawler.boards.structure.post_files import files_of, without_files
from crawler.boards.structure.post_status import status_of, told_of_post
from crawler.boards.structure.post_structure import TO_LIST
from crawler.boards.structure.replies import read_comments
from crawler.items import PostItem
from crawler.page import Page
from models.relation import Status

LEAST_CONFIDENCE = 0.5
"""Front pages, articles and shops reach 0.4; the boards of our samples 0.6 and more."""
_NEIGHBOUR = re.compile(
    r"(?:이전|다음)\s?글?|prev(?:ious)?|next|윗글|아랫글|이전 게시물|다음 게시물", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class _Learned:
    """What a page tells of its board."""

    first: str
    """Its first list page."""
    post: str = ""
    """A post's address, ``{id}`` in it."""
    paging: str = ""
    """A list page's address, ``{page}`` in it; empty: the board has one page."""
    step: int = 0
    """What the page number is multiplied with, where paging counts posts; else 0."""
    confidence: float = 0.0
    is_prefixed: bool = False
    """Its titles begin with a category in brackets."""

    def encoded(self) -> str:
        told = [self.post, self.paging, self.step, *([True] if self.is_prefixed else [])]
        return json.dumps(told, ensure_ascii=False)


class _GenericPage(PostFields):
    """One page, and what it tells of its board."""

    @cached_property
    def learned(self) -> _Learned | None:
        """What the page tells of its board, as a list or as a post of it."""
        as_list, as_post = self._learned_as_list, self._learned_as_post
        if as_list is None or (as_post is not None and as_post.confidence > as_list.confidence):
            return as_post
        return as_list

    @cached_property
    def _learned_as_list(self) -> _Learned | None:
        group = self.posts
        if group is None:
            return None
        paging, step, one = self.find_paging(group)
        first = one or without(self.first_page(paging) or self.page.url, paging)
        is_one_of_them = any(form == group.form for form, _ in forms_of(self.page.url))
        if paging and is_one_of_them:
            # A post with its board's list below: its own address is no list's.
            first = one or without(paging.replace(PAGE, "1"), paging)
        rows = len(group.links)
        timed = self.count_timed(group)
        text = short_text(self.root, 40_000).replace(" ", "")
        headed = sum(
            any(label.replace(" ", "") in text for label in labels)
            for labels in (
                ("제목", "Subject", "Title", "Topic", "Thread"),
                (*field_words.AUTHOR, "Author"),
                ("조회", "Views", "Hit"),
                field_words.TIME,
            )
        )
        confidence = min(rows, 5) * 0.04 + 0.3 * timed / rows + 0.08 * headed
        confidence += 0.15 if paging else 0.0
        confidence += 0.1 if any(_TO_WRITE.search(words_of(a)) for a, _ in self.links) else 0.0
        if not paging and (is_one_of_them or (post_title(self) and self._time_in_header())):
            confidence -= 0.3  # an article, with others beside it
        confidence = round(min(max(confidence, 0.0), 1.0), 2)
        titles = [markup.text_of(links[0]) for links in group.links.values()]
        return _Learned(first, group.form.address, paging, step, confidence, _are_prefixed(titles))

    @cached_property
    def _learned_as_post(self) -> _Learned | None:
        """Learn from a post: the link back to its list, and what its own address has more."""
        title = post_title(self)
        lists = [url for link, url in self.links if TO_LIST.fullmatch(words_of(link))]
        lists = lists or self._button_to_list()
        forms = forms_of(self.page.url)
        if title is None or not lists or not forms:
            return None
        first = without(lists[0], "")
        in_list = {name for name, _ in pairs_of(first)}
        own = [each for each in forms if each[0].name not in in_list] or forms
        own = [each for each in own if not each[0].is_short] or own
        own = [each for each in own if not PAGING.fullmatch(each[0].name)] or own
        confidence = 0.35 + 0.2 * bool(self._time_in_header())
        confidence += 0.15 * any(
            _NEIGHBOUR.fullmatch(markup.text_of(a).strip()) for a, _ in self.links
        )
        confidence += 0.1 * bool(author_of(self))
        return _Learned(first, own[-1][0].address, confidence=round(confidence, 2))

    def _button_to_list(self) -> list[str]:
        scripts = ScriptLinks(self.base, self.index)
        buttons = [
            button
            for button in self.index.with_tag("button", "input")
            if TO_LIST.fullmatch((button.get("value") or markup.text_of(button)).strip())
        ]
        return [url for button in buttons if (url := scripts.target(button)) is not None]

    def _time_in_header(self) -> bool:
        return any(WHEN.search(piece.text) for piece in self.header)


def _are_prefixed(titles: list[str]) -> bool:
    """Tell whether nearly all titles begin with one of a few words in brackets: their category."""
    told = [match[1] for title in titles if (match := _PREFIX.match(title))]
    words = [word for word in told if field_words.category_said(word)]
    return (
        len(titles) >= _LEAST_PREFIXED
        and len(words) >= 0.9 * len(titles)
        and 1 < len(set(words)) <= len(words) / 2
    )


_PREFIX = re.compile(r"\[([^\[\]]{1,10})\]\s*(?=\S)")
_LEAST_PREFIXED = 8
_PLAIN_STYLE = 3
"""Parts of a style that says nothing of prefixes."""
_TO_WRITE = re.compile(
    r"^\s*(?:글\s?쓰기|글\s?작성|등록|새\s?글|write|new post)\s*$", re.IGNORECASE
)


class Generic(BoardEngine):
    name: ClassVar[str] = "generic"
    is_fallback: ClassVar[bool] = True

    def recognises(self, page: Page) -> bool:
        """By a list of posts, or a post with a link to its list, that is sure enough."""
        if len(markup.index_of(page).elements) > MOST_ELEMENTS:
            return False
        learned = _GenericPage.of(page).learned
        if learned is not None and learned.confidence >= LEAST_CONFIDENCE:
            return True
        # Behind the last list page only what is around the list shows the board.
        known = page.notes.get("board")
        return known is not None and any(
            _leads_to(_GenericPage.of(page), place)
            for place in (known.url, json.loads(known.style)[1])
            if place and PAGE not in place.partition("?")[0]
        )

    def explains(self, page: Page) -> bool:
        """By words about a post: its own pages look like no error page of any software."""
        return told_of_post(_GenericPage.of(page)) is not None

    def board(self, page: Page) -> BoardAddress | None:
        learned = _GenericPage.of(page).learned
        if learned is None or learned.confidence < LEAST_CONFIDENCE:
            return None
        found = _GenericPage.of(page).index.with_tag("title")
        title = markup.squeeze("".join(found[0].itertext())) if found else ""
        return BoardAddress(
            url=learned.first,
            native_id=learned.first.partition("://")[2].partition("/")[2] or "/",
            style=learned.encoded(),
            name=title,
            confidence=learned.confidence,
        )

    def list_request(self, board: BoardAddress, page_number: int) -> str:
        _, paging, step = json.loads(board.style)[:3]
        if page_number <= 1 or not paging:
            return board.url
        shown = (page_number - 1) * step if step else page_number
        return str(paging).replace(PAGE, str(shown))

    def post_request(self, board: BoardAddress, native_id: str) -> str:
        post = json.loads(board.style)[0]
        return str(post).replace(SLOT, quote(native_id, safe="/"))

    def read_list(self, page: Page, now: datetime) -> ListPage:
        generic = _GenericPage.of(page)
        board = page.notes.get("board") or self.board(page)
        group = generic.posts
        if group is None or board is None:
            return ListPage([])
        by_link = {
            link: number for number, links in group.links.items() for link in links
        }  # fmt: skip
        written = set(filter(is_written, by_link))
        if 2 * len(written) <= len(by_link):
            # Of a list that shows whole posts: they may link to others.
            by_link = {link: number for link, number in by_link.items() if link not in written}
        by_link = _of_one_list(generic, by_link)
        for link, number in by_link.items():
            if link.tag != "a" or urls.join(page.url, link.get("href") or "") is None:
                link.set("href", self.post_request(board, number))  # it was a script's
        hrefs = {link.get("href") or "": number for link, number in by_link.items()}
        scopes = list_rows.common_scope(list(by_link))
        targets = dict(generic.links) if group.form.is_short else {}
        found = list_rows.rows(scopes, hrefs.get, generic.around)
        titles = row_titles.own_titles(found)
        befores = row_fields.words_before_titles(found)
        is_prefixed = len(json.loads(board.style)) > _PLAIN_STYLE
        rows = []
        for row in found:
            title, before = titles.get(row.native_id, (None, None))
            url = _address(row, targets) or self.post_request(board, row.native_id)
            said = row_fields.list_row(row, url, now, title)
            category = row_fields.row_category(row) or field_words.category_said(
                before or befores.get(row.native_id)
            )
            if is_prefixed and (match := _PREFIX.match(said.title)):
                # The title on its own, as on boards that show the two apart.
                own = said.title[match.end() :]
                category = category or match[1]
                said = replace(said, title=own, mark=said.mark.replace(said.title, own, 1))
            rows.append(row_fields.with_category(said, category))
        return ListPage(rows)

    def read_post(self, page: Page, now: datetime) -> PostItem:
        if len(markup.index_of(page).elements) > MOST_ELEMENTS:
            page = Page(page.url, "", page.status, page.headers, page.notes)
        generic = _GenericPage.of(page)
        number = str(page.notes.get("native_id") or "")
        if not number:
            forms = forms_of(page.url)
            learned = generic.learned
            own = [value for form, value in forms if learned and form.address == learned.post]
            number = own[0] if own else ""
        item = PostItem(
            board_url="",
            native_id=number,
            key=page.url,
            url=page.url,
            engine=self.name,
            fetched_at=now,
            status=status_of(generic),
        )
        if item.status is Status.LIVE:
            _fill(item, generic, now)
        return item


def _leads_to(generic: _GenericPage, board: str) -> bool:
    """Tell whether a page links to a board, or to what lies below it ("…/write")."""
    place = board.partition("?")[0].rstrip("/")
    if urls.path(place) == "/":
        return False
    found = [(url.partition("?")[0].rstrip("/"), url) for _, url in generic.links]
    if any(each == place or each.startswith(f"{place}/") for each, _ in found):
        return True
    # Another page of the same folder that is told the same board: "write.php?code=free".
    folder, said = f"{place.rpartition('/')[0]}/", {*pairs_of(board)}
    return bool(said) and any(
        each.startswith(folder) and said <= {*pairs_of(url)} for each, url in found
    )


def _address(row: list_rows.Row, targets: dict[etree._Element, str]) -> str | None:
    """Return the address that the list gives a post, its words beside the number and all."""
    found = next((targets[link] for link in row.links if link in targets), None)
    return without(found, "") if found is not None else None


def _of_one_list(
    generic: _GenericPage, by_link: dict[etree._Element, str]
) -> dict[etree._Element, str]:
    """Return the links less those of a widget beside the list.

    It shows posts that stand in the list, too, or titles alone where the list's rows tell times: the
    best of a board, whose rows are on other pages.
    """
    holding: dict[etree._Element, set[str]] = defaultdict(set)
    for link, number in by_link.items():
        for outer in link.iterancestors():
            holding[outer].add(number)
    enough = _MOST_OF_LIST * len(set(by_link.values()))
    depth = {each: sum(1 for _ in each.iterancestors()) for each in holding}
    lists = [each for each, numbers in holding.items() if len(numbers) >= enough]
    if not lists:
        return by_link
    inside = set(max(lists, key=depth.__getitem__).iter())
    listed = {number for link, number in by_link.items() if link in inside}
    rows = [link for link in by_link if link in inside]
    if len(rows) == len(by_link):
        return by_link
    timed = sum(generic.has_row_time(link, by_link) for link in rows)
    return {
        link: number
        for link, number in by_link.items()
        if link in inside
        or (number not in listed and (2 * timed < len(rows) or generic.has_row_time(link, by_link)))
    }


_MOST_OF_LIST = 0.6
"""Share of the posts that a page links to, which its list holds at least."""


def _fill(item: PostItem, generic: _GenericPage, now: datetime) -> None:
    container = generic.container
    if generic.is_without_body:
        item.html = "<div></div>"
    elif container is None:
        item.html, item.whole_page = generic.page.text, True
    else:
        item.html = etree.tostring(
            without_shares(without_files(generic, container)),
            encoding="unicode",
            method="html",
            with_tail=False,
        )
    item.title = post_title(generic)
    if generic.listed and item.title and (place := item.title.find(generic.listed)) > 0:
        item.title = item.title[place:]  # a category stood before it
    item.category = category_of(generic)
    item.author = author_of(generic)
    item.posted_at = time_of(generic, now)
    item.hits = hits_of(generic)
    item.ip = next(
        (ip for piece in generic.header if (ip := field_words.ip_fragment(piece.text))), None
    )
    item.files = files_of(generic)
    item.comments = read_comments(
        generic.comment_heads, generic.within, generic.forms, generic.stamped, container, now
    )
    item.comment_count = len(item.comments)
