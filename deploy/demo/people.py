"""Invented people: valid identity numbers that belong to nobody in particular, Liping's real villages."""

from __future__ import annotations

import io
import random
from datetime import date, timedelta

from shared.reference import divisions_under, townships

_SURNAMES = "吴杨石龙陆潘王张李刘陈罗欧姚林粟黄周胡蒋"
_GIVEN = "秀英兰芳梅花珍玉凤金银桂香建国华强军明德胜志勇文武海永康昌贵富荣光辉春生林峰平安"
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_TRADES = ("缝纫工", "包装工", "电子厂普工", "厨师", "家政服务", "砌筑工", "电焊工", "")
_HEADERS = (
    *("姓名", "身份证号码", "性别", "民族", "联系电话", "乡镇", "村", "文化程度"),
    *("技能特长", "是否有外出务工意愿", "意向就业地", "期望月薪（元）", "困难类别"),
)


def make_id_number(rng: random.Random, *, female: bool) -> str:
    """GB 11643: first registered in Liping, born 18 to 57 years ago, a right check character."""
    born = date.today() - timedelta(days=rng.randrange(18 * 366, 57 * 365))
    first = f"522631{born:%Y%m%d}{rng.randrange(0, 500) * 2 + (0 if female else 1):03d}"
    total = sum(int(digit) * weight for digit, weight in zip(first, _WEIGHTS, strict=True))
    return first + "10X98765432"[total % 11]


def make_roster(count: int, seed: int) -> bytes:
    """A village roster as an office keeps it: a title above the header, identity numbers as text, a few bad rows."""
    import xlsxwriter

    rng = random.Random(seed)
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True})
    sheet = book.add_worksheet("劳动力花名册")
    as_text = book.add_format({"num_format": "@"})
    sheet.merge_range(0, 0, 0, len(_HEADERS) - 1, "黎平县农村劳动力实名登记表")
    sheet.write_row(1, 0, _HEADERS)
    for row in range(2, count + 2):
        for column, value in enumerate(_person(rng)):
            sheet.write_string(row, column, value, as_text)
    bad = (
        ("吴无号", "", "男", "侗族", "", "德凤街道", "", "初中", "", "是", "", "", ""),
        ("杨错号", "522631199001010018", "男", "苗族", "", "德凤街道", "", "初中", "", "是", "", "", ""),
        ("石远乡", make_id_number(rng, female=True), "女", "侗族", "", "肇星镇", "", "小学", "", "是", "", "", ""),
    )
    for row, values in enumerate(bad, start=count + 2):
        for column, value in enumerate(values):
            sheet.write_string(row, column, value, as_text)
    book.close()
    return file.getvalue()


def _person(rng: random.Random) -> tuple[str, ...]:
    female = rng.random() < 0.46
    township = rng.choice(townships())
    village = rng.choice(divisions_under(township.code))
    return (
        rng.choice(_SURNAMES) + "".join(rng.choice(_GIVEN) for _ in range(rng.choice((1, 2, 2)))),
        make_id_number(rng, female=female),
        "女" if female else "男",
        rng.choice(("侗族", "侗族", "苗族", "汉族")),
        f"1{rng.choice('3578')}{rng.randrange(10**9):09d}",
        township.name,
        village.name,
        rng.choice(("小学", "初中", "初中", "高中", "中专")),
        rng.choice(_TRADES),
        "是" if rng.random() < 0.8 else "否",
        rng.choice(("东莞", "深圳", "广州", "佛山", "杭州", "温岭", "贵阳")),
        str(rng.randrange(35, 62) * 100),
        rng.choice(("脱贫户", "监测户", "零就业家庭", "", "", "")),
    )
