"""Campaigns in the store: what posts may share, and which of them belong together.

What makes a campaign is decided elsewhere; here stand its reads and writes, each on the
connection of `models.write.writing`.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

from sqlalchemy import Connection, Row, bindparam, delete, insert, select

from models.relation import LureKind, Reason, Relation, Status
from models.schema import campaign, campaign_tie, lure, mirror, post
from models.types import storable

_ROWS_AT_ONCE = 2000


@dataclass(frozen=True, slots=True)
class PostMarks:
    """What a stored post may share with others."""

    post_id: int
    is_spam: bool
    reasons: tuple[str, ...]
    lures: tuple[tuple[LureKind, str], ...]
    """Kind and value of each, in the post's order."""
    article_id: int | None
    """The article that it mirrors best."""
    cuts: tuple[int | None, ...]


@dataclass(frozen=True, slots=True)
class TieRecord:
    """Something that a post shares with another one of its campaign."""

    post_id: int
    kind: str
    value: str
    is_strong: bool


@dataclass(frozen=True, slots=True)
class CampaignRecord:
    """Posts that belong together."""

    id: int | None
    """None for a new one."""
    ties: Sequence[TieRecord]


def read_marks(conn: Connection) -> Iterator[PostMarks]:
    """Yield what each live post with lures carries, by ascending id."""
    best = mirror.c.position == 0
    posts = conn.execute(
        select(post.c.id, post.c.is_spam, post.c.reasons, mirror.c.article_id, mirror.c.cuts)
        .outerjoin(
            mirror, (mirror.c.post_id == post.c.id) & best & (mirror.c.relation != Relation.QUOTE)
        )
        .where(
            post.c.status == Status.LIVE,
            select(lure.c.post_id).where(lure.c.post_id == post.c.id).exists(),
        )
        .order_by(post.c.id)
    ).all()
    kinds = {kind.value: kind for kind in LureKind}
    lures: dict[int, list[tuple[LureKind, str]]] = {}
    # Past SQLAlchemy's handling of each value: most of the time goes here.
    for post_id, kind, value in conn.exec_driver_sql(
        "SELECT post_id, kind, value FROM lure ORDER BY post_id, position"
    ):
        lures.setdefault(post_id, []).append((kinds[kind], value))
    for row in posts:
        yield PostMarks(
            row.id,
            row.is_spam,
            row.reasons or (),
            tuple(lures[row.id]),
            row.article_id,
            tuple(row.cuts or ()),
        )


def campaigns_of_posts(conn: Connection) -> dict[int, int]:
    """Return the campaign of each post that is in one."""
    rows = conn.execute(select(campaign_tie.c.post_id, campaign_tie.c.campaign_id))
    return {row.post_id: row.campaign_id for row in rows}


def replace_campaigns(conn: Connection, campaigns: Iterable[CampaignRecord], now: datetime) -> int:
    """Make *campaigns* the store's; return how many posts are in another one than before.

    Rows that are as they should be are left alone.
    """
    stored = _read_ties(conn)
    before = {post_id: rows[0][0] for post_id, rows in stored.items()}
    kept: set[int] = set()
    wanted: dict[int, list[_Tie]] = {}
    for record in campaigns:
        campaign_id = record.id
        if campaign_id is None:
            key = conn.execute(insert(campaign), {"first_seen_at": now}).inserted_primary_key
            assert key is not None
            campaign_id = int(key[0])
        kept.add(campaign_id)
        for tie in record.ties:
            row = (campaign_id, tie.kind, storable(tie.value), tie.is_strong)
            wanted.setdefault(tie.post_id, []).append(row)
    changed = [i for i in stored.keys() | wanted.keys() if stored.get(i) != wanted.get(i)]
    gone = [{"post_id_": post_id} for post_id in changed if post_id in stored]
    added = [
        {
            "post_id": post_id,
            "position": position,
            "campaign_id": campaign_id,
            "kind": kind,
            "value": value,
            "is_strong": is_strong,
        }
        for post_id in sorted(changed)
        for position, (campaign_id, kind, value, is_strong) in enumerate(wanted.get(post_id, ()))
    ]
    _in_parts(conn, _DELETE_TIES, gone)
    _in_parts(conn, insert(campaign_tie), added)
    empty = set(conn.scalars(select(campaign.c.id))) - kept
    _in_parts(conn, _DELETE_CAMPAIGN, [{"id_": campaign_id} for campaign_id in sorted(empty)])
    return sum(
        before.get(post_id) != (wanted[post_id][0][0] if post_id in wanted else None)
        for post_id in changed
    )


_Tie: TypeAlias = tuple[int, str, str, bool]
_DELETE_TIES = delete(campaign_tie).where(campaign_tie.c.post_id == bindparam("post_id_"))
_DELETE_CAMPAIGN = delete(campaign).where(campaign.c.id == bindparam("id_"))


def _read_ties(conn: Connection) -> dict[int, list[_Tie]]:
    found: dict[int, list[_Tie]] = {}
    rows: Sequence[Row[*tuple[Any, ...]]] = conn.execute(
        select(
            campaign_tie.c.post_id,
            campaign_tie.c.campaign_id,
            campaign_tie.c.kind,
            campaign_tie.c.value,
            campaign_tie.c.is_strong,
        ).order_by(campaign_tie.c.post_id, campaign_tie.c.position)
    ).all()
    for post_id, *tie in rows:
        found.setdefault(post_id, []).append((tie[0], tie[1], tie[2], tie[3]))
    return found


def _in_parts(conn: Connection, statement: Any, rows: Sequence[dict[str, Any]]) -> None:
    for start in range(0, len(rows), _ROWS_AT_ONCE):
        conn.execute(statement, list(rows[start : start + _ROWS_AT_ONCE]))


def title_recipe(reasons: Iterable[str]) -> str:
    """Return what a title was made of: the text's start, a keyword, or something of its own."""
    if Reason.TITLE_FROM_BODY in reasons:
        return "body"
    return "keyword" if Reason.TITLE_KEYWORD in reasons else "own"
