"""Rows of the portal as the API shows them."""

from collections.abc import Iterable

from django.conf import settings

from apps.core.clock import now
from apps.interfaces.api.answers import people_in, value_out
from apps.interfaces.api.schemas import (
    AnswerOut,
    CertificateOut,
    FileOut,
    MessageOut,
    PersonOut,
    RequestDetail,
    RequestOut,
    ReturnOut,
    UnitOut,
)
from apps.journal.files import content_type_of
from apps.journal.models import Attachment
from apps.people.models import Person, Unit
from apps.questionnaires.definitions import read_fields
from apps.questionnaires.display import answer_lines
from apps.servicedesk.models import Certificate, Request, RequestMessage
from apps.servicedesk.rules import allowed_verbs
from apps.servicedesk.screens import open_return_of


def person_out(person: Person) -> PersonOut:
    return PersonOut(number=person.number, name=person.name)


def unit_out(unit: Unit | None) -> UnitOut | None:
    return UnitOut(code=unit.code, name=str(unit)) if unit else None


def file_out(file: Attachment) -> FileOut:
    return FileOut(
        key=file.key, name=file.name, size=file.blob.size, content_type=content_type_of(file), sha256=file.blob.sha256
    )


def request_fields(item: Request) -> dict[str, object]:
    return {
        "id": item.pk,
        "number": item.number,
        "service": item.service.code,
        "service_name": str(item.service),
        "title": item.title,
        "state": item.state,
        "state_name": item.get_state_display(),
        "priority": item.priority,
        "requester": person_out(item.requester),
        "filed_by": person_out(item.filed_by),
        "handler": person_out(item.handler) if item.handler else None,
        "requester_unit": unit_out(item.requester_unit),
        "unit": unit_out(item.unit),
        "created_at": item.created_at,
        "submitted_at": item.submitted_at,
        "due_at": item.due_at,
        "closed_at": item.closed_at,
        "last_event_at": item.last_event_at,
        "rating": item.rating,
        "version": item.version,
        "url": settings.PORTAL_URL + item.get_absolute_url(),
    }


def request_out(item: Request) -> RequestOut:
    return RequestOut(**request_fields(item))


def request_detail(item: Request, user: Person) -> RequestDetail:
    """One request whole, as its page shows it to `user`."""
    back = open_return_of(item)
    papers = Certificate.objects.visible_to(user).filter(request=item).order_by("-issued_at", "-pk")
    return RequestDetail(
        **request_fields(item),
        answers=answers_out(item, user),
        open_return=ReturnOut(fields=back.fields, note=back.note, at=back.at) if back else None,
        certificates=list(papers.values_list("number", flat=True)),
        allowed=sorted(allowed_verbs(user, item)),
    )


def answers_out(item: Request, user: Person) -> list[AnswerOut]:
    """The office's own part for the office only."""
    fields = {each.key: each for each in read_fields(item.answer_set.form_version)}
    answers = item.answer_set.answers
    people = people_in(list(fields.values()), answers)
    return [
        AnswerOut(
            key=line.key,
            label=line.label,
            text=line.value,
            value=value_out(fields.get(line.key), answers.get(line.key), people),
            files=[file_out(each) for each in line.attachments],
        )
        for line in answer_lines(item.answer_set, office=user.is_office)
    ]


def message_out(row: RequestMessage, files: Iterable[Attachment]) -> MessageOut:
    return MessageOut(
        id=row.pk,
        author=person_out(row.author),
        on_behalf_of=person_out(row.on_behalf_of) if row.on_behalf_of else None,
        body=row.body,
        internal=row.internal,
        at=row.at,
        files=[file_out(each) for each in files],
    )


def certificate_out(row: Certificate) -> CertificateOut:
    state = row.state_at(now())
    return CertificateOut(
        number=row.number,
        kind=row.template_version.template.code,
        language=row.language,
        request=row.request_id,
        state=state,
        state_name=str(state.label),
        issued_at=row.issued_at,
        expires_at=row.expires_at,
        revoked_at=row.revoked_at,
        replaced_by=row.replaced_by.number if row.replaced_by else None,
        has_paper=row.blob_id is not None,
    )
