"""Which posts belong together."""

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.core.campaigns import Campaign, Marks, Value, find_campaigns, keep_ids


def post(
    post_id: int, *contacts: str, keywords: str = "", cut: str | None = None, spam: bool = True
) -> Marks:
    """Make the marks of a post from contacts such as ``domain:a.example``."""
    values = [contact.partition(":")[::2] for contact in contacts]
    return Marks(
        post_id,
        spam,
        frozenset((kind, value) for kind, value in values if kind != "url"),
        {value: value.partition("/")[0] for kind, value in values if kind == "url"},
        frozenset(keywords.split()),
        cut,
    )


def groups(*posts: Marks) -> list[tuple[int, ...]]:
    return [campaign.posts for campaign in find_campaigns(posts)]


def test_a_rare_contact_ties() -> None:
    assert groups(post(1, "phone:0101"), post(2, "phone:0101"), post(3, "phone:0102")) == [(1, 2)]


def test_ties_chain_and_say_what_they_are() -> None:
    posts = [
        post(1, "phone:0101", "domain:a.example"),
        post(2, "domain:a.example", "messenger:aa77"),
        post(3, "messenger:aa77"),
    ]
    (campaign,) = find_campaigns(posts)
    assert campaign.posts == (1, 2, 3)
    assert [(tie.post_id, tie.kind, tie.value, tie.is_strong) for tie in campaign.ties] == [
        (1, "domain", "a.example", True),
        (2, "domain", "a.example", True),
        (2, "messenger", "aa77", True),
        (3, "messenger", "aa77", True),
    ]


def test_one_weak_tie_merges_nothing() -> None:
    assert groups(post(1, keywords="누수탐지"), post(2, keywords="누수탐지")) == []
    assert groups(post(1, cut="7:800:body"), post(2, cut="7:800:body")) == []
    assert groups(post(1, keywords="가방 시계"), post(2, keywords="가방 시계")) == []


def test_two_weak_ties_of_different_kinds_do() -> None:
    posts = [post(n, keywords="누수탐지", cut="7:800:body") for n in (1, 2)]
    (campaign,) = find_campaigns(posts)
    assert {(tie.kind, tie.is_strong) for tie in campaign.ties} == {
        ("keyword", False),
        ("cut", False),
    }


def test_weak_ties_do_not_make_one_of_two_campaigns() -> None:
    posts = [
        post(1, "phone:0101"),
        post(2, "phone:0101", keywords="누수탐지", cut="7:800:body"),
        post(3, "phone:0102", keywords="누수탐지", cut="7:800:body"),
        post(4, "phone:0102"),
    ]
    assert groups(*posts) == [(1, 2), (3, 4)]
    loose = post(5, keywords="가방", cut="8:300:own")
    joins = post(1, "phone:0101", keywords="가방", cut="8:300:own")
    assert groups(joins, *posts[1:], loose) == [(1, 2, 5), (3, 4)]


def test_what_unrelated_posts_carry_ties_nothing() -> None:
    posts = [post(n, "domain:portal.example", f"phone:010{n // 2}") for n in range(20)]
    assert groups(*posts) == [(2 * n, 2 * n + 1) for n in range(10)]


def test_a_page_of_its_own_on_a_host_of_many_ties() -> None:
    posts = [
        post(n, "domain:free.example", f"url:free.example/{n // 2}", f"phone:0{n}")
        for n in range(20)
    ]
    assert groups(*posts) == [(2 * n, 2 * n + 1) for n in range(10)]


def test_a_sender_who_changes_phones_stays_one() -> None:
    posts = [post(n, "domain:own.example", f"phone:010{n // 10}") for n in range(100)]
    assert groups(*posts) == [tuple(range(100))]


def test_what_people_post_who_sell_nothing_ties_nothing() -> None:
    posts = [post(n, "domain:city.example", spam=n < 3) for n in range(12)]
    assert groups(*posts) == []


def test_posts_without_spam_are_no_campaign() -> None:
    assert groups(post(1, "phone:0101", spam=False), post(2, "phone:0101", spam=False)) == []


def test_one_post_with_two_payloads_bridges_nothing() -> None:
    posts = [post(n, "phone:0101") for n in range(30)]
    posts += [post(n, "phone:0102") for n in range(30, 60)]
    found = groups(*posts, post(60, "phone:0101", "phone:0102"))
    assert [len(each) for each in found] == [31, 30]


def test_a_directory_of_contacts_bridges_nothing() -> None:
    posts = [post(2 * n + k, f"domain:s{n}.example") for n in range(30) for k in (0, 1)]
    found = groups(*posts, post(99, *(f"domain:s{n}.example" for n in range(30))))
    assert len(found) == 30


VALUES = st.sampled_from(
    [(kind, f"{kind}{n}") for kind in ("domain", "phone", "messenger") for n in range(5)]
)
POSTS = st.lists(
    st.tuples(
        st.frozensets(VALUES, max_size=3),
        st.frozensets(st.sampled_from("가나다"), max_size=2),
        st.sampled_from([None, "7:1:own", "7:2:own"]),
        st.booleans(),
    ),
    max_size=16,
)


@settings(max_examples=150, deadline=None)
@given(POSTS, st.randoms(use_true_random=False))
def test_the_order_of_arrival_does_not_matter(
    drawn: list[tuple[frozenset[Value], frozenset[str], str | None, bool]], rng: random.Random
) -> None:
    posts = [
        Marks(n, spam, contacts, {}, keywords, cut)
        for n, (contacts, keywords, cut, spam) in enumerate(drawn)
    ]
    found = find_campaigns(posts)
    rng.shuffle(posts)
    assert find_campaigns(posts) == found
    _check(found)
    # Nor do the ids that arrival gave the posts.
    new = list(range(100, 100 + len(posts)))
    rng.shuffle(new)
    renamed = [
        Marks(new[p.post_id], p.is_spam, p.contacts, p.urls, p.keywords, p.cut) for p in posts
    ]
    assert {frozenset(each.posts) for each in find_campaigns(renamed)} == {
        frozenset(new[post_id] for post_id in each.posts) for each in found
    }


def _check(found: list[Campaign]) -> None:
    held = [post_id for campaign in found for post_id in campaign.posts]
    assert len(held) == len(set(held)), "a post is in one campaign"
    for campaign in found:
        assert len(campaign.posts) > 1
        assert {tie.post_id for tie in campaign.ties} == set(campaign.posts)


def test_ids_stay_as_campaigns_grow_merge_and_part() -> None:
    assert keep_ids([[1, 2, 3]], {}) == [None]
    assert keep_ids([[1, 2, 3, 4]], {1: 7, 2: 7}) == [7]
    assert keep_ids([[1, 2, 3, 4]], {1: 9, 2: 9, 3: 7, 4: 7}) == [7]
    assert keep_ids([[1], [2, 3]], {1: 7, 2: 7, 3: 7}) == [None, 7]
    assert keep_ids([[1, 5], [2, 3]], {1: 7, 2: 7, 3: 7, 5: 8}) == [8, 7]
