"""Invented people of Liping with sound identity numbers, made from a seed."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from typing import Any

from shared.contracts.registry import ConsentPurpose, Education, Intention, RegisterWorker, Sex, SkillIn
from shared.contracts.scopes import OutpostCode
from shared.reference import divisions_under, townships

SURNAMES = "吴杨石龙陆潘王张李刘陈罗欧姚林粟黄周胡蒋杜朱孟廖彭"
GIVEN = "秀英兰芳梅花珍玉凤金银桂香建国华强军明德胜志勇文武海龙永康昌贵富荣光辉春生林峰平安"
TRADES = ["缝纫工", "普工", "叉车", "电焊工", "厨师", "保洁", "养蜂", "砌筑工", "保安", "家政服务", "电工", "包装工"]
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def make_id_number(
    rng: random.Random, division: str = "522631", born: date | None = None, sex: Sex | str | None = None
) -> str:
    """A GB 11643 number with a right check character; born between 18 and 58 years ago unless given."""
    born = born or datetime.now(UTC).date() - timedelta(days=rng.randrange(18 * 366, 58 * 365))
    sex = Sex(sex) if sex else rng.choice(list(Sex))
    sequence = rng.randrange(0, 500) * 2 + (1 if sex == Sex.male else 0)
    first17 = f"{division[:6]}{born:%Y%m%d}{sequence:03d}"
    return first17 + "10X98765432"[sum(int(d) * w for d, w in zip(first17, WEIGHTS, strict=True)) % 11]


def make_name(rng: random.Random) -> str:
    return rng.choice(SURNAMES) + "".join(rng.choice(GIVEN) for _ in range(rng.choice((1, 2, 2, 2))))


def make_phone(rng: random.Random) -> str:
    return f"1{rng.choice('3456789')}{rng.randrange(10**9):09d}"


def make_village(rng: random.Random) -> str:
    """A village code of one of Liping's 26 townships."""
    return rng.choice(divisions_under(rng.choice(townships()).code)).code


class RegisterWorkerFactory:
    """Registers people that differ from each other: `RegisterWorkerFactory(seed).build(name="吴秀英")`."""

    def __init__(self, seed: int = 20190101) -> None:
        self.rng = random.Random(seed)

    def build(self, **given: Any) -> RegisterWorker:
        rng = self.rng
        fields: dict[str, Any] = {
            "name": make_name(rng),
            "id_number": make_id_number(rng),
            "phone": make_phone(rng),
            "division": make_village(rng),
            "education": rng.choice(list(Education)),
            "skills": [SkillIn(occupation=trade) for trade in rng.sample(TRADES, rng.choice((0, 1, 1, 2)))],
            "intention": Intention(
                wants_out_work=True,
                destinations=rng.sample(list(OutpostCode), rng.choice((1, 2, 3))),
                expected_wage_cents=rng.randrange(35, 75) * 10_000,
            ),
            "consents": [ConsentPurpose.dispatch],
        }
        return RegisterWorker(**{**fields, **given})

    def batch(self, count: int, **given: Any) -> list[RegisterWorker]:
        return [self.build(**given) for _ in range(count)]
