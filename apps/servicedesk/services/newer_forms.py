"""A draft whose form was published anew meanwhile: its answers are carried over, and what could not be is named."""

from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from apps.core.clock import now
from apps.core.text import localized
from apps.people.models import Person
from apps.questionnaires.definitions import read_fields
from apps.questionnaires.models import FormVersion
from apps.questionnaires.prefill import answers_from
from apps.servicedesk.enums import RequestState
from apps.servicedesk.models import Request
from apps.servicedesk.services.errors import UnableToFile
from apps.servicedesk.services.moving import check_version, lock


@dataclass(frozen=True)
class Carried:
    """The answers that fit the newer form; labels of what is new in it, and of what was answered and does not fit."""

    version: FormVersion
    answers: dict[str, object]
    new: list[str]
    left: list[str]


def newer_form(draft: Request) -> FormVersion | None:
    """The form as it is published now, when the draft was begun on an older one (one query)."""
    newest = draft.service.form.versions.order_by("-number").first()
    return newest if newest and newest.pk != draft.answer_set.form_version_id else None


def carry_over(draft: Request, version: FormVersion) -> Carried:
    """What of the draft's answers fits `version`; nothing is written."""
    earlier = draft.answer_set
    answers = answers_from(earlier, version)
    before = {each.key: each for each in read_fields(earlier.form_version)}
    new = [localized(each.label) for each in read_fields(version) if each.key not in before and not each.office_only]
    left = [localized(each.label) for key, each in before.items() if key in earlier.answers and key not in answers]
    return Carried(version, answers, new, left)


@transaction.atomic
def adopt_form(*, request: Request, actor: Person, version: int | None = None, at: datetime | None = None) -> Request:
    """Put a draft on the form as it is published now; answers that do not fit are dropped (the page named them).

    Raises PermissionDenied, Changed, UnableToFile (filed already).
    """
    at, row = at or now(), lock(request)
    if row.filed_by_id != actor.pk:
        raise PermissionDenied(_("This is not yours to do."))
    check_version(row, version)
    if row.state != RequestState.DRAFT:
        raise UnableToFile(_("This request is filed already."))
    newest = newer_form(row)
    if newest is not None:
        answer_set = row.answer_set
        answer_set.answers, answer_set.form_version = carry_over(row, newest).answers, newest
        answer_set.version, answer_set.updated_at = answer_set.version + 1, at
        answer_set.save(update_fields=["answers", "form_version", "version", "updated_at"])
    return row
