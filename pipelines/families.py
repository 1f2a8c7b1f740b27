"""Families in the store: which posts copy which inferred article, and how those articles grow.

A post is placed once its known articles are ruled out.  It joins the inferred articles
that it copies.  What they leave of it is looked for among the posts: where another post
shares more of it, the article grows, or a new one is made of what both share.  Only what
no inferred article explains of a post is indexed, so a family of thousands costs no more
to join than one of two.
"""

import hashlib
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

import numpy as np
from sqlalchemy import Connection

from models import matching
from models.relation import Origin
from pipelines.core import families, reconstruct
from pipelines.core.consensus import Copy, read_together
from pipelines.core.families import (
    Kin,
    MainText,
    Range,
    cut_form,
    find_copied,
    find_kin,
    find_main,
    payload_words,
    text_around,
)
from pipelines.core.normalise import Codes, NormalForm, normalise
from pipelines.core.passages import POSTS, Keys, TextKeys, document_keys, text_keys
from pipelines.core.reconstruct import merged, size, without
from pipelines.core.verdict import Article, Link, Text

MAX_CHARACTERS = 400_000
"""Normal-form characters of a post that are matched; what is beyond is stored unmatched."""
INSIDE = 20
"""Characters of a shared passage that an article must hold for the passage to be of it."""
CONTEXT = 30
"""Characters around what is left of a post that its keys are made with."""
COMMON = 3
"""Posts, not kin, that hold a text from which it is a template's or boilerplate, no article's."""
COMMON_SHARE = 0.3
"""Share of a text's keys that so many must hold: what a template is filled with has others."""
READ_AT = frozenset({*range(3, 13), 16, 20, 24, 32})
"""Copies at which an article is written anew as they give it together."""
MOST_READ = 12
"""Copies that are read together, the longest first: as many pairs as 66 are aligned."""
MOST_LOOKED_THROUGH = 32
"""Copies, the longest first, by which an article is told from stock sentences."""
MOST_KIN = 4
"""Kin of one post that are made use of, the clearest first: more add nothing new."""
MOST_GROWN = 1_000
"""Copies of an article that may still grow: each is linked anew, and whoever posts pairs of copies
with a new ending each would have all of a large family linked anew again and again. The next
rematch lets it grow."""

Holders = dict[int, list[int]]
"""Who holds a key."""
Rank = Callable[[Collection[list[int]]], list[tuple[int, float]]]
ReadArticles = Callable[[Connection, Sequence[int], Origin | None], list[tuple[Article, bool]]]
ReadMains = Callable[[Connection, Sequence[int]], "list[Main]"]


@dataclass(frozen=True)
class Main:
    """The main text of a post, and where it stands in that."""

    post_id: int
    form: NormalForm
    place: MainText
    around: str
    """What stands around it."""

    @classmethod
    def of(cls, post_id: int, body: str, form: NormalForm) -> "Main":
        """Find the main text of a post; *form* is what of its body is matched."""
        place = find_main(body, form)
        main = cut_form(form, place.start, place.end)
        return cls(post_id, main, place, text_around(body, form, place))

    @cached_property
    def payload(self) -> frozenset[str]:
        """The words around it, in normal form."""
        return payload_words(self.around)

    @cached_property
    def article(self) -> Article:
        """What others are aligned with."""
        return Article.prepare(self.post_id, self.form)

    @cached_property
    def text(self) -> Text:
        """What is aligned with others; it remembers the copies that it was aligned with."""
        return Text(self.form)


class Orphan:
    """A post that copies no known article, prepared to be aligned with others.

    Args:
        form: what of its body is matched.
    """

    def __init__(self, main: Main, body: str, form: NormalForm) -> None:
        self.id = main.post_id
        self.main = main
        self.body = body
        self.text = Text(form)
        self.own = self.text if len(main.form) == len(form) else Text(main.form)
        """Its main text."""


@dataclass(frozen=True, slots=True)
class Index:
    """How documents are found and read."""

    secret: bytes
    """The store's, which keys depend on."""
    rank: Rank
    read_articles: ReadArticles
    read_mains: ReadMains

    def document_keys(self, codes: Codes) -> Keys:
        return document_keys(codes, self.secret, POSTS)

    def text_keys(self, codes: Codes) -> TextKeys:
        return text_keys(codes, self.secret, POSTS)


@dataclass(slots=True)
class Work:
    """The transaction that a post is matched in, and on whose behalf."""

    connection: Connection
    run_id: int | None
    now: datetime


class Families:
    """Places posts; holds who belongs to which inferred article as far as it was asked.

    Args:
        work: the transaction.
        index: how documents are found and read.
        anew: the families are built from nothing, whatever the store says.
    """

    def __init__(self, work: Work, index: Index, *, anew: bool = False) -> None:
        self._work = work
        self._connection = work.connection
        self._index = index
        self._anew = anew
        self._members: dict[int, set[int]] = {}
        self._entered: dict[int, set[int]] = {}
        self._left: dict[int, set[int]] = {}
        self._articles_of: dict[int, set[int]] = {}
        self.changed: set[int] = set()
        """Posts whose links are to be written again."""
        self.dropped: set[int] = set()
        """Articles that were merged into others, with all their posts, or were none."""

    def place(self, post: Orphan, *, is_new: bool = False) -> None:
        """Find the families of a post.

        *is_new* says that the post was never in one.
        """
        if is_new:
            self._articles_of[post.id] = set()
        else:
            self._forget(post.id)
        own, main = post.own, post.main.place
        if len(own) < families.OF_ARTICLE.least:
            return
        keys = self._index.text_keys(own.form.codes)
        is_common = _Commonness(self._connection, self._index, own.form, keys.document, {post.id})
        rest = self._worth_finding(own, self._join(post, keys.query, is_common))
        held: Holders | None = None
        if rest:
            if size(rest) < len(own):
                keys = _keys(own.form, rest, self._index)
            held = matching.holders_of(self._connection, "post", keys.query.tolist())
            if size(rest) == len(own):
                is_common.held = held
            others = [i for i, _ in self._index.rank(held.values()) if i != post.id]
            mains = {m.post_id: m for m in self._index.read_mains(self._connection, others)}
            kin = find_kin(own, [mains[i].article for i in others if i in mains], is_common)
            for each in kin[:MOST_KIN]:
                if size(_shared(each, rest)) >= reconstruct.LEAST_PIECE:
                    left = self._worth_finding(own, self._absorb(post, each, mains[each.other.id]))
                    if left != rest:
                        rest, held = left, None
                    if not rest:
                        break
        if not self._of(post.id) and main.copies > 1 and len(main) >= families.LEAST_LONE:
            whole = (0, len(own))
            self._found(reconstruct.text_of(post.body, own.form, [whole]), [post])
            rest = []
        if rest:
            # As they were when it was looked for, where nothing of it was explained since.
            indexed = _keys(own.form, rest, self._index).document if held is None else keys.document
            matching.add_keys(self._connection, "post", [(post.id, indexed)], held)
        for article_id in sorted(self._of(post.id)):
            if self._count(article_id, max(READ_AT) + 1) in READ_AT:
                self._look_through(article_id)

    def read_all_anew(self) -> None:
        """Write every article as all of its copies give it together."""
        for article_id in sorted(self._members):
            if len(self._in(article_id)) > 1:
                self._look_through(article_id, is_last=True)

    def links(self, post: Orphan) -> list[Link]:
        """Return the links of a post to the inferred articles of its families, best first."""
        articles = self._prepared(self._of(post.id))
        return families.family_links(post.text, post.main.place, articles)

    def take_ids(self, before: dict[int, int]) -> None:
        """Give families built anew the ids of those that they continue.

        *before* tells which inferred article each post mirrored.
        """
        members = {new: posts for new, posts in self._members.items() if posts}
        new_ids = sorted(self._members)
        texts = {a.id: a.text for a in matching.read_articles(self._connection, new_ids)}
        for new, old in keep_ids(before, members).items():
            text = texts[new]
            form = normalise(text)
            keys = self._index.document_keys(form.codes)
            matching.remove_keys(self._connection, "article", new, keys.tolist())
            matching.delete_article(self._connection, new)
            matching.change_inferred(self._connection, old, text, len(form), sha_of(text))
            matching.add_keys(self._connection, "article", [(old, keys)])
            for post_id in members[new]:
                self._of(post_id).discard(new)
                self._of(post_id).add(old)
        for new in self._members.keys() - members.keys():
            matching.delete_article(self._connection, new)

    # --- who belongs where ----------------------------------------------------------------

    def _in(self, article_id: int) -> set[int]:
        if article_id not in self._members:
            stored = [] if self._anew else matching.mirrors_of(self._connection, article_id)
            entered = self._entered.pop(article_id, set())
            self._members[article_id] = {*stored, *entered} - self._left.pop(article_id, set())
        return self._members[article_id]

    def _count(self, article_id: int, most: int) -> int:
        """Return how many posts an article has, at most *most*: a large family is not read."""
        if article_id not in self._members and not self._anew:
            most_read = most + len(self._left.get(article_id, ()))
            if len(matching.mirrors_of(self._connection, article_id, most_read)) == most_read:
                return most
        return min(most, len(self._in(article_id)))

    def _of(self, post_id: int) -> set[int]:
        if post_id not in self._articles_of:
            stored = [] if self._anew else matching.inferred_of_post(self._connection, post_id)
            self._articles_of[post_id] = set(stored)
        return self._articles_of[post_id]

    def _enter(self, post_id: int, article_id: int) -> None:
        if self._anew or article_id in self._members:
            self._in(article_id).add(post_id)
        else:
            self._entered.setdefault(article_id, set()).add(post_id)
            self._left.get(article_id, set()).discard(post_id)
        self._of(post_id).add(article_id)
        self.changed.add(post_id)

    def _forget(self, post_id: int) -> None:
        for article_id in self._of(post_id):
            if self._anew or article_id in self._members:
                self._in(article_id).discard(post_id)
            else:
                self._left.setdefault(article_id, set()).add(post_id)
                self._entered.get(article_id, set()).discard(post_id)
        self._articles_of[post_id] = set()

    # --- placing --------------------------------------------------------------------------

    def _join(self, post: Orphan, keys: Keys, is_common: families.IsCommon) -> list[Range]:
        """Let a post join the articles it copies; return what they explain of its main text.

        *keys* are those that the main text is looked up by.
        """
        held = matching.holders_of(self._connection, "article", keys.tolist())
        articles = [
            article
            for article, _ in self._index.read_articles(
                self._connection, [i for i, _ in self._index.rank(held.values())], Origin.INFERRED
            )
        ]
        copied = find_copied(post.own, (0, len(post.own)), articles, is_common)
        for alignment in copied:
            self._enter(post.id, alignment.article.id)
        return merged((s.post_start, s.post_end) for each in copied for s in each.stretches)

    def _worth_finding(self, own: Text, explained: Sequence[Range]) -> list[Range]:
        rest = without([(0, len(own))], explained)
        return [(start, end) for start, end in rest if end - start >= reconstruct.LEAST_PIECE]

    def _absorb(self, post: Orphan, kin: Kin, main: Main) -> list[Range]:
        """Make an article of what two posts share, or let those grow that hold a part of it.

        Returns what is explained of the post's main text.
        """
        ((_, _, body),) = matching.read_bodies(self._connection, [kin.other.id])
        other = Orphan(main, body, matched_form(body))
        in_own, in_other = reconstruct.shared_ranges(
            kin.passages, post.own.text, other.own.text, post.main.payload | other.main.payload
        )
        shared = {post.id: in_own, other.id: in_other}
        touched = self._touched((post, other), shared)
        if not touched:
            text = reconstruct.text_of(other.body, other.own.form, in_other)
            self._found(text, [post, other])
        else:
            self._grow(touched, {post.id: post, other.id: other}, shared)
        return self._explained(post)

    def _explained(self, post: Orphan) -> list[Range]:
        copied = find_copied(post.own, (0, len(post.own)), self._prepared(self._of(post.id)))
        return merged((s.post_start, s.post_end) for each in copied for s in each.stretches)

    def _touched(
        self, posts: Iterable[Orphan], shared: dict[int, list[Range]]
    ) -> dict[int, list[int]]:
        """Return the articles that hold a part of what two posts share, and in which posts."""
        touched: dict[int, list[int]] = {}
        for post in posts:
            for article in self._prepared(self._of(post.id)):
                alignment = post.own.align(article)
                if alignment is None:
                    continue
                held = merged((s.post_start, s.post_end) for s in alignment.stretches)
                inside = size(shared[post.id]) - size(without(shared[post.id], held))
                if inside >= INSIDE:
                    touched.setdefault(article.id, []).append(post.id)
        return touched

    def _found(self, text: str, posts: Sequence[Orphan]) -> None:
        """Make an inferred article of a text that *posts* copy, if each of them shows it."""
        form = normalise(text)
        article = prepare_inferred(0, form, text)
        if not all(find_copied(post.text, post.main.place.bounds, [article]) for post in posts):
            return
        article_id = matching.add_inferred(
            self._connection, text, len(form), sha_of(text), self._work.run_id, self._work.now
        )
        self._members[article_id] = set()
        keys = self._index.text_keys(form.codes)
        matching.add_keys(self._connection, "article", [(article_id, keys.document)])
        for post in posts:
            self._enter(post.id, article_id)
        self._gather(article_id, form, keys)

    def _grow(
        self,
        touched: dict[int, list[int]],
        posts: dict[int, Orphan],
        shared: dict[int, list[Range]],
    ) -> None:
        """Let an article take in what two posts share beyond it, and others that it then meets."""
        counts = {i: self._count(i, MOST_GROWN + 1) for i in touched}
        if max(counts.values()) > MOST_GROWN and not self._anew:
            return
        ids = sorted(touched, key=lambda i: (-counts[i], i))
        stored = {a.id: a.text for a in matching.read_articles(self._connection, ids)}
        (first,) = self._prepared([ids[0]])
        text, article = stored[first.id], first
        for post_id in touched[first.id]:
            post = posts[post_id]
            longer = reconstruct.extend(article, text, post.own, post.body, shared[post_id])
            if longer is not None:
                text = longer
                article = prepare_inferred(first.id, normalise(text), text)
        for post_id in posts:
            self._enter(post_id, first.id)
        for other in self._prepared(ids[1:]):
            whole = [(0, len(other.form))]
            longer = reconstruct.extend(article, text, Text(other.form), stored[other.id], whole)
            if longer is not None:
                text = longer
                article = prepare_inferred(first.id, normalise(text), text)
            self._move(other.id, first.id, stored[other.id])
        if text != stored[first.id]:
            self._rewrite(first.id, stored[first.id], text)

    def _look_through(self, article_id: int, *, is_last: bool = False) -> None:
        """Drop an article that is none; write others as their copies give them together.

        Of families that are built anew articles are written once, when *is_last*.
        """
        posts = sorted(self._in(article_id))
        ids = matching.longest_posts(self._connection, posts, MOST_LOOKED_THROUGH)
        mains = self._index.read_mains(self._connection, ids)
        (article,) = self._prepared([article_id])
        if families.is_stock(article, [main.text for main in mains]):
            self._dissolve(article_id)
        elif is_last or not self._anew:
            self._read_anew(article_id, mains[:MOST_READ])

    def _dissolve(self, article_id: int) -> None:
        """Drop an article of stock sentences.

        Its posts are indexed with them, so that they are known to be common from then on.
        """
        (stored,) = matching.read_articles(self._connection, [article_id])
        posts = sorted(self._in(article_id))
        for post_id in posts:
            self._of(post_id).discard(article_id)
        self.changed |= set(posts)
        self._drop(article_id, stored.text)
        # One at a time: a family may be larger than memory.
        for post_id in posts:
            for main in self._index.read_mains(self._connection, [post_id]):
                others = self._prepared(self._of(post_id))
                copied = find_copied(main.text, (0, len(main.form)), others)
                explained = merged((s.post_start, s.post_end) for a in copied for s in a.stretches)
                rest = self._worth_finding(main.text, explained)
                if rest:
                    keys = _keys(main.form, rest, self._index).document
                    matching.add_keys(self._connection, "post", [(post_id, keys)])

    def _read_anew(self, article_id: int, mains: Sequence[Main]) -> None:
        """Write an article as copies give it together, if each of them still shows it."""
        ids = [main.post_id for main in mains]
        bodies = {i: body for i, _, body in matching.read_bodies(self._connection, ids)}
        copies = [self._copy(main, bodies[main.post_id], article_id) for main in mains]
        text = read_together(sorted(copies, key=lambda c: (-len(c.form), c.body)))
        if text is None:
            return
        article = prepare_inferred(article_id, normalise(text), text)
        if all(find_copied(m.text, (0, len(m.form)), [article]) for m in mains):
            (stored,) = matching.read_articles(self._connection, [article_id])
            # Blanks and marks alone are not worth relinking all of its posts.
            if article.text != normalise(stored.text).text:
                self._rewrite(article_id, stored.text, text)

    def _copy(self, main: Main, body: str, article_id: int) -> Copy:
        """Return a post as a copy of one article, apart from what it copies of others."""
        own = main.text
        (article,) = self._prepared([article_id])
        others = self._prepared(self._of(main.post_id) - {article_id})
        copied = find_copied(own, (0, len(main.form)), others)
        alignment = own.align(article)
        held = [] if alignment is None else alignment.stretches
        return Copy(
            body,
            main.form,
            own,
            main.article,
            main.payload,
            tuple(
                without(
                    [(s.post_start, s.post_end) for each in copied for s in each.stretches],
                    [(s.post_start, s.post_end) for s in held],
                )
            ),
            _Commonness(self._connection, self._index, main.form, None, self._in(article_id)),
        )

    def _move(self, article_id: int, to: int, text: str) -> None:
        """Let all posts of an article belong to another, and drop it."""
        for post_id in sorted(self._in(article_id)):
            self._of(post_id).discard(article_id)
            self._enter(post_id, to)
        self._drop(article_id, text)

    def _drop(self, article_id: int, text: str) -> None:
        """Leave an article without posts and keys; it is deleted once their links are written."""
        self._members[article_id] = set()
        self.dropped.add(article_id)
        keys = self._index.document_keys(normalise(text).codes)
        matching.remove_keys(self._connection, "article", article_id, keys.tolist())

    def _rewrite(self, article_id: int, before: str, text: str) -> None:
        form = normalise(text)
        old = self._index.document_keys(normalise(before).codes)
        keys = self._index.text_keys(form.codes)
        gone = np.setdiff1d(old, keys.document).tolist()
        matching.remove_keys(self._connection, "article", article_id, gone)
        matching.change_inferred(self._connection, article_id, text, len(form), sha_of(text))
        added = np.setdiff1d(keys.document, old)
        matching.add_keys(self._connection, "article", [(article_id, added)])
        self.changed |= self._in(article_id)
        self._gather(article_id, form, keys)

    def _gather(self, article_id: int, form: NormalForm, keys: TextKeys) -> None:
        """Let posts that were kin to no single post join an article that several have made."""
        held = matching.holders_of(self._connection, "post", keys.query.tolist())
        members = self._in(article_id)
        others = [i for i, _ in self._index.rank(held.values()) if i not in members]
        if not others:
            return
        is_common = _Commonness(self._connection, self._index, form, keys.document, members, held)
        if is_common(0, len(form)):
            return
        for main in self._index.read_mains(self._connection, others):
            articles = self._prepared(self._of(main.post_id) | {article_id})
            copied = find_copied(Text(main.form), (0, len(main.form)), articles)
            if any(alignment.article.id == article_id for alignment in copied):
                self._enter(main.post_id, article_id)

    def _prepared(self, ids: Iterable[int]) -> list[Article]:
        found = self._index.read_articles(self._connection, sorted(ids), Origin.INFERRED)
        return [article for article, _ in found]


class _Commonness:
    """Tells of stretches of a main text whether many posts hold them.

    A post that joins an article is not indexed with what that explains, so a text that
    many posts are indexed with is one that they share without being kin.

    Args:
        keys: those that the text would be indexed with; made when first asked for if None.
        but: posts that do not count.
        held: who holds these keys and maybe others; looked up when first asked for if None.
    """

    def __init__(
        self,
        connection: Connection,
        index: Index,
        form: NormalForm,
        keys: Keys | None,
        but: Collection[int],
        held: Holders | None = None,
    ) -> None:
        self._connection = connection
        self._index = index
        self._form = form
        self._known_keys = keys
        self._but = but
        self.held = held

    def __call__(self, start: int, end: int) -> bool:
        own = self._keys
        if end - start < len(self._form):
            own = self._index.document_keys(self._form.codes[start:end])
        return len(self._common.intersection(own.tolist())) > COMMON_SHARE * len(own)

    @cached_property
    def _keys(self) -> Keys:
        if self._known_keys is not None:
            return self._known_keys
        return self._index.document_keys(self._form.codes)

    @cached_property
    def _common(self) -> set[int]:
        keys = self._keys.tolist()
        held = self.held
        if held is None:
            held = matching.holders_of(self._connection, "post", keys)
        return {
            key
            for key in keys
            if sum(post_id not in self._but for post_id in held.get(key, ())) >= COMMON
        }


def keep_ids(before: dict[int, int], members: dict[int, set[int]]) -> dict[int, int]:
    """Return which article's id each family built anew should have: new id → id.

    An id stays with the family of most of the posts that had it; of equals with that
    of the oldest post.  A family that inherits none keeps its new one.
    """
    wanted: list[tuple[int, int, int, int]] = []
    for new, posts in members.items():
        votes = Counter(before[post] for post in posts if post in before)
        for old, count in votes.items():
            oldest = min(post for post in posts if before.get(post) == old)
            wanted.append((-count, oldest, old, new))
    kept: dict[int, int] = {}
    for _, _, old, new in sorted(wanted):
        if new not in kept and old not in kept.values():
            kept[new] = old
    return kept


def matched_form(body: str) -> NormalForm:
    """Return the part of a body's normal form that is matched."""
    form = normalise(body)
    return form if len(form) <= MAX_CHARACTERS else cut_form(form, 0, MAX_CHARACTERS)


def prepare_inferred(article_id: int, form: NormalForm, text: str) -> Article:
    """Prepare an inferred article for alignment."""
    return Article.prepare(article_id, form, open_end=families.is_open_ended(text))


def sha_of(text: str) -> str:
    """Return the digest by which a changed text is told."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _shared(kin: Kin, rest: Sequence[Range]) -> list[Range]:
    """Return what a kin post shares of the *rest* of the post at hand."""
    shared = [(s.post_start, s.post_end) for p in kin.passages for s in p.stretches]
    return without(shared, without([(0, max((end for _, end in shared), default=0))], rest))


def _keys(form: NormalForm, ranges: Sequence[Range], index: Index) -> TextKeys:
    # With what stands around them: a passage's limits depend on it.
    wider = merged(
        (max(0, start - CONTEXT), min(len(form), end + CONTEXT)) for start, end in ranges
    )
    parts = [index.text_keys(form.codes[start:end]) for start, end in wider]
    if len(parts) == 1:
        return parts[0]
    return TextKeys(*(np.unique(np.concatenate(each)) for each in zip(*parts, strict=True)))
