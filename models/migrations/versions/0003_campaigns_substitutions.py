"""Campaigns with their ties; words that a post replaces throughout its article."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True).with_variant(sa.String(20), "sqlite")


def upgrade() -> None:
    # Its id was text: PostgreSQL replaces no view whose columns change their type.
    op.execute("DROP VIEW IF EXISTS campaigns")
    op.add_column("mirror", sa.Column("substitutions", sa.JSON(), nullable=True))
    op.create_table(
        "campaign",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("first_seen_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaign")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "campaign_tie",
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("is_strong", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name=op.f("fk_campaign_tie_campaign_id")
        ),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_campaign_tie_post_id")),
        sa.PrimaryKeyConstraint("post_id", "position", name=op.f("pk_campaign_tie")),
    )
    op.create_index(op.f("ix_campaign_tie_campaign_id"), "campaign_tie", ["campaign_id"])
