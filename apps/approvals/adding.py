"""One more who is asked, in a round that is open."""

from datetime import datetime

from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.utils.translation import gettext as _

from apps.approvals.enums import StepState
from apps.approvals.models import Step
from apps.approvals.services import UnableToAsk, Wanted, note_asked
from apps.core.clock import now
from apps.people.models import Person


@transaction.atomic
def ask_also(*, subject: models.Model, wanted: Wanted, actor: Person, at: datetime | None = None) -> Step:
    """A further sign-off beside those that are asked now: the round goes on when this one is decided too.

    The caller holds the lock on `subject`. Raises UnableToAsk when nothing is asked, one of several is enough, or this
    person is asked in the round already.
    """
    at = at or now()
    steps = list(Step.objects.about(subject).select_for_update())
    asked = [step for step in steps if step.state == StepState.ASKED]
    if not asked or asked[0].any_of:
        raise UnableToAsk(_("No decision is asked for to which somebody could be added."))
    beside = asked[0]
    round_of = [step for step in steps if step.round == beside.round]
    if wanted.approver and any(step.approver_id == wanted.approver.pk for step in round_of):
        raise UnableToAsk(_("This person is asked already."))
    step = Step.objects.create(
        subject_type=ContentType.objects.get_for_model(subject),
        subject_id=subject.pk,
        round=beside.round,
        order=beside.order,
        place=max(step.place for step in round_of if step.order == beside.order) + 1,
        name=wanted.name,
        role=wanted.role,
        approver=wanted.approver,
        unit_id=wanted.unit_id,
        state=StepState.ASKED,
        asked_at=at,
        due_at=beside.due_at,
        barred=beside.barred,
        created_at=at,
    )
    note_asked(step, actor=actor, at=at)
    return step
