"""Forms of the service desk. They check and convert; they never save."""

from apps.servicedesk.forms.clock import (
    CareForm,
    PriorityForm,
    RuleForm,
    TargetsForm,
    WaitForm,
)
from apps.servicedesk.forms.handling import (
    AskForm,
    AssignForm,
    CompleteForm,
    DecideForm,
    ReturnForm,
    RevokeForm,
    SealForm,
    SetDueForm,
)
from apps.servicedesk.forms.requests import (
    AnswerForm,
    MessageForm,
    OnBehalfForm,
    RateForm,
    ReasonForm,
)
from apps.servicedesk.forms.retention import (
    HoldForm,
    RetentionForm,
)
from apps.servicedesk.forms.services import ServiceForm
from apps.servicedesk.forms.time import TimeForm

__all__ = [
    "AnswerForm",
    "AskForm",
    "AssignForm",
    "CareForm",
    "CompleteForm",
    "DecideForm",
    "HoldForm",
    "MessageForm",
    "OnBehalfForm",
    "PriorityForm",
    "RateForm",
    "ReasonForm",
    "RetentionForm",
    "ReturnForm",
    "RevokeForm",
    "RuleForm",
    "SealForm",
    "ServiceForm",
    "SetDueForm",
    "TargetsForm",
    "TimeForm",
    "WaitForm",
]
