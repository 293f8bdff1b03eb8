"""Rating: in the page, by the links of a mail, asked once more in the portal; the invitation is what is counted."""

import re
from datetime import timedelta

import pytest
from django.core import signing
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from apps.core.clock import now
from apps.core.measure import Period
from apps.delivery.models import Delivery, MessageText
from apps.journal.models import Entry
from apps.servicedesk import figures, services
from apps.servicedesk.models import RatingInvitation, Request
from apps.servicedesk.rating_links import SALT, rating_token, request_of_token
from apps.servicedesk.rules import can_rate
from apps.servicedesk.services import UnableToRate
from apps.servicedesk.services.rating import ask_again
from tests import factories
from tests.servicedesk.stories import MONDAY_NINE, MONDAY_TEN, moment, taken

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh_counts() -> None:
    cache.clear()


def done(at: object = None) -> Request:
    clerk = factories.clerk()
    item = taken(factories.student(language="en"), clerk, at=MONDAY_NINE)
    return services.complete(request=item, actor=clerk, at=at or MONDAY_TEN)


@pytest.fixture
def fresh() -> Request:
    """Done just now by the clock of the portal."""
    item = done()
    Request.objects.filter(pk=item.pk).update(closed_at=now())
    return Request.objects.get(pk=item.pk)


def token_of(item: Request) -> str:
    return rating_token(RatingInvitation.objects.get(request=item))


def stranger() -> Client:
    return Client(headers={"accept-language": "en"})


def page_of(item: Request, score: int = 4, token: str = "") -> str:
    return reverse("servicedesk:rating", args=[token or token_of(item), score])


def send(item: Request, token: str = "", **data: object) -> object:
    return stranger().post(reverse("servicedesk:rate_by_link", args=[token or token_of(item)]), data)


def test_the_mail_that_says_done_carries_five_links_and_no_other_does() -> None:
    item = done()
    texts = list(MessageText.objects.filter(language="en").order_by("message").values_list("text", flat=True))
    links = re.findall(r"/requests/rating/\S+/(\d)", texts[-1])

    assert links == ["5", "4", "3", "2", "1"]
    assert all("/requests/rating/" not in text for text in texts[:-1])
    assert RatingInvitation.objects.get().request == item


def test_following_the_links_changes_nothing(fresh: Request) -> None:
    """As scanners of mail do: each link, by GET and HEAD, more than once."""
    for score in (1, 2, 3, 4, 5, 5):
        assert stranger().get(page_of(fresh, score)).status_code == 200
        assert stranger().head(page_of(fresh, score)).status_code == 200
    fresh.refresh_from_db()

    assert (fresh.rating, fresh.version) == (None, Request.objects.get(pk=fresh.pk).version)


def test_page_has_the_score_chosen_and_little_else(fresh: Request) -> None:
    page = stranger().get(page_of(fresh, 4))

    assert re.search(r'value="4"[^>]*checked', page.text)
    assert fresh.number in page.text
    for word in (fresh.requester.name, fresh.requester.number, "簽證", fresh.get_absolute_url()):
        assert word not in page.text
    assert page["Referrer-Policy"] == "no-referrer"


def test_button_rates_without_sign_in_and_may_be_pressed_again(fresh: Request) -> None:
    assert send(fresh, rating=5).status_code == 200
    send(fresh, rating=2, note="太慢")
    fresh.refresh_from_db()

    assert (fresh.rating, fresh.rating_note) == (2, "太慢")
    answer = send(fresh, rating=4)
    assert "_auth_user_id" not in answer.wsgi_request.session


def test_low_score_asks_for_a_reason(fresh: Request) -> None:
    answer = send(fresh, rating=1)
    fresh.refresh_from_db()

    assert answer.status_code == 422
    assert "Please say what was wrong" in answer.text
    assert fresh.rating is None
    assert send(fresh, rating=9).status_code == 422


def test_links_that_rate_nothing_get_one_answer(fresh: Request) -> None:
    other = signing.dumps([fresh.pk, 1], salt="another.purpose")
    old = signing.dumps([fresh.pk, 1], salt=SALT)
    tokens = ["x", token_of(fresh)[:-2], other, old, signing.dumps("x", salt=SALT), signing.dumps([0, 0], salt=SALT)]
    answers = [stranger().get(page_of(fresh, token=token)) for token in tokens]

    assert {answer.status_code for answer in answers} == {404}
    assert len({re.search(r"<main.*</main>", answer.text, re.DOTALL).group() for answer in answers}) == 1
    assert stranger().get(page_of(fresh, 6)).status_code == 404


def test_the_time_to_rate_ends() -> None:
    item = done()
    token, last = token_of(item), MONDAY_TEN + timedelta(days=30)

    assert request_of_token(token, last - timedelta(seconds=1)) == item
    assert request_of_token(token, last) is None
    services.rate(request=item, actor=item.requester, score=4, at=last - timedelta(seconds=1))
    with pytest.raises(UnableToRate):
        services.rate(request=item, actor=item.requester, score=5, at=last)


def test_reopened_and_done_again_invites_anew_and_ends_the_old_link() -> None:
    item = done()
    old = token_of(item)
    services.reopen(request=item, actor=item.requester, note="印錯字", at=moment(23, 11))
    assert request_of_token(old, moment(23, 12)) is None
    services.complete(request=item, actor=item.handler or Request.objects.get(pk=item.pk).handler, at=moment(23, 15))

    assert request_of_token(old, moment(23, 16)) is None
    assert request_of_token(token_of(item), moment(23, 16)) == item
    assert RatingInvitation.objects.count() == 1


def asked(item: Request) -> list[str]:
    said = MessageText.objects.filter(language="en", subject__startswith="How was it?").values("message")
    return list(Delivery.objects.filter(person=item.requester, message__in=said).values_list("channel", flat=True))


def test_asked_once_more_in_the_portal_only() -> None:
    item = done()

    assert ask_again(at=moment(28, 9)) == 0  # four days and 23 hours
    assert ask_again(at=moment(28, 10)) == 1
    assert ask_again(at=moment(29, 10)) == 0
    assert asked(item) == ["portal"]


def test_who_has_rated_reopened_or_left_is_not_asked_again() -> None:
    rated, reopened, gone = done(), done(), done()
    services.rate(request=rated, actor=rated.requester, score=5, at=moment(23, 11))
    services.reopen(request=reopened, actor=reopened.requester, note="印錯字", at=moment(23, 11))
    type(gone.requester).objects.filter(pk=gone.requester_id).update(is_active=False)
    ask_again(at=moment(28, 10))

    assert [asked(each) for each in (rated, reopened, gone)] == [[], [], []]
    assert done()
    assert ask_again(at=MONDAY_TEN + timedelta(days=31)) == 0  # too late to rate


def test_who_takes_part_gets_the_word_without_the_links() -> None:
    clerk, mate = factories.clerk(), factories.student("同學")
    item = taken(factories.student(), clerk, at=MONDAY_NINE)
    services.add_participant(request=item, actor=item.requester, person=mate, at=MONDAY_NINE)
    services.complete(request=item, actor=clerk, note="在一樓領", at=MONDAY_TEN)

    def last(person: object) -> str:
        message = Delivery.objects.filter(person=person, channel="portal").latest("pk").message
        return message.texts.get(language="en").text

    assert last(mate) == f"This request of {item.requester.name} is done. 在一樓領"
    assert "/requests/rating/" in last(item.requester)


def test_reopened_one_is_rated_anew_and_the_history_keeps_the_old() -> None:
    item = done()
    services.rate(request=item, actor=item.requester, score=1, note="不對", at=MONDAY_TEN)
    row = services.reopen(request=item, actor=item.requester, note="名字錯了", at=moment(24, 9))
    assert (row.rating, row.rating_note) == (None, "")
    assert Entry.objects.about(row).get(verb="rate").changes == {"rating": [None, 1]}
    assert Entry.objects.about(row).get(verb="reopen").changes["rating"] == [1, None]

    row = services.complete(request=row, actor=row.handler, at=moment(24, 10))
    period = Period(moment(23, 9).date(), moment(24, 9).date())
    assert not figures.rated(period, moment(25, 9)).exists()
    assert can_rate(row.requester, row, moment(24, 11))
    assert ask_again(at=moment(24, 10) + timedelta(days=6)) == 1
