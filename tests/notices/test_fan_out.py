"""Everybody a notice is for has it once, whatever happens in between."""

import pytest
from django.db import connection

from apps.core.clock import now
from apps.delivery.enums import Cause
from apps.delivery.models import Delivery
from apps.delivery.services import lift, release_held, suppress
from apps.notices import services
from apps.notices.audience import Line, Rule
from apps.notices.basis import basis_text, held_causes
from apps.notices.enums import NoticeState
from apps.notices.models import Obligation
from apps.notices.services import chunks as module
from apps.notices.services.rounds import mark_unreachable
from apps.people.enums import Role
from tests import factories
from tests.notices import factories as notices

pytestmark = pytest.mark.django_db


@pytest.fixture
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "CHUNK", 2)


def test_publish_gives_number_and_waits_for_fan_out() -> None:
    clerk = notices.ground()
    notices.staff(1)

    notice = services.publish(notice=notices.draft(clerk), actor=clerk)

    assert notice.number.endswith("-001")
    assert notice.state == NoticeState.PUBLISHING
    assert not Obligation.objects.exists()


def test_everybody_has_it_once(small_chunks: None) -> None:
    clerk = notices.ground()
    people = notices.staff(5)
    factories.student()

    notice = notices.published(clerk)

    assert notice.state == NoticeState.PUBLISHED
    assert notice.recipient_count == 5
    assert sorted(notice.obligations.values_list("person_id", flat=True)) == sorted(person.pk for person in people)
    assert set(notice.obligations.values_list("reason", flat=True)) == {"post::staff"}
    assert Delivery.objects.filter(message=notice.message).count() == 5


def test_killed_in_the_middle_goes_on_where_it_was(small_chunks: None) -> None:
    clerk = notices.ground()
    notices.staff(5)
    notice = services.publish(notice=notices.draft(clerk), actor=clerk)
    for _chunk in range(2):
        module.add_chunk(notice.pk, notice.published_at)
    before = set(notice.obligations.values_list("pk", flat=True))

    services.finish_all(notice.published_at)

    assert before
    assert before < set(notice.obligations.values_list("pk", flat=True))
    assert notice.obligations.count() == 5


def test_run_again_changes_nothing(small_chunks: None) -> None:
    clerk = notices.ground()
    notices.staff(3)
    notice = notices.published(clerk)
    before = list(notice.obligations.order_by("pk").values())

    assert services.fan_out(notice.pk)
    services.finish_all(notice.published_at)

    assert list(notice.obligations.order_by("pk").values()) == before
    assert Delivery.objects.count() == 3


def test_who_comes_later_is_not_added() -> None:
    clerk = notices.ground()
    notices.staff(1)
    notice = notices.published(clerk)

    notices.staff(1)
    services.finish_all(notice.published_at)

    assert notice.obligations.count() == 1


def test_draft_is_not_fanned_out() -> None:
    draft = notices.draft(notices.ground())

    assert services.fan_out(draft.pk) is False
    assert not draft.obligations.exists()


def test_person_without_mail_is_unreachable() -> None:
    clerk = notices.ground()
    with_mail, without = factories.person("甲", Role.STAFF), factories.person("乙", Role.STAFF, mail=None)

    notice = notices.published(clerk)

    assert notices.of(notice, with_mail).state == "open"
    assert notices.of(notice, without).state == "unreachable"


def test_person_whose_address_rests_is_out_of_reach_by_mail_until_it_is_free() -> None:
    clerk = notices.ground()
    person = factories.person("甲", Role.STAFF)
    rest = suppress(address=person.email, cause=Cause.FULL, until=None)
    notice = notices.published(clerk)
    line = notices.of(notice, person)

    assert Delivery.objects.get(person=person, channel="mail").state == "held"
    assert line.state == "unreachable"
    assert str(Cause.FULL.label) in basis_text(line, None, held_causes(notice, [line])[line.pk])

    lift(suppression_id=rest.pk, actor=clerk, note="emptied")
    release_held(now())
    mark_unreachable(notice)
    assert notices.of(notice, person).state == "open"


def test_chunk_reads_only_its_own_people(small_chunks: None) -> None:
    """The range stands inside every part of the rule, not around it."""
    unit = factories.unit("計算機系")
    rule = Rule(lines=(Line(unit=unit.pk, roles=(Role.STAFF,)),), numbers=("T1",))

    sql, params = rule.people(factories.date(2026, 11, 23), after=10, upto=20)

    assert sql.count(" > %s AND") == 3
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        assert cursor.fetchall() == []
