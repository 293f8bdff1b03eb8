"""From a request to the ledger of the seal and back: passed on, sealed, done; blank papers; what ends otherwise."""

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import translation

from apps.journal.models import Attachment, Entry
from apps.people.models import Person
from apps.seals import services as seals
from apps.seals.enums import UseState
from apps.seals.models import Seal, SealUse
from apps.servicedesk import services
from apps.servicedesk.enums import Product, RequestState
from apps.servicedesk.models import Request
from apps.servicedesk.panels.papers import seal_lines
from apps.servicedesk.starter import ready_document
from tests import factories
from tests.seals import factories as make
from tests.servicedesk import factories as desk
from tests.servicedesk.stories import MONDAY_ELEVEN, MONDAY_TEN, filed, laid_before, moment, taken

SEAL = ready_document("seal-use")["form"]["fields"]
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def student() -> Person:
    return factories.student()


@pytest.fixture
def clerk() -> Person:
    return factories.clerk()


@pytest.fixture
def keeper() -> Person:
    return factories.clerk("印管")


@pytest.fixture
def seal(keeper: Person) -> Seal:
    return make.seal("college", keeper=keeper)


def answers(student: Person, content: bytes | None = None, **fields: object) -> dict[str, object]:
    file = make.paper(content)
    Attachment.objects.filter(pk=file.pk).update(uploaded_by=student)
    given = {"paper": "橫向課題合同", "file": [str(file.key)], "seal": "college", "copies": 2}
    return given | {"addressee": "某公司", "reason": "簽約"} | fields


def service() -> object:
    return desk.service("用印", questions=SEAL, product=Product.SEAL_USE, approval="director")


def approved(student: Person, clerk: Person, **fields: object) -> Request:
    given = answers(student, **fields)
    _request, step = laid_before(student, clerk, of=service(), answers=given)
    director = Person.objects.with_role("director").first() or factories.director()
    return services.decide_approval(step_id=step.pk, actor=director, decision="approved", at=MONDAY_TEN)


def test_approval_passes_the_paper_to_the_keeper(student: Person, clerk: Person, seal: Seal) -> None:
    request = approved(student, clerk)
    use = SealUse.objects.get()

    assert (use.seal, use.subject, use.allowed, use.reference) == (seal, request, 2, request.number)
    assert (use.requested_by, use.asked_by, use.approved_by.name) == (student, clerk, "辦公室主任")


def test_is_completed_when_the_keeper_has_closed_the_line(
    student: Person, clerk: Person, keeper: Person, seal: Seal
) -> None:
    request = approved(student, clerk)
    use = SealUse.objects.get()
    with pytest.raises(services.UnableToComplete, match="not closed"):
        services.complete(request=request, actor=clerk, at=MONDAY_ELEVEN)
    seals.impress(use=use, actor=keeper, made=2, spoiled=1, note="蓋歪，已碎", at=MONDAY_ELEVEN)
    seals.close(use=use, actor=keeper, photo=make.photo(), explanation="作廢一份", at=MONDAY_ELEVEN)

    assert services.complete(request=request, actor=clerk, at=MONDAY_ELEVEN).state == RequestState.RESOLVED
    (line,) = seal_lines(request, student)
    assert (line.use.made, line.use.spoiled, [file.role for file in line.files]) == (2, 1, ["paper", "result"])


@pytest.mark.parametrize("content", [make.blank_pdf, lambda: make.blank_pdf(3)])
def test_blank_paper_is_refused_when_it_is_handed_in(student: Person, content: object) -> None:
    with pytest.raises(services.UnableToFile, match="blank"):
        filed(student, of=service(), answers=answers(student, content()))
    assert Request.objects.get().number is None


def test_seal_that_is_not_in_the_register_is_chosen_by_hand(student: Person, clerk: Person, seal: Seal) -> None:
    request = approved(student, clerk, seal="office")
    assert not SealUse.objects.exists()
    assert "register" in Entry.objects.about(request).get(verb="not_passed").note

    use = services.pass_to_seal(request=request, actor=clerk, seal=seal, reason="未登記", at=MONDAY_ELEVEN)
    assert use.seal == seal
    assert not SealUse.objects.exclude(pk=use.pk).exists()


def test_is_not_passed_before_the_approval_nor_by_others(student: Person, clerk: Person, seal: Seal) -> None:
    request = taken(student, clerk, of=service(), answers=answers(student))
    with pytest.raises(services.UnableToPass):
        services.pass_to_seal(request=request, actor=clerk, at=MONDAY_ELEVEN)
    for person in (student, factories.clerk("乙"), factories.leader()):
        with pytest.raises(PermissionDenied):
            services.pass_to_seal(request=request, actor=person, at=MONDAY_ELEVEN)


def test_withdrawn_and_returned_requests_need_no_seal(student: Person, clerk: Person, seal: Seal) -> None:
    first = approved(student, clerk)
    services.withdraw(request=first, actor=student, note="不用了", at=MONDAY_ELEVEN)
    second = approved(student, clerk)
    services.return_for_correction(request=second, actor=clerk, fields=["file"], note="換定稿", at=MONDAY_ELEVEN)

    assert set(SealUse.objects.values_list("state", flat=True)) == {UseState.CANCELLED}


def test_corrected_paper_is_approved_anew_and_has_a_line_of_its_own(
    student: Person, clerk: Person, keeper: Person, seal: Seal
) -> None:
    request = approved(student, clerk)
    services.return_for_correction(request=request, actor=clerk, fields=["file"], note="換定稿", at=MONDAY_ELEVEN)
    other = answers(student, make.picture())
    Attachment.objects.filter(key=other["file"][0]).update(name="定稿.png")
    services.correct(request=request, actor=student, answers={"file": other["file"]}, at=moment(24, 9))
    request = services.ask_approval(request=request, actor=clerk, at=moment(24, 10))
    step = request_step(request)
    services.decide_approval(step_id=step, actor=seal_director(), decision="approved", at=moment(24, 11))

    old, new = SealUse.objects.order_by("pk")
    assert (old.state, new.state, old.paper_sha256 != new.paper_sha256) == (UseState.CANCELLED, UseState.OPEN, True)


def request_step(request: Request) -> int:
    from apps.approvals.models import Step

    return Step.objects.about(request).get(state="asked").pk


def seal_director() -> Person:
    return Person.objects.with_role("director").first()


def test_requester_sees_the_line_and_a_stranger_does_not(student: Person, clerk: Person, seal: Seal) -> None:
    request = approved(student, clerk)

    assert len(seal_lines(request, student)) == 1
    assert seal_lines(request, factories.student()) == []
