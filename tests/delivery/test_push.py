"""Notifications in browsers, through a local push service that checks our key and a browser that decrypts."""

from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from django.core.management import call_command
from freezegun import freeze_time

from apps.core.clock import now
from apps.delivery.channels import push, web_push
from apps.delivery.channels.http import seconds_in
from apps.delivery.enums import Cause, Channel, DeliveryState, MessageClass, Queue, SubscriptionEnd
from apps.delivery.models import BrowserSubscription, Delivery, Suppression
from apps.delivery.models.browsers import digest_of
from apps.delivery.sending import send_due
from apps.delivery.services import Text, end_browser, plan, subscribe
from apps.delivery.smtp import Answer, Fate
from apps.delivery.sweeps import resend_uncertain
from apps.people.enums import ContactKind
from apps.people.models import ContactPoint, Person
from tests import factories
from tests.delivery.factories import mail, message
from tests.delivery.standins.browsers import Browser, PushService, claims_of, decode, encode
from tests.delivery.standins.server import CLOSE, HANG

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("calendar")]


def send(queue: str = Queue.NOTICE) -> int:
    return send_due(queue, Channel.PUSH).mails


def turn_on(browser: Browser, person: Person) -> BrowserSubscription:
    return subscribe(person=person, data=browser.data, actor=person)


def one(*names: str, person: Person | None = None, **fields: object) -> tuple[Delivery, list[Browser]]:
    """A planned notification to a person with these browsers."""
    person = person or factories.student()
    browsers = [Browser(name) for name in names]
    for browser in browsers:
        turn_on(browser, person)
    about = fields.pop("about", None) or message(target_url="/notices/1/")
    return mail(person, about=about, channel=Channel.PUSH, address=f"browsers:{person.pk}", **fields), browsers


def state(row: Delivery) -> str:
    row.refresh_from_db()
    return row.state


def ended(browser: Browser) -> str:
    return BrowserSubscription.objects.get(endpoint_digest=digest_of(browser.endpoint)).end_cause


class TestSending:
    def test_browser_reads_title_office_and_link_and_nothing_of_the_text(
        self, push_service: PushService, push_key: str, settings
    ) -> None:
        row, (browser,) = one("a")

        assert send() == 1

        (asked,) = push_service.asked
        assert browser.read(asked.raw) == {
            "title": "關於期末考試安排的通知",
            "body": settings.MAIL_FROM_NAME,
            "open": "查看",
            "language": "zh-hant",
            "url": "http://localhost:8000/notices/1/",
            "tag": f"m{row.message_id}",
        }
        claims = claims_of(asked.headers["Authorization"], push_key)
        assert claims["aud"] == "https://updates.push.services.mozilla.com"
        assert claims["sub"] == "mailto:office@example.edu.cn"
        assert 0 < claims["exp"] - now().timestamp() <= 12 * 3600
        assert asked.headers["Content-Encoding"] == "aes128gcm"
        assert asked.headers["Topic"] == f"m{row.message_id}"
        assert asked.headers["Urgency"] == "normal"

    def test_that_a_service_took_it_is_no_more_than_handed_over(self, push_service: PushService) -> None:
        row, _browsers = one("a")
        send()

        assert state(row) == DeliveryState.HANDED_OFF
        (fact,) = row.evidence.all()
        assert (fact.kind, fact.detail["code"]) == ("handed_off", 201)
        assert fact.detail["content"] == row.content_digest
        assert BrowserSubscription.objects.get().last_ok_at is not None

    def test_without_a_subject_the_sender_of_mails_is_named(self, push_service: PushService, settings) -> None:
        settings.WEB_PUSH = settings.WEB_PUSH | {"subject": ""}
        one("a")
        send()

        claims = claims_of(push_service.asked[0].headers["Authorization"], web_push.public_key())
        assert claims["sub"] == f"mailto:{settings.DEFAULT_FROM_EMAIL}"

    def test_words_are_in_the_persons_language(self, push_service: PushService) -> None:
        _row, (browser,) = one("a", person=factories.student("Ann", language="en"))
        send()

        told = browser.read(push_service.asked[0].raw)
        assert (told["title"], told["open"]) == ("Final examinations", "Look at it")

    def test_longest_title_fits(self, push_service: PushService) -> None:
        about = message(texts={"zh-hant": Text("長" * 200, "內文" * 4000)}, target_url="/notices/1/")
        _row, (browser,) = one("a", about=about)
        send()

        raw = push_service.asked[0].raw
        assert len(raw) < 4096, "what push services take"
        assert browser.read(raw)["title"] == "長" * 200

    @freeze_time("2026-11-23T04:00:00Z")
    @pytest.mark.parametrize(
        ("ends", "seconds"),
        [(None, 7 * 86400), (timedelta(hours=2), 7200), (timedelta(days=60), 28 * 86400)],
    )
    def test_service_keeps_it_no_longer_than_it_counts(
        self, push_service: PushService, ends: timedelta | None, seconds: int
    ) -> None:
        about = message(expires_at=now() + ends if ends else None)
        one("a", about=about)
        send()

        assert push_service.asked[0].headers["TTL"] == str(seconds)

    def test_urgent_one_says_so(self, push_service: PushService) -> None:
        one("a", about=message(queue=Queue.URGENT))
        send(Queue.URGENT)

        assert push_service.asked[0].headers["Urgency"] == "high"

    def test_without_a_key_all_wait(self, push_service: PushService, settings) -> None:
        row, _browsers = one("a")
        settings.WEB_PUSH = settings.WEB_PUSH | {"private_key": ""}

        assert send_due(Queue.NOTICE, Channel.PUSH).relay_away
        assert state(row) == DeliveryState.PLANNED
        assert not push_service.asked


class TestAnswers:
    @pytest.mark.parametrize("status", [404, 410])
    def test_browser_that_is_gone_ends(self, push_service: PushService, status: int) -> None:
        row, (browser,) = one("a")
        push_service.answers(browser, (status, {}))
        send()

        assert state(row) == DeliveryState.BOUNCED_HARD
        assert ended(browser) == SubscriptionEnd.GONE
        assert ContactPoint.objects.get(kind=ContactKind.PUSH).dead_at is not None
        assert not Suppression.objects.exists(), "a new subscription is a new address"

    def test_turned_on_again_it_is_pushed_to_again(self, push_service: PushService) -> None:
        row, (browser,) = one("a")
        push_service.answers(browser, (410, {}))
        send()
        turn_on(Browser("b"), row.person)
        made = plan(message=message(), people=Person.objects.filter(pk=row.person_id), channel=Channel.PUSH)
        Delivery.objects.update(not_before=now())

        assert made == (1, 0)
        assert send() == 1

    def test_too_large_fails_and_says_nothing_of_the_browser(self, push_service: PushService) -> None:
        row, (browser,) = one("a")
        push_service.answers(browser, (413, {}))
        send()

        assert state(row) == DeliveryState.FAILED
        assert row.evidence.get().detail["cause"] == Cause.SIZE
        assert BrowserSubscription.objects.get().is_active

    @pytest.mark.parametrize("status", [429, 503, 401, 403])
    def test_busy_service_or_wrong_account_is_tried_later(self, push_service: PushService, status: int) -> None:
        row, (browser,) = one("a")
        push_service.answers(browser, (status, {}))
        send()

        assert state(row) == DeliveryState.PLANNED
        assert row.not_before > now() + timedelta(minutes=4)
        assert BrowserSubscription.objects.get().is_active
        assert not row.evidence.exists()

    @freeze_time("2026-11-23T04:00:00Z")
    @pytest.mark.parametrize(("after", "minutes"), [("3600", 60), ("10", 5), ("nonsense", 5)])
    def test_waits_as_long_as_the_service_asks(self, push_service: PushService, after: str, minutes: int) -> None:
        row, (browser,) = one("a")
        push_service.answers(browser, (429, {}, {"Retry-After": after}))
        send()

        row.refresh_from_db()
        assert row.not_before - now() == timedelta(minutes=minutes)

    @pytest.mark.parametrize("answer", [(500, {}), HANG, CLOSE])
    def test_unclear_answer_is_uncertain_and_a_mandatory_one_goes_again(
        self, push_service: PushService, answer: object
    ) -> None:
        row, (browser,) = one("a")
        push_service.answers(browser, answer)
        send()
        assert state(row) == DeliveryState.UNCERTAIN

        push._away_until.clear()
        assert resend_uncertain(now() + timedelta(minutes=31)) == 1
        Delivery.objects.update(not_before=now())
        assert send() == 1
        first, second = push_service.asked
        assert first.headers["Topic"] == second.headers["Topic"], "the second replaces the first"

    def test_optional_one_is_left_uncertain(self, push_service: PushService) -> None:
        _row, (browser,) = one("a", about=message(message_class=MessageClass.OPTIONAL))
        push_service.answers(browser, (500, {}))
        send()

        assert resend_uncertain(now() + timedelta(minutes=31)) == 0

    def test_redirect_is_not_followed(self, push_service: PushService) -> None:
        row, (browser,) = one("a")
        push_service.answers(browser, (302, {}, {"Location": f"{push_service.url}/elsewhere"}))
        send()

        assert state(row) == DeliveryState.FAILED
        assert [asked.path for asked in push_service.asked] == [push_service.path(browser)]

    def test_service_that_is_away_holds_up_nobody(self, push_service: PushService) -> None:
        """The first waits for its answer in vain; the next of the same service is not asked, one of another is."""
        first, (silent,) = one("a")
        second, _browsers = one("b")
        third_person = factories.student()
        turn_on(Browser("c", service="https://fcm.googleapis.com/fcm/send/"), third_person)
        third = mail(third_person, about=first.message, channel=Channel.PUSH, address=f"browsers:{third_person.pk}")
        push_service.answers(silent, HANG)

        assert send() == 1
        assert [state(row) for row in (first, second, third)] == ["uncertain", "planned", "handed_off"]
        assert len(push_service.asked) == 2

    def test_nothing_listens_there(self, push_service: PushService, settings) -> None:
        row, _browsers = one("a")
        settings.PUSH_STAND_IN = "http://127.0.0.1:9"
        send()

        assert state(row) == DeliveryState.PLANNED
        assert "RelayAway" not in row.last_answer
        assert "connect" in row.last_answer


class TestSeveralBrowsers:
    def test_each_gets_it_once_in_one_delivery(self, push_service: PushService) -> None:
        row, browsers = one("a", "b", "c")

        assert send() == 1
        assert [len(push_service.to(browser)) for browser in browsers] == [1, 1, 1]
        assert row.evidence.get().detail["answer"].startswith("3/3: ")

    def test_one_that_took_it_is_enough_and_the_gone_one_ends(self, push_service: PushService) -> None:
        row, (gone, good) = one("a", "b")
        push_service.answers(gone, (410, {}))
        send()

        assert state(row) == DeliveryState.HANDED_OFF
        assert (ended(gone), ended(good)) == (SubscriptionEnd.GONE, "")
        assert ContactPoint.objects.get(kind=ContactKind.PUSH).works
        assert row.evidence.get().detail["answer"].startswith("1/2: ")

    def test_only_when_all_are_gone_it_came_back(self, push_service: PushService) -> None:
        row, browsers = one("a", "b")
        for browser in browsers:
            push_service.answers(browser, (410, {}))
        send()

        assert state(row) == DeliveryState.BOUNCED_HARD

    @pytest.mark.parametrize(
        ("fates", "best"),
        [
            ([Fate.REFUSED, Fate.TAKEN], Fate.TAKEN),
            ([Fate.PUT_OFF, Fate.BROKEN], Fate.BROKEN),
            ([Fate.REFUSED, Fate.PUT_OFF], Fate.PUT_OFF),
        ],
    )
    def test_best_answer_counts(self, fates: list[Fate], best: Fate) -> None:
        assert push.together([Answer(fate, 0, "", "push", wait=3) for fate in fates]).fate == best

    def test_refused_one_that_is_alive_stands_above_a_gone_one(self) -> None:
        gone = Answer(Fate.REFUSED, 410, "", "push", cause=Cause.DEAD, hard=True)
        refused = Answer(Fate.REFUSED, 400, "", "push")

        assert push.together([gone, refused]).hard is False

    def test_none_left_since_it_was_planned(self, push_service: PushService) -> None:
        row, _browsers = one("a")
        end_browser(browser=BrowserSubscription.objects.get(), actor=row.person)
        send()

        assert state(row) == DeliveryState.BOUNCED_HARD
        assert not push_service.asked


class TestWhoMayBeCalled:
    @pytest.mark.parametrize(
        ("endpoint", "host"),
        [
            ("https://fcm.googleapis.com/fcm/send/x:y", "fcm.googleapis.com"),
            ("https://updates.push.services.mozilla.com/wpush/v2/x", "updates.push.services.mozilla.com"),
            ("https://db5p.notify.windows.com/w/?token=a%2b", "db5p.notify.windows.com"),
            ("https://web.push.apple.com/QX", "web.push.apple.com"),
            ("http://fcm.googleapis.com/x", ""),
            ("https://fcm.googleapis.com:8443/x", ""),
            ("https://fcm.googleapis.com@10.0.0.1/x", ""),
            ("https://10.0.0.1/x", ""),
            ("https://localhost/x", ""),
            ("https://fcm.googleapis.com.evil.example/x", ""),
            ("https://evilnotify.windows.com/x", ""),
            ("https://notify.windows.com/x", ""),
            ("https://evil.example\\@fcm.googleapis.com/x", ""),
            ("https://fcm.googleapis.com/x\r\nHost: a", ""),
            ("https://FCM.googleapis.com/x", ""),
            ("file:///etc/passwd", ""),
            ("", ""),
        ],
    )
    def test_only_services_of_browsers(self, endpoint: str, host: str) -> None:
        assert web_push.host_of(endpoint) == host

    def test_host_that_is_allowed_no_more_is_not_called(self, push_service: PushService, settings) -> None:
        row, _browsers = one("a")
        settings.WEB_PUSH = settings.WEB_PUSH | {"hosts": ["web.push.apple.com"]}
        send()

        assert state(row) in (DeliveryState.FAILED, DeliveryState.BLOCKED)
        assert not push_service.asked

    def test_new_key_ends_browsers_of_the_old_one_without_a_call(self, push_service: PushService, settings) -> None:
        row, (browser,) = one("a")
        settings.WEB_PUSH = settings.WEB_PUSH | {"private_key": web_push.new_key()}
        send()

        assert state(row) == DeliveryState.BOUNCED_HARD
        assert ended(browser) == SubscriptionEnd.KEY_CHANGED
        assert not push_service.asked

    def test_sealed_with_a_key_that_is_lost(self, push_service: PushService, settings) -> None:
        _row, (browser,) = one("a")
        settings.SECRET_KEY = "another one altogether"
        send()

        assert ended(browser) == SubscriptionEnd.KEY_CHANGED

    def test_keys_must_be_a_point_and_a_secret(self) -> None:
        good = Browser("a")
        assert web_push.are_keys(encode(good.public), encode(good.auth))
        assert not web_push.are_keys(encode(b"\x04" + bytes(64)), encode(good.auth))
        assert not web_push.are_keys(encode(good.public), encode(b"short"))
        assert not web_push.are_keys("not base64!", encode(good.auth))


def test_plan_takes_who_has_a_browser(push_key: str) -> None:
    person, without = factories.student(), factories.student()
    turn_on(Browser("a"), person)
    turn_on(Browser("b"), person)

    made = plan(message=message(), people=Person.objects.filter(pk__in=[person.pk, without.pk]), channel=Channel.PUSH)

    assert made == (1, 1)
    assert Delivery.objects.get(channel=Channel.PUSH).address == f"browsers:{person.pk}"


def test_command_prints_a_key_that_the_settings_take(capsys, settings) -> None:
    call_command("web_push_key")
    name, _sign, key = capsys.readouterr().out.strip().partition("=")
    settings.WEB_PUSH = settings.WEB_PUSH | {"private_key": key}

    assert name == "WEB_PUSH_PRIVATE_KEY"
    assert len(web_push.decode(web_push.public_key())) == 65


@freeze_time("2026-11-23T04:00:00Z")
@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("120", 120),
        ("Mon, 23 Nov 2026 04:02:00 GMT", 120),
        ("Mon, 23 Nov 2026 03:00:00 GMT", 0),
        ("999999999999", 86400),
        ("-5", 0),
        ("soon", 0),
        ("", 0),
    ],
)
def test_retry_after(header: str, seconds: int) -> None:
    assert seconds_in(header) == seconds


def test_words_of_the_rfc_are_read() -> None:
    """The example of RFC 8291, section 5, shows that the stand-in decrypts as browsers do."""
    number = int.from_bytes(decode("q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94"))
    browser = Browser("a", private=ec.derive_private_key(number, ec.SECP256R1()), auth=decode("BTBZMqHH6r4Tts7J_aSIgg"))
    body = decode(
        "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_y"
        "l95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
    )
    assert browser.decrypt(body) == b"When I grow up, I want to be a watermelon"
