"""A number that was reserved and really used on paper stands in the ledger with its paper, and does not run out."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction
from django.db.utils import InternalError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.core.clock import now
from apps.core.numbers import find_gaps
from apps.dispatch import services
from apps.dispatch.views.ledger import address
from apps.documents import services as documents
from apps.documents.enums import NumberUse
from apps.documents.models import DocumentNumber
from apps.people.models import Person
from tests import factories
from tests.dispatch import factories as desk
from tests.dispatch.factories import NINE, TEN, moment
from tests.documents.factories import series

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 24)


def reserved(people: desk.Office) -> DocumentNumber:
    return documents.reserve_number(
        series=series("doc_out"), words="紙本急件", until=date(2026, 11, 27), actor=people.clerk, at=NINE
    )


def used(line: DocumentNumber, actor: Person, *, on: date = DAY, title: str = "關於借用場地的函") -> DocumentNumber:
    return documents.note_used_on_paper(
        line=line, title=title, receiver="市檔案館", on=on, actor=actor, at=moment(25, 9)
    )


def test_a_used_number_does_not_run_out() -> None:
    people = desk.office()
    line, other = reserved(people), reserved(people)
    used(line, people.clerk)
    used(line, people.clerk, title="另一件")
    assert documents.let_reservations_run_out(at=moment(30, 1)) == 1
    line.refresh_from_db()
    other.refresh_from_db()
    assert (line.use, line.used_title, line.used_to, line.used_on) == (
        NumberUse.USED, "關於借用場地的函", "市檔案館", DAY,
    )  # fmt: skip
    assert other.use == NumberUse.VOID
    assert (find_gaps(), documents.find_faults()) == ([], [])


def test_what_stands_on_paper_is_given_to_no_other() -> None:
    people = desk.office()
    line = used(reserved(people), people.clerk)
    with pytest.raises(services.UnableToIssue, match="no longer reserved"):
        services.number_paper(draft=desk.to_number(people), actor=people.clerk, reserved=line, at=TEN)
    given = documents.reserve_number(
        series=line.series, words="另一件", until=date(2026, 11, 27), actor=people.clerk, at=NINE
    )
    documents.take_out_of_use(line=given, reason="不用", actor=people.director, at=TEN)
    with pytest.raises(documents.UnableToNumber, match="no longer reserved"):
        used(given, people.clerk)


@pytest.mark.parametrize("day", [date(2026, 11, 22), date(2026, 11, 26)])
def test_the_day_is_one_that_can_be(day: date) -> None:
    people = desk.office()
    with pytest.raises(documents.UnableToNumber, match="between the day"):
        used(reserved(people), people.clerk, on=day)
    with pytest.raises(documents.UnableToNumber, match="which paper"):
        used(reserved(people), people.clerk, title=" ")


def test_the_database_holds_the_paper() -> None:
    people = desk.office()
    line = reserved(people)
    with pytest.raises(IntegrityError, match="used_has_paper"), transaction.atomic():
        DocumentNumber.objects.filter(pk=line.pk).update(use=NumberUse.USED)
    line = used(line, people.clerk)
    for change in ({"used_title": "另一件"}, {"used_to": "別處"}, {"used_on": NINE.date()}):
        with pytest.raises(InternalError), transaction.atomic():
            DocumentNumber.objects.filter(pk=line.pk).update(**change)
    documents.take_out_of_use(line=line, reason="登記錯誤", actor=people.director, at=moment(25, 10))
    line.refresh_from_db()
    assert (line.use, line.used_to) == (NumberUse.VOID, "市檔案館")


def test_the_page_of_the_year_leads_to_the_entry_and_shows_it() -> None:
    people = desk.office()
    today = timezone.localtime(now()).date()
    line = documents.reserve_number(series=series("doc_out"), words="紙本急件", until=today, actor=people.clerk)
    clerk, leader = Client(), Client()
    clerk.force_login(people.clerk)
    leader.force_login(people.signer)
    year = address(line)
    url = reverse("dispatch:use_line", args=[line.pk])
    assert url in clerk.get(year).content.decode()
    assert url not in leader.get(year).content.decode()
    assert leader.get(url).status_code == 403
    assert "紙本急件" in clerk.get(url).content.decode()
    said = {"title": "關於借用場地的函", "receiver": "市檔案館", "on": today.isoformat()}
    assert clerk.post(url, said | {"on": "2020-01-01"}).status_code == 422
    for _click in range(2):
        assert clerk.post(url, said).status_code == 302
    shown = clerk.get(year).content.decode()
    assert "關於借用場地的函 → 市檔案館" in shown
    assert url not in shown
    student = Client()
    student.force_login(factories.student())
    assert student.get(url).status_code == 403
