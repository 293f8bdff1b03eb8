"""The handlers' list: chips, filters, paging, figures, bulk moves, export."""

import io
from datetime import datetime, timedelta

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.core.clock import now
from apps.core.measure import Period
from apps.journal.models import Entry
from apps.servicedesk import measures
from apps.servicedesk.catalogue_enums import Delay
from apps.servicedesk.enums import RequestState as S
from apps.servicedesk.models import Request
from tests import factories
from tests.servicedesk import factories as desk

pytestmark = pytest.mark.django_db
URL = "/requests/list/"


@pytest.fixture
def clerk(client):
    person = factories.clerk()
    client.force_login(person)
    return person


def shown(client, **query: object) -> list[str]:
    return [item.title for item in client.get(URL, query).context["page"].rows]


def test_list_is_the_offices(client):
    client.force_login(factories.student())

    assert client.get(URL).status_code == 403
    assert client.post(reverse("servicedesk:export")).status_code == 403
    assert client.post(reverse("servicedesk:bulk")).status_code == 403


def test_dear_delay_is_marked(client, clerk):
    desk.request(of=desk.service(delay=Delay.MIDDLE), title="不急")
    assert "延誤代價高" not in client.get(URL, {"chip": "all"}).text

    desk.request(of=desk.service(delay=Delay.HIGH), title="急")
    assert client.get(URL, {"chip": "all"}).text.count("延誤代價高") == 1


def test_one_in_work_that_nobody_has_is_taken_from_the_list(client, clerk):
    free, own = desk.request(S.IN_PROGRESS), desk.request(S.IN_PROGRESS, requester=clerk)
    had = desk.request(S.IN_PROGRESS, handler=factories.clerk("別人"))
    seen = {item.pk: item.can_be_taken for item in client.get(URL, {"chip": "all"}).context["page"].rows}
    assert seen == {free.pk: True, own.pk: False, had.pk: False}

    answer = client.post(reverse("servicedesk:bulk"), {"act": "take", "pk": [free.pk, own.pk, had.pk]})

    results = {result.request.pk: result.done for result in answer.context["results"]}
    assert results == {free.pk: True, own.pk: False, had.pk: False}


def test_chips_show_what_they_say(client, clerk):
    service = desk.service(unit=clerk.main_unit)
    elsewhere = desk.service(unit=factories.unit("別處"))
    past = now() - timedelta(days=1)
    desk.request(S.IN_PROGRESS, of=service, handler=clerk, title="我的")
    desk.request(S.RETURNED, of=service, handler=clerk, due_at=None, title="我的退回")
    desk.request(of=service, title="無人")
    desk.request(S.IN_PROGRESS, of=elsewhere, handler=factories.clerk("別人"), due_at=past, title="別處逾期")
    desk.request(S.RESOLVED, of=service, handler=clerk, title="辦結")
    desk.draft(of=service, title="草稿")

    assert shown(client, chip="mine") == ["我的", "我的退回"]  # what has no due time stands last
    assert sorted(shown(client, chip="unit")) == ["我的", "無人"]
    assert shown(client, chip="unassigned") == ["無人"]
    assert shown(client, chip="overdue") == ["別處逾期"]
    assert shown(client, chip="waiting") == ["我的退回"]
    assert sorted(shown(client, chip="all")) == sorted(["我的", "我的退回", "無人", "別處逾期", "辦結"])
    assert shown(client) == shown(client, chip="mine")


def test_filters_narrow_the_list(client, clerk):
    repair = desk.service("報修")
    early = datetime.fromisoformat("2026-03-02T10:00+08:00")
    first = desk.request(of=repair, title="投影機不亮", submitted_at=early)
    desk.request(S.IN_PROGRESS, handler=clerk, title="簽證用")

    assert shown(client, chip="all", q="投影") == ["投影機不亮"]
    assert shown(client, chip="all", q=first.number.lower()) == ["投影機不亮"]
    assert shown(client, chip="all", service=repair.pk) == ["投影機不亮"]
    assert shown(client, chip="all", state=S.IN_PROGRESS) == ["簽證用"]
    assert shown(client, chip="all", handler=clerk.pk) == ["簽證用"]
    assert shown(client, chip="all", since="2026-03-02", until="2026-03-02") == ["投影機不亮"]
    assert shown(client, chip="all", since="2026-03-03", until="2026-03-20") == []


@pytest.mark.parametrize(
    "query",
    [
        {"service": "1 OR 1=1", "state": "draft", "handler": "x", "since": "gestern"},
        {"requester__password__startswith": "a", "ordering": "requester__password"},
        {"cursor": "AAAA", "chip": "<script>"},
        {"cursor": "W251bGwsIG51bGxd"},
    ],
)
def test_hostile_addresses_show_the_plain_list(client, clerk, query):
    desk.request(S.IN_PROGRESS, handler=clerk, title="我的")

    answer = client.get(URL, query)

    assert answer.status_code == 200
    assert "<script>alert" not in answer.text


def count_queries(client, url: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert client.get(url).status_code == 200
    return len(queries)


def fill(count: int, clerk) -> None:
    service = desk.service(unit=clerk.main_unit)
    for number in range(count):
        desk.request(S.IN_PROGRESS, of=service, handler=clerk, title=f"第 {number} 件", requester=factories.student())


@pytest.mark.parametrize("chip", ["mine", "unit", "all"])
def test_list_takes_the_same_queries_for_one_and_three_rows(client, clerk, chip):
    fill(1, clerk)
    client.get(URL)
    one = count_queries(client, f"{URL}?chip={chip}")
    fill(2, clerk)

    assert count_queries(client, f"{URL}?chip={chip}") == one


def test_two_hundred_rows_are_paged_without_a_gap_or_a_double(client, clerk):
    fill(1, clerk)
    client.get(URL)
    one = count_queries(client, f"{URL}?chip=all")
    fill(119, clerk)

    assert count_queries(client, f"{URL}?chip=all") == one
    seen, cursor = [], ""
    while True:
        page = client.get(URL, {"chip": "all", "cursor": cursor}).context["page"]
        seen += [item.pk for item in page.rows]
        cursor = page.next_cursor
        if not cursor:
            break
    assert len(seen) == len(set(seen)) == 120


@pytest.mark.parametrize("code", sorted(measures.FIGURES))
def test_a_figure_opens_its_rows(client, clerk, code):
    desk.request(S.IN_PROGRESS, handler=clerk)
    desk.request(S.RESOLVED, handler=clerk, within_target=True, rating=5, first_response_at=now())
    today = now().date()
    period = Period(today - timedelta(days=5), today + timedelta(days=1))

    answer = client.get(measures.rows_url(code, period))

    assert answer.status_code == 200
    expected = {row.pk for row in measures.FIGURES[code].rows(period, now())}
    assert {item.pk for item in answer.context["page"].rows} == expected


@pytest.mark.parametrize("query", ["measure=nonsense&from=2026-01-01&to=2026-01-02", "measure=received&from=x&to=y"])
def test_a_figure_that_no_report_made_is_unknown(client, clerk, query):
    assert client.get(f"{URL}?{query}").status_code == 404


def test_bulk_tells_each_row_and_holds_up_none(client, clerk):
    free, taken = desk.request(), desk.request(S.IN_PROGRESS, handler=factories.clerk("別人"))
    closed = desk.request(S.RESOLVED, handler=clerk)
    draft = desk.draft()

    answer = client.post(
        reverse("servicedesk:bulk"), {"act": "take", "pk": [free.pk, taken.pk, closed.pk, draft.pk, "x", "9" * 30]}
    )

    assert [(item.pk, done) for item, done, _words in answer.context["results"]] == [
        (free.pk, True),
        (taken.pk, False),
        (closed.pk, False),
    ]
    assert Request.objects.get(pk=free.pk).handler == clerk


def test_bulk_assign_gives_to_one_handler(client, clerk):
    rows = [desk.request(), desk.request()]
    other = factories.clerk("李接手")

    answer = client.post(
        reverse("servicedesk:bulk"), {"act": "assign", "handler": other.pk, "pk": [row.pk for row in rows]}
    )

    assert [done for _item, done, _words in answer.context["results"]] == [True, True]
    assert set(Request.objects.values_list("handler", flat=True)) == {other.pk}


def test_bulk_assign_without_a_handler_changes_nothing(client, clerk):
    row = desk.request()

    assert client.post(reverse("servicedesk:bulk"), {"act": "assign", "pk": [row.pk]}).status_code == 422
    assert Request.objects.get(pk=row.pk).handler is None


def test_export_holds_the_list_as_plain_text_and_is_on_record(client, clerk):
    desk.request(S.IN_PROGRESS, handler=clerk, title='=HYPERLINK("http://evil.example","x")')
    desk.request(S.IN_PROGRESS, handler=factories.clerk("別人"), title="不是我的")

    answer = client.post(f"{reverse('servicedesk:export')}?chip=mine")

    sheet = openpyxl.load_workbook(
        io.BytesIO(b"".join(answer.streaming_content) if answer.streaming else answer.content)
    )
    rows = list(sheet.active.iter_rows(min_row=2))
    assert [row[1].value for row in rows] == ['\'=HYPERLINK("http://evil.example","x")']
    assert rows[0][1].data_type == "s"
    assert rows[0][1].hyperlink is None
    entry = Entry.objects.about(clerk).get(verb="exported")
    assert entry.changes["rows"] == 1


@pytest.mark.parametrize("name", ["export", "bulk"])
def test_export_and_bulk_are_never_done_by_get(client, clerk, name):
    assert client.get(reverse(f"servicedesk:{name}")).status_code == 405


def test_taking_in_the_list_leads_back_to_it(client, clerk):
    item = desk.request()

    answer = client.post(reverse("servicedesk:take", args=[item.pk]), {"next": f"{URL}?chip=unassigned"})

    assert answer.url == f"{URL}?chip=unassigned"
    assert Request.objects.get(pk=item.pk).handler == clerk
