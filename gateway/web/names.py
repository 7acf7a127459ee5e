"""What the contracts' values are called on a screen. The Chinese words are the county's own, by the vocabulary."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from gateway.language import Locale
from gateway.web.locales import N_
from shared.reference import division_name, townships
from shared.reference.places import Township

_OUTPOSTS = {
    "chancheng": N_("佛山禅城"),
    "dongguan": N_("东莞"),
    "shenzhen": N_("深圳"),
    "guangzhou": N_("广州"),
    "hangzhou": N_("杭州"),
    "wenling": N_("温岭"),
    "guiyang": N_("贵阳"),
}
# The schematic's fixed slots, by province from near to far; true positions collide in the Pearl River Delta.
SLOTS = (
    (N_("贵州"), ("guiyang",)),
    (N_("浙江"), ("hangzhou", "wenling")),
    (N_("广东"), ("guangzhou", "chancheng", "dongguan", "shenzhen")),
)
_ROLES = {
    "hq_admin": N_("县总部管理员"),
    "hq_officer": N_("县总部工作人员"),
    "hq_auditor": N_("县总部审计"),
    "township_officer": N_("乡镇工作人员"),
    "grid_leader": N_("网格长"),
    "outpost_lead": N_("站长"),
    "liaison_officer": N_("站点联络员"),
    "partner_employer": N_("用工企业"),
    "worker": N_("务工人员"),
}
_CASE_KINDS = {
    "wage_dispute": N_("劳资纠纷"),
    "injury_claim": N_("工伤理赔"),
    "arbitration": N_("劳动仲裁"),
    "advice": N_("咨询"),
}
_CASE_STATES = {
    "open": N_("办理中"),
    "arbitration": N_("仲裁中"),
    "awarded": N_("已裁决"),
    "lawsuit": N_("诉讼中"),
    "closed": N_("已结案"),
}
_FOLLOW_UPS = {
    "day_7": N_("上岗 7 天回访"),
    "day_30": N_("上岗 30 天回访"),
    "day_90": N_("上岗 90 天回访"),
    "day_180": N_("上岗 180 天回访"),
    "no_show": N_("未到岗了解原因"),
    "unemployed": N_("失业后回访"),
}
_TRIP_STATES = {
    "planned": N_("待发车"),
    "departed": N_("在途"),
    "arrived": N_("已到站"),
    "cancelled": N_("已取消"),
}
_SEAT_STATES = {
    "waiting": N_("候补"),
    "held": N_("已留座"),
    "confirmed": N_("已定座"),
    "boarded": N_("已上车"),
    "missed": N_("未上车"),
    "released": N_("已退座"),
    "expired": N_("已过期"),
}
_WAGE_UNITS = {
    "hour": N_("每小时"),
    "day": N_("每天"),
    "week": N_("每周"),
    "month": N_("每月"),
    "year": N_("每年"),
    "piece": N_("计件"),
}
_DECLINE_REASONS = {
    "wage": N_("工资低"),
    "distance": N_("太远"),
    "trade": N_("不会做这个"),
    "family": N_("家里走不开"),
    "has_work": N_("已经有活了"),
}
_SERVICES = {
    "identity": N_("账号"),
    "registry": N_("劳动力"),
    "postings": N_("岗位"),
    "training": N_("培训"),
    "dispatch": N_("派遣"),
    "outposts": N_("服务站"),
    "honey": N_("蜂蜜"),
    "ledger": N_("台账"),
    "notify": N_("通知"),
}
_TABLES: Mapping[str, Mapping[str, str]] = {
    "outpost": _OUTPOSTS,
    "role": _ROLES,
    "case_kind": _CASE_KINDS,
    "case_state": _CASE_STATES,
    "follow_up": _FOLLOW_UPS,
    "trip_state": _TRIP_STATES,
    "seat_state": _SEAT_STATES,
    "wage_unit": _WAGE_UNITS,
    "decline_reason": _DECLINE_REASONS,
    "service": _SERVICES,
}
DECLINE_REASONS = tuple(_DECLINE_REASONS)


class Names:
    """Looks values up in one language: `names.outpost("dongguan")`. An unknown value is shown as it is."""

    def __init__(self, locale: Locale, translate: Callable[[str], str]) -> None:
        self.locale = locale
        self._translate = translate

    def __getattr__(self, table: str) -> Callable[[Any], str]:
        if table not in _TABLES:
            raise AttributeError(table)
        return lambda value: self.of(table, value)

    def of(self, table: str, value: Any) -> str:
        known = str(getattr(value, "value", value))
        found = _TABLES[table].get(known)
        return self._translate(found) if found else known

    @staticmethod
    def townships() -> Sequence[Township]:
        """Where a coach can call at home."""
        return townships()

    @staticmethod
    def chinese(table: str, value: str) -> str:
        """The county's own word, whatever language the page is in: what is written down is Chinese."""
        return _TABLES[table].get(value, value)

    def slots(self) -> list[tuple[str, str, str]]:
        """(outpost code, its name, its province's name) in the schematic's order."""
        return [
            (code, self.of("outpost", code), self._translate(province)) for province, codes in SLOTS for code in codes
        ]

    def division(self, code: str) -> str:
        """A place's own name: places have no English names here."""
        return division_name(code) or code
