"""Tables of the first version."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True).with_variant(sa.String(20), "sqlite")


def upgrade() -> None:
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
