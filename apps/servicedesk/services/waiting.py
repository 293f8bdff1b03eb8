"""Waiting for somebody outside the office: the clock rests, with who and until when."""

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from apps.core.calendar import working_time
from apps.people.models import Person
from apps.servicedesk.models import Request, ThirdPartyWait
from apps.servicedesk.services.errors import UnableToWait
from apps.servicedesk.services.messages import add_note_of
from apps.servicedesk.services.moving import begin, finish
from apps.servicedesk.services.telling import requester_side, tell_people

LONGEST_WAIT_DAYS = 400


@transaction.atomic
def wait_for_others(
    *,
    request: Request,
    actor: Person,
    party: str,
    expected_on: date,
    note: str,
    version: int | None = None,
    at: datetime | None = None,
) -> Request:
    """Let the clock rest until `party` has done its part; the requester reads for whom, why and until when.

    The handler is reminded on `expected_on`. Raises UnableToWait when nobody is named or the day is not to come.
    """
    begun = begin(request=request, verb="wait", actor=actor, at=at, version=version, note=note)
    row, party = begun.request, party.strip()
    if begun.repeated:
        return row
    today = working_time(row.calendar_version_id).day(begun.at)
    if not party:
        raise UnableToWait(_("Name for whom the office waits."))
    if not 0 < (expected_on - today).days <= LONGEST_WAIT_DAYS:
        raise UnableToWait(_("Choose a day after today on which it is expected."))
    ThirdPartyWait.objects.create(
        request=row, party=party[:100], expected_on=expected_on, note=begun.note, made_by=actor, at=begun.at
    )
    add_note_of(begun)
    finish(begun, responds=True, changes={"party": party, "expected_on": expected_on.isoformat()})
    tell_people(requester_side(row, begun.at), "waits", request=row, actor=actor, at=begun.at, note=begun.note)
    return row


def settle_wait(request: Request, at: datetime) -> None:
    """Nobody outside is waited for any more."""
    request.third_party_waits.filter(ended_at__isnull=True).update(ended_at=at)


def open_wait_of(request: Request) -> ThirdPartyWait | None:
    """For whom the request waits now (one query)."""
    return ThirdPartyWait.objects.filter(request=request, ended_at__isnull=True).first()
