"""A notice that asks for a form: what counts as done, and what the figures say."""

import pytest
from django.test import Client
from django.urls import reverse

from apps.core.clock import now
from apps.core.measure import Period
from apps.delivery.models import MessageText
from apps.notices import measures, report, services
from apps.notices.models import Notice
from tests.notices import factories as notices

pytestmark = pytest.mark.django_db


@pytest.fixture
def notice() -> Notice:
    clerk = notices.ground()
    notices.staff(2)
    return notices.published(clerk, needs_answer=True)


def test_handing_in_closes_and_returning_opens_again(notice: Notice) -> None:
    line = notice.obligations.select_related("person").order_by("pk")[0]
    receipt = services.record_answered(obligation=line, actor=line.person).receipt_number
    head = report.head(notice, notice.sender)
    assert (head.done, head.open) == (1, 1)

    line = services.record_returned(obligation=line, actor=notice.sender)
    head = report.head(notice, notice.sender)
    assert (line.state, line.is_open, head.done, head.open) == ("returned", True, 0, 2)

    line = services.record_answered(obligation=line, actor=line.person)
    assert (line.state, line.is_open, line.receipt_number) == ("answered", False, receipt)


def test_reading_or_acknowledging_is_not_handing_in(notice: Notice) -> None:
    line = notice.obligations.select_related("person").order_by("pk")[0]
    services.open_notice(obligation=line, actor=line.person, session_key="s")
    with pytest.raises(services.UnableToAcknowledge):
        services.acknowledge(obligation=line, actor=line.person, session_key="s")
    line.refresh_from_db()
    assert (line.state, line.is_open) == ("opened", True)


def test_only_the_person_hands_in_and_only_what_was_handed_in_returns(notice: Notice) -> None:
    first, second = notice.obligations.select_related("person").order_by("pk")
    with pytest.raises(services.UnableToAnswer):
        services.record_answered(obligation=first, actor=second.person)
    with pytest.raises(services.UnableToAnswer):
        services.record_returned(obligation=first, actor=notice.sender)


def test_form_notices_do_not_count_as_asked_to_acknowledge(notice: Notice) -> None:
    """Nobody can acknowledge them, so they would only pull the share down."""
    at = now()
    share = next(one for one in measures.for_period(Period(at.date(), at.date()), at) if one.code == "notices_in_time")
    assert (share.value, share.of) == (None, 0)


def test_pages_speak_of_the_form(notice: Notice, client: Client) -> None:
    client.force_login(notice.sender)
    assert "人已交回執表單" in client.get(reverse("notices:report", args=[notice.pk])).content.decode()
    client.force_login(notice.obligations.first().person)
    assert "須交表單" in client.get(reverse("notices:inbox")).content.decode()


def test_mails_ask_for_the_form(notice: Notice) -> None:
    services.remind_open(notice=notice, actor=notice.sender)
    first, reminder = (
        MessageText.objects.get(message=row.message, language="zh-hant") for row in notice.rounds.order_by("number")
    )
    for words in (first, reminder):
        assert "表單" in words.text
        assert "表單" in words.html
        assert "簽收確認" not in words.text
