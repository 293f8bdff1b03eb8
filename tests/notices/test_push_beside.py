"""A browser notification goes beside the first rung, holds nobody there, and proves nothing."""

import pytest

from apps.delivery.channels import web_push
from apps.delivery.enums import Channel, DeliveryState
from apps.delivery.models import Delivery
from apps.notices import ladder, preview, projection, services
from apps.notices.basis import kind_words
from apps.notices.models import Notice
from apps.notices.models.obligation import PHONE
from apps.notices.services.missing_messages import channels_of, missing_from
from apps.notices.states import Fact, deciding_fact
from apps.people.enums import ContactKind
from tests.notices import factories as notices
from tests.notices.test_ladder import at, line_of, said, sent, staff

pytestmark = pytest.mark.django_db
MAIL, PUSH, SMS, WECOM = Channel.MAIL, Channel.PUSH, Channel.SMS, Channel.WECOM


@pytest.fixture(autouse=True)
def push_is_on(settings) -> None:
    settings.WEB_PUSH = settings.WEB_PUSH | {"private_key": web_push.new_key()}


@pytest.fixture
def wecom(settings) -> None:
    settings.WECOM = settings.WECOM | {"corp_id": "c", "agent_id": "1", "secret": "s"}


class TestRungs:
    def test_beside_mail(self) -> None:
        assert ladder.rungs(Notice()) == [(MAIL, PUSH)]

    @pytest.mark.usefixtures("wecom")
    def test_beside_the_first_wherever_the_settings_name_it(self, settings) -> None:
        settings.NOTICE_LADDER = ["wecom", "mail", "push"]

        assert ladder.rungs(Notice()) == [(WECOM, PUSH), (MAIL,)]

    @pytest.mark.usefixtures("wecom")
    def test_left_out_by_the_sender(self) -> None:
        assert ladder.rungs(Notice(ladder=["wecom", "mail"])) == [(WECOM,), (MAIL,)]

    def test_alone_it_brings_mail_along(self) -> None:
        assert ladder.rungs(Notice(ladder=["push"])) == [(MAIL, PUSH)]

    def test_switched_off_since(self, settings) -> None:
        out = Notice(ladder=["push", "mail"], published_at=at(11, 16))
        settings.WEB_PUSH = settings.WEB_PUSH | {"private_key": ""}

        assert ladder.rung_of(ladder.rungs(out), 1) == (MAIL,)


class TestPeople:
    def test_mail_and_browser_at_the_same_moment(self) -> None:
        clerk = notices.ground()
        person = staff("甲", ContactKind.PUSH)

        notice = notices.published(clerk, at=at(11, 16))

        assert sent(notice, person) == ["mail", "push"]
        assert notice.rounds.get().channel == "mail"
        assert line_of(notice, person) == (1, at(11, 17, 9), "open")

    @pytest.mark.usefixtures("wecom")
    def test_who_has_a_browser_and_no_chat_gets_the_mail_at_once(self) -> None:
        clerk = notices.ground()
        person = staff("甲", ContactKind.PUSH)

        notice = notices.published(clerk, at=at(11, 16))

        assert sent(notice, person) == ["push", "mail"]
        assert line_of(notice, person) == (2, at(11, 17, 9), "open")

    def test_who_has_a_browser_alone_is_on_the_phone_list_at_once(self) -> None:
        clerk = notices.ground()
        person = staff("甲", ContactKind.PUSH, mail=False)

        notice = notices.published(clerk, at=at(11, 16))

        assert sent(notice, person) == ["push"]
        assert line_of(notice, person)[0] == PHONE

    def test_browser_holds_nobody_whose_mail_came_back(self) -> None:
        clerk = notices.ground()
        person = staff("甲", ContactKind.PUSH)
        notice = notices.published(clerk, at=at(11, 16))
        said(notice, person, "handed_off", "push", at(11, 16, 9, 1))
        Delivery.objects.filter(channel="mail").update(state=DeliveryState.BOUNCED_HARD)

        said(notice, person, "bounced_hard", "mail", at(11, 16, 9, 2))
        assert line_of(notice, person)[1:] == (at(11, 16, 9, 2), "bounced"), "due at once"
        services.climb(at(11, 16, 9, 3))

        assert line_of(notice, person)[0] == PHONE

    def test_gone_browser_hastens_nobody_and_says_nothing(self) -> None:
        clerk = notices.ground()
        person = staff("甲", ContactKind.PUSH)
        notice = notices.published(clerk, at=at(11, 16))
        Delivery.objects.filter(channel="push").update(state=DeliveryState.BOUNCED_HARD)

        said(notice, person, "bounced_hard", "push", at(11, 16, 9, 2))

        assert line_of(notice, person) == (1, at(11, 17, 9), "open")

    def test_it_is_called_handed_over_in_words_of_its_own(self) -> None:
        clerk = notices.ground()
        person = staff("甲", ContactKind.PUSH, mail=False)
        notice = notices.published(clerk, at=at(11, 16))
        said(notice, person, "handed_off", "push", at(11, 16, 9, 1))

        assert line_of(notice, person)[2] == "notified"
        fact = Delivery.objects.get(channel="push").evidence.get()
        assert "browser notification" in kind_words(fact) or "瀏覽器通知" in kind_words(fact)

    def test_lost_mail_is_found_though_the_browser_has_its_row(self) -> None:
        clerk = notices.ground()
        person = staff("甲", ContactKind.PUSH)
        notice = notices.published(clerk, at=at(11, 16))
        Delivery.objects.filter(person=person, channel="mail").delete()

        row = notice.rounds.get()
        assert [line.person for line in missing_from(row, channels_of(row))] == [person]

    def test_preview_counts_a_browser_alone_as_unreached(self) -> None:
        notices.ground()
        staff("甲", ContactKind.PUSH, mail=False)
        staff("乙", ContactKind.PUSH)
        moment = at(11, 16)

        ways = preview.first_ways(notices.STAFF, ((MAIL, PUSH),), moment.date(), at=moment)

        assert {way.channels: way.count for way in ways} == {(MAIL, PUSH): 1, (): 1}


class TestDeciding:
    """The function and the database agree: each pair is computed by both."""

    PAIRS = (
        ((Fact(1, "handed_off", "push"),), "handed_off"),
        ((Fact(1, "handed_off", "push"), Fact(1, "bounced_hard", "mail")), "bounced_hard"),
        ((Fact(1, "bounced_hard", "push"), Fact(1, "handed_off", "mail")), "handed_off"),
        ((Fact(1, "unknown", "push"), Fact(1, "failed", "mail")), "failed"),
        ((Fact(1, "handed_off", "push"), Fact(1, "opened", "push")), "opened"),
        ((Fact(1, "bounced_hard", "push"),), None),
    )

    @pytest.mark.parametrize(("facts", "expected"), PAIRS)
    def test_weak_channel_decides_last(self, facts: tuple[Fact, ...], expected: str | None) -> None:
        found = deciding_fact(facts)
        assert (found.kind if found else None) == expected

    @pytest.mark.parametrize(("facts", "expected"), PAIRS)
    def test_database_says_the_same(self, facts: tuple[Fact, ...], expected: str | None) -> None:
        clerk = notices.ground()
        person = staff("甲", ContactKind.PUSH)
        notice = notices.published(clerk, at=at(11, 16))
        for fact in facts:
            said(notice, person, fact.kind, fact.channel, at(11, 16, 10))
        notice.obligations.update(rung_at=None)
        projection.project_notice(notice)

        states = {None: "open", "handed_off": "notified", "bounced_hard": "bounced", "failed": "unreachable"}
        assert line_of(notice, person)[2] == states.get(expected, expected)
