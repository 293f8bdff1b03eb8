"""Whom a notice is for, in a form: groups, numbers, lists from files, exceptions. Its lines are in audience_line.py."""

from collections.abc import Iterable
from datetime import datetime

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.notices.audience import Line, Rule, fold_number
from apps.notices.audience_line import CHECK, SPLIT
from apps.notices.list_field import KeptFilesField, NumbersFileField, sealed
from apps.notices.models import SavedAudience
from apps.notices.preview import unknown_numbers
from apps.notices.rules import can_address_all
from apps.people.models import Group, Person

SHOWN_MISTAKES = 20


def split_numbers(text: str) -> list[tuple[int, str]]:
    """(line, number) for each number in a pasted list, folded, whatever stands between them."""
    lines = enumerate(text.splitlines(), start=1)
    return [(place, fold_number(word)) for place, line in lines for word in line.translate(SPLIT).split()]


class NumbersField(forms.CharField):
    """A pasted list of numbers. Each that belongs to nobody is told with its line."""

    widget = forms.Textarea(attrs={"rows": 4, "class": "form-control", "spellcheck": "false"})

    def clean(self, value: str) -> list[str]:
        numbers = split_numbers(super().clean(value) or "")
        unknown = unknown_numbers(number for _line, number in numbers) if numbers else set()
        wrong = [(line, number) for line, number in numbers if number in unknown]
        if wrong:
            raise forms.ValidationError(self.mistakes(wrong))
        return list(dict.fromkeys(number for _line, number in numbers))

    @staticmethod
    def mistakes(wrong: list[tuple[int, str]]) -> list[str]:
        words = [
            _("Line %(line)s: nobody here has the number %(number)s.") % {"line": line, "number": number}
            for line, number in wrong[:SHOWN_MISTAKES]
        ]
        if len(wrong) > SHOWN_MISTAKES:
            words.append(_("… and %(count)s more.") % {"count": len(wrong) - SHOWN_MISTAKES})
        return words


def group_field(label: str) -> forms.TypedMultipleChoiceField:
    return forms.TypedMultipleChoiceField(
        label=label,
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs=CHECK),
        error_messages={"invalid_choice": gettext_lazy("A ticked group cannot be chosen any more, or not by you.")},
    )


class AudienceFields(forms.Form):
    """A rule but for its lines. Call `offer_audience` before anything else."""

    groups = group_field(gettext_lazy("Groups and task teams"))
    numbers = NumbersField(label=gettext_lazy("People by number"), required=False)
    numbers_file = NumbersFileField(label=gettext_lazy("More numbers from a file"), required=False)
    kept_lists = KeptFilesField(label=gettext_lazy("Lists from files"), required=False)
    excluded = NumbersField(label=gettext_lazy("Except these numbers"), required=False)
    but_groups = group_field(gettext_lazy("Except members of"))
    copied_from = forms.CharField(required=False, widget=forms.HiddenInput)

    def offer_audience(self, user: Person, at: datetime) -> None:
        """What `user` may choose at this moment, and what stands in the rule already."""
        self.user, self.day = user, timezone.localdate(at)
        groups = Group.objects.current(self.day).order_by("code") if can_address_all(user) else []
        offered = [(group.pk, str(group)) for group in groups]
        for name in ("groups", "but_groups"):
            self.fields[name].choices = offered
            self.fields[name].widget.choices = [*offered, *self._strange_groups(name, offered)]
        self.fields["kept_lists"].offer(self["kept_lists"].value() or ())

    def _strange_groups(self, name: str, offered: list[tuple[int, str]]) -> list[tuple[int, str]]:
        """Groups of the rule that are not offered: shown ticked, refused when sent, so that none is lost unseen."""
        known = {str(key) for key, _name in offered}
        keys = {str(key) for key in self[name].value() or ()} - known
        found = Group.objects.filter(pk__in=[int(key) for key in keys if key.isascii() and key.isdigit()])
        return [(group.pk, _("%(group)s (not to be chosen)") % {"group": group}) for group in found] if keys else []

    def keep_read_file(self) -> None:
        """Before a refused form is shown again: a list that was read need not be sent a second time."""
        listed = self.cleaned_data.get("numbers_file")
        if not listed:
            return
        self.data = self.data.copy()
        self.data.appendlist(self.add_prefix("kept_lists"), sealed(listed.as_file(self.day)))
        self.fields["kept_lists"].offer(self["kept_lists"].value())

    def doubled_words(self) -> list[str]:
        """What to tell about the list from a file, though it is taken."""
        listed = self.cleaned_data.get("numbers_file")
        return listed.doubled_words() if listed else []

    def rule(self, lines: Iterable[Line], but_lines: Iterable[Line] = ()) -> Rule:
        data = self.cleaned_data
        listed = data["numbers_file"]
        read = [listed.as_file(self.day)] if listed else []
        return Rule(
            tuple(lines),
            tuple(data["groups"]),
            tuple(data["numbers"]),
            tuple(data["excluded"]),
            but_lines=tuple(but_lines),
            but_groups=tuple(data["but_groups"]),
            files=tuple(dict.fromkeys([*data["kept_lists"], *read])),
        )

    def audience_values(self, lines: Iterable[Line], but_lines: Iterable[Line] = ()) -> dict[str, object]:
        """The rule, and from which saved audience it was copied, for services.compose."""
        return {"audience": self.rule(lines, but_lines).as_json(), **self._copied_values()}

    def _copied_values(self) -> dict[str, object]:
        """Nothing when the form names none that the user sees: then the draft keeps what it has."""
        audience, _colon, version = self.cleaned_data["copied_from"].partition(":")
        if not all(text.isascii() and text.isdigit() and len(text) < 10 for text in (audience, version)):
            return {}
        saved = SavedAudience.objects.visible_to(self.user).filter(pk=int(audience), version__gte=int(version))
        return {"audience_from_id": int(audience), "audience_version": int(version)} if saved.exists() else {}


def initial_of_rule(rule: Rule) -> dict[str, object]:
    """How a rule stands in the form, but for its lines (`initial_lines`)."""
    return {
        "groups": list(rule.groups),
        "numbers": "\n".join(rule.numbers),
        "kept_lists": [sealed(each) for each in rule.files],
        "excluded": "\n".join(rule.excluded),
        "but_groups": list(rule.but_groups),
    }


def copied_from(audience: int | None, version: int | None) -> str:
    """How a form carries which saved audience its rule was copied from."""
    return f"{audience}:{version}" if audience and version else ""
