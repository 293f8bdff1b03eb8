"""The administrator's form of a task that a service gives by itself, and of the window in which requests open again."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from apps.people.finding import find_person
from apps.servicedesk.enums import TaskMoment
from apps.servicedesk.forms.base import PortalForm, long_text
from apps.tasks.forms import PersonField


class TaskTemplateForm(PortalForm):
    title = forms.CharField(label=pgettext_lazy("task", "what is to be done"), max_length=120)
    moment = forms.ChoiceField(
        label=pgettext_lazy("task", "given"), choices=TaskMoment.choices, initial=TaskMoment.TAKEN
    )
    owner = PersonField(
        label=gettext_lazy("for whom"),
        required=False,
        find=find_person,
        help_text=gettext_lazy("Number, or the whole name. Empty: who has the request."),
    )
    due_days = forms.IntegerField(
        label=gettext_lazy("working days until it is due"), min_value=1, max_value=250, required=False
    )
    words = long_text(gettext_lazy("words to it"), required=False)
    wants_acceptance = forms.BooleanField(label=gettext_lazy("the report must be accepted"), required=False)
    shows_subject = forms.BooleanField(label=gettext_lazy("this person may open the whole request"), required=False)

    def clean(self) -> dict[str, object]:
        data = super().clean()
        if data.get("moment") == TaskMoment.SUBMITTED and not data.get("owner") and "owner" not in self.errors:
            self.add_error("owner", _("Nobody has a request when it is filed: say whose task it is."))
        return data


class ReopenDaysForm(PortalForm):
    reopen_days = forms.IntegerField(
        label=gettext_lazy("may be opened again for so many working days"),
        min_value=0,
        max_value=250,
        help_text=gettext_lazy("Afterwards the page offers a new request that follows the old one. 0: only that."),
    )
