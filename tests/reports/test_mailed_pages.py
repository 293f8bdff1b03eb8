"""The summary by mail on pages: taken and stopped, given to others, what became of it."""

from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from apps.people.enums import Role
from apps.people.models import Person
from apps.reports.models import Edition, Subscription
from apps.reports.services import send_due_summaries
from tests import factories
from tests.jobs.moments import freeze
from tests.reports.factories import LONG_AGO, MONDAY, kept, mails, subscribed

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _monday(monkeypatch: pytest.MonkeyPatch) -> None:
    freeze(monkeypatch, MONDAY)
    factories.calendar()


@pytest.fixture
def signed_in(client: Client) -> Callable[[Person], Client]:
    def sign_in(person: Person) -> Client:
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return sign_in


def test_leader_takes_it_and_stops_it_on_the_summary_page(signed_in: Callable[[Person], Client]) -> None:
    leader = factories.leader()
    client = signed_in(leader)
    page = client.get(reverse("reports:summary")).content.decode()
    assert "每月寄給我" in page
    assert f'href="{reverse("reports:subscriptions")}"' not in page

    for _n in range(2):
        assert client.post(reverse("reports:subscribe_me"), {"rhythm": "monthly"}).status_code == 302
    row = Subscription.objects.get()
    assert (row.person, row.started_by, row.is_active) == (leader, leader, True)
    page = client.get(reverse("reports:summary")).content.decode()
    assert "每月寄送給您" in page
    assert "每月寄給我" not in page

    client.post(reverse("reports:stop", args=[row.pk]))
    row.refresh_from_db()
    assert not row.is_active


def test_director_gives_it_and_sees_what_became_of_it(signed_in: Callable[[Person], Client]) -> None:
    leader = factories.leader("陳院長", number="L77")
    client = signed_in(factories.director())
    assert "尚無人" in client.get(reverse("reports:subscriptions")).content.decode()
    answer = client.post(reverse("reports:subscribe"), {"person": "L77", "rhythm": "weekly"}, follow=True)
    assert "尚未寄送" in answer.content.decode()

    Subscription.objects.update(started_at=LONG_AGO)
    send_due_summaries(at=MONDAY)
    (row,) = mails(leader)
    page = client.get(reverse("reports:subscriptions")).content.decode()
    assert reverse("delivery:detail", args=[row.pk]) in page
    assert "11月2日" in page
    assert client.get(reverse("delivery:detail", args=[row.pk])).status_code == 200


def test_clerk_cannot_be_added_and_the_words_say_why(signed_in: Callable[[Person], Client]) -> None:
    factories.clerk("科員甲", number="C77")
    answer = signed_in(factories.director()).post(reverse("reports:subscribe"), {"person": "C77", "rhythm": "weekly"})

    assert answer.status_code == 422
    assert "科員甲 無權查閱匯總報表" in answer.content.decode()


def test_list_says_who_gets_nothing(signed_in: Callable[[Person], Client]) -> None:
    subscribed(factories.leader(mail=None))
    subscribed(person := factories.leader())
    person.posts.update(valid_to=date(2020, 12, 31))
    page = signed_in(factories.administrator()).get(reverse("reports:subscriptions")).content.decode()

    assert page.count("已無權查閱匯總報表") == 1
    assert page.count("僅於系統內顯示") == 1


def test_own_one_can_be_stopped_without_the_right(signed_in: Callable[[Person], Client]) -> None:
    person = subscribed()
    person.posts.update(valid_to=date(2020, 12, 31))
    row = Subscription.objects.get()

    assert signed_in(person).post(reverse("reports:stop", args=[row.pk])).status_code == 302
    row.refresh_from_db()
    assert not row.is_active


def test_stranger_stops_nothing(signed_in: Callable[[Person], Client]) -> None:
    subscribed()
    row = Subscription.objects.get()

    assert signed_in(factories.leader("副院長")).post(reverse("reports:stop", args=[row.pk])).status_code == 404
    assert Subscription.objects.active().count() == 1


def test_kept_pdf_comes_in_the_readers_language(signed_in: Callable[[Person], Client]) -> None:
    client = signed_in(subscribed(factories.leader(language="zh-hans")))
    send_due_summaries(at=MONDAY)
    answer = client.get(Edition.objects.get().get_absolute_url())

    assert b"".join(answer) == kept("zh-hans")
    assert answer["Content-Disposition"] == 'attachment; filename="summary-20261102-20261108.pdf"'
    for first in ("2026-11-03", "2026-13-01", "monday"):
        assert client.get(reverse("reports:edition", args=["weekly", first])).status_code == 404


def test_list_asks_as_often_for_three_as_for_one(
    signed_in: Callable[[Person], Client], django_assert_max_num_queries
) -> None:
    client = signed_in(factories.director())
    counts = []
    for people in (1, 2):
        for _n in range(people):
            subscribed(factories.person("院長", Role.LEADER, at=factories.unit()))
        send_due_summaries(at=MONDAY)
        client.get(reverse("reports:subscriptions"))
        with django_assert_max_num_queries(40) as asked:
            client.get(reverse("reports:subscriptions"))
        counts.append(len(asked))
    assert counts[0] == counts[1]
