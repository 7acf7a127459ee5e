"""Feeds as employers' systems write them, made for tests."""

from __future__ import annotations

import io
import json
from typing import Any
from xml.sax.saxutils import escape

TRADES = ("包装工", "缝纫工", "电焊工", "叉车司机", "质检员", "装配工", "餐厅服务员", "保安")
PLACES = ("广东省东莞市长安镇", "广东省深圳市宝安区", "浙江省台州市温岭市大溪镇", "浙江省杭州市余杭区")


def job(number: int, **given: Any) -> dict[str, Any]:
    """One job by the tags of the Indeed form."""
    fields: dict[str, Any] = {
        "title": TRADES[number % len(TRADES)],
        "date": "2026-01-05",
        "referencenumber": f"R-{number}",
        "url": f"https://jobs.example.com/{number}",
        "company": "东莞市长安鑫源电子有限公司",
        "city": PLACES[number % len(PLACES)],
        "country": "CN",
        "openings": 3,
        "salary": "4500-6000元/月 包吃住",
        "jobtype": "FULL_TIME",
        "expirationdate": "2035-12-31",
        "description": "按作业指导书操作, 两班倒, 月结工资。",
    }
    return {key: value for key, value in {**fields, **given}.items() if value is not None}


def xml(jobs: list[dict[str, Any]], *, head: str = "") -> bytes:
    parts = ['<?xml version="1.0" encoding="UTF-8"?>\n<source>\n<publisher>test</publisher>\n', head]
    for fields in jobs:
        parts.append("<job>\n")
        parts.extend(f"  <{tag}><![CDATA[{value}]]></{tag}>\n" for tag, value in fields.items())
        parts.append("</job>\n")
    parts.append("</source>\n")
    return "".join(parts).encode()


def plain_xml(text: str) -> bytes:
    return f"<source><job><title>{escape(text)}</title></job></source>".encode()


def jobposting(number: int, **given: Any) -> dict[str, Any]:
    """One schema.org JobPosting."""
    return {
        "@context": "https://schema.org/",
        "@type": "JobPosting",
        "title": TRADES[number % len(TRADES)],
        "description": "<p>按作业指导书操作</p><ul><li>两班倒</li></ul>",
        "identifier": {"@type": "PropertyValue", "name": "鑫源", "value": f"J-{number}"},
        "datePosted": "2026-01-05",
        "validThrough": "2035-12-31T23:59:59+08:00",
        "employmentType": "FULL_TIME",
        "hiringOrganization": {"@type": "Organization", "name": "东莞市长安鑫源电子有限公司"},
        "jobLocation": {
            "@type": "Place",
            "address": {
                "@type": "PostalAddress",
                "addressCountry": "CN",
                "addressRegion": "广东省",
                "addressLocality": "东莞市",
                "streetAddress": "长安镇建安路9号",
            },
        },
        "baseSalary": {
            "@type": "MonetaryAmount",
            "currency": "CNY",
            "value": {"@type": "QuantitativeValue", "minValue": 20, "maxValue": 22.5, "unitText": "HOUR"},
        },
        "totalJobOpenings": 12,
        **given,
    }


def jsonld(document: Any) -> bytes:
    return json.dumps(document, ensure_ascii=False).encode()


def page(*scripts: str, title: str = "招聘") -> bytes:
    tags = "".join(f'<script type="application/ld+json">{script}</script>' for script in scripts)
    return f"<!DOCTYPE html><html><head><title>{title}</title>{tags}</head><body></body></html>".encode()


def xlsx(rows: list[list[Any]]) -> bytes:
    import xlsxwriter

    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer)
    sheet = book.add_worksheet()
    for number, row in enumerate(rows):
        sheet.write_row(number, 0, row)
    book.close()
    return buffer.getvalue()
