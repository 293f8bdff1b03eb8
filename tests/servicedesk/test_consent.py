"""Filed for somebody else: what is noted, what the person is told, and "I did not ask for this"."""

from datetime import date, time

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from apps.core.clock import now
from apps.core.work_item import Section
from apps.delivery.models import Delivery, MessageText
from apps.journal.models import Entry
from apps.people.models import Person
from apps.servicedesk import services
from apps.servicedesk.models import Consent, Request
from apps.servicedesk.objection_items import for_user
from apps.servicedesk.services.consent import note_consent, object_to_filing, settle_objection
from apps.servicedesk.services.errors import UnableToFile, UnableToObject
from apps.servicedesk.services.mail_placing import file_for
from tests import factories
from tests.servicedesk import factories as desk
from tests.servicedesk import letters
from tests.servicedesk.stories import moment

pytestmark = pytest.mark.django_db


@pytest.fixture
def director() -> Person:
    return factories.director(language="en")


@pytest.fixture
def filed(director: Person) -> Request:
    """A clerk filed for a student who phoned."""
    clerk, student = factories.clerk("科員甲"), factories.student(language="en")
    item = services.start_draft(actor=clerk, service=desk.service(), requester=student)
    note_consent(request=item, actor=clerk, asked_by="phone", note="10:20")
    services.save_draft(request=item, actor=clerk, answers=desk.ANSWERS)
    return services.submit(request=item, actor=clerk)


def signed_in(person: Person) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def told(person: Person) -> int:
    return Delivery.objects.filter(person=person, channel="portal").count()


def test_the_person_reads_how_they_asked_and_how_to_object(filed: Request) -> None:
    message = Delivery.objects.filter(person=filed.requester).first().message_id
    text = MessageText.objects.get(message=message, language="en").text
    page = signed_in(filed.requester).get(filed.get_absolute_url()).text

    assert "noted that you asked for it (by phone)" in text
    assert "If you did not ask for this" in text
    assert "asked for this by phone and agreed; noted by 科員甲" in page
    assert "I did not ask for this" in page


def test_objection_goes_to_the_director_once(filed: Request, director: Person) -> None:
    before = told(director)
    client = signed_in(filed.requester)
    url = reverse("servicedesk:object", args=[filed.pk])
    assert client.post(url, {"note": ""}).status_code == 422
    client.post(url, {"note": "我沒有打過電話"})
    client.post(url, {"note": "再說一次"})

    consent = Consent.objects.get()
    assert consent.objection == "我沒有打過電話"
    assert told(director) == before + 1
    (item,) = for_user(director, at=now())
    assert (item.section, item.who) == (Section.DECIDE, filed.requester.name)
    assert [entry.verb for entry in Entry.objects.about(filed)].count("object") == 1
    filed.refresh_from_db()
    assert filed.is_open  # the request itself goes on


def test_director_settles_and_the_person_is_told(filed: Request, director: Person) -> None:
    object_to_filing(request=filed, actor=filed.requester, note="沒有")
    before = told(filed.requester)
    client = signed_in(director)
    assert "Settle the objection" in client.get(f"{filed.get_absolute_url()}?do=settle_objection").text
    client.post(reverse("servicedesk:settle_objection", args=[filed.pk]), {"note": "是同名同學，已改正"})

    assert for_user(director, at=now()) == []
    assert told(filed.requester) == before + 1
    assert "是同名同學，已改正" in signed_in(filed.requester).get(filed.get_absolute_url()).text
    with pytest.raises(UnableToObject):
        object_to_filing(request=filed, actor=filed.requester, note="還是沒有")


def test_only_the_person_objects_and_only_the_director_settles(filed: Request) -> None:
    for person in (filed.filed_by, factories.student(), factories.leader()):
        with pytest.raises(PermissionDenied):
            object_to_filing(request=filed, actor=person, note="x")
    object_to_filing(request=filed, actor=filed.requester, note="沒有")
    for person in (filed.filed_by, filed.requester, factories.leader()):
        with pytest.raises(PermissionDenied):
            settle_objection(request=filed, actor=person, note="x")


def test_nobody_objects_to_what_they_filed_themselves() -> None:
    own = desk.request()

    with pytest.raises(PermissionDenied):
        object_to_filing(request=own, actor=own.requester, note="x")
    assert "I did not ask for this" not in signed_in(own.requester).get(own.get_absolute_url()).text


def test_consent_is_noted_with_a_draft_of_somebody_else_only(filed: Request) -> None:
    with pytest.raises(UnableToFile):
        note_consent(request=filed, actor=filed.filed_by, asked_by="phone")
    with pytest.raises(UnableToFile):
        note_consent(request=(own := desk.draft()), actor=own.requester, asked_by="phone")
    with pytest.raises(PermissionDenied):
        note_consent(request=desk.draft(), actor=factories.clerk(), asked_by="phone")


def test_database_keeps_settlements_whole(filed: Request) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Consent.objects.update(settled_at=now())


@pytest.mark.parametrize("left_out", ["asked_by", "agreed"])
def test_form_asks_how_and_for_the_tick(left_out: str) -> None:
    student, service = factories.student(), desk.service()
    said = {"number": student.number, "asked_by": "counter", "agreed": "on", "purpose": "簽證"}
    said.pop(left_out)
    answer = signed_in(factories.clerk(language="en")).post(reverse("servicedesk:file", args=[service.code]), said)

    assert answer.status_code == 422
    assert not Request.objects.exists()


def test_work_items_cost_others_nothing(django_assert_num_queries) -> None:
    clerk = factories.clerk()
    assert clerk.roles
    with django_assert_num_queries(0):
        assert for_user(clerk, at=now()) == []


class TestBegunFromElsewhere:
    """Split, followed, repeated, filed for a mail: the person can always say that they did not ask for it."""

    def objects(self, draft: Request) -> Consent:
        services.save_draft(request=draft, actor=draft.filed_by, answers=desk.ANSWERS)
        item = services.submit(request=draft, actor=draft.filed_by)
        text = MessageText.objects.filter(language="en", subject__startswith="Filed for you").latest("pk").text
        assert "(—)" not in text
        return object_to_filing(request=item, actor=item.requester, note="不是我")

    def test_split_off_takes_over_how_it_was_asked(self, filed: Request) -> None:
        filed = services.take(request=filed, actor=filed.filed_by)
        draft = services.split(request=filed, service=filed.service, actor=filed.filed_by, answers=["purpose"])

        assert (draft.consent.asked_by, draft.consent.note, draft.consent.noted_by) == (
            "phone",
            "10:20",
            filed.filed_by,
        )
        assert self.objects(draft).is_disputed

    def test_split_off_what_the_person_filed(self) -> None:
        clerk = factories.clerk()
        origin = services.take(request=desk.request(), actor=clerk)
        draft = services.split(request=origin, service=origin.service, actor=clerk, answers=["purpose"])

        assert (draft.consent.asked_by, draft.consent.note) == ("request", origin.number)

    def test_nothing_more_comes_of_what_is_objected_to(self, filed: Request) -> None:
        filed = services.take(request=filed, actor=filed.filed_by)
        object_to_filing(request=filed, actor=filed.requester, note="不是我")

        with pytest.raises(services.UnableToSplit):
            services.split(request=filed, service=filed.service, actor=filed.filed_by, answers=["purpose"])

    def test_followed_by_who_filed_it(self, filed: Request) -> None:
        services.refuse(request=filed, actor=filed.filed_by, note="缺件")
        draft = services.follow_up(request=filed, actor=filed.filed_by, note="補齊了")

        assert self.objects(draft).asked_by == "phone"

    def test_filed_for_a_mail(self, settings) -> None:
        letters.switched_on(settings)
        clerk, student = factories.clerk(), letters.student()
        mail = letters.receive(letters.letter("mum@home.example", "office@college.example", "我女兒的證明"))
        draft = file_for(mail=mail, service=desk.service(), person=student, actor=clerk)

        assert (draft.consent.asked_by, draft.consent.note) == ("mail", "Re: 一個問題")
        assert self.objects(draft).is_disputed

    def test_repeated_by_a_clerk(self, filed: Request) -> None:
        rule = {"frequency": "weekly", "weekday": 1, "starts_on": date(2026, 11, 23), "ends_on": None, "time": time(9)}
        values = rule | {"day_off": "next", "files_itself": True}
        row = services.repeat(request=filed, actor=filed.filed_by, values=values, at=moment(23, 10))
        services.run_recurrences(moment(24, 9))

        made = row.rows.get().request
        assert (made.state, made.consent.asked_by) == ("submitted", "phone")

    def test_without_it_nothing_is_filed_for_another(self) -> None:
        clerk, student = factories.clerk(), factories.student()
        draft = services.start_draft(actor=clerk, service=desk.service(), requester=student)
        services.save_draft(request=draft, actor=clerk, answers=desk.ANSWERS)

        with pytest.raises(UnableToFile, match=student.name):
            services.submit(request=draft, actor=clerk)
