"""The form field of each kind of question: from what a browser sends to a plain JSON value."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from uuid import UUID

from django import forms
from django.core.validators import MaxLengthValidator
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.clock import now
from apps.core.text import localized
from apps.journal.file_kinds import GROUPS
from apps.journal.files import MAX_FILES, UploadRefused, accept_upload, refusal_words
from apps.journal.models import Attachment
from apps.people.models import Person
from apps.questionnaires import people
from apps.questionnaires.amounts import MAX_DIGITS, MAX_PLACES, amount, amount_text, is_amount, plain, read_amount
from apps.questionnaires.definitions import FieldDefinition
from apps.questionnaires.enums import RADIOS_UP_TO, FieldKind
from apps.questionnaires.table_fields import TableAnswer

CONTROL = {"class": "form-control"}
MAX_TEXT, MAX_LONG_TEXT = 200, 4000
ALLOWED_FILES = ("documents", "images")


def field_for(definition: FieldDefinition, *, person: Person, initial: object = None) -> forms.Field:
    """The Django field of a question. `person` fills the form in; `initial` is the answer there was."""
    field = MAKERS[definition.kind](definition, person, initial)
    field.required = False  # what is required depends on other answers: the form says it
    field.label, field.help_text = localized(definition.label) or definition.key, localized(definition.help)
    return field


class TextAnswer(forms.CharField):
    """Text without the marks that turn a line around or hide in it."""

    def __init__(self, *, longest: int, **kwargs: object) -> None:
        super().__init__(**kwargs)
        self.validators.append(MaxLengthValidator(longest))
        self.widget.attrs["maxlength"] = longest


class NumberAnswer(forms.DecimalField):
    """A number, also in full-width digits. The box is one of text: a browser's box of numbers refuses those."""

    def to_python(self, value: object) -> Decimal | None:
        if value in self.empty_values:
            return None
        number = read_amount(str(value))
        if number is None:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return number

    def clean(self, value: object) -> int | float | None:
        number: Decimal | None = super().clean(value)
        return None if number is None else plain(number)

    def prepare_value(self, value: object) -> object:
        return amount_text(value) if is_amount(value) else value


class DateAnswer(forms.DateField):
    """A day as ISO text; optionally not before or not after today."""

    def __init__(self, *, not_past: bool, not_future: bool) -> None:
        super().__init__(input_formats=["%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d"])
        self.not_past, self.not_future = not_past, not_future
        today = timezone.localdate(now()).isoformat()
        edges = {"min": today} if not_past else {}
        edges |= {"max": today} if not_future else {}
        self.widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", **CONTROL, **edges})

    def clean(self, value: object) -> str | None:
        day: date | None = super().clean(value)
        if day is None:
            return None
        today = timezone.localdate(now())
        if self.not_past and day < today:
            raise forms.ValidationError(_("Choose today or a later day."))
        if self.not_future and day > today:
            raise forms.ValidationError(_("Choose today or an earlier day."))
        return day.isoformat()


class YesNoAnswer(forms.TypedChoiceField):
    """Two radio buttons, so that "no" is an answer and not a box left empty."""

    def __init__(self) -> None:
        super().__init__(
            choices=[("true", gettext_lazy("Yes")), ("false", gettext_lazy("No"))],
            coerce=lambda value: value == "true",
            empty_value=None,
            widget=forms.RadioSelect(attrs={"class": "form-check-input"}),
        )

    def prepare_value(self, value: object) -> object:
        return {True: "true", False: "false"}.get(value, value)


class PersonAnswer(forms.CharField):
    """A person by number or name; kept as key."""

    def __init__(self, *, asker: Person) -> None:
        super().__init__(max_length=120, widget=forms.TextInput(attrs={**CONTROL, "autocomplete": "off"}))
        self.asker = asker

    def prepare_value(self, value: object) -> object:
        """A key from earlier answers becomes the words in which it was chosen."""
        found = Person.objects.filter(pk=value).first() if isinstance(value, int) else value
        return str(found or "")

    def clean(self, value: object) -> int | None:
        text = super().clean(value)
        if not text:
            return None
        found = people.find(self.asker, text)
        if len(found) > 1:
            raise forms.ValidationError(
                _("Several people have this name: choose one from the list or type the number.")
            )
        if not found:
            raise forms.ValidationError(
                _("Nobody of this number or name was found. Type the number, or choose from the list.")
            )
        return found[0].pk


class FileWidget(forms.ClearableFileInput):
    """Sends the keys of files that are there already and new files under one name."""

    allow_multiple_selected = True

    def value_from_datadict(self, data: object, files: object, name: str) -> tuple[list[str], list[object]]:
        kept = data.getlist(name) if hasattr(data, "getlist") else data.get(name) or []
        new = files.getlist(name) if hasattr(files, "getlist") else files.get(name) or []
        return ([kept] if isinstance(kept, str) else list(kept)), (new if isinstance(new, list) else [new])

    def value_omitted_from_data(self, data: object, files: object, name: str) -> bool:
        return name not in data and name not in files


class FileAnswer(forms.Field):
    """Files as a list of attachment keys.

    New files become waiting attachments of the person right away, whatever else is wrong with the form: nobody has to
    choose them a second time. `attachments` holds what the field has after cleaning, to be shown again.
    """

    widget = FileWidget

    def __init__(self, *, person: Person, had: list[str], most: int, groups: tuple[str, ...]) -> None:
        super().__init__()
        self.person, self.most, self.groups = person, most, groups
        self.had = frozenset(str(key) for key in had)
        self.allow = frozenset().union(*(GROUPS[name] for name in groups))
        self.attachments = self._find(list(had))

    def clean(self, value: tuple[list[str], list[object]] | None) -> list[str]:
        kept, new = value or ([], [])
        self.attachments = self._find(kept)
        if len(self.attachments) + len(new) > self.most:
            raise forms.ValidationError(_("At most %(count)s files. Remove some first.") % {"count": self.most})
        refused = [words for file in new if (words := self._take(file))]
        wrong = [each.name for each in self.attachments if not self._fits(each)]
        refused += [_("%(name)s is of a kind that is not taken here.") % {"name": name} for name in wrong]
        refused += [f"{each.name}: {refusal_words(each.blob)}" for each in self.attachments if each.blob.is_refused]
        if refused:
            raise forms.ValidationError(refused)
        return [str(each.key) for each in self.attachments]

    def _find(self, keys: list[str]) -> list[Attachment]:
        """Only files that the answer had before, or that this person uploaded and gave to nothing yet."""
        wanted = {key for key in map(read_key, keys) if key}
        found = Attachment.objects.select_related("blob").filter(key__in=wanted).order_by("pk")
        return [each for each in found if str(each.key) in self.had or self._is_mine(each)]

    def _is_mine(self, attachment: Attachment) -> bool:
        return attachment.uploaded_by_id == self.person.pk and attachment.subject_type_id is None

    def _take(self, file: object) -> str:
        """Keep one new file; gives the words when it is refused. The same file twice is kept once."""
        try:
            attachment = accept_upload(file, person=self.person, allow=self.allow)
        except UploadRefused as error:
            return str(error)
        if attachment.blob_id in {each.blob_id for each in self.attachments}:
            attachment.delete()
        else:
            self.attachments.append(attachment)
        return ""

    def _fits(self, attachment: Attachment) -> bool:
        return attachment.name.rpartition(".")[2].lower() in self.allow


def read_key(text: object) -> UUID | None:
    """The key of an attachment; None when it is none."""
    try:
        return UUID(str(text))
    except ValueError:
        return None


def _choices(definition: FieldDefinition) -> list[tuple[str, str]]:
    return [(choice.key, localized(choice.label) or choice.key) for choice in definition.choices]


def _text(definition: FieldDefinition, person: Person, initial: object) -> forms.Field:
    return TextAnswer(longest=definition.limits.max_length or MAX_TEXT, widget=forms.TextInput(attrs=dict(CONTROL)))


def _long_text(definition: FieldDefinition, person: Person, initial: object) -> forms.Field:
    widget = forms.Textarea(attrs={**CONTROL, "rows": 4})
    return TextAnswer(longest=definition.limits.max_length or MAX_LONG_TEXT, widget=widget)


def _choice(definition: FieldDefinition, person: Person, initial: object) -> forms.Field:
    if len(definition.choices) <= RADIOS_UP_TO:
        radios = forms.RadioSelect(attrs={"class": "form-check-input"})
        return forms.ChoiceField(choices=_choices(definition), widget=radios)
    select = forms.Select(attrs={"class": "form-select"})
    return forms.ChoiceField(choices=[("", _("Choose…")), *_choices(definition)], widget=select)


def _several(definition: FieldDefinition, person: Person, initial: object) -> forms.Field:
    boxes = forms.CheckboxSelectMultiple(attrs={"class": "form-check-input"})
    return forms.MultipleChoiceField(choices=_choices(definition), widget=boxes)


def _date(definition: FieldDefinition, person: Person, initial: object) -> forms.Field:
    return DateAnswer(not_past=definition.limits.not_past, not_future=definition.limits.not_future)


def _number(definition: FieldDefinition, person: Person, initial: object) -> forms.Field:
    limits = definition.limits
    mode = {"inputmode": "numeric" if limits.whole else "decimal", "autocomplete": "off"}
    return NumberAnswer(
        min_value=None if limits.minimum is None else amount(limits.minimum),
        max_value=None if limits.maximum is None else amount(limits.maximum),
        max_digits=MAX_DIGITS,
        decimal_places=0 if limits.whole else MAX_PLACES,
        widget=forms.TextInput(attrs={**CONTROL, **mode}),
    )


def _file(definition: FieldDefinition, person: Person, initial: object) -> forms.Field:
    limits = definition.limits
    had = initial if isinstance(initial, list) else [initial] if initial else []
    groups = tuple(name for name in limits.allow if name in GROUPS) or ALLOWED_FILES
    return FileAnswer(person=person, had=had, most=min(limits.max_files or MAX_FILES, MAX_FILES), groups=groups)


def _person(definition: FieldDefinition, person: Person, initial: object) -> forms.Field:
    return PersonAnswer(asker=person)


def _table(definition: FieldDefinition, person: Person, initial: object) -> forms.Field:
    return TableAnswer(definition)


def _yes_no(definition: FieldDefinition, person: Person, initial: object) -> forms.Field:
    return YesNoAnswer()


MAKERS: dict[FieldKind, Callable[[FieldDefinition, Person, object], forms.Field]] = {
    FieldKind.TEXT: _text,
    FieldKind.LONG_TEXT: _long_text,
    FieldKind.CHOICE: _choice,
    FieldKind.CHOICES: _several,
    FieldKind.DATE: _date,
    FieldKind.NUMBER: _number,
    FieldKind.FILE: _file,
    FieldKind.PERSON: _person,
    FieldKind.YES_NO: _yes_no,
    FieldKind.TABLE: _table,
}
