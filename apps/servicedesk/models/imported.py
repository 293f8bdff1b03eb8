"""Requests that came from an old system."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core.search import fold
from apps.imports.models import Batch
from apps.servicedesk.models.requests import Request


class ImportedRequest(models.Model):
    """Marks a request as brought in: its old number is found by the search, and no promise is judged by it.

    `folded` is the old number as it is looked for. The clock of such a request holds what the file said, marked
    "imported"; figures of promises and answers leave it out (figures.py).
    """

    request = models.OneToOneField(Request, on_delete=models.RESTRICT, related_name="imported")
    batch = models.ForeignKey(Batch, on_delete=models.RESTRICT, related_name="+")
    old_number = models.CharField(_("old number"), max_length=80)
    folded = models.CharField(max_length=80, unique=True)
    old_state = models.CharField(_("state in the old system"), max_length=60, blank=True)
    details = models.TextField(_("what the old system says"), blank=True)

    def __str__(self) -> str:
        return self.old_number


def fold_number(text: str) -> str:
    """An old number as it is compared."""
    return fold(text).replace(" ", "")[:80]


def keys_of_old_number(text: str) -> list[int]:
    """The request that had this number in the old system, as a list of keys: empty, or one (one query)."""
    folded = fold_number(text)
    return list(ImportedRequest.objects.filter(folded=folded).values_list("request_id", flat=True)) if folded else []
