"""Catalogue, requests, and what hangs on a request."""

from apps.servicedesk.models.catalogue import Area, Service, ServiceOpening
from apps.servicedesk.models.mail import MailIn
from apps.servicedesk.models.parts import Certificate, ClockEntry, RequestMessage, Return, SealUse
from apps.servicedesk.models.plans import ServiceStep
from apps.servicedesk.models.requests import Request
from apps.servicedesk.models.retention import LegalHold, Retention, RetentionRun
from apps.servicedesk.models.targets import EscalationRule, ServiceCare, ServiceTarget, TargetPolicy
from apps.servicedesk.models.watching import Escalation, EscalationDay, EscalationWord, ThirdPartyWait

__all__ = [
    "Area",
    "Certificate",
    "ClockEntry",
    "Escalation",
    "EscalationDay",
    "EscalationRule",
    "EscalationWord",
    "LegalHold",
    "MailIn",
    "Request",
    "RequestMessage",
    "Retention",
    "RetentionRun",
    "Return",
    "SealUse",
    "Service",
    "ServiceCare",
    "ServiceOpening",
    "ServiceStep",
    "ServiceTarget",
    "TargetPolicy",
    "ThirdPartyWait",
]
