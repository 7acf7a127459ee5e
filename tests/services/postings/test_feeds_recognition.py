"""Reading what employers write: wages, places, trades, dates, conditions."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.postings.recognition.conditions import read_conditions, read_education, read_experience
from services.postings.recognition.dates import read_date
from services.postings.recognition.occupations import occupation_of_title
from services.postings.recognition.places import recognise_place
from services.postings.recognition.wages import read_wage
from shared.contracts.postings import WageUnit, monthly_cents


class TestWages:
    @pytest.mark.parametrize(
        ("text", "low", "high", "unit"),
        [
            ("4500-6000元/月", 4500, 6000, "month"),
            ("18元/时 包吃住", 18, 18, "hour"),
            ("5-8K", 5000, 8000, "month"),
            ("8千-1.5万·13薪", 8000, 15000, "month"),
            ("150元/天", 150, 150, "day"),
            ("10-15万/年", 100_000, 150_000, "year"),
            ("7千及以下", 0, 7000, "month"),
            ("6,000－8,000 元 / 月", 6000, 8000, "month"),
            ("时薪21元,每天工作11小时,月综合6500-7500", 21, 21, "hour"),
            ("综合工资5000-7000元 包吃住 五险一金", 5000, 7000, "month"),
            ("月薪4500元起，每月15号发工资", 4500, 4500, "month"),
            ("3000元/月-5000元/月", 3000, 5000, "month"),
            ("工资140-180元一天", 140, 180, "day"),
            ("每小时19元", 19, 19, "hour"),
            ("计件0.5元/件", 0.5, 0.5, "piece"),
            ("年薪10万", 100_000, 100_000, "year"),
            ("1.1-1.7万", 11_000, 17_000, "month"),
        ],
    )
    def test_a_wage_as_it_is_written(self, text: str, low: float, high: float, unit: str) -> None:
        wage = read_wage(text).wage
        assert wage is not None
        assert (wage.min_cents, wage.max_cents, wage.unit) == (round(low * 100), round(high * 100), unit)

    @pytest.mark.parametrize("text", ["面议", "工资面谈", "待定", "Negotiable"])
    def test_an_agreed_wage_is_none(self, text: str) -> None:
        assert (read_wage(text).wage, read_wage(text).is_agreed) == (None, True)

    @pytest.mark.parametrize(
        ("text", "currency"),
        [
            ("$130,000 USD - $200,000 USD", "USD"),
            ("710,00 - 1 823,00 EUR", "EUR"),
            ("HKD 18000", "HKD"),
            ("2万港币", "HKD"),
        ],
    )
    def test_foreign_money_is_never_taken_for_yuan(self, text: str, currency: str) -> None:
        assert (read_wage(text).wage, read_wage(text).currency) == (None, currency)

    @pytest.mark.parametrize("text", ["", "9\ufffd-1.5万", "五险一金", "待遇从优", "月休4天", "900", "8小时制"])
    def test_what_cannot_be_read_is_not_made_up(self, text: str) -> None:
        assert read_wage(text).wage is None

    @pytest.mark.parametrize(
        ("text", "board", "lodging"),
        [
            ("包吃住", True, True),
            ("免费食宿", True, True),
            ("包三餐, 提供住宿", True, True),
            ("5000元, 不包吃住", False, False),
            ("包吃, 住宿自理", True, False),
            ("5000元/月", None, None),
        ],
    )
    def test_board_and_lodging(self, text: str, board: bool | None, lodging: bool | None) -> None:
        assert (read_wage(text).board, read_wage(text).lodging) == (board, lodging)

    @given(st.integers(10, 600), st.integers(0, 400), st.sampled_from(["-", "~", "—", "至", " - "]))
    def test_every_monthly_range_is_read_back(self, low: int, more: int, between: str) -> None:
        wage = read_wage(f"{low * 100}{between}{(low + more) * 100}元/月").wage
        assert wage is not None
        assert (wage.min_cents, wage.max_cents, wage.unit) == (low * 10_000, (low + more) * 10_000, "month")

    @given(st.text(max_size=60))
    def test_no_text_makes_it_fail(self, text: str) -> None:
        wage = read_wage(text).wage
        assert wage is None or 0 <= wage.min_cents <= wage.max_cents

    def test_wages_are_compared_by_the_month(self) -> None:
        assert monthly_cents(2000, WageUnit.hour) == 348_000
        assert monthly_cents(20_000, WageUnit.day) == 435_000
        assert monthly_cents(50, WageUnit.piece) is None


class TestPlaces:
    @pytest.mark.parametrize(
        ("words", "code"),
        [
            ("广东省东莞市长安镇", "441900119"),
            ("东莞长安", "441900119"),
            ("深圳深圳南山区科技园", "440305"),
            ("工作地点：东莞市虎门镇", "441900121"),
            ("佛山南海区", "440600"),
            ("浙江省台州市温岭市大溪镇", "331081101"),
            ("贵州省黔东南苗族侗族自治州黎平县德凤街道", "522631001"),
            ("Dongguan, Guangdong", "441900"),
            ("441900119", "441900119"),
        ],
    )
    def test_a_place_that_is_known(self, words: str, code: str) -> None:
        found = recognise_place(words)
        assert found is not None
        assert found.code == code
        assert found.confidence >= 0.8

    @pytest.mark.parametrize("words", ["南京市广州路12号", "上海浦东新区", "湖北省武汉", "Porto", "", "999999"])
    def test_a_place_that_is_not(self, words: str) -> None:
        assert recognise_place(words) is None

    @pytest.mark.parametrize("words", ["长安镇", "东莞/深圳"])
    def test_a_doubtful_place_is_unsure(self, words: str) -> None:
        found = recognise_place(words)
        assert found is not None
        assert found.confidence < 0.6


class TestOccupations:
    @pytest.mark.parametrize(
        ("title", "code"),
        [
            ("包装工", "6-31-05-00"),
            ("高薪诚聘缝纫工数名 (包吃住)", "6-05-01-03"),
            ("餐厅服务员 2名", "4-03-02-05"),
            ("建筑钢筋工", "6-29-01-04"),
            ("6-31-05-00", "6-31-05-00"),
            ("Python开发工程师", "2-02-10-03"),
            ("高级算法工程师（计算机视觉方向）J1024", "2-02-38-01"),
            ("嵌入式软件工程师", "2-02-10-06"),
            ("数据标注员", "4-04-05-05"),
            ("电子工程师", "2-02-09-02"),
        ],
    )
    def test_a_title_means_an_occupation(self, title: str, code: str) -> None:
        found, sure = occupation_of_title(title)
        assert found == code
        assert sure is not None
        assert sure >= 0.6

    @pytest.mark.parametrize("title", ["Customer Support", "管培生", "maintenance", ""])
    def test_a_title_outside_the_trades_means_none(self, title: str) -> None:
        assert occupation_of_title(title) == (None, None)


class TestDates:
    @pytest.mark.parametrize(
        ("text", "day"),
        [
            ("2026-02-03", date(2026, 2, 3)),
            ("2026/2/3", date(2026, 2, 3)),
            ("2026年2月3日", date(2026, 2, 3)),
            ("20260203", date(2026, 2, 3)),
            ("Tue, 03 Feb 2026 20:30:00 GMT", date(2026, 2, 4)),
            ("2026-02-03T23:59:59+08:00", date(2026, 2, 3)),
            ("2025-02-27 14:31:25 UTC", date(2025, 2, 27)),
            ("11/12/2025 10:41:41", date(2025, 12, 11)),
            ("1767225600", date(2026, 1, 1)),
        ],
    )
    def test_each_way_of_writing(self, text: str, day: date) -> None:
        assert read_date(text) == day

    @pytest.mark.parametrize("text", ["2026/2/30", "2026-13-01", "2026年2月29日", "soon", "", "0000-00-00"])
    def test_a_day_that_does_not_exist(self, text: str) -> None:
        assert read_date(text) is None

    @given(st.text(max_size=40))
    def test_no_text_makes_it_fail(self, text: str) -> None:
        read_date(text)


class TestConditions:
    def test_what_a_description_says(self) -> None:
        assert read_conditions("招普工18-45岁, 两班倒, 包吃住, 五险, 有夫妻房, 月结, 需健康证") == {
            "min_age": 18,
            "max_age": 45,
            "board": True,
            "lodging": True,
            "shift": "two_shift",
            "pay_cycle": "monthly",
            "insurance": ["五险"],
            "certificates": ["健康证"],
            "couples": True,
        }

    def test_education_and_experience(self) -> None:
        assert read_education("大专及以上学历") == "college"
        assert read_education("学历不限") == "none"
        assert read_experience("3-5年相关经验") == 36
        assert read_experience("无需经验") == 0
        assert read_experience("有责任心") is None
