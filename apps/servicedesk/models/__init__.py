"""Catalogue, requests, what hangs on a request, and certificates."""

from apps.servicedesk.models.catalogue import Area, Service
from apps.servicedesk.models.papers import (
    Certificate,
    PaperBatch,
    PaperBatchRow,
    PaperTemplate,
    PaperVersion,
    ServicePaper,
)
from apps.servicedesk.models.parts import ClockEntry, RequestMessage, Return
from apps.servicedesk.models.requests import Request

__all__ = [
    "Area",
    "Certificate",
    "ClockEntry",
    "PaperBatch",
    "PaperBatchRow",
    "PaperTemplate",
    "PaperVersion",
    "Request",
    "RequestMessage",
    "Return",
    "Service",
    "ServicePaper",
]
