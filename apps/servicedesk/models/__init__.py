"""Catalogue, requests, and what hangs on a request."""

from apps.servicedesk.models.assignment import AssignmentRule, Skill, Turn, UnitHandler
from apps.servicedesk.models.canned import CannedReply
from apps.servicedesk.models.catalogue import Area, Service
from apps.servicedesk.models.parts import Certificate, ClockEntry, RequestMessage, Return, SealUse
from apps.servicedesk.models.requests import Request
from apps.servicedesk.models.texts import RequestText
from apps.servicedesk.models.time import TimeSpent
from apps.servicedesk.models.views import SavedView, StartView

__all__ = [
    "Area",
    "AssignmentRule",
    "CannedReply",
    "Certificate",
    "ClockEntry",
    "Request",
    "RequestMessage",
    "RequestText",
    "Return",
    "SavedView",
    "SealUse",
    "Service",
    "Skill",
    "StartView",
    "TimeSpent",
    "Turn",
    "UnitHandler",
]
