"""The form by which a paper is signed for and registered."""

from datetime import date

from django import forms
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from apps.core.clock import now
from apps.core.text import localized
from apps.documents.enums import Access, Kind, Purpose, Received
from apps.documents.forms.base import DATE, DocumentForm, reason_field
from apps.documents.models import Document, UrgencyLevel
from apps.documents.services import Paper, mark_of, paper_of


class UrgencyField(forms.ModelChoiceField):
    def label_from_instance(self, obj: UrgencyLevel) -> str:
        return localized(obj.name)


def day_field(label: object) -> forms.DateField:
    return forms.DateField(label=label, required=False, widget=forms.DateInput(attrs=DATE, format="%Y-%m-%d"))


class RegisterForm(DocumentForm):
    """`paper()` is what was typed. The order of the fields is that of the paper: head, text, handling, the thing."""

    sender = forms.CharField(label=gettext_lazy("sender"), max_length=200)
    sender_number = forms.CharField(label=gettext_lazy("sender's number"), max_length=80, required=False)
    sender_date = day_field(gettext_lazy("date of the document"))
    title = forms.CharField(label=gettext_lazy("title"), max_length=300, required=False)
    kind = forms.ChoiceField(label=pgettext_lazy("document", "kind"), choices=Kind.choices, initial=Kind.NOTICE)
    urgency = UrgencyField(label=gettext_lazy("urgency"), queryset=UrgencyLevel.objects.none(), empty_label=None)
    purpose = forms.ChoiceField(
        label=gettext_lazy("for reading or for action"), choices=Purpose.choices, initial=Purpose.ACTION
    )
    access = forms.ChoiceField(label=gettext_lazy("who may read it"), choices=Access.choices, initial=Access.INTERNAL)
    answer_wanted = forms.BooleanField(label=gettext_lazy("the sender wants an answer"), required=False)
    answer_until = day_field(gettext_lazy("answer wanted until"))
    summary = forms.CharField(
        label=gettext_lazy("summary"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("What a leader reads first on a phone."),
    )
    received = forms.ChoiceField(label=gettext_lazy("how it came"), choices=Received.choices, initial=Received.POST)
    received_on = day_field(gettext_lazy("day of receipt"))
    copies = forms.IntegerField(label=gettext_lazy("copies"), min_value=1, max_value=1000, initial=1)
    pages = forms.IntegerField(label=gettext_lazy("pages"), min_value=1, max_value=10000, required=False)
    annexes = forms.CharField(label=gettext_lazy("annexes"), max_length=300, required=False)
    place = forms.CharField(label=gettext_lazy("where the paper lies"), max_length=120, required=False)
    is_classified = forms.BooleanField(
        label=gettext_lazy("classified"),
        required=False,
        help_text=gettext_lazy(
            "Of a classified paper the portal keeps only that it is there, its sender and number, and where it lies. "
            "No title, no summary, no file; it is handled on paper, by the rules for classified papers."
        ),
    )
    reason = reason_field(gettext_lazy("why it is put right"), required=False)
    text = forms.CharField(widget=forms.HiddenInput, max_length=16, required=False)

    def __init__(self, *args: object, document: Document | None = None, **kwargs: object) -> None:
        if document:
            kwargs.setdefault("initial", vars(paper_of(document)) | {"text": mark_of(document)})
        super().__init__(*args, **kwargs)
        self.document = document
        self.fields["received_on"].initial = timezone.localdate(now())
        kept = Q(pk=document.urgency_id) if document else Q()  # also when another practice was chosen meanwhile
        self.fields["urgency"].queryset = UrgencyLevel.objects.filter(Q(is_offered=True) | kept).order_by("-rank")
        if document is None or not document.number:
            del self.fields["reason"]
        ends = {"list": "senders", "autocomplete": "off", "autofocus": True}
        self.fields["sender"].widget.attrs |= ends

    def clean_received_on(self) -> date | None:
        day = self.cleaned_data["received_on"]
        if day and day > timezone.localdate(now()):
            raise forms.ValidationError(_("The day of receipt lies in the future."))
        return day

    def clean(self) -> dict[str, object]:
        data = super().clean()
        until: date | None = data.get("answer_until")
        if until and not data.get("answer_wanted"):
            data["answer_wanted"] = True
        if not data.get("is_classified") and not data.get("title"):
            self.add_error("title", _("Write down the title."))
        if data.get("is_classified") and not data.get("place"):
            self.add_error("place", _("Say where the classified paper lies."))
        return data

    def paper(self, copy_of: Document | None = None) -> Paper:
        data = {name: value for name, value in self.cleaned_data.items() if name in Paper.__dataclass_fields__}
        kept = copy_of or (self.document.incoming.copy_of if self.document else None)
        return Paper(**data, copy_of=kept)


class FilesForm(DocumentForm):
    """Only the token and the files, which are read beside the form."""


class PlaceForm(DocumentForm):
    """Where a paper lies that leaves the portal."""

    place = forms.CharField(label=gettext_lazy("where the paper lies"), max_length=120)


class SendBackForm(DocumentForm):
    reason = reason_field(gettext_lazy("why it goes back"))
    letter = forms.CharField(
        label=gettext_lazy("letter to the sender"),
        max_length=300,
        required=False,
        help_text=gettext_lazy("its number and date, or how the sender was told"),
    )
