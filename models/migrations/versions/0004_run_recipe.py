"""Which program made a run, and by which recipe: the provenance of links."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("run", sa.Column("version", sa.Text(), nullable=True))
    op.add_column("run", sa.Column("recipe", sa.Text(), nullable=True))
