"""A person turns notifications on and off in browsers: what is kept, and the page."""

import pytest
from django.test import Client
from django.urls import reverse

from apps.core.clock import now
from apps.delivery.enums import SubscriptionEnd
from apps.delivery.models import BrowserSubscription
from apps.delivery.sealing import unseal
from apps.delivery.services import BrowserData, UnableToSubscribe, end_browser, subscribe
from apps.delivery.services.browsers import MOST_BROWSERS
from apps.journal.models import Entry
from apps.people.enums import ContactKind
from apps.people.models import ContactPoint, Person
from tests import factories
from tests.delivery.standins.browsers import Browser, encode

pytestmark = pytest.mark.django_db
PAGE = "/delivery/browsers/"
ADD = "/delivery/browsers/add/"


@pytest.fixture
def person(client: Client) -> Person:
    made = factories.student()
    client.force_login(made)
    return made


def turn_on(browser: Browser, person: Person) -> BrowserSubscription:
    return subscribe(person=person, data=browser.data, actor=person)


def ways(person: Person) -> list[str]:
    return list(ContactPoint.objects.filter(person=person, kind=ContactKind.PUSH).values_list("value", flat=True))


@pytest.mark.usefixtures("push_key")
class TestKeeping:
    def test_nothing_of_the_browser_stands_there_in_clear(self) -> None:
        person, browser = factories.student(), Browser("secret-name")

        row = turn_on(browser, person)

        kept = " ".join(str(value) for value in BrowserSubscription.objects.values_list().get())
        assert "secret-name" not in kept
        assert encode(browser.auth) not in kept
        assert unseal(row.sealed_endpoint) == browser.endpoint
        assert unseal(row.sealed_keys) == f"{encode(browser.public)} {encode(browser.auth)}"
        assert Entry.objects.about(row).get().changes == {"host": "updates.push.services.mozilla.com"}

    def test_turned_on_twice_is_one(self) -> None:
        person, browser = factories.student(), Browser("a")

        assert turn_on(browser, person) == turn_on(browser, person)
        assert Entry.objects.filter(verb="browser_added").count() == 1

    def test_contact_point_comes_with_the_first_and_goes_with_the_last(self) -> None:
        person = factories.student()
        first, second = turn_on(Browser("a"), person), turn_on(Browser("b"), person)
        assert ways(person) == [f"browsers:{person.pk}"]

        end_browser(browser=first, actor=person)
        assert ways(person) == [f"browsers:{person.pk}"]
        end_browser(browser=second, actor=person)
        assert ways(person) == []

    def test_ended_twice_keeps_the_first_time(self) -> None:
        person = factories.student()
        row = turn_on(Browser("a"), person)
        end_browser(browser=row, actor=person)
        before = BrowserSubscription.objects.values().get()

        end_browser(browser=row, actor=person, cause=SubscriptionEnd.GONE)

        assert BrowserSubscription.objects.values().get() == before
        assert Entry.objects.filter(verb="browser_ended").count() == 1

    def test_who_turns_it_on_in_the_same_browser_ends_the_one_before(self) -> None:
        """An office computer: the next person must not read the titles of the one before."""
        first, second, browser = factories.student(), factories.student(), Browser("a")
        row = turn_on(browser, first)

        turn_on(browser, second)

        row.refresh_from_db()
        assert (row.end_cause, ways(first), ways(second)) == ("taken_over", [], [f"browsers:{second.pk}"])

    def test_turned_on_again_after_it_ended_works_again(self) -> None:
        person, browser = factories.student(), Browser("a")
        end_browser(browser=turn_on(browser, person), actor=person)
        ContactPoint.objects.filter(person=person, kind=ContactKind.PUSH).update(dead_at=now())

        assert turn_on(browser, person).is_active
        assert ContactPoint.objects.get(person=person, kind=ContactKind.PUSH).works

    def test_ten_are_the_most(self) -> None:
        person = factories.student()
        for number in range(MOST_BROWSERS):
            turn_on(Browser(f"n{number}"), person)

        with pytest.raises(UnableToSubscribe):
            turn_on(Browser("one-more"), person)
        turn_on(Browser("n3"), person)  # is there already

    def test_other_address_is_refused_by_the_service_too(self) -> None:
        person, browser = factories.student(), Browser("a")
        data = BrowserData("https://10.0.0.1/x", encode(browser.public), encode(browser.auth))

        with pytest.raises(UnableToSubscribe):
            subscribe(person=person, data=data, actor=person)


def test_without_a_key_nothing_is_turned_on() -> None:
    person = factories.student()

    with pytest.raises(UnableToSubscribe):
        turn_on(Browser("a"), person)


class TestPage:
    def test_offers_the_key_and_the_script(self, client: Client, person: Person, push_key: str) -> None:
        page = client.get(PAGE)

        assert push_key in page.content.decode()
        assert "worker-src 'self'" in page.headers["Content-Security-Policy"]

    def test_says_that_it_is_not_set_up(self, client: Client, person: Person) -> None:
        page = client.get(PAGE).content.decode()

        assert "data-browser-form" not in page
        assert "辦公室尚未設定瀏覽器通知" in page

    def test_form_of_the_script_turns_it_on(self, client: Client, person: Person, push_key: str) -> None:
        browser = Browser("a")

        answer = client.post(ADD, browser.form, headers={"user-agent": "Mozilla/5.0 (Windows NT 10.0) Firefox/145.0"})

        assert answer.headers["Location"] == PAGE
        assert BrowserSubscription.objects.get().person == person
        assert "Firefox · Windows" in client.get(PAGE).content.decode()

    @pytest.mark.parametrize(
        "wrong",
        [
            {"endpoint": "https://127.0.0.1/x"},
            {"endpoint": "https://fcm.googleapis.com/" + "x" * 2000},
            {"endpoint": ""},
            {"p256dh": "AAAA"},
            {"auth": "AAAA"},
            {"auth": ""},
        ],
    )
    def test_nonsense_is_told_and_not_kept(
        self, client: Client, person: Person, push_key: str, wrong: dict[str, str]
    ) -> None:
        answer = client.post(ADD, Browser("a").form | wrong, follow=True)

        assert "無法使用" in answer.content.decode()
        assert not BrowserSubscription.objects.exists()

    def test_removed_by_its_person_alone(self, client: Client, person: Person, push_key: str) -> None:
        mine, other = turn_on(Browser("a"), person), turn_on(Browser("b"), factories.student())

        assert client.post(reverse("delivery:remove_browser", args=[other.pk])).status_code == 404
        for _twice in range(2):
            assert client.post(reverse("delivery:remove_browser", args=[mine.pk])).status_code == 302
        assert client.get(reverse("delivery:remove_browser", args=[mine.pk])).status_code == 405
        assert [row.is_active for row in BrowserSubscription.objects.order_by("pk")] == [False, True]
        assert "本人關閉" in client.get(PAGE).content.decode()

    @pytest.mark.parametrize("count", [1, 3])
    def test_number_of_queries_is_fixed(
        self, client: Client, person: Person, push_key: str, count: int, django_assert_num_queries
    ) -> None:
        for number in range(count):
            turn_on(Browser(f"a{number}"), person)
            end_browser(browser=turn_on(Browser(f"b{number}"), person), actor=person)
        client.get(PAGE)

        with django_assert_num_queries(7):
            client.get(PAGE)

    def test_worker_is_a_script_for_everybody(self) -> None:
        answer = Client().get("/delivery/browsers/worker.js")

        assert answer.headers["Content-Type"] == "text/javascript"
        assert answer.headers["Cache-Control"] == "no-cache"

    def test_no_page_about_the_person_shows_its_address(self, client: Client, person: Person, push_key: str) -> None:
        turn_on(Browser("a"), person)

        for page in (reverse("people:profile"), person.get_absolute_url()):
            assert "browsers:" not in client.get(page).content.decode()

    def test_office_cannot_remove_it(self, client: Client, person: Person, push_key: str) -> None:
        turn_on(Browser("a"), person)
        point = ContactPoint.objects.get(kind=ContactKind.PUSH)
        client.force_login(factories.administrator())

        assert client.post(reverse("people:drop_contact", args=[person.pk, point.pk])).status_code == 404
