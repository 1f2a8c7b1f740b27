"""What is written to the store, or asked of it: plain values, one dataclass a kind of row (stdlib only).

Times are aware and in UTC. Offsets count characters (Python string indices) of
the stored texts. ``None`` means not known; an empty string or list means known
to be empty.
"""

from dataclasses import dataclass, field
from datetime import datetime

from models.relation import LureKind, Reason, Relation, Status


@dataclass(slots=True, frozen=True, kw_only=True)
class CaptureRecord:
    """Where a response stands as it came."""

    url: str
    status: int
    """HTTP status."""
    sha256: str
    """Of the payload as it came over the wire, in hexadecimal."""
    warc_file: str
    """Relative to WARC_DIR."""
    warc_offset: int
    warc_length: int
    """Bytes of the record in the file."""
    fetched_at: datetime


@dataclass(slots=True, kw_only=True)
class CommentRecord:
    """One comment below a post."""

    native_id: str | None
    author: str | None
    posted_at: datetime | None
    text: str
    depth: int = 0
    """0 for a comment, 1 for a reply to one, and so on."""


@dataclass(slots=True, kw_only=True)
class PostRecord:
    """One post of a board, as it was seen at one time.

    A post is identified by (board_url, native_id), never by its address.
    """

    board_url: str
    """The board's canonical address, or the name that a loaded line gave; may be empty."""
    native_id: str
    key: str
    """The id or URL that it came with."""
    url: str | None = None
    engine: str | None = None
    status: Status = Status.LIVE
    problem: str | None = None
    """Why it is unreadable, by the name of the reason."""

    title: str | None = None
    author: str | None = None
    ip: str | None = None
    """The fragment of the author's address that the board shows, as shown."""
    category: str | None = None
    posted_at: datetime | None = None
    fetched_at: datetime | None = None
    hits: int | None = None
    comments: list[CommentRecord] = field(default_factory=list)
    comment_count: int | None = None
    links: list[str] = field(default_factory=list)
    """The board's own link fields, as shown (unwrapped where the page allows it)."""
    files: list[str] = field(default_factory=list)
    """Names of the attachments."""

    body: str = ""
    """Every visible character of the post's container, lines kept."""
    hidden: list[str] = field(default_factory=list)
    """Stretches of text that a reader does not see, in order."""
    hrefs: list[str] = field(default_factory=list)
    """Targets of the links inside the body, in order, hidden ones too."""
    list_mark: str | None = None
    """What the list said of the post (title, comments); a change asks for a new fetch."""
    capture: CaptureRecord | None = None
    """The response that it was read from."""


@dataclass(slots=True, kw_only=True)
class ArticleRecord:
    """One known article, as news or an import gave it."""

    key: str
    """The id, or else the URL, that it came with."""
    text: str
    url: str | None = None
    title: str | None = None
    publisher: str | None = None
    byline: str | None = None
    """Who wrote it, as printed."""
    is_stub: bool = False
    """Only the beginning of its text is known."""
    published_at: datetime | None = None
    modified_at: datetime | None = None
    """When the publisher last changed it, by its own word."""
    fetched_at: datetime | None = None
    capture: CaptureRecord | None = None
    """The response that it was read from."""


@dataclass(slots=True, frozen=True)
class Span:
    """An aligned stretch: half-open ranges of the post's body and the article's text."""

    post_start: int
    post_end: int
    article_start: int
    article_end: int
    copy: int = 1
    """Which pasted copy of the article it belongs to, from 1 in the post's order."""


@dataclass(slots=True, frozen=True)
class MirrorRecord:
    """A proven link of a post to an article."""

    article_id: int
    relation: Relation
    coverage: float
    """Share of the article's characters that the post carries, 0 to 1."""
    share: float
    """Share of the post's characters that come from the article, 0 to 1."""
    copies: int
    """How often the article stands in the post."""
    cut: int | None
    """Offset in the article's text at which the longest copy breaks off; None at its end."""
    cuts: tuple[int | None, ...]
    """The same for every copy, in the post's order."""
    identity: float
    """Share of equal characters in the aligned stretches, 0 to 1."""
    score: float
    """How sure the link is, 0 to 1."""
    spans: tuple[Span, ...]
    substitutions: tuple[tuple[str, str, int], ...] = ()
    """Article word, injected word and how often, of each word that was replaced throughout."""


@dataclass(slots=True, frozen=True)
class LureRecord:
    """One piece of payload."""

    kind: LureKind
    value: str
    """The normalised, de-obfuscated form."""
    raw: str
    """The form in which it stands in the post."""


@dataclass(slots=True, frozen=True)
class VerdictRecord:
    """What is said of a post as a whole."""

    is_spam: bool
    reasons: tuple[Reason, ...]
    copies: int
    """How often the post's main text stands in it, known article or not."""
    title_from_body: bool
    lures: tuple[LureRecord, ...]


@dataclass(frozen=True, slots=True)
class IntervalLimits:
    """Shortest and longest time between two scheduled crawls of a board, in seconds."""

    least: int
    most: int


@dataclass(frozen=True, slots=True)
class NamedBoard:
    """A board as the board file names it."""

    url: str
    interval_seconds: int | None = None
    """None lets the board's activity decide."""
    enabled: bool = True


@dataclass(slots=True, frozen=True)
class SourceState:
    """What the store knows of a feed or a sitemap."""

    url: str
    etag: str | None = None
    last_modified: str | None = None
    newest_at: datetime | None = None
    """The latest time of its entries that are stored."""


@dataclass(slots=True, frozen=True)
class KnownArticle:
    """What the store knows of an article that an entry names."""

    fetched_at: datetime | None
    """None: an import brought it."""
    is_stub: bool = False
