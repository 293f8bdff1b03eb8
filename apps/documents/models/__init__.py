from apps.documents.models.circulation import Circulation, Reader
from apps.documents.models.document import Concerned, Document, UrgencyLevel
from apps.documents.models.editions import Edition, Opinion
from apps.documents.models.incoming import Incoming, KnownSender
from apps.documents.models.keeping import Filing, IssuedNotice, LedgerCheck
from apps.documents.models.links import DocumentText, FileText, Link
from apps.documents.models.numbers import DocumentNumber, Series
from apps.documents.models.proposals import Proposal

__all__ = [
    "Circulation",
    "Concerned",
    "Document",
    "DocumentNumber",
    "DocumentText",
    "Edition",
    "FileText",
    "Filing",
    "Incoming",
    "IssuedNotice",
    "KnownSender",
    "LedgerCheck",
    "Link",
    "Opinion",
    "Proposal",
    "Reader",
    "Series",
    "UrgencyLevel",
]
