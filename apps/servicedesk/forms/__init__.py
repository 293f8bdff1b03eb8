"""Forms of the service desk. They check and convert; they never save."""

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
from apps.servicedesk.forms.requests import AnswerForm, MessageForm, OnBehalfForm, RateForm, ReasonForm
from apps.servicedesk.forms.services import ServiceForm

__all__ = [
    "AnswerForm",
    "AskForm",
    "AssignForm",
    "BatchForm",
    "CompleteForm",
    "CompletePaperForm",
    "DecideForm",
    "MessageForm",
    "OnBehalfForm",
    "PaperFilter",
    "PassToSealForm",
    "RateForm",
    "ReasonForm",
    "ReturnForm",
    "RevokeForm",
    "ServiceForm",
    "ServicePapersForm",
    "SetDueForm",
    "TemplateForm",
    "TrialForm",
]
