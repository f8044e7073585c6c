"""Meetings of the Case Review Group that are moved, cancelled or amended, and what their workflow has been told."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("crg_meetings", sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("crg_meetings", sa.Column("revision", sa.Integer(), nullable=False, server_default="1"))
    op.add_column("crg_meetings", sa.Column("carried", sa.Integer(), nullable=False, server_default="0"))
    op.execute("UPDATE crg_meetings SET carried = 1 WHERE held_at IS NOT NULL")  # nobody is to be told of those
    op.create_table(
        "crg_meeting_changes",
        sa.Column("meeting", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("message", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("meeting", "number"),
        sa.UniqueConstraint("meeting", "message"),
    )
