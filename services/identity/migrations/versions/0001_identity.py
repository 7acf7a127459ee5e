"""identity: organisations, users, sessions, keys, audit"""

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
        "api_key",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("key_hash", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("prefix", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("label", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("scope", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("outpost", sa.String(length=40), nullable=True),
        sa.Column("employer_id", sa.Uuid(), nullable=True),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("issued_by", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_key")),
        sa.UniqueConstraint("key_hash", name=op.f("uq_api_key_key_hash")),
        schema="identity",
    )
    op.create_index(op.f("ix_api_key_employer_id"), "api_key", ["employer_id"], unique=False, schema="identity")
    op.create_index(op.f("ix_api_key_outpost"), "api_key", ["outpost"], unique=False, schema="identity")
    op.create_table(
        "audit_entry",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_kind", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("actor_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("role", sa.String(length=40), nullable=True),
        sa.Column("scope", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("outpost", sa.String(length=40), nullable=True),
        sa.Column("action", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("subject_kind", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("subject_id", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("outcome", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("purpose", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("facts", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("source", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entry")),
        schema="identity",
    )
    op.create_index("ix_audit_entry_at_id", "audit_entry", ["at", "id"], unique=False, schema="identity")
    op.create_index("ix_audit_entry_subject", "audit_entry", ["subject_id", "at"], unique=False, schema="identity")
    op.create_index("ix_audit_entry_actor", "audit_entry", ["actor_id", "at"], unique=False, schema="identity")
    op.create_index("ix_audit_entry_action", "audit_entry", ["action", "at"], unique=False, schema="identity")
    # 操作日志 is append-only for everybody, the tables' owner too.
    op.execute(
        "CREATE FUNCTION identity.refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'the audit trail is append-only' USING ERRCODE = 'insufficient_privilege'; END $$"
    )
    op.execute(
        "CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON identity.audit_entry "
        "FOR EACH STATEMENT EXECUTE FUNCTION identity.refuse_change()"
    )
    op.create_table(
        "employer_standing",
        sa.Column("employer_id", sa.Uuid(), nullable=False),
        sa.Column("is_blocked", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("employer_id", name=op.f("pk_employer_standing")),
        schema="identity",
    )
    op.create_table(
        "organisation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("code", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("division", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("parent_id", sa.Uuid(), nullable=True),
        sa.Column("is_hub", sa.Boolean(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation")),
        sa.UniqueConstraint("kind", "code", name=op.f("uq_organisation_kind_code")),
        schema="identity",
    )
    op.create_index(op.f("ix_organisation_parent_id"), "organisation", ["parent_id"], unique=False, schema="identity")
    op.create_table(
        "password_credential",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("password_hash", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_password_credential")),
        schema="identity",
    )
    op.create_table(
        "phone_code",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("phone_hash", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("code_hash", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_phone_code")),
        schema="identity",
    )
    op.create_index(op.f("ix_phone_code_created_at"), "phone_code", ["created_at"], unique=False, schema="identity")
    op.create_index(op.f("ix_phone_code_phone_hash"), "phone_code", ["phone_hash"], unique=False, schema="identity")
    op.create_table(
        "session_token",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("worker_id", sa.Uuid(), nullable=True),
        sa.Column("way", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("device", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("address", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("idle_seconds", sa.Integer(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_session_token")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_session_token_token_hash")),
        schema="identity",
    )
    op.create_index(
        op.f("ix_session_token_expires_at"), "session_token", ["expires_at"], unique=False, schema="identity"
    )
    op.create_index(op.f("ix_session_token_user_id"), "session_token", ["user_id"], unique=False, schema="identity")
    op.create_index(op.f("ix_session_token_worker_id"), "session_token", ["worker_id"], unique=False, schema="identity")
    op.create_table(
        "sign_in_attempt",
        sa.Column("key", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("last_failed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("blocked_until", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_sign_in_attempt")),
        schema="identity",
    )
    op.create_index(
        op.f("ix_sign_in_attempt_last_failed_at"),
        "sign_in_attempt",
        ["last_failed_at"],
        unique=False,
        schema="identity",
    )
    op.create_table(
        "user_account",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("username", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("folded", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("display_name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("scope", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("outpost", sa.String(length=40), nullable=True),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("must_change_password", sa.Boolean(), nullable=False),
        sa.Column("last_sign_in_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user_account")),
        sa.UniqueConstraint("folded", name=op.f("uq_user_account_folded")),
        schema="identity",
    )
    op.create_index(op.f("ix_user_account_outpost"), "user_account", ["outpost"], unique=False, schema="identity")
    op.create_index(op.f("ix_user_account_role"), "user_account", ["role"], unique=False, schema="identity")


def downgrade() -> None:
    op.drop_index(op.f("ix_user_account_role"), table_name="user_account", schema="identity")
    op.drop_index(op.f("ix_user_account_outpost"), table_name="user_account", schema="identity")
    op.drop_table("user_account", schema="identity")
    op.drop_index(op.f("ix_sign_in_attempt_last_failed_at"), table_name="sign_in_attempt", schema="identity")
    op.drop_table("sign_in_attempt", schema="identity")
    op.drop_index(op.f("ix_session_token_worker_id"), table_name="session_token", schema="identity")
    op.drop_index(op.f("ix_session_token_user_id"), table_name="session_token", schema="identity")
    op.drop_index(op.f("ix_session_token_expires_at"), table_name="session_token", schema="identity")
    op.drop_table("session_token", schema="identity")
    op.drop_index(op.f("ix_phone_code_phone_hash"), table_name="phone_code", schema="identity")
    op.drop_index(op.f("ix_phone_code_created_at"), table_name="phone_code", schema="identity")
    op.drop_table("phone_code", schema="identity")
    op.drop_table("password_credential", schema="identity")
    op.drop_index(op.f("ix_organisation_parent_id"), table_name="organisation", schema="identity")
    op.drop_table("organisation", schema="identity")
    op.drop_table("employer_standing", schema="identity")
    op.drop_table("audit_entry", schema="identity")
    op.execute("DROP FUNCTION identity.refuse_change()")
    op.drop_index(op.f("ix_api_key_outpost"), table_name="api_key", schema="identity")
    op.drop_index(op.f("ix_api_key_employer_id"), table_name="api_key", schema="identity")
    op.drop_table("api_key", schema="identity")
