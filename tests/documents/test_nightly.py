"""What the nightly check finds is said in the reader's language; a chain that was changed later is found, too."""

from datetime import timedelta

import pgtrigger
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from apps.core.models import IssuedNumber
from apps.delivery.models import MessageText
from apps.documents import services
from apps.documents.faults import WORDS, Fault, words_of
from apps.documents.models import Edition, LedgerCheck
from apps.documents.services.nightly import NIGHTS
from apps.documents.work_items import for_user
from tests import factories
from tests.documents.factories import NINE, entered, moment, series

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("language", ["zh-hant", "zh-hans"])
@pytest.mark.parametrize("code", sorted(WORDS))
def test_every_fault_is_said_in_both_scripts(code: str, language: str) -> None:
    with translation.override("en"):
        plain = words_of(Fault(code, "收〔2026〕9號", "3"))
    with translation.override(language):
        told = words_of([code, "收〔2026〕9號", "3"])
    assert told != plain
    assert "收〔2026〕9號" in told
    assert words_of("what an older check kept") == "what an older check kept"


def test_faults_are_told_in_the_language_of_the_reader(client: Client) -> None:
    director, row = factories.director(), series()
    IssuedNumber.objects.create(series=row.numbers, year=2026, number=9, text="收〔2026〕9號", issued_at=NINE)
    services.check_ledger(at=moment(24, 2))
    told = dict(MessageText.objects.values_list("language", "text"))
    assert "no line" in told["en"]
    assert "no line" not in told["zh-hant"] + told["zh-hans"]
    client.force_login(director)
    assert "no line" not in client.get(reverse("documents:ledger")).content.decode()
    with translation.override("zh-hant"):
        reason = next(item.reason for item in for_user(director, at=moment(24, 9)) if item.key == "documents.ledger")
    assert "no line" not in reason
    assert "收〔2026〕9號" in reason


def test_why_a_reservation_ran_out_is_said_in_the_language_of_the_reader() -> None:
    clerk = factories.clerk()
    line = services.reserve_number(series=series(), words="紙本", until=moment(24, 9).date(), actor=clerk, at=NINE)
    services.let_reservations_run_out(at=moment(25, 2))
    line.refresh_from_db()
    with translation.override("zh-hant"):
        assert line.void_words != line.void_reason
    line.void_reason, line.voided_by = "作廢原因", clerk
    assert line.void_words == "作廢原因"


def test_a_chain_that_was_changed_later_is_found_within_four_weeks() -> None:
    row, whole = entered(at=NINE), entered(at=NINE)
    with pgtrigger.ignore("documents.Edition:append_only"):
        Edition.objects.filter(document=row).update(words={"title": "改過"})
    later = moment(23, 2) + timedelta(days=90)
    found = [services.check_ledger(at=later + timedelta(days=night)).faults for night in range(NIGHTS)]
    assert [faults for faults in found if faults] == [[Fault("chain", row.number, "1")]]
    assert whole.number not in str(list(LedgerCheck.objects.values_list("faults", flat=True)))
