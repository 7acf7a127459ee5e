"""The Chinese words for what is stored: on rosters, in spreadsheets, and read back from them."""

from __future__ import annotations

from collections.abc import Iterable

from shared.contracts import registry as c
from shared.reference import outpost_place

ROSTER_WORDS = {
    c.RosterKind.labour_force: "劳动力实名清单",
    c.RosterKind.hardship: "困难劳动力实名清单",
    c.RosterKind.hardship_employed: "困难劳动力就业人员清单",
    c.RosterKind.unemployed: "失业人员清单",
    c.RosterKind.seeking_out_work: "有意愿外出务工人员清单",
    c.RosterKind.returned: "返乡回流人员实名清单",
}
DIFFICULTY_WORDS = {
    c.DifficultyKind.out_of_poverty: "脱贫户",
    c.DifficultyKind.monitored: "监测户",
    c.DifficultyKind.zero_employment: "零就业家庭",
    c.DifficultyKind.disabled: "残疾人员",
    c.DifficultyKind.low_income: "低保户",
    c.DifficultyKind.aged_40_50: "4050人员",
    c.DifficultyKind.long_unemployed: "长期失业人员",
    c.DifficultyKind.landless: "失地农民",
    c.DifficultyKind.single_parent: "抚养未成年子女单亲家庭",
    c.DifficultyKind.other: "其他困难",
}
SPELL_WORDS = {
    c.SpellKind.out_of_county: "外出务工",
    c.SpellKind.local: "县内就业",
    c.SpellKind.flexible: "县内灵活就业",
    c.SpellKind.public_post: "公益性岗位",
    c.SpellKind.beekeeping: "养蜂创业",
    c.SpellKind.self_employed: "自主创业",
}
EDUCATION_WORDS = {
    c.Education.illiterate: "文盲或半文盲",
    c.Education.primary: "小学",
    c.Education.junior_middle: "初中",
    c.Education.senior_middle: "高中",
    c.Education.secondary_vocational: "中职",
    c.Education.college: "大专",
    c.Education.bachelor: "本科及以上",
}
LEVEL_WORDS = {
    c.SkillLevel.unrated: "无",
    c.SkillLevel.junior: "初级工",
    c.SkillLevel.intermediate: "中级工",
    c.SkillLevel.senior: "高级工",
    c.SkillLevel.technician: "技师",
    c.SkillLevel.senior_technician: "高级技师",
}
SEX_WORDS = {c.Sex.male: "男", c.Sex.female: "女"}
SOURCE_WORDS = {
    c.RecordSource.hq: "县公司",
    c.RecordSource.grid_leader: "网格长",
    c.RecordSource.outpost: "驻外服务站",
    c.RecordSource.worker: "本人",
    c.RecordSource.roster_import: "名册导入",
    c.RecordSource.certificate: "结业证书",
    c.RecordSource.placement: "就业回执",
}


def outpost_words(codes: Iterable[str]) -> str:
    """(东莞、温岭), or nothing."""
    names = "、".join(outpost_place(code).name for code in codes)
    return f"({names})" if names else ""
