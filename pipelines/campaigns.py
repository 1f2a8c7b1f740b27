"""The store's campaigns, found anew from all that its posts share.

Which contacts are common is a matter of the whole store, so one more post can tie or part
others: all is computed anew, in one pass over the lures, after a job that brought posts.
"""

from datetime import datetime

from sqlalchemy import Connection

from models.campaigns import (
    CampaignRecord,
    PostMarks,
    TieRecord,
    campaigns_of_posts,
    read_marks,
    replace_campaigns,
    title_recipe,
)
from models.relation import LureKind
from pipelines.core.campaigns import Marks, find_campaigns, keep_ids
from pipelines.core.contacts import domain_of
from pipelines.core.keywords import key_of

_CONTACTS = frozenset({LureKind.DOMAIN, LureKind.PHONE, LureKind.MESSENGER, LureKind.EMAIL})


def refresh_campaigns(connection: Connection, now: datetime) -> int:
    """Find the campaigns anew; return how many posts are in another one than before."""
    found = find_campaigns([_marks(post) for post in read_marks(connection)])
    before = campaigns_of_posts(connection)
    ids = keep_ids([campaign.posts for campaign in found], before)
    records = [
        CampaignRecord(
            campaign_id,
            [TieRecord(t.post_id, t.kind, t.value, t.is_strong) for t in campaign.ties],
        )
        for campaign_id, campaign in zip(ids, found, strict=True)
    ]
    return replace_campaigns(connection, records, now)


def _marks(post: PostMarks) -> Marks:
    lures = post.lures
    return Marks(
        post.post_id,
        post.is_spam,
        contacts=frozenset(
            (kind.value, value.lower().lstrip("@")) for kind, value in lures if kind in _CONTACTS
        ),
        urls={
            value: domain
            for kind, value in lures
            if kind is LureKind.URL and (domain := domain_of(value)) is not None
        },
        keywords=frozenset(key_of(value) for kind, value in lures if kind is LureKind.KEYWORD),
        cut=_cut(post),
    )


def _cut(post: PostMarks) -> str | None:
    """Return the fingerprint of a spam tool's cut: article, place of each cut, kind of title."""
    places = [str(cut) for cut in post.cuts if cut is not None]
    if post.article_id is None or not places:
        return None
    whole = len(post.cuts) - len(places)
    return f"{post.article_id}:{'+'.join(places)}{'+end' * whole}:{title_recipe(post.reasons)}"
