"""Catalogue, requests, and what hangs on a request."""

from apps.servicedesk.models.catalogue import Area, Service
from apps.servicedesk.models.imported import ImportedRequest
from apps.servicedesk.models.parts import Certificate, ClockEntry, RequestMessage, Return, SealUse
from apps.servicedesk.models.requests import Request

__all__ = [
    "Area",
    "Certificate",
    "ClockEntry",
    "ImportedRequest",
    "Request",
    "RequestMessage",
    "Return",
    "SealUse",
    "Service",
]
