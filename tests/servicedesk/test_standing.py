"""What the page says of a request, in plain words, for each state."""

import pytest
from django.utils.translation import override

from apps.core.clock import now
from apps.servicedesk.enums import Product, RequestState
from apps.servicedesk.models import Request
from apps.servicedesk.panels.standing import Standing, standing_of
from apps.servicedesk.services import urge
from tests import factories
from tests.servicedesk import factories as desk

pytestmark = pytest.mark.django_db
S = RequestState
URGE = "You may urge once a working day. The handler is reminded at once, and it stands in the history."
REST = "There is nothing to urge while the office waits; the time does not run either."
GO_ON = "The office goes on as soon as you have done your part."


def standing(item: Request, *, mine: bool = True, approval: str = "") -> Standing:
    with override("en"):
        user = item.requester if mine else factories.director()
        return standing_of(item, user, now(), step=None, approval=approval)


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (S.SUBMITTED, Standing("A clerk takes it on and checks it.", "科員甲", urge=URGE)),
        (S.IN_PROGRESS, Standing("The office does it and tells you.", "科員甲", urge=URGE)),
        (S.RETURNED, Standing(GO_ON, "you", "The correction of the answers named on top.", REST)),
        (S.WAITING_REQUESTER, Standing(GO_ON, "you", "An answer to the question on top.", REST)),
        (S.IN_APPROVAL, Standing("The approver decides; then the office goes on.", "The approver", urge=URGE)),
        (
            S.RESOLVED,
            Standing("Nothing more. If something is not right, you can open it again for 10 working days.", ""),
        ),
        (S.REFUSED, Standing("Nothing more. You can ask for it anew at any time.", "")),
        (S.WITHDRAWN, Standing("Nothing more. You can ask for it anew at any time.", "")),
        (
            S.LAPSED,
            Standing("Nothing more. If something is not right, you can open it again for 10 working days.", ""),
        ),
        (S.MERGED, Standing("The office handles it together with the other request that is named on top.", "")),
    ],
)
def test_requester_reads_what_follows_who_has_it_and_what_is_owed(state: str, expected: Standing) -> None:
    assert standing(desk.request(state, handler=factories.clerk("科員甲"))) == expected


def test_office_reads_whom_it_waits_for() -> None:
    item = desk.request(S.RETURNED, requester=factories.student("林曉晴"))

    assert standing(item, mine=False) == Standing("The requester does their part.", "林曉晴")


def test_nobody_in_particular() -> None:
    item = desk.request(S.SUBMITTED)
    with override("en"):
        assert standing(item).holder == f"{item.unit}; nobody in particular yet"


@pytest.mark.parametrize(
    ("product", "words"),
    [
        (Product.CERTIFICATE, "The office issues your certificate; you download it here."),
        (Product.SEAL_USE, "The office puts the seal on the paper."),
    ],
)
def test_the_end_depends_on_what_one_gets(product: str, words: str) -> None:
    item = desk.request(S.IN_PROGRESS, of=desk.service(product=product))

    assert standing(item).following == words
    assert standing(item, approval="director").following.endswith("asks for approval: director.")


def test_who_has_urged_today_reads_when_they_may_again() -> None:
    item = desk.request(S.IN_PROGRESS, handler=factories.clerk())
    urge(request=item, actor=item.requester)

    assert standing(item).urge == "You have urged today; you can do so again from the next working day on."
