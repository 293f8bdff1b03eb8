"""Who stands in for a unit secretary gets the letters, opens the lists they speak of and calls; both names are kept."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.core.clock import now
from apps.delivery.enums import Channel
from apps.delivery.models import Delivery, Evidence
from apps.journal.models import Entry
from apps.notices import escalated_items, jobs, services
from apps.notices.audience import Rule
from apps.notices.enums import Escalation
from apps.notices.models import Notice, SecretaryLetter
from apps.notices.rules import acts_for
from apps.people.enums import ContactKind, DeputyScope, Role
from apps.people.models import ContactPoint, Deputy, Person, Unit
from tests import factories
from tests.jobs.moments import freeze
from tests.notices import factories as notices
from tests.people.factories import deputy

pytestmark = pytest.mark.django_db
ZONE = ZoneInfo("Asia/Shanghai")
HOUR = timedelta(hours=1)


def at(month: int, day: int, hour: int = 9, minute: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=ZONE)


class College:
    """Two of one department, one of another, open after the last reminder on Saturday 10 October, a worked day.

    The clock stands on Monday the 12th; a teacher of a third department stands in for the first one's secretary.
    """

    def __init__(self, monkeypatch: pytest.MonkeyPatch, **standing_in: object) -> None:
        self.monkeypatch = monkeypatch
        self.clerk = notices.ground()
        root = factories.root_unit()
        self.unit, self.far = factories.unit("計算機系", parent=root), factories.unit("數學系", parent=root)
        self.secretary = factories.person("王秘書", Role.UNIT_SECRETARY, at=self.unit)
        self.people = [factories.person(name, Role.STAFF, at=self.unit) for name in ("教師甲", "教師乙")]
        self.other = factories.person("別系教師", Role.STAFF, at=self.far)
        self.stand_in = factories.person("代理人", Role.STAFF, at=factories.unit("物理系", parent=root))
        self.notice = self.published()
        services.plan_reminders(at(10, 10, 10))
        services.finish_all(at(10, 10, 10))
        values = {"starts_at": at(10, 1), "ends_at": at(10, 30), **standing_in}
        self.row = deputy(self.secretary, self.stand_in, **values)
        self.stand_at(at(10, 12, 10))

    def published(self) -> Notice:
        rule = {"at": at(9, 24), "acknowledge_by": at(10, 9, 17), "reminder_days": [1]}
        return notices.published(self.clerk, **rule)

    def stand_at(self, moment: datetime) -> None:
        freeze(self.monkeypatch, moment)
        self.stand_in = Person.objects.get(pk=self.stand_in.pk)

    def addresses(self) -> list[str]:
        """The pages of which the letter speaks, and what leads to them."""
        of = [self.notice.pk]
        pages = [reverse(f"notices:{name}", args=of) for name in ("read", "report", "history")]
        person = reverse("notices:person", args=[self.notice.pk, self.people[0].pk])
        return [*pages, person, reverse("notices:phone_list"), reverse("notices:list")]


@pytest.fixture
def college(monkeypatch: pytest.MonkeyPatch) -> College:
    made = College(monkeypatch)
    jobs.plan_reminders()
    return made


def signed_in(person: Person) -> Client:
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def letters() -> dict[str, str]:
    """Who got a letter today, with its English words."""
    rows = SecretaryLetter.objects.select_related("person", "message").order_by("pk")
    return {row.person.name: row.message.texts.get(language="en").text for row in rows}


class TestLetters:
    def test_both_get_one_and_the_deputys_names_the_secretary(self, college: College) -> None:
        jobs.plan_reminders()

        found = letters()

        assert set(found) == {"王秘書", "代理人"}
        assert "You stand in for 王秘書" in found["代理人"]
        assert "stand in for" not in found["王秘書"]
        assert all(f"/notices/{college.notice.pk}/report/" in words for words in found.values())
        html = SecretaryLetter.objects.get(person=college.stand_in).message.texts.get(language="zh-hant").html
        assert "您代理王秘書" in html

    def test_by_the_first_channel_that_reaches_and_into_the_own_list(self, monkeypatch, settings) -> None:
        settings.WECOM = settings.WECOM | {"corp_id": "c", "agent_id": "1", "secret": "s"}
        college = College(monkeypatch)
        ContactPoint.objects.filter(person=college.secretary).update(dead_at=at(10, 1))
        ContactPoint.objects.create(person=college.secretary, kind=ContactKind.WECOM, value="w", is_primary=True)

        jobs.plan_reminders()

        sent = Delivery.objects.filter(message__source="notices.secretary").exclude(channel=Channel.PORTAL)
        assert dict(sent.values_list("person__name", "channel")) == {"王秘書": "wecom", "代理人": "mail"}
        shown = Delivery.objects.filter(message__source="notices.secretary", channel=Channel.PORTAL)
        assert shown.count() == 2

    def test_says_nothing_any_more_when_the_day_or_the_standing_in_is_over(self, monkeypatch) -> None:
        college = College(monkeypatch, ends_at=at(10, 12, 12))

        jobs.plan_reminders()

        ends = dict(SecretaryLetter.objects.values_list("person__name", "message__expires_at"))
        assert ends == {"王秘書": at(10, 12, 17, 30), "代理人": at(10, 12, 12)}
        college.stand_at(at(10, 13, 10))
        jobs.plan_reminders()
        rows = SecretaryLetter.objects.values_list("person__name", "day")
        assert sorted(rows) == sorted(
            [("王秘書", at(10, 12).date()), ("代理人", at(10, 12).date()), ("王秘書", at(10, 13).date())]
        )

    @pytest.mark.parametrize(
        "standing_in",
        [
            {"starts_at": at(10, 12, 11)},
            {"ends_at": at(10, 12, 10)},
            {"revoked_at": at(10, 12, 9)},
            {"scope": DeputyScope.REQUESTS},
        ],
    )
    def test_who_does_not_stand_in_now_gets_none_and_sees_nothing(self, monkeypatch, standing_in) -> None:
        college = College(monkeypatch, **standing_in)
        jobs.plan_reminders()

        assert set(letters()) == {"王秘書"}
        client = signed_in(college.stand_in)
        seen = {client.get(address).status_code for address in college.addresses() if address.count("/") > 3}
        assert seen <= {403, 404}
        assert client.get(reverse("notices:phone_list")).status_code == 403

    def test_deputy_of_two_gets_one_letter_about_both_units(self, monkeypatch) -> None:
        college = College(monkeypatch)
        second = factories.person("李秘書", Role.UNIT_SECRETARY, at=college.far)
        deputy(second, college.stand_in, starts_at=at(10, 1), ends_at=at(10, 30))

        jobs.plan_reminders()

        text = letters()["代理人"]
        assert "王秘書, 李秘書" in text
        assert "3 people" in text

    def test_nobody_is_written_to_on_a_day_off(self, monkeypatch) -> None:
        college = College(monkeypatch)
        college.stand_at(at(10, 11, 10))
        jobs.plan_reminders()
        assert letters() == {}

    def test_director_gets_what_the_secretary_left_as_before(self, college: College) -> None:
        college.stand_at(at(10, 13, 10))
        jobs.plan_reminders()

        levels = dict(college.notice.obligations.values_list("person__name", "escalation"))
        assert set(levels.values()) == {Escalation.DIRECTOR}
        assert set(letters()) == {"王秘書", "代理人"}

    @pytest.mark.parametrize("count", [1, 30])
    def test_same_statements_for_one_and_thirty_people(self, monkeypatch, count: int) -> None:
        college = College(monkeypatch)
        services.escalate(at(10, 12, 10))
        SecretaryLetter.objects.all().delete()
        for place in range(count - 1):
            more = factories.person(f"教師{place}", Role.STAFF, at=college.unit)
            line = college.notice.obligations.create(person=more, created_at=at(9, 24), escalation=1, reason="x")
            assert line.is_open
        with CaptureQueriesContext(connection) as found:
            services.escalate(at(10, 12, 10, 10))
        assert len(found) == STATEMENTS


STATEMENTS = 72


class TestPages:
    def test_deputy_opens_what_the_letter_speaks_of_and_nothing_else(self, college: College) -> None:
        client = signed_in(college.stand_in)
        assert [client.get(address).status_code for address in college.addresses()] == [200] * 6

        report = client.get(reverse("notices:report", args=[college.notice.pk])).content.decode()
        phone = client.get(reverse("notices:phone_list")).content.decode()
        for page in (report, phone):
            assert all(person.name in page for person in college.people)
            assert college.other.name not in page
            assert "王秘書" in page
        elsewhere = reverse("notices:person", args=[college.notice.pk, college.other.pk])
        assert client.get(elsewhere).status_code == 404
        for name in ("change", "remind", "recall"):
            address = reverse(f"notices:{name}", args=[college.notice.pk])
            assert (client.get if name == "change" else client.post)(address).status_code == 403

    def test_the_next_day_after_standing_in_all_is_closed(self, college: College) -> None:
        client = signed_in(college.stand_in)
        Deputy.objects.update(ends_at=now())
        assert client.get(reverse("notices:phone_list")).status_code == 403
        assert client.get(reverse("notices:person", args=[college.notice.pk, college.people[0].pk])).status_code in (
            403,
            404,
        )

    def test_deputys_deputy_sees_nothing(self, college: College) -> None:
        third = factories.person("第三人", Role.STUDENT)
        deputy(college.stand_in, third, starts_at=at(10, 1), ends_at=at(10, 30))
        assert signed_in(third).get(reverse("notices:phone_list")).status_code == 403

    def test_own_list_has_the_row_with_the_name(self, college: College) -> None:
        rows = escalated_items.escalated(college.stand_in, at(10, 12, 10), 50)
        assert [(row.number, "王秘書" in row.reason) for row in rows] == [(college.notice.number, True)]
        own = escalated_items.escalated(college.secretary, at(10, 12, 10), 50)
        assert [(row.number, "王秘書" in row.reason) for row in own] == [(college.notice.number, False)]

    def test_notice_that_only_the_deputy_got_is_no_matter_of_the_unit(self, college: College) -> None:
        mine = notices.published(college.clerk, rule=Rule(numbers=(college.stand_in.number,)))
        client = signed_in(college.stand_in)

        assert client.get(reverse("notices:read", args=[mine.pk])).status_code == 200
        assert client.get(reverse("notices:report", args=[mine.pk])).status_code == 403
        assert mine.number not in client.get(reverse("notices:list")).content.decode()

    def test_call_is_noted_with_both_names(self, college: College) -> None:
        person = college.people[0]
        client = signed_in(college.stand_in)
        data = {"outcome": "told", "line": [notices.of(college.notice, person).pk], "note": "當面"}

        assert client.post(reverse("notices:call", args=[person.pk]), data).status_code == 302

        fact = Evidence.objects.get(kind="told")
        assert (fact.recorded_by, fact.detail) == (college.stand_in, {"note": "當面", "for": "王秘書"})
        entry = Entry.objects.about(college.notice).get(verb="told")
        assert (entry.actor, entry.on_behalf_of) == (college.stand_in, college.secretary)
        page = client.get(reverse("notices:person", args=[college.notice.pk, person.pk])).content.decode()
        assert "代理人 代 王秘書 記錄" in page

    @pytest.mark.parametrize(
        ("name", "verb", "form"),
        [
            ("told", "told", {"note": "電話"}),
            ("excuse", "excused", {"note": "出國"}),
            ("remind_person", "reminded", {}),
        ],
    )
    def test_verbs_keep_both_names(self, college: College, name: str, verb: str, form: dict[str, str]) -> None:
        person = college.people[0]
        address = reverse(f"notices:{name}", args=[college.notice.pk, person.pk])

        assert signed_in(college.stand_in).post(address, form).status_code == 302

        entry = Entry.objects.about(college.notice).filter(verb=verb, actor=college.stand_in).get()
        assert entry.on_behalf_of == college.secretary
        far = reverse(f"notices:{name}", args=[college.notice.pk, college.other.pk])
        assert signed_in(college.stand_in).post(far, form).status_code == 404

    def test_secretary_and_office_act_in_their_own_name(self, college: College) -> None:
        person = college.people[0]
        assert acts_for(college.secretary, college.notice, person=person) is None
        assert acts_for(college.clerk, college.notice, person=person) is None
        assert acts_for(college.stand_in, college.notice, person=person) == college.secretary

    def test_who_looks_after_the_unit_and_stands_in_acts_in_the_own_name(self, college: College) -> None:
        factories.post(college.stand_in, Role.UNIT_SECRETARY, college.unit)
        user = Person.objects.get(pk=college.stand_in.pk)
        assert acts_for(user, college.notice, person=college.people[0]) is None

    def test_senders_deputy_is_named_too(self, college: College) -> None:
        third = factories.person("第三人", Role.STUDENT)
        deputy(college.clerk, third, starts_at=at(10, 1), ends_at=at(10, 30))
        address = reverse("notices:remind", args=[college.notice.pk])

        assert signed_in(third).post(address, {"confirmed": "1"}).status_code == 302

        entry = Entry.objects.about(college.notice).filter(verb="reminded", actor=third).get()
        assert entry.on_behalf_of == college.clerk

    @pytest.mark.parametrize("name", ["report", "phone_list"])
    def test_same_number_of_queries_for_one_and_three_people(self, college: College, name: str) -> None:
        client = signed_in(college.stand_in)
        address = reverse(f"notices:{name}", args=[college.notice.pk] if name == "report" else [])
        client.get(address)
        counts = []
        for shown in (1, 2):
            keys = [person.pk for person in college.people[:shown]]
            college.notice.obligations.filter(person__in=keys).update(is_open=True)
            college.notice.obligations.exclude(person__in=keys).update(is_open=False)
            with CaptureQueriesContext(connection) as found:
                client.get(address)
            counts.append(len(found))
        assert counts[0] == counts[1]


def test_unit_below_belongs_to_who_stands_in_for_the_unit_above(monkeypatch) -> None:
    college = College(monkeypatch)
    below: Unit = factories.unit("計算機2401班", parent=college.unit)
    person = factories.person("教師丙", Role.STAFF, at=below)
    notice = college.published()
    college.stand_at(at(10, 12, 10))
    page = signed_in(college.stand_in).get(reverse("notices:report", args=[notice.pk])).content.decode()
    assert person.name in page
