"""What the pages for making forms show."""

from dataclasses import dataclass, field

from django.db.models import Max
from django.utils.functional import cached_property

from apps.people.models import Person
from apps.questionnaires.definition_checks import Problem, find_problems
from apps.questionnaires.definitions import FieldDefinition, fields_from_json, fields_to_json, read_fields
from apps.questionnaires.editor_forms import FieldForm, NewFieldForm
from apps.questionnaires.forms import AnswersForm, form_of
from apps.questionnaires.models import Form, FormVersion
from apps.questionnaires.wording import condition_words, describe_changes, rule_lines


@dataclass(frozen=True)
class DraftRow:
    """One question in the list."""

    definition: FieldDefinition
    shown_if: str
    required_if: str
    problems: tuple[str, ...]
    rules: tuple[str, ...] = ()


@dataclass
class DraftScreen:
    """A draft, its problems, how it looks, and the question that is open (`open_form`)."""

    form: Form
    user: Person
    newest: FormVersion | None
    open_form: FieldForm | None = None
    new_field: NewFieldForm = field(default_factory=lambda: NewFieldForm(auto_id="new_%s"))

    @cached_property
    def fields(self) -> list[FieldDefinition]:
        return fields_from_json(self.form.draft)

    @cached_property
    def problems(self) -> list[Problem]:
        return find_problems(self.fields)

    @property
    def rows(self) -> list[DraftRow]:
        return [
            DraftRow(
                each,
                condition_words(each.shown_if, self.fields),
                condition_words(each.required_if, self.fields),
                tuple(problem.words for problem in self.problems if problem.key == each.key),
                tuple(rule_lines(each, self.fields)),
            )
            for each in self.fields
        ]

    @cached_property
    def preview(self) -> AnswersForm:
        return form_of(self.fields, [each.key for each in self.fields], person=self.user)

    @property
    def is_published(self) -> bool:
        """Does the newest version say what the draft says?"""
        return self.newest is not None and fields_to_json(read_fields(self.newest)) == fields_to_json(self.fields)

    @property
    def may_publish(self) -> bool:
        return not self.problems and not self.is_published


@dataclass(frozen=True)
class VersionRow:
    version: FormVersion
    changes: list[str]
    is_first: bool


def draft_screen(form: Form, user: Person) -> DraftScreen:
    return DraftScreen(form, user, form.versions.order_by("-number").first())


def form_rows(user: Person) -> list[Form]:
    """Forms with the number and time of their newest version (one query)."""
    rows = Form.objects.visible_to(user)
    return list(rows.annotate(newest=Max("versions__number"), at=Max("versions__published_at")).order_by("code"))


def version_rows(form: Form) -> list[VersionRow]:
    """Versions, the newest first, each with what it changed (one query)."""
    versions = list(form.versions.select_related("published_by").order_by("number"))
    rows, before = [], None
    for version in versions:
        fields = read_fields(version)
        rows.append(VersionRow(version, describe_changes(before, fields) if before is not None else [], before is None))
        before = fields
    return rows[::-1]
