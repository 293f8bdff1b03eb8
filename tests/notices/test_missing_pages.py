"""The pages of the check, the lines that nobody can name, and the director's row about them."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.core.clock import now
from apps.delivery.models import Delivery
from apps.journal.models import Entry
from apps.notices import missing_filter, services, work_items
from apps.notices.audience import HAD
from apps.notices.enums import MissingKind
from apps.notices.missing_filter import MissingFilter
from apps.notices.models import CheckRun, MissingRow, Notice, Obligation
from apps.notices.models.completeness import KEPT
from apps.notices.services import UnableToSettle, completeness, settle_missing
from apps.people.models import Person, Post
from tests import factories
from tests.notices import factories as notices
from tests.notices.test_views import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def notice() -> Notice:
    """To three people; a line that nobody knows of is gone, and one that the rule names."""
    clerk = notices.ground()
    people = notices.staff(3)
    made = notices.published(clerk)
    Obligation.objects.filter(person=people[0]).delete()
    Notice.objects.filter(pk=made.pk).update(recipient_count=4)
    services.find_missing(now())
    return made


def director() -> Person:
    return factories.director()


def test_line_is_named_by_the_rule_and_the_rest_stays(notice: Notice) -> None:
    rows = MissingRow.objects.order_by("-person")
    assert [(row.kind, bool(row.person), bool(row.put_back_at)) for row in rows] == [
        (MissingKind.LINE, False, False),
        (MissingKind.LINE, True, True),
    ]
    assert notice.obligations.count() == 3


def test_what_is_left_is_found_once(notice: Notice) -> None:
    assert [services.find_missing(now())["lines"] for _run in range(3)] == [0, 0, 0]
    assert MissingRow.objects.left().count() == 1


def test_line_that_the_rule_no_longer_names_comes_back_by_what_the_outbox_knows() -> None:
    clerk = notices.ground()
    one, other = notices.staff(2)
    made = notices.published(clerk)
    Obligation.objects.filter(person=one).delete()
    Post.objects.filter(person=one).delete()

    services.find_missing(now())

    assert notices.of(made, one).reason == HAD
    assert notices.of(made, other).reason != HAD
    assert signed_in(clerk).get(reverse("notices:person", args=[made.pk, one.pk])).status_code == 200


def test_person_who_fits_only_by_a_post_entered_later_is_meant_too() -> None:
    clerk = notices.ground()
    one, _other = notices.staff(2)
    made = notices.published(clerk)
    Obligation.objects.filter(person=one).delete()
    late = notices.staff(1)[0]

    services.find_missing(now())
    services.find_missing(now())

    made.refresh_from_db()
    assert (made.recipient_count, notices.of(made, late).is_open) == (3, True)
    assert not MissingRow.objects.left().exists()


def test_line_too_many_is_kept_and_nobody_is_taken_out() -> None:
    clerk = notices.ground()
    notices.staff(1)
    made = notices.published(clerk)
    factories.person("甲")
    Obligation.objects.create(notice=made, person=Person.objects.last(), reason="post::staff", created_at=now())

    assert services.find_missing(now())["too_many"] == 1
    assert services.find_missing(now())["too_many"] == 0
    assert made.obligations.count() == 2


class TestSettling:
    def test_ends_it_and_the_notice_is_held_to_what_there_is(self, notice: Notice) -> None:
        actor = director()

        assert settle_missing(notice=notice, note="備份還原時遺失", actor=actor) == 1

        notice.refresh_from_db()
        assert notice.recipient_count == 3
        assert services.find_missing(now())["lines"] == 0
        entry = Entry.objects.about(notice).get(verb="missing_settled")
        assert (entry.changes, entry.note) == ({"rows": 1, "people": [4, 3]}, "備份還原時遺失")

    @pytest.mark.parametrize("note", ["", "  "])
    def test_needs_words(self, notice: Notice, note: str) -> None:
        with pytest.raises(UnableToSettle):
            settle_missing(notice=notice, note=note, actor=director())
        assert MissingRow.objects.left().count() == 1

    def test_second_time_is_told(self, notice: Notice) -> None:
        settle_missing(notice=notice, note="查過", actor=director())
        with pytest.raises(UnableToSettle):
            settle_missing(notice=notice, note="查過", actor=director())

    def test_by_the_page(self, notice: Notice) -> None:
        client = signed_in(director())
        url = reverse("notices:settle_missing", args=[notice.pk])

        assert client.post(url, {"note": ""}).status_code == 302
        assert MissingRow.objects.left().count() == 1
        page = client.post(url, {"note": "查過"}, follow=True)

        assert not MissingRow.objects.left().exists()
        assert "查過" in page.text
        assert client.get(url).status_code == 405


class TestPages:
    def test_each_figure_opens_exactly_its_rows(self, notice: Notice) -> None:
        client = signed_in(factories.administrator())
        services.find_missing(now())
        page = client.get(reverse("notices:missing"))

        figures = [*page.context["totals"], *(each for _run, found in page.context["lines"] for each in found)]
        assert {show for show, _w, _c, _u in figures} == set(missing_filter.SHOWN)
        for _show, _word, count, url in figures:
            assert len(client.get(url).context["page"].rows) == count
        assert [count for _s, _w, count, _u in page.context["totals"]] == [2, 1, 1, 0]

    def test_left_row_leads_to_its_notice_with_the_form(self, notice: Notice) -> None:
        client = signed_in(director())
        page = client.get(reverse("notices:missing_rows"), {"notice": notice.pk, "show": "left"})
        assert (page.context["left"], notice.number in page.text) == (1, True)
        assert reverse("notices:settle_missing", args=[notice.pk]) in page.text

    @pytest.mark.parametrize("query", ["run=x", "run=99999999999999999999", "notice=-1", "show=zz", "cursor=zz"])
    def test_address_changed_by_hand(self, notice: Notice, query: str) -> None:
        assert signed_in(director()).get(f"{reverse('notices:missing_rows')}?{query}").status_code == 200

    @pytest.mark.parametrize("name", ["missing", "missing_rows"])
    def test_others_are_refused(self, name: str) -> None:
        for person in (notices.ground(), factories.leader(), factories.student("學生")):
            assert signed_in(person).get(reverse(f"notices:{name}")).status_code == 403

    def test_empty(self) -> None:
        client = signed_in(director())
        assert client.get(reverse("notices:missing")).context["page"].rows == []
        assert client.get(reverse("notices:missing_rows")).context["page"].rows == []

    def test_fixed_number_of_queries(self, notice: Notice) -> None:
        client = signed_in(director())
        for name, query in (("missing", {}), ("missing_rows", {}), ("missing_rows", {"notice": notice.pk})):
            counts = []
            for _time in range(2):
                client.get(reverse(f"notices:{name}"), query)
                with CaptureQueriesContext(connection) as asked:
                    client.get(reverse(f"notices:{name}"), query)
                counts.append(len(asked))
                run = CheckRun.objects.create(at=now(), notices=1, people=1)
                MissingRow.objects.create(run=run, notice=notice, kind=MissingKind.LINE)
            assert counts[0] == counts[1], name

    def test_link_is_shown_to_whom_it_is_for(self) -> None:
        clerk, url = notices.ground(), reverse("notices:missing")
        assert url in signed_in(director()).get(reverse("notices:list")).text
        assert url not in signed_in(clerk).get(reverse("notices:list")).text


class TestWorkItem:
    def test_stands_before_the_director_until_it_is_settled(self, notice: Notice) -> None:
        chief = director()
        (item,) = work_items.missing(chief, now(), 50)
        assert (item.key, item.number) == (f"notices.missing:{notice.pk}", notice.number)
        assert signed_in(chief).get(item.url).context["left"] == 1
        assert work_items.missing(notice.sender, now(), 50) == []

        settle_missing(notice=notice, note="查過", actor=chief)
        assert work_items.missing(chief, now(), 50) == []

    def test_what_was_put_back_is_no_work(self) -> None:
        notices.ground()
        notices.staff(2)
        notices.published(Person.objects.first())
        Delivery.objects.all().delete()
        services.find_missing(now())
        assert MissingRow.objects.exists()
        assert work_items.missing(director(), now(), 50) == []


class TestSlices:
    def test_people_bound_a_slice_as_well(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(completeness, "PEOPLE", 5)
        clerk = notices.ground()
        notices.staff(3)
        for _place in range(3):
            notices.published(clerk)

        found = [services.find_missing(now())["notices"] for _run in range(4)]

        assert found == [1, 1, 1, 1]
        assert list(CheckRun.objects.order_by("pk").values_list("is_end", flat=True)) == [False, False, True, False]

    def test_nothing_running_is_a_run_to_the_end(self) -> None:
        services.find_missing(now())
        assert CheckRun.objects.get().is_end

    def test_runs_without_finds_are_forgotten_others_are_kept(self, notice: Notice) -> None:
        old = now() - 2 * KEPT
        CheckRun.objects.create(at=old, notices=1, people=1)
        CheckRun.objects.filter(rows__isnull=False).update(at=old)

        services.find_missing(now())

        assert CheckRun.objects.filter(at=old).count() == 1


def test_filter_says_itself_as_an_address() -> None:
    assert MissingFilter(run=3, show="left").querystring() == "run=3&show=left"
