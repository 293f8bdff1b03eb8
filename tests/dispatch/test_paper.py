"""The typeset paper, measured against GB/T 9704-2012, and compared with a kept picture."""

import io
import re
import subprocess
from itertools import pairwise
from pathlib import Path

import pikepdf
import pytest
from PIL import Image, ImageChops, ImageStat
from pypdf import PdfReader

from apps.core.pdf import render_pages, render_pdf
from apps.dispatch.paper import TEMPLATE

KEPT = Path(__file__).parent / "kept"
MM = 72 / 25.4
THOUSAND = "天地玄黃宇宙洪荒日月盈昃辰宿列張寒來暑往秋收冬藏閏餘成歲律呂調陽雲騰致雨露結為霜金生麗水玉出崑岡" * 30
WORDS = {
    "file": "文件",
    "signer": "簽發人",
    "annex": "附件",
    "copies_to": "抄送",
    "printed": "印發",
    "draft": "草稿",
}


def data(**fields: object) -> dict[str, object]:
    """What paper_data gives, by hand: no database is needed to set a page."""
    block = {"kind": "p", "runs": [[THOUSAND, False, False, False]], "mark": "", "rows": []}
    return {
        "layout": 1,
        "language": "zh-hant",
        "edition": "x",
        "draft": False,
        "words": WORDS,
        "marks": ["特急"],
        "issuers": ["某某大學信息學院"],
        "with_file": True,
        "number": "院發〔2026〕12號",
        "upward": False,
        "signers": ["王院長"],
        "title": "關於做好實驗室安全檢查工作的通知",
        "main": ["各系", "各中心"],
        "blocks": [block],
        "annexes": ["檢查表", "名單"],
        "date": [2026, 11, 26],
        "made_on": [2026, 11, 23],
        "contact": "聯繫人：張三",
        "copies_to": ["學校保衛處"],
        "printed_by": "信息學院辦公室",
        "printed_on": [2026, 11, 27],
    } | fields


def lines_of(pdf: bytes) -> list[list[tuple[float, float, float, float, str]]]:
    """Per page: left, top, right, bottom in points, and the words."""
    made = subprocess.run(["pdftotext", "-bbox", "-", "-"], input=pdf, capture_output=True, check=True).stdout.decode()
    word = re.compile(r'<word xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">(.*?)</word>')
    pages = made.split("<page ")[1:]
    return [[(*map(float, found[:4]), found[4]) for found in word.findall(page)] for page in pages]


@pytest.fixture(scope="module")
def pages() -> list[list[tuple[float, float, float, float, str]]]:
    return lines_of(render_pdf(TEMPLATE, data()))


def full_page(pages: list) -> list:
    """A page of nothing but text: the second, without its number."""
    return [line for line in pages[1] if line[1] < (297 - 35) * MM]


def test_margins_are_within_a_millimetre(pages: list) -> None:
    lines = full_page(pages)
    left, top, right = min(line[0] for line in lines), min(line[1] for line in lines), max(line[2] for line in lines)
    assert abs(left - 28 * MM) < MM
    assert abs(top - 37 * MM) < MM
    assert abs(right - (210 - 26) * MM) < MM
    assert max(line[3] for line in lines) <= (297 - 35) * MM


def test_a_page_has_22_lines_of_28_characters(pages: list) -> None:
    lines = full_page(pages)
    assert len(lines) == 22
    assert {len(line[4]) for line in lines} == {28}


def test_lines_stand_at_even_distances(pages: list) -> None:
    tops = [line[1] for line in full_page(pages)]
    assert all(abs((second - first) - 225 * MM / 22) < 0.1 for first, second in pairwise(tops))


def test_characters_are_of_size_three(pages: list) -> None:
    assert {round(line[3] - line[1], 1) for line in full_page(pages)} == {16.0}


def test_a_paragraph_begins_two_characters_in(pages: list) -> None:
    first = next(line for line in pages[0] if line[4].startswith("天地玄黃"))
    assert abs(first[0] - (28 + 2 * 156 / 28) * MM) < 0.5
    assert len(first[4]) == 26


def test_the_head_stands_35_millimetres_below_the_top(pages: list) -> None:
    head = next(line for line in pages[0] if line[4].endswith("文件"))
    assert abs(head[1] - (37 + 35) * MM) < MM
    mark = next(line for line in pages[0] if line[4] == "特急")
    assert abs(mark[0] - 28 * MM) < MM


def test_title_is_of_size_two_and_centred(pages: list) -> None:
    title = next(line for line in pages[0] if line[4].startswith("關於"))
    assert round(title[3] - title[1]) == 22
    assert abs((title[0] + title[2]) / 2 - (28 + 78) * MM) < MM


def test_page_numbers_stand_outside(pages: list) -> None:
    """Odd pages to the right, even ones to the left, one character in from the edge of the text."""
    marks = [[line for line in page if line[1] > (297 - 35) * MM] for page in pages]
    assert abs(marks[0][-1][2] - ((210 - 26) * MM - 14)) < MM
    assert abs(marks[1][0][0] - (28 * MM + 14)) < MM
    assert "".join(line[4] for line in marks[1]) == "—2—"


def test_the_day_leaves_room_for_the_seal(pages: list) -> None:
    day = next(line for page in pages for line in page if line[4] == "2026年11月26日")
    assert day[2] <= (210 - 26) * MM - 3.9 * 16


def test_the_foot_ends_the_last_page(pages: list) -> None:
    foot = next(line for line in pages[-1] if line[4] == "信息學院辦公室")
    assert (297 - 35) * MM - foot[3] < 10
    assert any(line[4] == "2026年11月27日印發" for line in pages[-1])


def test_it_claims_pdf_a_and_keeps_it() -> None:
    made = render_pdf(TEMPLATE, data())
    with pikepdf.open(io.BytesIO(made)) as opened:
        with opened.open_metadata() as meta:
            assert (meta["pdfaid:part"], meta["pdfaid:conformance"]) == ("2", "B")
        root = opened.Root
        assert "/OutputIntents" in root
        assert "/AcroForm" not in root
        assert "/JavaScript" not in root.get("/Names", {})
        fonts = [font for page in opened.pages for font in page.Resources.Font.values()]
        described = [font.DescendantFonts[0].FontDescriptor for font in fonts]
        assert all(set(each.keys()) & {"/FontFile2", "/FontFile3"} for each in described)
    assert PdfReader(io.BytesIO(made)).metadata.creation_date.date().isoformat() == "2026-11-26"


def test_the_same_paper_is_the_same_bytes() -> None:
    assert render_pdf(TEMPLATE, data()) == render_pdf(TEMPLATE, data())


def test_an_upward_paper_names_who_signed() -> None:
    page = lines_of(render_pdf(TEMPLATE, data(upward=True)))[0]
    signer = next(line for line in page if line[4] == "簽發人：王院長")
    number = next(line for line in page if line[4].startswith("院發"))
    assert signer[2] > (210 - 26) * MM - 2 * 16
    assert number[0] < 28 * MM + 2 * 16
    assert abs(signer[1] - number[1]) < 1


def test_a_joint_paper_names_all_issuers() -> None:
    page = lines_of(render_pdf(TEMPLATE, data(issuers=["某某大學信息學院", "某某大學學生處"])))
    words = [line[4] for line in page[0]]
    assert "某某大學信息學院" in words
    assert "某某大學學生處" in words
    assert "文件" in words


@pytest.mark.parametrize(
    "text", ['#read("/etc/passwd")', "$x$ *bold* _x_", '"; #import "@preview/x:1.0.0"', "<b>x</b>"]
)
def test_what_somebody_typed_is_never_run(text: str) -> None:
    block = {"kind": "p", "runs": [[text, True, True, True]], "mark": text, "rows": []}
    made = render_pdf(TEMPLATE, data(title=text, main=[text], annexes=[text], blocks=[block], contact=text))
    words = " ".join(line[4] for page in lines_of(made) for line in page)
    assert text.split()[0].replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;") in words


@pytest.mark.parametrize("name", ["notice", "upward"])
def test_the_page_looks_as_it_was_kept(name: str) -> None:
    """Small differences of rendering are allowed; a line that moved is not. Made anew by deleting the picture."""
    made = Image.open(io.BytesIO(render_pages(TEMPLATE, data(upward=name == "upward"), dots=50)[0])).convert("RGB")
    path = KEPT / f"{name}.png"
    if not path.exists():
        KEPT.mkdir(exist_ok=True)
        made.quantize(32).save(path, optimize=True)
        pytest.fail(f"{path.name} was made anew: look at it and run again")
    kept = Image.open(path).convert("RGB")
    assert made.size == kept.size
    assert max(ImageStat.Stat(ImageChops.difference(made, kept)).mean) < 1.5
