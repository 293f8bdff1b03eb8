"""Links, splitting, following, opening again: with the right of both sides, and nothing lost."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from apps.core.clock import now
from apps.journal.files import accept_upload, attach
from apps.journal.models import Attachment, Entry
from apps.people.models import Person
from apps.servicedesk import services
from apps.servicedesk.enums import LinkKind, RequestState
from apps.servicedesk.models import Link, Request, RequestMessage
from apps.servicedesk.rules import allowed_verbs
from apps.servicedesk.services.drafts import discard_draft
from tests import factories
from tests.servicedesk import factories as desk
from tests.servicedesk.company import history
from tests.servicedesk.stories import MONDAY_ELEVEN, MONDAY_NINE, MONDAY_TEN, completed, moment, taken

pytestmark = pytest.mark.django_db
LATE = moment(8, 9, month=12)  # the eleventh working day


@pytest.fixture
def clerk() -> Person:
    return factories.clerk()


@pytest.fixture
def student() -> Person:
    return factories.student()


@pytest.fixture
def pair(student: Person, clerk: Person) -> tuple[Request, Request]:
    return taken(student, clerk), taken(factories.student("乙生"), clerk)


def client(person: Person) -> Client:
    made = Client()
    made.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return made


def link(source: Request, target: Request, actor: Person, kind: LinkKind = LinkKind.RELATES) -> Link:
    return services.link(source=source, target=target, kind=kind, actor=actor, at=MONDAY_TEN)


def page(person: Person, request: Request, **query: str) -> str:
    return client(person).get(request.get_absolute_url(), query).content.decode()


class TestLink:
    def test_is_told_from_both_sides_to_the_office(self, pair, clerk) -> None:
        first, other = pair
        link(first, other, clerk, LinkKind.FOLLOWS)

        assert other.number in page(clerk, first)
        assert first.number in page(clerk, other)
        assert history(first)[-1] == history(other)[-1] == "link"

    def test_names_nothing_to_who_may_not_see_it(self, pair, clerk, student) -> None:
        first, other = pair
        link(first, other, clerk)

        assert other.number not in page(student, first)
        assert not Entry.objects.about(first).public().filter(verb="link").exists()

    def test_twice_or_the_other_way_round_is_one_link(self, pair, clerk) -> None:
        first, other = pair
        assert link(first, other, clerk) == link(first, other, clerk) == link(other, first, clerk)

    @pytest.mark.parametrize("who", ["requester", "leader", "administrator", "stranger"])
    def test_handlers_alone_link(self, pair, who) -> None:
        people = {
            "requester": pair[0].requester,
            "leader": factories.leader(),
            "administrator": factories.administrator(),
            "stranger": factories.student("陌生人"),
        }
        with pytest.raises(PermissionDenied):
            link(*pair, people[who])

    def test_somebody_elses_draft_is_not_there(self, pair, clerk) -> None:
        with pytest.raises(PermissionDenied):
            link(pair[0], desk.draft(), clerk)
        answer = client(clerk).post(
            reverse("servicedesk:link", args=[pair[0].pk]), {"other": desk.draft().pk, "kind": "relates"}
        )
        assert answer.status_code == 404

    def test_to_itself_and_both_ways_of_blocking_are_refused(self, pair, clerk) -> None:
        first, other = pair
        with pytest.raises(services.UnableToLink):
            link(first, first, clerk)
        link(first, other, clerk, LinkKind.BLOCKS)
        with pytest.raises(services.UnableToLink):
            link(other, first, clerk, LinkKind.BLOCKS)

    def test_blocked_request_says_so_and_completing_warns(self, pair, clerk) -> None:
        first, other = pair
        link(first, other, clerk, LinkKind.BLOCKS)
        words = "此申請須等待"
        browser = client(clerk)
        asked = browser.get(other.get_absolute_url(), {"do": "complete"}).content.decode()

        assert (asked.count(words), words in page(clerk, first)) == (2, False)
        services.complete(request=first, actor=clerk, at=MONDAY_ELEVEN)
        assert words not in browser.get(other.get_absolute_url()).content.decode()
        services.complete(request=other, actor=clerk, at=MONDAY_ELEVEN)

    def test_unlink_keeps_the_row(self, pair, clerk) -> None:
        made = link(*pair, clerk)
        for _each in range(2):
            services.unlink(link=made, actor=clerk, at=MONDAY_ELEVEN)

        made.refresh_from_db()
        assert (made.ended_by, made.ended_at) == (clerk, MONDAY_ELEVEN)
        assert history(pair[0]).count("unlink") == 1
        with pytest.raises(PermissionDenied):
            services.unlink(link=made, actor=pair[0].requester)

    def test_link_of_other_requests_cannot_be_ended_from_here(self, pair, clerk) -> None:
        made = link(*pair, clerk)
        third = taken(factories.student("丙生"), clerk)
        client(clerk).post(reverse("servicedesk:unlink", args=[third.pk, made.pk]))

        made.refresh_from_db()
        assert made.ended_at is None


class TestPicker:
    def rows(self, person: Person, request: Request, q: str = "") -> list[Request]:
        answer = client(person).get(reverse("servicedesk:others", args=[request.pk]), {"q": q})
        return list(answer.context["rows"]) if answer.status_code == 200 else [answer.status_code]

    def test_finds_by_number_and_title_what_is_filed(self, pair, clerk, student) -> None:
        first, other = pair
        desk.draft(student, title="證明草稿")

        assert self.rows(clerk, first) == []
        assert self.rows(clerk, first, other.number.lower()) == [other]
        assert self.rows(clerk, first, "證明") == [other]
        again = taken(student, clerk)
        assert self.rows(clerk, first) == [again]

    def test_is_for_handlers(self, pair) -> None:
        assert self.rows(pair[0].requester, pair[0]) == [403]
        assert self.rows(factories.leader(), pair[0]) == [403]
        assert self.rows(factories.student("陌生人"), pair[0]) == [404]

    def test_mistake_keeps_search_choice_and_words(self, pair, clerk) -> None:
        first, _other = pair
        gone = desk.request(RequestState.WITHDRAWN, handler=clerk, submitted_at=MONDAY_NINE)
        answer = client(clerk).post(
            reverse("servicedesk:merge", args=[first.pk]),
            {"other": gone.pk, "note": "寫了很久的理由", "q": gone.number, "version": first.version},
        )
        seen = answer.content.decode()

        assert answer.status_code == 422
        assert "寫了很久的理由" in seen
        assert f'value="{gone.pk}" checked' in seen

    def test_nothing_chosen_is_told(self, pair, clerk) -> None:
        answer = client(clerk).post(reverse("servicedesk:link", args=[pair[0].pk]), {"kind": "relates"})
        assert answer.status_code == 422

    @pytest.mark.parametrize(("kind", "source"), [("blocks", 0), ("waits", 1)])
    def test_direction_is_as_it_was_said(self, pair, clerk, kind, source) -> None:
        first, other = pair
        client(clerk).post(reverse("servicedesk:link", args=[first.pk]), {"other": other.pk, "kind": kind})

        assert Link.objects.get().source == pair[source]


class TestSplit:
    def split(self, request: Request, actor: Person, **given: object) -> Request:
        values = {"service": request.service, "answers": ["purpose"], "at": MONDAY_TEN}
        return services.split(request=request, actor=actor, **values | given)

    def test_takes_copies_along_and_names_the_origin(self, student, clerk) -> None:
        origin = taken(student, clerk)
        word = services.post_message(request=origin, author=student, body="另外還要一份成績單", at=MONDAY_NINE)
        file = accept_upload(SimpleUploadedFile("a.txt", b"paper"), person=student)
        attach([file], to=word, person=student)
        draft = self.split(origin, clerk, messages=[word.pk])

        assert (draft.state, draft.requester, draft.filed_by) == (RequestState.DRAFT, student, clerk)
        assert draft.answer_set.answers == {"purpose": desk.ANSWERS["purpose"]}
        copy = draft.messages.get()
        assert (copy.body, copy.author, copy.at, copy.copied_from) == (word.body, student, MONDAY_NINE, word)
        assert [each.blob for each in Attachment.objects.of(copy)] == [file.blob]
        assert list(origin.messages.all()) == [word]
        link = Link.objects.get()
        assert (link.source, link.target, link.kind) == (draft, origin, LinkKind.SPLIT)
        filed = services.submit(request=draft, actor=clerk, at=MONDAY_ELEVEN)
        assert filed.number != origin.number

    def test_messages_of_another_request_are_not_taken(self, pair, clerk) -> None:
        first, other = pair
        theirs = services.post_message(request=other, author=clerk, body="別人的", at=MONDAY_NINE)
        draft = self.split(first, clerk, messages=[theirs.pk])

        assert not draft.messages.exists()

    def test_nothing_chosen_and_nobody_elses(self, student, clerk) -> None:
        origin = taken(student, clerk)
        with pytest.raises(services.UnableToSplit):
            self.split(origin, clerk, answers=[])
        for actor in (student, factories.clerk("科員乙"), factories.leader()):
            with pytest.raises(PermissionDenied):
                self.split(origin, actor)

    def test_discarded_draft_leaves_nothing_behind(self, student, clerk) -> None:
        origin = taken(student, clerk)
        word = services.post_message(request=origin, author=student, body="另一件", at=MONDAY_NINE)
        draft = self.split(origin, clerk, messages=[word.pk])
        discard_draft(request=draft, actor=clerk)

        assert (Link.objects.count(), list(RequestMessage.objects.all())) == (0, [word])

    def test_page(self, student, clerk) -> None:
        origin = taken(student, clerk)
        word = services.post_message(request=origin, author=student, body="另一件", at=MONDAY_NINE)
        url = reverse("servicedesk:split", args=[origin.pk])
        browser = client(clerk)

        assert "另一件" in browser.get(url).content.decode()
        assert browser.post(url, {"service": origin.service_id}).status_code == 422
        answer = browser.post(url, {"service": origin.service_id, "messages": [word.pk]})
        assert answer.url == reverse("servicedesk:draft", args=[Link.objects.get().source_id])
        assert client(student).get(url).status_code == 403


class TestOpeningAgain:
    def test_window_is_that_of_the_service(self, student, clerk) -> None:
        for days, possible in ((0, False), (5, False), (6, True), (10, True)):
            request = completed(student, clerk, of=desk.service(reopen_days=days))
            at = moment(1, 9, month=12)  # six working days later
            assert services.may_still_reopen(request, at) == possible, days

    def test_is_counted_by_the_ledger(self, student, clerk) -> None:
        request = completed(student, clerk)
        for day in (24, 25):
            services.reopen(request=request, actor=student, note=f"印錯{day}", at=moment(day, 9))
            services.complete(request=request, actor=clerk, at=moment(day, 10))

        request.refresh_from_db()
        assert request.reopen_count == 2

    def test_pauses_and_merges_are_no_reopening(self, pair, clerk) -> None:
        first, other = pair
        services.ask_requester(request=first, actor=clerk, note="？", at=MONDAY_TEN)
        services.answer(request=first, actor=first.requester, note="是", at=MONDAY_TEN)
        services.merge(request=first, into=other, actor=clerk, note="同", at=MONDAY_ELEVEN)
        services.unmerge(request=first, actor=clerk, note="否", at=moment(24, 9))
        services.complete(request=first, actor=clerk, at=moment(24, 10))
        row = services.reopen(request=first, actor=first.requester, note="錯", at=moment(24, 11))

        assert row.reopen_count == 1

    def test_reason_is_required(self, student, clerk) -> None:
        with pytest.raises(services.UnableToReopen):
            services.reopen(request=completed(student, clerk), actor=student, note=" ", at=MONDAY_ELEVEN)

    def test_afterwards_only_a_new_one_is_offered(self, student, clerk) -> None:
        request = completed(student, clerk)

        assert {"reopen", "follow_up"} & allowed_verbs(student, request, MONDAY_ELEVEN) == {"reopen"}
        assert {"reopen", "follow_up"} & allowed_verbs(student, request, LATE) == {"follow_up"}


class TestFollowUp:
    def test_begins_with_the_old_answers_and_the_reason(self, student, clerk) -> None:
        request = completed(student, clerk)
        draft = services.follow_up(request=request, actor=student, note="又過期了", at=LATE)
        again = services.follow_up(request=request, actor=student, note="又過期了", at=LATE)

        assert again == draft
        assert (draft.state, draft.answer_set.answers) == (RequestState.DRAFT, desk.ANSWERS)
        assert (draft.messages.get().body, history(draft)) == ("又過期了", ["link", "follow_up"])
        link = Link.objects.get()
        assert (link.source, link.target, link.kind) == (draft, request, LinkKind.FOLLOWS)
        filed = services.submit(request=draft, actor=student, at=LATE)
        assert request.number in page(student, filed)

    def test_files_are_copied_not_taken(self, student, clerk) -> None:
        asked = [*desk.FIELDS, {"key": "paper", "kind": "file", "label": {"en": "Paper"}}]
        file = accept_upload(SimpleUploadedFile("a.txt", b"paper"), person=student)
        answers = desk.ANSWERS | {"paper": str(file.key)}
        request = completed(student, clerk, of=desk.service(questions=asked), answers=answers)
        draft = services.follow_up(request=request, actor=student, note="又過期了", at=LATE)

        copy = Attachment.objects.of(draft).get()
        assert (copy.blob, str(copy.key)) == (file.blob, draft.answer_set.answers["paper"])
        assert [each.pk for each in Attachment.objects.of(request)] == [file.pk]

    def test_refused_within_the_window_without_reason_and_to_others(self, student, clerk) -> None:
        request = completed(student, clerk)
        with pytest.raises(services.UnableToFollowUp):
            services.follow_up(request=request, actor=student, note="x", at=MONDAY_ELEVEN)
        with pytest.raises(services.UnableToFollowUp):
            services.follow_up(request=request, actor=student, note=" ", at=LATE)
        for actor in (clerk, factories.student("路人")):
            with pytest.raises(PermissionDenied):
                services.follow_up(request=request, actor=actor, note="x", at=LATE)

    @pytest.mark.parametrize("how", ["refused", "withdrawn", "merged"])
    def test_at_once_after_what_cannot_be_opened_again(self, student, clerk, how: str) -> None:
        request = taken(student, clerk)
        if how == "refused":
            services.refuse(request=request, actor=clerk, note="缺件", at=MONDAY_TEN)
        elif how == "withdrawn":
            services.withdraw(request=request, actor=student, note="先不辦", at=MONDAY_TEN)
        else:
            services.merge(request=request, into=taken(student, clerk), actor=clerk, note="同一件", at=MONDAY_TEN)
        request.refresh_from_db()
        assert "follow_up" in allowed_verbs(student, request, MONDAY_ELEVEN)
        draft = services.follow_up(request=request, actor=student, note="補齊了", at=MONDAY_ELEVEN)

        assert (Link.objects.get().source, draft.answer_set.answers) == (draft, desk.ANSWERS)

    def test_not_of_what_names_nobody_any_more(self, clerk) -> None:
        request = desk.request(RequestState.REFUSED, filed_by=clerk, removed_at=now())
        assert "follow_up" not in allowed_verbs(clerk, request)
        with pytest.raises(PermissionDenied):
            services.follow_up(request=request, actor=clerk, note="x")

    def test_page_leads_to_the_draft(self, student, clerk) -> None:
        request = desk.request(
            RequestState.RESOLVED, requester=student, handler=clerk, submitted_at=now() - timedelta(days=60)
        )
        answer = client(student).post(reverse("servicedesk:follow_up", args=[request.pk]), {"note": "又過期了"})

        assert answer.url == reverse("servicedesk:draft", args=[Link.objects.get().source_id])
        assert client(clerk).post(reverse("servicedesk:follow_up", args=[request.pk])).status_code == 403
