"""Papers print Chinese, or say what is missing; they never print empty boxes."""

from __future__ import annotations

from pathlib import Path

import pypdfium2 as pdfium
import pytest

from shared.contracts.errors import Problem
from shared.kit import papers

TEMPLATE = """#import "/shared/kit/papers.typ": *
#show: body => paper(title: "试印", body)
#heavy[岗位推荐单] #data.name #yuan(data.wage_cents) 元
#qr(data.qr) #if "photo" in attachments { picture("photo", width: 10mm) }
"""


@pytest.fixture
def template(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A template inside a root of its own, beside the real library."""
    library = tmp_path / "shared" / "kit"
    library.mkdir(parents=True)
    (library / "papers.typ").write_text((papers.ROOT / "shared/kit/papers.typ").read_text())
    monkeypatch.setattr(papers, "ROOT", tmp_path)
    paper = tmp_path / "paper.typ"
    paper.write_text(TEMPLATE)
    return paper


def _facts(name: str = "石学梅") -> dict[str, object]:
    return {"name": name, "wage_cents": 450_050, "qr": papers.qr_svg("https://example.cn/w/abc")}


def _text(pdf: bytes) -> str:
    return "".join(page.get_textpage().get_text_bounded() for page in pdfium.PdfDocument(pdf))


def test_chinese_text_can_be_read_back_from_the_paper(template: Path) -> None:
    text = _text(papers.render(template, _facts()))
    assert "岗位推荐单" in text
    assert "石学梅" in text
    assert "4500.50" in text


def test_chinese_characters_leave_ink(template: Path) -> None:
    page = pdfium.PdfDocument(papers.render(template, _facts("龘龘龘龘")))[0]
    dark = int((page.render(scale=1, grayscale=True).to_numpy() < 128).sum())
    assert dark > 500


def test_attachments_reach_the_template_as_bytes_or_svg(template: Path) -> None:
    svg = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 4 4"><rect width="4" height="4"/></svg>'
    assert papers.render(template, _facts(), attachments={"photo": svg}).startswith(b"%PDF")
    assert papers.render(template, _facts(), attachments={"photo": svg.encode()}).startswith(b"%PDF")


def test_a_character_no_font_draws_is_named(template: Path) -> None:
    with pytest.raises(Problem) as refusal:
        papers.render(template, _facts("杨\U0002ebf0"))
    assert refusal.value.code == "paper.glyph_missing"
    assert "\U0002ebf0" in refusal.value.facts["text"]


def test_without_a_chinese_font_nothing_is_printed(template: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(papers, "FAMILIES", ("a family nobody has",))
    papers.chinese_fonts.cache_clear()
    with pytest.raises(Problem) as refusal:
        papers.render(template, _facts())
    papers.chinese_fonts.cache_clear()
    assert refusal.value.code == "paper.font_missing"


def test_a_mistake_in_the_template_is_not_taken_for_a_refusal(template: Path) -> None:
    template.write_text("#unknown-function()")
    with pytest.raises(RuntimeError, match="unknown"):
        papers.render(template, _facts())


def test_a_qr_code_scales_with_the_paper() -> None:
    opening = papers.qr_svg("x").split(">")[0]
    assert 'viewBox="0 0' in opening
    assert "width" not in opening


def test_undrawable_characters_are_found_before_printing() -> None:
    assert papers.undrawable(["杨\U0002ebf0", '🔥高薪\u200b诚聘 "引号" \\ #[]', "石学梅"]) == {"\U0002ebf0", "🔥"}
