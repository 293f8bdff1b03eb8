"""What is asked from time to time: what is new in the list, who else is here; and time that is written down."""

import io
from datetime import timedelta

import openpyxl
import pytest
from django.core.cache import cache
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.core.clock import now
from apps.journal.models import Entry
from apps.servicedesk import services
from apps.servicedesk.enums import RequestState as S
from apps.servicedesk.models import Request, TimeSpent
from apps.servicedesk.presence import FADES_AFTER, note_presence
from tests import factories
from tests.servicedesk import factories as desk

pytestmark = pytest.mark.django_db
NEWS = "/requests/list/news"


@pytest.fixture
def clerk(client):
    cache.clear()
    person = factories.clerk()
    client.force_login(person)
    return person


def held(*rows: Request) -> str:
    return "-".join(str(row.pk) for row in rows)


def test_list_says_how_many_are_new_and_where(client, clerk):
    first = desk.request()
    query = {"chip": "unassigned", "held": held(first)}
    assert client.get(NEWS, query).text.strip() == ""
    desk.request()
    desk.request(S.IN_PROGRESS, handler=clerk)

    text = client.get(NEWS, query).text

    assert "1" in text
    assert 'href="?chip=unassigned"' in text


def test_page_asks_for_what_it_holds(client, clerk):
    row = desk.request()

    page = client.get("/requests/list/", {"chip": "unassigned", "q": row.title})

    assert client.get(f"{NEWS}?{page.context['news_query']}").text.strip() == ""
    assert page.context["news_query"] in page.text.replace("&amp;", "&")


def test_unchanged_list_is_answered_by_304_until_a_row_changes(client, clerk):
    row = desk.request()
    query = {"chip": "unassigned", "held": held(row)}
    signature = client.get(NEWS, query)["ETag"]

    assert client.get(NEWS, query, headers={"If-None-Match": signature}).status_code == 304
    services.set_priority(request=row, actor=clerk, priority=1, note="急用")
    assert client.get(NEWS, query, headers={"If-None-Match": signature}).status_code == 200


@pytest.mark.parametrize("text", ["", "x", "1-1-1-", "9" * 5000, "<script>"])
def test_hostile_keys_do_no_harm(client, clerk, text):
    desk.request()

    answer = client.get(NEWS, {"chip": "unassigned", "held": text})

    assert answer.status_code == 200
    assert "<script>" not in answer.text


def test_asking_takes_the_same_queries_for_one_and_three_rows(client, clerk):
    desk.request()
    client.get(NEWS, {"chip": "unassigned"})
    with CaptureQueriesContext(connection) as one:
        client.get(NEWS, {"chip": "unassigned"})
    desk.request()
    desk.request()
    with CaptureQueriesContext(connection) as three:
        client.get(NEWS, {"chip": "unassigned"})

    assert len(three) == len(one)


def test_two_of_the_office_learn_of_each_other(client, clerk):
    item, other = desk.request(), factories.clerk("別人")
    url = reverse("servicedesk:presence", args=[item.pk])
    assert client.post(url).text.strip() == ""

    client.force_login(other)
    assert clerk.name in client.post(url, {"writing": "1"}).text

    client.force_login(clerk)
    text = client.post(url).text
    assert "別人" in text
    assert "正在此處書寫" in text
    assert Request.objects.get(pk=item.pk).version == 1
    assert not Entry.objects.about(item).exists()


def test_presence_fades(clerk):
    at, other = now(), factories.clerk("別人")
    note_presence(1, other, writing=True, at=at)

    assert [each.name for each in note_presence(1, clerk, writing=False, at=at + timedelta(seconds=60))] == ["別人"]
    assert note_presence(1, clerk, writing=False, at=at + FADES_AFTER) == []
    assert note_presence(2, clerk, writing=False, at=at) == []


def test_requester_learns_nothing_of_readers(client, clerk):
    item = desk.request()
    note_presence(item.pk, clerk, writing=True, at=now())
    client.force_login(item.requester)

    assert client.post(reverse("servicedesk:presence", args=[item.pk])).status_code == 403
    assert "data-writing" not in client.get(item.get_absolute_url()).text


def timed(clerk, **fields: object) -> Request:
    return desk.request(S.IN_PROGRESS, of=desk.service(counts_time=True), handler=clerk, **fields)


def test_minutes_are_written_down_and_added_up(client, clerk):
    item = timed(clerk)
    url = reverse("servicedesk:time", args=[item.pk])
    assert "do=time" in client.get(item.get_absolute_url()).text

    client.post(url, {"minutes": 25, "word": "查檔"})
    client.post(url, {"minutes": -5, "word": "記錯"})

    screen = client.get(item.get_absolute_url()).context["screen"]
    assert screen.spent.total == 20
    assert [line.word for line in screen.spent.newest] == ["記錯", "查檔"]
    assert Request.objects.get(pk=item.pk).version == 1
    answer = client.post(reverse("servicedesk:bulk"), {"act": "export", "pk": item.pk, "column": ["minutes"]})
    assert openpyxl.load_workbook(io.BytesIO(answer.content)).active["A2"].value == 20


@pytest.mark.parametrize(
    "form", [{"minutes": 0, "word": "x"}, {"minutes": 5}, {"minutes": 5000, "word": "x"}, {"minutes": -1, "word": "x"}]
)
def test_minutes_that_make_no_sense_are_refused(client, clerk, form):
    item = timed(clerk)

    assert client.post(reverse("servicedesk:time", args=[item.pk]), form).status_code == 422
    assert not TimeSpent.objects.exists()


def test_time_is_off_unless_the_service_asks_for_it(client, clerk):
    item = desk.request(S.IN_PROGRESS, handler=clerk)

    assert "do=time" not in client.get(item.get_absolute_url()).text
    assert client.post(reverse("servicedesk:time", args=[item.pk]), {"minutes": 5, "word": "x"}).status_code == 403


def test_requester_never_sees_the_time(client, clerk):
    item = timed(clerk)
    services.spend_time(request=item, actor=clerk, minutes=77, word="祕密用途")
    client.force_login(item.requester)

    for name in ("detail", "clock", "preview"):
        assert "祕密用途" not in client.get(reverse(f"servicedesk:{name}", args=[item.pk])).text
    assert not TimeSpent.objects.visible_to(item.requester).exists()


def test_written_time_is_never_changed(clerk):
    item = timed(clerk)
    services.spend_time(request=item, actor=clerk, minutes=7, word="x")

    for change in (lambda: TimeSpent.objects.update(minutes=1), lambda: TimeSpent.objects.all().delete()):
        with pytest.raises(Exception, match="append_only"), transaction.atomic():
            change()
    with pytest.raises(IntegrityError), transaction.atomic():
        TimeSpent.objects.create(request=item, person=clerk, minutes=0, word="x")
