"""The names that the store, the matcher and the commands share (stdlib only)."""

from enum import StrEnum


class Relation(StrEnum):
    """How a post copies an article."""

    EXACT = "exact"
    """All of it."""
    TRUNCATED = "truncated"
    """From its start, cut off."""
    EXCERPT = "excerpt"
    """A stretch from elsewhere."""
    EDITED = "edited"
    """Words changed, sentences dropped or shuffled."""
    COLLAGE = "collage"
    """Stretches of several articles."""
    QUOTE = "quote"
    """A short quotation inside own text: listed, not counted as a mirror."""


class Origin(StrEnum):
    """Where an article comes from."""

    KNOWN = "known"
    """News or an import."""
    INFERRED = "inferred"
    """Rebuilt from posts that copy each other."""


class Status(StrEnum):
    """What a board answered when a post was asked for."""

    LIVE = "live"
    SECRET = "secret"  # noqa: S105 - a board's word for a private post
    DELETED = "deleted"
    DENIED = "denied"
    UNREADABLE = "unreadable"


class LureKind(StrEnum):
    """What a piece of payload is."""

    KEYWORD = "keyword"
    URL = "url"
    DOMAIN = "domain"
    PHONE = "phone"
    MESSENGER = "messenger"
    EMAIL = "email"


class Reason(StrEnum):
    """Why a post was judged to be spam."""

    KEYWORD_LINE = "keyword_line"
    """A line of search keywords stands above or below the copied text."""
    KEYWORD_INJECTED = "keyword_injected"
    """The same foreign words are pushed into the copied text."""
    CONTACT = "contact"
    """A URL, phone number, messenger id or e-mail address was added to the copy."""
    PASTED_TWICE = "pasted_twice"
    """The same text was pasted more than once."""
    TITLE_KEYWORD = "title_keyword"
    """The title is a keyword of the payload."""
    TITLE_FROM_BODY = "title_from_body"
    """The title is the first characters of the body, cut mid-sentence."""
    HIDDEN_TEXT = "hidden_text"
    """Text that readers cannot see was planted for search engines."""
    ADVERT = "advert"
    """Own text that sells: repeated keywords with a way to get in touch."""
