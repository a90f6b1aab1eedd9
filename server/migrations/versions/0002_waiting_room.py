"""The waiting room: effective arrivals, line changes, duty, forecasts kept, call-backs, messages."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from server.db.types import Id, Json, UtcDateTime

revision = "0002"
down_revision = "0001"

TABLES = ("messages", "call_backs", "promises", "wait_curves", "duties", "line_changes")
"""In the order in which they can be dropped."""

STANDING = sa.text("state IN ('checking', 'waiting', 'away')")
DEADLINES = {"ix_visits_window": "window_opens_at", "ix_visits_answer_by": "answer_by"}
IN_CALL = sa.text("state IN ('called', 'in_consultation')")
OPEN = sa.text("state IN ('queued', 'sending')")


COUNT_STANDING = """
    UPDATE queues SET standing = (
        SELECT count(*) FROM visits
        WHERE visits.queue_id = queues.id AND visits.state IN ('checking', 'waiting', 'away')
    )
"""


def added() -> dict[str, tuple[sa.Column[Any], ...]]:
    """The new columns of each table."""
    return {
        "queues": (
            sa.Column("wait_alert_s", sa.Integer(), nullable=False, server_default="900"),
            sa.Column("notify_ahead", sa.Integer(), nullable=False, server_default="3"),
            sa.Column("head_starts", Json, nullable=False, server_default="{}"),
            sa.Column("window_before_s", sa.Integer(), nullable=False, server_default="600"),
            sa.Column("window_after_s", sa.Integer(), nullable=False, server_default="900"),
            sa.Column("service_prior_s", sa.Integer(), nullable=False, server_default="480"),
            sa.Column("opening_hours", Json, nullable=False, server_default="[]"),
            sa.Column("time_zone", sa.String(length=64), nullable=True),
            sa.Column("standing", sa.Integer(), nullable=False, server_default="0"),
        ),
        "visits": (
            sa.Column("stands_at", UtcDateTime(), nullable=False, server_default="1970-01-01 00:00:00+00:00"),
            sa.Column("skills", Json, nullable=False, server_default="[]"),
            sa.Column("appointment_at", UtcDateTime(), nullable=True),
            sa.Column("window_opens_at", UtcDateTime(), nullable=True),
            sa.Column("urgent_reason", sa.Text(), nullable=True),
            sa.Column("worse_at", UtcDateTime(), nullable=True),
            sa.Column("coming_at", UtcDateTime(), nullable=True),
            sa.Column("phone_only", sa.Boolean(), nullable=False, server_default=sa.false()),
            sa.Column("first_called_at", UtcDateTime(), nullable=True),
            sa.Column("ahead_told_at", UtcDateTime(), nullable=True),
        ),
        "staff": (
            sa.Column("languages", Json, nullable=False, server_default="[]"),
            sa.Column("skills", Json, nullable=False, server_default="[]"),
        ),
        "tenants": (sa.Column("neutral_name", sa.String(length=40), nullable=True),),
        "consultations": (sa.Column("present_at", UtcDateTime(), nullable=True),),
    }


def upgrade() -> None:
    for table, columns in added().items():
        for column in columns:
            op.add_column(table, column)
    op.execute(sa.text("UPDATE visits SET stands_at = arrived_at, first_called_at = called_at"))
    op.execute(sa.text(COUNT_STANDING))
    op.create_index(
        "ix_visits_standing",
        "visits",
        ["queue_id", "stands_at", "id"],
        sqlite_where=STANDING,
        postgresql_where=STANDING,
    )
    for index, deadline in DEADLINES.items():
        is_set = sa.text(f"{deadline} IS NOT NULL")
        op.create_index(index, "visits", [deadline], sqlite_where=is_set, postgresql_where=is_set)
    op.create_index(
        "uq_visits_in_call",
        "visits",
        ["patient_id"],
        unique=True,
        sqlite_where=IN_CALL,
        postgresql_where=IN_CALL,
    )
    op.create_index("ix_consultations_pharmacist", "consultations", ["pharmacist_id", "created_at"])
    op.create_index("ix_consents_visit_id", "consents", ["visit_id"])
    op.create_table(
        "line_changes",
        sa.Column("queue_id", Id, nullable=False),
        sa.Column("version", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("part", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("step", sa.SmallInteger(), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["queue_id"], ["queues.id"], name="fk_line_changes_queue_id"),
        sa.PrimaryKeyConstraint("queue_id", "version", "part", name="pk_line_changes"),
    )
    op.create_index("ix_line_changes_changed_at", "line_changes", ["changed_at"])
    op.create_table(
        "duties",
        sa.Column("staff_id", Id, nullable=False),
        sa.Column("tenant_id", Id, nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("since", UtcDateTime(), nullable=False),
        sa.Column("back_at", UtcDateTime(), nullable=True),
        sa.Column("until", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name="fk_duties_staff_id"),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name="fk_duties_tenant_id"),
        sa.PrimaryKeyConstraint("staff_id", name="pk_duties"),
    )
    op.create_table(
        "wait_curves",
        sa.Column("queue_id", Id, nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("curve", Json, nullable=False),
        sa.ForeignKeyConstraint(["queue_id"], ["queues.id"], name="fk_wait_curves_queue_id"),
        sa.PrimaryKeyConstraint("queue_id", "made_at", name="pk_wait_curves"),
    )
    op.create_table(
        "promises",
        sa.Column("id", Id, nullable=False),
        sa.Column("tenant_id", Id, nullable=False),
        sa.Column("queue_id", Id, nullable=False),
        sa.Column("visit_id", Id, nullable=False),
        sa.Column("at_join", sa.Boolean(), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("from_s", sa.Integer(), nullable=True),
        sa.Column("to_s", sa.Integer(), nullable=True),
        sa.Column("unknown", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(["queue_id"], ["queues.id"], name="fk_promises_queue_id"),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name="fk_promises_tenant_id"),
        sa.ForeignKeyConstraint(["visit_id"], ["visits.id"], name="fk_promises_visit_id"),
        sa.PrimaryKeyConstraint("id", name="pk_promises"),
    )
    op.create_index("ix_promises_visit_id", "promises", ["visit_id"])
    op.create_index("ix_promises_queue", "promises", ["queue_id", "at_join", "made_at"])
    op.create_table(
        "call_backs",
        sa.Column("id", Id, nullable=False),
        sa.Column("tenant_id", Id, nullable=False),
        sa.Column("queue_id", Id, nullable=False),
        sa.Column("pharmacy_id", Id, nullable=False),
        sa.Column("visit_id", Id, nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("phone", sa.String(length=32), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("reason", sa.String(length=16), nullable=False),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        sa.Column("done_at", UtcDateTime(), nullable=True),
        sa.Column("done_by", Id, nullable=True),
        sa.Column("outcome", sa.String(length=16), nullable=True),
        sa.ForeignKeyConstraint(["done_by"], ["staff.id"], name="fk_call_backs_done_by"),
        sa.ForeignKeyConstraint(["pharmacy_id"], ["pharmacies.id"], name="fk_call_backs_pharmacy_id"),
        sa.ForeignKeyConstraint(["queue_id"], ["queues.id"], name="fk_call_backs_queue_id"),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name="fk_call_backs_tenant_id"),
        sa.ForeignKeyConstraint(["visit_id"], ["visits.id"], name="fk_call_backs_visit_id"),
        sa.PrimaryKeyConstraint("id", name="pk_call_backs"),
    )
    op.create_index("ix_call_backs_queue", "call_backs", ["queue_id", "asked_at"])
    op.create_table(
        "messages",
        sa.Column("id", Id, nullable=False),
        sa.Column("tenant_id", Id, nullable=False),
        sa.Column("visit_id", Id, nullable=True),
        sa.Column("patient_id", Id, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("channel", sa.String(length=8), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("occasion", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("attempts", sa.SmallInteger(), nullable=False),
        sa.Column("next_attempt_at", UtcDateTime(), nullable=True),
        sa.Column("give_up_at", UtcDateTime(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("sent_at", UtcDateTime(), nullable=True),
        sa.Column("failure", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(["patient_id"], ["patients.id"], name="fk_messages_patient_id"),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name="fk_messages_tenant_id"),
        sa.ForeignKeyConstraint(["visit_id"], ["visits.id"], name="fk_messages_visit_id"),
        sa.PrimaryKeyConstraint("id", name="pk_messages"),
    )
    op.create_index(
        "uq_messages_occasion", "messages", ["visit_id", "kind", "channel", "occasion"], unique=True
    )
    op.create_index(
        "ix_messages_open", "messages", ["next_attempt_at"], sqlite_where=OPEN, postgresql_where=OPEN
    )


def downgrade() -> None:
    for table in TABLES:
        op.drop_table(table)
    op.drop_index("ix_consultations_pharmacist", "consultations")
    op.drop_index("uq_visits_in_call", "visits")
    for index in DEADLINES:
        op.drop_index(index, "visits")
    op.drop_index("ix_consents_visit_id", "consents")
    op.drop_index("ix_visits_standing", "visits")
    for table, columns in added().items():
        for column in columns:
            op.drop_column(table, column.name)
