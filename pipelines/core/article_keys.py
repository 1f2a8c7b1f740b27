"""The keys that a known article is indexed with."""

import numpy as np

from pipelines.core.lost_letters import start_keys
from pipelines.core.normalise import NormalForm
from pipelines.core.passages import RECIPE, Keys, Recipe, distinct_keys, document_keys
from pipelines.core.word_pairs import pair_keys


def article_keys(text: str, form: NormalForm, secret: bytes, recipe: Recipe = RECIPE) -> Keys:
    """Return an article's distinct keys: of its passages, its words and their lengths.

    Args:
        text: the stored text.
        form: its normal form.
        secret: the store's, which the keys depend on; who shares a key with whom does not.
        recipe: how those of passages and words are made.
    """
    passages = document_keys(form.codes, secret, recipe, with_lead=True)
    keys = [passages, pair_keys(form, secret, recipe), start_keys(text, secret)]
    return distinct_keys(np.concatenate(keys))
