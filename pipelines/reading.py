"""A page → a post with its body, or an article: what the extract stage has its worker do."""

import re
from dataclasses import replace
from typing import TypeAlias

from crawler import urls
from crawler.boards import (
    BoardAddress,
    BoardEngine,
    boards_at,
    find_engine,
    find_engine_by_name,
)
from crawler.dates import read_news_time
from crawler.feeds import Source, is_source, read_source, unpack
from crawler.items import ArticleItem, FetchedPage, NewsEntry, NewsPage, PostItem, PostPage
from crawler.page import Page, read_page
from crawler.rows import ListRow
from models.relation import Status
from pipelines.answers import Failed, Listing, Recognised, Start, Unusable
from pipelines.core.article import read_article
from pipelines.core.body import find_body, read_body
from pipelines.core.links import unwrap

Readable: TypeAlias = PostPage | PostItem | NewsPage
Read: TypeAlias = PostItem | ArticleItem | Unusable

ERRORS_OF_ANYONE = frozenset(range(400, 600)) - {410}
"""HTTP errors that need the engine's own page to be about the post; 410 says it alone."""

MOST_LETTERS = 500_000
"""Letters and digits of a post's body; the whole of a long newspaper page has 20,000."""
LEAST_LETTERS = 80
"""Letters and digits of a text that is worth keeping as an article."""
LEAST_OF_ARTICLE = 20
"""The same of a page that says that it is one: a picture with a line below is one, too."""
MOST_LINKS = 200
MOST_BOARDS = 20
"""Of a post: links that are looked at, and boards that they may propose."""
MOST_START_LINKS = 2000
MOST_PROPOSED = 50
"""The same of the page that a crawl begins with."""
NOT_THERE = frozenset({404, 410})
ELSEWHERE = frozenset({302, 303, 307})
"""What a server says that sends a reader on for now."""


def read_start(fetched: FetchedPage) -> Start:
    """Recognise the engine and the board of the page that a crawl begins with."""
    page = _page(fetched)
    engine = find_engine(page)
    board = engine.board(page) if engine else None
    if engine is None or board is None:
        return Start(engine.name if engine else None, says=_first_words(page))
    if page.url == engine.list_request(board, 1):
        return Start(engine.name, board, is_first=True, others=_other_boards(page, engine, board))
    post = engine.read_post(page, fetched.fetched_at)
    shown = post.native_id if post.status is Status.LIVE and post.native_id else None
    url = engine.post_request(board, shown) if shown else ""
    return Start(engine.name, board, shown, url, others=_other_boards(page, engine, board))


_ALERT = re.compile(r"""\balert\(\s*(["'])(.{1,300}?)\1""", re.DOTALL)


def _first_words(page: Page) -> str:
    """Return what tells people what a page is: that of a login, a challenge, a board that is no more."""
    if (alert := _ALERT.search(page.text)) is not None:
        return alert[2].replace("\\n", " ")
    texts = page.selector.xpath(
        "//title//text() | //body//text()[not(ancestor::script or ancestor::style)]"
    ).getall()
    return next((text for text in texts if text.strip()), "")


def recognise(fetched: FetchedPage) -> Recognised:
    """Tell what a page of an archive is, by the engines that know their software."""
    page = _page(fetched)
    engine = find_engine(page)
    if engine is None or engine.is_fallback:
        return Recognised()
    board = engine.board(page)
    if board is None:
        return Recognised(engine.name)
    rows = engine.read_list(page, fetched.fetched_at).rows if fetched.status == 200 else []
    post = engine.read_post(page, fetched.fetched_at)
    is_post = bool(post.native_id) and (post.status is not Status.UNREADABLE)
    if not is_post:
        return Recognised(engine.name, board, rows=rows)
    url = engine.post_request(board, post.native_id)
    return Recognised(engine.name, board, post.native_id, url, rows)


def read_list(engine_name: str, board: BoardAddress, fetched: FetchedPage, number: int) -> Listing:
    """Return the rows of list page *number*."""
    page, engine = _page(fetched), find_engine_by_name(engine_name)
    if engine.is_fallback:
        if number == 1 and (learned := engine.board(page)) is not None:
            # The board stays the one that was begun, whatever its list calls it.
            board = replace(learned, url=board.url, native_id=board.native_id)
        page.notes["board"] = board
    rows = engine.read_list(page, fetched.fetched_at).rows
    problem = "" if rows else _problem_of_list(page, engine, board, fetched)
    following = engine.list_request(board, number + 1)
    return Listing(rows, board, problem, _names(page, following, number + 1))


_PAGE_NUMBER = re.compile(r"\W{0,20}(\d{1,9})\s*(?:페이지|쪽)?\W{0,20}")


def _names(page: Page, address: str, number: int) -> bool:
    """Tell whether a link that shows a page's number leads to it, whatever else is in its address."""
    place, fields = _script_of(address), urls.query(address).items()
    for link in page.selector.xpath("//a[@href]"):
        shown = _PAGE_NUMBER.fullmatch("".join(link.xpath(".//text()").getall()))
        if shown is not None and shown[1] == str(number):
            url = urls.join(page.url, link.attrib["href"]) or ""
            if _script_of(url) == place and fields <= urls.query(url).items():
                return True
    return False


def _problem_of_list(
    page: Page, engine: BoardEngine, board: BoardAddress, fetched: FetchedPage
) -> str:
    """Return what stands in a list's place, "" at its end.

    Many boards show guests their first pages and ask for a password from then on.
    """
    if not _is_of_board(page, engine, board):
        return "no_list"
    if engine.is_fallback and "alert(" not in page.text:
        return ""  # an empty list may offer a login, too
    said = engine.read_post(page, fetched.fetched_at).status
    return said.value if said in {Status.DENIED, Status.SECRET} else ""


def _is_of_board(page: Page, engine: BoardEngine, board: BoardAddress) -> bool:
    """Tell a list's end from what stands in its place: a database's error, maintenance, a challenge.

    A board's page is known to its engine, or leads back to the board; or it is a notice by
    script, which is the software's own word.
    """
    if engine.recognises(page) or "alert(" in page.text:
        return True
    address = _script_of(board.url)
    links = page.selector.xpath("//a/@href | //form/@action").getall()[:MOST_START_LINKS]
    return any(_script_of(urls.join(page.url, link) or "") == address for link in links)


def _script_of(url: str) -> str:
    # What stands behind a semicolon (";jsessionid=…") is a session's.
    return urls.host(url) + urls.path(url).partition(";")[0]


def read_feed(engine_name: str, board: BoardAddress, fetched: FetchedPage) -> Listing:
    """Return the rows of a board's feed; none for a page that is no feed."""
    rows = find_engine_by_name(engine_name).read_feed(_page(fetched)).rows
    return Listing(rows, board)


def read_news_source(fetched: FetchedPage) -> Source:
    """Tell what a feed's, a sitemap's or a page's address is, and what it names.

    Raises:
        BrokenArchiveError: a gzipped sitemap is damaged, or too large.
    """
    body, headers = unpack(fetched.body), dict(fetched.headers)
    if body is not fetched.body:
        headers.pop("content-type", None)  # of the archive, not of what is in it
    return read_source(read_page(fetched.url, body, headers, fetched.status))


def _page(fetched: FetchedPage) -> Page:
    return read_page(fetched.url, fetched.body, fetched.headers, fetched.status)


def _other_boards(
    page: Page, engine: BoardEngine, board: BoardAddress
) -> tuple[tuple[str, str], ...]:
    """Return other boards of the same software that a page links to."""
    found: dict[str, None] = {}
    for href in page.selector.xpath("//a/@href").getall()[:MOST_START_LINKS]:
        address = urls.join(page.url, href)
        other = engine.board_at(address) if address else None
        if other is not None and other != board.url:
            found[other] = None
    return tuple((engine.name, url) for url in list(found)[:MOST_PROPOSED])


def read_all(items: list[Readable]) -> list[Read | Failed]:
    """Read each item; one that raises costs no other."""
    return [_read_safely(item) for item in items]


def _read_safely(item: Readable) -> Read | Failed:
    try:
        return read_item(item)
    except MemoryError:
        raise  # what is left of this process is not to be trusted: the worker ends it
    except Exception as error:  # noqa: BLE001 - counted and logged by the stage
        return Failed.of(error)


def read_item(item: Readable) -> Read:
    """Return the article, or the post with body, hidden text and links filled, and no HTML."""
    if isinstance(item, NewsPage):
        return read_news_page(item)
    if isinstance(item, PostPage):
        read = read_post_page(item)
        if isinstance(read, Unusable):
            return read
        item = read
    return fill_body(item)


def _leads_to_board(fetched: PostPage) -> bool:
    """Tell whether a post's address sends its reader back to the board's list."""
    target = urls.join(fetched.url, fetched.headers.get("location") or "")
    if target is None or urls.host(target) != urls.host(fetched.board_url):
        return False
    place, board = urls.path(target).rstrip("/"), urls.path(fetched.board_url).rstrip("/")
    is_same = urls.query(fetched.board_url).items() <= urls.query(target).items()
    return bool(board) and place == board and is_same


def read_post_page(fetched: PostPage) -> PostItem | Unusable:
    """Have the engine read the page, under the identity that was asked for.

    A page that is neither a post nor an engine's word about one (secret, deleted,
    no permission) is unusable when HTTP calls it an error, unreadable when not.
    """
    page = read_page(fetched.url, fetched.body, fetched.headers, fetched.status)
    # For an engine that does not know the software: what the list said of the post.
    page.notes.update(native_id=fetched.native_id, row=fetched.row)
    engine = find_engine_by_name(fetched.engine)
    post = engine.read_post(page, fetched.fetched_at)
    is_sent_back = fetched.status in ELSEWHERE and _leads_to_board(fetched)
    if fetched.is_vanished and (fetched.status in NOT_THERE or is_sent_back):
        # The list shows it no more and its address is empty, or leads to the list: two witnesses.
        post.status = Status.DELETED
    elif fetched.status != 200 and post.status in {Status.LIVE, Status.UNREADABLE}:
        # 206 is a part of a page: half a post would pass for all of it.
        return Unusable(f"http_{fetched.status}")
    elif fetched.status in ERRORS_OF_ANYONE and not engine.explains(page):
        # A firewall's word, say: it would hide the post from all later crawls.
        return Unusable(f"http_{fetched.status}")
    if engine.is_fallback and post.status is Status.LIVE and not _shows_title(page, fetched.row):
        # Software that nobody knows says nothing of itself: maintenance, or the list, would pass for
        # the post.
        return Unusable("other_post")
    # In title addresses the list knows a post by its words alone, its page by its id.
    is_same = post.native_id == fetched.native_id
    if not is_same and fetched.native_id.isdigit():
        if post.status is Status.LIVE:
            return Unusable("other_post")
        is_same = True
    if is_same or not post.native_id or not post.url:
        post.native_id, post.url = fetched.native_id, fetched.url
    post.key = post.url
    post.board_url = fetched.board_url
    post.engine = fetched.engine
    post.fetched_at = fetched.fetched_at
    post.list_mark = fetched.list_mark
    post.capture = fetched.capture
    if fetched.row is not None and post.status is Status.LIVE:
        _fill_in(post, fetched.row)
    if post.status is Status.UNREADABLE:
        post.problem = "no_post" if page.text.strip("\0 \r\n\t\ufeff") else "empty"
    return post


_TITLES = (
    "//title//text() | //meta[@property='og:title']/@content | //input/@value | //img/@alt"
    " | //body//text()[not(ancestor::script or ancestor::style)]"
    "[not(ancestor::a) or ancestor::h1 or ancestor::h2]"
)
"""Where a post's title stands. In other links it proves nothing: lists show it there."""


def _shows_title(page: Page, row: ListRow | None) -> bool:
    """Tell whether a page shows the title that a list gave its post, at least half of its words."""
    words = _WORD.findall(row.title.casefold()) if row is not None else []
    if not words:
        return True
    shown = " ".join(page.selector.xpath(_TITLES).getall()).casefold()
    found = sum(len(word) for word in words if word in shown)
    return 2 * found >= sum(map(len, words))


_WORD = re.compile(r"\w+")


def _fill_in(post: PostItem, row: ListRow) -> None:
    """Take from the list what the page does not say; lists cut titles and round times."""
    post.title = post.title or row.title or None
    post.author = post.author or row.author
    post.category = post.category or row.category
    # A board that is years old shows "11-24" for each of them.
    if post.posted_at is None and row.has_year:
        post.posted_at = row.posted_at
    if post.hits is None:
        post.hits = row.hits


def read_news_page(fetched: NewsPage) -> ArticleItem | Unusable:
    """Read an article's page; what it does not say is taken from the feed or the sitemap.

    A page with fewer than `LEAST_LETTERS` letters of text is unusable, if it does not call
    itself an article, and so is the front page that some papers answer with for articles that they took down.
    """
    if fetched.status != 200:
        return Unusable(f"http_{fetched.status}")
    page = read_page(fetched.answered_url, fetched.body, fetched.headers, fetched.status)
    if _is_front(page.url) and not _is_front(fetched.url):
        return Unusable("other_page")
    if is_source(page):
        return Unusable("no_article")
    read = read_article(page.text)
    least = LEAST_OF_ARTICLE if read.is_article else LEAST_LETTERS
    if count_letters(read.text) < least:
        return Unusable("no_text")
    entry, now = fetched.entry, fetched.fetched_at
    told = entry if entry is not None else NewsEntry(url=fetched.url)
    is_article = read.is_article and not told.title
    if not (is_article or read.published_at or _is_titled(read.title, told.title)):
        # A login, a challenge, a list of others, "there is no such page" (which some papers call an
        # article, too): it would be known as one, and hide the one that was read there before.
        return Unusable("no_article")
    address = _own_address(page.url, read.url)
    return ArticleItem(
        # As it was asked for: the next crawl finds it by what the feed names.
        key=urls.canonical(fetched.url),
        url=address,
        text=read.text,
        is_stub=read.is_beginning,
        title=read.title or told.title,
        publisher=read.publisher or told.publisher,
        byline=read.byline or told.byline,
        published_at=read_news_time(read.published_at) or told.published_at,
        modified_at=read_news_time(read.modified_at) or told.changed_at,
        fetched_at=now,
        source=fetched.source,
        capture=fetched.capture,
    )


def _is_titled(title: str | None, told: str | None) -> bool:
    """Tell whether a page's title is what its feed calls it; either may be cut, or name the paper."""
    ours, theirs = (
        "".join(filter(str.isalnum, (each or "").rstrip("….").casefold())) for each in (title, told)
    )
    return bool(ours and theirs) and (ours in theirs or theirs in ours)


def _own_address(url: str, told: str | None) -> str:
    """Return the canonical address that a page tells, if it is of its own site and can be its own.

    Templates print the front page's, another article's, or leave the number out that tells theirs.
    """
    url = urls.canonical(url)
    address = urls.join(url, told) if told else None
    if address is None:
        return url
    address = urls.canonical(address)
    is_own = _site(address) == _site(url) and (_is_front(url) or not _is_front(address))
    return address if is_own and _has_its_number(address, url) else url


def _has_its_number(address: str, url: str) -> bool:
    """Tell whether the last number of an article's address stands in *url*, or neither has one."""
    told, own = (
        _NUMBER.findall(each.partition("://")[2].partition("/")[2]) for each in (address, url)
    )
    return told[-1] in own if told else not own


_NUMBER = re.compile(r"\d+")


def _site(url: str) -> str:
    return urls.host(url).removeprefix("www.")


def _is_front(url: str) -> bool:
    return not url.partition("://")[2].partition("/")[2].strip("/")


def count_letters(text: str) -> int:
    """Return how many letters and digits *text* has."""
    return sum(map(str.isalnum, text))


_FRAME = re.compile(r"""<iframe\b[^>]{0,2000}?\ssrc\s*=\s*["']?([^"'\s>]{1,2000})""", re.IGNORECASE)


def _is_framed(post: PostItem) -> bool:
    """Tell whether a page of the site's own stands in the body: others' show maps and films."""
    sources = _FRAME.findall(post.html or "")[:MOST_LINKS]
    addresses = (urls.join(post.url or "", source) for source in sources)
    return any(address and _site(address) == _site(post.url or "") for address in addresses)


def fill_body(post: PostItem) -> PostItem:
    """Return *post* with ``body``, ``hidden`` and ``hrefs`` read from its ``html``."""
    if post.html is not None:
        body = find_body(post.html) if post.whole_page else read_body(post.html)
        post.body = body.text
        post.hidden = list(body.hidden)
        post.hrefs = list(body.hrefs)
        if post.status is Status.LIVE and not post.body.strip() and _is_framed(post):
            # A body without a word would pass for the post's.
            post.status, post.problem = Status.UNREADABLE, "framed"
        post.html = None
        if len(post.body) > MOST_LETTERS and count_letters(post.body) > MOST_LETTERS:
            # Whoever needs it finds it in the capture: matching it would take all the memory there is.
            post.status, post.problem, post.body = Status.UNREADABLE, "too_long", ""
            post.hidden, post.hrefs = [], []
    links = [*post.hrefs, *post.links][:MOST_LINKS]
    post.boards = boards_at(map(unwrap, links))[:MOST_BOARDS]
    return post
