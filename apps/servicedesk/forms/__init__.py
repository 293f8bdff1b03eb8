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
    PassOnForm,
    PassToSealForm,
    ReissueForm,
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
from apps.servicedesk.forms.people import (
    AddPersonForm,
    RightsForm,
)
from apps.servicedesk.forms.recurring import (
    RecurrenceForm,
)
from apps.servicedesk.forms.relations import (
    LinkForm,
    MergeForm,
    SplitForm,
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
from apps.servicedesk.forms.tasks import (
    ReopenDaysForm,
    TaskTemplateForm,
)
from apps.servicedesk.forms.time import (
    TimeForm,
)

__all__ = [
    "AddPersonForm",
    "AnswerForm",
    "AskForm",
    "AssignForm",
    "BatchForm",
    "CareForm",
    "CompleteForm",
    "CompletePaperForm",
    "DecideForm",
    "HoldForm",
    "LinkForm",
    "MergeForm",
    "MessageForm",
    "OnBehalfForm",
    "PaperFilter",
    "PassOnForm",
    "PassToSealForm",
    "PriorityForm",
    "RateForm",
    "ReasonForm",
    "RecurrenceForm",
    "ReissueForm",
    "ReopenDaysForm",
    "RetentionForm",
    "ReturnForm",
    "RevokeForm",
    "RightsForm",
    "RuleForm",
    "ServiceForm",
    "ServicePapersForm",
    "SetDueForm",
    "ShareForm",
    "SplitForm",
    "TargetsForm",
    "TaskTemplateForm",
    "TemplateForm",
    "TimeForm",
    "TrialForm",
    "WaitForm",
]
