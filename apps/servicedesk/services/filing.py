"""A request comes into being: draft, filing, correction."""

from collections.abc import Mapping
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from apps.core.calendar import current_version
from apps.core.clock import now
from apps.core.models import CalendarVersion
from apps.core.numbers import issue_number
from apps.people.enums import HANDLER_ROLES
from apps.people.models import Person
from apps.questionnaires.models import AnswerSet
from apps.servicedesk.enums import Priority, RequestState, TaskMoment
from apps.servicedesk.models import Request, Service
from apps.servicedesk.plan import plan_to_json
from apps.servicedesk.rules import is_requester
from apps.servicedesk.services.answers import correctable, missing_answers, write_answers
from apps.servicedesk.services.approval import ask_first, first_steps
from apps.servicedesk.services.assigning import assign_by_rule
from apps.servicedesk.services.consent import check_consent
from apps.servicedesk.services.errors import UnableToCorrect, UnableToFile
from apps.servicedesk.services.moving import begin, check_version, finish, lock
from apps.servicedesk.services.plans import plan_of
from apps.servicedesk.services.sealing import check_handed_in
from apps.servicedesk.services.targets import promise_by_policy
from apps.servicedesk.services.task_templates import give_tasks
from apps.servicedesk.services.telling import handler_side, tell_office, tell_people
from apps.servicedesk.services.texts import write_text
from apps.servicedesk.titles import title_of


@transaction.atomic
def start_draft(
    *, actor: Person, service: Service, requester: Person | None = None, at: datetime | None = None
) -> Request:
    """An empty draft of `service`; an empty one that is there already is given again. Clerks may file for somebody
    else.

    Raises PermissionDenied (filing for others), UnableToFile (not offered to this person, or its form is not
    published).
    """
    at, person = at or now(), requester or actor
    if person != actor and not actor.has_role(*HANDLER_ROLES):
        raise PermissionDenied(_("Only the office files for somebody else."))
    if not Service.objects.askable_by(person).filter(pk=service.pk).exists():
        raise UnableToFile(_("This service is not offered to this person."))
    version = service.form.versions.order_by("-number").first()
    if version is None:
        raise UnableToFile(_("This service has no published form yet. Please tell the office."))
    rows = Request.objects.filter(state=RequestState.DRAFT, service=service, requester=person, filed_by=actor)
    empty = rows.filter(answer_set__answers={}, answer_set__form_version=version).first()
    if empty:
        return empty
    return Request.objects.create(
        service=service,
        answer_set=AnswerSet.objects.create(form_version=version, filled_by=actor, updated_at=at),
        requester=person,
        requester_unit=person.main_unit,
        filed_by=actor,
        unit=service.unit,
        title=str(service),
        created_at=at,
        last_event_at=at,
    )


@transaction.atomic
def save_draft(
    *,
    request: Request,
    actor: Person,
    answers: Mapping[str, object],
    version: int | None = None,
    at: datetime | None = None,
) -> Request:
    """Keep what was typed so far, complete or not. Raises PermissionDenied, Changed, UnableToFile (filed already)."""
    at, row = at or now(), lock(request)
    if not is_requester(actor, row):
        raise PermissionDenied(_("This is not yours to do."))
    check_version(row, version)
    if row.state != RequestState.DRAFT:
        raise UnableToFile(_("This request is filed already."))
    write_answers(row, answers, person=actor, at=at)
    row.title, row.last_event_at = title_of(row), at
    row.version += 1
    row.save()
    return row


@transaction.atomic
def submit(*, request: Request, actor: Person, version: int | None = None, at: datetime | None = None) -> Request:
    """File the draft: number, frozen calendar, target and approval plan, clock, due time; tells the requester and the
    clerks of the unit, or first those whom the plan asks before the office starts (a rule gives it out only then).

    Filing twice is harmless. Raises UnableToFile with the keys still missing, or when it is for somebody else and
    nothing says how they asked (services.consent); Changed, PermissionDenied.
    """
    begun = begin(request=request, verb="submit", actor=actor, at=at, version=version)
    row = begun.request
    if begun.repeated:
        return row
    if not Service.objects.askable_by(row.requester).filter(pk=row.service_id).exists():
        raise UnableToFile(_("This service is not offered any more. Please ask the office."))
    missing = missing_answers(row)
    if missing:
        raise UnableToFile(_("Some answers are missing."), missing=tuple(missing))
    check_handed_in(row, UnableToFile)
    check_consent(row)
    row.title = title_of(row)
    row.unit_id = row.service.unit_id  # it may have gone to another unit since the draft was begun
    row.requester_unit = row.requester.main_unit
    row.calendar_version = calendar_of(row.service)
    row.priority = Priority.URGENT if row.service.fast_lane else row.priority
    promise_by_policy(row, begun.at)
    row.submitted_at = begun.at
    row.number = issue_number(series=row.service.number_series, at=begun.at).text
    row.plan, row.product = plan_to_json(plan_of(row.service)), row.service.product
    chosen = None if first_steps(row) else assign_by_rule(row, begun.at)
    finish(begun)
    write_text(row)
    give_tasks(row, TaskMoment.SUBMITTED, begun.at)
    waits = ask_first(row, actor=actor, at=begun.at)
    tell_people(
        [row.requester], filed_word(row), request=row, actor=None if actor == row.requester else actor, at=begun.at
    )
    if not waits:
        tell_office(row, actor=actor, at=begun.at, by_rule=bool(chosen and chosen.person))
    return row


def calendar_of(service: Service) -> CalendarVersion:
    """The calendar that counts for what is filed now. Raises UnableToFile while none is loaded."""
    try:
        return current_version(service.calendar_code)
    except CalendarVersion.DoesNotExist as error:
        words = _("The working calendar is not loaded yet, please tell the office. Your answers are kept.")
        raise UnableToFile(words) from error


def filed_word(request: Request) -> str:
    return "received" if request.filed_by_id == request.requester_id else "filed_for_you"


@transaction.atomic
def correct(
    *,
    request: Request,
    actor: Person,
    answers: Mapping[str, object],
    version: int | None = None,
    at: datetime | None = None,
) -> Request:
    """Hand in the corrected answers, the clock runs on. Only the fields named in the return, and those that depend on
    them, may change; one of these that is left out is cleared.

    Raises UnableToCorrect (another field changed, or an answer is missing), Changed, PermissionDenied.
    """
    begun = begin(request=request, verb="correct", actor=actor, at=at, version=version)
    row = begun.request
    if begun.repeated:
        return row
    back = row.returns.get(corrected_at__isnull=True)
    before, may_change = row.answer_set.answers, correctable(row, back.fields)
    if any(value != before.get(key) for key, value in answers.items() if key not in may_change):
        raise UnableToCorrect(_("Only the named answers may be changed."))
    kept = {key: value for key, value in before.items() if key not in may_change}
    write_answers(row, {**answers, **kept}, person=actor, at=begun.at)
    changed = [key for key in may_change if row.answer_set.answers.get(key) != before.get(key)]
    if missing_answers(row):
        raise UnableToCorrect(_("Some answers are missing."))
    check_handed_in(row, UnableToCorrect)
    back.corrected_at = begun.at
    back.save(update_fields=["corrected_at"])
    row.title = title_of(row)
    chosen = None if first_steps(row) else assign_by_rule(row, begun.at)
    finish(begun, changes={"answers": sorted(changed)})
    write_text(row)
    if chosen and chosen.person:
        tell_office(row, actor=actor, at=begun.at, by_rule=True)
    elif not ask_first(row, actor=actor, at=begun.at):
        tell_people(handler_side(row, begun.at), "corrected", request=row, actor=actor, at=begun.at)
    return row
