"""Forms of the service desk. They check and convert; they never save."""

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
from apps.servicedesk.forms.requests import AnswerForm, MessageForm, OnBehalfForm, RateForm, ReasonForm, ShareForm
from apps.servicedesk.forms.services import ServiceForm

__all__ = [
    "AnswerForm",
    "AskForm",
    "AssignForm",
    "CompleteForm",
    "DecideForm",
    "MessageForm",
    "OnBehalfForm",
    "RateForm",
    "ReasonForm",
    "ReturnForm",
    "RevokeForm",
    "SealForm",
    "ServiceForm",
    "SetDueForm",
    "ShareForm",
]
