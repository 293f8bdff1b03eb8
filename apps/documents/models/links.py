"""How documents hang together, and the words by which they are found."""

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext as _

from apps.core.clock import now
from apps.core.search import Grams
from apps.documents.enums import TEXT_COLOURS, LinkKind, TextState
from apps.documents.models.document import Document
from apps.journal.models import Blob


class Link(models.Model):
    """`source` replies to, implements, supersedes or is an annex of `target`."""

    source = models.ForeignKey(Document, on_delete=models.RESTRICT, related_name="links")
    target = models.ForeignKey(Document, on_delete=models.RESTRICT, related_name="linked_from")
    kind = models.CharField(max_length=10, choices=LinkKind)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, related_name="+")
    made_at = models.DateTimeField(default=now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "target"], name="documents_link_once"),
            models.CheckConstraint(condition=~Q(source=F("target")), name="documents_link_to_another"),
        ]

    def __str__(self) -> str:
        return f"{self.source_id} {self.kind} {self.target_id}"


class FileText(models.Model):
    """The words of a file, once for all documents that carry it; while it waits, the order to read it.

    `asked_at`: when a worker took it last. `is_cut`: it has more words than are kept. Words that a worker wrote stand
    here before they stand in the documents: `state` says READ when they do.
    """

    blob = models.OneToOneField(Blob, on_delete=models.RESTRICT, primary_key=True, related_name="document_text")
    state = models.CharField(max_length=10, choices=TextState, default=TextState.WAITING)
    text = models.TextField(blank=True)
    how = models.CharField(max_length=20, blank=True)
    is_cut = models.BooleanField(default=False)
    tries = models.PositiveSmallIntegerField(default=0)
    asked_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["blob"], name="documents_unread_files", condition=Q(state=TextState.WAITING))]

    def __str__(self) -> str:
        return f"{self.blob_id} {self.state}"

    @property
    def colour(self) -> str:
        return TEXT_COLOURS[TextState(self.state)]

    @property
    def label(self) -> str:
        """What a page says of it: nothing is cut silently."""
        if self.is_cut:
            return _("read, but only its beginning: it is too long")
        return TextState(self.state).label


class DocumentText(models.Model):
    """The words of a document, folded: number, title, sender, body, its files' words; opinions are not among them."""

    document = models.OneToOneField(Document, on_delete=models.RESTRICT, primary_key=True, related_name="text")
    words = models.TextField(blank=True)

    class Meta:
        indexes = [GinIndex(Grams("words"), name="documents_word_grams")]

    def __str__(self) -> str:
        return str(self.document_id)
