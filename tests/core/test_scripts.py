"""One script for both: what is compared when people search."""

import pytest

from apps.core.scripts import PAIRS, one_script


@pytest.mark.parametrize(
    ("traditional", "simplified"),
    [
        ("學生證明", "学生证明"),
        ("報修實驗室電腦", "报修实验室电脑"),
        ("蓋章用印", "盖章用印"),
        ("獎學金申請書", "奖学金申请书"),
        ("請假與銷假", "请假与销假"),
        ("頭髮發票", "头发发票"),
    ],
)
def test_either_script_is_the_same(traditional: str, simplified: str) -> None:
    assert one_script(traditional) == one_script(simplified) == simplified


def test_the_rest_is_folded_and_stays() -> None:
    assert one_script("  ＶＩＳＡ 在讀 ") == "visa 在读"
    assert one_script("") == ""


def test_table_is_sound() -> None:
    """Each character once, the second of a pair a simplified one that is not changed again."""
    old, new = PAIRS[::2], PAIRS[1::2]

    assert len(old) == len(new) == len(set(old))
    assert [char for char in new if char in old] == []
    for char in new:
        char.encode("gb2312")
