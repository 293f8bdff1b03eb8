from apps.dispatch.forms.acting import (
    AddSignerForm,
    ChangeSignerForm,
    DecisionForm,
    FootForm,
    NumberForm,
    OutsideForm,
    ReasonForm,
    ReserveForm,
    RouteForm,
    SealForm,
    SendForm,
)
from apps.dispatch.forms.draft import DraftForm, initial_of
from apps.dispatch.forms.used import UsedForm

__all__ = [
    "AddSignerForm",
    "ChangeSignerForm",
    "DecisionForm",
    "DraftForm",
    "FootForm",
    "NumberForm",
    "OutsideForm",
    "ReasonForm",
    "ReserveForm",
    "RouteForm",
    "SealForm",
    "SendForm",
    "UsedForm",
    "initial_of",
]
