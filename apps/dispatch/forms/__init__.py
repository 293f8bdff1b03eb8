from apps.dispatch.forms.acting import (
    AddSignerForm,
    ChangeSignerForm,
    DecisionForm,
    FootForm,
    HandOverForm,
    NumberForm,
    OutsideForm,
    ReasonForm,
    ReserveForm,
    RouteForm,
    SealForm,
    SendForm,
    usual_route,
)
from apps.dispatch.forms.draft import DraftForm, initial_of
from apps.dispatch.forms.used import UsedForm

__all__ = [
    "AddSignerForm",
    "ChangeSignerForm",
    "DecisionForm",
    "DraftForm",
    "FootForm",
    "HandOverForm",
    "NumberForm",
    "OutsideForm",
    "ReasonForm",
    "ReserveForm",
    "RouteForm",
    "SealForm",
    "SendForm",
    "UsedForm",
    "initial_of",
    "usual_route",
]
