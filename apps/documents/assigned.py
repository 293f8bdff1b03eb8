"""What assignments about a document ask of it (apps.assignments.subjects)."""

from django.utils.translation import gettext as _

from apps.documents.enums import ENDED
from apps.documents.models import Document


def why_over(document: Document) -> str:
    """Why units cannot be asked anything about it any more; "" while they can."""
    if document.state not in ENDED:
        return ""
    words = _("The document is %(state)s. Open the document again first, where that is possible.")
    return words % {"state": document.get_state_display()}
