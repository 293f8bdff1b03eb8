"""Sign-off covers what the office wrote itself: changed afterwards, the approval does not stand."""

from datetime import datetime

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from apps.approvals.enums import StepState
from apps.approvals.models import Step
from apps.journal.models import Entry
from apps.people.enums import Role
from apps.people.models import Person
from apps.seals import services as seals
from apps.seals.enums import SealState, UseState
from apps.seals.models import SealUse
from apps.servicedesk import services
from apps.servicedesk.catalogue_enums import AskedWhen, OfficePart, StepWho
from apps.servicedesk.enums import Product, RequestState
from apps.servicedesk.models import Request
from apps.servicedesk.rules import allowed_verbs
from tests import factories
from tests.seals import factories as stamps
from tests.servicedesk import factories as desk
from tests.servicedesk.stories import MONDAY_ELEVEN, MONDAY_NINE, MONDAY_TEN, filed, moment, taken
from tests.servicedesk.test_sealing import SEAL, answers

pytestmark = pytest.mark.django_db
NOON = moment(23, 12)
QUESTIONS = [
    {"key": "purpose", "kind": "text", "label": {"en": "Purpose"}, "required": True},
    {"key": "register", "kind": "text", "label": {"en": "Register"}, "office_only": True},
    {"key": "amount", "kind": "number", "label": {"en": "Amount"}, "office_only": True},
]


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def clerk() -> Person:
    return factories.clerk()


@pytest.fixture
def student() -> Person:
    return factories.student()


def fill(request: Request, clerk: Person, at: datetime = MONDAY_ELEVEN, **given: object) -> Request:
    return services.fill_office_part(request=request, actor=clerk, answers=given, at=at)


def approved(request: Request, clerk: Person, at: datetime = MONDAY_TEN) -> Request:
    """Asked for and approved at `at`."""
    services.ask_approval(request=request, actor=clerk, at=at)
    step = Step.objects.about(request).get(state=StepState.ASKED)
    director = Person.objects.with_role(Role.DIRECTOR).first() or factories.director()
    return services.decide_approval(step_id=step.pk, actor=director, decision=StepState.APPROVED, at=at)


def about(student: Person, clerk: Person, **fields: object) -> Request:
    given = {"questions": QUESTIONS, "approval": Role.DIRECTOR} | fields
    return taken(student, clerk, answers={"purpose": "簽證"}, **given)


def test_changed_answer_of_the_office_voids_the_approval(student: Person, clerk: Person) -> None:
    request = fill(about(student, clerk), clerk, MONDAY_NINE, register="0042", amount=100)
    request = fill(approved(request, clerk), clerk, register="0042", amount=90000)

    entry = Entry.objects.about(request).filter(verb="office").latest("pk")
    assert (services.approval_stands(request), "asked for again" in entry.note) == (False, True)
    with pytest.raises(services.UnableToComplete, match="approval"):
        services.complete(request=request, actor=clerk, at=NOON)
    approved(request, clerk, at=NOON)
    assert services.complete(request=request, actor=clerk, at=NOON).state == RequestState.RESOLVED


def test_cleared_answer_voids_it_too(student: Person, clerk: Person) -> None:
    request = fill(about(student, clerk), clerk, MONDAY_NINE, register="0042")
    request = fill(approved(request, clerk), clerk)

    assert not services.approval_stands(request)


def test_back_to_what_was_approved_is_still_another_matter(student: Person, clerk: Person) -> None:
    request = fill(about(student, clerk), clerk, MONDAY_NINE, register="0042")
    request = fill(approved(request, clerk), clerk, register="0043")

    assert not services.approval_stands(fill(request, clerk, NOON, register="0042"))


def test_first_filling_after_the_approval_leaves_it(student: Person, clerk: Person) -> None:
    request = approved(about(student, clerk), clerk)
    request = fill(request, clerk, register="0042")
    assert services.approval_stands(request)

    request = fill(request, clerk, NOON, register="0043", amount=3)
    assert services.approval_stands(request)
    assert services.complete(request=request, actor=clerk, at=NOON).state == RequestState.RESOLVED


def test_where_the_part_belongs_to_the_decision_an_addition_voids_it(student: Person, clerk: Person) -> None:
    request = fill(about(student, clerk, office_part=OfficePart.BEFORE_APPROVAL), clerk, MONDAY_NINE, register="0042")
    request = fill(approved(request, clerk), clerk, register="0042", amount=90000)

    assert not services.approval_stands(request)


def test_who_decides_before_the_office_begins_is_not_asked_again_when_it_does(clerk: Person) -> None:
    department = factories.unit("數學系", parent=factories.root_unit())
    head, student = factories.head(department), factories.person("丁學生", Role.STUDENT, at=department)
    service = desk.service(questions=QUESTIONS, office_part=OfficePart.BEFORE_APPROVAL)
    desk.step(service, order=1, who=StepWho.HEAD, asked=AskedWhen.AT_ONCE)
    desk.step(service, order=2, role=Role.DIRECTOR)
    request = filed(student, of=service, answers={"purpose": "簽證"})
    step = Step.objects.about(request).get()
    services.decide_approval(step_id=step.pk, actor=head, decision=StepState.APPROVED, at=MONDAY_TEN)
    request = services.take(request=request, actor=clerk, at=MONDAY_TEN)
    request = fill(request, clerk, register="0042")
    services.ask_approval(request=request, actor=clerk, at=NOON)

    assert Step.objects.about(request).get(state=StepState.ASKED).role == Role.DIRECTOR
    request = fill(services.recall_approval(request=request, actor=clerk, at=NOON), clerk, NOON, register="0043")
    services.ask_approval(request=request, actor=clerk, at=NOON)
    assert Step.objects.about(request).get(state=StepState.ASKED).role == Role.DIRECTOR


def test_answers_from_before_the_marks_count_as_decided_about(student: Person, clerk: Person) -> None:
    request = approved(fill(about(student, clerk), clerk, MONDAY_NINE, register="0042"), clerk)
    Request.objects.update(office_marks={})

    assert not services.approval_stands(fill(request, clerk, register="0043"))


def test_nothing_is_filled_in_while_somebody_decides(student: Person, clerk: Person) -> None:
    request = fill(about(student, clerk), clerk, MONDAY_NINE, register="0042")
    request = services.ask_approval(request=request, actor=clerk, at=MONDAY_TEN)

    assert "office" not in allowed_verbs(clerk, request)
    with pytest.raises(services.UnableToFillIn, match="deciding"):
        fill(request, clerk, register="0043")


def test_step_that_the_office_own_answer_calls_for_is_asked(student: Person, clerk: Person) -> None:
    service = desk.service(questions=QUESTIONS)
    condition = {"field": "amount", "operator": "filled"}
    desk.step(service, order=1, role=Role.DIRECTOR, condition=condition)
    request = fill(taken(student, clerk, of=service, answers={"purpose": "簽證"}), clerk, amount=5000)

    with pytest.raises(services.UnableToComplete, match="approval"):
        services.complete(request=request, actor=clerk, at=NOON)


class TestSeal:
    @pytest.fixture
    def keeper(self) -> Person:
        return factories.clerk("印管")

    @pytest.fixture
    def request_(self, student: Person, clerk: Person, keeper: Person) -> Request:
        stamps.seal("college", keeper=keeper)
        office = {"key": "terms", "kind": "text", "label": {"en": "Terms"}, "office_only": True}
        service = desk.service("用印", questions=[*SEAL, office], product=Product.SEAL_USE, approval=Role.DIRECTOR)
        request = fill(taken(student, clerk, of=service, answers=answers(student)), clerk, MONDAY_NINE, terms="甲")
        return approved(request, clerk)

    def test_paper_is_called_back_when_the_approval_falls(self, request_: Request, clerk: Person) -> None:
        assert SealUse.objects.get().state == UseState.OPEN
        fill(request_, clerk, terms="乙")

        assert SealUse.objects.get().state == UseState.CANCELLED
        with pytest.raises(services.UnableToPass, match="approval"):
            services.pass_to_seal(request=request_, actor=clerk, at=NOON)

    def called_back(self, request: Request, clerk: Person) -> None:
        """The line is gone, the approval stands: the handler passes it by hand."""
        seals.call_off(subject=request, actor=clerk, reason="重新登記", at=MONDAY_ELEVEN)

    def test_another_seal_than_the_approved_is_refused(self, request_: Request, clerk: Person, keeper: Person) -> None:
        other = stamps.seal("contract", keeper=keeper)
        self.called_back(request_, clerk)

        with pytest.raises(services.UnableToPass, match="no other seal"):
            services.pass_to_seal(request=request_, actor=clerk, seal=other, reason="方便", at=NOON)
        assert not SealUse.objects.exclude(state=UseState.CANCELLED).exists()

    def test_one_out_of_use_is_replaced_with_a_reason(self, request_: Request, clerk: Person, keeper: Person) -> None:
        other = stamps.seal("contract", keeper=keeper)
        self.called_back(request_, clerk)
        type(other).objects.filter(code="college").update(state=SealState.STORED)

        with pytest.raises(services.UnableToPass, match="why"):
            services.pass_to_seal(request=request_, actor=clerk, seal=other, at=NOON)
        page = Client()
        page.force_login(clerk, backend="django.contrib.auth.backends.ModelBackend")
        url = reverse("servicedesk:pass_to_seal", args=[request_.pk])
        assert page.post(url, {"seal": other.pk, "note": "公章已封存"}).status_code == 302
        entry = Entry.objects.about(request_).get(verb="other_seal")
        assert (entry.note, entry.changes, entry.actor) == ("公章已封存", {"seal": "contract"}, clerk)
        assert SealUse.objects.exclude(state=UseState.CANCELLED).get().seal == other
