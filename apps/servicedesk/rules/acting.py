"""Who may do what with a request, beside its moves."""

from datetime import datetime, timedelta

from django.conf import settings

from apps.core.clock import now
from apps.people.models import Person
from apps.questionnaires.definitions import read_fields
from apps.servicedesk.enums import (
    OPEN_STATES,
    PASSED_ON_FROM,
    RequestState,
    Who,
)
from apps.servicedesk.models import Consent, Request
from apps.servicedesk.rules.capacity import capacity, participation

RATED_WITHIN = timedelta(days=30)


def can_assign(user: Person, request: Request, at: datetime | None = None) -> bool:
    """The director gives it to anybody, the handler hands it on."""
    return request.state in OPEN_STATES and capacity(user, request, Who.HANDLER, at) is not None


def can_pass_on(user: Person, request: Request, at: datetime | None = None) -> bool:
    """To another unit: whoever handles it. What waits for a decision is taken back from there first."""
    return request.state in PASSED_ON_FROM and capacity(user, request, Who.HANDLER, at) is not None


def can_set_due(user: Person, request: Request, at: datetime | None = None) -> bool:
    return request.is_running and capacity(user, request, Who.DIRECTOR, at) is not None


def can_set_priority(user: Person, request: Request, at: datetime | None = None) -> bool:
    """Who handles it says how pressing it is, also while it rests."""
    return request.is_open and capacity(user, request, Who.HANDLER, at) is not None


def can_urge(user: Person, request: Request, at: datetime | None = None) -> bool:
    """The requester urges the office, the director urges the handler; only while the office owes something."""
    if not request.is_running:
        return False
    return any(capacity(user, request, who, at) for who in (Who.REQUESTER, Who.DIRECTOR))


def can_fill_office(user: Person, request: Request, at: datetime | None = None) -> bool:
    """The office's own part of the form, where it has one: whoever handles the request, until it is closed, and not
    while somebody decides about it.
    """
    asked = any(each.office_only for each in read_fields(request.answer_set.form_version))
    may_change = request.is_open and request.state != RequestState.IN_APPROVAL
    return asked and may_change and capacity(user, request, Who.HANDLER, at) is not None


def can_rate(user: Person, request: Request, at: datetime | None = None) -> bool:
    """The person it was for, not the clerk who filed it, within some days; within them it can be changed."""
    if request.state != RequestState.RESOLVED or not user.is_active or user.pk != request.requester_id:
        return False
    return request.closed_at is None or (at or now()) < request.closed_at + RATED_WITHIN


def consent_of(request: Request) -> Consent | None:
    """What was noted when somebody filed it for another (one query; none for what people file themselves)."""
    if request.filed_by_id == request.requester_id:
        return None
    return Consent.objects.filter(request=request).select_related("noted_by", "settled_by").first()


def can_object(user: Person, request: Request, at: datetime | None = None) -> bool:
    """Whom it was filed for, once: "I did not ask for this"."""
    if request.state == RequestState.DRAFT or not user.is_active or user.pk != request.requester_id:
        return False
    consent = consent_of(request)
    return consent is not None and consent.objected_at is None


def can_settle_objection(user: Person, request: Request, at: datetime | None = None) -> bool:
    consent = consent_of(request)
    return bool(consent and consent.is_disputed and capacity(user, request, Who.DIRECTOR, at))


def can_share(user: Person, request: Request, at: datetime | None = None) -> bool:
    """Make a link that shows where it stands: the requester's side; the handler on the requester's word."""
    if request.state == RequestState.DRAFT:
        return False
    return any(capacity(user, request, who, at) for who in (Who.REQUESTER, Who.HANDLER))


def takes_words(request: Request) -> bool:
    """Where people were removed nothing new is written: no later run would take it out."""
    return request.state not in (RequestState.DRAFT, RequestState.MERGED) and request.removed_at is None


def can_write(user: Person, request: Request, at: datetime | None = None) -> bool:
    """Public messages: both sides, as long as it is no draft, not merged into another, and names its people."""
    if not takes_words(request):
        return False
    sides = any(capacity(user, request, who, at) for who in (Who.REQUESTER, Who.HANDLER))
    return sides or user.is_office or writes_as_participant(user, request)


def writes_as_participant(user: Person, request: Request) -> bool:
    """Somebody who may act, or whose own request was merged into this one."""
    row = participation(user, request) if user.is_active else None
    return row is not None and (row.may_act or row.merge_id is not None)


def can_write_internal(user: Person, request: Request, at: datetime | None = None) -> bool:
    return takes_words(request) and user.is_office


def can_void_addresses(user: Person, request: Request, at: datetime | None = None) -> bool:
    """Reply addresses that got into wrong hands: the handler, where mails carry any."""
    return settings.MAIL_REPLIES and capacity(user, request, Who.HANDLER, at) is not None


def can_spend_time(user: Person, request: Request, at: datetime | None = None) -> bool:
    """Write down minutes, where the service asks for it; also when it is done."""
    filed = request.state != RequestState.DRAFT and request.service.counts_time
    return filed and capacity(user, request, Who.HANDLER, at) is not None
