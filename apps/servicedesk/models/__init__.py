"""Catalogue, requests, and what hangs on a request."""

from apps.servicedesk.models.catalogue import Area, Service
from apps.servicedesk.models.consent import AskedBy, Consent
from apps.servicedesk.models.following import RatingInvitation, StatusLink
from apps.servicedesk.models.help import ArticleOpening, DuplicateRule, MissedSearch, ServiceArticle
from apps.servicedesk.models.parts import Certificate, ClockEntry, RequestMessage, Return, SealUse
from apps.servicedesk.models.requests import Request

__all__ = [
    "Area",
    "ArticleOpening",
    "AskedBy",
    "Certificate",
    "ClockEntry",
    "Consent",
    "DuplicateRule",
    "MissedSearch",
    "RatingInvitation",
    "Request",
    "RequestMessage",
    "Return",
    "SealUse",
    "Service",
    "ServiceArticle",
    "StatusLink",
]
