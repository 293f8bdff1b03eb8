"""Saved audiences: kept by name, seen by whom they are for, a start for the next notice and nothing more."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.core.clock import now
from apps.journal.models import Entry
from apps.notices.audience import Line, Rule
from apps.notices.models import SavedAudience
from apps.notices.services.audiences import (
    UnableToSaveAudience,
    change_audience,
    create_audience,
    retire_audience,
)
from apps.people.enums import Role
from tests import factories
from tests.notices import factories as notices
from tests.notices.test_views import signed_in

pytestmark = pytest.mark.django_db


def test_name_once_a_unit_and_free_again_when_no_longer_used() -> None:
    clerk, unit = notices.ground(), factories.unit("系")
    first = create_audience(name="全體教師", rule=notices.STAFF, unit=None, actor=clerk)
    create_audience(name="全體教師", rule=notices.STAFF, unit=unit, actor=clerk)

    with pytest.raises(UnableToSaveAudience):
        create_audience(name="全體教師", rule=notices.STAFF, unit=None, actor=clerk)

    retire_audience(audience=first, actor=clerk)
    create_audience(name="全體教師", rule=notices.STAFF, unit=None, actor=clerk)
    assert list(Entry.objects.about(first).order_by("pk").values_list("verb", flat=True)) == ["created", "retired"]


def test_second_of_two_changes_clashes_and_changes_nothing() -> None:
    clerk = notices.ground()
    made = create_audience(name="教師", rule=notices.STAFF, unit=None, actor=clerk)
    other = Rule((Line(years=(2026,)),))
    change_audience(audience=made, version=1, name="新生", rule=other, unit=None, actor=clerk)

    with pytest.raises(UnableToSaveAudience):
        change_audience(audience=made, version=1, name="教師", rule=notices.STAFF, unit=None, actor=clerk)

    made.refresh_from_db()
    assert (made.name, made.as_rule, made.version) == ("新生", other, 2)


def test_rule_that_takes_nobody_is_not_kept() -> None:
    with pytest.raises(UnableToSaveAudience):
        create_audience(name="無", rule=Rule(), unit=None, actor=notices.ground())


def test_who_sees_which() -> None:
    clerk, own, other = notices.ground(), factories.unit("本系"), factories.unit("別系")
    for unit in (None, own, other):
        create_audience(name="教師", rule=notices.STAFF, unit=unit, actor=clerk)
    secretary = factories.person("秘書", Role.UNIT_SECRETARY, at=own)

    def seen(user):
        return set(SavedAudience.objects.visible_to(user).values_list("unit", flat=True))

    assert seen(clerk) == {None, own.pk, other.pk}
    assert seen(secretary) == {own.pk}
    assert seen(factories.person("教師", Role.STAFF, at=own)) == set()


def test_draft_is_saved_and_starts_the_next_notice() -> None:
    clerk = notices.ground()
    client = signed_in(clerk)
    unit = factories.unit("網絡系")
    rule = Rule((Line(unit.pk, True, (Role.STUDENT,), (2024, 2025)),), excluded=(clerk.number,))
    factories.post(factories.person("甲"), Role.STUDENT, unit)
    draft = notices.draft(clerk, rule=rule)

    client.post(reverse("notices:save_audience", args=[draft.pk]), {"name": "高年級"})

    made = SavedAudience.objects.get()
    assert (made.name, made.as_rule, made.unit) == ("高年級", rule, None)
    page = client.get(reverse("notices:create"), {"audience": made.pk}).text
    assert f'<option value="{unit.pk}" selected>' in page
    assert 'value="2024, 2025"' in page
    assert clerk.number in page


def test_change_alters_nothing_that_went_out() -> None:
    clerk = notices.ground()
    made = create_audience(name="教師", rule=notices.STAFF, unit=None, actor=clerk)
    notices.staff(2)
    sent = notices.published(clerk, rule=made.as_rule)

    change_audience(
        audience=made, version=1, name="學生", rule=Rule((Line(roles=("student",)),)), unit=None, actor=clerk
    )

    sent.refresh_from_db()
    assert sent.rule == notices.STAFF
    assert sent.obligations.count() == 2


def test_retired_one_does_not_fill_the_form_and_is_not_listed() -> None:
    clerk = notices.ground()
    client = signed_in(clerk)
    made = create_audience(name="走了的", rule=Rule((Line(years=(2031,)),)), unit=None, actor=clerk)
    client.post(reverse("notices:retire_audience", args=[made.pk]))

    assert "2031" not in client.get(reverse("notices:create"), {"audience": made.pk}).text
    assert "走了的" not in client.get(reverse("notices:audiences")).text


def test_page_counts_whom_it_takes_today() -> None:
    clerk = notices.ground()
    notices.staff(3)
    made = create_audience(name="教師", rule=notices.STAFF, unit=None, actor=clerk)

    page = signed_in(clerk).get(reverse("notices:audience", args=[made.pk]))

    assert page.context["counts"].left == 3
    assert sum(unit.count for unit in page.context["units"]) == 3


def test_list_asks_the_same_with_one_row_and_with_three() -> None:
    clerk = notices.ground()
    client = signed_in(clerk)
    counts = []
    for names in ("甲", "乙丙"):
        for name in names:
            create_audience(name=name, rule=notices.STAFF, unit=factories.office(), actor=clerk, at=now())
        client.get(reverse("notices:audiences"))
        with CaptureQueriesContext(
            connection,
        ) as asked:
            client.get(reverse("notices:audiences"))
        counts.append(len(asked))
    assert counts[0] == counts[1]
