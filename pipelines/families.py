"""Families in the store: which posts copy which inferred article, and how those articles grow.

A post is placed once its known articles are ruled out.  It joins the inferred articles
that it copies.  What they leave of it is looked for among the posts: where another post
shares more of it, the article grows, or a new one is made of what both share.  Only what
no inferred article explains of a post is indexed, so a family of thousands costs no more
to join than one of two.
"""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache

import numpy as np
from sqlalchemy import Connection

from models import matching
from models.relation import Origin
from pipelines.core import families, reconstruct
from pipelines.core.families import Kin, MainText, Range, cut_form, find_kin, find_main
from pipelines.core.normalise import Codes, NormalForm, normalise
from pipelines.core.passages import Keys, document_keys, query_keys
from pipelines.core.reconstruct import merged, size, without
from pipelines.core.verdict import Article, Link, align_with

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
MOST_KIN = 4
"""Kin of one post that are made use of, the clearest first: more add nothing new."""

Find = Callable[[Connection, matching.Kind, Keys], list[tuple[int, float]]]
ReadArticles = Callable[[Connection, Sequence[int], Origin | None], list[tuple[Article, bool]]]
ReadMains = Callable[[Connection, Sequence[int]], list[Article]]


@dataclass(frozen=True, slots=True)
class Index:
    """How documents are found and read."""

    secret: bytes
    """The store's, which keys depend on."""
    find: Find
    read_articles: ReadArticles
    read_mains: ReadMains

    def document_keys(self, codes: Codes) -> Keys:
        return document_keys(codes, self.secret)

    def query_keys(self, codes: Codes) -> Keys:
        return query_keys(codes, self.secret)


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
        self._articles_of: dict[int, set[int]] = {}
        self.changed: set[int] = set()
        """Posts whose links are to be written again."""
        self.moved: set[int] = set()
        """Articles that were merged into others, with all their posts."""

    def place(
        self, post_id: int, body: str, form: NormalForm, main: MainText, *, is_new: bool = False
    ) -> None:
        """Find the families of a post that copies no known article.

        *is_new* says that the post was never in one.
        """
        if is_new:
            self._articles_of[post_id] = set()
        else:
            self._forget(post_id)
        main_form = cut_form(form, main.start, main.end)
        if len(main_form) < families.OF_ARTICLE.least:
            return
        own = Article.prepare(post_id, main_form)
        is_common = self._commonness(main_form, {post_id})
        explained = self._join(own, is_common)
        rest = self._worth_finding(own, explained)
        if rest:
            keys = _keys(main_form, rest, self._index.query_keys)
            others = [
                i for i, _ in self._index.find(self._connection, "post", keys) if i != post_id
            ]
            kin = find_kin(main_form, self._index.read_mains(self._connection, others), is_common)
            for each in kin[:MOST_KIN]:
                if size(_shared(each, rest)) >= reconstruct.LEAST_PIECE:
                    explained = self._absorb(own, body, form, main, each)
                    rest = self._worth_finding(own, explained)
                    if not rest:
                        break
        if not self._of(post_id) and main.copies > 1 and len(main) >= families.LEAST_LONE:
            whole = (0, len(main_form))
            self._found(reconstruct.text_of(body, main_form, [whole]), {post_id: (form, main)})
            rest = []
        if rest:
            keys = _keys(main_form, rest, self._index.document_keys)
            matching.add_keys(self._connection, "post", [(post_id, keys.tolist())])

    def links(self, post_id: int, form: NormalForm, main: MainText) -> list[Link]:
        """Return the links of a post to the inferred articles of its families, best first."""
        return families.family_links(form, main, self._prepared(self._of(post_id)))

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
            keys = self._index.document_keys(form.codes).tolist()
            matching.remove_keys(self._connection, "article", new, keys)
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
            self._members[article_id] = set(stored)
        return self._members[article_id]

    def _of(self, post_id: int) -> set[int]:
        if post_id not in self._articles_of:
            stored = [] if self._anew else matching.inferred_of_post(self._connection, post_id)
            self._articles_of[post_id] = set(stored)
        return self._articles_of[post_id]

    def _enter(self, post_id: int, article_id: int) -> None:
        self._in(article_id).add(post_id)
        self._of(post_id).add(article_id)
        self.changed.add(post_id)

    def _forget(self, post_id: int) -> None:
        for article_id in self._of(post_id):
            self._in(article_id).discard(post_id)
        self._articles_of[post_id] = set()

    # --- placing --------------------------------------------------------------------------

    def _join(self, own: Article, is_common: families.IsCommon) -> list[Range]:
        """Let a post join the articles it copies; return what they explain of its main text."""
        found = self._index.find(
            self._connection, "article", self._index.query_keys(own.form.codes)
        )
        articles = [
            article
            for article, _ in self._index.read_articles(
                self._connection, [i for i, _ in found], Origin.INFERRED
            )
        ]
        alone = MainText(0, len(own.form), len(own.form), 1, ())
        links = families.family_links(own.form, alone, articles, is_common)
        for link in links:
            self._enter(own.id, link.article.id)
        return merged((s.post_start, s.post_end) for link in links for s in link.stretches)

    def _commonness(self, form: NormalForm, but: set[int]) -> families.IsCommon:
        """Return what tells of stretches of a main text whether many posts hold them.

        A post that joins an article is not indexed with what that explains, so a text that
        many posts are indexed with is one that they share without being kin.
        """

        @cache
        def holders() -> Counter[int]:
            keys = self._index.document_keys(form.codes).tolist()
            rows = matching.look_up(self._connection, "post", keys)
            return Counter(key for key, post_id in rows if post_id not in but)

        def is_common(start: int, end: int) -> bool:
            keys = self._index.document_keys(form.codes[start:end]).tolist()
            return sum(holders()[key] >= COMMON for key in keys) > COMMON_SHARE * len(keys)

        return is_common

    def _worth_finding(self, own: Article, explained: Sequence[Range]) -> list[Range]:
        rest = without([(0, len(own.form))], explained)
        return [(start, end) for start, end in rest if end - start >= reconstruct.LEAST_PIECE]

    def _absorb(
        self, own: Article, body: str, form: NormalForm, main: MainText, kin: Kin
    ) -> list[Range]:
        """Make an article of what two posts share, or let those grow that hold a part of it.

        Returns what is explained of the post's main text.
        """
        (stored,) = matching.read_posts(self._connection, [kin.other.id])
        texts = {own.id: (body, own), kin.other.id: (stored.body, kin.other)}
        in_own, in_other = reconstruct.shared_ranges(kin.passages, own.text, kin.other.text)
        shared = {own.id: in_own, kin.other.id: in_other}
        touched = self._touched(texts, shared)
        if not touched:
            text = reconstruct.text_of(stored.body, kin.other.form, in_other)
            other_form = matched_form(stored.body)
            other_main = find_main(stored.body, other_form)
            self._found(text, {own.id: (form, main), kin.other.id: (other_form, other_main)})
        else:
            self._grow(touched, texts, shared)
        return self._explained(own)

    def _explained(self, own: Article) -> list[Range]:
        alone = MainText(0, len(own.form), len(own.form), 1, ())
        links = families.family_links(own.form, alone, self._prepared(self._of(own.id)))
        return merged((s.post_start, s.post_end) for link in links for s in link.stretches)

    def _touched(
        self, texts: dict[int, tuple[str, Article]], shared: dict[int, list[Range]]
    ) -> dict[int, list[int]]:
        """Return the articles that hold a part of what two posts share, and in which posts."""
        touched: dict[int, list[int]] = {}
        for post_id, (_, text) in texts.items():
            for article in self._prepared(self._of(post_id)):
                link = align_with(text.form, article)
                if link is None:
                    continue
                held = merged((s.post_start, s.post_end) for s in link.stretches)
                inside = size(shared[post_id]) - size(without(shared[post_id], held))
                if inside >= INSIDE:
                    touched.setdefault(article.id, []).append(post_id)
        return touched

    def _found(self, text: str, posts: dict[int, tuple[NormalForm, MainText]]) -> None:
        """Make an inferred article of a text that *posts* copy, if each of them shows it."""
        form = normalise(text)
        article = prepare_inferred(0, form, text)
        for post_form, main in posts.values():
            if not families.family_links(post_form, main, [article]):
                return
        article_id = matching.add_inferred(
            self._connection, text, len(form), sha_of(text), self._work.run_id, self._work.now
        )
        self._members[article_id] = set()
        self._add(article_id, form)
        for post_id in posts:
            self._enter(post_id, article_id)
        self._gather(article_id, form)

    def _grow(
        self,
        touched: dict[int, list[int]],
        texts: dict[int, tuple[str, Article]],
        shared: dict[int, list[Range]],
    ) -> None:
        """Let an article take in what two posts share beyond it, and others that it then meets."""
        ids = sorted(touched, key=lambda i: (-len(self._in(i)), i))
        stored = {a.id: a.text for a in matching.read_articles(self._connection, ids)}
        (first,) = self._prepared([ids[0]])
        text, article = stored[first.id], first
        for post_id in touched[first.id]:
            body, source = texts[post_id]
            longer = reconstruct.extend(article, text, source, body, shared[post_id])
            if longer is not None:
                text = longer
                article = prepare_inferred(first.id, normalise(text), text)
        for post_id in texts:
            self._enter(post_id, first.id)
        for other in self._prepared(ids[1:]):
            whole = [(0, len(other.form))]
            longer = reconstruct.extend(article, text, other, stored[other.id], whole)
            if longer is not None:
                text = longer
                article = prepare_inferred(first.id, normalise(text), text)
            self._move(other.id, first.id, stored[other.id])
        if text != stored[first.id]:
            self._rewrite(first.id, stored[first.id], text)

    def _move(self, article_id: int, to: int, text: str) -> None:
        """Let all posts of an article belong to another, and drop it."""
        for post_id in sorted(self._in(article_id)):
            self._of(post_id).discard(article_id)
            self._enter(post_id, to)
        self._members[article_id] = set()
        self.moved.add(article_id)
        keys = self._index.document_keys(normalise(text).codes)
        matching.remove_keys(self._connection, "article", article_id, keys.tolist())

    def _rewrite(self, article_id: int, before: str, text: str) -> None:
        form = normalise(text)
        old, new = (
            self._index.document_keys(normalise(before).codes),
            self._index.document_keys(form.codes),
        )
        gone = np.setdiff1d(old, new).tolist()
        matching.remove_keys(self._connection, "article", article_id, gone)
        matching.change_inferred(self._connection, article_id, text, len(form), sha_of(text))
        added = np.setdiff1d(new, old).tolist()
        matching.add_keys(self._connection, "article", [(article_id, added)])
        self.changed |= self._in(article_id)
        self._gather(article_id, form)

    def _gather(self, article_id: int, form: NormalForm) -> None:
        """Let posts that were kin to no single post join an article that several have made."""
        found = self._index.find(self._connection, "post", self._index.query_keys(form.codes))
        others = [i for i, _ in found if i not in self._in(article_id)]
        if self._commonness(form, self._in(article_id))(0, len(form)):
            return
        for own in self._index.read_mains(self._connection, others):
            alone = MainText(0, len(own.form), len(own.form), 1, ())
            ids = self._of(own.id) | {article_id}
            links = families.family_links(own.form, alone, self._prepared(ids))
            if any(link.article.id == article_id for link in links):
                self._enter(own.id, article_id)

    def _add(self, article_id: int, form: NormalForm) -> None:
        keys = self._index.document_keys(form.codes).tolist()
        matching.add_keys(self._connection, "article", [(article_id, keys)])

    def _prepared(self, ids: Iterable[int]) -> list[Article]:
        found = self._index.read_articles(self._connection, sorted(ids), Origin.INFERRED)
        return [article for article, _ in found]


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


def _keys(form: NormalForm, ranges: Sequence[Range], make: Callable[..., Keys]) -> Keys:
    # With what stands around them: a passage's limits depend on it.
    wider = merged(
        (max(0, start - CONTEXT), min(len(form), end + CONTEXT)) for start, end in ranges
    )
    return np.unique(np.concatenate([make(form.codes[start:end]) for start, end in wider]))
