"""What a file said is let go when it can no longer be undone; what was made of it stays."""

import json
from datetime import timedelta

import pytest
from django.urls import reverse

from apps.imports import services
from apps.imports.enums import BatchState
from apps.imports.forgetting import UNDO_FOR, forget_old, forget_rows
from apps.imports.models import Batch, Row
from apps.journal.models import Blob
from apps.people.models import Person
from tests import factories
from tests.imports.factories import AT, CHEN, LIN, roster, staged

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture
def batch() -> Batch:
    """Two people who came in, and one who was refused."""
    refused = ["", "無學號", *LIN[2:]]
    return services.commit(batch=staged(roster(LIN, CHEN, refused)), actor=None, accept_partial=True, at=AT)


def said() -> str:
    return json.dumps(list(Row.objects.values()), default=str, ensure_ascii=False)


def test_rows_and_file_go_when_undoing_is_over(batch: Batch) -> None:
    before = batch.blob
    assert forget_old(at=AT + UNDO_FOR) == 0
    assert all(word in said() for word in ("林小美", "無學號"))
    assert [forget_old(at=AT + UNDO_FOR + MINUTE) for _each in range(2)] == [1, 0]

    assert not any(word in said() for word in ("林小美", "S001", "無學號", "0912000001"))
    row = Batch.objects.get(pk=batch.pk)
    assert (row.blob != before, row.can_undo, row.counts) == (True, False, batch.counts)
    assert not Batch.objects.filter(blob=before).exists()
    assert Blob.objects.filter(pk=before.pk).exists()  # the nightly removal of orphans takes it
    assert Person.objects.filter(number="S001").exists()
    assert list(Row.objects.values_list("verdict", flat=True)) == ["created", "created", "refused"]


def test_cannot_be_undone_any_more(batch: Batch) -> None:
    forget_old(at=AT + UNDO_FOR + MINUTE)
    with pytest.raises(services.UnableToUndo):
        services.undo(batch=batch, actor=None, at=AT + UNDO_FOR + 2 * MINUTE)
    assert Batch.objects.get().state == BatchState.COMMITTED


def test_undone_and_unreadable_ones_go_too_and_open_ones_stay() -> None:
    undone = services.commit(batch=staged(roster(LIN)), actor=None, at=AT)
    services.undo(batch=undone, actor=None, at=AT + MINUTE)
    broken, still = staged(b"\x00\x01"), staged(roster(CHEN))
    assert broken.state == BatchState.FAILED
    assert forget_old(at=AT + UNDO_FOR + 2 * MINUTE) == 2
    assert list(Batch.objects.filter(forgotten_at=None)) == [still]


def test_rows_of_one_thing(batch: Batch) -> None:
    lin = Person.objects.get(number="S001")
    assert forget_rows(target="requests", object_ids=[lin.pk]) == 0
    assert forget_rows(target="roster", object_ids=[lin.pk]) == 1
    assert "林小美" not in said()
    assert "陳大文" in said()


def test_page_says_that_it_was_let_go(batch: Batch, client) -> None:
    client.force_login(factories.administrator(language="en"), backend="django.contrib.auth.backends.ModelBackend")
    url = reverse("imports:detail", args=[batch.pk])
    assert reverse("imports:undo", args=[batch.pk]) in client.get(url).text
    forget_old(at=AT + UNDO_FOR + MINUTE)
    page = client.get(url).text

    assert "it cannot be undone any more" in page
    assert reverse("imports:undo", args=[batch.pk]) not in page
    assert reverse("imports:refused", args=[batch.pk]) not in page
