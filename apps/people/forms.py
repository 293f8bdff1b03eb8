"""Forms of this app: they check and convert, services do."""

import re
from datetime import datetime, time, timedelta

from django import forms
from django.contrib.auth import password_validation
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from apps.people.enums import ContactKind, DeputyScope, GroupKind, Language, Role, UnitKind
from apps.people.managers import UnitQuerySet
from apps.people.models import Group, Person, Unit
from apps.people.rules import can_give_role

DATE = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
EVERY = ("", gettext_lazy("all"))


class NameForm(forms.Form):
    """A name in the three languages; Traditional Chinese is needed."""

    name_hant = forms.CharField(label=gettext_lazy("Name (traditional)"), max_length=80)
    name_hans = forms.CharField(label=gettext_lazy("Name (simplified)"), max_length=80, required=False)
    name_en = forms.CharField(label=gettext_lazy("Name (English)"), max_length=120, required=False)

    def name(self) -> dict[str, str]:
        data = self.cleaned_data
        names = {"zh-hant": data["name_hant"], "zh-hans": data["name_hans"] or data["name_hant"], "en": data["name_en"]}
        return {language: name for language, name in names.items() if name}


def name_initial(value: dict[str, str]) -> dict[str, str]:
    return {
        "name_hant": value.get("zh-hant", ""),
        "name_hans": value.get("zh-hans", ""),
        "name_en": value.get("en", ""),
    }


class FilterForm(forms.Form):
    """What the list of people shows."""

    STATES = [
        EVERY,
        ("never", gettext_lazy("never signed in")),
        ("no_mail", gettext_lazy("without mail address")),
        ("inactive", gettext_lazy("deactivated")),
    ]
    q = forms.CharField(label=pgettext_lazy("person", "Name or number"), required=False, max_length=80)
    unit = forms.ModelChoiceField(
        label=gettext_lazy("Unit"), queryset=Unit.objects.none(), required=False, empty_label=EVERY[1]
    )
    role = forms.ChoiceField(label=gettext_lazy("Role"), choices=[EVERY, *Role.choices], required=False)
    state = forms.ChoiceField(label=gettext_lazy("State"), choices=STATES, required=False)

    def __init__(self, data: dict[str, str]) -> None:
        super().__init__(data)
        self.fields["unit"].queryset = units_in_order()


def units_in_order() -> UnitQuerySet:
    return Unit.objects.filter(is_active=True).order_by("path")


class PersonForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("Name"), max_length=80)
    name_en = forms.CharField(label=gettext_lazy("Name in English"), max_length=120, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput)


class PostForm(forms.Form):
    """A post to give. `actor` decides which roles are offered."""

    unit = forms.ModelChoiceField(label=gettext_lazy("Unit"), queryset=Unit.objects.none())
    role = forms.ChoiceField(label=gettext_lazy("Role"))
    title = forms.CharField(label=pgettext_lazy("person", "Title"), max_length=80, required=False)
    valid_from = forms.DateField(label=gettext_lazy("From"), widget=DATE)
    valid_to = forms.DateField(label=gettext_lazy("To"), widget=DATE, required=False)

    def __init__(self, actor: Person, data: dict[str, str] | None = None, **kwargs: object) -> None:
        super().__init__(data, **kwargs)
        self.fields["unit"].queryset = units_in_order()
        self.fields["role"].choices = [(role, words) for role, words in Role.choices if can_give_role(actor, role)]

    def clean(self) -> dict[str, object]:
        data = super().clean()
        start, end = data.get("valid_from"), data.get("valid_to")
        if start and end and end < start:
            self.add_error("valid_to", _("The end lies before the beginning."))
        return data


class ContactForm(forms.Form):
    """A telephone number, or a person's name in a chat service."""

    FITS = {
        ContactKind.PHONE: re.compile(r"\+?[0-9][0-9 -]{3,30}"),
        ContactKind.WECOM: re.compile(r"[A-Za-z0-9][A-Za-z0-9_.@-]{0,63}"),
        ContactKind.DINGTALK: re.compile(r"[A-Za-z0-9][A-Za-z0-9_.@$:-]{0,63}"),
    }
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=[(kind, kind.label) for kind in FITS])
    value = forms.CharField(label=gettext_lazy("Number or name there"), max_length=64, strip=True)

    def clean(self) -> dict[str, object]:
        data = super().clean()
        fits = self.FITS.get(data.get("kind"))
        if fits and data.get("value") and not fits.fullmatch(data["value"]):
            self.add_error("value", _("This does not look like a number or a name of this kind."))
        return data


class MailForm(forms.Form):
    address = forms.EmailField(label=gettext_lazy("Mail address"), max_length=254)


class ProfileForm(forms.Form):
    language = forms.ChoiceField(label=gettext_lazy("Language of pages and mails"), choices=Language.choices)
    shortcuts = forms.BooleanField(label=gettext_lazy("Single-key shortcuts"), required=False)


class UnitForm(NameForm):
    code = forms.CharField(label=gettext_lazy("Code"), max_length=40)
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=UnitKind.choices)
    parent = forms.ModelChoiceField(label=gettext_lazy("Belongs to"), queryset=Unit.objects.none(), required=False)
    entry_year = forms.IntegerField(
        label=gettext_lazy("Course year"),
        required=False,
        min_value=1950,
        max_value=2150,
        help_text=gettext_lazy("Of a class: the year in which its students entered, for example 2026."),
    )
    is_active = forms.BooleanField(label=gettext_lazy("In use"), required=False, initial=True)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["parent"].queryset = units_in_order()


class GroupEditForm(NameForm):
    ends_on = forms.DateField(label=gettext_lazy("Last day"), widget=DATE, required=False)


class GroupForm(GroupEditForm):
    code = forms.CharField(label=gettext_lazy("Code"), max_length=40)
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=GroupKind.choices)

    def clean(self) -> dict[str, object]:
        data = super().clean()
        if data.get("kind") == GroupKind.TASK_TEAM and not data.get("ends_on"):
            self.add_error("ends_on", _("A task team needs a last day."))
        if Group.objects.filter(code=data.get("code", "")).exists():
            self.add_error("code", _("Another group has this code."))
        return data


class NumbersForm(forms.Form):
    numbers = forms.CharField(
        label=gettext_lazy("Numbers"),
        help_text=gettext_lazy("Paste a column of numbers; spaces, commas and new lines part them."),
        widget=forms.Textarea(attrs={"rows": 6}),
        max_length=200_000,
    )


class PersonByNumberField(forms.CharField):
    """A person typed by number."""

    def clean(self, value: str) -> Person | None:
        number = super().clean(value)
        if not number:
            return None
        person = Person.objects.active().filter(number__iexact=number).first()
        if person is None:
            raise forms.ValidationError(_("No active person has the number %(number)s.") % {"number": number})
        return person


class DeputyForm(forms.Form):
    """A deputy for whole days, both included. `principal` is offered to those who may set it for others."""

    principal = PersonByNumberField(label=gettext_lazy("Stands in for (number)"), max_length=40, required=False)
    deputy = PersonByNumberField(label=gettext_lazy("Deputy (number)"), max_length=40)
    scope = forms.ChoiceField(label=gettext_lazy("Scope"), choices=DeputyScope.choices)
    first_day = forms.DateField(label=gettext_lazy("First day"), widget=DATE)
    last_day = forms.DateField(label=gettext_lazy("Last day"), widget=DATE)
    reason = forms.CharField(label=pgettext_lazy("person", "Reason"), max_length=200, required=False)

    def __init__(self, data: dict[str, str] | None = None, *, for_others: bool, **kwargs: object) -> None:
        super().__init__(data, **kwargs)
        if not for_others:
            del self.fields["principal"]

    def moments(self) -> tuple[datetime, datetime]:
        """From the first day's midnight to the one after the last day, in local time."""
        first, last = self.cleaned_data["first_day"], self.cleaned_data["last_day"]
        midnight = [datetime.combine(day, time(), timezone.get_current_timezone()) for day in (first, last)]
        return midnight[0], midnight[1] + timedelta(days=1)


class FirstPasswordForm(forms.Form):
    """A first password, typed twice."""

    password = forms.CharField(
        label=gettext_lazy("New password"),
        help_text=gettext_lazy("At least 12 characters; several words are easy to remember."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        max_length=128,
    )
    again = forms.CharField(
        label=gettext_lazy("The same again"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        max_length=128,
    )

    def __init__(self, person: Person, data: dict[str, str] | None = None) -> None:
        super().__init__(data)
        self.person = person

    def clean(self) -> dict[str, object]:
        data = super().clean()
        if data.get("password") and data.get("again") and data["password"] != data["again"]:
            self.add_error("again", _("The two do not match."))
        elif data.get("password"):
            try:
                password_validation.validate_password(data["password"], self.person)
            except forms.ValidationError as error:
                self.add_error("password", error)
        return data
