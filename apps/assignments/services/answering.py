"""The form that a part asks for (表單): filled in by the unit before it reports, part of the report from then on."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from apps.assignments.models import Part
from apps.assignments.rules import as_writer
from apps.assignments.services.errors import UnableToReport
from apps.assignments.services.locking import lock_part, save
from apps.core.clock import now
from apps.journal.files import UnableToAttach
from apps.journal.services import record
from apps.people.models import Person
from apps.questionnaires.forms import AnswersForm
from apps.questionnaires.models import AnswerSet
from apps.questionnaires.services import freeze_answers, save_answers


@transaction.atomic
def fill_in(*, part: Part, form: AnswersForm, actor: Person, at: datetime | None = None) -> Part:
    """Keep complete answers for the next report; until it is sent they may be changed. Raises UnableToReport."""
    at, (_tree, row) = at or now(), lock_part(part)
    authority = as_writer(actor, row)
    if authority is None:
        raise UnableToReport(_("You may not report for this unit."))
    if row.form_version_id is None:
        raise UnableToReport(_("No form is asked of this unit."))
    if not row.is_reportable:
        raise UnableToReport(_("No report is asked of this unit now."))
    if not form.is_valid():
        raise UnableToReport(_("The form is not complete yet."))
    row.answer_set = row.answer_set or AnswerSet.objects.create(
        form_version_id=row.form_version_id, filled_by=actor, updated_at=at
    )
    try:
        row.answer_set = save_answers(row.answer_set, form=form, actor=actor, attach_to=row, at=at)
    except UnableToAttach as error:
        raise UnableToReport(str(error)) from error
    save(row)
    record(actor=actor, verb="filled_in", obj=row, on_behalf_of=authority.on_behalf_of, at=at)
    return row


def take_answers(row: Part, at: datetime) -> AnswerSet | None:
    """What was filled in, for the report that is sent now: nothing changes it any more. The caller saves the part."""
    filled, row.answer_set = row.answer_set, None
    if filled:
        freeze_answers(AnswerSet.objects.filter(pk=filled.pk), at=at)
    return filled
