"""Boards and posts over time, captures, and what news says of its articles."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True).with_variant(sa.String(20), "sqlite")


def upgrade() -> None:
    op.create_table(
        "capture",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("warc_file", sa.String(length=500), nullable=False),
        sa.Column("warc_offset", sa.BigInteger(), nullable=False),
        sa.Column("warc_length", sa.BigInteger(), nullable=False),
        sa.Column("fetched_at", TIME, nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_capture_run_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_capture")),
        sa.UniqueConstraint(
            "warc_file", "warc_offset", name=op.f("uq_capture_warc_file_warc_offset")
        ),
    )
    op.create_table(
        "source",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("etag", sa.Text(), nullable=True),
        sa.Column("last_modified", sa.Text(), nullable=True),
        sa.Column("newest_at", TIME, nullable=True),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("interval_seconds", sa.Integer(), nullable=False),
        sa.Column("first_seen_at", TIME, nullable=False),
        sa.Column("last_crawled_at", TIME, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_source")),
        sa.UniqueConstraint("url", name=op.f("uq_source_url")),
    )
    for table, columns in COLUMNS.items():
        for column in columns:
            op.add_column(table, column)
        if table in CAPTURED:
            # Inline, for SQLite: copying a table for the key would cost hours of a big store.
            op.execute(
                f"ALTER TABLE {table} ADD COLUMN capture_id INTEGER "
                f"CONSTRAINT fk_{table}_capture_id REFERENCES capture (id)"
            )
    op.create_index(op.f("ix_article_story_id"), "article", ["story_id"])
    op.create_index(op.f("ix_article_url"), "article", ["url"], postgresql_using="hash")


COLUMNS: dict[str, list[sa.Column[object]]] = {
    "board": [
        sa.Column("is_interval_fixed", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("last_tried_at", TIME, nullable=True),
        sa.Column("failures", sa.Integer(), server_default="0", nullable=False),
        sa.Column("asked_url", sa.Text(), nullable=True),
        sa.Column("found_on", sa.Text(), nullable=True),
    ],
    "post": [
        sa.Column("problem", sa.Text(), nullable=True),
        sa.Column("gone_at", TIME, nullable=True),
        sa.Column("returned_at", TIME, nullable=True),
    ],
    "post_version": [],
    "article": [
        sa.Column("byline", sa.Text(), nullable=True),
        sa.Column("modified_at", TIME, nullable=True),
        sa.Column("is_stub", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("story_id", sa.Integer(), nullable=True),
    ],
    "article_version": [],
}
CAPTURED = {"post", "post_version", "article", "article_version"}
