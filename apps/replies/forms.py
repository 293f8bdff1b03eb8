"""Forms of this app: they check and convert, services do."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from apps.core.text import localized
from apps.notices.models import Notice
from apps.people.models import Person
from apps.questionnaires.models import FormVersion
from apps.questionnaires.services import collecting_versions
from apps.replies.models import Collection

SELECT, CHECK = {"class": "form-select"}, {"class": "form-check-input"}
ROUNDS = 50


class CollectForm(forms.Form):
    """Which form a notice asks for, and how."""

    form_version = forms.TypedChoiceField(
        label=pgettext_lazy("of a notice", "Form"), coerce=int, widget=forms.Select(attrs=SELECT)
    )
    round_of = forms.TypedChoiceField(
        label=gettext_lazy("Filled in advance from"),
        coerce=int,
        empty_value=None,
        required=False,
        widget=forms.Select(attrs=SELECT),
    )
    confirmed_by_units = forms.BooleanField(
        label=gettext_lazy("Units confirm their people's answers"),
        required=False,
        initial=True,
        widget=forms.CheckboxInput(attrs=CHECK),
    )
    closes_at = forms.DateTimeField(
        label=gettext_lazy("Nothing is taken after"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local", "class": "form-control"}, format="%Y-%m-%dT%H:%M"),
    )

    def __init__(self, *args: object, user: Person, notice: Notice, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.versions = {version.pk: version for version in collecting_versions()}
        chosen = getattr(notice, "collection", None)
        if chosen and chosen.form_version_id not in self.versions:
            self.versions[chosen.form_version_id] = chosen.form_version
        forms_asked = [version.form_id for version in self.versions.values()]
        earlier = Collection.objects.visible_to(user).filter(form_version__form__in=forms_asked)
        earlier = earlier.exclude(notice=notice).filter(notice__published_at__isnull=False)
        self.rounds = {
            row.pk: row
            for row in earlier.select_related("notice", "form_version__form").order_by("-created_at")[:ROUNDS]
        }
        self.fields["form_version"].choices = [
            (pk, _("%(form)s, version %(number)s") % {"form": version.form, "number": version.number})
            for pk, version in self.versions.items()
        ]
        self.fields["round_of"].choices = [
            ("", _("nothing: an empty form")),
            *((pk, f"{row.notice.number} {localized(row.notice.title)}") for pk, row in self.rounds.items()),
        ]

    def clean(self) -> dict[str, object]:
        data = super().clean()
        version, earlier = self.version, self.earlier
        if version and earlier and earlier.form_version.form_id != version.form_id:
            self.add_error("round_of", ValidationError(_("The earlier round has another form.")))
        return data

    @property
    def version(self) -> FormVersion | None:
        return self.versions.get(self.cleaned_data.get("form_version"))

    @property
    def earlier(self) -> Collection | None:
        return self.rounds.get(self.cleaned_data.get("round_of"))


class ReasonForm(forms.Form):
    """Why something is taken back."""

    reason = forms.CharField(
        label=gettext_lazy("Why"), max_length=300, widget=forms.TextInput(attrs={"class": "form-control"})
    )
