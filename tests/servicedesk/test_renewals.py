"""A certificate that ends: its holder is reminded once, and asks for a new one with one click. Further prints."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from apps.delivery.models import Message
from apps.people.models import Person
from apps.servicedesk import services
from apps.servicedesk.enums import RequestState
from apps.servicedesk.models import Certificate, LegalHold, Request
from apps.servicedesk.papers.certificates import UnableToIssue
from apps.servicedesk.services.drafts import KEPT, discard_draft, remove_old_drafts
from apps.servicedesk.services.renewals import remind_ending, renew
from tests import factories
from tests.servicedesk import factories as desk
from tests.servicedesk.stories import MONDAY_NINE, MONDAY_TEN, moment

pytestmark = pytest.mark.django_db
LATER = MONDAY_TEN + timedelta(days=167)


@pytest.fixture
def student() -> Person:
    return factories.student()


@pytest.fixture
def paper(student: Person) -> Certificate:
    clerk = factories.clerk()
    service = desk.certificate_service(approval=[])
    request = desk.request("resolved", of=service, requester=student, handler=clerk)
    return services.issue_certificate(request=request, actor=clerk, at=MONDAY_TEN)


def reminders(row: Certificate) -> int:
    return Message.objects.filter(source=f"servicedesk.certificate:{row.pk}").count()


def test_holder_is_reminded_once_before_the_end(paper: Certificate) -> None:
    counts = [remind_ending(at=at) for at in (MONDAY_TEN + timedelta(days=165), LATER, LATER)]

    assert (counts, reminders(paper)) == ([0, 1, 0], 1)


@pytest.mark.parametrize("change", ["revoked", "replaced"])
def test_paper_that_holds_no_more_is_passed_over(paper: Certificate, change: str) -> None:
    director = factories.director()
    if change == "revoked":
        services.revoke_certificate(certificate=paper, actor=director, reason="x", at=moment(24, 9))
    else:
        services.reissue_certificate(certificate=paper, actor=director, reason="x", at=moment(24, 9))
    remind_ending(at=LATER)

    paper.refresh_from_db()
    assert paper.reminded_at == LATER
    assert reminders(paper) == 0


def test_one_click_files_the_same_service_with_the_old_answers(paper: Certificate, student: Person) -> None:
    made = renew(certificate=paper, actor=student, at=moment(24, 9))

    assert (made.state, made.service, made.answer_set.answers) == (
        RequestState.SUBMITTED,
        paper.request.service,
        paper.request.answer_set.answers,
    )
    assert made.renewal_of == paper
    assert renew(certificate=paper, actor=student, at=moment(25, 9)) == made
    assert Request.objects.count() == 2


def renewal_left_as_a_draft(paper: Certificate, student: Person) -> Request:
    field = {"key": "copies", "kind": "number", "label": {"en": "Copies"}, "required": True}
    paper.request.service.form.versions.create(number=2, fields=[*desk.FIELDS, field])
    return renew(certificate=paper, actor=student, at=moment(24, 9))


def test_question_that_is_new_leaves_a_draft(paper: Certificate, student: Person) -> None:
    assert renewal_left_as_a_draft(paper, student).state == RequestState.DRAFT


def test_draft_that_is_deleted_or_forgotten_leaves_the_paper_to_be_renewed_anew(
    paper: Certificate, student: Person
) -> None:
    discard_draft(request=renewal_left_as_a_draft(paper, student), actor=student)
    paper.refresh_from_db()
    assert paper.renewal is None

    renew(certificate=paper, actor=student, at=moment(24, 9))
    assert remove_old_drafts(at=moment(24, 9) + KEPT) == 1
    paper.refresh_from_db()
    assert paper.renewal is None


def test_draft_that_cannot_be_removed_does_not_stop_the_others(student: Person) -> None:
    stuck, other = (desk.draft(student, last_event_at=moment(day, 9)) for day in (23, 24))
    LegalHold.objects.create(request=stuck, reason="x", placed_by=student)

    assert remove_old_drafts(at=moment(24, 9) + KEPT) == 1
    assert list(Request.objects.all()) == [stuck]
    assert other.pk != stuck.pk


@pytest.mark.parametrize("verb", ["withdraw", "refuse"])
def test_one_that_came_to_nothing_can_be_asked_for_again(paper: Certificate, student: Person, verb: str) -> None:
    first = renew(certificate=paper, actor=student, at=moment(24, 9))
    end = {"withdraw": services.withdraw, "refuse": services.refuse}[verb]
    end(request=first, actor=student if verb == "withdraw" else factories.director(), note="x", at=moment(24, 10))
    again = renew(certificate=paper, actor=student, at=moment(24, 11))

    paper.refresh_from_db()
    assert (again.state, again != first, paper.renewal) == (RequestState.SUBMITTED, True, again)


def test_nobody_is_reminded_while_a_new_one_is_asked_for_and_then_is(paper: Certificate, student: Person) -> None:
    asked = renew(certificate=paper, actor=student, at=moment(24, 9))
    assert remind_ending(at=LATER) == 0

    services.refuse(request=asked, actor=factories.director(), note="x", at=LATER)
    assert [remind_ending(at=LATER), remind_ending(at=LATER), reminders(paper)] == [1, 0, 1]


def test_after_its_end_nothing_is_looked_at_again(paper: Certificate, student: Person) -> None:
    renew(certificate=paper, actor=student, at=moment(24, 9))
    remind_ending(at=paper.expires_at)

    paper.refresh_from_db()
    assert (paper.reminded_at, reminders(paper)) == (paper.expires_at, 0)


def test_is_for_the_holder_and_not_after_it_was_revoked(paper: Certificate, student: Person) -> None:
    for person in (factories.student(), factories.director()):
        with pytest.raises(PermissionDenied):
            renew(certificate=paper, actor=person, at=MONDAY_NINE)
    services.revoke_certificate(certificate=paper, actor=factories.director(), reason="x", at=moment(24, 9))
    with pytest.raises(UnableToIssue):
        renew(certificate=paper, actor=student, at=moment(24, 10))


def test_further_prints_are_counted(paper: Certificate) -> None:
    director = factories.director()

    counts = [services.note_reprint(certificate=paper, actor=director, at=moment(24, 9)) for _each in "ab"]
    assert counts == [1, 2]
    with pytest.raises(PermissionDenied):
        services.note_reprint(certificate=paper, actor=factories.clerk("乙"))
    services.revoke_certificate(certificate=paper, actor=director, reason="x", at=moment(24, 9))
    with pytest.raises(UnableToIssue):
        services.note_reprint(certificate=paper, actor=director, at=moment(24, 10))
