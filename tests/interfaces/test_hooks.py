"""What happens is told to programs: planned from the history, signed, called for real, tried again, given up."""

import os
import signal
import socket
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import connection

from apps.core.clock import now
from apps.delivery.models import Message
from apps.interfaces import jobs, services
from apps.interfaces.enums import CallState, EventKind
from apps.interfaces.hooks import following, sending
from apps.interfaces.models import Call, KeptAnswer, Subscription, Try
from apps.journal.models import Entry
from apps.journal.services import record
from apps.people.models import Person
from apps.servicedesk import services as desk_services
from apps.servicedesk.enums import RequestState
from apps.servicedesk.models import Certificate, Request
from apps.servicedesk.papers.certificates import version_for
from apps.servicedesk.services import batches
from tests import factories
from tests.interfaces.factories import caller, integration
from tests.interfaces.listener import Listener, listening
from tests.jobs.moments import freeze
from tests.servicedesk import factories as desk

pytestmark = pytest.mark.django_db
ALL = [kind for kind in EventKind.values if kind != EventKind.TRIAL]
MINUTE = timedelta(minutes=1)


@pytest.fixture
def listener(settings) -> Iterator[Listener]:
    settings.WEBHOOK_HOSTS = ["127.0.0.1"]
    settings.WEBHOOK_SECONDS = 1.5
    with listening() as found:
        yield found


@pytest.fixture
def clerk() -> Person:
    return factories.clerk()


def subscribed(owner: Person, url: str, **fields: object) -> tuple[Subscription, str]:
    data = services.SubscriptionData(**({"url": url, "events": ALL, "services": []} | fields))
    made = integration(owner)
    return services.subscribe(integration=made, data=data, actor=made.created_by)


def run(at: object = None) -> int:
    following.follow(at or now())
    return sending.send_due(at)


def taken(clerk: Person) -> Request:
    return desk_services.take(request=desk.request(), actor=clerk)


def test_move_is_told_once_signed_and_without_names(clerk, listener) -> None:
    _row, secret = subscribed(clerk, listener.url)
    item = taken(clerk)

    assert [run(now() + MINUTE * each) for each in range(3)] == [1, 0, 0]

    (heard,) = listener.heard
    entry = Entry.objects.about(item).get(verb="take")
    assert heard.data == {
        "type": "request.moved",
        "timestamp": entry.at.isoformat(),
        "data": {
            "request": item.pk,
            "number": item.number,
            "service": item.service.code,
            "state": "in_progress",
            "verb": "take",
        },
    }
    assert heard.path == "/hook?from=portal"
    assert heard.is_signed_by(secret)
    assert not heard.is_signed_by("whsec_" + "A" * 44)
    call = Call.objects.get()
    assert (heard.headers["webhook-id"], call.state, call.attempts) == (str(call.key), CallState.DONE, 1)
    assert (Try.objects.get().status, Try.objects.get().words) == (200, "ok")
    assert item.requester.name.encode() not in heard.body
    assert secret not in str(list(Entry.objects.values_list("changes", flat=True)))


def test_every_kind_of_event_is_told(clerk, listener) -> None:
    item, paper = desk.draft(), desk.request(RequestState.RESOLVED)
    subscribed(clerk, listener.url)
    desk_services.submit(request=item, actor=item.requester)
    desk_services.post_message(request=item, author=item.requester, body="when?")
    desk_services.post_message(request=item, author=clerk, body="note", internal=True)
    desk_services.refuse(request=item, actor=clerk, note="no")
    desk_services.rate(request=paper, actor=paper.requester, score=4)
    record(actor=clerk, verb="issue", obj=paper, changes={"certificate": [None, "C1"]})
    record(actor=clerk, verb="revoke", obj=paper, changes={"certificate": ["C1", None]})
    record(actor=clerk, verb="urge", obj=paper)
    record(actor=clerk, verb="take", obj=clerk)  # of another thing

    following.follow(now())

    told = Call.objects.order_by("pk").values_list("kind", "body__data__request", "body__data__certificate")
    assert sorted(told, key=str) == sorted(
        [
            ("request.submitted", item.pk, None),
            ("request.moved", item.pk, None),
            ("request.closed", item.pk, None),
            ("request.rated", paper.pk, None),
            ("certificate.issued", paper.pk, "C1"),
            ("certificate.revoked", paper.pk, "C1"),
            ("request.message", item.pk, None),
            ("request.message", item.pk, None),  # the words of the refusal
        ],
        key=str,
    )
    assert b"when?" not in str(list(Call.objects.values_list("body", flat=True))).encode()


def test_only_what_is_asked_for_of_services_named_from_now_on(clerk, listener) -> None:
    before = taken(clerk)
    service = desk.service()
    subscribed(clerk, listener.url, events=["request.moved"], services=[service.code], with_names=True)
    taken(clerk)
    wanted = desk_services.take(request=desk.request(of=service), actor=clerk)
    desk_services.post_message(request=wanted, author=clerk, body="hello")

    run()

    (heard,) = listener.heard
    requester = {"number": wanted.requester.number, "name": wanted.requester.name}
    assert heard.data["data"]["requester"] == requester
    assert before.pk != wanted.pk


def test_nobody_is_told_of_what_the_owner_may_not_see(clerk, listener) -> None:
    student = factories.student()
    subscribed(student, listener.url)
    taken(clerk)
    own = desk_services.take(request=desk.request(requester=student), actor=clerk)

    run()

    assert [heard.data["data"]["request"] for heard in listener.heard] == [own.pk]


def test_late_commit_below_the_mark_is_found(clerk, listener) -> None:
    """Ids are drawn before the commit: an entry may appear below what was read."""
    subscribed(clerk, listener.url)
    late = taken(clerk)
    newest = Entry.objects.about(late).get(verb="take").pk
    at = now()
    following.Feed.objects.create(name="entry", settled_id=newest - 1, mark_id=newest + 50, mark_at=at)

    assert following.follow(at + timedelta(minutes=9)) == 1
    following.follow(at + timedelta(minutes=10))
    assert following.Feed.objects.get(name="entry").settled_id == newest + 50
    assert following.follow(at + timedelta(minutes=11)) == 0


def test_failure_is_tried_again_with_the_same_id_and_longer_pauses(clerk, listener) -> None:
    listener.answers = [
        (500, {}, b"<b>broken</b>\x07"),
        (302, {"Location": "http://127.0.0.1:1/"}, b""),
        (200, {}, b""),
    ]
    _row, _secret = subscribed(clerk, listener.url)
    taken(clerk)
    at = now()

    assert run(at) == 1
    first = Call.objects.get()
    assert (first.state, Subscription.objects.get().failing_since) == (CallState.WAITING, at)
    assert timedelta(seconds=30) <= first.not_before - at <= timedelta(seconds=33)
    assert run(at + timedelta(seconds=20)) == 0
    assert run(at + MINUTE) == 1
    assert Call.objects.get().not_before - (at + MINUTE) >= timedelta(minutes=2)
    assert run(at + 5 * MINUTE) == 1

    assert len({heard.headers["webhook-id"] for heard in listener.heard}) == 1
    assert len({heard.headers["webhook-timestamp"] for heard in listener.heard}) == 3
    assert [each.status for each in Try.objects.order_by("pk")] == [500, 302, 200]
    assert Try.objects.order_by("pk").first().words == "<b>broken</b>"
    assert (Call.objects.get().state, Subscription.objects.get().failing_since) == (CallState.DONE, None)


def test_server_says_when_to_come_back(clerk, listener) -> None:
    listener.answers = [(429, {"Retry-After": "900"}, b"")]
    subscribed(clerk, listener.url)
    taken(clerk)
    at = now()
    run(at)
    assert Call.objects.get().not_before == at + timedelta(seconds=900)
    assert Subscription.objects.get().next_at == at + timedelta(seconds=900)


def test_given_up_after_days_told_once_and_sent_again(clerk, listener) -> None:
    listener.answers = [(503, {}, b"")]
    row, _secret = subscribed(clerk, listener.url)
    for _each in range(2):
        taken(clerk)
    at = now()
    for hours in range(0, 24 * 5, 6):
        run(at + timedelta(hours=hours))
        run(at + timedelta(hours=hours, minutes=40))

    assert set(Call.objects.values_list("state", flat=True)) == {CallState.DEAD}
    assert Message.objects.filter(source=f"interfaces.subscription:{row.pk}").count() == 2  # owner and administrator
    later = at + timedelta(days=6)
    listener.answers = [(200, {}, b"")]
    assert run(later) == 0
    dead = Call.objects.filter(state=CallState.DEAD)
    assert services.send_again(subscription=row, calls=dead, actor=clerk, at=later) == 2
    assert services.send_again(subscription=row, calls=dead, actor=clerk, at=later) == 0
    run(later)
    run(later + MINUTE)
    assert set(Call.objects.values_list("state", flat=True)) == {CallState.DONE}


def test_address_that_is_gone_is_switched_off(clerk, listener) -> None:
    listener.answers = [(410, {}, b"")]
    subscribed(clerk, listener.url)
    taken(clerk)
    run()
    assert (Call.objects.get().state, Subscription.objects.get().is_active) == (CallState.DEAD, False)


@pytest.mark.parametrize("how", ["hangs", "drips"])
def test_slow_server_is_cut_off_and_holds_up_no_other(clerk, listener, how) -> None:
    """The call ends after its seconds whatever the other side does; a second address is served all the same."""
    if how == "hangs":
        listener.hang = 5.0
    else:
        listener.drip = 60
    subscribed(clerk, listener.url)
    with listening() as other:
        subscribed(clerk, other.url)
        taken(clerk)
        assert run() == 2
    slow = Try.objects.get(call__subscription__url=listener.url)
    assert (len(other.heard), Call.objects.filter(state=CallState.DONE).count()) == (1, 1)
    assert slow.status is None
    assert 1_000 < slow.millis < 4_000


@pytest.mark.django_db(transaction=True)
def test_killed_worker_leaves_the_call_to_another(listener, django_db_serialized_rollback) -> None:
    """Killed in the middle of a call: after the lease it is made again, under the same id."""
    listener.hang = 30.0
    clerk = factories.clerk()
    subscribed(clerk, listener.url)
    taken(clerk)
    at = now()
    following.follow(at)
    connection.close()
    child = os.fork()
    if not child:
        sending.send_due(at)
        os._exit(0)
    assert listener.came.wait(10)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)

    assert Call.objects.get().state == CallState.SENDING
    listener.hang = 0.0
    assert sending.send_due(at + MINUTE) == 0
    assert sending.send_due(at + 3 * MINUTE) == 1
    first, second = listener.heard
    assert (first.headers["webhook-id"], Call.objects.get().state) == (second.headers["webhook-id"], CallState.DONE)


def test_two_senders_make_no_call_twice(clerk, listener) -> None:
    row, _secret = subscribed(clerk, listener.url)
    taken(clerk)
    at = now()
    following.follow(at)

    assert sending.claim(row.pk, at) is not None
    assert sending.claim(row.pk, at) is None
    assert sending.send_due(at) == 0


def test_who_was_taken_over_settles_nothing(clerk, listener) -> None:
    row, _secret = subscribed(clerk, listener.url)
    taken(clerk)
    at = now()
    following.follow(at)
    slow = sending.claim(row.pk, at)
    sending.send_due(at + 3 * MINUTE)
    sending.settle(slow, sending.Answer(500, "late", 1), at + 4 * MINUTE)
    assert (Call.objects.get().state, Try.objects.count()) == (CallState.DONE, 2)


def test_pace_of_an_address_is_kept(clerk, listener) -> None:
    subscribed(clerk, listener.url, a_minute=30)
    for _each in range(3):
        taken(clerk)
    at = now()
    assert [run(at + timedelta(seconds=each)) for each in (0, 1, 2, 3, 4)] == [1, 0, 1, 0, 1]


def test_changed_secret_signs_beside_the_old_one_for_a_day(clerk, listener) -> None:
    row, old = subscribed(clerk, listener.url)
    at = now()
    new = services.change_secret(subscription=row, actor=clerk, at=at)
    for hours in (1, 25):
        services.try_address(subscription=row, actor=clerk, at=at + timedelta(hours=hours))
        sending.send_due(at + timedelta(hours=hours))
    during, after = listener.heard
    assert (during.is_signed_by(old), during.is_signed_by(new)) == (True, True)
    assert (after.is_signed_by(old), after.is_signed_by(new)) == (False, True)


def test_switched_off_is_not_called_and_not_told_later(clerk, listener) -> None:
    row, _secret = subscribed(clerk, listener.url)
    services.stop_telling(subscription=row, actor=clerk)
    taken(clerk)
    assert run() == 0
    services.tell_on(subscription=row, actor=clerk)
    services.switch_off(integration=row.integration, actor=clerk)
    taken(clerk)
    assert run() == 0
    services.switch_on(integration=row.integration, actor=clerk)
    after = taken(clerk)
    run()
    assert [heard.data["data"]["request"] for heard in listener.heard] == [after.pk]


def test_nothing_listens(clerk, settings) -> None:
    settings.WEBHOOK_HOSTS = ["127.0.0.1"]
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        subscribed(clerk, f"http://127.0.0.1:{closed.getsockname()[1]}/")
    taken(clerk)
    run()
    assert (Try.objects.get().status, "ConnectionRefused" in Try.objects.get().words) == (None, True)


def test_old_answers_and_calls_are_cleared_away(clerk, listener, monkeypatch) -> None:
    subscribed(clerk, listener.url)
    item = taken(clerk)
    run()
    caller(item.requester).post(f"/requests/{item.pk}/urge")
    assert KeptAnswer.objects.count() == 1
    jobs.clear_away()
    assert (KeptAnswer.objects.count(), Call.objects.count()) == (1, 1)
    freeze(monkeypatch, now() + timedelta(days=31))
    jobs.clear_away()
    assert (KeptAnswer.objects.count(), Call.objects.count(), Try.objects.count()) == (0, 0, 0)


def told_of(kind: str) -> list[dict[str, object]]:
    return [row.body["data"] for row in Call.objects.filter(kind=kind).order_by("pk")]


def test_certificates_of_a_batch_are_told_and_what_replaces_them(clerk, listener) -> None:
    service, student = desk.certificate_service(), factories.student()
    version = version_for(service)
    batch = batches.check_batch(
        service=service,
        version=version,
        people=[student],
        actor=clerk,
        answers={"purpose": "實習"},
        language="zh-hant",
        source="軟件2303班",
    )
    subscribed(clerk, listener.url, with_names=True)
    other, _secret = subscribed(clerk, listener.url, services=["another"])
    batches.issue_batch(batch=batch, actor=clerk)
    batches.run_batch(batch.pk)
    first = Certificate.objects.get()
    second = desk_services.reissue_certificate(certificate=first, actor=clerk, reason="印錯")
    desk_services.revoke_certificate(certificate=second, actor=clerk, reason="退學")
    following.follow(now())

    about = {"request": None, "service": service.code}
    about |= {"holder": {"number": student.number, "name": student.name}}
    assert told_of("certificate.issued") == [about | {"certificate": paper.number} for paper in (first, second)]
    assert told_of("certificate.replaced") == [about | {"certificate": second.number, "replaces": first.number}]
    assert told_of("certificate.revoked") == [about | {"certificate": second.number}]
    assert not Call.objects.filter(subscription=other).exists()
    assert following.follow(now()) == 0


def test_certificate_of_a_batch_is_not_told_to_who_may_not_see_it(listener) -> None:
    clerk, stranger = factories.clerk(), factories.student()
    subscribed(stranger, listener.url)
    paper = desk.certificate(desk.request(RequestState.RESOLVED))
    record(actor=clerk, verb="issue", obj=paper, changes={"certificate": [None, paper.number]})

    assert following.follow(now()) == 0


def test_taken_out_says_where_it_went_back_to(clerk, listener) -> None:
    service = desk.service()
    first, other = (desk_services.take(request=desk.request(of=service), actor=clerk) for _each in range(2))
    desk_services.ask_requester(request=first, actor=clerk, note="which?")
    desk_services.merge(request=first, into=other, actor=clerk, note="same")
    subscribed(clerk, listener.url, events=["request.moved"])
    desk_services.unmerge(request=first, actor=clerk, note="not the same")
    following.follow(now())

    assert [(data["verb"], data["state"]) for data in told_of("request.moved")] == [("unmerge", "waiting_requester")]


def test_names_go_when_a_call_is_over_and_when_people_are_removed(clerk, listener, monkeypatch, settings) -> None:
    subscribed(clerk, listener.url, with_names=True)
    given_up, removed, fresh = (taken(clerk) for _each in range(3))
    following.follow(now())
    assert all("requester" in row.body["data"] for row in Call.objects.all())
    Call.objects.filter(body__data__request=given_up.pk).update(state=CallState.DEAD, give_up_at=now() - MINUTE)
    Request.objects.filter(pk=removed.pk).update(removed_at=now())
    jobs.clear_away()

    named = {row.body["data"]["request"]: "requester" in row.body["data"] for row in Call.objects.all()}
    assert named == {given_up.pk: False, removed.pk: False, fresh.pk: True}
    assert Call.objects.get(body__data__request=given_up.pk, kind="request.moved").body["data"]["verb"] == "take"
    freeze(monkeypatch, now() + timedelta(days=settings.WEBHOOK_DAYS, minutes=1))
    jobs.clear_away()
    assert not Call.objects.filter(body__data__has_key="requester").exists()
