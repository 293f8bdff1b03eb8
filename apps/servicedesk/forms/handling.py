"""What handlers and approvers send."""

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.approvals.enums import NEEDS_NOTE, StepState
from apps.core.clock import now
from apps.people.enums import HANDLER_ROLES
from apps.people.models import Person, Unit
from apps.seals.models import Seal
from apps.servicedesk.forms.base import PortalForm, long_text
from apps.servicedesk.models import Request
from apps.servicedesk.services.passing import handling_units


class PersonChoice(forms.ModelChoiceField):
    def label_from_instance(self, obj: Person) -> str:
        return f"{obj.name}（{obj.number}）"


class AssignForm(PortalForm):
    handler = PersonChoice(
        label=gettext_lazy("handler"), queryset=Person.objects.none(), empty_label=gettext_lazy("choose a handler")
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["handler"].queryset = Person.objects.active().with_role(*HANDLER_ROLES).order_by("name", "pk")


class PassOnForm(PortalForm):
    """To which unit, and why; those that handle requests, without the one that has it."""

    unit = forms.ModelChoiceField(
        label=gettext_lazy("to the unit"), queryset=Unit.objects.none(), empty_label=gettext_lazy("choose a unit")
    )
    note = long_text(gettext_lazy("reason"), rows=2)

    def __init__(self, *args: object, item: Request, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = handling_units().exclude(pk=item.unit_id).order_by("path")


class ReturnForm(PortalForm):
    """Which answers must be mended (`choices`: key and label of each), and what is wrong."""

    fields_to_correct = forms.MultipleChoiceField(
        label=gettext_lazy("to be corrected"), widget=forms.CheckboxSelectMultiple
    )
    note = long_text(gettext_lazy("what is wrong and what is needed"))

    def __init__(self, *args: object, questions: list[tuple[str, str]] | None = None, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["fields_to_correct"].choices = questions or []


class AskForm(PortalForm):
    note = long_text(
        gettext_lazy("question"), help_text=gettext_lazy("The clock stops until the requester has answered.")
    )


class DecideForm(PortalForm):
    """One of three decisions; sending back and refusing need a reason."""

    DECISIONS = (StepState.APPROVED, StepState.RETURNED, StepState.REFUSED)
    decision = forms.ChoiceField(choices=[(state.value, state.label) for state in DECISIONS])
    step = forms.IntegerField(widget=forms.HiddenInput)
    step_version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    note = long_text(gettext_lazy("note"), required=False, rows=2)

    def clean(self) -> dict[str, object]:
        data = super().clean()
        if data.get("decision") in NEEDS_NOTE and not data.get("note"):
            self.add_error("note", _("Say why, so that the others know what to do."))
        return data


class CompleteForm(PortalForm):
    note = long_text(gettext_lazy("word to the requester"), required=False)


class PassToSealForm(PortalForm):
    """Which seal; the one that was asked for, where it is in use."""

    seal = forms.ModelChoiceField(
        label=gettext_lazy("seal"),
        queryset=Seal.objects.none(),
        required=False,
        empty_label=gettext_lazy("as asked for"),
    )
    note = forms.CharField(
        label=gettext_lazy("why another seal"),
        max_length=300,
        required=False,
        help_text=gettext_lazy("Only when the seal that was asked for is not in the register or not in use."),
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["seal"].queryset = Seal.objects.usable().order_by("code")


class SetDueForm(PortalForm):
    due_at = forms.DateTimeField(
        label=gettext_lazy("new due time"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"],
    )
    note = long_text(gettext_lazy("reason"))

    def clean_due_at(self) -> object:
        due_at = self.cleaned_data["due_at"]
        if due_at <= now():
            raise forms.ValidationError(
                _("Choose a moment after now (%(now)s).") % {"now": f"{timezone.localtime(now()):%Y-%m-%d %H:%M}"}
            )
        return due_at


class OfPaperForm(PortalForm):
    """`paper`: the key of the certificate that it is about; a request may have several."""

    def __init__(self, *args: object, paper: int | None = None, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.paper = paper


class ReissueForm(OfPaperForm):
    note = long_text(gettext_lazy("reason"))


class RevokeForm(OfPaperForm):
    reason = forms.CharField(label=gettext_lazy("reason"), max_length=200)
