"""Catalogue, requests, and what hangs on a request."""

from apps.servicedesk.models.catalogue import Area, Service, ServiceOpening
from apps.servicedesk.models.parts import Certificate, ClockEntry, RequestMessage, Return, SealUse
from apps.servicedesk.models.plans import ServiceStep
from apps.servicedesk.models.requests import Request

__all__ = [
    "Area",
    "Certificate",
    "ClockEntry",
    "Request",
    "RequestMessage",
    "Return",
    "SealUse",
    "Service",
    "ServiceOpening",
    "ServiceStep",
]
