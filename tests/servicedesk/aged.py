"""A request that went through everything and is closed, and the run that removes its people."""

import json
from datetime import UTC, datetime

from django.apps import apps

from apps.journal.files import store_bytes
from apps.journal.models import Attachment
from apps.people.models import Person
from apps.servicedesk import services
from apps.servicedesk.models import (
    Request,
    Retention,
    Service,
)
from apps.servicedesk.services import retention
from tests import factories
from tests.servicedesk import factories as desk
from tests.servicedesk.stories import moment, taken

SECRET = "機密之事"
LATER = datetime(2027, 6, 1, 2, tzinfo=UTC)


def run(at: datetime = LATER) -> dict[str, int]:
    return retention.run(at=at).counts


def a_service() -> Service:
    """One whose requests name people for 90 days after closing."""
    made = desk.service()
    Retention.objects.create(service=made, days=90)
    return made


def closed_request(service: Service, clerk: Person) -> Request:
    """Filed, returned, asked, waited for, done and rated; each step with words that name the matter."""
    student = factories.student(f"林{SECRET}")
    row = taken(student, clerk, of=service, answers={"purpose": SECRET, "remarks": SECRET})
    services.return_for_correction(request=row, actor=clerk, fields=["purpose"], note=f"改 {SECRET}", at=moment(23, 10))
    services.correct(request=row, actor=student, answers={"purpose": f"新{SECRET}"}, at=moment(23, 11))
    services.ask_requester(request=row, actor=clerk, note=f"問 {SECRET}", at=moment(23, 15))
    services.answer(request=row, actor=student, note=f"答 {SECRET}", at=moment(23, 16))
    services.urge(request=row, actor=student, at=moment(24, 8))
    services.set_due(
        request=row, actor=factories.director(), due_at=moment(27, 16), reason=SECRET, at=moment(24, 8, 30)
    )
    services.wait_for_others(
        request=row,
        actor=clerk,
        party=SECRET,
        expected_on=moment(26, 0).date(),
        note=SECRET,
        at=moment(24, 9),
    )
    services.resume(request=row, actor=clerk, at=moment(25, 9))
    for thing, person in ((row, student), (row.messages.first(), clerk)):
        blob = store_bytes(f"{SECRET} {thing}".encode(), content_type="text/plain")
        Attachment.objects.create(blob=blob, name=SECRET, uploaded_by=person, subject=thing)
    services.fill_office_part(
        request=row, actor=clerk, answers={**row_answers(row), "register": SECRET}, at=moment(25, 9, 30)
    )
    services.complete(request=row, actor=clerk, note=f"好了 {SECRET}", at=moment(25, 10))
    services.rate(request=row, actor=student, score=4, note=SECRET, at=moment(25, 11))
    row.refresh_from_db()
    return row


def row_answers(row: Request) -> dict[str, object]:
    return dict(type(row.answer_set).objects.get(pk=row.answer_set_id).answers)


def dump() -> str:
    """Every text in the tables of the apps that a request touches, without the accounts of people."""
    found = []
    for label in ("servicedesk", "questionnaires", "journal", "approvals", "delivery"):
        for model in apps.get_app_config(label).get_models():
            found.append(json.dumps(list(model.objects.values()), default=str, ensure_ascii=False))
    return "\n".join(found)
