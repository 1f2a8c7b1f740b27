"""The articles' index, made anew by this program's recipe."""

from collections.abc import Callable
from itertools import chain

from sqlalchemy import Engine, delete, func, select

from models import matching
from models.relation import Origin
from models.schema import article, article_band
from models.write import set_store_info, writing
from pipelines.core.article_keys import article_keys
from pipelines.core.normalise import normalise
from pipelines.core.passages import POSTS, Keys, document_keys

ARTICLES_A_STEP = 50


def reindex(engine: Engine, recipe: str, on_progress: Callable[[int, int], None]) -> int:
    """Make the articles' index anew; return how many there are.

    The posts' index is part of the rematch that must follow: until then the store's
    recipe is one that no program has.
    """
    with writing(engine) as connection:
        set_store_info(connection, "recipe", f"{recipe} (unfinished)")
        connection.execute(delete(article_band))
        secret = matching.index_secret(connection)
        total = connection.execute(select(func.count()).select_from(article)).scalar_one()
        stored = chain.from_iterable(matching.articles_of(connection, origin) for origin in Origin)
        step: list[tuple[int, Keys]] = []
        done = 0
        for done, each in enumerate(stored, start=1):
            form = normalise(each.text)
            is_known = each.origin is Origin.KNOWN
            keys = (
                article_keys(each.text, form, secret)
                if is_known
                else document_keys(form.codes, secret, POSTS)
            )
            step.append((each.id, keys))
            if len(step) == ARTICLES_A_STEP or done == total:
                matching.add_keys(connection, "article", step)
                step = []
                on_progress(done, total)
    return done
