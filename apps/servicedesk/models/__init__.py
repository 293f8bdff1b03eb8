"""Catalogue, requests, and what hangs on a request."""

from apps.servicedesk.models.catalogue import Area, Service
from apps.servicedesk.models.links import Link, Merge
from apps.servicedesk.models.participants import Participant
from apps.servicedesk.models.parts import Certificate, ClockEntry, RequestMessage, Return, SealUse
from apps.servicedesk.models.recurrences import Recurrence, RecurrenceDate
from apps.servicedesk.models.requests import Request
from apps.servicedesk.models.task_templates import TaskTemplate
from apps.servicedesk.models.watchers import Watcher

__all__ = [
    "Area",
    "Certificate",
    "ClockEntry",
    "Link",
    "Merge",
    "Participant",
    "Recurrence",
    "RecurrenceDate",
    "Request",
    "RequestMessage",
    "Return",
    "SealUse",
    "Service",
    "TaskTemplate",
    "Watcher",
]
