"""The analyst's views: names, columns and types. Their SQL stands in `models.view_sql`.

In a MetaData of their own, because Alembic takes what is in the tables' for tables.
A test holds columns, order and types to what that SQL makes, on both backends.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Double,
    Integer,
    MetaData,
    String,
    Table,
)

from models.types import StoredJson, UtcDateTime

metadata = MetaData()


def _links(name: str) -> Table:
    return Table(
        name,
        metadata,
        Column("post_id", Integer),
        Column("post_key", String),
        Column("post_url", String),
        Column("board_url", String),
        Column("engine", String),
        Column("post_title", String),
        Column("posted_at", UtcDateTime),
        Column("fetched_at", UtcDateTime),
        Column("article_id", Integer),
        Column("article_key", String),  # NULL: the article is inferred
        Column("article_url", String),
        Column("article_title", String),
        Column("publisher", String),
        Column("published_at", UtcDateTime),
        Column("origin", String),
        Column("relation", String),
        Column("coverage", Double),
        Column("share", Double),
        Column("copies", Integer),
        Column("cut", Integer),
        Column("identity", Double),
        Column("score", Double),
        Column("is_spam", Boolean),
        Column("matched_at", UtcDateTime),
        Column("cuts", StoredJson),
        Column("author", String),
        Column("position", Integer),  # 0 is the post's best
        Column("is_stub", Boolean),  # only the article's beginning is known
        Column("story_id", Integer),  # the same for articles with nearly one text
        Column("substitutions", StoredJson),  # [[article word, injected word, times], …]
    )


mirrors = _links("mirrors")
"""One row a proven link of a post to an article."""

quotes = _links("quotes")
"""The same for short quotations, which are no mirrors."""

posts = Table(
    "posts",
    metadata,
    Column("post_id", Integer),
    Column("post_key", String),
    Column("post_url", String),
    Column("board_url", String),
    Column("engine", String),
    Column("native_id", String),
    Column("title", String),
    Column("author", String),
    Column("category", String),
    Column("posted_at", UtcDateTime),
    Column("fetched_at", UtcDateTime),
    Column("hits", Integer),
    Column("comments", Integer),
    Column("status", String),
    Column("body", String),
    Column("body_chars", Integer),
    Column("hidden_chars", Integer),
    Column("copies", Integer),
    Column("title_from_body", Boolean),
    Column("is_spam", Boolean),
    Column("reasons", String),  # comma-separated
    Column("version", Integer),
    Column("first_seen_at", UtcDateTime),
    Column("ip", String),
    Column("problem", String),  # why it could not be read; NULL: it could
    Column("gone_at", UtcDateTime),  # when a crawl first saw that it was no more
    Column("returned_at", UtcDateTime),  # when a crawl saw it again after that
)
"""One row a post, as it is now."""

lures = Table(
    "lures",
    metadata,
    Column("post_id", Integer),
    Column("post_key", String),
    Column("kind", String),
    Column("value", String),
    Column("raw", String),
    Column("position", Integer),
)
"""One row a piece of payload."""

families = Table(
    "families",
    metadata,
    Column("article_id", Integer),
    Column("origin", String),
    Column("posts", Integer),
    Column("boards", Integer),
    Column("first_seen", UtcDateTime),  # of the posts: as posted, else as fetched
    Column("last_seen", UtcDateTime),
    Column("article_key", String),
    Column("title", String),
)
"""One row an article that posts mirror: the posts that copy it are its family."""

boards = Table(
    "boards",
    metadata,
    Column("url", String),
    Column("engine", String),
    Column("name", String),
    Column("posts", Integer),
    Column("mirrors", Integer),
    Column("spam", Integer),
    Column("spam_share", Double),  # of its posts, 0 to 1; NULL without posts
    Column("first_post", UtcDateTime),
    Column("last_post", UtcDateTime),
    Column("last_crawled_at", UtcDateTime),
    Column("enabled", Boolean),
    Column("board_id", Integer),
    Column("found_on", String),  # the page that a proposed board was found on
    Column("interval_seconds", Integer),  # from one scheduled crawl to the next
    Column("last_tried_at", UtcDateTime),
    Column("failures", Integer),  # crawls that failed since the last that did not
    Column("spam_gone", Integer),  # spam posts that are gone
    Column("spam_life_hours", Double),  # the median of those
    Column("mirror_lag_hours", Double),  # article → its first mirror here, the median
)
"""One row a board."""

campaigns = Table(
    "campaigns",
    metadata,
    Column("campaign_id", Integer),
    Column("kind", String),  # of the tie that holds most posts: a kind of lure, or cut
    Column("value", String),
    Column("is_weak", Boolean),  # tied by a keyword and a cut only, by no contact
    Column("posts", Integer),
    Column("boards", Integer),
    Column("spam", Integer),
    Column("first_seen", UtcDateTime),
    Column("last_seen", UtcDateTime),
    Column("keyword", String),  # that most of its posts sell
    Column("domain", String),  # that ties most of its posts
    Column("domains", Integer),  # how many different ones tie its posts; so the next six
    Column("urls", Integer),
    Column("phones", Integer),
    Column("messengers", Integer),
    Column("emails", Integer),
    Column("keywords", Integer),
    Column("cuts", Integer),
)
"""One row a campaign: posts that belong together."""

campaign_posts = Table(
    "campaign_posts",
    metadata,
    Column("campaign_id", Integer),
    Column("post_id", Integer),
    Column("post_key", String),
    Column("post_url", String),
    Column("board_url", String),
    Column("kind", String),
    Column("value", String),  # of a cut: article_id:places:what the title was made of
    Column("is_strong", Boolean),
    Column("position", Integer),
)
"""One row a post of a campaign and a thing that it shares with others there."""

daily = Table(
    "daily",
    metadata,
    Column("day", String),  # YYYY-MM-DD in Korean time, as posted, else as fetched
    Column("posts", Integer),
    Column("mirrors", Integer),
    Column("spam", Integer),
    Column("new_articles", Integer),  # known ones that the store got that day
)
"""One row a day."""

stories = Table(
    "stories",
    metadata,
    Column("story_id", Integer),  # the lowest id of its articles
    Column("articles", Integer),
    Column("publishers", Integer),
    Column("first_published_at", UtcDateTime),
    Column("posts", Integer),  # that copy any of them
    Column("title", String),
)
"""One row a story: known articles with nearly one text."""

captures = Table(
    "captures",
    metadata,
    Column("capture_id", Integer),
    Column("url", String),
    Column("status", Integer),  # HTTP
    Column("fetched_at", UtcDateTime),
    Column("sha256", String),  # of the payload as it came
    Column("warc_file", String),  # in WARC_DIR
    Column("warc_offset", BigInteger),
    Column("warc_length", BigInteger),
    Column("post_id", Integer),  # NULL: a list page, a feed, an older version
    Column("post_key", String),
    Column("article_id", Integer),
)
"""One row a stored response: the evidence behind posts and articles."""
