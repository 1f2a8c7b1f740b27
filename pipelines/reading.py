"""A post's page → a post with its body: what the extract stage has its worker do."""

from crawler.boards import boards_at, find_engine_by_name
from crawler.items import PostItem, PostPage
from crawler.page import read_page
from crawler.rows import ListRow
from models.relation import Status
from pipelines.answers import Failed, Unusable
from pipelines.core.body import find_body, read_body
from pipelines.core.links import unwrap

ERRORS_OF_ANYONE = frozenset(range(400, 600)) - {410}
"""HTTP errors that need the engine's own page to be about the post; 410 says it alone."""

MOST_LINKS = 200
MOST_BOARDS = 20
"""Of a post: links that are looked at, and boards that they may propose."""
NOT_THERE = frozenset({404, 410})


def read_all(items: list[PostPage | PostItem]) -> list[PostItem | Unusable | Failed]:
    """Read each item; one that raises costs no other."""
    return [_read_safely(item) for item in items]


def _read_safely(item: PostPage | PostItem) -> PostItem | Unusable | Failed:
    try:
        return read_item(item)
    except Exception as error:  # noqa: BLE001 - counted and logged by the stage
        return Failed.of(error)


def read_item(item: PostPage | PostItem) -> PostItem | Unusable:
    """Return the post with body, hidden text and links filled, and no HTML."""
    if isinstance(item, PostPage):
        read = read_post_page(item)
        if isinstance(read, Unusable):
            return read
        item = read
    return fill_body(item)


def read_post_page(fetched: PostPage) -> PostItem | Unusable:
    """Have the engine read the page, under the identity that was asked for.

    A page that is neither a post nor an engine's word about one (secret, deleted,
    no permission) is unusable when HTTP calls it an error, unreadable when not.
    """
    page = read_page(fetched.url, fetched.body, fetched.headers, fetched.status)
    engine = find_engine_by_name(fetched.engine)
    post = engine.read_post(page, fetched.fetched_at)
    if fetched.is_vanished and fetched.status in NOT_THERE:
        # The list shows it no more and its address is empty: two witnesses.
        post.status = Status.DELETED
    elif fetched.status >= 300 and post.status in {Status.LIVE, Status.UNREADABLE}:
        return Unusable(f"http_{fetched.status}")
    elif fetched.status in ERRORS_OF_ANYONE and not engine.recognises(page):
        # A firewall's word, say: it would hide the post from all later crawls.
        return Unusable(f"http_{fetched.status}")
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
    if fetched.row is not None and post.status is Status.LIVE:
        _fill_in(post, fetched.row)
    return post


def _fill_in(post: PostItem, row: ListRow) -> None:
    """Take from the list what the page does not say; lists cut titles and round times."""
    post.title = post.title or row.title or None
    post.author = post.author or row.author
    if post.posted_at is None:
        post.posted_at = row.posted_at
    if post.hits is None:
        post.hits = row.hits


def fill_body(post: PostItem) -> PostItem:
    """Return *post* with ``body``, ``hidden`` and ``hrefs`` read from its ``html``."""
    if post.html is not None:
        body = find_body(post.html) if post.whole_page else read_body(post.html)
        post.body = body.text
        post.hidden = list(body.hidden)
        post.hrefs = list(body.hrefs)
        post.html = None
    links = [*post.hrefs, *post.links][:MOST_LINKS]
    post.boards = boards_at(map(unwrap, links))[:MOST_BOARDS]
    return post
