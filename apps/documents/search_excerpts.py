"""Where the words stand in what was found. All of it is the reader's to read: the rows came through `visible_to`, and
who reads a document reads its text and its files.
"""

from collections.abc import Iterable, Mapping, Sequence

from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from apps.core.excerpts import AROUND, Finding, cut
from apps.core.search import fold
from apps.documents.document_words import FILE, OWN_SIGNS, plain
from apps.documents.models import Document, Edition
from apps.documents.number_forms import is_shown
from apps.documents.search import Asked

# The words around the place, and all from the last sign that begins a file up to it: its first line is the file's name.
AROUND_IN_FILE = """
SELECT document_id,
    split_part(reverse(split_part(reverse(left(words, place)), %(file)s, 1)), chr(10), 1),
    substr(words, greatest(place - %(around)s, 1), length(wanted) + 2 * %(around)s)
FROM (SELECT document_id, words, wanted, strpos(words, wanted) AS place
      FROM documents_documenttext JOIN unnest(%(keys)s::bigint[], %(wanted)s::text[]) AS asked (key, wanted)
          ON key = document_id) AS found
WHERE place > 0
"""


def excerpts(rows: Sequence[Document], asked: Asked) -> dict[int, Finding]:
    """For each of a page's rows the first place with a word that its line does not show by itself (at most two
    queries).
    """
    wanted = {row.pk: word for row in rows if (word := hidden_word(row, asked))}
    if not wanted:
        return {}
    found = in_register(rows, wanted)
    left = {pk: word for pk, word in wanted.items() if pk not in found}
    if left:
        found |= in_editions(left)
        left = {pk: word for pk, word in left.items() if pk not in found}
    return found | (in_files(left) if left else {})


def hidden_word(row: Document, asked: Asked) -> str:
    if asked.number:
        if is_shown(asked.number, row):
            return ""
        cited = f"〔{asked.number.year}〕{asked.number.number}"
        return cited if asked.number.prefix else fold(asked.text)
    shown = [row.number, row.title]
    if row.is_incoming:
        shown += [row.incoming.sender, row.incoming.sender_number]
    line = fold("\n".join(shown))
    return next((word for word in asked.words if word not in line), "")


def in_register(rows: Sequence[Document], wanted: Mapping[int, str]) -> dict[int, Finding]:
    """In the summary, or what came with the paper."""
    found = {}
    for row in rows:
        if row.pk in wanted and row.is_incoming:
            places = [(_("summary"), row.incoming.summary), (_("annexes"), row.incoming.annexes)]
            if place := first_place(places, wanted[row.pk]):
                found[row.pk] = place
    return found


def in_editions(wanted: Mapping[int, str]) -> dict[int, Finding]:
    """In the text as it stands now."""
    newest = Edition.objects.filter(document__in=wanted).order_by("document_id", "-number").distinct("document_id")
    found = {}
    for row in newest:
        if place := first_place(
            ((pgettext("official document", "text"), text) for text in plain(row.words)), wanted[row.document_id]
        ):
            found[row.document_id] = place
    return found


def first_place(places: Iterable[tuple[str, str]], word: str) -> Finding | None:
    found = (cut(where, text, word) for where, text in places)
    return next((place for place in found if place), None)


def in_files(wanted: Mapping[int, str]) -> dict[int, Finding]:
    """In a file, by its name. Shown as it is compared: in small letters, with half-width signs."""
    given = {"file": FILE, "around": AROUND + 1, "keys": list(wanted), "wanted": list(wanted.values())}
    with connection.cursor() as cursor:
        cursor.execute(AROUND_IN_FILE, given)
        rows = cursor.fetchall()
    found = ((pk, cut(name, of_one_file(text, wanted[pk]), wanted[pk])) for pk, name, text in rows)
    return {pk: place for pk, place in found if place}


def of_one_file(text: str, word: str) -> str:
    """Without what stands before the file that holds the word, its name, and what stands behind it."""
    before, found, after = text.partition(word)
    if FILE in before:
        before = before.rpartition(FILE)[2].partition("\n")[2]
    return OWN_SIGNS.sub("", before) + found + after.partition(FILE)[0]
