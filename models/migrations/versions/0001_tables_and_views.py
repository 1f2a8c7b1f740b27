"""Tables and views of the first version."""

# ruff: noqa: S608 - the strings are made of constants below

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True).with_variant(sa.String(20), "sqlite")


def upgrade() -> None:
    _create_tables()
    for name, select in _views(op.get_bind().dialect.name).items():
        op.execute(f"CREATE VIEW {name} AS {select}")


def _views(dialect: str) -> dict[str, str]:
    """Return the SQL of every view: the same on both dialects, a day's name apart."""
    return {
        "mirrors": _links("m.relation <> 'quote'"),
        "quotes": _links("m.relation = 'quote'"),
        "posts": _POSTS,
        "lures": _LURES,
        "families": _FAMILIES,
        "boards": _BOARDS,
        "campaigns": _CAMPAIGNS,
        "daily": _daily(_KST_DAY[dialect]),
    }


def _links(condition: str) -> str:
    return f"""
SELECT m.post_id,
       p.key AS post_key,
       p.url AS post_url,
       b.url AS board_url,
       COALESCE(p.engine, b.engine) AS engine,
       p.title AS post_title,
       p.posted_at,
       p.fetched_at,
       m.article_id,
       a.key AS article_key,
       a.url AS article_url,
       a.title AS article_title,
       a.publisher,
       a.published_at,
       a.origin,
       m.relation,
       m.coverage,
       m.share,
       m.copies,
       m.cut,
       m.identity,
       m.score,
       p.is_spam,
       m.matched_at,
       m.cuts,
       p.author,
       m.position
  FROM mirror m
  JOIN post p ON p.id = m.post_id
  JOIN board b ON b.id = p.board_id
  JOIN article a ON a.id = m.article_id
 WHERE {condition}
"""


_POSTS = """
SELECT p.id AS post_id,
       p.key AS post_key,
       p.url AS post_url,
       b.url AS board_url,
       COALESCE(p.engine, b.engine) AS engine,
       p.native_id,
       p.title,
       p.author,
       p.category,
       p.posted_at,
       p.fetched_at,
       p.hits,
       p.comment_count AS comments,
       p.status,
       p.body,
       p.body_chars,
       p.hidden_chars,
       p.copies,
       p.title_from_body,
       p.is_spam,
       p.reasons,
       p.version,
       p.first_seen_at,
       p.ip
  FROM post p
  JOIN board b ON b.id = p.board_id
"""

_LURES = """
SELECT l.post_id,
       p.key AS post_key,
       l.kind,
       l.value,
       l.raw,
       l.position
  FROM lure l
  JOIN post p ON p.id = l.post_id
"""

# A post stands where its board says, else where we saw it.
_POST_TIME = "COALESCE(p.posted_at, p.fetched_at, p.first_seen_at)"

_FAMILIES = f"""
SELECT m.article_id,
       a.origin,
       COUNT(*) AS posts,
       COUNT(DISTINCT p.board_id) AS boards,
       MIN({_POST_TIME}) AS first_seen,
       MAX({_POST_TIME}) AS last_seen,
       a.key AS article_key,
       a.title
  FROM mirror m
  JOIN post p ON p.id = m.post_id
  JOIN article a ON a.id = m.article_id
 WHERE m.relation <> 'quote'
 GROUP BY m.article_id, a.origin, a.key, a.title
"""

_LINKS_OF_POSTS = """
  (SELECT post_id, COUNT(*) AS links FROM mirror WHERE relation <> 'quote' GROUP BY post_id)
"""

_BOARDS = f"""
SELECT b.url,
       b.engine,
       b.name,
       COUNT(p.id) AS posts,
       CAST(COALESCE(SUM(m.links), 0) AS BIGINT) AS mirrors,
       COUNT(CASE WHEN p.is_spam THEN 1 END) AS spam,
       CAST(COUNT(CASE WHEN p.is_spam THEN 1 END) AS DOUBLE PRECISION) / NULLIF(COUNT(p.id), 0)
         AS spam_share,
       MIN({_POST_TIME}) AS first_post,
       MAX({_POST_TIME}) AS last_post,
       b.last_crawled_at,
       b.enabled,
       b.id AS board_id
  FROM board b
  LEFT JOIN post p ON p.board_id = b.id
  LEFT JOIN {_LINKS_OF_POSTS} m ON m.post_id = p.id
 GROUP BY b.id, b.url, b.engine, b.name, b.last_crawled_at, b.enabled
"""

_CAMPAIGNS = f"""
SELECT l.kind || ':' || l.value AS campaign_id,
       l.kind,
       l.value,
       l.kind = 'keyword' AS is_weak,
       COUNT(DISTINCT l.post_id) AS posts,
       COUNT(DISTINCT p.board_id) AS boards,
       COUNT(DISTINCT CASE WHEN p.is_spam THEN l.post_id END) AS spam,
       MIN({_POST_TIME}) AS first_seen,
       MAX({_POST_TIME}) AS last_seen
  FROM lure l
  JOIN post p ON p.id = l.post_id
 GROUP BY l.kind, l.value
HAVING COUNT(DISTINCT l.post_id) > 1
"""

# Korea's clocks are nine hours ahead, without summer time since 1988.
_KST_DAY = {
    "sqlite": "DATE({time}, '+9 hours')",
    "postgresql": "TO_CHAR({time} AT TIME ZONE INTERVAL '9 hours', 'YYYY-MM-DD')",
}


def _daily(kst_day: str) -> str:
    return f"""
SELECT e.day,
       CAST(SUM(e.posts) AS BIGINT) AS posts,
       CAST(SUM(e.mirrors) AS BIGINT) AS mirrors,
       CAST(SUM(e.spam) AS BIGINT) AS spam,
       CAST(SUM(e.articles) AS BIGINT) AS new_articles
  FROM (SELECT {kst_day.format(time=_POST_TIME)} AS day,
               1 AS posts,
               COALESCE(m.links, 0) AS mirrors,
               CASE WHEN p.is_spam THEN 1 ELSE 0 END AS spam,
               0 AS articles
          FROM post p
          LEFT JOIN {_LINKS_OF_POSTS} m ON m.post_id = p.id
         UNION ALL
        SELECT {kst_day.format(time="a.first_seen_at")}, 0, 0, 0, 1
          FROM article a
         WHERE a.origin = 'known') e
 GROUP BY e.day
"""


def _create_tables() -> None:
    op.create_table(
        "article_band",
        sa.Column("key", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("article_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("key", "article_id", name=op.f("pk_article_band")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "board",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("engine", sa.String(length=32), nullable=True),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("interval_seconds", sa.Integer(), nullable=False),
        sa.Column("first_seen_at", TIME, nullable=False),
        sa.Column("last_crawled_at", TIME, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_board")),
        sa.UniqueConstraint("url", name=op.f("uq_board_url")),
    )
    op.create_table(
        "post_band",
        sa.Column("key", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("post_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("key", "post_id", name=op.f("pk_post_band")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("command", sa.Text(), nullable=False),
        sa.Column("arguments", sa.JSON(), nullable=False),
        sa.Column("started_at", TIME, nullable=False),
        sa.Column("finished_at", TIME, nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("exit_code", sa.Integer(), nullable=True),
        sa.Column("stats", sa.JSON(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_run")),
    )
    op.create_table(
        "store_info",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_store_info")),
    )
    op.create_table(
        "article",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.Text(), nullable=True),
        sa.Column("origin", sa.String(length=16), nullable=False),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("chars", sa.Integer(), nullable=False),
        sa.Column("text_sha", sa.String(length=64), nullable=False),
        sa.Column("publisher", sa.Text(), nullable=True),
        sa.Column("published_at", TIME, nullable=True),
        sa.Column("fetched_at", TIME, nullable=True),
        sa.Column("first_seen_at", TIME, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", TIME, nullable=True),
        sa.Column("run_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_article_run_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_article")),
        sa.UniqueConstraint("key", name=op.f("uq_article_key")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "post",
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("author", sa.Text(), nullable=True),
        sa.Column("category", sa.Text(), nullable=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("hidden", sa.JSON(), nullable=False),
        sa.Column("hrefs", sa.JSON(), nullable=False),
        sa.Column("links", sa.JSON(), nullable=False),
        sa.Column("files", sa.JSON(), nullable=False),
        sa.Column("content_sha", sa.String(length=64), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("board_id", sa.Integer(), nullable=False),
        sa.Column("native_id", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("engine", sa.String(length=32), nullable=True),
        sa.Column("ip", sa.Text(), nullable=True),
        sa.Column("posted_at", TIME, nullable=True),
        sa.Column("fetched_at", TIME, nullable=True),
        sa.Column("first_seen_at", TIME, nullable=False),
        sa.Column("hits", sa.Integer(), nullable=True),
        sa.Column("comment_count", sa.Integer(), nullable=True),
        sa.Column("list_mark", sa.Text(), nullable=True),
        sa.Column("body_chars", sa.Integer(), nullable=False),
        sa.Column("hidden_chars", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", TIME, nullable=True),
        sa.Column("run_id", sa.Integer(), nullable=True),
        sa.Column("copies", sa.Integer(), nullable=True),
        sa.Column("title_from_body", sa.Boolean(), nullable=True),
        sa.Column("is_spam", sa.Boolean(), nullable=False),
        sa.Column("reasons", sa.Text(), nullable=False),
        sa.Column("matched_at", TIME, nullable=True),
        sa.ForeignKeyConstraint(["board_id"], ["board.id"], name=op.f("fk_post_board_id")),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_post_run_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_post")),
        sa.UniqueConstraint("board_id", "native_id", name=op.f("uq_post_board_id_native_id")),
    )
    op.create_index(op.f("ix_post_key"), "post", ["key"], postgresql_using="hash")

    op.create_table(
        "article_version",
        sa.Column("article_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("seen_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id"], ["article.id"], name=op.f("fk_article_version_article_id")
        ),
        sa.PrimaryKeyConstraint("article_id", "version", name=op.f("pk_article_version")),
    )
    op.create_table(
        "comment",
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("native_id", sa.Text(), nullable=True),
        sa.Column("author", sa.Text(), nullable=True),
        sa.Column("posted_at", TIME, nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("depth", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_comment_post_id")),
        sa.PrimaryKeyConstraint("post_id", "position", name=op.f("pk_comment")),
    )
    op.create_table(
        "lure",
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("raw", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_lure_post_id")),
        sa.PrimaryKeyConstraint("post_id", "position", name=op.f("pk_lure")),
    )
    op.create_index(op.f("ix_lure_value"), "lure", ["value"], postgresql_using="hash")

    op.create_table(
        "mirror",
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.Column("article_id", sa.Integer(), nullable=False),
        sa.Column("relation", sa.String(length=16), nullable=False),
        sa.Column("coverage", sa.Double(), nullable=False),
        sa.Column("share", sa.Double(), nullable=False),
        sa.Column("copies", sa.Integer(), nullable=False),
        sa.Column("cut", sa.Integer(), nullable=True),
        sa.Column("cuts", sa.JSON(), nullable=False),
        sa.Column("identity", sa.Double(), nullable=False),
        sa.Column("score", sa.Double(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=True),
        sa.Column("matched_at", TIME, nullable=False),
        sa.CheckConstraint("coverage BETWEEN 0 AND 1", name=op.f("ck_mirror_coverage_is_ratio")),
        sa.CheckConstraint("identity BETWEEN 0 AND 1", name=op.f("ck_mirror_identity_is_ratio")),
        sa.CheckConstraint("score BETWEEN 0 AND 1", name=op.f("ck_mirror_score_is_ratio")),
        sa.CheckConstraint("share BETWEEN 0 AND 1", name=op.f("ck_mirror_share_is_ratio")),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name=op.f("fk_mirror_article_id")),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_mirror_post_id")),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_mirror_run_id")),
        sa.PrimaryKeyConstraint("post_id", "article_id", name=op.f("pk_mirror")),
    )
    op.create_index(op.f("ix_mirror_article_id"), "mirror", ["article_id"])

    op.create_table(
        "post_version",
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("author", sa.Text(), nullable=True),
        sa.Column("category", sa.Text(), nullable=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("hidden", sa.JSON(), nullable=False),
        sa.Column("hrefs", sa.JSON(), nullable=False),
        sa.Column("links", sa.JSON(), nullable=False),
        sa.Column("files", sa.JSON(), nullable=False),
        sa.Column("content_sha", sa.String(length=64), nullable=False),
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("comments", sa.JSON(), nullable=False),
        sa.Column("seen_at", TIME, nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_post_version_post_id")),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_post_version_run_id")),
        sa.PrimaryKeyConstraint("post_id", "version", name=op.f("pk_post_version")),
    )
    op.create_table(
        "span",
        sa.Column("post_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("article_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("copy", sa.Integer(), nullable=False),
        sa.Column("post_start", sa.Integer(), nullable=False),
        sa.Column("post_end", sa.Integer(), nullable=False),
        sa.Column("article_start", sa.Integer(), nullable=False),
        sa.Column("article_end", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["post_id", "article_id"],
            ["mirror.post_id", "mirror.article_id"],
            name=op.f("fk_span_post_id_article_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("post_id", "article_id", "position", name=op.f("pk_span")),
        sqlite_with_rowid=False,
    )
