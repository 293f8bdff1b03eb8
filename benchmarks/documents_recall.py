"""Is every word found in exactly the documents that hold it? Compared sign by sign, on texts that people wrote."""

import os
import random
import re
import tarfile
from collections.abc import Iterator
from pathlib import Path

import common

ENGLISH = re.compile(r"[A-Za-z]{2,}")
WORD = re.compile(r"[^\W\d_]+")
SEED = 20261126


def texts_in(file: Path) -> list[tuple[str, str]]:
    """Name and text of each .md or .txt file."""
    with tarfile.open(file) as archive:
        members = [each for each in archive.getmembers() if each.isfile() and each.name.endswith((".md", ".txt"))]
        return [(Path(each.name).stem, archive.extractfile(each).read().decode("utf8")) for each in members]


def recall(file: Path, words: int) -> Iterator[dict[str, object]]:
    """One line for each kind of word: how many were looked for, and how many of the documents that hold them found."""
    os.environ.setdefault("PORTAL_DEBUG", "1")
    texts = texts_in(file)
    with common.scratch_database("portal_bench_documents_texts"):
        clerk, held = register_all(texts)
        for kind, wanted in words_of(list(held.values()), words).items():
            yield {"what": f"recall of {kind}", "documents": len(texts)} | compared(clerk, held, wanted)


def register_all(texts: list[tuple[str, str]]) -> tuple[object, dict[int, str]]:
    """A draft of each text, without sender and number; gives who wrote them, and the folded text of each."""
    from apps.core.clock import now
    from apps.core.search import fold
    from apps.documents.enums import Direction, State
    from apps.documents.models import Document
    from apps.documents.services import write_edition
    from tests import factories

    clerk, held, at = factories.clerk(), {}, now()
    for name, text in texts:
        row = Document.objects.create(
            direction=Direction.OUTGOING, state=State.DRAFT, title=name[:300], unit=factories.office(),
            created_by=clerk, created_at=at, last_event_at=at,
        )  # fmt: skip
        write_edition(document=row, words={"body": text.replace("<", "＜")}, actor=clerk, at=at)
        held[row.pk] = fold(f"{row.title}\n{text.replace('<', '＜')}")
    return clerk, held


def words_of(texts: list[str], many: int) -> dict[str, list[str]]:
    """A third each of two and of three signs in a row, drawn from all places alike, and all English words there are."""
    dice, two, three = random.Random(SEED), set[str](), set[str]()
    weights = [len(text) for text in texts]
    while len(two) < many // 2 or len(three) < many // 2:
        (text,) = dice.choices(texts, weights)
        found = dice.choice(WORD.findall(text))
        for length, wanted in ((2, two), (3, three)):
            if len(found) >= length and len(wanted) < many // 2:
                place = dice.randrange(len(found) - length + 1)
                wanted.add(found[place : place + length])
    english = sorted({word for text in texts for word in ENGLISH.findall(text)})
    return {
        "two signs": sorted(two),
        "three signs": sorted(three),
        "English": dice.sample(english, min(many, len(english))),
    }


def compared(clerk: object, held: dict[int, str], wanted: list[str]) -> dict[str, object]:
    from apps.documents.search import Asked
    from apps.documents.search_page import found_keys

    expected = found = false = 0
    for word in wanted:
        there = {key for key, text in held.items() if word in text}
        keys = set(found_keys(clerk, Asked(text=word), None, len(held) + 1))
        expected, found, false = expected + len(there), found + len(there & keys), false + len(keys - there)
    complete = found == expected
    return {
        "words": len(wanted),
        "held": expected,
        "recall": 1.0 if complete else round(found / max(expected, 1), 6),
        "false_hits": false,
        "met": complete and not false,
    }
