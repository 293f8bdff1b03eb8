"""Watching a request of the office, and being mentioned: who is told, once a turn, and who cannot be named."""

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from apps.people.models import Person
from apps.servicedesk import services
from apps.servicedesk.models import Request, RequestMessage, Watcher
from tests import factories
from tests.servicedesk.company import history, sees, told
from tests.servicedesk.stories import MONDAY_ELEVEN, MONDAY_NINE, MONDAY_TEN, filed, laid_before, moment, taken

pytestmark = pytest.mark.django_db
NEWS, NAMED, WORD = "News of 在讀證明 (R2026-00001)", "You are mentioned", "A message about 在讀證明 (R2026-00001)"


@pytest.fixture
def clerk() -> Person:
    return factories.clerk()


@pytest.fixture
def colleague() -> Person:
    return factories.clerk("陳科員")


@pytest.fixture
def request_(clerk: Person) -> Request:
    return taken(factories.student(), clerk)


def client(person: Person) -> Client:
    made = Client()
    made.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return made


def watch(request: Request, person: Person) -> Watcher:
    return services.watch(request=request, actor=person, at=MONDAY_NINE)


def note(request: Request, author: Person, body: str, **given: object) -> RequestMessage:
    return services.post_message(
        request=request, author=author, body=body, **{"internal": True, "at": MONDAY_TEN} | given
    )


class TestWatching:
    def test_hears_of_every_turn_once(self, request_, clerk, colleague) -> None:
        student = request_.requester
        watch(request_, colleague)
        services.post_message(request=request_, author=student, body="急", at=MONDAY_NINE)
        note(request_, clerk, "查過了")
        services.ask_requester(request=request_, actor=clerk, note="幾份？", at=MONDAY_TEN)
        services.answer(request=request_, actor=student, note="兩份", at=MONDAY_TEN)
        services.complete(request=request_, actor=clerk, at=MONDAY_ELEVEN)

        assert told(colleague) == [NEWS] * 5

    def test_of_own_turns_nobody_is_told(self, request_, colleague) -> None:
        watch(request_, colleague)
        note(request_, colleague, "我看看")
        assert told(colleague) == []

    def test_who_is_told_anyway_is_told_once(self, clerk, colleague) -> None:
        """The handler on words of the requester, the approver who is asked, the clerks of a request nobody has."""
        director = factories.director()
        request = filed(factories.student())
        for person in (clerk, director):
            watch(request, person)
        services.post_message(request=request, author=request.requester, body="急", at=MONDAY_NINE)
        assert told(clerk).count(WORD) + told(clerk).count(NEWS) == 1

        services.take(request=request, actor=clerk, at=MONDAY_NINE)
        before = len(told(director))
        services.ask_approval(request=request, actor=clerk, at=MONDAY_TEN)
        assert told(director)[before:] == ["To decide"]

    def test_twice_is_one_row_and_stopping_ends_it(self, request_, colleague) -> None:
        for _each in range(2):
            watch(request_, colleague)
        for _each in range(2):
            services.stop_watching(request=request_, actor=colleague, at=MONDAY_TEN)
        services.post_message(request=request_, author=request_.requester, body="急", at=MONDAY_ELEVEN)

        assert (Watcher.objects.count(), told(colleague)) == (1, [])
        assert history(request_)[-2:] == ["watch", "stop_watching"]

    def test_is_for_the_office(self, request_) -> None:
        for person in (request_.requester, factories.person("王老師", "staff")):
            with pytest.raises(PermissionDenied):
                watch(request_, person)

    def test_who_left_the_office_is_neither_told_nor_sees(self, request_, colleague) -> None:
        watch(request_, colleague)
        colleague.posts.update(valid_to=moment(22, 0).date())
        services.post_message(request=request_, author=request_.requester, body="急", at=MONDAY_ELEVEN)

        assert (told(colleague), sees(colleague, request_)) == ([], False)

    def test_buttons(self, request_, colleague) -> None:
        browser = client(colleague)
        for name, count in (("watch", 1), ("unwatch", 0)):
            browser.post(reverse(f"servicedesk:{name}", args=[request_.pk]))
            assert Watcher.objects.filter(ended_at=None).count() == count
        assert client(request_.requester).post(reverse("servicedesk:watch", args=[request_.pk])).status_code == 403


class TestMentions:
    def test_by_the_list_is_told_and_watches(self, request_, clerk, colleague) -> None:
        note(request_, clerk, "請看一下", mentioned=[colleague])
        services.post_message(request=request_, author=request_.requester, body="急", at=MONDAY_ELEVEN)

        assert told(colleague) == [NAMED, NEWS]
        assert Watcher.objects.get().mentioned

    @pytest.mark.parametrize("body", ["@陳科員 請看", "請@陳科員看一下", "@陳科員，急", "（@陳科員）"])
    def test_by_words(self, request_, clerk, colleague, body) -> None:
        note(request_, clerk, body)
        assert told(colleague) == [NAMED]

    def test_longest_name_counts(self, request_, clerk, colleague) -> None:
        longer = factories.clerk("陳科員明")
        note(request_, clerk, "@陳科員明請看")
        assert (told(longer), told(colleague)) == ([NAMED], [])

    def test_once_a_turn_however_often(self, request_, clerk, colleague) -> None:
        watch(request_, colleague)
        note(request_, clerk, "@陳科員 @陳科員", mentioned=[colleague])
        assert told(colleague) == [NAMED]

    def test_handler_who_is_mentioned_is_told_once(self, request_, clerk) -> None:
        other = factories.clerk("陳科員")
        note(request_, other, f"@{clerk.name} 好了嗎")
        assert told(clerk)[-1:] == [NAMED]

    def test_in_a_public_message_the_requester_is_told_as_ever(self, request_, clerk, colleague) -> None:
        note(request_, clerk, "@陳科員 會與您聯繫", internal=False)
        assert (told(colleague), told(request_.requester)[-1]) == ([NAMED], WORD)

    @pytest.mark.parametrize("how", ["words", "list"])
    def test_who_may_not_see_it_is_refused_with_words(self, request_, clerk, how) -> None:
        outsider = factories.person("外系老師", "staff")
        given = {"body": "@外系老師 請看"} if how == "words" else {"body": "請看", "mentioned": [outsider]}
        with pytest.raises(services.UnableToWrite, match="外系老師"):
            note(request_, clerk, **given)
        assert not RequestMessage.objects.exists()

    def test_namesakes_are_chosen_from_the_list(self, request_, clerk, colleague) -> None:
        factories.clerk("陳科員")
        with pytest.raises(services.UnableToWrite, match=colleague.number):
            note(request_, clerk, "@陳科員 請看")
        note(request_, clerk, "請看", mentioned=[colleague])
        assert told(colleague) == [NAMED]

    def test_other_words_after_an_at_are_just_words(self, request_, clerk) -> None:
        assert note(request_, clerk, "寄到 office@college.example，@所有人").body.endswith("@所有人")

    def test_requester_mentions_nobody(self, request_, colleague) -> None:
        browser = client(request_.requester)
        url = reverse("servicedesk:message", args=[request_.pk])
        browser.post(url, {"body": "@陳科員 請幫忙", "mentioned": [colleague.pk]})

        assert told(colleague) == []
        assert colleague.name not in browser.get(request_.get_absolute_url()).content.decode().replace("@陳科員", "")

    def test_page_works_without_script_and_keeps_what_was_typed(self, request_, clerk, colleague) -> None:
        url = reverse("servicedesk:message", args=[request_.pk])
        browser = client(clerk)
        seen = browser.get(request_.get_absolute_url()).content.decode()
        assert f'<option value="{colleague.pk}">' in seen

        factories.person("外系老師", "staff")
        refused = browser.post(url, {"body": "@外系老師 請看", "internal": "on", "mentioned": [colleague.pk]})
        assert (refused.status_code, "@外系老師 請看" in refused.content.decode()) == (422, True)
        assert f'<option value="{colleague.pk}" selected>' in refused.content.decode()
        browser.post(url, {"body": "請看", "internal": "on", "mentioned": [colleague.pk]})
        assert told(colleague) == [NAMED]


def test_approver_who_watches_is_told_of_the_decision_of_another(clerk, colleague) -> None:
    request, step = laid_before(factories.student(), clerk)
    watch(request, colleague)
    director, before = factories.director(), told(colleague)
    services.decide_approval(step_id=step.pk, actor=director, decision="approved", at=MONDAY_ELEVEN)

    assert (told(colleague), told(clerk)[-1]) == ([*before, NEWS], "Approved")
