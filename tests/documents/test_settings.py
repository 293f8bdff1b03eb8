"""Urgencies and series are set on a page; what is most urgent is traced each half day."""

import pytest
from django.test import Client
from django.urls import reverse

from apps.core.models import CalendarYear
from apps.delivery.models import Message
from apps.documents import services
from apps.documents.enums import CirculationMode
from apps.documents.forms import RegisterForm
from apps.documents.models import Series, UrgencyLevel
from apps.journal.models import Entry
from tests import factories
from tests.documents.factories import NINE, asked, entered, moment, series, urgency

pytestmark = pytest.mark.django_db


def offered() -> set[str]:
    return set(UrgencyLevel.objects.filter(is_offered=True).values_list("profile", flat=True))


def test_the_director_switches_the_urgencies(client: Client) -> None:
    row = entered(urgency=urgency("flash"))
    url = reverse("documents:switch_profile")
    client.force_login(factories.clerk("科員乙"))
    assert client.post(url, {"profile": "taiwan"}).status_code == 403
    assert client.get(reverse("documents:settings")).status_code == 403
    client.force_login(factories.director())
    assert reverse("documents:settings") in client.get(reverse("documents:ledger"), follow=True).content.decode()
    assert client.get(reverse("documents:settings")).status_code == 200
    for _click in range(2):
        client.post(url, {"profile": "taiwan"})
    assert offered() == {"taiwan"}
    assert Entry.objects.filter(verb="profile_switched").count() == 1
    client.post(url, {"profile": "elsewhere"})
    assert offered() == {"taiwan"}
    row.refresh_from_db()
    assert row.urgency.code == "flash"
    choices = {level.code for level in RegisterForm(document=row).fields["urgency"].queryset}
    assert choices == {"fastest", "fast", "common", "flash"}  # its own stays among them, so that nothing changes unseen
    assert "flash" not in {level.code for level in RegisterForm().fields["urgency"].queryset}


def typed(row: Series, **fields: object) -> dict[str, object]:
    return {
        "name_hant": "收文", "name_hans": "收文", "name_en": "incoming", "pattern": row.numbers.pattern,
        "unit": row.unit_id, "order": 1, "is_active": "on",
    } | fields  # fmt: skip


def test_a_series_gets_another_pattern_and_old_numbers_stay(client: Client) -> None:
    first, row = entered(), series()
    client.force_login(factories.person("管理員", "administrator"))
    url = reverse("documents:edit_series", args=[row.pk])
    assert row.numbers.pattern in client.get(url).content.decode()
    for _click in range(2):
        assert client.post(url, typed(row, pattern="收文〔{year}〕{number}號")).status_code == 302
    assert entered().number == "收文〔2026〕2號"
    first.refresh_from_db()
    assert first.number == "收〔2026〕1號"
    assert Entry.objects.about(row).filter(verb="series_changed").count() == 1
    assert services.find_faults() == []


@pytest.mark.parametrize(
    "fields",
    [
        {"pattern": "收{number}"},
        {"pattern": "收{year}{number}{number}"},
        {"pattern": "收{year}{number:04d}"},
        {"pattern": "{year}{number}{x}"},
        {"pattern": "院發〔{year}〕{number}號"},
        {"is_active": ""},
    ],
)
def test_a_series_that_could_not_give_numbers_is_refused(client: Client, fields: dict) -> None:
    row = series()
    client.force_login(factories.director())
    url = reverse("documents:edit_series", args=[row.pk])
    assert client.post(url, typed(row, **fields)).status_code == 422
    fresh = Series.objects.select_related("numbers").get(pk=row.pk)
    assert (fresh.numbers.pattern, fresh.is_active) == ("收〔{year}〕{number}號", True)


def test_numbers_that_another_series_gave_once_are_not_given_again() -> None:
    director = factories.director()
    entered()
    ours, theirs = series(), series("doc_office")
    for row, pattern in ((ours, "新〔{year}〕{number}號"), (theirs, "收〔{year}〕{number}號")):
        wanted = services.SeriesWanted(row.numbers.name, pattern, row.unit, row.order, is_active=True)
        if row == theirs:
            with pytest.raises(services.UnableToNumber, match="Another series"):
                services.change_series(series=row, wanted=wanted, actor=director)
        else:
            services.change_series(series=row, wanted=wanted, actor=director)


def told() -> list[int]:
    rows = Message.objects.filter(texts__subject__startswith="Most urgent")
    return sorted(rows.values_list("deliveries__person", flat=True).distinct())


def test_what_is_most_urgent_is_traced_each_half_day() -> None:
    clerk = factories.clerk()
    row = entered(clerk, urgency=urgency("flash"), at=NINE)
    entered(clerk, urgency=urgency("ordinary"), at=NINE)
    assert services.trace(at=moment(23, 11)) == 0  # registered in this half day
    assert services.trace(at=moment(23, 13)) == 0  # nobody works
    assert services.trace(at=moment(23, 14)) == 1
    assert services.trace(at=moment(23, 17)) == 0
    assert services.trace(at=moment(24, 8)) == 1
    assert told() == [clerk.pk]
    assert Entry.objects.about(row).filter(verb="doc_traced").count() == 2
    services.close(document=row, words="辦結。", actor=clerk, at=moment(24, 9))
    assert services.trace(at=moment(24, 15)) == 0


def test_who_is_asked_and_who_reads_is_told() -> None:
    leader, clerk, reader = factories.leader(), factories.clerk(), factories.clerk("讀者")
    asked(leader, clerk=clerk, urgency=urgency("flash"), at=NINE)
    assert services.trace(at=moment(23, 15)) == 1
    assert told() == [leader.pk]
    row = entered(clerk, urgency=urgency("flash"), at=moment(23, 15))
    mode = CirculationMode.TOGETHER
    services.circulate(document=row, people=[reader], mode=mode, actor=clerk, at=moment(23, 16))
    assert services.trace(at=moment(24, 9)) == 2
    assert told() == sorted({leader.pk, clerk.pk, reader.pk})


def test_nothing_is_traced_without_a_calendar() -> None:
    entered(urgency=urgency("flash"))
    CalendarYear.objects.all().delete()
    assert services.trace(at=moment(24, 9)) == 0
