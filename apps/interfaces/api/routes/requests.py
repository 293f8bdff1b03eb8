"""Requests as their requester sees them: list, read, file, correct, answer, withdraw, open again, rate, urge."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Literal

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Path, Query, Router, Schema
from ninja.params import P
from pydantic import Field

from apps.core.pages import keyset_page
from apps.interfaces.api.answers import NO_FILES, checked, posted
from apps.interfaces.api.auth import Bearer
from apps.interfaces.api.once import etag_of, once, version_seen
from apps.interfaces.api.problems import Problem
from apps.interfaces.api.rows import fetch, requests_of
from apps.interfaces.api.schemas import (
    NewAnswers,
    NewRequest,
    Rating,
    Reason,
    RequestDetail,
    RequestList,
    Word,
)
from apps.interfaces.api.showing import request_detail, request_out
from apps.interfaces.enums import Scope
from apps.journal.models import Attachment
from apps.people.models import Person
from apps.questionnaires.definitions import read_fields
from apps.questionnaires.forms import build_form
from apps.servicedesk import services
from apps.servicedesk.enums import RequestState, Who
from apps.servicedesk.filters import RequestFilter
from apps.servicedesk.forms import OnBehalfForm, RateForm
from apps.servicedesk.managers import own
from apps.servicedesk.models import AskedBy, Request, Service
from apps.servicedesk.rules import capacity
from apps.servicedesk.screens import correction_form, open_return_of, requests_with_names
from apps.servicedesk.services.consent import note_consent

router = Router(tags=["requests"])
READ = Bearer(Scope.REQUESTS_READ, Scope.DESK_READ)
WRITE = Bearer(Scope.REQUESTS_WRITE)
Id = Path[int, P(ge=1, le=2**63 - 1)]
Work = Callable[[Request], object]


class Wanted(Schema):
    """What a list is narrowed by; nothing else reaches the database."""

    side: Literal["own", "desk"] = Field("own", description="The owner's own ones, or all of the desk (desk:read).")
    state: RequestState | None = None
    service: str = Field("", max_length=40)
    handler: Literal["", "me", "nobody"] = ""
    since: date | None = Field(None, description="Filed on this day or later.")
    until: date | None = Field(None, description="Filed on this day or earlier.")
    q: str = Field("", max_length=100, description="A whole number, or words of the title.")
    cursor: str = Field("", max_length=300)
    limit: int = Field(50, ge=1, le=100)


@router.get("/requests", auth=READ, response=RequestList)
def list_requests(request: HttpRequest, wanted: Query[Wanted]) -> RequestList:
    """Newest first. The own ones with drafts; of the desk what was filed."""
    rows, by = side(request, wanted)
    page = keyset_page(narrowed(rows, wanted, request), by=by, cursor=wanted.cursor, size=wanted.limit)
    return RequestList(items=[request_out(row) for row in page.rows], next=page.next_cursor or None)


def side(request: HttpRequest, wanted: Wanted) -> tuple[QuerySet, str]:
    """The rows, and the column of their order. Raises Problem (403)."""
    rows = requests_with_names().visible_to(request.user)
    if wanted.side == "own":
        return rows.filter(own(request.user)), "created_at"
    if not request.auth.may(Scope.DESK_READ):
        raise Problem(403, _("This list needs the scope desk:read."), code="scope")
    return rows.filter(submitted_at__isnull=False), "submitted_at"


def narrowed(rows: QuerySet, wanted: Wanted, request: HttpRequest) -> QuerySet:
    """By the same filter as the portal's list. Raises Problem (422): no such service."""
    data: dict[str, object] = {"q": wanted.q, "state": wanted.state, "since": wanted.since, "until": wanted.until}
    if wanted.state == RequestState.DRAFT:
        rows, data["state"] = rows.filter(state=RequestState.DRAFT), None
    if wanted.service:
        data["service"] = Service.objects.filter(code=wanted.service).values_list("pk", flat=True).first()
        if data["service"] is None:
            raise Problem(422, _("There is no such service."), errors=[("service", _("There is no such service."))])
    if wanted.handler:
        rows = rows.filter(handler=request.user if wanted.handler == "me" else None)
    chosen = {key: value for key, value in data.items() if value}
    return RequestFilter(chosen, queryset=rows, request=request).qs


@router.get("/requests/{pk}", auth=READ, response=RequestDetail)
def read_request(request: HttpRequest, response: HttpResponse, pk: Id) -> RequestDetail:
    """One request whole. The ETag is its version: send it back in If-Match."""
    told = request_detail(fetch(request, pk), request.user)
    response["ETag"] = etag_of(told)
    return told


def moved(request: HttpRequest, pk: int, work: Work, *, desk: str = "") -> HttpResponse:
    """Do `work` with the request once, and tell how it stands. Without `desk` only with one's own."""
    item = fetch(request, pk, desk)

    def do() -> RequestDetail:
        work(item)
        return fresh(item.pk, request.user)

    return once(request, do)


def fresh(pk: int, user: Person) -> RequestDetail:
    return request_detail(requests_with_names().get(pk=pk), user)


@router.post("/requests", auth=WRITE, response={201: RequestDetail})
def create_request(request: HttpRequest, data: NewRequest) -> HttpResponse:
    """File a request, or keep a draft. For somebody else only as the office may, with how that person asked."""
    service = Service.objects.visible_to(request.user).select_related("form").filter(code=data.service).first()
    if service is None:
        words = _("There is no such service.")
        raise Problem(422, words, errors=[("#/service", words)])
    person = named_person(request.user, data)

    def do() -> RequestDetail:
        item = services.start_draft(actor=request.user, service=service, requester=person)
        if data.for_number and person != request.user:
            note_consent(request=item, actor=request.user, asked_by=AskedBy.PROGRAM, note=data.consent)
        keep_answers(item, request.user, data.answers, whole=data.submit)
        if data.submit:
            services.submit(request=item, actor=request.user)
        return fresh(item.pk, request.user)

    return once(request, do, status=201)


def named_person(user: Person, data: NewRequest) -> Person:
    """For whom it is filed, found as the page finds people. Raises Problem (422)."""
    number = data.for_number.strip()
    if not number:
        return user
    errors, found = [], OnBehalfForm(asker=user).find(number)
    if found is None:
        errors.append(("#/for_number", _("Nobody has the number %(number)s.") % {"number": number}))
    if not data.consent.strip():
        errors.append(("#/consent", _("Say how the person asked; it is kept with the request.")))
    if errors:
        raise Problem(422, _("This cannot be filed for that person."), errors=errors)
    return found


def keep_answers(
    item: Request, user: Person, answers: Mapping[str, object], *, whole: bool, version: int | None = None
) -> None:
    """Raises Problem (422), and what `save_draft` raises."""
    form_version = item.answer_set.form_version
    data = posted(read_fields(form_version), answers)
    form = build_form(form_version, data=data, files=NO_FILES, person=user, initial=item.answer_set.answers)
    found = checked(form, whole=whole, given=answers)
    services.save_draft(request=item, actor=user, answers=found, version=version)


@router.put("/requests/{pk}/answers", auth=WRITE, response=RequestDetail)
def change_answers(request: HttpRequest, pk: Id, data: NewAnswers) -> HttpResponse:
    """All answers of a draft anew. Needs If-Match."""
    version = version_seen(request, needed=True)

    def work(item: Request) -> None:
        if item.state == RequestState.DRAFT and item.filed_by_id != request.user.pk:
            raise Http404
        keep_answers(item, request.user, data.answers, whole=False, version=version)

    return moved(request, pk, work)


@router.post("/requests/{pk}/submit", auth=WRITE, response=RequestDetail)
def submit_request(request: HttpRequest, pk: Id) -> HttpResponse:
    """File a draft."""
    version = version_seen(request)
    return moved(request, pk, lambda item: services.submit(request=item, actor=request.user, version=version))


@router.post("/requests/{pk}/correct", auth=WRITE, response=RequestDetail)
def correct_request(request: HttpRequest, pk: Id, data: NewAnswers) -> HttpResponse:
    """The answers that were asked for anew, and only those. Needs If-Match."""
    version = version_seen(request, needed=True)

    def work(item: Request) -> None:
        back = open_return_of(item)
        if back is None or capacity(request.user, item, Who.REQUESTER) is None:
            raise services.UnableToCorrect(_("Nothing is left to correct."))
        sent = posted(read_fields(item.answer_set.form_version), data.answers)
        form = correction_form(item, back, person=request.user, data=sent, files=NO_FILES)
        unasked = [key for key in data.answers if key not in form.fields]
        if unasked:
            words = _("Only the named answers may be changed.")
            raise Problem(422, words, errors=[(f"#/answers/{key}", words) for key in unasked])
        found = checked(form, whole=True, given=data.answers)
        services.correct(request=item, actor=request.user, answers=found, version=version)

    return moved(request, pk, work)


@router.post("/requests/{pk}/answer", auth=WRITE, response=RequestDetail)
def answer_question(request: HttpRequest, pk: Id, data: Word) -> HttpResponse:
    """Answer what the office asked."""
    version = version_seen(request)

    def work(item: Request) -> None:
        files = own_files(request.user, data)
        services.answer(request=item, actor=request.user, note=data.body, attachments=files, version=version)

    return moved(request, pk, work)


def own_files(user: Person, data: Word) -> list[Attachment]:
    """The waiting files of this person that the keys name. Raises Problem (422)."""
    found = list(Attachment.objects.waiting(user).filter(key__in=data.files))
    if len(found) != len(set(data.files)):
        words = _("A file is no longer there. Upload it again.")
        raise Problem(422, words, errors=[("#/files", words)])
    return found


@router.post("/requests/{pk}/withdraw", auth=WRITE, response=RequestDetail)
def withdraw_request(request: HttpRequest, pk: Id, data: Reason) -> HttpResponse:
    """Take it back, with the reason."""
    version = version_seen(request)

    def work(item: Request) -> None:
        services.withdraw(request=item, actor=request.user, note=data.note, version=version)

    return moved(request, pk, work)


@router.post("/requests/{pk}/reopen", auth=WRITE, response=RequestDetail)
def reopen_request(request: HttpRequest, pk: Id, data: Reason) -> HttpResponse:
    """Say what is still missing, within the working days that the service gives (ten, unless it says otherwise)."""
    version = version_seen(request)

    def work(item: Request) -> None:
        services.reopen(request=item, actor=request.user, note=data.note, version=version)

    return moved(request, pk, work)


@router.post("/requests/{pk}/urge", auth=WRITE, response=RequestDetail)
def urge_request(request: HttpRequest, pk: Id) -> HttpResponse:
    """Remind the office; once a working day."""
    return moved(request, pk, lambda item: services.urge(request=item, actor=request.user))


@router.post("/requests/{pk}/rate", auth=WRITE, response=RequestDetail)
def rate_request(request: HttpRequest, pk: Id, data: Rating) -> HttpResponse:
    """One to five; a poor mark needs a reason."""
    form = RateForm({"rating": data.rating, "note": data.note})
    if not form.is_valid():
        errors = [(f"#/{key}", str(each)) for key, found in form.errors.items() for each in found]
        raise Problem(422, errors=errors)

    def work(item: Request) -> None:
        services.rate(request=item, actor=request.user, score=data.rating, note=data.note)

    return moved(request, pk, work)


__all__ = ["Id", "fresh", "moved", "own_files", "requests_of", "router"]
