"""People in relation meet the clock, the search, the mail and the figures."""

import pytest

from apps.core.measure import Period
from apps.delivery.models import Delivery
from apps.people.models import Person
from apps.servicedesk import figures, services
from apps.servicedesk.enums import EscalationTo, EscalationWhen, MailReason, MailState, Promise, RequestState
from apps.servicedesk.models import Request, RequestText, ThirdPartyWait
from apps.servicedesk.panels.clock import ClockPanel
from apps.servicedesk.reopening import may_still_reopen, reopen_until
from apps.servicedesk.search import search_requests
from apps.servicedesk.services.caring import care, lapse
from apps.servicedesk.services.clocks import rebuild_clocks
from apps.servicedesk.services.drafts import discard_draft
from apps.servicedesk.services.escalating import add_rule, escalate
from apps.servicedesk.services.texts import rebuild_texts
from tests import factories
from tests.servicedesk import factories as desk
from tests.servicedesk import letters
from tests.servicedesk.company import told
from tests.servicedesk.stories import MONDAY_ELEVEN, MONDAY_NINE, MONDAY_TEN, completed, filed, moment, taken

pytestmark = pytest.mark.django_db
NOVEMBER = Period(moment(1, 0).date(), moment(30, 0).date())


@pytest.fixture
def clerk() -> Person:
    return letters.proved(factories.clerk())


@pytest.fixture
def mate() -> Person:
    return letters.student("同伴")


@pytest.fixture
def pair(clerk: Person) -> tuple[Request, Request]:
    """Two of different people about the same matter; 900 minutes each, a first answer within 240."""
    service = desk.service("報修", target_minutes=900, first_response_minutes=240)
    return tuple(taken(letters.student(name), clerk, of=service) for name in ("甲生", "乙生"))


def merge(pair: tuple[Request, Request], clerk: Person, at: object = MONDAY_ELEVEN) -> Request:
    return services.merge(request=pair[0], into=pair[1], actor=clerk, note="同一盞燈", at=at)


def unmerge(row: Request, clerk: Person, at: object) -> Request:
    return services.unmerge(request=row, actor=clerk, note="不是同一盞", at=at)


class TestClock:
    def test_waiting_for_others_is_merged_and_waits_again(self, pair, clerk) -> None:
        given = {"party": "維修公司", "expected_on": moment(24, 0).date(), "note": "等零件"}
        services.wait_for_others(request=pair[0], actor=clerk, at=MONDAY_TEN, **given)
        row = merge(pair, clerk)
        assert (row.state, row.due_at, row.pause_limit_at) == (RequestState.MERGED, None, None)
        care(at=moment(24, 10))
        assert "Follow up today" not in told(clerk)

        row = unmerge(row, clerk, moment(25, 9))
        wait = ThirdPartyWait.objects.get(request=row)
        assert (row.state, wait.ended_at, row.used_minutes) == (RequestState.WAITING_THIRD, None, 60)
        assert ClockPanel(row, clerk, moment(25, 9)).wait == wait
        care(at=moment(25, 10))
        assert told(clerk)[-1] == "Follow up today"
        row = services.resume(request=row, actor=clerk, at=moment(26, 9))
        assert (row.state, row.used_minutes) == (RequestState.IN_PROGRESS, 60)
        assert not list(rebuild_clocks(write=False))

    def test_rules_are_silent_while_merged_and_speak_after(self, pair, clerk) -> None:
        values = {"to": EscalationTo.HANDLER, "person": None, "amount": 60, "when": EscalationWhen.BEFORE}
        add_rule(
            service=pair[0].service,
            actor=factories.administrator(),
            promise=Promise.FIRST,
            at=moment(2, 9),
            **values,
        )
        services.post_message(request=pair[1], author=clerk, body="在查", at=MONDAY_TEN)
        row = merge(pair, clerk)
        assert escalate(at=moment(24, 9)) == []

        row = unmerge(row, clerk, moment(25, 9))
        assert row.first_response_at is None
        assert [each.request for each in escalate(at=moment(25, 10, 30))] == [row]

    def test_priority_and_target_stay_with_the_merged_one(self, pair, clerk) -> None:
        services.set_priority(request=pair[0], actor=clerk, priority=2, note="急", at=MONDAY_TEN)
        row = merge(pair, clerk)
        with pytest.raises(services.UnableToSetPriority):
            services.set_priority(request=row, actor=clerk, priority=0, note="不急", at=MONDAY_ELEVEN)

        assert unmerge(row, clerk, moment(24, 9)).priority == 2
        assert not list(rebuild_clocks(write=False))


class TestOpeningAgain:
    def test_window_is_the_services_for_page_mail_and_move(self, clerk) -> None:
        row = completed(factories.student(), clerk, reopen_days=2)

        assert reopen_until(row) == moment(25, 0).date()
        assert ClockPanel(row, row.requester, moment(25, 12)).reopen_until == moment(25, 0).date()
        assert (may_still_reopen(row, moment(25, 12)), may_still_reopen(row, moment(26, 9))) == (True, False)

    def test_what_lapsed_counts_as_opened_again_and_is_followed_later(self, clerk) -> None:
        row = taken(factories.student(), clerk, reopen_days=2)
        services.ask_requester(request=row, actor=clerk, note="用途？", at=MONDAY_TEN)
        lapse(row.pk, Request.objects.all(), moment(24, 9))
        row = services.reopen(request=row, actor=row.requester, note="還要", at=moment(25, 9))
        assert (row.state, row.reopen_count) == (RequestState.IN_PROGRESS, 1)

        services.ask_requester(request=row, actor=clerk, note="用途？", at=moment(25, 10))
        lapse(row.pk, Request.objects.all(), moment(26, 9))
        row.refresh_from_db()
        with pytest.raises(services.UnableToReopen):
            services.reopen(request=row, actor=row.requester, note="還要", at=moment(1, 9, month=12))
        draft = services.follow_up(request=row, actor=row.requester, note="還要", at=moment(1, 9, month=12))
        discard_draft(request=draft, actor=row.requester)

    def test_taken_out_of_another_is_none(self, pair, clerk) -> None:
        row = unmerge(merge(pair, clerk), clerk, moment(24, 9))
        services.complete(request=row, actor=clerk, at=moment(24, 10))

        assert services.reopen(request=row, actor=row.requester, note="仍不亮", at=moment(24, 11)).reopen_count == 1


def test_figures_count_what_lapsed_as_received_and_what_was_merged_nowhere(pair, clerk) -> None:
    lapsed = taken(factories.student(), clerk)
    services.ask_requester(request=lapsed, actor=clerk, note="用途？", at=MONDAY_TEN)
    lapse(lapsed.pk, Request.objects.all(), moment(24, 9))
    services.post_message(request=pair[0], author=clerk, body="在查", at=MONDAY_TEN)
    merge(pair, clerk)
    at = moment(27, 9)

    assert set(figures.received(NOVEMBER, at)) == {pair[1], lapsed}
    assert set(figures.first_judged(NOVEMBER, at)) == {pair[1], lapsed}
    assert pair[0] not in figures.judged(NOVEMBER, at)


class TestSearch:
    def found(self, person: Person, text: str) -> list[Request]:
        person = Person.objects.get(pk=person.pk)
        return list(search_requests(Request.objects.visible_to(person), person, text))

    def test_participant_finds_it_until_the_part_ends(self, pair, clerk, mate) -> None:
        services.post_message(request=pair[0], author=clerk, body="投影機壞了", at=MONDAY_TEN)
        assert self.found(mate, "投影機") == []
        known = services.add_participant(request=pair[0], actor=pair[0].requester, person=mate, at=MONDAY_TEN)
        assert self.found(mate, "投影機") == [pair[0]]
        services.remove_participant(participant=known, actor=clerk, at=MONDAY_ELEVEN)
        assert self.found(mate, "投影機") == []

    def test_words_that_were_split_off_or_taken_along_are_found_once_filed(self, pair, clerk) -> None:
        row = pair[0]
        word = services.post_message(request=row, author=row.requester, body="窗戶也破了", at=MONDAY_TEN)
        draft = services.split(
            request=row, service=row.service, actor=clerk, answers=["purpose"], messages=[word.pk], at=MONDAY_TEN
        )
        assert not RequestText.objects.filter(request=draft).exists()
        services.save_draft(request=draft, actor=clerk, answers=desk.ANSWERS, at=MONDAY_TEN)
        services.submit(request=draft, actor=clerk, at=MONDAY_ELEVEN)

        assert set(self.found(clerk, "窗戶也破")) == {row, draft}
        assert not list(rebuild_texts(write=False))

    def test_words_to_a_merged_one_are_found_where_they_stand(self, pair, clerk) -> None:
        merge(pair, clerk)
        services.post_message(request=pair[0], author=pair[0].requester, body="現在好了", at=moment(24, 9))

        assert self.found(clerk, "現在好了") == [pair[1]]
        assert not list(rebuild_texts(write=False))


class TestMail:
    @pytest.fixture(autouse=True)
    def replies(self, settings: object) -> None:
        letters.switched_on(settings)

    def join(self, row: Request, person: Person, *, may_act: bool) -> None:
        services.add_participant(request=row, actor=row.requester, person=person, may_act=may_act, at=MONDAY_NINE)

    def test_participant_who_may_act_answers_by_mail(self, pair, clerk, mate) -> None:
        row = pair[0]
        self.join(row, mate, may_act=True)
        services.ask_requester(request=row, actor=clerk, note="哪一樓？", at=MONDAY_TEN)
        mail = letters.receive(letters.answer(row, mate, "三樓。"), at=MONDAY_ELEVEN)
        row.refresh_from_db()

        assert (mail.state, row.state) == (MailState.IN_REQUEST, RequestState.IN_PROGRESS)
        assert (mail.message.author, mail.message.on_behalf_of) == (mate, row.requester)

    def test_who_only_reads_is_invited_to_no_answer_and_refused(self, pair, clerk, mate) -> None:
        row = pair[0]
        self.join(row, mate, may_act=False)
        services.post_message(request=row, author=clerk, body="在查", at=MONDAY_TEN)
        last = {
            person: Delivery.objects.filter(person=person, channel="mail").latest("pk").message
            for person in (mate, row.requester)
        }
        assert (last[mate].takes_replies, last[row.requester].takes_replies) == (False, True)

        mail = letters.receive(letters.answer(row, mate, "我也要"), at=MONDAY_ELEVEN)
        assert (mail.state, mail.reason) == (MailState.WAITING, MailReason.NOT_ALLOWED)

    def test_answer_to_a_merged_one_stands_in_the_other(self, pair, clerk) -> None:
        merge(pair, clerk)
        mail = letters.receive(letters.answer(pair[0], pair[0].requester, "好了。"), at=moment(24, 9))

        assert (mail.state, mail.request, mail.message.request) == (MailState.IN_REQUEST, pair[1], pair[1])


def test_watcher_hears_of_priority_and_of_what_the_portal_closes(clerk) -> None:
    watcher = factories.clerk("科員乙")
    row = filed(factories.student())
    row = services.take(request=row, actor=clerk, at=MONDAY_NINE)
    services.watch(request=row, actor=watcher, at=MONDAY_NINE)
    services.set_priority(request=row, actor=clerk, priority=1, note="急", at=MONDAY_TEN)
    services.ask_requester(request=row, actor=clerk, note="用途？", at=MONDAY_ELEVEN)
    lapse(row.pk, Request.objects.all(), moment(24, 9))

    assert told(watcher)[1:] == [f"News of 在讀證明 ({row.number})"] * 3  # first of all it was new to every clerk
    last = Delivery.objects.filter(person=watcher, channel="portal").latest("pk").message
    assert last.texts.get(language="en").text.startswith("The portal: closed it")
