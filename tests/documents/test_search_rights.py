"""Nobody finds what they may not read: not as a line, not as an excerpt, not in a count or the length of a page."""

from datetime import timedelta
from itertools import count

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.core.clock import now
from apps.documents import services
from apps.documents.enums import PUBLISHED_STATES, Access, Direction, State, Why
from apps.documents.models import Document
from apps.documents.search import Asked
from apps.documents.search_page import find, found_keys
from apps.people.enums import Role
from apps.people.models import Deputy, Person
from tests import factories
from tests.documents.factories import NINE, TEN, incoming

pytestmark = pytest.mark.django_db
sequence, DAY = count(1), timedelta(days=1)
ROLES = (*Role.values, "nothing")
WORD = "祕密計畫"


def someone(role: str) -> Person:
    roles = () if role == "nothing" else (role,)
    return factories.person(f"人{next(sequence)}", *roles, at=factories.unit(f"單位{next(sequence)}"))


def sign_in(person: Person) -> Client:
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def closed(row: Document) -> Document:
    row.state, row.closed_at = State.CLOSED, TEN
    row.save()
    return row


def one_of_each(to: Person) -> list[Document]:
    """Every access level, open and closed, with and without `to` being concerned: in person, as unit, or no more."""
    clerk, rows = factories.clerk(f"科員{next(sequence)}"), []
    for access in Access.values:
        for is_out in (False, True):
            for why in ("", "person", "unit", "ended"):
                row = incoming(f"{WORD}{access}{is_out}{why}", clerk=clerk, access=access)
                if is_out:
                    closed(row)
                if why == "unit" and to.current_posts:
                    services.involve(row, to.current_posts[0].unit, why=Why.RECEIVES, actor=clerk, at=TEN)
                if why in ("person", "ended"):
                    services.involve(row, to, why=Why.READS, actor=clerk, at=TEN)
                if why == "ended":
                    row.concerned.filter(person=to).update(ended_at=TEN)
                services.refresh_text(row)
                rows.append(row)
    return rows


@pytest.mark.parametrize("role", ROLES)
def test_what_is_found_is_what_may_be_read(role: str) -> None:
    """Both ways: few are listed and asked who may read them; many are read by each way in which somebody may."""
    user = someone(role)
    one_of_each(user)
    readable = set(Document.objects.visible_to(user).values_list("pk", flat=True))
    assert set(found_keys(user, Asked(text=WORD), None, 100)) == readable  # a word of many
    assert set(found_keys(user, Asked(direction=Direction.INCOMING), None, 100)) == readable  # no word at all
    few = set(Document.objects.filter(title__contains="hidden").values_list("pk", flat=True))
    assert set(found_keys(user, Asked(text="hidden"), None, 100)) == readable & few
    published = set(Document.objects.filter(state__in=PUBLISHED_STATES).values_list("pk", flat=True))
    assert set(found_keys(user, Asked(text=WORD, state=State.CLOSED), None, 100)) == readable & published


def test_pages_are_as_long_as_what_may_be_read() -> None:
    user = someone(Role.STAFF)
    one_of_each(user)
    readable = Document.objects.visible_to(user).count()
    page = find(user, Asked(text=WORD), size=readable)
    assert (len(page.rows), page.next_cursor) == (readable, "")
    page = find(user, Asked(text=WORD), size=readable - 1)
    assert (len(page.rows), bool(page.next_cursor)) == (readable - 1, True)


def test_who_is_concerned_for_several_reasons_finds_it_once() -> None:
    user = someone("nothing")
    rows = [incoming(f"{WORD}{number}") for number in range(3)]
    for row in rows:
        for why in (Why.READS, Why.ACTS, Why.DECIDES):
            services.involve(row, user, why=why, actor=row.created_by, at=TEN)
    assert find(user, Asked(direction=Direction.INCOMING), size=2).rows == [rows[2], rows[1]]
    assert len(find(user, Asked(direction=Direction.INCOMING), size=3).rows) == 3


def test_deputy_finds_what_the_principal_reads_and_who_left_finds_nothing() -> None:
    principal, deputy = someone(Role.LEADER), someone("nothing")
    row = incoming(WORD, access=Access.HIDDEN)
    services.involve(row, principal, why=Why.DECIDES, actor=row.created_by, at=TEN)
    services.refresh_text(row)
    assert find(deputy, Asked(text=WORD)).rows == []
    Deputy.objects.create(
        principal=principal, deputy=deputy, scope="documents", starts_at=now() - DAY, ends_at=now() + DAY,
        created_by=principal,
    )  # fmt: skip
    assert find(deputy, Asked(text=WORD)).rows == [row]
    Person.objects.filter(pk=principal.pk).update(is_active=False)
    assert find(deputy, Asked(text=WORD)).rows == []
    principal.refresh_from_db()
    assert find(principal, Asked(text=WORD)).rows == []


@pytest.mark.parametrize("access", [Access.RESERVED, Access.HIDDEN])
@pytest.mark.parametrize(
    ("address", "row_of"), [("documents:search", b"list-group-item"), ("documents:find", b"<option")]
)
def test_a_stranger_sees_the_same_page_whether_it_is_there_or_not(access: str, address: str, row_of: bytes) -> None:
    other = factories.clerk("科員乙")
    client, url = sign_in(other), reverse(address)
    for asked in ({"q": WORD}, {"q": "收[2026]1"}, {"sender": "學校辦公室"}, {"q": "隱藏的正文"}):
        if "sender" in asked and address == "documents:find":
            continue
        before = client.get(url, asked, headers={"HX-Request": "true"}).content
        with connection.cursor() as cursor:
            cursor.execute("SAVEPOINT before_it_was_there")
        row = incoming(WORD, access=access)
        services.write_edition(document=row, words={"body": "隱藏的正文"}, actor=row.created_by, at=TEN)
        assert client.get(url, asked, headers={"HX-Request": "true"}).content == before, asked
        assert sign_in(row.created_by).get(url, asked).content.count(row_of)
        with connection.cursor() as cursor:
            cursor.execute("ROLLBACK TO SAVEPOINT before_it_was_there")


def test_page_shows_the_place_and_escapes_it() -> None:
    row = incoming("通知")
    services.write_edition(document=row, words={"body": 'a < b <i>報送</i> & "名單"'}, actor=row.created_by, at=TEN)
    page = sign_in(row.created_by).get(reverse("documents:search"), {"q": "報送"}).content.decode()
    assert "a &lt; b <mark>報送</mark> &amp; &quot;名單&quot;" in page


def test_page_asks_as_often_for_many_rows_as_for_one() -> None:
    clerk = factories.clerk()
    client, counts = sign_in(clerk), {}

    def rows(many: int) -> None:
        for number in range(many):
            who = factories.person(f"人{next(sequence)}", Role.STAFF, at=factories.unit(f"單位{next(sequence)}"))
            row = incoming(f"通知{number}", clerk=who, at=NINE)
            services.write_edition(document=row, words={"body": "期中考試"}, actor=who, at=TEN)

    asked = [{"q": "通知"}, {"q": "考試"}, {"q": "2026-"}, {"sender": "學校"}, {"direction": "incoming"}]
    asked += [{"person": clerk.number, "q": "通知"}, {"q": "考試", "state": "registered", "kind": "notice"}]
    for many in (1, 2):
        rows(many)
        for place, each in enumerate(asked):
            client.get(reverse("documents:search"), each)
            with CaptureQueriesContext(connection) as queries:
                client.get(reverse("documents:search"), each)
            counts.setdefault(place, []).append(len(queries))
    assert {place: set(found) for place, found in counts.items() if len(set(found)) > 1} == {}


@pytest.mark.parametrize("asked", [{}, {"q": ""}, {"q": " "}, {"person": "niemand"}, {"since": "2026-13-40"}])
def test_nothing_is_listed_before_something_is_asked(asked: dict[str, str]) -> None:
    row = incoming("只有一份")
    page = sign_in(row.created_by).get(reverse("documents:search"), asked)
    assert (page.status_code, "只有一份" in page.content.decode()) == (200, False)


@pytest.mark.parametrize("name", ["search", "find"])
def test_looking_changes_nothing(name: str) -> None:
    client = sign_in(factories.clerk())
    assert client.post(reverse(f"documents:{name}")).status_code == 405
    assert Client().get(reverse(f"documents:{name}")).status_code == 302


def test_the_database_keeps_who_alone_reads_what_is_restricted() -> None:
    """Also when the level changes later, and for who is named after that."""
    clerk, reader = someone(Role.CLERK), someone(Role.STAFF)
    row = incoming(clerk=clerk)
    services.involve(row, reader, why=Why.READS, actor=clerk)
    assert not row.concerned.filter(is_restricted=True).exists()

    services.set_access(document=row, access=Access.HIDDEN, reason="人事", actor=clerk)
    services.involve(row, someone(Role.LEADER), why=Why.DECIDES, actor=clerk)
    assert row.concerned.count() == row.concerned.filter(is_restricted=True).count() > 2

    services.set_access(document=row, access=Access.OPEN, reason="已公布", actor=clerk)
    assert not row.concerned.filter(is_restricted=True).exists()


def test_of_a_person_is_found_what_each_reader_may_read() -> None:
    """Drafted, handed over and answered in a deputy's words; also when there are too many to be listed."""
    clerk, other, reader = someone(Role.CLERK), someone(Role.CLERK), someone(Role.STAFF)
    rows = [incoming(clerk=clerk) for _place in range(3)]
    hidden = incoming(clerk=clerk, access=Access.HIDDEN)
    services.hand_over(document=rows[0], to=other, actor=clerk, reason="請接手")
    services.involve(rows[1], reader, why=Why.READS, actor=clerk)
    for asker, whose, wanted in (
        (other, clerk, rows),
        (clerk, clerk, [*rows, hidden]),
        (clerk, other, rows[:1]),
        (reader, clerk, rows[1:2]),
        (reader, other, []),
    ):
        few_of_them = found_keys(asker, Asked(person=whose), None, 20)
        assert sorted(few_of_them) == sorted(row.pk for row in wanted)


def test_too_many_of_a_person_are_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("apps.documents.search.LISTED", 1)
    clerk, other, reader = someone(Role.CLERK), someone(Role.CLERK), someone(Role.STAFF)
    rows = [incoming(clerk=clerk, access=access) for access in (Access.INTERNAL, Access.HIDDEN, Access.INTERNAL)]
    services.involve(rows[1], reader, other, why=Why.READS, actor=clerk)
    services.involve(rows[0], reader, why=Why.READS, actor=clerk)
    for asker, wanted in ((clerk, rows), (other, rows), (reader, rows[:2]), (someone(Role.CLERK), [rows[0], rows[2]])):
        whole = found_keys(asker, Asked(person=clerk), None, 20)
        assert whole == sorted((row.pk for row in wanted), reverse=True)
