"""Reply addresses and the headers by which mail programs put mails together."""

from email import message_from_bytes, policy

import pytest

from apps.delivery.letters.addresses import make_void, reply_address, reply_name, route_of, routes_for
from apps.delivery.models import Delivery, Message, ReplyRoute
from apps.delivery.sending import send_due
from apps.delivery.services import tell
from apps.delivery.tokens import message_id
from tests import factories
from tests.delivery.conftest import Sink, sink
from tests.delivery.factories import NOON, TEXTS

__all__ = ["sink"]
pytestmark = pytest.mark.django_db
SOURCE = "tests.thing:1"


@pytest.fixture(autouse=True)
def replies(settings) -> None:
    settings.MAIL_REPLIES = True
    settings.MAIL_REPLY_DOMAIN = "reply.college.example"


def route(source: str = SOURCE) -> ReplyRoute:
    person = factories.student()
    return routes_for([(source, person.pk)])[source, person.pk]


def local(address: str) -> str:
    return address.partition("@")[0]


def test_address_leads_back() -> None:
    made = route()
    address = reply_address(made)
    assert route_of(reply_name([f"<{address.upper()}>"])) == made
    assert address.endswith("@reply.college.example")


def test_address_fits_and_tells_nothing() -> None:
    ReplyRoute.objects.create(pk=2**63 - 1, source=SOURCE, person=factories.student(), nonce="a" * 32)
    longest = reply_address(ReplyRoute.objects.get(pk=2**63 - 1))
    assert len(local(longest)) <= 64
    first, other = route("servicedesk.request:77"), route("servicedesk.request:77")
    assert local(reply_address(first)) != local(reply_address(other))


def test_same_person_and_thing_keep_their_address() -> None:
    made = route()
    again = routes_for([(SOURCE, made.person_id)])[SOURCE, made.person_id]
    assert reply_address(again) == reply_address(made)


@pytest.mark.parametrize(
    "name",
    ["", "reply+", "reply+aaaaaaaaaaaaaaaaaaaaaaaaaa", "reply+aaaaaaaaaaaaaaaaaaaaaaaaaa1", "b+1-aaaaaaaaaaaaaaaa"],
)
def test_made_up_names_lead_nowhere(name: str) -> None:
    route()
    assert route_of(name) is None


def test_every_changed_letter_is_noticed() -> None:
    name = local(reply_address(route()))
    for place in range(len("reply+"), len(name)):
        other = "a" if name[place] != "a" else "b"
        assert route_of(name[:place] + other + name[place + 1 :]) is None


def test_number_beyond_all_numbers_leads_nowhere() -> None:
    assert route_of("reply+" + "a" * 26 + "z" * 13) is None


def test_replaced_key_still_counts(settings) -> None:
    made = route()
    name = local(reply_address(made))
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "another key"
    assert route_of(name) == made
    settings.SECRET_KEY_FALLBACKS = []
    assert route_of(name) is None


def test_void_addresses_lead_nowhere_and_others_stay() -> None:
    made, other = route(), route("tests.thing:2")
    names = [local(reply_address(each)) for each in (made, other)]
    assert make_void(SOURCE) == 1
    assert [route_of(name) for name in names] == [None, other]
    made.refresh_from_db()
    assert route_of(local(reply_address(made))) == made


def sent(sink: Sink) -> list:
    send_due("notice")
    return [message_from_bytes(one.content, policy=policy.default) for one in sink.taken]


def test_mails_of_one_thing_hang_together(sink: Sink) -> None:
    person = factories.student()
    for _ in range(8):
        tell(person=person, source=SOURCE, texts=TEXTS, takes_replies=True, at=NOON)
    tell(person=factories.student(), source=SOURCE, texts=TEXTS, takes_replies=True, at=NOON)
    mails = {mail["Message-ID"]: mail for mail in sent(sink)}

    keys = list(Delivery.objects.filter(person=person, channel="mail").order_by("pk").values_list("pk", flat=True))
    own = [mails[message_id(key)] for key in keys]
    assert own[0]["References"] is None
    assert own[1]["In-Reply-To"] == message_id(keys[0])
    assert own[7]["References"].split() == [message_id(key) for key in (keys[0], *keys[3:7])]
    assert len({mail["Reply-To"] for mail in own}) == 1
    assert len({mail["Reply-To"] for mail in mails.values()}) == 2
    assert all(len(line) < 999 for one in sink.taken for line in one.content.splitlines())


def test_mail_that_takes_answers_says_where_to_write(sink: Sink) -> None:
    tell(person=factories.student(language="zh-hant"), source=SOURCE, texts=TEXTS, takes_replies=True, at=NOON)
    text = sent(sink)[0].get_body(("plain",)).get_content()
    assert text.startswith("##- 請在此行以上書寫回覆")


def test_other_mails_carry_nothing_of_it(sink: Sink) -> None:
    tell(person=factories.student(), source=SOURCE, texts=TEXTS, at=NOON)
    mail = sent(sink)[0]
    assert [mail[name] for name in ("Reply-To", "References", "In-Reply-To")] == [None, None, None]
    assert "##-" not in mail.as_string()
    assert ReplyRoute.objects.count() == 0


def test_answer_by_itself_says_so(sink: Sink) -> None:
    tell(person=factories.student(), source=SOURCE, texts=TEXTS, answers_mail="<1@x.example>", at=NOON)
    mail = sent(sink)[0]
    assert (mail["Auto-Submitted"], mail["In-Reply-To"]) == ("auto-replied", "<1@x.example>")


@pytest.mark.parametrize("bad", ["<a>\r\nBcc: x@y.example", "no brackets", "<" + "a" * 300 + ">", "<a b@c>"])
def test_message_id_of_a_stranger_adds_no_header(bad: str) -> None:
    tell(person=factories.student(), source=SOURCE, texts=TEXTS, answers_mail=bad, at=NOON)
    assert Message.objects.get().answers_mail == ""


def test_without_a_mailbox_nothing_takes_answers(settings) -> None:
    settings.MAIL_REPLIES = False
    tell(person=factories.student(), source=SOURCE, texts=TEXTS, takes_replies=True, at=NOON)
    assert not Message.objects.get().takes_replies
