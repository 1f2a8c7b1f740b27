"""The words of a text → keys that do not depend on their order.

Who spins an article swaps its words, leaves some out and puts others in, until no
shingle is whole.  Which words stand near each other stays.  One word in some fourteen
is kept, by its hash, as a landmark: the same ones in every text.  An article is indexed
by each landmark with the next one; a post is looked up by each with the next few,
either way round, since words that were moved change places.

Sources: Broder, "On the resemblance and containment of documents" (1997), for a sample that
is the same in every text; Wang, "An industrial-strength audio search algorithm" (2003), for
pairs of landmarks.
"""

import numpy as np
from numpy.typing import NDArray

from pipelines.core.normalise import NormalForm
from pipelines.core.passages import (
    RECIPE,
    Hashes,
    Keys,
    Recipe,
    distinct_keys,
    mixed,
    named_shingles,
    shingle_hashes,
)
from pipelines.core.sound import sound_codes

REACH = 4
"""Landmarks after each one that a post is looked up by, together with it."""

_FACTOR = np.uint32(0x9E3779B1)


def pair_keys(form: NormalForm, secret: bytes, recipe: Recipe = RECIPE) -> Keys:
    """Return the distinct 32-bit keys of each landmark and the next one, ascending.

    Args:
        form: the text's normal form; words end where anything but a letter or digit stands.
        secret: the store's, which the keys depend on; who shares a key with whom does not.
    """
    return _pairs(_landmarks(form, secret, recipe), 1)


def pair_queries(form: NormalForm, secret: bytes, recipe: Recipe = RECIPE) -> Keys:
    """Return the keys to look a post up by: `pair_keys`, and those of landmarks further on."""
    return _pairs(_landmarks(form, secret, recipe), REACH)


def word_starts(form: NormalForm) -> NDArray[np.int64]:
    """Return where words begin, as indices into the normal form."""
    if len(form) == 0:
        return np.empty(0, np.int64)
    begins = np.empty(len(form), np.bool_)
    begins[0] = True
    np.greater(form.starts[1:], form.ends[:-1], out=begins[1:])
    return begins.nonzero()[0]


def _landmarks(form: NormalForm, secret: bytes, recipe: Recipe) -> Hashes:
    """Return the secret names of a text's landmarks, in order; none twice in a row.

    A word is known by how its first letters sound: its ending and its particle change, and all
    may be spelt wrong on purpose.
    """
    letters = recipe.word_letters
    starts = word_starts(form)
    lengths = np.empty_like(starts)
    np.subtract(starts[1:], starts[:-1], out=lengths[:-1])
    lengths[-1:] = len(form) - starts[-1:]
    starts = starts[lengths >= letters]
    words = sound_codes(form.codes[starts[:, None] + np.arange(letters)])
    # Chosen by what is the same in every store. One after the other, each word is a shingle.
    hashes = mixed(
        shingle_hashes(words.ravel(), letters)[::letters]
        ^ np.uint32(recipe.word_seed * 0x9E3779B1 % 2**32)
    )
    chosen = words[hashes < np.uint32(2**32 // recipe.landmarks)]
    landmarks = named_shingles(chosen.ravel(), letters, secret)[1][::letters]
    is_other = np.append(True, landmarks[1:] != landmarks[:-1])[: len(landmarks)]
    once: Hashes = landmarks[is_other]
    return once


def _pairs(landmarks: Hashes, reach: int) -> Keys:
    found = [np.empty(0, np.uint32)]
    for apart in range(1, min(reach, len(landmarks) - 1) + 1):
        some, others = landmarks[:-apart], landmarks[apart:]
        first, second = np.minimum(some, others), np.maximum(some, others)
        found.append(mixed(first * _FACTOR + second))
    return distinct_keys(np.concatenate(found))
