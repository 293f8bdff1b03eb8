"""Catalogue, requests, and what hangs on a request."""

from apps.servicedesk.models.catalogue import Area, Service
from apps.servicedesk.models.parts import Certificate, ClockEntry, RequestMessage, Return
from apps.servicedesk.models.requests import Request

__all__ = ["Area", "Certificate", "ClockEntry", "Request", "RequestMessage", "Return", "Service"]
