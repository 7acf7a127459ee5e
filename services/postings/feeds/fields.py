"""Which of our fields a tag, a JSON key or a column header means: the spellings that job feeds and tables use."""

from __future__ import annotations

import re
from functools import lru_cache


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# The earlier in its list, the more directly a spelling means the field.
SPELLINGS: dict[str, str] = {
    "reference": "referencenumber referenceid reference refnumber partnerjobid jobreference jobref externalid ref"
    " identifier requisitionid jobid offerid vacancyid postingid id guid uuid @reference @id"
    " 岗位编号 职位编号 招聘编号 岗位id 职位id 编号",
    "title": "title jobtitle positiontitle offertitle position headline intitule name"
    " 岗位名称 职位名称 招聘岗位 招聘职位 招聘工种 岗位 职位 工种 职务 需求岗位 用工岗位 工作岗位 招工岗位",
    "description": "description jobdescription content texteoffre body details htmldescription missiondescription"
    " summary responsibilities 岗位描述 职位描述 岗位职责 工作内容 职位信息 岗位说明 工作描述 岗位简介",
    "requirements": "requirements profile applicantprofile htmlprofile qualifications skillsrequired"
    " 岗位要求 任职要求 招聘条件 招聘要求 任职条件 录用条件 要求 备注",
    "company": "company companyname companytitle hiringorganization employername employer nomentreprise entreprise"
    " organization organisation client"
    " 企业名称 单位名称 公司名称 用人单位 用工单位 招聘单位 用工企业 招聘企业 企业 公司 单位",
    "uscc": "uscc creditcode unifiedsocialcreditcode 统一社会信用代码 社会信用代码 信用代码",
    "url": "url joburl detailurl directurl applyurl link applylink 链接 网址 详情链接",
    "posted": "dateposted date publicationdate publishdate pubdate posteddate postdate postedat publishedat"
    " dateparution createdat creationdate firstactivatedat 发布日期 发布时间 登记日期 登记时间",
    "valid_through": "validthrough expirationdate expirydate expiredate expire expires expiresat validuntil closingdate"
    " enddate deadline applicationdeadline 截止日期 截止时间 有效期至 有效期 招聘截止日期 失效日期 到期日期 结束日期",
    "openings": "totaljobopenings openings numberofopenings numberofpositions vacancies headcount nombrepostes quantity"
    " positions 招聘人数 需求人数 招聘数量 用工人数 缺工人数 计划招聘人数 岗位数量 招工人数 需求数量 人数 数量",
    "wage_min": "salarymin minsalary wagemin minwage salaryfrom paymin minvalue"
    " 最低工资 最低薪资 最低月薪 薪资下限 工资下限 月薪下限",
    "wage_max": "salarymax maxsalary wagemax maxwage salaryto paymax maxvalue"
    " 最高工资 最高薪资 最高月薪 薪资上限 工资上限 月薪上限",
    "wage_unit": "salaryunit salaryperiod wageunit payperiod unittext salarytype"
    " 薪资单位 工资单位 计薪单位 计薪方式 薪资类型 结算方式",
    "wage_currency": "salarycurrency currency currencycode wagecurrency 币种",
    "wage_per_month": "monthlysalary monthlywage 月薪 月工资 月收入 月薪范围 综合月薪 月综合工资",
    "wage_per_day": "dailywage dayrate 日薪 日工资 日结工资",
    "wage_per_hour": "hourlywage hourlyrate 时薪 小时工资 工价",
    "wage": "salary basesalary wage wages pay compensation salaireaffiche remuneration salarytext salaryrange"
    " 工资 薪资 薪酬 工资待遇 薪资待遇 薪酬待遇 薪资范围 工资标准 综合工资 工资范围 待遇",
    "division": "division divisioncode areacode adcode regioncode 行政区划代码 区划代码 行政区划",
    "region": "addressregion state region province locationstate 省 省份 所在省",
    "city": "addresslocality city locality town locationcity ville 城市 工作城市 所在市 市",
    "district": "district county substate locationsubstate department 区县 县区 区 所在区",
    "address": "streetaddress street address workaddress adress fulladdress"
    " 详细地址 工作地址 上班地址 单位地址 企业地址",
    "location": "joblocation location place workplace worklocation libellelieu"
    " 工作地点 用工地点 上班地点 工作地 就业地点"
    " 工作区域 地点 地区 所在地 区域",
    "country": "addresscountry applicantlocationrequirements country countrycode locationcountrycode"
    " locationcountryname 国家",
    "employment_type": "employmenttype jobtype contracttype typecontrat contract jobtime worktype workingtime"
    " workinghours 用工形式 用工性质 工作性质 用工类型 招聘类型 职位性质 工作类型",
    "category": "occupationalcategory relevantoccupation occupation category jobcategory jobfamily function codevalue"
    " 职业代码 工种代码 职业 职业类别 岗位类别 职位类别 工种类别",
    "education": "educationrequirements educationlevel education degree credentialcategory qualification"
    " 学历要求 学历 文化程度 最低学历",
    "experience_months": "monthsofexperience",
    "experience": "experiencerequirements experience experiencelevel niveauexperience 工作经验 经验要求 工作年限 经验",
    "ages": "agerange agerequirement age 年龄要求 年龄 年龄范围",
    "min_age": "minage agemin 最小年龄 最低年龄 年龄下限",
    "max_age": "maxage agemax 最大年龄 最高年龄 年龄上限",
    "shift": "workhours shift schedule workschedule 班次 工作时间 上班时间 工作班次 班制",
    "benefits": "jobbenefits benefits welfare incentivecompensation"
    " 福利 福利待遇 食宿 食宿情况 吃住 食宿条件 是否包吃住",
    "skills": "skills skill certificates 技能要求 技能 证书要求 资格证书",
    "contact": "contactname contactperson contact 联系人 招聘联系人",
    "phone": "contactphone phonenumber telephone phone mobile tel 联系电话 联系方式 电话 手机 手机号",
    "email": "applicationemail contactemail applymail email 邮箱 电子邮箱 电子邮件",
    "removed": "removed isremoved deleted jobpostingoperationtype operation action status 状态 岗位状态",
    "remote": "joblocationtype remotetype remote telecommute",
}
_RANK = {
    (spelling, name): rank for name, spellings in SPELLINGS.items() for rank, spelling in enumerate(spellings.split())
}
_BY_SPELLING: dict[str, tuple[str, int]] = {}
for (_spelling, _name), _rank in _RANK.items():
    _BY_SPELLING.setdefault(_spelling, (_name, _rank))

_COMPANY = _words("company employer hiringorganization organization organisation entreprise recruiter companyinfo")
_PERSON = _words("contact mainsupervisor applicationcontact contactinfo contactperson recruitercontact")
_PLACE = _words("location locations joblocation joblocations address workplace place postaladdress lieu workaddress")
_PAY = _words("salary salarydetails basesalary wage compensation pay remuneration estimatedsalary")
# Fields whose value may be wrapped: {"@type": "Country", "name": "CN"}.
_NAMED = _words("country region city district category education requirements skills employment_type")
_WRAPPING = _words("relevantoccupation occupationalcategory skills qualifications educationrequirements")
_WRAPPED = _words("name value codevalue description credentialcategory")
# What stands below these says something about something else.
_ELSEWHERE = _words(
    "employmentunit parentorganization publisher source logo image seo recognizedby indefinedtermset incodeset"
    " breadcrumb applicantcriteria customfields entityadress entity department origin isbasedon author"
)
_IN_PAY = {
    "min": "wage_min", "minvalue": "wage_min", "minimum": "wage_min", "lowend": "wage_min", "@lowend": "wage_min",
    "from": "wage_min", "low": "wage_min",
    "max": "wage_max", "maxvalue": "wage_max", "maximum": "wage_max", "highend": "wage_max", "@highend": "wage_max",
    "to": "wage_max", "high": "wage_max",
    "currency": "wage_currency", "@currency": "wage_currency", "currencycode": "wage_currency",
    "unit": "wage_unit", "unittext": "wage_unit", "period": "wage_unit", "@period": "wage_unit", "type": "wage_unit",
    "value": "wage", "amount": "wage", "text": "wage", "price": "wage",
}  # fmt: skip
_IN_PLACE = {
    "name": "location", "label": "location", "@label": "location", "city": "city", "region": "region",
    "state": "region", "province": "region", "country": "country", "@country": "country",
    "street": "address", "streetaddress": "address",
}  # fmt: skip


@lru_cache(maxsize=8192)
def plain(name: str) -> str:
    """A tag or header without namespace, case, separators and decoration: `{ns}Reference_ID` -> `referenceid`."""
    bare = name.rpartition("}")[2].rpartition(":")[2] if not name.startswith("@") else name
    return re.sub(r"[\s_\-.·*＊:：/（）()【】\[\]]+", "", re.sub(r"[(（【\[].*?[)）】\]]", "", bare)).lower()


@lru_cache(maxsize=4096)
def meaning(path: str) -> tuple[str, int] | None:
    """(our field, rank) of a path `parent/child` of plain names; None for what we have no use for."""
    *parents, last = path.split("/")
    around = set(parents)
    if around & _ELSEWHERE or (around & _WRAPPING and last not in _WRAPPED):
        return None
    if around & _PERSON:
        return _of_person(last, 10 * len(parents))
    if around & _COMPANY:
        return _of_company(last)
    if around & _PAY:
        name = _pay_side(parents) if last in ("amount", "value") else None
        name = name or _IN_PAY.get(last)
        return (name, 10 * len(parents)) if name else None
    return _wrapped(parents, last) or _in_place(parents, last) or _by_spelling(parents, last)


def _of_person(last: str, depth: int) -> tuple[str, int] | None:
    found = _BY_SPELLING.get(last)
    name = "contact" if last in ("name", "fullname") else found[0] if found else None
    return (name, 5 + depth) if name in ("contact", "phone", "email") else None


def _of_company(last: str) -> tuple[str, int] | None:
    if last in ("name", "companyname", "legalname", "title"):
        return "company", 0
    return ("uscc", 0) if last in SPELLINGS["uscc"].split() else None


def _wrapped(parents: list[str], last: str) -> tuple[str, int] | None:
    """{"identifier": {"value": …}}, {"addressCountry": {"name": …}}: the wrapping name is the one that means it."""
    if not parents or last not in _WRAPPED:
        return None
    if parents[-1] == "identifier":
        return ("reference", 0) if last == "value" else None
    inner = None if parents[-1] in _PLACE else meaning("/".join(parents))
    return (inner[0], inner[1] + 1) if inner is not None and inner[0] in _NAMED else None


def _in_place(parents: list[str], last: str) -> tuple[str, int] | None:
    return (_IN_PLACE[last], len(parents)) if _PLACE & set(parents) and last in _IN_PLACE else None


def _by_spelling(parents: list[str], last: str) -> tuple[str, int] | None:
    depth = 10 * len(parents)
    found = _BY_SPELLING.get(last)
    if found is None:
        return ("reference", 50 + depth) if last.startswith("reference") else None
    if parents and last in ("name", "position"):
        return None
    return found[0], found[1] + depth


def _pay_side(parents: list[str]) -> str | None:
    for parent in parents:
        if parent in ("salarymin", "minsalary", "min"):
            return "wage_min"
        if parent in ("salarymax", "maxsalary", "max"):
            return "wage_max"
    return None
