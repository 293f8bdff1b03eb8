"""Any two editions of a document beside each other."""

from collections.abc import Callable, Sequence

from django.http import Http404, QueryDict

from apps.documents.models import Edition
from apps.notices import comparison


def compared(editions: Sequence[Edition], query: QueryDict, text_of: Callable[[Edition], str]) -> dict[str, object]:
    """What documents/_compared.html shows: from edition `?from=` to `?to=`, by default from the one before the newest.
    `editions` by number. Raises Http404 where one of them is not there.
    """
    newest = editions[-1].number if editions else 0
    last = number_of(query.get("to", "")) or newest
    first = number_of(query.get("from", "")) or max(1, last - 1)
    old, new = (next((each for each in editions if each.number == wanted), None) for wanted in (first, last))
    if old is None or new is None:
        raise Http404
    pieces = comparison.compare(text_of(old), text_of(new))
    return {
        "editions": editions,
        "old": old,
        "new": new,
        "marked": comparison.as_html(pieces),
        "is_same": all(not piece.change for piece in pieces) and old.files == new.files,
        "files_differ": old.files != new.files,
    }


def number_of(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
