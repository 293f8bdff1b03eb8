"""What goes to many is approved first: who is asked, what is frozen, who wins when two act at once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from apps.approvals.enums import StepState
from apps.approvals.models import Step
from apps.core.clock import now
from apps.core.work_item import Section
from apps.delivery.models import Message
from apps.notices import approval, services
from apps.notices.approval_items import approvals
from apps.notices.enums import EditionKind, NoticeClass, NoticeState
from apps.notices.models import Notice
from apps.people.enums import DeputyScope
from apps.people.models import Deputy, Person
from tests import factories
from tests.notices import factories as notices
from tests.notices.test_views import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def few_are_many(settings: object) -> None:
    settings.NOTICE_APPROVAL_FROM = 2


class Office:
    """A clerk's draft to three people, and who might approve it."""

    def __init__(self) -> None:
        self.clerk = notices.ground()
        self.director = factories.director()
        self.leader = factories.leader()
        notices.staff(3)
        self.draft = notices.draft(self.clerk)

    def ask(self, draft: Notice | None = None) -> Step:
        draft = draft or self.draft
        services.ask_approval(notice=draft, actor=draft.sender)
        return step_of(draft)

    def state(self) -> str:
        return Notice.objects.get(pk=self.draft.pk).state


@pytest.fixture
def office() -> Office:
    return Office()


def step_of(notice: Notice) -> Step:
    return Step.objects.about(notice).latest("round")


def approve(step: Step, actor: Person, **more: object) -> Notice:
    return services.approve(
        notice=Notice.objects.get(pk=step.subject_id), step_id=step.pk, version=step.version, actor=actor, **more
    )


@pytest.mark.parametrize(
    ("people", "notice_class", "expected"),
    [(2, NoticeClass.MANDATORY, False), (3, NoticeClass.MANDATORY, True), (3, NoticeClass.OPTIONAL, False)],
)
def test_only_mandatory_to_more_than_the_number_needs_it(people: int, notice_class: str, expected: bool) -> None:
    clerk = notices.ground()
    notices.staff(people)
    draft = notices.draft(clerk, notice_class=notice_class)

    assert approval.needs_approval(draft, clerk, now()) is expected


def test_zero_is_never(office: Office, settings: object) -> None:
    settings.NOTICE_APPROVAL_FROM = 0

    assert services.publish(notice=office.draft, actor=office.clerk).is_out


def test_urgent_goes_out_at_once_on_the_directors_word_only(office: Office) -> None:
    urgent = notices.draft(office.clerk, is_urgent=True, urgent_reason="颱風停課")

    with pytest.raises(services.UnableToPublish):
        services.publish(notice=urgent, actor=office.clerk)
    assert services.publish(notice=urgent, actor=office.director).is_out


def test_neither_publish_nor_schedule_goes_round_it(office: Office) -> None:
    with pytest.raises(services.UnableToPublish):
        services.publish(notice=office.draft, actor=office.clerk)
    later = notices.draft(office.clerk, publish_at=now() + timedelta(days=1))
    with pytest.raises(services.UnableToPublish):
        services.schedule(notice=later, actor=office.clerk)
    office.ask()
    with pytest.raises(services.UnableToPublish):
        services.publish(notice=office.draft, actor=office.clerk)
    assert office.state() == NoticeState.WAITING


def test_button_puts_it_up_and_the_director_sends_it_out(office: Office) -> None:
    clerk, director = signed_in(office.clerk), signed_in(office.director)
    key = office.draft.pk
    clerk.post(reverse("notices:publish", args=[key]))
    clerk.post(reverse("notices:publish", args=[key]))
    assert office.state() == NoticeState.WAITING
    step = step_of(office.draft)
    assert (step.role, Step.objects.about(office.draft).count()) == ("director", 1)
    assert Message.objects.filter(source=f"notices.notice:{key}").count() == 1

    page = director.get(reverse("notices:approval", args=[key]))
    assert page.context["counts"].left == 3
    assert page.context["sent_this_month"] == 0
    sent = {"step": step.pk, "step_version": step.version}
    for _time in range(2):
        answer = director.post(reverse("notices:approve", args=[key]), sent)
        assert answer.status_code == 302

    office.draft.refresh_from_db()
    assert office.draft.state == NoticeState.PUBLISHING
    assert office.draft.editions.count() == 1


def test_approved_before_its_time_goes_out_at_its_time(office: Office) -> None:
    at = now()
    later = notices.draft(office.clerk, publish_at=at + timedelta(hours=2))
    step = office.ask(later)

    assert approve(step, office.director, at=at).state == NoticeState.SCHEDULED
    assert services.publish_due(at + timedelta(hours=1)) == 0
    assert services.publish_due(at + timedelta(hours=2)) == 1


def test_approved_after_its_time_goes_out_at_once_unless_over(office: Office) -> None:
    at = now()
    times = {"publish_at": at + timedelta(hours=2)}
    late, over = notices.draft(office.clerk, **times), notices.draft(office.clerk, **times)
    Notice.objects.filter(pk=over.pk).update(expires_at=at + timedelta(hours=3))
    steps = [office.ask(each) for each in (late, over)]

    assert approve(steps[0], office.director, at=at + timedelta(hours=4)).state == NoticeState.PUBLISHING
    with pytest.raises(services.UnableToApprove):
        approve(steps[1], office.director, at=at + timedelta(hours=4))
    steps[1].refresh_from_db()
    assert steps[1].state == StepState.ASKED


def test_sent_back_with_the_reason_told(office: Office) -> None:
    step = office.ask()
    given = {"notice": office.draft, "step_id": step.pk, "version": step.version, "actor": office.director}
    with pytest.raises(services.UnableToApprove):
        services.send_back(**given, note=" ")

    for _time in range(2):
        services.send_back(**given, note="對象過寬")

    assert office.state() == NoticeState.DRAFT
    told = Message.objects.filter(source=f"notices.notice:{office.draft.pk}", deliveries__person=office.clerk)
    assert told.distinct().count() == 1
    assert "對象過寬" in told.first().texts.get(language="zh-hant").text


def test_nobody_approves_the_own_notice(office: Office) -> None:
    Deputy.objects.create(
        principal=office.clerk,
        deputy=office.director,
        scope=DeputyScope.NOTICES,
        starts_at=now() - timedelta(days=1),
        ends_at=now() + timedelta(days=1),
        reason="出差",
        created_by=office.clerk,
    )
    step = office.ask()
    own = notices.draft(office.director)
    of_director = office.ask(own)

    assert (step.role, of_director.role) == ("leader", "leader")
    for each in (step, of_director):
        with pytest.raises(PermissionDenied):
            approve(each, office.director)
    assert approve(of_director, office.leader).is_out


def test_waiting_cannot_be_changed_and_another_digest_voids(office: Office) -> None:
    step = office.ask()
    with pytest.raises(services.UnableToSave):
        services.edit_draft(notice=office.draft, actor=office.clerk, version=office.draft.version, values={})
    Notice.objects.filter(pk=office.draft.pk).update(title={"zh-hant": "另一則"})

    with pytest.raises(services.UnableToApprove):
        approve(step, office.director)
    assert office.state() == NoticeState.WAITING


def test_scheduled_with_other_words_or_twice_the_people_goes_back(office: Office) -> None:
    at = now()
    changed, grown = (notices.draft(office.clerk, publish_at=at + timedelta(hours=1)) for _each in "ab")
    for each in (changed, grown):
        approve(office.ask(each), office.director, at=at)
    Notice.objects.filter(pk=changed.pk).update(body={"zh-hant": "<p>另一則</p>"})
    notices.staff(3)
    assert approval.is_approved(Notice.objects.get(pk=grown.pk), at)
    notices.staff(1)

    assert services.publish_due(at + timedelta(hours=1)) == 0
    assert {Notice.objects.get(pk=each.pk).state for each in (changed, grown)} == {NoticeState.DRAFT}


def test_taken_back_is_asked_no_more_and_put_up_anew(office: Office) -> None:
    first = office.ask()
    services.unschedule(notice=office.draft, actor=office.clerk)
    with pytest.raises(services.UnableToApprove):
        approve(first, office.director)
    assert office.state() == NoticeState.DRAFT

    second = office.ask()
    assert second.round == 2
    assert approve(second, office.director).is_out


def test_replacement_of_a_large_one_is_for_the_director(office: Office) -> None:
    out = approve(office.ask(), office.director)
    services.finish_all(now())
    given = {"notice": out, "title": {"en": "B"}, "body": {"en": "<p>b</p>"}, "note": "x"}

    version = Notice.objects.get(pk=out.pk).version
    with pytest.raises(services.UnableToChange):
        services.change(**given, actor=office.clerk, kind=EditionKind.REPLACEMENT, version=version)
    edition = services.change(**given, actor=office.director, kind=EditionKind.REPLACEMENT, version=version)
    assert edition.number == 2


def test_over_the_hard_quota_each_needs_approval_and_over_the_soft_it_warns(office: Office, settings: object) -> None:
    settings.NOTICE_APPROVAL_FROM, settings.NOTICE_QUOTA_SOFT, settings.NOTICE_QUOTA_HARD = 0, 1, 2
    client = signed_in(office.clerk)
    warned = []
    for _time in range(2):
        draft = notices.draft(office.clerk)
        page = client.get(reverse("notices:preview", args=[draft.pk]))
        warned.append((page.context["is_over_quota"], page.context["needs_approval"]))
        services.publish(notice=draft, actor=office.clerk)
    page = client.get(reverse("notices:preview", args=[office.draft.pk]))

    assert warned == [(False, False), (True, False)]
    assert (page.context["is_over_quota"], page.context["needs_approval"]) == (True, True)
    next_month = timezone.localtime(now()) + timedelta(days=32)
    assert not approval.needs_approval(office.draft, office.clerk, next_month)


def test_work_items_of_approver_and_sender_in_a_fixed_number_of_queries(office: Office) -> None:
    office.ask()
    counts = []
    for extra in (0, 2):
        for _each in range(extra):
            office.ask(notices.draft(office.clerk))
        with CaptureQueriesContext(
            connection,
        ) as seen:
            items = approvals(Person.objects.get(pk=office.director.pk), now(), 50)
        counts.append(len(seen))
        assert {item.section for item in items} == {Section.DECIDE}
    assert counts[0] == counts[1]
    assert len(items) == 3
    assert [item.section for item in approvals(office.clerk, now(), 1)] == [Section.WAITING]
    assert approvals(office.leader, now(), 50) == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("rival", ["take_back", "second_approver"])
def test_of_two_at_once_one_wins(rival: str) -> None:
    office = Office()
    other = factories.director("副主任")
    step = office.ask()

    def first() -> str:
        return outcome(lambda: approve(step, office.director))

    def second() -> str:
        if rival == "take_back":
            return outcome(lambda: services.unschedule(notice=office.draft, actor=office.clerk))
        return outcome(
            lambda: services.send_back(
                notice=office.draft, step_id=step.pk, version=step.version, actor=other, note="不妥"
            )
        )

    with ThreadPoolExecutor(2) as pool:
        told = [future.result() for future in [pool.submit(first), pool.submit(second)]]

    assert sorted(told) == ["done", "refused"]
    assert office.state() == (NoticeState.PUBLISHING if told[0] == "done" else NoticeState.DRAFT)


def outcome(act: object) -> str:
    try:
        act()
    except (services.UnableToApprove, services.UnableToPublish):
        return "refused"
    finally:
        connection.close()
    return "done"
