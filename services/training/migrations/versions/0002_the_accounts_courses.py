"""the account's courses: 农业实用技术, 餐饮烹饪, 电子手工, 家政服务, 建筑工 and 养蜂; hours and days are HQ's to change"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

COURSES = [
    ("farming", "农业实用技术", "5-01-02-01", 40, 5),
    ("catering", "餐饮烹饪", "4-03-02-01", 80, 10),
    ("electronics", "电子手工", "6-25-04-07", 40, 5),
    ("domestic_service", "家政服务", "4-10-01-06", 80, 10),
    ("construction", "建筑工", "6-29-01-01", 80, 10),
    ("beekeeping", "养蜂", "5-03-03-01", 56, 7),
]


def upgrade() -> None:
    course = sa.table(
        "course",
        *(sa.column(name) for name in ("code", "name", "trade", "occupation")),
        *(sa.column(name, sa.Integer) for name in ("hours", "days", "attendance_percent", "version")),
        sa.column("is_active", sa.Boolean),
        schema="training",
    )
    op.bulk_insert(
        course,
        [
            {
                "code": code,
                "name": name,
                "trade": code,
                "occupation": occupation,
                "hours": hours,
                "days": days,
                "attendance_percent": 80,
                "is_active": True,
                "version": 1,
            }
            for code, name, occupation, hours, days in COURSES
        ],
    )


def downgrade() -> None:
    op.execute("DELETE FROM training.course WHERE code IN ('" + "', '".join(code for code, *_ in COURSES) + "')")
