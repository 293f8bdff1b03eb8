"""What is searched of a request."""

from django.contrib.postgres.indexes import GinIndex
from django.db import models

from apps.core.search import Grams
from apps.servicedesk.models.requests import Request


class RequestText(models.Model):
    """The words of one filed request, folded (core.search.fold): a projection that can be made again.

    `said`: number, title, answers and messages that whoever sees the request may read; `office`: internal notes and
    the office's own answers. Kept in the transaction that writes them (services/texts.py).
    """

    request = models.OneToOneField(Request, on_delete=models.RESTRICT, primary_key=True, related_name="text")
    said = models.TextField(default="")
    office = models.TextField(default="")

    class Meta:
        indexes = [
            GinIndex(Grams("said"), name="servicedesk_said_grams"),
            GinIndex(Grams("office"), name="servicedesk_office_grams"),
        ]

    def __str__(self) -> str:
        return f"{self.request_id}: {len(self.said)} + {len(self.office)}"
