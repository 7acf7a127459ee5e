"""who answers for an order may follow a merged employer"""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

FROZEN = (
    "id",
    "order_no",
    "posting_id",
    "agreement_id",
    "recommendation_id",
    "replaces",
    "outpost",
    "division",
    "depart_on",
    "transport",
    "posting_title",
    "employer_name",
    "wage_min_cents",
    "wage_max_cents",
    "wage_unit",
    "issued_at",
    "issued_by",
)
# The machinery alone lets an order follow when its employer is merged into another record of the same one; the name on
# the paper stays.
FOLLOWS = "(NEW.employer_id = OLD.employer_id OR current_setting('app.kind', true) = 'service')"


def freeze(*conditions: str) -> None:
    same = " AND ".join([*(f"NEW.{name} IS NOT DISTINCT FROM OLD.{name}" for name in FROZEN), *conditions])
    op.execute(
        f"""
        CREATE OR REPLACE FUNCTION dispatch.order_is_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF TG_OP = 'UPDATE' AND {same} AND (NEW.reason IS NULL OR NEW.reason = OLD.reason) THEN RETURN NEW; END IF;
            RAISE EXCEPTION 'a dispatch order is never changed or deleted; cancel and reissue it';
        END $$
        """
    )


def upgrade() -> None:
    freeze(FOLLOWS)


def downgrade() -> None:
    freeze("NEW.employer_id = OLD.employer_id")
