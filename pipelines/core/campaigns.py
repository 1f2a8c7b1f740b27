"""Which posts belong together: campaigns, told by what their payload and their cuts share.

A contact that only a few otherwise unrelated posts carry is somebody's own: a strong tie.
One that posts carry which have nothing else in common (a portal, a shortener, a free host)
ties nothing, and which those are is learned from the store.  A keyword is a weak tie, since
many sell the same, and so is an article cut at the same places, since one news item reaches
many.  Weak ties of one kind never tie two posts; one of each kind does.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Generic, TypeAlias, TypeVar

MOST_GROUPS = 4
"""Otherwise unrelated groups of posts that one sender's contact may be seen in."""
GROUPS_SHARE = 0.3
"""Share of the posts with other contacts that those groups may be: a sender changes a
phone number after some posts, a portal's visitors have one each."""
MOST_OTHERS = 2
"""Posts that are no spam and may carry a spammer's contact, …"""
OTHERS_SHARE = 0.5
"""… or share of its posts, if there are more."""

JOINT_SHARE = 0.1
"""Share of the posts of the rarer of two contacts that must carry the other one too."""
MOST_CONTACTS = 20
"""Contacts of a post that are taken for one sender's; a list of more is a directory."""

Value: TypeAlias = tuple[str, str]
"""Kind and value of what ties posts."""


M = TypeVar("M", int, Value)


@dataclass(frozen=True, slots=True)
class Marks:
    """What a post may share with others of its campaign."""

    post_id: int
    is_spam: bool
    contacts: frozenset[Value]
    """Domains, phones, messenger ids, e-mail addresses."""
    urls: Mapping[str, str] = field(default_factory=dict)
    """Addresses with their domains: on a free host, the address is somebody's own."""
    keywords: frozenset[str] = frozenset()
    cut: str | None = None
    """Which article was cut where, how often, under what kind of title; None without a cut."""


@dataclass(frozen=True, slots=True)
class Tie:
    """Something that a post shares with another one of its campaign."""

    post_id: int
    kind: str
    value: str
    is_strong: bool


@dataclass(frozen=True, slots=True)
class Campaign:
    """Posts that belong together, ascending, and all that ties them."""

    posts: tuple[int, ...]
    ties: tuple[Tie, ...]


def find_campaigns(posts: Sequence[Marks]) -> list[Campaign]:
    """Return the campaigns of at least two posts, one of them spam, by their first post.

    The order of *posts* does not matter.
    """
    strong = _strong_ties(posts)
    weak = _weak_ties(posts)
    home = _strong_groups(strong)
    _add_weak(home, weak)
    members: defaultdict[object, list[int]] = defaultdict(list)
    for post_id in sorted(home):
        members[home[post_id]].append(post_id)
    ties: defaultdict[int, set[Tie]] = defaultdict(set)
    for (kind, value), carriers in strong.items():
        for post_id in _together(carriers, home):
            ties[post_id].add(Tie(post_id, kind, value, is_strong=True))
    for (keyword, cut), carriers in weak.items():
        for post_id in _together(carriers, home):
            ties[post_id].add(Tie(post_id, "keyword", keyword, is_strong=False))
            ties[post_id].add(Tie(post_id, "cut", cut, is_strong=False))
    spam = {post.post_id for post in posts if post.is_spam}
    found = []
    for group in members.values():
        tied = [post_id for post_id in group if ties[post_id]]
        if len(tied) > 1 and not spam.isdisjoint(tied):
            found.append(Campaign(tuple(tied), tuple(t for i in tied for t in _in_order(ties[i]))))
    return sorted(found, key=lambda campaign: campaign.posts)


def _in_order(ties: Iterable[Tie]) -> list[Tie]:
    return sorted(ties, key=lambda tie: (not tie.is_strong, tie.kind, tie.value))


def _together(carriers: Iterable[int], home: Mapping[int, object]) -> list[int]:
    """Return those of *carriers* that are in one group with another of them."""
    groups: defaultdict[object, list[int]] = defaultdict(list)
    for post_id in carriers:
        if post_id in home:
            groups[home[post_id]].append(post_id)
    return [post_id for group in groups.values() if len(group) > 1 for post_id in group]


def _strong_groups(strong: Mapping[Value, Sequence[int]]) -> dict[int, object]:
    """Return the group of each post with a strong tie.

    Contacts belong together where they stand in one post often enough for how often they
    stand at all: a post that carries two senders' payloads must not make one of them.
    """
    contacts: defaultdict[int, list[Value]] = defaultdict(list)
    for value, carriers in strong.items():
        for post_id in carriers:
            contacts[post_id].append(value)
    pairs: Counter[tuple[Value, Value]] = Counter()
    for values in contacts.values():
        values.sort()
        if len(values) <= MOST_CONTACTS:
            pairs.update(combinations(values, 2))
    groups: _Groups[Value] = _Groups()
    for value in strong:
        groups.join([value])
    for (one, other), posts in pairs.items():
        if posts >= JOINT_SHARE * min(len(strong[one]), len(strong[other])):
            groups.join([one, other])
    sizes = Counter(groups.top(value) for values in contacts.values() for value in values)
    home: dict[int, object] = {}
    for post_id, values in contacts.items():
        held = Counter(groups.top(value) for value in values)
        home[post_id] = min(held, key=lambda top: (-held[top], -sizes[top], top))
    return home


def _add_weak(home: dict[int, object], weak: Mapping[tuple[str, str], Sequence[int]]) -> None:
    """Put posts that weak ties hold together into a group; they never make one of two groups."""
    claims: defaultdict[int, set[object]] = defaultdict(set)
    loose: _Groups[int] = _Groups()
    for carriers in weak.values():
        owners = {home[post_id] for post_id in carriers if post_id in home}
        free = [post_id for post_id in carriers if post_id not in home]
        for post_id in free:
            claims[post_id] |= owners
        if not owners and free:
            loose.join(free)
    for group in loose.all():
        owners = {owner for post_id in group for owner in claims.pop(post_id)}
        if len(owners) <= 1:
            owner = owners.pop() if owners else ("loose", group[0])
            home.update(dict.fromkeys(group, owner))
    for post_id, owners in claims.items():
        if len(owners) == 1:
            home[post_id] = owners.pop()


def _strong_ties(posts: Sequence[Marks]) -> dict[Value, list[int]]:
    """Return the contacts that are somebody's own, with the posts that carry them."""
    carriers: defaultdict[Value, list[Marks]] = defaultdict(list)
    for post in posts:
        for contact in post.contacts:
            carriers[contact].append(post)
    shared = {value: marks for value, marks in carriers.items() if len(marks) > 1}
    common = {value for value, marks in shared.items() if _is_common(value, marks)}
    found = {
        value: [post.post_id for post in marks]
        for value, marks in shared.items()
        if value not in common
    }
    pages: defaultdict[str, list[Marks]] = defaultdict(list)
    for post in posts:
        for url, domain in post.urls.items():
            if ("domain", domain) in common:
                pages[url].append(post)
    for url, marks in pages.items():
        if len(marks) > 1 and not _is_common(("url", url), marks):
            found["url", url] = [post.post_id for post in marks]
    return found


def _is_common(value: Value, carriers: Sequence[Marks]) -> bool:
    """Tell a contact that posts carry which have nothing else to do with each other."""
    others = sum(not post.is_spam for post in carriers)
    if others > MOST_OTHERS and others > OTHERS_SHARE * len(carriers):
        return True
    # An address and its domain are one contact.
    own = {value} | {
        ("domain", domain)
        for post in carriers
        for url, domain in post.urls.items()
        if value == ("url", url)
    }
    groups: _Groups[int] = _Groups()
    holders: defaultdict[Value, list[int]] = defaultdict(list)
    told = 0
    for post in carriers:
        rest = post.contacts - own
        told += bool(rest)
        for contact in rest:
            holders[contact].append(post.post_id)
    for members in holders.values():
        groups.join(members)
    return len(groups) > max(MOST_GROUPS, GROUPS_SHARE * told)


def _weak_ties(posts: Iterable[Marks]) -> dict[tuple[str, str], list[int]]:
    """Return pairs of a keyword and a cut that posts share."""
    pairs: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    for post in posts:
        if post.cut is not None:
            for keyword in post.keywords:
                pairs[keyword, post.cut].append(post.post_id)
    return {pair: members for pair, members in pairs.items() if len(members) > 1}


class _Groups(Generic[M]):
    """Disjoint sets; the smallest member stands for each."""

    def __init__(self) -> None:
        self._above: dict[M, M] = {}

    def __len__(self) -> int:
        return sum(member == above for member, above in self._above.items())

    def join(self, members: Sequence[M]) -> None:
        first = self.top(members[0])
        for member in members[1:]:
            top = self.top(member)
            first, other = (first, top) if first <= top else (top, first)
            self._above[other] = first

    def all(self) -> list[list[M]]:
        """Return the sets of more than one member, each ascending."""
        found: defaultdict[M, list[M]] = defaultdict(list)
        for member in sorted(self._above):
            found[self.top(member)].append(member)
        return [members for members in found.values() if len(members) > 1]

    def top(self, member: M) -> M:
        above = self._above.setdefault(member, member)
        while above != (higher := self._above[above]):
            self._above[member] = higher
            member, above = above, higher
        return above


def keep_ids(campaigns: Sequence[Sequence[int]], before: Mapping[int, int]) -> list[int | None]:
    """Return the id that each campaign had before, None for a new one.

    A campaign that grew keeps its id; of several that became one, the oldest (smallest) id
    stays; of one that fell apart, the part with most of its posts keeps it.

    Args:
        campaigns: the posts of each.
        before: the campaign that a post was in.
    """
    claims: list[tuple[int, int, int]] = []
    for at, posts in enumerate(campaigns):
        held = Counter(before[post] for post in posts if post in before)
        claims += [(campaign_id, -count, at) for campaign_id, count in held.items()]
    out: list[int | None] = [None] * len(campaigns)
    taken: set[int] = set()
    for campaign_id, _, at in sorted(claims):
        if out[at] is None and campaign_id not in taken:
            out[at] = campaign_id
            taken.add(campaign_id)
    return out
