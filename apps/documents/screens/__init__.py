"""What the pages of documents show to one person, in a fixed number of queries."""

from apps.documents.screens.access import AccessScreen
from apps.documents.screens.document import DocumentScreen

__all__ = ["AccessScreen", "DocumentScreen"]
