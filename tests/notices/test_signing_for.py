"""A unit's signature counts as acknowledged with a receipt; a call that reached nobody changes nothing."""

import pytest

from apps.delivery.models import Evidence
from apps.notices import services
from apps.notices.enums import ObligationState
from tests.notices import factories as make

pytestmark = pytest.mark.django_db


def test_signing_for_acknowledges_with_a_receipt_in_the_actors_name() -> None:
    clerk = make.ground()
    secretary, stand_in = make.staff(2)
    line = make.of(make.published(clerk), secretary)

    services.record_signed_for(obligation=line, actor=stand_in, detail={"note": "for the unit"})

    assert (line.state, line.is_open) == (ObligationState.ACKNOWLEDGED, False)
    assert line.receipt_number
    assert Evidence.objects.get(kind="signed_for").recorded_by == stand_in


def test_signing_for_two_units_keeps_both_facts_and_one_receipt() -> None:
    clerk = make.ground()
    (secretary,) = make.staff(1)
    line = make.of(make.published(clerk), secretary)

    services.record_signed_for(obligation=line, actor=secretary, detail={"unit": 1})
    receipt = line.receipt_number
    services.record_signed_for(obligation=line, actor=secretary, detail={"unit": 2})

    assert line.receipt_number == receipt
    assert Evidence.objects.filter(kind="signed_for").count() == 2


def test_called_proves_nothing() -> None:
    clerk = make.ground()
    (secretary,) = make.staff(1)
    line = make.of(make.published(clerk), secretary)
    before = line.state

    services.record_called(obligation=line, actor=clerk, note="no answer")

    assert (line.state, line.is_open) == (before, True)
    assert Evidence.objects.filter(kind="called").count() == 1
