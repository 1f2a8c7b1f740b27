"""Every table of the store.

    board ─┬─ post ─┬─ post_version   what a post was before it changed
           │        ├─ comment
           │        ├─ lure           pieces of payload
           │        └─ mirror ─── span       the proven links and their aligned stretches
           │              └────── article ── article_version
    article_band, post_band           the hash tables of the LSH index
    capture                           the raw response behind a post or an article
    campaign ── campaign_tie          posts that belong together, and what ties them
    source                            feeds and sitemaps that known articles come from
    run, store_info                   who wrote, and how the index is made

The same on SQLite and PostgreSQL. A change here needs a migration
(`models/migrations`); a test holds the two together. Views stand in
`models.views`, in a MetaData of their own: Alembic would take them for tables.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    Named,
    String,
    Table,
    TypedColumns,
    UniqueConstraint,
    false,
)

from models.relation import LureKind, Origin, Relation, Status
from models.types import NameList, StoredJson, StoredText, UtcDateTime, name_type

REVISION = "0004"
"""The migration that makes this schema."""

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class _StoreInfo(TypedColumns):
    name: Named[str] = Column(StoredText, primary_key=True)
    value: Named[str] = Column(StoredText, nullable=False)


store_info = Table("store_info", metadata, _StoreInfo)
"""Facts about the store as a whole: ``recipe``, ``created_at``, its secrets, …"""


class _Run(TypedColumns):
    id = Column(Integer, primary_key=True)
    command: Named[str] = Column(StoredText, nullable=False)
    arguments: Named[dict[str, Any]] = Column(StoredJson, nullable=False)
    started_at: Named[datetime] = Column(UtcDateTime, nullable=False)
    finished_at: Named[datetime | None] = Column(UtcDateTime)
    outcome: Named[str | None] = Column(StoredText)
    """Why it ended; NULL while it runs and for ever when it was killed."""
    exit_code: Named[int | None] = Column(Integer)
    stats: Named[dict[str, Any] | None] = Column(StoredJson)
    version: Named[str | None] = Column(StoredText)
    """The program's."""
    recipe: Named[str | None] = Column(StoredText)
    """How the store's index was made when it ended, or else when it began."""


run = Table("run", metadata, _Run)
"""One job."""


class _Capture(TypedColumns):
    id = Column(Integer, primary_key=True)
    url: Named[str] = Column(StoredText, nullable=False)
    status: Named[int] = Column(Integer, nullable=False)
    """HTTP status."""
    sha256: Named[str] = Column(String(64), nullable=False)
    """Of the payload as it came over the wire."""
    warc_file: Named[str] = Column(String(500), nullable=False)
    """The WARC file, relative to WARC_DIR."""
    warc_offset: Named[int] = Column(BigInteger, nullable=False)
    """Bytes from the file's start to its record's."""
    warc_length: Named[int] = Column(BigInteger, nullable=False)
    """Bytes of the record in the file, compressed."""
    fetched_at: Named[datetime] = Column(UtcDateTime, nullable=False)
    run_id: Named[int | None] = Column(ForeignKey("run.id"))


capture = Table("capture", metadata, _Capture, UniqueConstraint("warc_file", "warc_offset"))
"""One response as it came: where its WARC record stands."""


class _Source(TypedColumns):
    id = Column(Integer, primary_key=True)
    url: Named[str] = Column(StoredText, nullable=False)
    etag: Named[str | None] = Column(StoredText)
    """What the server said of it last, to be asked whether it changed."""
    last_modified: Named[str | None] = Column(StoredText)
    newest_at: Named[datetime | None] = Column(UtcDateTime)
    """The latest time (``lastmod``, ``pubDate``) of its entries that are stored."""
    enabled: Named[bool] = Column(nullable=False)
    """Whether a scheduled crawl visits it."""
    interval_seconds: Named[int] = Column(Integer, nullable=False)
    first_seen_at: Named[datetime] = Column(UtcDateTime, nullable=False)
    last_crawled_at: Named[datetime | None] = Column(UtcDateTime)


source = Table("source", metadata, _Source, UniqueConstraint("url"))
"""A feed, a news sitemap or a page that known articles come from."""


class _Board(TypedColumns):
    id = Column(Integer, primary_key=True)
    url: Named[str] = Column(StoredText, nullable=False)
    """Its canonical address, or the name that a loaded post gave; may be empty."""
    engine: Named[str | None] = Column(String(32))
    name: Named[str | None] = Column(StoredText)
    enabled: Named[bool] = Column(nullable=False)
    """Whether a scheduled crawl visits it: true once somebody asked for a crawl of it."""
    interval_seconds: Named[int] = Column(Integer, nullable=False)
    """How long a scheduled crawl leaves it alone."""
    first_seen_at: Named[datetime] = Column(UtcDateTime, nullable=False)
    last_crawled_at: Named[datetime | None] = Column(UtcDateTime)
    is_interval_fixed: Named[bool] = Column(nullable=False, server_default=false())
    """Somebody set the interval: it does not follow how active the board is."""
    last_tried_at: Named[datetime | None] = Column(UtcDateTime)
    """When a crawl last began there, however it went."""
    failures: Named[int] = Column(Integer, nullable=False, server_default="0")
    """Crawls that failed since the last that did not."""
    asked_url: Named[str | None] = Column(StoredText)
    """The address that it was last named by: the board file knows it by that."""
    found_on: Named[str | None] = Column(StoredText)
    """The page that links to it; NULL for a board that somebody named. A proposal, until enabled."""


board = Table("board", metadata, _Board, UniqueConstraint("url"))


class _Content(TypedColumns):
    """What an author can change, and a version keeps."""

    status: Named[Status] = Column(name_type(Status), nullable=False)
    title: Named[str | None] = Column(StoredText)
    author: Named[str | None] = Column(StoredText)
    category: Named[str | None] = Column(StoredText)
    body: Named[str] = Column(StoredText, nullable=False)
    hidden: Named[list[str]] = Column(StoredJson, nullable=False)
    hrefs: Named[list[str]] = Column(StoredJson, nullable=False)
    links: Named[list[str]] = Column(StoredJson, nullable=False)
    files: Named[list[str]] = Column(StoredJson, nullable=False)
    content_sha: Named[str] = Column(String(64), nullable=False)
    """SHA-256 of the above and the comments: the same content, the same hash."""


class _Post(_Content):
    id = Column(Integer, primary_key=True)
    board_id: Named[int] = Column(ForeignKey("board.id"), nullable=False)
    native_id: Named[str] = Column(StoredText, nullable=False)
    key: Named[str] = Column(StoredText, nullable=False)
    url: Named[str | None] = Column(StoredText)
    engine: Named[str | None] = Column(String(32))
    ip: Named[str | None] = Column(StoredText)
    posted_at: Named[datetime | None] = Column(UtcDateTime)
    fetched_at: Named[datetime | None] = Column(UtcDateTime)
    """When it was last fetched; NULL for a post that never was (a loaded line)."""
    first_seen_at: Named[datetime] = Column(UtcDateTime, nullable=False)
    hits: Named[int | None] = Column(Integer)
    comment_count: Named[int | None] = Column(Integer)
    list_mark: Named[str | None] = Column(StoredText)
    body_chars: Named[int] = Column(Integer, nullable=False)
    """Letters and digits of the body."""
    hidden_chars: Named[int] = Column(Integer, nullable=False)
    """Letters and digits of the hidden text."""
    version: Named[int] = Column(Integer, nullable=False)
    """Counts from 1; earlier ones stand in post_version."""
    changed_at: Named[datetime | None] = Column(UtcDateTime)
    """When the present version was first seen, if it is not the first."""
    run_id: Named[int | None] = Column(ForeignKey("run.id"))
    """The run that brought this version."""
    copies: Named[int | None] = Column(Integer)
    """The verdict's, as the next four columns; NULL until the post was matched."""
    title_from_body: Named[bool | None] = Column()
    is_spam: Named[bool] = Column(nullable=False)
    reasons: Named[tuple[str, ...]] = Column(NameList, nullable=False)
    matched_at: Named[datetime | None] = Column(UtcDateTime)
    """When the verdict last changed."""
    problem: Named[str | None] = Column(StoredText)
    """The name of the reason why it could not be read; NULL where it could."""
    gone_at: Named[datetime | None] = Column(UtcDateTime)
    """When a crawl first saw that it was no more; stays when it is back."""
    returned_at: Named[datetime | None] = Column(UtcDateTime)
    """When a crawl saw it again after that."""
    capture_id: Named[int | None] = Column(ForeignKey("capture.id"))
    """The response that it was last read from."""


post = Table(
    "post",
    metadata,
    _Post,
    UniqueConstraint("board_id", "native_id"),
    # PostgreSQL's b-tree refuses long values, which spammers choose; its hash
    # index does not, and only equality is ever asked for.
    Index(None, "key", postgresql_using="hash"),
)


class _PostVersion(_Content):
    post_id: Named[int] = Column(ForeignKey("post.id"), primary_key=True)
    version: Named[int] = Column(Integer, primary_key=True, autoincrement=False)
    comments: Named[list[dict[str, Any]]] = Column(StoredJson, nullable=False)
    seen_at: Named[datetime] = Column(UtcDateTime, nullable=False)
    """When this version was first seen."""
    run_id: Named[int | None] = Column(ForeignKey("run.id"))
    capture_id: Named[int | None] = Column(ForeignKey("capture.id"))


post_version = Table("post_version", metadata, _PostVersion)
"""What a post was before it changed; its present state stands in post alone."""


class _Comment(TypedColumns):
    post_id: Named[int] = Column(ForeignKey("post.id"), primary_key=True)
    position: Named[int] = Column(Integer, primary_key=True, autoincrement=False)
    """From 0, in the page's order."""
    native_id: Named[str | None] = Column(StoredText)
    author: Named[str | None] = Column(StoredText)
    posted_at: Named[datetime | None] = Column(UtcDateTime)
    text: Named[str] = Column(StoredText, nullable=False)
    depth: Named[int] = Column(Integer, nullable=False)


comment = Table("comment", metadata, _Comment)


class _Article(TypedColumns):
    id = Column(Integer, primary_key=True)
    key: Named[str | None] = Column(StoredText)
    """NULL for an inferred one."""
    origin: Named[Origin] = Column(name_type(Origin), nullable=False)
    url: Named[str | None] = Column(StoredText)
    title: Named[str | None] = Column(StoredText)
    text: Named[str] = Column(StoredText, nullable=False)
    chars: Named[int] = Column(Integer, nullable=False)
    """Letters and digits of the text."""
    text_sha: Named[str] = Column(String(64), nullable=False)
    """SHA-256 of title and text."""
    publisher: Named[str | None] = Column(StoredText)
    published_at: Named[datetime | None] = Column(UtcDateTime)
    fetched_at: Named[datetime | None] = Column(UtcDateTime)
    first_seen_at: Named[datetime] = Column(UtcDateTime, nullable=False)
    version: Named[int] = Column(Integer, nullable=False)
    changed_at: Named[datetime | None] = Column(UtcDateTime)
    """When the present version was first seen, if it is not the first."""
    run_id: Named[int | None] = Column(ForeignKey("run.id"))
    byline: Named[str | None] = Column(StoredText)
    """Who wrote it, as printed."""
    modified_at: Named[datetime | None] = Column(UtcDateTime)
    """When the publisher last changed it, by its own word."""
    is_stub: Named[bool] = Column(nullable=False, server_default=false())
    """Only the beginning of its text is known."""
    story_id: Named[int | None] = Column(Integer)
    """The lowest id of the known articles with nearly this text; NULL where it is the only one."""
    capture_id: Named[int | None] = Column(ForeignKey("capture.id"))


article = Table(
    "article",
    metadata,
    _Article,
    UniqueConstraint("key"),
    Index(None, "story_id"),
    # As post.key: only equality is ever asked for.
    Index(None, "url", postgresql_using="hash"),
    # Inferred articles get deleted: without this, SQLite would give their ids again.
    sqlite_autoincrement=True,
)


class _ArticleVersion(TypedColumns):
    article_id: Named[int] = Column(ForeignKey("article.id"), primary_key=True)
    version: Named[int] = Column(Integer, primary_key=True, autoincrement=False)
    title: Named[str | None] = Column(StoredText)
    text: Named[str] = Column(StoredText, nullable=False)
    seen_at: Named[datetime] = Column(UtcDateTime, nullable=False)
    capture_id: Named[int | None] = Column(ForeignKey("capture.id"))


article_version = Table("article_version", metadata, _ArticleVersion)


class _ArticleBand(TypedColumns):
    key: Named[int] = Column(Integer, primary_key=True, autoincrement=False)
    """A band's hash as a signed 32-bit integer."""
    article_id: Named[int] = Column(Integer, primary_key=True, autoincrement=False)
    """Negated where HOT others came first (`models.matching`)."""


class _PostBand(TypedColumns):
    key: Named[int] = Column(Integer, primary_key=True, autoincrement=False)
    post_id: Named[int] = Column(Integer, primary_key=True, autoincrement=False)


# Some hundred rows a document: no foreign key to check and no row id to keep.
# Whoever deletes rows knows their keys, so there is no second index either.
article_band = Table("article_band", metadata, _ArticleBand, sqlite_with_rowid=False)
post_band = Table("post_band", metadata, _PostBand, sqlite_with_rowid=False)


class _Mirror(TypedColumns):
    post_id: Named[int] = Column(ForeignKey("post.id"), primary_key=True)
    article_id: Named[int] = Column(ForeignKey("article.id"), primary_key=True)
    relation: Named[Relation] = Column(name_type(Relation), nullable=False)
    """May be a quote: the views tell those apart."""
    coverage: Named[float] = Column(nullable=False)
    share: Named[float] = Column(nullable=False)
    copies: Named[int] = Column(Integer, nullable=False)
    cut: Named[int | None] = Column(Integer)
    cuts: Named[list[int | None]] = Column(StoredJson, nullable=False)
    identity: Named[float] = Column(nullable=False)
    score: Named[float] = Column(nullable=False)
    position: Named[int] = Column(Integer, nullable=False)
    """0 is the post's best."""
    run_id: Named[int | None] = Column(ForeignKey("run.id"))
    matched_at: Named[datetime] = Column(UtcDateTime, nullable=False)
    substitutions: Named[list[list[Any]] | None] = Column(StoredJson)
    """[article word, injected word, times] of each word that was replaced throughout."""


mirror = Table(
    "mirror",
    metadata,
    _Mirror,
    CheckConstraint("coverage BETWEEN 0 AND 1", name="coverage_is_ratio"),
    CheckConstraint("share BETWEEN 0 AND 1", name="share_is_ratio"),
    CheckConstraint("identity BETWEEN 0 AND 1", name="identity_is_ratio"),
    CheckConstraint("score BETWEEN 0 AND 1", name="score_is_ratio"),
    Index(None, "article_id"),
)


class _Span(TypedColumns):
    post_id: Named[int] = Column(Integer, primary_key=True, autoincrement=False)
    article_id: Named[int] = Column(Integer, primary_key=True, autoincrement=False)
    position: Named[int] = Column(Integer, primary_key=True, autoincrement=False)
    copy: Named[int] = Column(Integer, nullable=False)
    post_start: Named[int] = Column(Integer, nullable=False)
    post_end: Named[int] = Column(Integer, nullable=False)
    article_start: Named[int] = Column(Integer, nullable=False)
    article_end: Named[int] = Column(Integer, nullable=False)


span = Table(
    "span",
    metadata,
    _Span,
    ForeignKeyConstraint(
        ["post_id", "article_id"], ["mirror.post_id", "mirror.article_id"], ondelete="CASCADE"
    ),
    sqlite_with_rowid=False,
)


class _Lure(TypedColumns):
    post_id: Named[int] = Column(ForeignKey("post.id"), primary_key=True)
    position: Named[int] = Column(Integer, primary_key=True, autoincrement=False)
    kind: Named[LureKind] = Column(name_type(LureKind), nullable=False)
    value: Named[str] = Column(StoredText, nullable=False)
    raw: Named[str] = Column(StoredText, nullable=False)


lure = Table(
    "lure",
    metadata,
    _Lure,
    # On the value alone: see the index of post.key, and PostgreSQL's hash takes one column.
    Index(None, "value", postgresql_using="hash"),
)


class _Campaign(TypedColumns):
    id = Column(Integer, primary_key=True)
    first_seen_at: Named[datetime] = Column(UtcDateTime, nullable=False)
    """When the store first knew of it."""


campaign = Table("campaign", metadata, _Campaign, sqlite_autoincrement=True)
"""Posts that belong together; which, its ties say. Ids are never given again."""


class _CampaignTie(TypedColumns):
    post_id: Named[int] = Column(ForeignKey("post.id"), primary_key=True)
    position: Named[int] = Column(Integer, primary_key=True, autoincrement=False)
    campaign_id: Named[int] = Column(ForeignKey("campaign.id"), nullable=False)
    kind: Named[str] = Column(String(16), nullable=False)
    """A kind of lure, or ``cut``."""
    value: Named[str] = Column(StoredText, nullable=False)
    is_strong: Named[bool] = Column(nullable=False)


campaign_tie = Table("campaign_tie", metadata, _CampaignTie, Index(None, "campaign_id"))
"""Something that a post shares with another one of its campaign."""
