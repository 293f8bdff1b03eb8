"""One line of a rule in a form: who holds a post, where, as what, in which course years."""

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.text import localized
from apps.notices.audience import Line, Rule, fold_number
from apps.notices.rules import can_address_all
from apps.people.enums import Role
from apps.people.models import Person, Unit

CHECK = {"class": "form-check-input"}
FOR, BUT = "line", "but"  # prefixes of the two sets of lines
MOST_LINES = 20
MOST_YEARS = 6  # the years stand in the reason that is kept with each person
SPLIT = str.maketrans(",，、;；\t", "      ")


def unit_choices(user: Person) -> list[tuple[int, str]]:
    """Units in the order of the tree, indented; a unit secretary's own ones and below (one query)."""
    units = Unit.objects.filter(is_active=True).order_by("path")
    if not can_address_all(user):
        paths = tuple(post.unit.path for post in user.current_posts if post.role == Role.UNIT_SECRETARY)
        units = [unit for unit in units if paths and unit.path.startswith(paths)]
    return [(unit.pk, "\u2003" * (unit.path.count("/") - 1) + localized(unit.name)) for unit in units]


class YearsField(forms.CharField):
    """Years of entry, typed with commas or spaces: 2023, 2024."""

    widget = forms.TextInput(attrs={"class": "form-control", "inputmode": "numeric", "placeholder": "2023, 2024"})

    def prepare_value(self, value: object) -> object:
        return ", ".join(map(str, value)) if isinstance(value, list | tuple) else value

    def clean(self, value: str) -> list[int]:
        words = fold_number(super().clean(value) or "").translate(SPLIT).split()
        wrong = [word for word in words if not (word.isdecimal() and 1950 <= int(word) <= 2150)]
        if wrong:
            raise forms.ValidationError(_("“%(word)s” is no year of entry.") % {"word": wrong[0]})
        if len(words) > MOST_YEARS:
            raise forms.ValidationError(_("At most %(most)s course years.") % {"most": MOST_YEARS})
        return sorted({int(word) for word in words})


class LineForm(forms.Form):
    """Who holds a post: where, and as what (for those a notice is for, and for the exceptions)."""

    unit = forms.TypedChoiceField(
        label=gettext_lazy("Unit"),
        required=False,
        coerce=int,
        empty_value=None,
        error_messages={"invalid_choice": gettext_lazy("This unit cannot be chosen any more, or not by you.")},
    )
    below = forms.BooleanField(
        label=gettext_lazy("with sub-units"), required=False, initial=True, widget=forms.CheckboxInput(attrs=CHECK)
    )
    roles = forms.MultipleChoiceField(
        label=gettext_lazy("Roles"), choices=Role, required=False, widget=forms.CheckboxSelectMultiple(attrs=CHECK)
    )

    years = YearsField(label=gettext_lazy("Course years"), required=False)

    def __init__(self, *args: object, units: list[tuple[int, str]], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["unit"]
        field.choices = [("", _("anywhere")), *units]
        field.widget.attrs["class"] = "form-select"
        field.widget.choices = [*field.choices, *self._strange_unit(units)]

    def _strange_unit(self, units: list[tuple[int, str]]) -> list[tuple[int, str]]:
        """A unit that stands in the rule and is not offered: shown, so that it does not turn into "anywhere"; refused
        when it is sent, so that somebody decides.
        """
        key = str(self["unit"].value() or "")
        if not key.isascii() or not key.isdigit() or any(str(unit) == key for unit, _name in units):
            return []
        found = Unit.objects.filter(pk=int(key)).first()
        return [(found.pk, _("%(unit)s (not to be chosen)") % {"unit": localized(found.name)})] if found else []

    def line(self) -> Line | None:
        """None for a line left empty."""
        data = self.cleaned_data
        years = data.get("years") or ()
        if data.get("unit") is None and not data.get("roles") and not years:
            return None
        return Line(data.get("unit"), bool(data.get("below")), tuple(data.get("roles", ())), tuple(years))


LineFormSet = forms.formset_factory(LineForm, extra=1, max_num=MOST_LINES, validate_max=True)


def line_sets(rule: Rule, units: list[tuple[int, str]]) -> tuple[LineFormSet, LineFormSet]:
    """A rule's lines to be changed: whom it is for, who is left out."""
    return tuple(
        LineFormSet(initial=[line.as_json() for line in lines], prefix=name, form_kwargs={"units": units})
        for name, lines in ((FOR, rule.lines), (BUT, rule.but_lines))
    )


def read_line_sets(data: QueryDict, units: list[tuple[int, str]]) -> tuple[LineFormSet, LineFormSet]:
    """The same as sent."""
    return tuple(LineFormSet(data, prefix=name, form_kwargs={"units": units}) for name in (FOR, BUT))


def lines_of(lines: LineFormSet) -> list[Line]:
    """What the checked lines say; those left empty say nothing."""
    return [line for part in lines if (line := part.line())]
