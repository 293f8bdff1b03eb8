"""Every word of two or three signs is found in exactly the documents that hold it, compared sign by sign."""

import random

import pytest

from apps.core.search import fold
from apps.documents import services
from apps.documents.search import Asked
from apps.documents.search_page import found_keys
from tests import factories
from tests.documents.factories import TEN, incoming

pytestmark = pytest.mark.django_db
# What a paper is made of: few signs, so that the same two stand together in many papers.
SIGNS = "學校通知關於做好二〇二六年秋季開學工作的，。、（）：；教務處院辦公室請各單位於週五前報送"
ENGLISH = (
    "Notice",
    "WiFi",
    "COVID-19",
    "e-mail",
    "ISO 9001",
    "Q&A",
    "50%",
    "a_b",
    "C:\\temp",
    "naïve",
    "ﬁle",
    "㎡",
    "Ⅳ",
)
PAPERS, WORDS = 40, 150


def test_every_word_finds_exactly_the_papers_that_hold_it() -> None:
    dice, clerk, texts = random.Random(20261126), factories.clerk(), {}
    for _place in range(PAPERS):
        body = "".join(
            dice.choice([*SIGNS, *SIGNS, f" {dice.choice(ENGLISH)} "]) for _sign in range(dice.randint(20, 200))
        )
        row = incoming("".join(dice.choices(SIGNS, k=12)), clerk=clerk)
        services.write_edition(document=row, words={"body": body}, actor=clerk, at=TEN)
        texts[row.pk] = [fold(row.title), fold(body)]
    whole = ["".join(parts) for parts in texts.values()]
    wanted = {fold(word) for word in ENGLISH} | {"不在", "zz"}
    while len(wanted) < WORDS:
        text = dice.choice(whole)
        place, length = dice.randrange(len(text) - 3), dice.choice([2, 2, 3])
        wanted.add(text[place : place + length])
    for word in sorted(word for word in wanted if not set(word) & set(" \n")):
        held = {key for key, parts in texts.items() if any(word in part for part in parts)}
        more = {key for key in texts if key not in held}
        found = set(found_keys(clerk, Asked(text=word), None, PAPERS + 1))
        assert held - found == set(), word
        assert {key for key in found & more if not in_register(word)} == set(), word


def in_register(word: str) -> bool:
    """Sender, its number and our own are searched too."""
    return any(sign in "學校辦公室收〔2026〕號校辦0123456789" for sign in word)
