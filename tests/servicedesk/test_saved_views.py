"""Saved views: what they may ask, what each reader sees, and what can be done with them."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.core.clock import now
from apps.core.pages import keyset_page
from apps.journal.services import record
from apps.people.enums import Role
from apps.servicedesk.catalogue_enums import Delay
from apps.servicedesk.desk_views import chip_for, counts_of
from apps.servicedesk.enums import Priority, ViewScope
from apps.servicedesk.enums import RequestState as S
from apps.servicedesk.filters import due_or_never
from apps.servicedesk.models import Request, SavedView, StartView
from apps.servicedesk.services.views import MOST_VIEWS, UnableToSaveView, save_view
from apps.servicedesk.view_fields import FIELDS, SORTS, BadFilter
from apps.servicedesk.view_filter import ViewFilter
from tests import factories
from tests.servicedesk import factories as desk

pytestmark = pytest.mark.django_db
LIST = "/requests/list/"


def asked(*where: list[object], sort: str = "newest") -> ViewFilter:
    return ViewFilter.from_json({"v": 1, "where": list(where), "sort": sort})


def titles(found: ViewFilter, user) -> list[str]:
    rows = found.narrow(Request.objects.visible_to(user), user, now()).annotate(due_or_never=due_or_never())
    order = ("-" if found.order.newest_first else "") + found.order.by
    return [row.title for row in rows.order_by(order, "pk")]


def form(**fields: object) -> dict[str, object]:
    return {"name": "我的視圖", "shared": "own", "sort": "due"} | fields


@pytest.fixture
def clerk(client):
    person = factories.clerk()
    client.force_login(person)
    return person


HOSTILE = [
    None,
    [],
    "{}",
    {},
    {"v": 2, "where": [], "sort": "due"},
    {"v": 1, "where": [], "sort": "requester__password"},
    {"v": 1, "where": [], "sort": "-due"},
    {"v": 1, "where": [], "sort": ["due"]},
    {"v": 1, "where": {}, "sort": "due"},
    {"v": 1, "where": "state", "sort": "due"},
    {"v": 1, "where": [], "sort": "due", "extra": 1},
    {"v": 1, "where": [["requester__password", "in", ["a"]]], "sort": "due"},
    {"v": 1, "where": [["requester__password__startswith", "hold", "pbkdf2"]], "sort": "due"},
    {"v": 1, "where": [["state", "regex", ["s"]]], "sort": "due"},
    {"v": 1, "where": [["state", "in__isnull", ["submitted"]]], "sort": "due"},
    {"v": 1, "where": [["state", "in", ["draft"]]], "sort": "due"},
    {"v": 1, "where": [["state", "in", ["submitted", 1]]], "sort": "due"},
    {"v": 1, "where": [["state", "in", []]], "sort": "due"},
    {"v": 1, "where": [["state", "in", "submitted"]], "sort": "due"},
    {"v": 1, "where": [["state", "in", [["submitted"]]]], "sort": "due"},
    {"v": 1, "where": [["state", "in", {"submitted": 1}]], "sort": "due"},
    {"v": 1, "where": [["state", "in", ["submitted"]], ["state", "in", ["resolved"]]], "sort": "due"},
    {"v": 1, "where": [["state", "in"]], "sort": "due"},
    {"v": 1, "where": [[["state"], "in", ["submitted"]]], "sort": "due"},
    {"v": 1, "where": [["service", "in", ["1) OR 1=1"]]], "sort": "due"},
    {"v": 1, "where": [["service", "in", [True]]], "sort": "due"},
    {"v": 1, "where": [["service", "in", [0]]], "sort": "due"},
    {"v": 1, "where": [["service", "in", [-1]]], "sort": "due"},
    {"v": 1, "where": [["service", "in", [2**63]]], "sort": "due"},
    {"v": 1, "where": [["service", "in", [1.5]]], "sort": "due"},
    {"v": 1, "where": [["service", "in", list(range(1, 60))]], "sort": "due"},
    {"v": 1, "where": [["handler", "in", ["director"]]], "sort": "due"},
    {"v": 1, "where": [["unit", "in", ["me"]]], "sort": "due"},
    {"v": 1, "where": [["priority", "in", [7]]], "sort": "due"},
    {"v": 1, "where": [["priority", "in", [True]]], "sort": "due"},
    {"v": 1, "where": [["filed", "between", ["gestern", ""]]], "sort": "due"},
    {"v": 1, "where": [["filed", "between", ["", ""]]], "sort": "due"},
    {"v": 1, "where": [["filed", "between", ["9999-12-31", "9999-12-31"]]], "sort": "due"},
    {"v": 1, "where": [["filed", "between", [1, 2]]], "sort": "due"},
    {"v": 1, "where": [["filed", "between", ["2026-01-01"]]], "sort": "due"},
    {"v": 1, "where": [["due", "within", -1]], "sort": "due"},
    {"v": 1, "where": [["due", "within", 10**9]], "sort": "due"},
    {"v": 1, "where": [["due", "within", "2"]], "sort": "due"},
    {"v": 1, "where": [["due", "within", True]], "sort": "due"},
    {"v": 1, "where": [["idle", "since", 0]], "sort": "due"},
    {"v": 1, "where": [["urged", "is", "yes"]], "sort": "due"},
    {"v": 1, "where": [["urged", "is", 1]], "sort": "due"},
    {"v": 1, "where": [["words", "hold", ""]], "sort": "due"},
    {"v": 1, "where": [["words", "hold", "x" * 101]], "sort": "due"},
    {"v": 1, "where": [["words", "hold", ["x"]]], "sort": "due"},
    {"v": 1, "where": [["words", "hold", "\x00"]], "sort": "due"},
]


@pytest.mark.parametrize("found", HOSTILE, ids=str)
def test_filter_that_no_form_made_is_refused(found):
    with pytest.raises(BadFilter):
        ViewFilter.from_json(found)


@pytest.mark.parametrize("found", HOSTILE[:-1], ids=str)  # the database itself refuses the last one
def test_broken_view_shows_nothing_and_says_so(client, clerk, found):
    """Also past the form: a row changed by hand."""
    desk.request(title="不該出現")
    view = SavedView.objects.create(owner=clerk, name="壞", query=found if found is not None else {})

    answer = client.get(LIST, {"view": view.pk})

    assert answer.status_code == 200
    assert answer.context["page"].rows == []
    assert client.get(reverse("servicedesk:edit_view", args=[view.pk])).status_code == 200


@pytest.mark.parametrize(
    "extra",
    [
        {"requester__password__startswith": "a"},
        {"sort": "requester__password"},
        {"state": "draft"},
        {"state_is": "regex"},
        {"handler": "requester__password"},
        {"service": "1 OR 1=1"},
        {"shared": "unit-999"},
        {"shared": "everybody"},
        {"due": "-1"},
        {"filed_from": "9999-12-31"},
        {"service": [str(key) for key in range(60)]},
    ],
)
def test_hostile_form_saves_nothing_of_it(client, clerk, extra):
    answer = client.post(reverse("servicedesk:create_view"), form(**extra))

    saved = SavedView.objects.first()
    assert answer.status_code == 422 or (saved and saved.query == {"v": 1, "where": [], "sort": "due"})


def test_hostile_address_begins_an_empty_view(client, clerk):
    query = {"chip": "<x>", "state": "draft", "service": "x", "since": "gestern", "requester__password": "a"}

    assert client.get(reverse("servicedesk:create_view"), query).status_code == 200


@pytest.mark.parametrize("key", ["x", "-1", "9" * 30, "1 OR 1=1", ""])
def test_view_of_a_hostile_key_is_unknown(client, clerk, key):
    assert client.get(LIST, {"view": key}).status_code == 404


def test_every_field_finds_its_rows(client, clerk):
    """One request that fits all, one that fits nothing."""
    root = factories.root_unit()
    near = factories.unit("近系", parent=root)
    below = factories.unit("近班", parent=near)
    student = factories.student(at=below)
    service = desk.service("報修", unit=clerk.main_unit, delay=Delay.HIGH)
    fits = desk.request(
        S.IN_PROGRESS, of=service, requester=student, handler=clerk, title="投影機不亮", priority=Priority.URGENT
    )
    long_ago = now() - timedelta(days=40)
    Request.objects.filter(pk=fits.pk).update(
        return_count=2, last_event_at=long_ago, due_at=now() - timedelta(hours=1), requester_unit=below
    )
    record(actor=student, verb="urge", obj=fits)
    other = desk.request(S.RESOLVED, of=desk.service(area=desk.area("other")), title="別的")
    Request.objects.filter(pk=other.pk).update(
        submitted_at=now() - timedelta(days=400), unit=root, last_event_at=now(), requester_unit=root
    )
    today = now().date()
    clauses = [
        ["state", "in", ["in_progress"]],
        ["state", "not_in", ["resolved"]],
        ["category", "in", ["running"]],
        ["service", "in", [service.pk]],
        ["service", "not_in", [other.service_id]],
        ["area", "in", [service.area_id]],
        ["unit", "in", [clerk.main_unit.pk]],
        ["unit", "in", ["mine"]],
        ["handler", "in", ["me"]],
        ["handler", "in", [clerk.pk]],
        ["handler", "not_in", ["nobody"]],
        ["requester_unit", "in", [below.pk]],
        ["requester_unit", "under", [near.pk]],
        ["priority", "in", [2]],
        ["delay", "in", [2]],
        ["filed", "between", [(today - timedelta(days=2)).isoformat(), (today + timedelta(days=1)).isoformat()]],
        ["due", "within", 0],
        ["late", "is", True],
        ["idle", "since", 5],
        ["returned", "at_least", 2],
        ["urged", "is", True],
        ["words", "hold", "投影"],
    ]
    desk.keep_words()
    assert {field for field, _word, _value in clauses} == set(FIELDS)
    assert {(f, w) for f, w, _v in clauses} == {(f, w) for f, field in FIELDS.items() for w in field.operators}

    for clause in clauses:
        assert titles(asked(clause), clerk) == ["投影機不亮"], clause
    assert titles(asked(["handler", "in", ["nobody"]]), clerk) == ["別的"]
    assert titles(asked(*{each[0]: each for each in clauses}.values()), clerk) == ["投影機不亮"]


@pytest.mark.parametrize("sort", sorted(SORTS))
def test_every_order_is_paged_to_its_end(clerk, sort):
    for state in (S.SUBMITTED, S.RETURNED, S.RESOLVED) * 2:
        desk.request(state, due_at=None if state == S.RETURNED else now())
    found = asked(sort=sort)
    rows = found.narrow(Request.objects.visible_to(clerk), clerk, now()).annotate(due_or_never=due_or_never())
    seen, cursor = [], ""
    while True:
        page = keyset_page(rows, by=found.order.by, cursor=cursor, newest_first=found.order.newest_first, size=2)
        seen += [row.pk for row in page.rows]
        cursor = page.next_cursor
        if not cursor:
            break

    assert len(seen) == len(set(seen)) == {"due": 4, "idle": 4, "closed": 2}.get(sort, 6)


def test_view_is_saved_listed_counted_and_shown(client, clerk):
    desk.request(S.IN_PROGRESS, handler=clerk, title="我的")
    desk.request(S.IN_PROGRESS, handler=factories.clerk("別人"), title="別人的")

    answer = client.post(reverse("servicedesk:create_view"), form(handler=["me"], state=["in_progress"]), follow=True)

    assert [row.title for row in answer.context["page"].rows] == ["我的"]
    chip, count, url = answer.context["chips"][-1]
    assert (chip.label, count) == ("我的視圖", "1")
    assert url == f"?view={SavedView.objects.get().pk}"


def test_view_begins_from_the_list(client, clerk):
    service = desk.service()
    query = {"chip": "waiting", "service": service.pk, "q": "投影", "since": "2026-03-01"}

    shown = client.get(reverse("servicedesk:create_view"), query).context["form"].initial

    assert shown["category"] == ["paused"]
    assert (shown["service"], shown["words"], shown["filed_from"]) == ([service.pk], "投影", "2026-03-01")
    assert shown["sort"] == "idle"


@pytest.mark.parametrize("chip", ["mine", "unit", "unassigned", "overdue", "waiting", "all"])
def test_view_made_of_a_chip_shows_what_the_chip_shows(client, clerk, chip):
    for state in (S.SUBMITTED, S.RETURNED, S.IN_PROGRESS):
        handler = None if state == S.SUBMITTED else clerk
        desk.request(state, handler=handler, of=desk.service(unit=clerk.main_unit), due_at=now() - timedelta(days=1))
    shown = client.get(reverse("servicedesk:create_view"), {"chip": chip}).context["form"].initial
    client.post(reverse("servicedesk:create_view"), form(**shown))
    view = SavedView.objects.get()

    rows = client.get(LIST, {"view": view.pk}).context["page"].rows

    assert {row.pk for row in rows} == {row.pk for row in client.get(LIST, {"chip": chip}).context["page"].rows}


def test_form_shows_again_what_was_saved(client, clerk):
    unit = factories.unit()
    given = form(
        state=["submitted"], state_is="not_in", handler=["me", "nobody"], requester_unit=[unit.pk], below="on",
        due="2", idle="3", returned="1", late="on", urged="on", filed_from="2026-01-01", words="簽證", priority=["1"],
        delay=["1", "2"],
    )  # fmt: skip
    client.post(reverse("servicedesk:create_view"), given)
    view = SavedView.objects.get()

    shown = client.get(reverse("servicedesk:edit_view", args=[view.pk])).context["form"].initial
    client.post(reverse("servicedesk:edit_view", args=[view.pk]), form(**{k: v for k, v in shown.items() if v}))

    assert SavedView.objects.get().query == view.query
    assert len(view.query["where"]) == 12


@pytest.mark.parametrize(
    ("scope", "role", "found"),
    [
        ("own", Role.CLERK, False),
        ("unit", Role.CLERK, True),
        ("office", Role.CLERK, True),
        ("unit", Role.LEADER, False),
        ("office", Role.LEADER, True),
        ("office", Role.STUDENT, False),
    ],
)
def test_shared_view_is_found_by_whom_it_is_shared_with(client, clerk, scope, role, found):
    unit = clerk.main_unit if scope == "unit" else None
    view = SavedView.objects.create(owner=clerk, name="共用", query=asked().as_json(), scope=scope, unit=unit)
    reader = factories.person("讀者", role, at=clerk.main_unit if role == Role.CLERK else factories.root_unit())

    assert SavedView.objects.visible_to(reader).filter(pk=view.pk).exists() == found
    client.force_login(reader)
    expected = 200 if found else 404
    if role == Role.STUDENT:
        expected = 403
    assert client.get(LIST, {"view": view.pk}).status_code == expected


def test_shared_view_asks_for_each_reader_anew(client, clerk):
    view = SavedView.objects.create(
        owner=clerk, name="共用", query=asked(["handler", "in", ["me"]]).as_json(), scope=ViewScope.OFFICE
    )
    other = factories.clerk("別人")
    desk.request(S.IN_PROGRESS, handler=clerk, title="甲的")
    desk.request(S.IN_PROGRESS, handler=other, title="乙的")
    client.force_login(other)

    answer = client.get(LIST, {"view": view.pk})

    assert [row.title for row in answer.context["page"].rows] == ["乙的"]
    assert "clerk" not in answer.context["chip"].note
    assert clerk.name in answer.context["chip"].note


def test_reader_of_a_shared_view_may_not_change_it_but_the_director_may(client, clerk):
    view = SavedView.objects.create(owner=clerk, name="共用", query=asked().as_json(), scope=ViewScope.OFFICE)
    other = factories.clerk("別人")
    client.force_login(other)
    assert client.get(reverse("servicedesk:edit_view", args=[view.pk])).status_code == 403
    assert client.post(reverse("servicedesk:delete_view", args=[view.pk])).status_code == 403
    assert client.post(reverse("servicedesk:move_view", args=[view.pk])).status_code == 403

    client.force_login(factories.director())
    assert client.post(reverse("servicedesk:delete_view", args=[view.pk])).status_code == 302
    assert not SavedView.objects.exists()


def test_own_view_of_another_is_unknown(client, clerk):
    view = SavedView.objects.create(owner=factories.clerk("別人"), name="私", query=asked().as_json())

    for name in ("edit_view", "delete_view", "move_view", "begin_view"):
        assert client.post(reverse(f"servicedesk:{name}", args=[view.pk])).status_code == 404


def test_list_begins_with_the_chosen_view(client, clerk):
    desk.request(S.RESOLVED, title="辦結")
    query = asked(["state", "in", ["resolved"]]).as_json()
    view = SavedView.objects.create(owner=clerk, name="辦結", query=query)
    begin = reverse("servicedesk:begin_view", args=[view.pk])

    client.post(begin)
    assert [row.title for row in client.get(LIST).context["page"].rows] == ["辦結"]
    assert client.get(LIST, {"chip": "mine"}).context["chip"].code == "mine"

    client.post(begin)
    assert client.get(LIST).context["chip"].code == "mine"


def test_start_page_that_is_shared_no_more_is_passed_over(client, clerk):
    view = SavedView.objects.create(owner=factories.clerk("別人"), name="私", query=asked().as_json())
    StartView.objects.create(person=clerk, view=view)

    assert client.get(LIST).context["chip"].code == "mine"


def test_deleted_view_is_nobodys_start_page(client, clerk):
    view = SavedView.objects.create(owner=clerk, name="x", query=asked().as_json(), scope=ViewScope.OFFICE)
    StartView.objects.create(person=factories.clerk("別人"), view=view)

    client.post(reverse("servicedesk:delete_view", args=[view.pk]))

    assert not StartView.objects.exists()


def test_views_are_put_in_order(client, clerk):
    first, second = [save_view(actor=clerk, name=name, wanted=asked()) for name in ("甲", "乙")]
    client.post(reverse("servicedesk:move_view", args=[second.pk]))
    client.post(reverse("servicedesk:move_view", args=[second.pk]))

    assert [chip.label for chip, _count, _url in client.get(LIST).context["chips"][-2:]] == ["乙", "甲"]
    assert first.owner == clerk


def test_name_is_used_once_by_each(clerk):
    save_view(actor=clerk, name="甲", wanted=asked())
    save_view(actor=factories.clerk("別人"), name="甲", wanted=asked())

    with pytest.raises(UnableToSaveView):
        save_view(actor=clerk, name="甲", wanted=asked())


def test_second_of_two_who_save_is_told(client, clerk):
    view = save_view(actor=clerk, name="甲", wanted=asked())
    save_view(actor=clerk, name="乙", wanted=asked(), view=view, version=1)

    answer = client.post(reverse("servicedesk:edit_view", args=[view.pk]), form(name="丙", version="1"))

    assert answer.status_code == 409
    assert "丙" in answer.text
    assert SavedView.objects.get().name == "乙"


def test_nobody_shares_with_a_unit_of_others(clerk):
    with pytest.raises(UnableToSaveView):
        save_view(actor=clerk, name="甲", wanted=asked(), scope=ViewScope.UNIT, unit=factories.unit())


def test_there_are_not_endlessly_many(clerk):
    for number in range(MOST_VIEWS):
        SavedView.objects.create(owner=clerk, name=str(number), query=asked().as_json())

    with pytest.raises(UnableToSaveView):
        save_view(actor=clerk, name="甲", wanted=asked())


def test_views_are_counted_in_one_query(client, clerk):
    for name, clause in (
        ("甲", ["handler", "in", ["me"]]),
        ("乙", ["unit", "in", ["mine"]]),
        ("丙", ["idle", "since", 1]),
    ):
        SavedView.objects.create(owner=clerk, name=name, query=asked(clause, sort="due").as_json())
    desk.request(S.IN_PROGRESS, handler=clerk, submitted_at=now())  # today, also just after midnight
    chips = [chip_for(view, clerk) for view in SavedView.objects.order_by("pk")]
    rows = Request.objects.visible_to(clerk)
    counts_of(chips, rows, clerk, now(), cap=99)

    with CaptureQueriesContext(connection) as asked_for:
        counts = counts_of(chips, rows, clerk, now(), cap=99)

    assert counts == ["1", "1", "0"]
    assert sum("count(*)" in each["sql"] for each in asked_for) == 1


def test_list_with_views_takes_the_same_queries_for_one_and_three_rows(client, clerk):
    view = save_view(actor=clerk, name="甲", wanted=asked(["words", "hold", "第"], sort="due"))
    desk.request(S.IN_PROGRESS, title="第 1 件")
    desk.keep_words()
    client.get(LIST, {"view": view.pk})
    with CaptureQueriesContext(connection) as one:
        client.get(LIST, {"view": view.pk})
    for number in range(2):
        desk.request(S.IN_PROGRESS, title=f"第 {number} 件")
    desk.keep_words()

    with CaptureQueriesContext(connection) as three:
        assert len(client.get(LIST, {"view": view.pk}).context["page"].rows) == 3

    assert len(three) == len(one)
