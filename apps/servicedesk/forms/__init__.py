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
from apps.servicedesk.forms.people import AddPersonForm, RightsForm
from apps.servicedesk.forms.recurring import RecurrenceForm
from apps.servicedesk.forms.relations import LinkForm, MergeForm, SplitForm
from apps.servicedesk.forms.requests import AnswerForm, MessageForm, OnBehalfForm, RateForm, ReasonForm
from apps.servicedesk.forms.services import ServiceForm
from apps.servicedesk.forms.tasks import ReopenDaysForm, TaskTemplateForm

__all__ = [
    "AddPersonForm",
    "AnswerForm",
    "AskForm",
    "AssignForm",
    "CompleteForm",
    "DecideForm",
    "LinkForm",
    "MergeForm",
    "MessageForm",
    "OnBehalfForm",
    "RateForm",
    "ReasonForm",
    "RecurrenceForm",
    "ReopenDaysForm",
    "ReturnForm",
    "RevokeForm",
    "RightsForm",
    "SealForm",
    "ServiceForm",
    "SetDueForm",
    "SplitForm",
    "TaskTemplateForm",
]
