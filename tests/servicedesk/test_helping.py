"""Help around filing: offers, articles of a service, openings, words that found nothing, their figures."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from apps.core.clock import now
from apps.core.measure import Period
from apps.journal.models import Entry
from apps.knowledge.enums import Audience
from apps.knowledge.services.feedback import say_whether_it_helped
from apps.people.models import Person
from apps.servicedesk.help_figures import opened_of
from apps.servicedesk.help_measures import for_period
from apps.servicedesk.models import ArticleOpening, MissedSearch, Request, Service
from apps.servicedesk.offers import offers_for
from apps.servicedesk.services.forgetting import forget_openings
from apps.servicedesk.services.helping import note_opening, set_articles, set_duplicate_rule
from apps.servicedesk.services.searches import MOST, UnableToSettle, note_missed, settle_missed
from tests import factories
from tests.knowledge import factories as shelf
from tests.servicedesk import factories as desk
from tests.servicedesk.stories import filed, moment

pytestmark = pytest.mark.django_db
WEEK = Period(moment(23, 0).date(), moment(29, 0).date())


def signed_in(person: Person) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def titles(user: Person, service: Service, text: str = "") -> list[str]:
    return [row.title["zh-hant"] for row in offers_for(user, service, text).articles]


def article(title: str, body: str = "內容", **changed: object) -> object:
    return shelf.article(**shelf.words(title, f"<p>{body}</p>") | {"keywords": ""} | changed)


def test_articles_of_the_service_are_offered_before_a_word_is_typed() -> None:
    service, director = desk.service(), factories.director()
    first, second, hidden = article("甲"), article("乙"), article("內部", audience=Audience.OFFICE)
    set_articles(service=service, articles=[second.pk, hidden.pk, first.pk], actor=director)

    assert titles(factories.student(), service) == ["乙", "甲"]
    assert titles(factories.clerk(), service) == ["乙", "內部", "甲"]


@pytest.mark.parametrize("text", ["投影機不亮", "教室的投影机坏了", "the projector is broken"])
def test_articles_that_fit_the_words_are_offered(text: str) -> None:
    article("投影機的用法 projector", "先按電源鍵")
    article("請假須知")

    assert titles(factories.student(), desk.service(), text) == ["投影機的用法 projector"]


@pytest.mark.parametrize("text", ["我想申請辦理", "您好，請問怎樣", "天氣很好", "a", "%%"])
def test_empty_words_offer_nothing(text: str) -> None:
    article("怎樣申請")

    assert titles(factories.student(), desk.service(), text) == []


def test_nothing_is_offered_that_one_may_not_read_or_ask_for() -> None:
    article("投影機密碼", audience=Audience.OFFICE)
    asked = desk.service("報修")
    desk.service("投影機借用", roles=["staff"], keywords="")
    desk.service("投影機培訓", keywords="")
    found = offers_for(factories.student(), asked, "投影機")

    assert (found.articles, [str(each) for each in found.services]) == ([], ["投影機培訓"])


@pytest.mark.parametrize("rows", [1, 3])
def test_offers_cost_the_same_for_more_rows(rows: int, django_assert_num_queries) -> None:
    student, service = factories.student(), desk.service()
    for _each in range(rows):
        article("投影機")
        desk.service("投影機借用", keywords="")
    assert student.roles
    with django_assert_num_queries(3):
        offers_for(student, service, "投影機")


def test_the_filing_page_offers_help_while_one_types() -> None:
    made, service = article("投影機的用法"), desk.service()
    client = signed_in(factories.student(language="en"))
    url = reverse("servicedesk:offered", args=[service.code])

    part = client.post(url, {"q": "投影機壞了"}, headers={"HX-Request": "true"}).text
    assert "投影機的用法" in part
    assert "1 hint may help" in part
    assert "<html" not in part
    whole = client.get(url, {"q": "投影機"}).text  # without script
    assert "投影機的用法" in whole
    assert "<html" in whole
    assert reverse("servicedesk:open_article", args=[service.code, made.pk]) in whole
    assert "Nothing fits these words." in client.get(url, {"q": "護照"}).text
    assert "Help with this" in client.get(reverse("servicedesk:file", args=[service.code])).text


def test_opening_is_counted_by_post_and_leads_to_the_article() -> None:
    made, service, student = article("甲"), desk.service(), factories.student()
    client = signed_in(student)
    url = reverse("servicedesk:open_article", args=[service.code, made.pk])

    assert client.get(url).status_code == 405
    assert client.post(url).url == made.get_absolute_url()
    assert list(ArticleOpening.objects.values_list("article", "service", "person")) == [
        (made.pk, service.pk, student.pk)
    ]
    hidden = article("內部", audience=Audience.OFFICE)
    assert client.post(reverse("servicedesk:open_article", args=[service.code, hidden.pk])).status_code == 404


def test_figures_of_help_and_their_rows() -> None:
    service, made = desk.service(), article("甲")
    stayed, filed, later = factories.student(), factories.student(), factories.student()
    for person in (stayed, filed, later):
        note_opening(article=made, service=service, person=person, at=moment(23, 9))
    note_opening(article=made, service=service, person=stayed, at=moment(25, 9))  # its day is not over at the reading
    desk.request(requester=filed, of=service, submitted_at=moment(23, 10))
    desk.request(requester=later, of=service, submitted_at=moment(24, 9))  # to the minute a day later: not within it
    desk.request(requester=stayed, submitted_at=moment(23, 10))  # another service
    with override("en"):
        found = {each.code: (each.value, each.of) for each in for_period(WEEK, at=moment(25, 10))}

    assert found == {"help_opened": (3, None), "help_unfiled": (2, 3), "help_helpful": (None, 0)}


def test_helpful_share_is_hidden_below_five() -> None:
    made = article("甲")
    for helped in (True, True, True, False):
        say_whether_it_helped(article=made, person=factories.student(), helped=helped, at=moment(23, 9))
    values = {each.code: (each.value, each.of) for each in for_period(WEEK, at=moment(25, 10))}
    assert values["help_helpful"] == (None, 4)

    say_whether_it_helped(article=made, person=factories.student(), helped=True, at=moment(23, 9))
    values = {each.code: (each.value, each.of) for each in for_period(WEEK, at=moment(25, 10))}
    assert values["help_helpful"] == (80.0, 5)


def test_person_is_let_go_after_a_week_and_the_figure_stays() -> None:
    service, made = desk.service(), article("甲")
    stayed, filed_it = factories.student("甲生"), factories.student("乙生")
    for person in (stayed, filed_it):
        note_opening(article=made, service=service, person=person, at=moment(23, 8))
    filed(filed_it, of=service, at=moment(23, 9))
    before = opened_of(service)
    forget_openings(moment(29, 9))
    assert not ArticleOpening.objects.filter(person=None).exists()

    assert forget_openings(moment(30, 9)) == 2
    assert (ArticleOpening.objects.filter(person=None).count(), forget_openings(moment(30, 9))) == (2, 0)
    Request.objects.update(requester=stayed)  # as ageing out does: another stands in its person's place
    assert opened_of(service) == before


def test_each_figure_opens_its_rows_without_names() -> None:
    service, made, student = desk.service(), article("甲"), factories.student("林曉晴")
    at = now() - timedelta(days=2)
    note_opening(article=made, service=service, person=student, at=at)
    say_whether_it_helped(article=made, person=student, helped=False, word="看不懂", at=at)
    client = signed_in(factories.leader(language="en"))
    period = Period(at.date() - timedelta(days=1), now().date())
    pages = {each.code: client.get(each.rows_url).text for each in for_period(period, at=now())}

    assert "no filing" in pages["help_opened"]
    assert "no filing" in pages["help_unfiled"]
    assert "看不懂" in pages["help_helpful"]
    assert all("林曉晴" not in page for page in pages.values())
    for query in ({"measure": "x"}, {"measure": "help_opened", "from": "x", "to": "y"}):
        assert client.get(reverse("servicedesk:help_rows"), query).status_code == 404
    assert signed_in(student).get(reverse("servicedesk:help_rows")).status_code == 403


def test_missed_words_are_counted_in_one_script_without_a_name() -> None:
    for words in ("護照", "护照", " 護照 ", "護 照"):
        note_missed(words=words, at=moment(23, 9))

    assert list(MissedSearch.objects.order_by("pk").values_list("words", "count")) == [("护照", 3), ("护 照", 1)]
    assert "person" not in {field.name for field in MissedSearch._meta.get_fields()}


@pytest.mark.parametrize("words", ["x", "", " ", "長" * 41, "20230412", "a@b.example", "13800000000 電話"])
def test_what_may_name_a_person_is_not_kept(words: str) -> None:
    assert note_missed(words=words) is None
    assert not MissedSearch.objects.exists()


def test_a_portal_filled_with_noise_stops_listening() -> None:
    day = moment(23, 9).date()
    MissedSearch.objects.bulk_create(
        MissedSearch(words=f"w{number}", first_on=day, last_on=day) for number in range(MOST)
    )

    assert note_missed(words="護照") is None
    assert note_missed(words="w1").count == 2


def test_words_become_another_name_and_are_found() -> None:
    service, director = desk.service("出國證明", keywords=""), factories.director()
    missed = note_missed(words="護照")
    settle_missed(missed=missed, service=service, actor=director)
    settle_missed(missed=missed, service=service, actor=director)
    service.refresh_from_db()

    assert service.keywords == "护照"
    assert Entry.objects.about(service).get().changes == {"keywords": ["", "护照"]}
    assert note_missed(words="護照").settled_at is None  # missed again all the same: back on the list


def test_a_full_service_takes_no_more_names() -> None:
    service = desk.service(keywords="x" * 299)

    with pytest.raises(UnableToSettle):
        settle_missed(missed=note_missed(words="護照"), service=service, actor=factories.director())
    assert MissedSearch.objects.get().settled_at is None


def test_search_in_vain_is_told_by_a_post_and_listed_for_who_keeps_the_catalogue() -> None:
    desk.service()
    student, admin = signed_in(factories.student(language="en")), signed_in(factories.administrator(language="en"))
    assert reverse("servicedesk:missed") in student.get("/requests/", {"q": "護照"}).text
    assert not MissedSearch.objects.exists()
    student.post(reverse("servicedesk:missed"), {"q": "護照"})

    assert "护照" in admin.get(reverse("servicedesk:searches")).text
    row, service = MissedSearch.objects.get(), Service.objects.get()
    admin.post(reverse("servicedesk:settle_search", args=[row.pk]), {"service": "999999"})
    assert MissedSearch.objects.filter(settled_at=None).exists()
    admin.post(reverse("servicedesk:settle_search", args=[row.pk]), {"service": service.pk})
    assert "护照" not in admin.get(reverse("servicedesk:searches")).text
    assert student.get(reverse("servicedesk:searches")).status_code == 403


def test_administrator_keeps_the_articles_of_a_service() -> None:
    service, made = desk.service(), article("甲")
    client = signed_in(factories.administrator(language="en"))
    url = reverse("servicedesk:service_articles", args=[service.code])
    client.post(url, {"articles": [made.pk]})
    note_opening(article=made, service=service, person=factories.student(), at=now() - timedelta(days=3))

    assert "opened while filing: 1, of these without a filing (estimate): 1" in client.get(url).text
    assert client.post(url, {"articles": [999999]}).status_code == 422
    client.post(url, {})
    assert not service.article_links.exists()
    assert [entry.verb for entry in Entry.objects.about(service)].count("articles_set") == 2


def test_administrator_says_when_it_is_the_same() -> None:
    service, admin = desk.service(), factories.administrator(language="en")
    client = signed_in(admin)
    url = reverse("servicedesk:service_duplicates", args=[service.code])
    client.post(url, {"days": 30, "thing_keys": ["purpose"]})
    service.refresh_from_db()

    assert (service.duplicate_rule.days, service.duplicate_rule.thing_keys) == (30, ["purpose"])
    assert client.post(url, {"days": -1, "thing_keys": ["remarks"]}).status_code == 422
    set_duplicate_rule(service=service, days=30, thing_keys=["purpose"], actor=admin)
    assert Entry.objects.about(service).filter(verb="duplicates_set").count() == 1
