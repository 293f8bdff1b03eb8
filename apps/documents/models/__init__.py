from apps.documents.models.circulation import Circulation, Reader
from apps.documents.models.document import Concerned, Document, UrgencyLevel
from apps.documents.models.editions import Edition, Opinion
from apps.documents.models.incoming import Incoming
from apps.documents.models.links import DocumentText, FileText, Link
from apps.documents.models.numbers import DocumentNumber, Series

__all__ = [
    "Circulation",
    "Concerned",
    "Document",
    "DocumentNumber",
    "DocumentText",
    "Edition",
    "FileText",
    "Incoming",
    "Link",
    "Opinion",
    "Reader",
    "Series",
    "UrgencyLevel",
]
