"""The sheet of the register with what was said so far, as a picture: what stood before who instructs."""

import structlog
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from apps.core.pdf import render_pages, stacked
from apps.documents.edition_words import lines_of
from apps.documents.file_tables import opinions_of, printable
from apps.documents.models import Edition
from apps.journal.enums import Origin
from apps.journal.files import store_bytes
from apps.journal.models import Blob
from apps.people.enums import Language

DOTS = 60
log = structlog.get_logger(__name__)


def picture_of(edition: Edition) -> Blob | None:
    """Drawn in the office's language. None where it cannot be drawn: then the words of the edition alone are the
    evidence. Call it before the document is locked.
    """
    try:
        return store_bytes(draw(edition), content_type="image/png", origin=Origin.PORTAL)
    except Exception:
        log.exception("document_picture_failed", document=edition.document_id)
        return None


def draw(edition: Edition) -> bytes:
    day = timezone.localtime(edition.made_at).date()
    with translation.override(Language.HANT):
        rows = [[label, text] for label, text in lines_of(edition)]
        rows.append([_("Edition"), f"{edition.number} · {edition.digest[:16]}"])
        data = {
            "title": _("Sheet of the register"),
            "day": [day.year, day.month, day.day],
            "parts": [{"title": "", "head": [], "rows": rows}, opinions_of(edition.document)],
        }
        return stacked(render_pages("documents/sheet.typ", printable(data), dots=DOTS))
