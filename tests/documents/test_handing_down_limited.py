"""What only who is concerned may know stays with them when it goes to units: on no list, page or mail of others."""

import pytest
from django.db.models import Q
from django.urls import reverse

from apps.assignments import services as parts
from apps.assignments.measures import for_period
from apps.assignments.models import Assignment, Part
from apps.assignments.supervision import FIGURES, Asked, lines_of, rows_of
from apps.assignments.work_items import for_user
from apps.core.measure import Period
from apps.dashboard.daily import tell_of_the_day
from apps.delivery.models import MessageText
from apps.documents import services
from apps.documents.enums import Access, Why
from apps.documents.models import Document
from apps.documents.services import HandedDown
from apps.people.enums import Role
from apps.people.models import Person
from tests import factories
from tests.documents.factories import NINE, TEN, incoming, moment
from tests.jobs.moments import freeze
from tests.replies.test_views import signed_in

pytestmark = pytest.mark.django_db
WORDS, LATER = "報送涉事人員名單", moment(30, 10)
NOVEMBER = Period(moment(1, 9).date(), moment(30, 9).date())


@pytest.fixture
def lead() -> object:
    return factories.unit("計算機系", parent=factories.root_unit())


@pytest.fixture
def secretary(lead: object) -> Person:
    return factories.person("系秘書", Role.UNIT_SECRETARY, at=lead)


def given(lead: object, access: Access, *, opens: bool = True) -> tuple[Document, Assignment]:
    row = incoming(title="關於某案件的通知", access=access)
    row = services.handle(document=row, actor=row.handler, at=NINE)
    wanted = HandedDown(lead=lead, asks=WORDS, opens=opens, due_on=moment(27, 9).date())
    return row, services.hand_to_units(document=row, given=wanted, actor=row.handler, at=TEN)


def afresh(person: Person) -> Person:
    return Person.objects.get(pk=person.pk)


def seen(person: Person) -> tuple[int, int]:
    user = afresh(person)
    return Assignment.objects.visible_to(user).count(), Part.objects.visible_to(user).count()


@pytest.mark.parametrize("opens", [True, False])
@pytest.mark.parametrize("access", [Access.RESERVED, Access.HIDDEN])
def test_the_office_knows_of_it_only_who_is_concerned(lead, secretary, access, opens):
    paper, _row = given(lead, access, opens=opens)
    others = [factories.clerk("科員乙"), factories.director(), factories.leader(), factories.administrator()]
    assert [seen(person) for person in others] == [(0, 0)] * 4
    assert (seen(paper.handler), seen(secretary)) == ((1, 1), (1, 1))
    services.involve(paper, others[1], why=Why.DECIDES, actor=paper.handler, at=TEN)
    assert (seen(others[1]), seen(others[0])) == ((1, 1), (0, 0)), "who is brought in sees what came of it"


def test_pages_lists_and_dashboards_of_others_are_silent(lead, secretary, monkeypatch):
    freeze(monkeypatch, LATER)
    paper, row = given(lead, Access.HIDDEN)
    for at in (moment(24, 16), moment(25, 16)):
        parts.climb(at)
    others = [factories.clerk("科員乙"), factories.director(), factories.leader()]
    for person in others:
        client = signed_in(person)
        for url in (row.get_absolute_url(), row.parts.get().get_absolute_url()):
            assert client.get(url).status_code == 404
        for show in FIGURES:
            answer = client.get(reverse("assignments:supervision"), {"show": show})
            assert (answer.context["lines"], answer.context["rows"]) == ([], [])
            assert paper.title not in answer.content.decode()
        user = afresh(person)
        asked = Asked("overdue", NOVEMBER)
        assert rows_of(asked, user, LATER).count() == 0
        assert sum(lines_of(asked, user, LATER)[0].counts.values()) == 0
        assert [item for item in for_user(user, at=LATER) if "assignments" in item.key] == []
    assert signed_in(others[0]).get(reverse("assignments:phone")).context["cards"] == []
    assert len(signed_in(paper.handler).get(reverse("assignments:phone")).context["cards"]) == 1
    assert [item.key for item in for_user(afresh(paper.handler), at=LATER)] == ["assignments.late", "assignments.phone"]
    assert {measure.value for measure in for_period(NOVEMBER, LATER)} == {0}


def test_the_level_set_later_closes_and_opens_it(lead, secretary):
    paper, _row = given(lead, Access.INTERNAL)
    other = factories.clerk("科員乙")
    assert seen(other) == (1, 1)
    services.set_access(document=paper, access=Access.RESERVED, reason="涉及個人資料", actor=paper.handler, at=TEN)
    assert seen(other) == (0, 0)
    services.set_access(document=paper, access=Access.INTERNAL, reason="已公開", actor=paper.handler, at=TEN)
    assert seen(other) == (1, 1)


def test_messages_name_neither_title_nor_words(lead, secretary):
    paper, row = given(lead, Access.RESERVED)
    part = parts.sign(part=row.parts.get(), actor=secretary, at=TEN)
    parts.urge(part=part, actor=paper.handler, note=WORDS, at=moment(24, 9))
    tell_of_the_day(moment(26, 9))
    told = MessageText.objects.filter(
        Q(message__source__startswith="assignments.") | Q(message__source="dashboard.daily")
    )
    said = [f"{text.subject}\n{text.text}" for text in told]
    assert len({text.message_id for text in told}) == 4
    for text in said:
        assert (paper.title in text, WORDS in text) == (False, False), text
