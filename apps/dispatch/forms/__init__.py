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
    "initial_of",
    "usual_route",
]
