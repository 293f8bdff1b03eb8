"""Catalogue, requests, and what hangs on a request."""

from apps.servicedesk.models.assignment import (
    AssignmentRule,
    Skill,
    Turn,
    UnitHandler,
)
from apps.servicedesk.models.canned import (
    CannedReply,
)
from apps.servicedesk.models.catalogue import (
    Area,
    Service,
    ServiceOpening,
)
from apps.servicedesk.models.consent import (
    AskedBy,
    Consent,
)
from apps.servicedesk.models.following import (
    RatingInvitation,
    StatusLink,
)
from apps.servicedesk.models.help import (
    ArticleOpening,
    DuplicateRule,
    MissedSearch,
    ServiceArticle,
)
from apps.servicedesk.models.imported import (
    ImportedRequest,
)
from apps.servicedesk.models.links import (
    Link,
    Merge,
)
from apps.servicedesk.models.mail import (
    MailIn,
)
from apps.servicedesk.models.papers import (
    Certificate,
    PaperBatch,
    PaperBatchRow,
    PaperTemplate,
    PaperVersion,
    ServicePaper,
)
from apps.servicedesk.models.participants import (
    Participant,
)
from apps.servicedesk.models.parts import (
    ClockEntry,
    RequestMessage,
    Return,
)
from apps.servicedesk.models.plans import (
    ServiceStep,
)
from apps.servicedesk.models.recurrences import (
    Recurrence,
    RecurrenceDate,
)
from apps.servicedesk.models.requests import (
    Request,
)
from apps.servicedesk.models.retention import (
    LegalHold,
    Retention,
    RetentionRun,
)
from apps.servicedesk.models.targets import (
    EscalationRule,
    ServiceCare,
    ServiceTarget,
    TargetPolicy,
)
from apps.servicedesk.models.task_templates import (
    TaskTemplate,
)
from apps.servicedesk.models.texts import (
    RequestText,
)
from apps.servicedesk.models.time import (
    TimeSpent,
)
from apps.servicedesk.models.views import (
    SavedView,
    StartView,
)
from apps.servicedesk.models.watchers import (
    Watcher,
)
from apps.servicedesk.models.watching import (
    Escalation,
    EscalationDay,
    EscalationWord,
    ThirdPartyWait,
)

__all__ = [
    "Area",
    "ArticleOpening",
    "AskedBy",
    "AssignmentRule",
    "CannedReply",
    "Certificate",
    "ClockEntry",
    "Consent",
    "DuplicateRule",
    "Escalation",
    "EscalationDay",
    "EscalationRule",
    "EscalationWord",
    "ImportedRequest",
    "LegalHold",
    "Link",
    "MailIn",
    "Merge",
    "MissedSearch",
    "PaperBatch",
    "PaperBatchRow",
    "PaperTemplate",
    "PaperVersion",
    "Participant",
    "RatingInvitation",
    "Recurrence",
    "RecurrenceDate",
    "Request",
    "RequestMessage",
    "RequestText",
    "Retention",
    "RetentionRun",
    "Return",
    "SavedView",
    "Service",
    "ServiceArticle",
    "ServiceCare",
    "ServiceOpening",
    "ServicePaper",
    "ServiceStep",
    "ServiceTarget",
    "Skill",
    "StartView",
    "StatusLink",
    "TargetPolicy",
    "TaskTemplate",
    "ThirdPartyWait",
    "TimeSpent",
    "Turn",
    "UnitHandler",
    "Watcher",
]
