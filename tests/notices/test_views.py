"""Every page and verb of notices: who may, who may not, and what happens the second time."""

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.core.clock import now
from apps.delivery.models import Evidence
from apps.journal.models import Entry
from apps.notices.models import Obligation, Round
from apps.people.enums import DeputyScope, Role
from apps.people.models import Deputy, Person, Post
from tests import factories
from tests.notices import factories as notices

pytestmark = pytest.mark.django_db


def signed_in(person: Person) -> Client:
    client = Client(raise_request_exception=True)
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


class College:
    """A notice to two members of staff of one department, and one person of each kind who looks at it."""

    def __init__(self) -> None:
        self.clerk = notices.ground()
        self.department = factories.unit("計算機系", parent=factories.root_unit())
        self.reader, self.other = notices.staff(2, at=self.department)
        self.secretary = factories.person("系秘書", Role.UNIT_SECRETARY, at=self.department)
        self.far_secretary = factories.person("別系秘書", Role.UNIT_SECRETARY, at=factories.unit("別系"))
        self.leader = factories.leader()
        self.stranger = factories.student()
        self.sender = factories.person("發文秘書", Role.UNIT_SECRETARY, at=self.department)
        self.deputy = factories.student("代理")
        start = now() - timedelta(days=1)
        Deputy.objects.create(
            principal=self.sender,
            deputy=self.deputy,
            scope=DeputyScope.NOTICES,
            starts_at=start,
            ends_at=now() + timedelta(days=1),
            created_by=self.sender,
        )
        self.notice = notices.published(self.sender, at=now() - timedelta(days=3))
        self.line = notices.of(self.notice, self.reader)


@pytest.fixture
def college() -> College:
    return College()


def address(college: College, name: str) -> str:
    person = [college.reader.pk] if name in ("person", "remind_person", "excuse", "told") else []
    return reverse(f"notices:{name}", args=[college.notice.pk, *person])


GETS = ("report", "person", "history")
CHASES = ("remind_person", "excuse", "told")


@pytest.mark.parametrize("name", GETS)
@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("clerk", 200),
        ("leader", 200),
        ("sender", 200),
        ("deputy", 200),
        ("secretary", 200),
        ("reader", 403),
        ("stranger", 404),
        ("far_secretary", 404),
    ],
)
def test_who_sees_what_became_of_it(college: College, name: str, who: str, status: int) -> None:
    assert signed_in(getattr(college, who)).get(address(college, name)).status_code == status


@pytest.mark.parametrize("name", CHASES)
@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("clerk", 302),
        ("sender", 302),
        ("deputy", 302),
        ("secretary", 302),
        ("leader", 403),
        ("reader", 403),
        ("stranger", 404),
        ("far_secretary", 404),
    ],
)
def test_who_may_chase(college: College, name: str, who: str, status: int) -> None:
    answer = signed_in(getattr(college, who)).post(address(college, name), {"note": "本人接聽"})

    assert answer.status_code == status


@pytest.mark.parametrize(
    ("who", "status"),
    [("clerk", 302), ("sender", 302), ("deputy", 302), ("secretary", 403), ("leader", 403), ("stranger", 404)],
)
def test_who_may_remind_all(college: College, who: str, status: int) -> None:
    assert signed_in(getattr(college, who)).post(address(college, "remind")).status_code == status


POSTS = ("open", "acknowledge", "publish", "unschedule", "discard", "export", "remind", *CHASES)


@pytest.mark.parametrize("name", POSTS)
def test_verbs_are_not_fetched(college: College, name: str) -> None:
    before = Evidence.objects.count()

    assert signed_in(college.clerk).get(address(college, name)).status_code == 405
    assert Evidence.objects.count() == before


class TestReading:
    def test_fetching_the_page_changes_nothing(self, college: College) -> None:
        answer = signed_in(college.reader).get(college.notice.get_absolute_url())

        assert reverse("notices:open", args=[college.notice.pk]) in answer.text
        college.line.refresh_from_db()
        assert college.line.opened_at is None

    def test_page_says_it_was_opened_once(self, college: College) -> None:
        client = signed_in(college.reader)

        for _time in range(2):
            assert client.post(address(college, "open")).status_code == 204

        (evidence,) = Evidence.objects.filter(kind="opened")
        assert set(evidence.detail) == {"session", "content"}
        assert client.session.session_key not in str(evidence.detail)
        college.line.refresh_from_db()
        assert (college.line.state, college.line.is_open) == ("opened", True)
        assert address(college, "open") not in client.get(college.notice.get_absolute_url()).text

    def test_acknowledge_gives_one_receipt(self, college: College) -> None:
        client = signed_in(college.reader)

        for _time in range(2):
            assert client.post(address(college, "acknowledge")).status_code == 302

        college.line.refresh_from_db()
        assert (college.line.state, college.line.is_open) == ("acknowledged", False)
        assert college.line.opened_at == college.line.acknowledged_at
        assert Evidence.objects.filter(kind="acknowledged").count() == 1
        assert college.line.receipt_number in client.get(college.notice.get_absolute_url()).text

    @pytest.mark.parametrize("who", ["clerk", "deputy", "stranger", "secretary"])
    @pytest.mark.parametrize("name", ["open", "acknowledge"])
    def test_nobody_does_it_for_another(self, college: College, who: str, name: str) -> None:
        assert signed_in(getattr(college, who)).post(address(college, name)).status_code == 404
        assert not Evidence.objects.filter(kind__in=["opened", "acknowledged"]).exists()

    def test_language_falls_back_to_the_first_with_words(self, college: College) -> None:
        Person.objects.filter(pk=college.reader.pk).update(language="zh-hans")

        assert "期中教學檢查安排" in signed_in(college.reader).get(college.notice.get_absolute_url()).text

    def test_draft_is_hidden_from_everybody_else(self, college: College) -> None:
        draft = notices.draft(college.sender)

        assert signed_in(college.reader).get(draft.get_absolute_url()).status_code == 404

    def test_inbox_shows_open_ones_and_all(self, college: College) -> None:
        client = signed_in(college.reader)
        client.post(address(college, "acknowledge"))

        assert "期中教學檢查安排" not in client.get(reverse("notices:inbox")).text
        assert "期中教學檢查安排" in client.get(reverse("notices:inbox"), {"show": "all"}).text


class TestChasing:
    def test_excuse_closes_with_reason_and_name(self, college: College) -> None:
        client = signed_in(college.clerk)
        for _time in range(2):
            client.post(address(college, "excuse"), {"note": "產假"})

        college.line.refresh_from_db()
        assert (college.line.state, college.line.excuse, college.line.is_open) == ("excused", "產假", False)
        (evidence,) = Evidence.objects.filter(kind="excused")
        assert evidence.recorded_by == college.clerk

    def test_without_a_reason_nothing_happens(self, college: College) -> None:
        signed_in(college.clerk).post(address(college, "excuse"), {"note": " "})

        assert not Evidence.objects.filter(kind="excused").exists()

    def test_told_by_phone_is_evidence_but_no_acknowledgement(self, college: College) -> None:
        signed_in(college.secretary).post(address(college, "told"), {"note": "本人接聽"})

        college.line.refresh_from_db()
        assert (college.line.state, college.line.is_open) == ("told", True)

    def test_second_reminder_asks_first(self, college: College) -> None:
        client = signed_in(college.clerk)
        client.post(address(college, "remind"))

        assert client.post(address(college, "remind")).status_code == 409
        assert Round.objects.count() == 2
        client.post(address(college, "remind"), {"confirmed": "1"})
        assert Round.objects.count() == 3


class TestReport:
    def test_bar_adds_up_and_each_part_opens_its_rows(self, college: College) -> None:
        notices.says(college.notice, college.reader, "bounced_hard")
        notices.refresh()

        answer = signed_in(college.clerk).get(address(college, "report"))

        parts = answer.context["parts"]
        assert sum(count for _label, _colour, count, _url in parts) == answer.context["head"].count == 2
        for _label, _colour, count, url in parts:
            assert len(signed_in(college.clerk).get(url).context["lines"]) == count

    def test_secretary_sees_the_own_people_only(self, college: College) -> None:
        notice = notices.published(college.clerk)
        factories.person("外人", Role.STAFF)
        wide = notices.published(college.clerk)

        answer = signed_in(college.secretary).get(reverse("notices:report", args=[wide.pk]), {"show": "all"})

        assert answer.context["head"].count == 2
        assert "外人" not in answer.text
        assert notice.recipient_count == 2

    def test_secretary_does_not_see_another_units_person(self, college: College) -> None:
        outsider = factories.person("外人", Role.STAFF)
        wide = notices.published(college.clerk)
        url = reverse("notices:person", args=[wide.pk, outsider.pk])

        assert signed_in(college.secretary).get(url).status_code == 404
        assert signed_in(college.clerk).get(url).status_code == 200

    def test_search_by_name_and_number(self, college: College) -> None:
        client = signed_in(college.clerk)

        for words in (college.reader.name, college.reader.number):
            lines = client.get(address(college, "report"), {"q": words}).context["lines"]
            assert [line.person_id for line, _basis in lines] == [college.reader.pk]

    def test_nonsense_in_the_address_is_ignored(self, college: College) -> None:
        for query in (
            {"unit": "x"},
            {"show": "x"},
            {"first": "2026-99-99"},
            {"by": "x"},
            {"cursor": "x"},
            {"unit": "9" * 18},
        ):
            assert signed_in(college.clerk).get(address(college, "report"), query).status_code == 200

    def test_person_page_lists_every_fact(self, college: College) -> None:
        notices.says(college.notice, college.reader, "handed_off")
        notices.says(college.notice, college.reader, "bounced_hard")
        notices.refresh()

        answer = signed_in(college.clerk).get(address(college, "person"))

        assert [event.kind for event, *_rest in answer.context["events"]] == ["handed_off", "bounced_hard"]
        assert answer.context["deciding"].kind == "bounced_hard"


class TestExport:
    def rows(self, client: Client, url: str, **data: str) -> list[tuple]:
        book = openpyxl.load_workbook(BytesIO(b"".join(client.post(url, data))))
        return list(book.worksheets[1].iter_rows(values_only=True))

    def test_has_evidence_and_text_numbers_and_is_written_down(self, college: College) -> None:
        Person.objects.filter(pk=college.reader.pk).update(number="000123")
        notices.says(college.notice, college.reader, "delivered")
        notices.refresh()

        _head, first, _second = self.rows(signed_in(college.clerk), address(college, "export"))

        assert first[0] == "000123"
        assert first[4]
        entry = Entry.objects.about(college.notice).get(verb="exported")
        assert entry.changes == {"people": 2, "show": "all"}

    def test_formula_is_text_with_an_apostrophe(self, college: College) -> None:
        Person.objects.filter(pk=college.reader.pk).update(name='=HYPERLINK("http://x")')

        _head, first, _second = self.rows(signed_in(college.clerk), address(college, "export"))

        assert first[1] == '\'=HYPERLINK("http://x")'

    def test_follows_the_filter(self, college: College) -> None:
        notices.says(college.notice, college.reader, "bounced_hard")
        notices.refresh()

        assert len(self.rows(signed_in(college.clerk), address(college, "export"), show="bounced")) == 2

    @pytest.mark.parametrize(("who", "status"), [("reader", 403), ("stranger", 404), ("secretary", 200)])
    def test_who_may(self, college: College, who: str, status: int) -> None:
        assert signed_in(getattr(college, who)).post(address(college, "export")).status_code == status


def queries(client: Client, url: str) -> int:
    client.get(url)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


@pytest.fixture
def grow() -> Callable[[College], None]:
    def more(college: College) -> None:
        for person in notices.staff(2, at=college.department):
            line = Obligation.objects.create(
                notice=college.notice, person=person, reason="listed", created_at=college.notice.published_at
            )
            notices.says(college.notice, line.person, "delivered")
        notices.refresh()
        for _more in range(2):
            notices.published(college.sender)

    return more


PAGES = {
    "report": lambda c: (c.clerk, address(c, "report") + "?show=all"),
    "report of a secretary": lambda c: (c.secretary, address(c, "report") + "?show=all"),
    "inbox": lambda c: (c.reader, reverse("notices:inbox")),
    "sent": lambda c: (c.clerk, reverse("notices:list")),
    "sent of a secretary": lambda c: (c.secretary, reverse("notices:list")),
    "people": lambda c: (c.clerk, reverse("notices:people")),
}


@pytest.mark.parametrize("page", PAGES)
def test_same_queries_for_more_rows(college: College, grow: Callable[[College], None], page: str) -> None:
    person, url = PAGES[page](college)
    client = signed_in(person)
    few = queries(client, url)

    grow(college)

    assert queries(client, url) == few


def test_report_of_a_thousand_people_in_a_fixed_number_of_queries(settings) -> None:
    settings.NOTICE_APPROVAL_FROM = 0
    clerk = notices.ground()
    made = Person.objects.bulk_create(Person(number=f"M{place:04d}", name=f"人{place}") for place in range(1000))
    unit = factories.unit("大系")
    Post.objects.bulk_create(
        Post(person=person, unit=unit, role=Role.STAFF, valid_from="2020-01-01", is_main=True) for person in made
    )
    notice = notices.published(clerk)
    client = signed_in(clerk)
    url = reverse("notices:report", args=[notice.pk])

    assert notice.recipient_count == 1000
    assert queries(client, url) <= 25
    seen, cursor = 0, ""
    while True:
        page = client.get(url, {"show": "all", "cursor": cursor}).context["page"]
        seen += len(page.rows)
        cursor = page.next_cursor
        if not cursor:
            break
    assert seen == 1000


def test_pages_without_anything(college: College) -> None:
    for name in ("inbox", "list", "people"):
        status = signed_in(factories.clerk("新科員")).get(reverse(f"notices:{name}")).status_code
        assert status == 200
    assert signed_in(college.stranger).get(reverse("notices:list")).status_code == 403
