"""A template: its name, whose it is, words with placeholders, and the terms of the notices begun from it."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.notices.audience import Rule
from apps.notices.audience_line import unit_choices
from apps.notices.audience_words import audience_words
from apps.notices.enums import NoticeClass
from apps.notices.forms import (
    CHECK,
    LANGUAGES,
    REMINDER_DAYS,
    LadderFields,
    check_words,
    words_fields,
)
from apps.notices.models import NoticeTemplate, SavedAudience, TemplateVersion
from apps.notices.models.notice import usual_reminder_days
from apps.notices.rules import can_address_all
from apps.notices.services.templates import LONGEST, wrong_words
from apps.people.models import Person, Unit

OWN = "own"
SELECT = {"class": "form-select"}


class TemplateNameForm(forms.Form):
    """The name under which a notice is kept as a template."""

    name = forms.CharField(max_length=80)


def days_field(label: object, help_text: object) -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        help_text=help_text,
        required=False,
        min_value=1,
        max_value=LONGEST,
        widget=forms.NumberInput(attrs={"class": "form-control"}),
    )


def audience_choices(user: Person, *, also: SavedAudience | None = None) -> list[tuple[str, str]]:
    """The saved audiences this user may choose, and the one that is chosen already (one query)."""
    rows = {row.pk: row.name for row in SavedAudience.objects.in_use().visible_to(user).order_by("name")}
    if also:
        rows.setdefault(also.pk, also.name)
    return [(str(key), name) for key, name in rows.items()]


class TemplateForm(LadderFields):
    """`values` gives what services.templates takes; `kept` is the version that is changed."""

    name = forms.CharField(
        label=gettext_lazy("Name of the template"),
        max_length=80,
        widget=forms.TextInput(attrs={"class": "form-control"}),
    )
    unit = forms.TypedChoiceField(
        label=gettext_lazy("Kept for"), coerce=int, empty_value=None, required=False, widget=forms.Select(attrs=SELECT)
    )
    notice_class = forms.ChoiceField(
        label=gettext_lazy("Class"),
        choices=NoticeClass,
        initial=NoticeClass.MANDATORY,
        widget=forms.RadioSelect(attrs=CHECK),
    )
    needs_acknowledgement = forms.BooleanField(
        label=gettext_lazy("Ask for acknowledgement"),
        required=False,
        initial=True,
        widget=forms.CheckboxInput(attrs=CHECK),
    )
    acknowledge_days = days_field(
        gettext_lazy("Days to acknowledge"), gettext_lazy("Working days after publishing. Empty: no such day.")
    )
    ends_days = days_field(
        gettext_lazy("Ends after"),
        gettext_lazy("Working days after publishing. Nothing is sent or reminded of later. Empty: it does not end."),
    )
    reminder_days = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Reminders (working days)"),
        choices=REMINDER_DAYS,
        coerce=int,
        required=False,
        initial=usual_reminder_days,
        widget=forms.CheckboxSelectMultiple(attrs=CHECK),
    )
    whom = forms.ChoiceField(label=gettext_lazy("Whom it is for"), required=False, widget=forms.Select(attrs=SELECT))

    def __init__(self, *args: object, user: Person, kept: TemplateVersion | None = None, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.kept = kept
        self.offer_channels(user)
        for name in ("is_urgent", "urgent_reason"):  # urgent is a matter of the day, not of a template
            self.fields.pop(name, None)
        self.fields.update(words_fields())
        whole = [("", _("the whole office"))] if can_address_all(user) else []
        self.fields["unit"].choices = [*whole, *unit_choices(user)]
        self.fields["unit"].required = not can_address_all(user)
        own = Rule.from_json(kept.audience) if kept else Rule()
        choices = [("", _("whoever uses it says so"))]
        if not own.is_empty:
            choices.append((OWN, audience_words(own)[:120]))
        self.fields["whom"].choices = [*choices, *audience_choices(user, also=kept and kept.saved_audience)]

    def clean(self) -> dict[str, object]:
        data = super().clean()
        check_words(self, data)
        if "acknowledge_days" in data:
            for part, language, words in wrong_words(self._words() | {"acknowledge_days": data["acknowledge_days"]}):
                self.add_error(f"{part}_{language.replace('-', '_')}", words)
        return data

    def values(self) -> dict[str, object]:
        data = self.cleaned_data
        whom, own = data["whom"], self.kept.audience if self.kept else {}
        ladder = self.ladder_values()
        names = ("notice_class", "needs_acknowledgement", "acknowledge_days", "ends_days", "reminder_days")
        return {
            **self._words(),
            **{name: data[name] for name in names},
            "ladder": ladder["ladder"],
            "robots": ladder["robots"],
            "saved_audience": SavedAudience.objects.get(pk=whom) if whom not in ("", OWN) else None,
            "audience": own if whom == OWN else {},
        }

    def kept_unit(self) -> Unit | None:
        key = self.cleaned_data["unit"]
        return Unit.objects.get(pk=key) if key else None

    def _words(self) -> dict[str, dict[str, str]]:
        data = self.cleaned_data
        return {
            part: {code: data[f"{part}_{key}"] for key, code in LANGUAGES.items() if data.get(f"{part}_{key}")}
            for part in ("title", "body")
        }


def initial_of_template(template: NoticeTemplate, version: TemplateVersion) -> dict[str, object]:
    """How a template stands in the form."""
    words = {
        f"{part}_{key}": getattr(version, part).get(code, "")
        for key, code in LANGUAGES.items()
        for part in ("title", "body")
    }
    own = OWN if not Rule.from_json(version.audience).is_empty else ""
    names = ("notice_class", "needs_acknowledgement", "acknowledge_days", "ends_days", "reminder_days", "robots")
    return {
        **words,
        **{name: getattr(version, name) for name in names},
        **({"ladder": version.ladder} if version.ladder else {}),
        "name": template.name,
        "unit": template.unit_id,
        "whom": str(version.saved_audience_id) if version.saved_audience_id else own,
    }
