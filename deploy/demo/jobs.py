"""Invented employers of the seven cities, and their openings as the XML feed that employers already emit."""

from __future__ import annotations

import random
from datetime import date, timedelta
from xml.sax.saxutils import escape

CITIES = {
    "chancheng": ("广东省", "佛山市"),
    "dongguan": ("广东省", "东莞市"),
    "shenzhen": ("广东省", "深圳市"),
    "guangzhou": ("广东省", "广州市"),
    "hangzhou": ("浙江省", "杭州市"),
    "wenling": ("浙江省", "温岭市"),
    "guiyang": ("贵州省", "贵阳市"),
}
EMPLOYERS = {
    "chancheng": "佛山示例陶瓷有限公司",
    "dongguan": "东莞示例电子有限公司",
    "shenzhen": "深圳示例精密有限公司",
    "guangzhou": "广州示例制衣有限公司",
    "hangzhou": "杭州示例包装有限公司",
    "wenling": "温岭示例鞋业有限公司",
    "guiyang": "贵阳示例餐饮管理有限公司",
}
_TITLES = ("包装工", "缝纫工", "电子设备装配工", "餐厅服务员", "中式烹调师", "家政服务员", "砌筑工", "焊工", "普工")
_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)


def make_uscc(serial: int) -> str:
    """An employer code with a right check character (GB 32100), of an invented company."""
    first = f"91440100MA7{serial:06d}"
    total = sum(_ALPHABET.index(sign) * weight for sign, weight in zip(first, _WEIGHTS, strict=True))
    return first + _ALPHABET[(31 - total % 31) % 31]


def make_feed(outpost: str, *, jobs: int, seed: int) -> bytes:
    """So many jobs of one employer, Indeed-style."""
    rng = random.Random(f"{seed}-{outpost}")
    province, city = CITIES[outpost]
    until = (date.today() + timedelta(days=75)).isoformat()
    items = []
    for number in range(jobs):
        title, low = rng.choice(_TITLES), rng.randrange(38, 56) * 100
        shift = rng.choice(("长白班", "两班倒"))
        items.append(
            f"<job><title><![CDATA[{title}]]></title><date>{date.today().isoformat()}</date>"
            f"<referencenumber>{outpost}-{number:03d}</referencenumber>"
            f"<url>https://jobs.example.com/{outpost}/{number}</url>"
            f"<company><![CDATA[{EMPLOYERS[outpost]}]]></company>"
            f"<city>{escape(city)}</city><state>{escape(province)}</state><country>CN</country>"
            f"<salary><![CDATA[{low}-{low + 1500}元/月 包吃住]]></salary>"
            f"<description><![CDATA[{title}{rng.randrange(8, 30)}名, {shift}, 包吃住, 五险, 18-55岁]]></description>"
            f"<openings>{rng.randrange(6, 20)}</openings><expirationdate>{until}</expirationdate></job>"
        )
    return ('<?xml version="1.0" encoding="utf-8"?>\n<source>' + "\n".join(items) + "</source>").encode()
