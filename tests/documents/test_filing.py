"""Packages that cannot be made keep nobody waiting and are told; an outgoing number is not made void from here."""

from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from django.test import Client
from django.urls import reverse

from apps.delivery.models import Message
from apps.documents import services
from apps.documents.enums import NumberUse, Retention, State
from apps.documents.models import DocumentNumber, Filing
from apps.journal.enums import ScanState
from apps.journal.models import Attachment, Blob
from tests import factories
from tests.documents.factories import NINE, TEN, entered, moment, scan, sent

pytestmark = pytest.mark.django_db
LATER = moment(24, 9)


def filed(*, lost: bool = False) -> Filing:
    """In the file; `lost`: the storage lost the bytes of its scan, so that no package can be made."""
    row = entered(at=NINE)
    files = [scan(row.handler, f"{row.number}.pdf")]
    services.add_files(document=row, files=files, actor=row.handler, at=TEN)
    if lost:
        default_storage.delete(files[0].blob.path)
    services.close(document=row, words="已閱。", actor=row.handler, at=TEN)
    return services.file_document(document=row, retention=Retention.TEN, actor=row.handler, at=TEN)


def test_a_package_that_always_fails_blocks_no_other_and_is_told_once() -> None:
    director = factories.director()
    broken = [filed(lost=True) for _each in range(2)]
    assert services.make_waiting_packages(at=LATER, limit=2) == 0
    whole = filed()
    assert services.make_waiting_packages(at=LATER, limit=2) == 1
    for _sweep in range(8):
        services.make_waiting_packages(at=LATER)
    for row in broken:
        row.refresh_from_db()
        assert (row.tries, row.is_stuck) == (5, True)
    whole.refresh_from_db()
    assert whole.package is not None
    told = Message.objects.filter(texts__subject__startswith="The package of the file cannot")
    assert told.filter(deliveries__person=director).distinct().count() == 2
    services.make_waiting_packages(at=LATER + timedelta(days=2))
    broken[0].refresh_from_db()
    assert broken[0].tries == 6


def test_the_page_says_that_the_package_could_not_be_made(client: Client) -> None:
    row = filed(lost=True)
    Filing.objects.update(tries=5, tried_at=LATER)
    client.force_login(row.document.handler)
    page = client.get(row.document.get_absolute_url(), headers={"accept-language": "en"}).content.decode()
    assert "text-danger" in page[page.index("list-group-flush") :]


def test_files_that_wait_for_the_scanner_block_no_other() -> None:
    waiting, whole = filed(), filed()
    blob = Attachment.objects.of(waiting.document).get().blob_id
    Blob.objects.filter(pk=blob).update(scan_state=ScanState.WAITING, scan_at=LATER, waiting_since=LATER)
    assert services.make_waiting_packages(at=LATER, limit=1) == 1
    whole.refresh_from_db()
    assert whole.package is not None


def test_an_outgoing_paper_is_not_made_void_past_its_own_page(client: Client) -> None:
    director, row = factories.director(), sent(state=State.NUMBERED)
    with pytest.raises(services.UnableToMove, match="own page"):
        services.void(document=row, reason="誤", actor=director, at=TEN)
    client.force_login(director)
    assert client.post(reverse("documents:void", args=[row.pk]), {"reason": "誤"}).status_code == 403
    row.refresh_from_db()
    assert row.state == State.NUMBERED
    assert DocumentNumber.objects.get(document=row).use == NumberUse.ISSUED
