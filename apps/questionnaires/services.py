"""Publish forms, keep answers."""

from collections.abc import Callable
from datetime import datetime

from django.db import models, transaction
from django.utils.translation import gettext as _

from apps.core.clock import now
from apps.journal.files import attach
from apps.journal.services import record
from apps.people.models import Person
from apps.questionnaires.definition_checks import find_problems
from apps.questionnaires.definitions import FieldDefinition, fields_from_json, fields_to_json
from apps.questionnaires.forms import AnswersForm
from apps.questionnaires.models import AnswerSet, Form, FormVersion
from apps.questionnaires.wording import describe_changes


class UnableToPublish(Exception):
    """The draft has problems, or somebody changed it meanwhile; the words say which."""


class DraftChanged(Exception):
    """Somebody else changed the draft since it was shown."""


class AnswersChanged(Exception):
    """Somebody saved these answers meanwhile; what was typed is still in the form."""


def newest_versions() -> models.QuerySet:
    """Of each form that may be sent out."""
    newer = FormVersion.objects.filter(form=models.OuterRef("form"), number__gt=models.OuterRef("number"))
    rows = FormVersion.objects.filter(~models.Exists(newer), form__collects=True)
    return rows.select_related("form").order_by("form__code")


def collecting_versions() -> list[FormVersion]:
    """The newest version of each form that may be sent out with a notice (one query)."""
    return list(newest_versions())


def freeze_answers(answer_sets: models.QuerySet, *, at: datetime) -> int:
    """From now on nothing changes these answers (the database refuses); gives how many were frozen."""
    return answer_sets.filter(frozen_at__isnull=True).update(frozen_at=at)


def current_version(form: Form) -> FormVersion:
    """The newest published version (one query). Raises FormVersion.DoesNotExist when there is none yet."""
    return form.versions.latest("number")


@transaction.atomic
def create_form(
    *, code: str, name: dict[str, str], actor: Person, collects: bool = False, at: datetime | None = None
) -> Form:
    """A form without questions. `collects`: it may be sent out with notices."""
    form = Form.objects.create(code=code, name=name, collects=collects)
    record(actor=actor, verb="form_created", obj=form, at=at)
    return form


@transaction.atomic
def change_draft(
    *,
    form: Form,
    actor: Person,
    version: int,
    change: Callable[[list[FieldDefinition]], list[FieldDefinition]],
    at: datetime | None = None,
) -> Form:
    """Put the draft through `change`. `version`: the draft that the actor saw. Raises DraftChanged, UnknownField."""
    row = Form.objects.select_for_update().get(pk=form.pk)
    if version != row.version:
        raise DraftChanged(_("Somebody changed this form meanwhile. This is how it is now."))
    before = fields_from_json(row.draft)
    after = change(before)
    if after == before:
        return row
    row.draft = fields_to_json(after)
    row.version += 1
    row.save(update_fields=["draft", "version"])
    record(actor=actor, verb="form_draft_changed", obj=row, changes={"said": describe_changes(before, after)}, at=at)
    return row


@transaction.atomic
def publish_form(
    *, form: Form, actor: Person | None, version: int | None = None, at: datetime | None = None
) -> FormVersion:
    """Freeze the draft as a new version and make it the one that people fill in from now on.

    A draft that says the same as the newest version makes no new one: that one is given. `version`: the draft that the
    actor saw. Raises UnableToPublish.
    """
    row = Form.objects.select_for_update().get(pk=form.pk)
    if version is not None and version != row.version:
        raise UnableToPublish(_("Somebody changed this form meanwhile. Look at it again, then publish."))
    fields = fields_from_json(row.draft)
    problems = find_problems(fields)
    if problems:
        raise UnableToPublish(" ".join(problem.words for problem in problems))
    content = fields_to_json(fields)
    newest = row.versions.order_by("-number").first()
    if newest and fields_to_json(fields_from_json(newest.fields)) == content:
        return newest
    number = newest.number + 1 if newest else 1
    made = FormVersion.objects.create(
        form=row, number=number, fields=content, published_at=at or now(), published_by=actor
    )
    record(actor=actor, verb="form_published", obj=row, changes={"number": number}, at=at)
    return made


@transaction.atomic
def save_answers(
    answer_set: AnswerSet,
    *,
    form: AnswersForm,
    actor: Person,
    version: int | None = None,
    attach_to: models.Model | None = None,
    at: datetime | None = None,
) -> AnswerSet:
    """Keep what a form says, complete or not (ask `form.is_valid()` first where it must be complete).

    `version`: the answers that the actor saw. `attach_to`: the thing that the files belong to from now on; without it
    they wait for their uploader. Saving the same answers again changes nothing. The caller records the history.
    Raises AnswersChanged, journal.files.UnableToAttach.
    """
    row = AnswerSet.objects.select_for_update().get(pk=answer_set.pk)
    if version is not None and version != row.version:
        raise AnswersChanged(_("Somebody else saved this form meanwhile."))
    answers = form.plain_answers()
    if attach_to is not None:
        attach([each for each in form.attachments() if each.subject_type_id is None], to=attach_to, person=actor)
    if answers != row.answers:
        row.answers, row.updated_at = answers, at or now()
        row.version += 1
        row.save(update_fields=["answers", "version", "updated_at"])
    return row
