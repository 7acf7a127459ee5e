"""The page behind a certificate's QR code: one file without script, readable on any phone, and nobody's name on it."""

from __future__ import annotations

import base64
import hashlib
from html import escape

from gateway.language import Locale
from shared.contracts import training as c

STYLE = (
    "body{margin:0;font:1.05rem/1.6 system-ui,'Noto Sans SC',sans-serif;background:#f3f5f4;color:#1c2622}"
    "main{max-width:34rem;margin:2rem auto;padding:1.5rem;background:#fff;border-radius:.75rem}"
    "h1{font-size:1.3rem;margin:0 0 1rem}.y,.n{padding:.75rem 1rem;border-radius:.5rem;font-weight:600}"
    ".y{background:#e2f3e9;color:#0b5a35}.n{background:#fbe6e6;color:#8f1d1d}"
    "dt{color:#4d5a55}dd{margin:0 0 .75rem;font-weight:600}p.s{color:#4d5a55;font-size:.9rem}"
)
_HASH = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
POLICY = f"default-src 'none'; style-src 'sha256-{_HASH}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

WORDS: dict[Locale, dict[str, str]] = {
    "zh-CN": {
        "title": "结业证书核验",
        "genuine": "证书真实有效",
        "revoked": "证书已于 {day} 撤销, 不再有效",
        "unknown": "没有这个证书编号, 请对照证书核对后再查",
        "number": "证书编号",
        "course": "培训课程",
        "hours": "课时",
        "issued": "发证日期",
        "issuer": "发证单位",
        "note": "本页不显示持证人信息; 请核对持证人出示的证书原件与身份证件。",
    },
    "en": {
        "title": "Certificate check",
        "genuine": "This certificate is genuine and valid",
        "revoked": "This certificate was revoked on {day} and is no longer valid",
        "unknown": "There is no certificate with this number; compare it with the paper and try again",
        "number": "Certificate number",
        "course": "Course",
        "hours": "Teaching hours",
        "issued": "Issued on",
        "issuer": "Issued by",
        "note": "This page names no person; compare the paper certificate with its holder's identity card.",
    },
}
ISSUER = "黎平县和兴人力资源服务有限公司"


def page(found: c.CertificateCheckView, locale: Locale) -> str:
    words = WORDS[locale]
    facts = {
        words["number"]: found.certificate_no,
        words["course"]: found.course_name,
        words["hours"]: str(found.hours),
        words["issued"]: found.issued_on.isoformat(),
        words["issuer"]: ISSUER,
    }
    said = words["genuine"] if found.is_genuine else words["revoked"].format(day=found.revoked_on)
    rows = "".join(f'<dt>{name}</dt><dd lang="zh-CN">{escape(value)}</dd>' for name, value in facts.items())
    return _whole(locale, said, found.is_genuine, f'<dl>{rows}</dl><p class="s">{words["note"]}</p>')


def unknown_page(number: str, locale: Locale) -> str:
    words = WORDS[locale]
    return _whole(locale, words["unknown"], False, f"<dl><dt>{words['number']}</dt><dd>{escape(number)}</dd></dl>")


def _whole(locale: Locale, said: str, is_good: bool, rest: str) -> str:
    title = WORDS[locale]["title"]
    return (
        f'<!DOCTYPE html><html lang="{locale}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<meta name="robots" content="noindex"><title>{title}</title><style>{STYLE}</style></head>'
        f'<body><main><h1>{title}</h1><p class="{"y" if is_good else "n"}" role="status">{said}</p>{rest}</main>'
        "</body></html>"
    )
