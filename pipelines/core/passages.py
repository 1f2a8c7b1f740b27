"""Normal form → small content-defined passages → MinHash band keys.

A truncated copy shares little of the set of its article's shingles, so one
signature a document cannot find it.  Here every passage of some twenty characters
is signed on its own.  Its limits stand where a hash of the text has a local
minimum, so they move with the text: what is inserted, glued or cut away
changes the passages it touches and no others.  One value a passage then serves
better than several of one twice as long: keys stand more evenly in the text.

Sources: Broder, "On the resemblance and containment of documents" (1997), for
the signatures; Teodosiu et al., "Optimizing file replication over limited
bandwidth networks using remote differential compression" (2006), for limits at
local minima; Lv et al., "Multi-probe LSH: efficient indexing for high-dimensional
similarity search" (2007), for looking up more values than are stored; Pătraşcu & Thorup,
"The power of simple tabulation hashing" (2011), for names of shingles by a secret table;
Mor & Fraenkel, "A hash code method for detecting and correcting spelling errors" (1982), for
looking a text up with a letter left out.
"""

import hashlib
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from itertools import islice, repeat
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from pipelines.core.minhash import MinHash
from pipelines.core.normalise import NORMAL_FORM, Codes
from pipelines.core.sifted import common_places, sifted_places

_NO_HASH = np.uint32(0xFFFFFFFF)
_NOTHING = np.uint64(0xFFFFFFFF_FFFFFFFF)
_HALF = np.uint64(32)

Hashes = NDArray[np.uint32]
Keys = NDArray[np.int32]

GAPPED = 64
"""Shingles with a letter left out, of each permutation, that a text is looked up by."""
MOST_GAPPED = 10_000
"""Letters of a text that they are made of, so that a long one takes no more memory."""

_SPREAD = np.uint32(0x9E3779B1)


@dataclass(frozen=True, slots=True)
class Recipe:
    """How band keys are made.  Stores made with different recipes do not mix."""

    shingle: int = 8
    """Characters a shingle."""
    reach: int = 9
    """A passage begins where the hash is the least of this many before and after it."""
    permutations: int = 1
    """Values a signature; each is a band of its own."""
    seed: int = 1
    """Seed of datasketch's permutations."""
    lead: int = 24
    """Shingles of a document's start, where most of what is pasted begins."""
    lead_values: int = 3
    """Values a permutation that passages which begin there are indexed with, the least first."""
    probes: int = 2
    """Values a permutation that a query looks up, the least first.

    Words pushed into a post bring small hashes of their own, and a passage that lost a limit holds
    two passages' minima: the value that the article stored is then the second.
    """
    short: int = 100
    """Shingles of a text that is looked up by all of them: it holds few passages whole."""
    word_letters: int = 3
    """First letters that a word is known by; shorter words are in every text."""
    landmarks: int = 14
    """Words to one that is kept as a landmark."""
    word_seed: int = 8
    """What landmarks are chosen by: of forty seeds the one whose landmarks are the rarest words of
    Korean news, so that two texts have one in common for a reason."""

    def __str__(self) -> str:
        return (
            f"{NORMAL_FORM}/ksx1001/shingle={self.shingle}/reach={self.reach}"
            f"/minhash=affine32:{self.permutations}:{self.seed}/lead={self.lead}:{self.lead_values}"
            f"/words=sound{self.word_letters}:{self.landmarks}:{self.word_seed}/lost=8/keyed"
        )


RECIPE = Recipe()

POSTS = replace(RECIPE, reach=22, permutations=3, probes=3, short=48)
"""How the keys of posts are made, by which they find each other and the articles put together
of them."""


def shingle_hashes(codes: Codes, shingle: int) -> Hashes:
    """Return a 32-bit hash of every run of *shingle* characters, in order.

    The result has ``len(codes) - shingle + 1`` values, none for a shorter text.
    Hashes of runs of 1, 2, 4, … characters are put together from halves.
    """
    return _of_runs(codes * _SPREAD, shingle)


def named_shingles(codes: Codes, shingle: int, secret: bytes) -> tuple[Hashes, Hashes]:
    """Return `shingle_hashes`, and the same made of characters' secret numbers.

    These are what shingles are called in an index: anyone can write two shingles of one hash;
    two of one name nobody can who does not know the store's secret.
    """
    numbers = np.empty((2, len(codes)), np.uint32)
    np.multiply(codes, _SPREAD, out=numbers[0])
    _secret_numbers(secret).take(codes, out=numbers[1], mode="clip")
    hashes, names = _of_runs(numbers, shingle)
    return hashes, names


def run_names(codes: Codes, length: int, secret: bytes) -> Hashes:
    """Return the secret names alone of every run of *length* characters along the last axis."""
    return _of_runs(_secret_numbers(secret).take(codes, mode="clip"), length)


def _of_runs(half: Hashes, shingle: int) -> Hashes:
    """Put the hashes of runs of *shingle* characters together from those of characters.

    Both arrays have one entry a character, or a run, along their last axis.
    """
    count = half.shape[-1] - shingle + 1
    if count <= 0:
        return np.empty((*half.shape[:-1], 0), np.uint32)
    hashes: Hashes | None = None
    taken, width = 0, 1
    while True:
        if shingle & width:
            part = half[..., taken : taken + count]
            hashes = part if hashes is None else _joined(hashes, part)
            taken += width
        if taken == shingle:
            assert hashes is not None
            return mixed(hashes)
        half = _joined(half[..., :-width], half[..., width:])
        width *= 2


def _joined(first: Hashes, second: Hashes) -> Hashes:
    joined = first >> np.uint32(15)
    joined ^= first
    joined *= np.uint32(0x01000193)
    joined += second
    return joined


def passage_starts(hashes: Hashes, reach: int) -> NDArray[np.int64]:
    """Return where passages begin, as indices into *hashes*; the first is always 0.

    An index begins a passage when its hash is smaller than the *reach* hashes
    before it and no larger than the *reach* after it.
    """
    count = len(hashes)
    if count == 0:
        return np.empty(0, np.int64)
    # Not the signature's own order: else every limit would be a signature value.
    order = mixed(hashes ^ np.uint32(0x5BD1E995))
    padded = np.full(count + 2 * reach, _NO_HASH, np.uint32)
    padded[reach : reach + count] = order
    minimum = _window_minimum(padded, reach)
    before, after = minimum[:count], minimum[reach + 1 : reach + 1 + count]
    starts = np.flatnonzero((order < before) & (order <= after))
    if len(starts) == 0 or starts[0] != 0:
        starts = np.concatenate((np.zeros(1, np.int64), starts))
    return starts


def signatures(hashes: Hashes, starts: NDArray[np.int64], recipe: Recipe) -> Hashes:
    """Return the MinHash signature of every passage.

    Shape (passages, ``recipe.permutations``), dtype uint32: each row equals the
    ``hashvalues`` of a datasketch MinHash that was updated with the passage's
    shingle hashes.  One numpy pass a document instead of one object a passage.
    """
    return next(_minima(hashes, hashes, starts, recipe))[0]


def signed_names(
    hashes: Hashes, names: Hashes, starts: NDArray[np.int64], recipe: Recipe
) -> Hashes:
    """Return the names of the shingles that a signature's values are of, in its shape."""
    return next(_minima(hashes, names, starts, recipe))[1]


def _minima(
    hashes: Hashes, names: Hashes, starts: NDArray[np.int64], recipe: Recipe
) -> Iterator[tuple[Hashes, Hashes]]:
    """Yield every passage's least permuted values and their shingles' names, then the next ones."""
    if len(hashes) == 0:
        nothing = np.empty((0, recipe.permutations), np.uint32)
        yield from repeat((nothing, nothing))
    # Value and name in one number: the least value's name comes with it. Where two names have
    # one value, it is the greater of them.
    packed = _permuted(hashes, recipe).astype(np.uint64)
    packed <<= _HALF
    packed |= ~names
    lengths = np.empty(len(starts), np.int64)
    np.subtract(starts[1:], starts[:-1], out=lengths[:-1])
    lengths[-1] = len(hashes) - starts[-1]
    while True:
        least = np.minimum.reduceat(packed, starts, axis=1)
        yield (least >> _HALF).astype(np.uint32).T, ~least.astype(np.uint32).T
        np.putmask(packed, packed == least.repeat(lengths, axis=1), _NOTHING)


def _permuted(hashes: Hashes, recipe: Recipe) -> Hashes:
    """Return the hashes' values, a row a permutation."""
    slopes, intercepts = _permutations(recipe)
    values: Hashes = mixed(hashes)[None, :] * slopes[:, None] + intercepts[:, None]
    return values


def band_keys(signed: Hashes, recipe: Recipe) -> Keys:
    """Return the distinct 32-bit keys of all bands of all passages, ascending.

    Two documents share a key where a passage of one and a passage of the other
    have a band in common, as in datasketch's MinHashLSH; keys of different
    bands are told apart by mixing the band's number in.

    Args:
        signed: names of the signatures' shingles (`signed_names`); signatures themselves
            would do, and give keys that can be made to order.
    """
    bands = np.arange(recipe.permutations, dtype=np.uint32) + 1
    keys = mixed(bands * np.uint32(0x85EBCA77) + signed)
    return distinct_keys(keys.ravel())


def distinct_keys(keys: Hashes | Keys) -> Keys:
    """Return each of *keys* once, ascending as signed numbers; *keys* themselves are put in order.

    What np.unique does, without what it asks first.
    """
    ordered = keys.view(np.int32)
    ordered.sort()
    is_first = np.empty(len(ordered), np.bool_)
    is_first[:1] = True
    np.not_equal(ordered[1:], ordered[:-1], out=is_first[1:])
    return ordered[is_first]


def key_letters(codes: Codes) -> Codes:
    """Return the characters of a normal form that keys are made of.

    A Korean text's common syllables (the 2,350 of KS X 1001) alone: the junk
    that is pushed between them to defeat search (stray Latin letters, digits,
    jamo, syllables that no word has) then changes no passage.  A text that is
    for the greater part something else is taken whole.
    """
    places = common_places(codes)
    return codes[places] if 2 * len(places) >= len(codes) else codes


def document_keys(
    codes: Codes, secret: bytes, recipe: Recipe = RECIPE, *, with_lead: bool = False
) -> Keys:
    """Return the band keys of a text in normal form; none if it has no whole shingle.

    Args:
        secret: the store's, which the keys depend on; who shares a key with whom does not.
        with_lead: of the first passages also those of their next values: most of what is pasted
            begins where its article does, and may be as short as they.
    """
    hashes, names = named_shingles(key_letters(codes), recipe.shingle, secret)
    starts = passage_starts(hashes, recipe.reach)
    named = [next(_minima(hashes, names, starts, recipe))[1]]
    if with_lead:
        first = int(starts.searchsorted(recipe.lead))
        end = int(starts[first]) if first < len(starts) else len(hashes)
        named += _least_values(
            hashes[:end], names[:end], starts[:first], recipe, recipe.lead_values
        )
    return band_keys(np.concatenate(named), recipe)


def query_keys(codes: Codes, secret: bytes, recipe: Recipe = RECIPE) -> Keys:
    """Return the keys to look a text up by: its own, and those of its next smaller values.

    A short text has those of all its values. One that something was pushed into has those that
    it has without it, too: a keyword after every few words leaves no shingle of it whole.
    """
    return text_keys(codes, secret, recipe).query


def gapped_keys(codes: Codes, secret: bytes, recipe: Recipe = RECIPE) -> Keys:
    """Return the keys of a text's shingles with a letter left out: those of the smallest values.

    A syllable pushed in after every few letters, one that any text has, leaves no shingle whole.
    Nearly all shingles of what is left have one such syllable in them; it may be any but the first
    and the last. The keys are few, whatever the length: an article's are small values, too.
    """
    letters = key_letters(codes)[:MOST_GAPPED]
    count = len(letters) - recipe.shingle
    if count <= 0:
        return np.empty(0, np.int32)
    # For every letter of a shingle where it stands: by which letter is left out, and from where on.
    nth, gap = np.arange(recipe.shingle)[:, None], np.arange(1, recipe.shingle)
    places = ((nth + (nth >= gap))[..., None] + np.arange(count)).reshape(recipe.shingle, -1)
    hashes = _of_runs((letters * _SPREAD).take(places).T, recipe.shingle).ravel()
    least = _permuted(hashes, recipe).argpartition(min(GAPPED, len(hashes)) - 1)[:, :GAPPED]
    # Names are asked for by few of them.
    named = [run_names(letters[places[:, few]].T, recipe.shingle, secret) for few in least]
    return band_keys(np.concatenate(named, axis=1), recipe)


class TextKeys(NamedTuple):
    """The keys that a text is indexed with, and those that it is looked up by."""

    document: Keys
    query: Keys


def text_keys(codes: Codes, secret: bytes, recipe: Recipe = RECIPE) -> TextKeys:
    """Return `document_keys` and `query_keys` of a text, for little more than the latter."""
    letters = key_letters(codes)
    named = _probed(letters, secret, recipe)
    own = named[0]
    if recipe.probes > 1:
        places = sifted_places(codes)
        if recipe.shingle <= len(places) < len(letters):
            named += _probed(codes[places], secret, recipe)
    return TextKeys(band_keys(own, recipe), band_keys(np.concatenate(named), recipe))


def _probed(letters: Codes, secret: bytes, recipe: Recipe) -> list[Hashes]:
    """Return the names of every passage's least values, then those that are looked up as well."""
    hashes, names = named_shingles(letters, recipe.shingle, secret)
    starts = passage_starts(hashes, recipe.reach)
    if recipe.probes > 1 and len(hashes) <= recipe.short:
        own = next(_minima(hashes, names, starts, recipe))[1]
        return [own, names[:, None].repeat(recipe.permutations, axis=1)]
    return _least_values(hashes, names, starts, recipe, recipe.probes)


def _least_values(
    hashes: Hashes, names: Hashes, starts: NDArray[np.int64], recipe: Recipe, values: int
) -> list[Hashes]:
    """Return the names of passages' least values, then of the next ones, *values* of each."""
    minima = _minima(hashes, names, starts, recipe)
    _, first = next(minima)
    # A passage may have fewer shingles than are asked for.
    further = (np.where(v == _NO_HASH, first, n) for v, n in islice(minima, values - 1))
    return [first, *further]


@lru_cache(maxsize=4)
def _secret_numbers(secret: bytes) -> Hashes:
    """Return a number for each character that only who knows the secret can tell (4 MB)."""
    return np.frombuffer(hashlib.shake_256(secret).digest(4 * (sys.maxunicode + 1)), "<u4")


@cache
def _permutations(recipe: Recipe) -> tuple[Hashes, Hashes]:
    slopes, intercepts = MinHash(
        num_perm=recipe.permutations, seed=recipe.seed, scheme="affine32"
    ).permutations
    return slopes.astype(np.uint32), intercepts.astype(np.uint32)


def mixed(hashes: Hashes) -> Hashes:
    """Apply the finaliser of MurmurHash3, as datasketch's affine32 scheme does."""
    hashes = hashes ^ (hashes >> np.uint32(16))
    hashes *= np.uint32(0x85EBCA6B)
    hashes ^= hashes >> np.uint32(13)
    hashes *= np.uint32(0xC2B2AE35)
    hashes ^= hashes >> np.uint32(16)
    return hashes


def _window_minimum(values: Hashes, width: int) -> Hashes:
    """Return the minimum of every *width* consecutive values, by doubling."""
    minimum = values
    reached = 1
    while reached < width:
        step = min(reached, width - reached)
        minimum = np.minimum(minimum[:-step], minimum[step:])
        reached += step
    return minimum
