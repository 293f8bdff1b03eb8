"""History is written once and never changed; a form is taken once."""

import threading
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.db.utils import InternalError
from django.test import RequestFactory

from apps.journal.forms import read_token
from apps.journal.models import Entry, FormReceipt
from apps.journal.services import record, settle_form, take_form
from tests import factories

pytestmark = pytest.mark.django_db


def test_record_keeps_who_what_and_for_whom():
    actor, other, unit = factories.clerk(), factories.director(), factories.office()
    record(actor=actor, verb="renamed", obj=unit, changes={"name": ["a", "b"]}, on_behalf_of=other, note="因故")
    entry = Entry.objects.about(unit).get()
    assert (entry.actor, entry.on_behalf_of, entry.verb, entry.changes) == (
        actor,
        other,
        "renamed",
        {"name": ["a", "b"]},
    )
    assert entry.subject == unit


@pytest.mark.parametrize("act", ["update", "delete"])
def test_history_cannot_be_changed(act):
    record(actor=None, verb="made", obj=factories.office())
    rows = Entry.objects.all()
    with pytest.raises(InternalError), transaction.atomic():
        rows.update(verb="x") if act == "update" else rows.delete()
    assert Entry.objects.get().verb == "made"


def test_internal_entries_are_left_out_for_the_public():
    unit = factories.office()
    record(actor=None, verb="seen", obj=unit)
    record(actor=None, verb="whispered", obj=unit, internal=True)
    assert [entry.verb for entry in Entry.objects.about(unit).public()] == ["seen"]


def test_form_sent_again_gets_the_first_answer():
    token, person = uuid4(), factories.student()
    assert take_form(token=token, person=person) == (True, "")
    settle_form(token=token, result_url="/requests/1")
    assert take_form(token=token, person=person) == (False, "/requests/1")


def test_token_of_another_person_tells_nothing():
    token = uuid4()
    take_form(token=token, person=factories.student())
    settle_form(token=token, result_url="/requests/1")
    assert take_form(token=token, person=factories.student()) == (False, "")


@pytest.mark.django_db(transaction=True)
def test_form_whose_work_failed_can_be_sent_again():
    token, person = uuid4(), factories.student()
    with transaction.atomic():
        take_form(token=token, person=person)
        transaction.set_rollback(True)
    with transaction.atomic():
        assert take_form(token=token, person=person)[0]


@pytest.mark.django_db(transaction=True)
def test_take_form_needs_a_transaction():
    with pytest.raises(transaction.TransactionManagementError):
        take_form(token=uuid4(), person=factories.student())


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_once_make_one_thing():
    token, person, firsts = uuid4(), factories.student(), []
    start = threading.Barrier(2)

    def click() -> None:
        try:
            start.wait(timeout=20)
            with transaction.atomic():
                first, url = take_form(token=token, person=person)
                if first:
                    settle_form(token=token, result_url="/done")
                firsts.append((first, url))
        finally:
            connection.close()

    threads = [threading.Thread(target=click) for _n in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert sorted(firsts) == [(False, "/done"), (True, "")]
    assert FormReceipt.objects.count() == 1


def test_token_is_read_or_made():
    token = uuid4()
    requests = RequestFactory()
    assert read_token(requests.post("/", {"form_token": str(token)})) == token
    first, second = (read_token(requests.post("/", {"form_token": text})) for text in ("", "nonsense"))
    assert len({first, second, token}) == 3
