"""Places, occupations and readings."""

from __future__ import annotations

import pytest

from shared.reference import (
    division,
    division_name,
    division_path,
    divisions_under,
    drive_hours,
    find_division,
    find_occupation,
    initials,
    name_pinyin,
    occupations,
    outpost_place,
    outposts,
    pinyin,
    road_km,
    suggest_divisions,
    suggest_occupations,
    townships,
)
from shared.reference.tables import rows


def test_seven_outposts_with_one_hub() -> None:
    assert [place.code for place in outposts() if place.is_hub] == ["chancheng"]
    assert len(outposts()) == 7
    assert all(division(place.division) for place in outposts())
    with pytest.raises(KeyError):
        outpost_place("beijing")


def test_lipings_townships_and_villages() -> None:
    assert len(townships()) == len(divisions_under("522631")) == 26
    assert sum(len(divisions_under(place.code)) for place in townships()) == 321
    assert (division_name("522631001001"), division_path("522631001001")) == ("双凤社区", "德凤街道双凤社区")
    assert division_name("522631001999") == "德凤街道"
    assert division_name("999999") == "999999"


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("德凤街道", "522631001"),
        ("德凤镇", "522631001"),
        ("522631001000", "522631001"),
        ("贵州省黎平县德凤街道双凤社区居民委员会3组", "522631001001"),
        ("双凤村", "522631001001"),
        ("顺化乡", "522631200"),
        ("双江镇", "522631110"),
        ("双江村", "522631110200"),
        ("肇兴", "522631111"),
        ("德凤街道不存在村", None),
        ("某某村", None),
        ("", None),
    ],
)
def test_finding_a_place(words: str, code: str | None) -> None:
    found = find_division(words)
    assert (found.code if found else None) == code


def test_finding_a_street_of_an_outposts_city() -> None:
    assert find_division("广东省东莞市长安镇", "441900") == ("441900119", "长安镇")
    assert find_division("宝安区福永街道", "440300") == ("440306020", "福永街道")


@pytest.mark.parametrize(("words", "name"), [("得凤街道", "德凤街道"), ("照兴镇", "肇兴镇"), ("岩同镇", "岩洞镇")])
def test_a_misspelt_place_is_suggested_first(words: str, name: str) -> None:
    assert suggest_divisions(words)[0].name == name


def test_every_village_is_found_by_its_path() -> None:
    for township in townships():
        for village in divisions_under(township.code):
            assert find_division(division_path(village.code)) == village


def test_occupations_by_code_name_and_trade() -> None:
    assert sum(code.count("-") == 3 for code in occupations()) == 1639
    for words, code in {
        "6-05-01-03": "6-05-01-03",
        "缝纫工": "6-05-01-03",
        "高薪诚聘缝纫工数名": "6-05-01-03",
        "叉车": "6-30-05-01",
        "养蜂": "5-03-03-01",
        "电子厂": "6-25-04-07",
        "普工": "6-99-00",
        "cnc": "6-18-01-07",
    }.items():
        found = find_occupation(words)
        assert found is not None
        assert found.code == code
    assert find_occupation("占星") is None
    assert "缝纫工" in {occupation.name for occupation in suggest_occupations("缝衣工")}


def test_every_synonym_names_occupations_of_the_classification() -> None:
    unknown = [
        (row["word"], code)
        for row in rows("trade_synonyms.csv")
        for code in row["codes"].split()
        if code not in occupations()
    ]
    assert unknown == []


def test_readings() -> None:
    assert name_pinyin("单秀英") == ["shan", "xiu", "ying"]
    assert pinyin("简单") == ["jian", "dan"]
    assert name_pinyin("欧阳永康") == ["ou", "yang", "yong", "kang"]
    assert name_pinyin("吴Anna") == ["wu", "anna"]
    assert initials(name_pinyin("吴秀英")) == "wxy"


def test_distances_grow_with_the_map() -> None:
    assert road_km("522631001", "guiyang") < road_km("522631001", "dongguan") < road_km("522631001", "hangzhou")
    assert 9 < drive_hours("522631102", "dongguan") < 12
    assert road_km("522631001001", "522631001") == 0
    with pytest.raises(KeyError):
        road_km("110101", "dongguan")
