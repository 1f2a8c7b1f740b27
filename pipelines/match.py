"""One post → candidate articles → alignment → verdict → rows, in the caller's transaction.

Looking and writing are one unit of work: two copies of an unknown article that
are in flight at once must not both look before either has written.  So every
function here takes the connection of ``models.write.writing``.
"""

import hashlib
import heapq
import math
from collections import Counter, OrderedDict
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import chain, islice
from typing import TypeVar, cast

import numpy as np
from rapidfuzz.distance import Indel
from sqlalchemy import Connection, Engine

from crawler.urls import canonical, variants
from models import matching
from models.records import (
    ArticleRecord,
    LureRecord,
    MirrorRecord,
    PostRecord,
    Span,
    VerdictRecord,
)
from models.relation import Origin, Reason, Relation, Status
from models.types import storable
from models.write import (
    Outcome,
    SavedArticle,
    SavedPost,
    replace_verdict,
    save_articles,
    save_post,
    writing,
)
from pipelines.campaigns import refresh_campaigns
from pipelines.core.article_keys import article_keys
from pipelines.core.families import MainText, find_main, is_open_ended
from pipelines.core.lost_letters import is_lost, lost_forms, lost_keys, word_form
from pipelines.core.lures import Payload, find_payload, main_ranges, pushed_ranges
from pipelines.core.normalise import NormalForm, normal_text, normalise
from pipelines.core.passages import (
    POSTS,
    RECIPE,
    Keys,
    document_keys,
    gapped_keys,
    query_keys,
)
from pipelines.core.sound import is_misspelt, sound_form
from pipelines.core.substitutions import Substitution, find_substitutions
from pipelines.core.verdict import Article, Link, link_post
from pipelines.core.word_pairs import pair_queries
from pipelines.families import Families, Index, Main, Orphan, Work, matched_form

CANDIDATES = 8
"""Documents that are aligned with a post: on labelled posts the right one is among them."""
MOST_EQUALS = 32
"""Documents that are aligned at most, where as many have equal votes or many."""
LEAST_VOTES = 0.7
"""Votes of a candidate worth aligning, if the best has as many: one key of two documents' is 0.71."""
LEAST_SHARE = 0.03
"""Share of the best candidate's votes that another needs, if that is less than SURE_VOTES."""
SURE_VOTES = 1.5
"""Votes of a candidate worth aligning, however many the best has: a little of an article can be
glued to all of another."""
SOURCE_VOTES = 1.0
"""Votes of a further candidate, one of many sources of a post: no chance, as a key or two of many
documents' would be."""
SOURCE_SHARE = 0.1
"""Share of the best candidate's votes that it needs."""
LEAST_OF_WORDS = 0.5
"""Share of a post whose letters are lost that stands in its articles; less may be a quotation."""
LEAST_OF_SOUND = 0.5
"""Share of a post that sounds like its articles; less may be chance, or a quotation."""
TOGETHER = 50
"""Posts that a rematch looks up together."""
CACHED_CHARACTERS = 3_000_000
"""Characters of prepared articles kept in memory (some 40 bytes each)."""
TITLE_START = 6
"""Normal-form characters that a title must take from the body to be made of it."""

_VOTE = 2**32
_VOTES = [0, *(round(_VOTE / math.sqrt(held)) for held in range(1, matching.HOT + 1))]
"""The vote of a key by how many documents hold it, in 2**-32."""

Progress = Callable[[int, int], None]
Item = TypeVar("Item")


@dataclass(slots=True)
class Rematch:
    """What a rematch did."""

    posts: int = 0
    changed: int = 0
    families: int = 0
    moved: int = 0
    """Posts whose best article is another one than before."""


_SAME_STORY = 0.75
"""Similarity of two articles' letters (2 × shared / sum) from which they tell one story: a wire
text in two papers has .9, two reports of one event below .5."""
_STORY_CANDIDATES = 8
_SAME_START = 80
"""Letters of one text that must stand in the other for two records to be one article."""

_TITLE = 8
"""Letters of a title that tells an article of its address from another one."""


class Matcher:
    """Finds the articles that posts copy, and keeps families of posts with unknown ones.

    It holds prepared articles in memory, by id and version, and no other state:
    the truth is in the store.
    """

    def __init__(self) -> None:
        self._prepared: OrderedDict[tuple[str, int, int], Article | Main] = OrderedDict()
        self._titles: dict[int, str | None] = {}
        self._stubs: set[int] = set()
        self._held = 0
        self._secret: bytes | None = None
        self.counts: Counter[str] = Counter()
        """What of it should stand in a run's stats."""
        self.has_new_posts = False
        """Whether it stored posts since the campaigns were last found."""

    @classmethod
    def recipe(cls) -> str:
        """Return how keys are made; a store made with another recipe needs a rematch."""
        return f"{RECIPE}/posts={POSTS.reach}:{POSTS.permutations}"

    def save_article(
        self, connection: Connection, record: ArticleRecord, run_id: int | None, now: datetime
    ) -> SavedArticle:
        """Store a known article and index it."""
        return self.save_articles(connection, [record], run_id, now)[0]

    def save_articles(
        self,
        connection: Connection,
        records: Sequence[ArticleRecord],
        run_id: int | None,
        now: datetime,
    ) -> list[SavedArticle]:
        """Store known articles and index those that are new or changed."""
        saved: list[SavedArticle] = []
        indexed: dict[int, Keys] = {}
        texts: dict[int, str] = {}
        for some in _apart(map(_addressed, records), _names):
            forms = [normalise(record.text) for record in some]
            known = zip(self._known_as(connection, some, forms), forms, strict=True)
            for part in _apart(known, lambda each: [storable(each[0].key)]):
                chars = [len(form) for _, form in part]
                outcomes = save_articles(
                    connection, [record for record, _ in part], chars, run_id, now
                )
                saved += outcomes
                for outcome, (record, form) in zip(outcomes, part, strict=True):
                    if outcome.outcome is not Outcome.SEEN:
                        indexed[outcome.article_id] = self._changed_keys(
                            connection, outcome, record.text, form
                        )
                        texts[outcome.article_id] = form.text
        holders = self._add_keys(connection, "article", indexed)
        self._join_stories(connection, indexed, holders, texts)
        return saved

    def _changed_keys(
        self, connection: Connection, saved: SavedArticle, text: str, form: NormalForm
    ) -> Keys:
        """Return the keys of an article's text; those that only its old text had are taken out."""
        secret = self._secret_of(connection)
        keys = article_keys(text, form, secret)
        if saved.outcome is Outcome.CHANGED and saved.old_text is not None:
            before = article_keys(saved.old_text, normalise(saved.old_text), secret)
            gone = np.setdiff1d(before, keys)
            matching.remove_keys(connection, "article", saved.article_id, gone.tolist())
        return keys

    def _join_stories(
        self,
        connection: Connection,
        indexed: dict[int, Keys],
        holders: dict[int, list[int]],
        texts: dict[int, str],
    ) -> None:
        """Put known articles with those that have nearly their texts: one wire story, say.

        Args:
            indexed: articles that are new in the index, and their keys.
            holders: the documents that hold each of these keys that others hold too.
            texts: their texts in normal form; those of others are added.
        """
        near: dict[int, list[int]] = {}
        for article_id, keys in indexed.items():
            if holders.keys().isdisjoint(own := keys.tolist()):
                continue
            found = self._ranked([holders.get(key, [article_id]) for key in own])
            others = [i for i, _ in found[:_STORY_CANDIDATES] if i != article_id]
            if others:
                near[article_id] = others
        lengths = {i: len(text) for i, text in texts.items()}
        lengths |= matching.known_lengths(
            connection, sorted({i for found in near.values() for i in found} - texts.keys())
        )
        for article_id, others in near.items():
            alike = [
                other
                for other in others
                # No text that is so much shorter or longer can be so similar.
                if other in lengths
                and _SAME_STORY * (lengths[article_id] + lengths[other])
                <= 2 * min(lengths[article_id], lengths[other])
                and Indel.normalized_similarity(
                    texts[article_id],
                    self._normal_text(connection, other, texts),
                    score_cutoff=_SAME_STORY,
                )
                > 0
            ]
            if alike:
                matching.join_story(connection, [article_id, *alike])

    def _normal_text(self, connection: Connection, article_id: int, texts: dict[int, str]) -> str:
        """Return an article's text in normal form, out of *texts*, where it is kept."""
        if article_id not in texts:
            (stored,) = matching.read_articles(connection, [article_id])
            texts[article_id] = normalise(stored.text).text
        return texts[article_id]

    def _known_as(
        self, connection: Connection, records: Sequence[ArticleRecord], forms: Sequence[NormalForm]
    ) -> list[ArticleRecord]:
        """Return records under the keys that the store knows their articles by.

        The same address and one text in the other, or one title, make them one: a stub of an
        import and the whole text that a crawl brings, or one article from two imports.

        Args:
            records: no two of them share an address.
            forms: their texts in normal form.
        """
        addresses = [variants(record.url or "") for record in records]
        stood = matching.known_addresses(connection, list(chain(*addresses)))
        at_known = [at for at, each in enumerate(addresses) if not stood.isdisjoint(each)]
        own = matching.known_keys(connection, [records[at].key for at in at_known])
        known_as = list(records)
        for at in at_known:
            record, text = records[at], forms[at].text
            # A key of the store itself: the article is known by it.
            if storable(record.key) in own:
                continue
            title = normal_text(record.title or "")
            for known in matching.articles_at(connection, addresses[at]):
                other = normal_text(known.text)
                short, long = sorted((text, other), key=len)
                is_titled = len(title) >= _TITLE and normal_text(known.title or "") == title
                if (short and short[:_SAME_START] in long) or is_titled:
                    known_as[at] = replace(record, key=known.key)
                    break
        return known_as

    def save_post(
        self, connection: Connection, record: PostRecord, run_id: int | None, now: datetime
    ) -> SavedPost:
        """Store a post; match it if it is new or its text changed."""
        return self.save_posts(connection, [record], run_id, now)[0]

    def save_posts(
        self,
        connection: Connection,
        records: Sequence[PostRecord],
        run_id: int | None,
        now: datetime,
    ) -> list[SavedPost]:
        """Store posts; match, one after the other, those that are new or whose text changed."""
        try:
            return [
                saved
                for some in _apart(records, lambda post: [(post.board_url, post.native_id)])
                for saved in self._save_posts(Work(connection, run_id, now), some)
            ]
        except BaseException:
            # What is rolled back gives its ids to others.
            self.forget()
            raise

    def find_campaigns(self, connection: Connection, now: datetime) -> None:
        """Find the campaigns anew if posts came since that was last done."""
        if self.has_new_posts:
            refresh_campaigns(connection, now)
            self.has_new_posts = False

    def forget(self) -> None:
        """Drop what is held in memory, after a transaction that was rolled back."""
        self._prepared.clear()
        self._titles.clear()
        self._stubs.clear()
        self._held = 0

    def _save_posts(self, work: Work, records: Sequence[PostRecord]) -> list[SavedPost]:
        """Store and match posts, none of them twice."""
        every: list[SavedPost] = []
        matched: dict[int, tuple[matching.StoredPost, NormalForm]] = {}
        for place, record in enumerate(records):
            saved = save_post(work.connection, record, work.run_id, work.now)
            every.append(saved)
            if saved.outcome in (Outcome.NEW, Outcome.CHANGED):
                self.has_new_posts = True
                if record.status is Status.LIVE:
                    matched[place] = _stored(saved, record), matched_form(record.body)
        # No post changes what is known: all are matched with that before the first is written.
        known = self.find_links(
            work.connection, [(post.body, form) for post, form in matched.values()]
        )
        for (place, (post, form)), found in zip(matched.items(), known, strict=True):
            saved = every[place]
            links = self._match(work, post, form, found, is_new=saved.outcome is Outcome.NEW)
            every[place] = replace(saved, relations=tuple(link.relation for link in links))
        return every

    def rematch(
        self,
        engine: Engine,
        run_id: int | None,
        now: datetime,
        on_progress: Progress = lambda done, total: None,
    ) -> Rematch:
        """Match all posts again, and build the families anew, in one transaction.

        Posts are taken longest first, then by their text, whatever order they
        came in: so the result depends on what is in the store and on nothing else.
        A family keeps its article's id where one of its posts had it before.
        """
        with writing(engine) as connection:
            return _Rematcher(self, Work(connection, run_id, now)).run(on_progress)

    # --- one post ---------------------------------------------------------------------

    def _match(
        self,
        work: Work,
        post: matching.StoredPost,
        form: NormalForm,
        links: Sequence[Link],
        *,
        is_new: bool,
    ) -> Sequence[Link]:
        """Write a post, its *links* to known articles given, and place it in the families."""
        connection = work.connection
        before = [] if is_new else matching.inferred_of_post(connection, post.id)
        main = None
        if not _mirrors(links):
            orphan = self._orphan(post, form)
            main = orphan.main.place
            families = self.families(work)
            families.place(orphan, is_new=is_new)
            links = families.links(orphan) or links
            others = families.changed - {post.id}
            for other in _posts(connection, sorted(others)):
                self._relink(work, families, other)
            before = [*before, *families.dropped]
        self.write(work, post, form, links, main, is_new=is_new)
        for article_id in set(before) - {link.article.id for link in links}:
            self._drop_if_empty(connection, article_id)
        return links

    def _relink(self, work: Work, families: Families, post: matching.StoredPost) -> bool:
        """Write the links of a post whose families have changed."""
        form = matched_form(post.body)
        orphan = self._orphan(post, form)
        return self.write(work, post, form, families.links(orphan), orphan.main.place)

    def _orphan(self, post: matching.StoredPost, form: NormalForm) -> Orphan:
        """Return a post that copies no known article, its main text as it was found before."""
        key = "p", post.id, post.version
        main = cast("Main | None", self._prepared.get(key))
        if main is None:
            main = Main.of(post.id, post.body, form)
            self._keep(key, main)
            self._shrink()
        return Orphan(main, post.body, form)

    def find_links(
        self, connection: Connection, posts: Sequence[tuple[str, NormalForm]]
    ) -> list[list[Link]]:
        """Return the links of each post, given as body and normal form, to known articles."""
        forms = [form for _, form in posts]
        candidates: list[list[Article]] = []
        links: list[list[Link]] = []
        for (body, form), found in zip(posts, self._find_known(connection, forms), strict=True):
            candidates.append(self._prepared_articles(connection, found))
            links.append(link_post(form, candidates[-1], body))
        unlinked = [at for at, found in enumerate(links) if not _mirrors(found)]
        secret = self._secret_of(connection)
        # A letter may have been pushed into them now and then.
        keys = [gapped_keys(forms[at].codes, secret).tolist() for at in unlinked]
        nothing: list[list[int]] = [[]] * len(keys)
        others = self._known_holders(connection, keys, nothing, SOURCE_VOTES)
        for at, found in zip(unlinked, others, strict=True):
            closer = self._links_to_others(connection, *posts[at], candidates[at], found)
            closer = closer or self._links_by_sound(connection, forms[at])
            closer = closer or self._links_by_words(connection, *posts[at])
            links[at] = closer or links[at]
        return links

    def _links_to_others(
        self,
        connection: Connection,
        body: str,
        form: NormalForm,
        candidates: Sequence[Article],
        found: Sequence[tuple[int, int]],
    ) -> list[Link]:
        """Return the links of a post, if it copies articles that are none of its *candidates*."""
        known = {article.id for article in candidates}
        others = [each for each in found if each[0] not in known]
        if not others:
            return []
        links = link_post(form, [*candidates, *self._prepared_articles(connection, others)], body)
        return links if _mirrors(links) else []

    def _links_by_sound(self, connection: Connection, form: NormalForm) -> list[Link]:
        """Return the links of a post that may be spelt wrong on purpose, to what it sounds like.

        A letter has one sound, so they are as if they were of letters, at the same places.
        """
        if not is_misspelt(form.codes):
            return []
        # Its passages find others: none of its own is whole.
        keys = pair_queries(form, self._secret_of(connection)).tolist()
        (found,) = self._known_holders(connection, [[]], [keys])
        known = {article.id: article for article in self._prepared_articles(connection, found)}
        as_heard = [each.read_as(sound_form(each.form)) for each in known.values()]
        links = _mirrors(link_post(sound_form(form), as_heard))
        if sum(link.share for link in links) < LEAST_OF_SOUND:
            return []
        return [replace(link, article=known[link.article.id]) for link in links]

    def _links_by_words(self, connection: Connection, body: str, form: NormalForm) -> list[Link]:
        """Return the links of a post whose letters may all be lost."""
        if not is_lost(body, len(form)):
            return []
        secret = self._secret_of(connection)
        for loss, words in lost_forms(body):
            keys = lost_keys(words, loss, secret)
            (found,) = self._known_holders(connection, [keys.tolist()], [[]])
            known = {article.id: article for article in self._prepared_articles(connection, found)}
            candidates = [
                known[stored.id].read_as(word_form(stored.text, loss))
                for stored in matching.read_articles(connection, list(known))
            ]
            links = link_post(words, candidates, body)
            if sum(link.share for link in _mirrors(links)) >= LEAST_OF_WORDS:
                return links
        return []

    def find_candidates(self, connection: Connection, form: NormalForm) -> list[Article]:
        """Return the known articles that a post is aligned with, likeliest first."""
        (found,) = self._find_known(connection, [form])
        return self._prepared_articles(connection, found)

    def _find_known(
        self, connection: Connection, forms: Sequence[NormalForm]
    ) -> list[list[tuple[int, int]]]:
        """Return for each post the known articles to align it with, likeliest first: (id, version).

        One look-up for all: a server answers many questions almost as soon as one. It holds
        until the last of them is matched, since no post changes what is known.
        """
        secret = self._secret_of(connection)
        keys = [query_keys(form.codes, secret).tolist() for form in forms]
        words = [pair_queries(form, secret).tolist() for form in forms]
        return self._known_holders(connection, keys, words)

    def _known_holders(
        self,
        connection: Connection,
        keys: Sequence[list[int]],
        words: Sequence[list[int]],
        least: float = 0.0,
    ) -> list[list[tuple[int, int]]]:
        """Return for each post, given by its keys, the known articles that hold most of them.

        *least* are the votes that an article needs, if it is more than usual.
        """
        asked = sorted(set(chain(*keys, *words)))
        holders = matching.holders_of(connection, "article", asked)
        found = [
            [
                article_id
                for article_id, votes in self._ranked(
                    [holders[k] for k in of_passages if k in holders],
                    [holders[k] for k in of_words if k in holders],
                    with_pieces=True,
                )
                if votes >= least
            ]
            for of_passages, of_words in zip(keys, words, strict=True)
        ]
        versions = matching.article_versions(connection, sorted(set(chain(*found))))
        known = {i: version for i, (version, origin) in versions.items() if origin is Origin.KNOWN}
        return [[(i, known[i]) for i in ids if i in known] for ids in found]

    def families(self, work: Work, *, anew: bool = False) -> Families:
        """Return the families as one transaction sees them."""
        index = Index(
            self._secret_of(work.connection), self._ranked, self._articles, self._main_texts
        )
        return Families(work, index, anew=anew)

    def _drop_if_empty(self, connection: Connection, article_id: int) -> None:
        """Delete an inferred article that no post mirrors any more."""
        if matching.mirrors_of(connection, article_id, 1):
            return
        for stored in matching.read_articles(connection, [article_id]):
            keys = self._inferred_keys(connection, normalise(stored.text))
            matching.remove_keys(connection, "article", article_id, keys.tolist())
        matching.delete_article(connection, article_id)

    def write(
        self,
        work: Work,
        post: matching.StoredPost,
        form: NormalForm,
        links: Sequence[Link],
        main: MainText | None = None,
        *,
        is_new: bool = False,
    ) -> bool:
        """Write a post's links and what follows from them; return whether anything changed."""
        mirrors = _mirrors(links)
        if not mirrors and main is None:
            main = find_main(post.body, form)
        titles = [self._title_of(work.connection, link.article.id) for link in links]
        copied = main_ranges(
            mirrors[0].post if mirrors else form,
            [(s.post_start, s.post_end) for link in mirrors for s in link.stretches],
        )
        text = form.text if mirrors else ""
        substitutions = {
            link.article.id: find_substitutions(
                form, text, link.article.form, link.article.text, link.stretches
            )
            for link in mirrors
            # Of a post whose letters are lost nobody can tell which word it has for which.
            if link.post is form
        }
        payload = find_payload(
            post.body,
            copied,
            title=post.title or "",
            headlines=[title for title in titles if title],
            articles=[link.article.text for link in mirrors],
            pushed=[each for link in mirrors for each in pushed_ranges(link.post, link.stretches)],
            hrefs=[*post.hrefs, *post.links],
            hidden=post.hidden,
            substitutes=[
                (each.new, _text_at(post.body, form, each.post_start, len(each.new)))
                for found in substitutions.values()
                for each in found
            ],
        )
        verdict = _verdict(post, form, mirrors, main, payload)
        records = [
            self._of_stub(link, _mirror_record(link, substitutions.get(link.article.id, ())))
            for link in links
        ]
        return replace_verdict(
            work.connection, post.id, records, verdict, work.run_id, work.now, is_new=is_new
        )

    def _title_of(self, connection: Connection, article_id: int) -> str | None:
        """Return an article's title, also of one that gave way to others since it was linked."""
        if article_id not in self._titles:
            return next((a.title for a in matching.read_articles(connection, [article_id])), None)
        return self._titles[article_id]

    def _of_stub(self, link: Link, record: MirrorRecord) -> MirrorRecord:
        """Say no more of a stub than is known: all of it is not all of the article."""
        if link.article.id in self._stubs and record.relation is Relation.EXACT:
            return replace(record, relation=Relation.TRUNCATED)
        return record

    # --- candidates -------------------------------------------------------------------

    def _secret_of(self, connection: Connection) -> bytes:
        if self._secret is None:
            self._secret = matching.index_secret(connection)
        return self._secret

    def _inferred_keys(self, connection: Connection, form: NormalForm) -> Keys:
        return document_keys(form.codes, self._secret_of(connection), POSTS)

    def _add_keys(
        self, connection: Connection, kind: matching.Kind, documents: dict[int, Keys]
    ) -> dict[int, list[int]]:
        """Index documents; return who holds each of their keys that others hold too."""
        added = matching.add_keys(connection, kind, list(documents.items()))
        if added.late:
            self.counts["index/hot"] += added.late
        return added.shared

    def _ranked(
        self,
        holders: Collection[list[int]],
        of_words: Collection[list[int]] = (),
        *,
        with_pieces: bool = False,
    ) -> list[tuple[int, float]]:
        """Return the documents that hold most of some keys and their votes, most first.

        A key votes with 1 / sqrt(documents that hold it). A hot key has no vote, but where
        hot keys together could say more than all the others found.

        Args:
            holders: of each key, the documents that hold it.
            of_words: the same of keys of words, which have half a vote: two words stand near each
                other more easily by chance than eight letters in a row.
            with_pieces: more of them, where as many may have a piece of one post.
        """
        # Whole numbers: sums of floats would depend on the order of the keys, which are random.
        votes: dict[int, int] = {}
        hot = []
        for documents in holders:
            if len(documents) >= matching.HOT:
                hot.append(documents)
                continue
            vote = _VOTES[len(documents)]
            for document in documents:
                votes[document] = votes.get(document, 0) + vote
        for documents in of_words:
            if len(documents) < matching.HOT:
                vote = _VOTES[len(documents)] // 2
                for document in documents:
                    votes[document] = votes.get(document, 0) + vote
        if hot:
            self.counts["match/hot"] += 1
            vote = _VOTES[matching.HOT]
            if len(hot) * vote > max([LEAST_VOTES * _VOTE, *votes.values()]):
                self.counts["match/hot_voted"] += 1
                for document in chain.from_iterable(hot):
                    votes[document] = votes.get(document, 0) + vote
        best = heapq.nsmallest(MOST_EQUALS, votes.items(), key=lambda item: (-item[1], item[0]))
        top = best[0][1] if best else 0
        # Those with as many votes as the last one, too: which of one wire story in twenty papers
        # is the original must not depend on which came to us first.
        last: float = best[CANDIDATES - 1][1] if len(best) > CANDIDATES else 0
        share = LEAST_SHARE * top
        if with_pieces:
            sure = SURE_VOTES * _VOTE
            share = min(sure, share)
            last = min(last, max(SOURCE_VOTES * _VOTE, min(sure, SOURCE_SHARE * top)))
        # Where all keys are common ones, many articles tell the same story.
        least = max(min(LEAST_VOTES * _VOTE, top), share, last)
        return [(document, vote / _VOTE) for document, vote in best if vote >= least]

    def _articles(
        self, connection: Connection, ids: Sequence[int], origin: Origin | None
    ) -> list[tuple[Article, bool]]:
        """Return prepared articles and whether they are known, in the order of *ids*."""
        versions = matching.article_versions(connection, ids)
        wanted = [i for i in ids if i in versions and origin in (None, versions[i][1])]
        prepared = self._prepared_articles(connection, [(i, versions[i][0]) for i in wanted])
        return [
            (article, versions[i][1] is Origin.KNOWN)
            for i, article in zip(wanted, prepared, strict=True)
        ]

    def _prepared_articles(
        self, connection: Connection, versions: Sequence[tuple[int, int]]
    ) -> list[Article]:
        """Return articles, given by (id, version), prepared for alignment, in their order."""
        missing = [i for i, version in versions if ("a", i, version) not in self._prepared]
        for stored in matching.read_articles(connection, missing):
            # Of a stub the rest is not known: a copy of all of it is not all of the article.
            open_end = bool(stored.is_stub) or (
                stored.origin is Origin.INFERRED and is_open_ended(stored.text)
            )
            article = Article.prepare(
                stored.id,
                normalise(stored.text),
                open_end=open_end,
                precedence=stored.precedence,
                title=normal_text(stored.title or ""),
            )
            self._titles[stored.id] = stored.title
            (self._stubs.add if stored.is_stub else self._stubs.discard)(stored.id)
            self._keep(("a", stored.id, stored.version), article)
        out = []
        for i, version in versions:
            out.append(cast(Article, self._prepared[("a", i, version)]))
            self._prepared.move_to_end(("a", i, version))
        self._shrink()
        return out

    def _main_texts(self, connection: Connection, ids: Sequence[int]) -> list[Main]:
        """Return the main texts of posts, in the order of *ids*."""
        if not ids:
            return []
        versions = matching.post_versions(connection, ids)
        missing = [i for i, version in versions.items() if ("p", i, version) not in self._prepared]
        for post_id, version, body in matching.read_bodies(connection, missing):
            self._keep(("p", post_id, version), Main.of(post_id, body, matched_form(body)))
        out = []
        for i in ids:
            if i in versions:
                self._prepared.move_to_end(("p", i, versions[i]))
                out.append(cast(Main, self._prepared[("p", i, versions[i])]))
        self._shrink()
        return out

    def _keep(self, key: tuple[str, int, int], prepared: Article | Main) -> None:
        self._prepared[key] = prepared
        self._held += _size(prepared)

    def _shrink(self) -> None:
        while self._held > CACHED_CHARACTERS:
            key, prepared = self._prepared.popitem(last=False)
            self._held -= _size(prepared)
            if key[0] == "a":
                self._titles.pop(key[1], None)


@dataclass(slots=True)
class _Rematcher:
    """One pass over the store: known articles first, then the families anew."""

    matcher: Matcher
    work: Work
    counts: Rematch = field(default_factory=Rematch)

    def run(self, on_progress: Progress) -> Rematch:
        connection = self.work.connection
        before = matching.family_of_posts(connection)
        ids = matching.posts_with_text(connection)
        total = 3 * len(ids)
        orphans: list[tuple[int, str, int]] = []
        quoting: set[int] = set()
        done = 0
        posts = _posts(connection, ids)
        while batch := list(islice(posts, TOGETHER)):
            forms = [matched_form(post.body) for post in batch]
            found = self.matcher.find_links(
                connection, [(post.body, form) for post, form in zip(batch, forms, strict=True)]
            )
            for post, form, links in zip(batch, forms, found, strict=True):
                if _mirrors(links):
                    self._write(post, form, links)
                    self.counts.moved += post.id in before
                else:
                    sha = hashlib.sha256(form.codes.tobytes()).hexdigest()
                    orphans.append((-len(form), sha, post.id))
                    if links:
                        quoting.add(post.id)
                done += 1
                on_progress(done, total)
        # Longest first, then by the text: an order that has nothing to do with arrival.
        ordered = [post_id for *_, post_id in sorted(orphans)]
        self._build_families(ordered, quoting, before, len(ids), total, on_progress)
        self.counts.posts = len(ids)
        refresh_campaigns(connection, self.work.now)
        return self.counts

    def _build_families(
        self,
        orphans: Sequence[int],
        quoting: set[int],
        before: dict[int, int],
        done: int,
        total: int,
        on_progress: Progress,
    ) -> None:
        """Build the families beside the old ones, then give them the old ones' ids.

        *quoting* are those of the *orphans* that quote known articles.
        """
        connection, matcher = self.work.connection, self.matcher
        matching.clear_posts(connection)
        old = list(matching.articles_of(connection, Origin.INFERRED))
        for stored in old:
            keys = matcher._inferred_keys(connection, normalise(stored.text))
            matching.remove_keys(connection, "article", stored.id, keys.tolist())
        families = matcher.families(self.work, anew=True)
        for at, post in enumerate(_posts(connection, orphans), start=1):
            form = matched_form(post.body)
            families.place(matcher._orphan(post, form))
            on_progress(done + at, total)
        families.read_all_anew()
        families.take_ids(before)
        for at, post in enumerate(_posts(connection, orphans), start=1):
            form = matched_form(post.body)
            orphan = matcher._orphan(post, form)
            links = families.links(orphan)
            if not links and post.id in quoting:
                (links,) = matcher.find_links(connection, [(post.body, form)])
            self._write(post, form, links, orphan.main.place)
            on_progress(done + len(orphans) + at, total)
        if total:
            on_progress(total, total)
        kept = {stored.id for stored in matching.articles_of(connection, Origin.INFERRED)}
        for article_id in sorted(kept):
            if not matching.mirrors_of(connection, article_id, 1):
                matcher._drop_if_empty(connection, article_id)
                kept.discard(article_id)
        self.counts.families = len(kept)

    def _write(
        self,
        post: matching.StoredPost,
        form: NormalForm,
        links: Sequence[Link],
        main: MainText | None = None,
    ) -> None:
        self.counts.changed += self.matcher.write(self.work, post, form, links, main)


def _posts(connection: Connection, ids: Sequence[int]) -> Iterator[matching.StoredPost]:
    """Yield posts in the order of *ids*; few are in memory at a time."""
    for start in range(0, len(ids), 200):
        chunk = ids[start : start + 200]
        stored = {post.id: post for post in matching.read_posts(connection, chunk)}
        yield from (stored[i] for i in chunk if i in stored)


def _size(prepared: Article | Main) -> int:
    """Return how many characters a prepared text is counted as in memory."""
    return len(prepared.form) + (len(prepared.around) if isinstance(prepared, Main) else 0) + 200


def _apart(
    items: Iterable[Item], names: Callable[[Item], Collection[Hashable]]
) -> Iterator[list[Item]]:
    """Yield *items* in pieces, in their order, in none of which two have a name in common."""
    piece: list[Item] = []
    taken: set[Hashable] = set()
    for item in items:
        own = names(item)
        if not taken.isdisjoint(own):
            yield piece
            piece, taken = [], set()
        piece.append(item)
        taken.update(own)
    if piece:
        yield piece


def _addressed(record: ArticleRecord) -> ArticleRecord:
    """Return a record whose address has nothing in it that changes with who links to it."""
    # Some pages are told apart by nothing but a fragment.
    if record.url is None or "#" in record.url:
        return record
    return replace(record, url=storable(canonical(record.url)))


def _names(record: ArticleRecord) -> list[Hashable]:
    """Return what tells an article from others: its key, and where it stands."""
    return [("key", storable(record.key)), *variants(record.url or "")]


def _stored(saved: SavedPost, record: PostRecord) -> matching.StoredPost:
    return matching.StoredPost(
        saved.post_id,
        saved.version,
        record.title,
        record.body,
        record.hidden,
        record.hrefs,
        record.links,
    )


def _mirrors(links: Sequence[Link]) -> list[Link]:
    return [link for link in links if link.relation is not Relation.QUOTE]


def _text_at(body: str, form: NormalForm, start: int, length: int) -> str:
    first, last = form.source(start, start + length)
    return body[first:last]


def _mirror_record(link: Link, substitutions: Sequence[Substitution] = ()) -> MirrorRecord:
    spans = []
    for piece in sorted(link.stretches, key=lambda s: (s.post_start, s.post_end)):
        post_start, post_end = link.post.source(piece.post_start, piece.post_end)
        start, end = link.article.form.source(piece.article_start, piece.article_end)
        spans.append(Span(post_start, post_end, start, end, piece.copy))
    return MirrorRecord(
        article_id=link.article.id,
        relation=link.relation,
        coverage=round(link.coverage, 6),
        share=round(link.share, 6),
        copies=link.copies,
        cut=link.cut,
        cuts=link.cuts,
        identity=round(link.identity, 6),
        score=round(link.score, 6),
        spans=tuple(spans),
        substitutions=tuple((each.old, each.new, each.times) for each in substitutions),
    )


def _verdict(
    post: matching.StoredPost,
    form: NormalForm,
    mirrors: Sequence[Link],
    main: MainText | None,
    payload: Payload,
) -> VerdictRecord:
    copies = max((link.copies for link in mirrors), default=main.copies if main else 1)
    from_body = _is_title_from_body(post, form, mirrors, main)
    reasons = []
    title = normal_text(post.title or "")
    keywords = {normal_text(keyword) for keyword in payload.keywords}
    if payload.keyword_line:
        reasons.append(Reason.KEYWORD_LINE)
    if payload.keyword_injected:
        reasons.append(Reason.KEYWORD_INJECTED)
    if payload.contacts:
        reasons.append(Reason.CONTACT)
    if copies > 1:
        reasons.append(Reason.PASTED_TWICE)
    if title and title in keywords:
        reasons.append(Reason.TITLE_KEYWORD)
    if from_body:
        reasons.append(Reason.TITLE_FROM_BODY)
    if any(any(c.isalnum() for c in text) for text in post.hidden):
        reasons.append(Reason.HIDDEN_TEXT)
    if not mirrors and payload.keyword_line and (payload.contacts or payload.repeated >= 3):
        reasons.append(Reason.ADVERT)
    return VerdictRecord(
        is_spam=_is_spam(set(reasons), is_copy=bool(mirrors)),
        reasons=tuple(reasons),
        copies=copies,
        title_from_body=from_body,
        lures=tuple(LureRecord(lure.kind, lure.value, lure.raw) for lure in payload.lures),
    )


def _is_spam(reasons: set[Reason], *, is_copy: bool) -> bool:
    """Judge the payload; a copy alone is no spam, and nor is own text with a phone number."""
    if is_copy:
        return bool(reasons - {Reason.TITLE_FROM_BODY})
    if Reason.ADVERT in reasons or Reason.PASTED_TWICE in reasons:
        return True
    weak = {Reason.CONTACT, Reason.TITLE_FROM_BODY}
    return Reason.HIDDEN_TEXT in reasons and bool(reasons & {*weak, Reason.KEYWORD_LINE})


def _is_title_from_body(
    post: matching.StoredPost, form: NormalForm, mirrors: Sequence[Link], main: MainText | None
) -> bool:
    """Tell whether the title is the start of the text, cut within its first line."""
    title = normal_text(post.title or "")
    if len(title) < TITLE_START or (text := form.text).find(title) < 0:
        return False
    starts = {0}
    if main is not None:
        starts |= {main.start, main.whole_start}
    starts.update(
        min(s.post_start for s in link.stretches) for link in mirrors if link.post is form
    )
    starts.update(_line_starts(post.body, form))
    for start in starts:
        end = start + len(title)
        if end < len(text) and text.startswith(title, start):
            between = post.body[int(form.ends[end - 1]) : int(form.starts[end])]
            if "\n" not in between:
                return True
    return False


def _line_starts(body: str, form: NormalForm) -> list[int]:
    """Return where the first few lines begin, in the normal form."""
    at, out = 0, []
    for _ in range(4):
        at = body.find("\n", at) + 1
        if at == 0:
            break
        out.append(int(form.starts.searchsorted(at)))
    return out
