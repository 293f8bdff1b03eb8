"""Forms of this app: they check and convert, services do."""

from apps.documents.forms.base import DocumentForm
from apps.documents.forms.handling import (
    AnswerForm,
    AskForm,
    CirculateForm,
    CloseForm,
    DueForm,
    FileForm,
    HandDownForm,
    HandOverForm,
    InstructForm,
    ProposeForm,
    ReadersForm,
    ReasonForm,
    WordsForm,
)
from apps.documents.forms.register import FilesForm, PlaceForm, RegisterForm, SendBackForm
from apps.documents.forms.settings import SeriesForm, series_initial
from apps.documents.forms.sharing import AccessForm, LetInForm, LinkForm, ListFilter

__all__ = [
    "AccessForm",
    "AnswerForm",
    "AskForm",
    "CirculateForm",
    "CloseForm",
    "DocumentForm",
    "DueForm",
    "FileForm",
    "FilesForm",
    "HandDownForm",
    "HandOverForm",
    "InstructForm",
    "LetInForm",
    "LinkForm",
    "ListFilter",
    "PlaceForm",
    "ProposeForm",
    "ReadersForm",
    "ReasonForm",
    "RegisterForm",
    "SendBackForm",
    "SeriesForm",
    "WordsForm",
    "series_initial",
]
