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
    PassToSealForm,
    ReturnForm,
    RevokeForm,
    SetDueForm,
)
from apps.servicedesk.forms.papers import (
    BatchForm,
    CompletePaperForm,
    PaperFilter,
    ServicePapersForm,
    TemplateForm,
    TrialForm,
)
from apps.servicedesk.forms.requests import (
    AnswerForm,
    MessageForm,
    OnBehalfForm,
    RateForm,
    ReasonForm,
    ShareForm,
)
from apps.servicedesk.forms.retention import (
    HoldForm,
    RetentionForm,
)
from apps.servicedesk.forms.services import (
    ServiceForm,
)
from apps.servicedesk.forms.time import (
    TimeForm,
)

__all__ = [
    "AnswerForm",
    "AskForm",
    "AssignForm",
    "BatchForm",
    "CareForm",
    "CompleteForm",
    "CompletePaperForm",
    "DecideForm",
    "HoldForm",
    "MessageForm",
    "OnBehalfForm",
    "PaperFilter",
    "PassToSealForm",
    "PriorityForm",
    "RateForm",
    "ReasonForm",
    "RetentionForm",
    "ReturnForm",
    "RevokeForm",
    "RuleForm",
    "ServiceForm",
    "ServicePapersForm",
    "SetDueForm",
    "ShareForm",
    "TargetsForm",
    "TemplateForm",
    "TimeForm",
    "TrialForm",
    "WaitForm",
]
