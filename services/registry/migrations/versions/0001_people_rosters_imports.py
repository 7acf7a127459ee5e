"""people rosters imports"""

import sqlalchemy as sa
import sqlmodel
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "consent",
        sa.Column("worker_id", sa.Uuid(), nullable=False),
        sa.Column("purpose", sa.String(length=40), nullable=False),
        sa.Column("division", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("given_on", sa.Date(), nullable=False),
        sa.Column("withdrawn_on", sa.Date(), nullable=True),
        sa.Column("evidence", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.PrimaryKeyConstraint("worker_id", "purpose", name=op.f("pk_consent")),
        schema="registry",
    )
    op.create_table(
        "difficulty_status",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("worker_id", sa.Uuid(), nullable=False),
        sa.Column("division", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("evidence", sa.LargeBinary(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("actor", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_difficulty_status")),
        schema="registry",
    )
    op.create_index(
        "ix_difficulty_status_worker", "difficulty_status", ["worker_id", "valid_from"], unique=False, schema="registry"
    )
    op.create_table(
        "disclosure",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("worker_id", sa.Uuid(), nullable=False),
        sa.Column("fields", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("purpose", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("actor", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("scope", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_disclosure")),
        schema="registry",
    )
    op.create_index("ix_disclosure_listed", "disclosure", ["at", "id"], unique=False, schema="registry")
    op.create_index("ix_disclosure_worker", "disclosure", ["worker_id", "at"], unique=False, schema="registry")
    op.create_table(
        "employment_spell",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("worker_id", sa.Uuid(), nullable=False),
        sa.Column("division", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("employer_name", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("employer_id", sa.Uuid(), nullable=True),
        sa.Column("placement_id", sa.Uuid(), nullable=True),
        sa.Column("place", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("occupation", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("wage_cents", sa.BigInteger(), nullable=True),
        sa.Column("started_on", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("end_reason", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("actor", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_employment_spell")),
        schema="registry",
    )
    op.create_index(
        "ix_employment_spell_placement", "employment_spell", ["placement_id"], unique=False, schema="registry"
    )
    op.create_index(
        "ix_employment_spell_worker", "employment_spell", ["worker_id", "started_on"], unique=False, schema="registry"
    )
    op.create_table(
        "help_plan",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("worker_id", sa.Uuid(), nullable=False),
        sa.Column("division", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("goal", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("owner", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("outcome", sa.String(length=40), nullable=True),
        sa.Column("note", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("reviewed_on", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_help_plan")),
        schema="registry",
    )
    op.create_index("ix_help_plan_due", "help_plan", ["due_on", "id"], unique=False, schema="registry")
    op.create_index(op.f("ix_help_plan_worker_id"), "help_plan", ["worker_id"], unique=False, schema="registry")
    op.create_table(
        "legal_hold",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("worker_id", sa.Uuid(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_legal_hold")),
        schema="registry",
    )
    op.create_index(op.f("ix_legal_hold_worker_id"), "legal_hold", ["worker_id"], unique=False, schema="registry")
    op.create_table(
        "referral",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("referrer_id", sa.Uuid(), nullable=False),
        sa.Column("worker_id", sa.Uuid(), nullable=False),
        sa.Column("division", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("referred_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_referral")),
        sa.UniqueConstraint("worker_id", name="uq_referral_worker_id"),
        schema="registry",
    )
    op.create_index(op.f("ix_referral_referrer_id"), "referral", ["referrer_id"], unique=False, schema="registry")
    op.create_table(
        "roster_day",
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("members", sa.Integer(), nullable=False),
        sa.Column("entered", sa.Integer(), nullable=False),
        sa.Column("left", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "on", name=op.f("pk_roster_day")),
        schema="registry",
    )
    op.create_table(
        "worker",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("name_key", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("id_hash", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("id_area", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("id_last4", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("id_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("data_key", sa.LargeBinary(), nullable=True),
        sa.Column("phone_hash", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("phone_last4", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("phone_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("sex", sa.String(length=40), nullable=False),
        sa.Column("born_on", sa.Date(), nullable=False),
        sa.Column("division", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("is_relocated", sa.Boolean(), nullable=False),
        sa.Column("education", sa.String(length=40), nullable=True),
        sa.Column("can_work", sa.Boolean(), nullable=False),
        sa.Column("limits", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("wants_out_work", sa.Boolean(), nullable=False),
        sa.Column("wants_local_work", sa.Boolean(), nullable=False),
        sa.Column("destinations", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("wanted_occupations", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("expected_wage_cents", sa.BigInteger(), nullable=True),
        sa.Column("available_from", sa.Date(), nullable=True),
        sa.Column("employment", sa.String(length=40), nullable=False),
        sa.Column("automated_matching", sa.Boolean(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("is_verified", sa.Boolean(), nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("merged_into", sa.Uuid(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_worker")),
        sa.UniqueConstraint("id_hash", name="uq_worker_id_hash"),
        schema="registry",
    )
    op.create_index(
        "ix_worker_division_listed", "worker", ["division", "name_key", "id"], unique=False, schema="registry"
    )
    op.create_index(op.f("ix_worker_id_last4"), "worker", ["id_last4"], unique=False, schema="registry")
    op.create_index("ix_worker_listed", "worker", ["name_key", "id"], unique=False, schema="registry")
    op.create_index(op.f("ix_worker_phone_hash"), "worker", ["phone_hash"], unique=False, schema="registry")
    op.create_table(
        "worker_import",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("file", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("dry_run", sa.Boolean(), nullable=False),
        sa.Column("on_existing", sa.String(length=40), nullable=False),
        sa.Column("default_division", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("consents", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("accepted", sa.Integer(), nullable=False),
        sa.Column("updated", sa.Integer(), nullable=False),
        sa.Column("unchanged", sa.Integer(), nullable=False),
        sa.Column("rejected", sa.Integer(), nullable=False),
        sa.Column("warnings", sa.Integer(), nullable=False),
        sa.Column("columns", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("skipped_sheets", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("problem_file", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("actor", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_worker_import")),
        schema="registry",
    )
    op.create_index("ix_worker_import_listed", "worker_import", ["created_at", "id"], unique=False, schema="registry")
    op.create_table(
        "worker_import_problem",
        sa.Column("import_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("sheet", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("field", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("code", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("severity", sa.String(length=40), nullable=False),
        sa.Column("message_zh", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("message_en", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.PrimaryKeyConstraint("import_id", "number", name=op.f("pk_worker_import_problem")),
        schema="registry",
    )
    op.create_table(
        "worker_revision",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("worker_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("division", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("is_verified", sa.Boolean(), nullable=False),
        sa.Column("can_work", sa.Boolean(), nullable=False),
        sa.Column("wants_out_work", sa.Boolean(), nullable=False),
        sa.Column("wants_local_work", sa.Boolean(), nullable=False),
        sa.Column("changed", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("replaced", sa.LargeBinary(), nullable=True),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("actor", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("reason", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_worker_revision")),
        schema="registry",
    )
    op.create_index(
        "ix_worker_revision_worker", "worker_revision", ["worker_id", "valid_from"], unique=False, schema="registry"
    )
    op.create_table(
        "worker_skill",
        sa.Column("worker_id", sa.Uuid(), nullable=False),
        sa.Column("occupation", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("division", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("level", sa.String(length=40), nullable=False),
        sa.Column("is_verified", sa.Boolean(), nullable=False),
        sa.Column("evidence", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("worker_id", "occupation", name=op.f("pk_worker_skill")),
        schema="registry",
    )
    op.create_index(
        "ix_worker_skill_occupation", "worker_skill", ["occupation", "worker_id"], unique=False, schema="registry"
    )
    op.create_table(
        "worker_token",
        sa.Column("token", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("worker_id", sa.Uuid(), nullable=False),
        sa.Column("division", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.PrimaryKeyConstraint("token", "worker_id", name=op.f("pk_worker_token")),
        schema="registry",
    )
    op.create_index(op.f("ix_worker_token_worker_id"), "worker_token", ["worker_id"], unique=False, schema="registry")
    op.execute("CREATE UNIQUE INDEX uq_help_plan_open ON registry.help_plan (worker_id) WHERE state = 'open'")
    op.execute(
        "CREATE UNIQUE INDEX uq_employment_spell_placement ON registry.employment_spell (placement_id) "
        "WHERE superseded_at IS NULL"
    )
    op.execute(
        "CREATE FUNCTION registry.append_only() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION '% keeps what was written', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege'; END $$"
    )
    op.execute(
        "CREATE TRIGGER disclosure_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON registry.disclosure "
        "FOR EACH STATEMENT EXECUTE FUNCTION registry.append_only()"
    )


def downgrade() -> None:
    op.drop_index(op.f("ix_worker_token_worker_id"), table_name="worker_token", schema="registry")
    op.drop_table("worker_token", schema="registry")
    op.drop_index("ix_worker_skill_occupation", table_name="worker_skill", schema="registry")
    op.drop_table("worker_skill", schema="registry")
    op.drop_index("ix_worker_revision_worker", table_name="worker_revision", schema="registry")
    op.drop_table("worker_revision", schema="registry")
    op.drop_table("worker_import_problem", schema="registry")
    op.drop_index("ix_worker_import_listed", table_name="worker_import", schema="registry")
    op.drop_table("worker_import", schema="registry")
    op.drop_index(op.f("ix_worker_phone_hash"), table_name="worker", schema="registry")
    op.drop_index("ix_worker_listed", table_name="worker", schema="registry")
    op.drop_index(op.f("ix_worker_id_last4"), table_name="worker", schema="registry")
    op.drop_index("ix_worker_division_listed", table_name="worker", schema="registry")
    op.drop_table("worker", schema="registry")
    op.drop_table("roster_day", schema="registry")
    op.drop_index(op.f("ix_referral_referrer_id"), table_name="referral", schema="registry")
    op.drop_table("referral", schema="registry")
    op.drop_index(op.f("ix_legal_hold_worker_id"), table_name="legal_hold", schema="registry")
    op.drop_table("legal_hold", schema="registry")
    op.drop_index(op.f("ix_help_plan_worker_id"), table_name="help_plan", schema="registry")
    op.drop_index("ix_help_plan_due", table_name="help_plan", schema="registry")
    op.drop_table("help_plan", schema="registry")
    op.drop_index("ix_employment_spell_worker", table_name="employment_spell", schema="registry")
    op.drop_index("ix_employment_spell_placement", table_name="employment_spell", schema="registry")
    op.drop_table("employment_spell", schema="registry")
    op.drop_index("ix_disclosure_worker", table_name="disclosure", schema="registry")
    op.drop_index("ix_disclosure_listed", table_name="disclosure", schema="registry")
    op.drop_table("disclosure", schema="registry")
    op.execute("DROP FUNCTION registry.append_only()")
    op.drop_index("ix_difficulty_status_worker", table_name="difficulty_status", schema="registry")
    op.drop_table("difficulty_status", schema="registry")
    op.drop_table("consent", schema="registry")
