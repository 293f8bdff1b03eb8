"""A view of the register opens as many rows as it says, and a filter that is not understood says so."""

import pytest
from django.http import QueryDict
from django.test import Client
from django.urls import reverse

from apps.core.clock import now
from apps.documents.listings import register
from apps.people.enums import Language
from apps.people.models import Person
from tests import factories
from tests.documents.factories import entered

pytestmark = pytest.mark.django_db


def browser(person: Person) -> Client:
    client = Client()
    Person.objects.filter(pk=person.pk).update(language=Language.EN)
    client.force_login(person)
    return client


@pytest.mark.parametrize(
    "query", [{}, {"sender": "組織部"}, {"q": "人事安排"}, {"kind": "report"}, {"since": "2026-01-01"}]
)
def test_a_chip_opens_as_many_rows_as_it_counts(query: dict[str, str]) -> None:
    clerk = factories.clerk()
    entered(clerk, sender="組織部", title="人事安排", at=now())
    for _number in range(2):
        entered(clerk, kind="report", at=now())
    client = browser(clerk)
    shown = client.get(reverse("documents:list"), query).context["chips"]
    counted = {chip.code: (count, url) for chip, count, url in shown if chip.counted}
    assert any(count != "0" for count, _url in counted.values())
    for code, (count, url) in counted.items():
        rows = client.get(reverse("documents:list") + url).context["page"].rows
        assert str(len(rows)) == count, code


@pytest.mark.parametrize(("name", "value"), [("handler", "無此人"), ("since", "昨天"), ("state", "xyz")])
def test_a_filter_that_is_not_understood_shows_nothing_and_says_so(name: str, value: str) -> None:
    clerk = factories.clerk()
    row = entered(clerk, at=now())
    answer = browser(clerk).get(reverse("documents:list"), {name: value})
    page = answer.content.decode()
    assert answer.status_code == 200
    assert row.number not in page
    assert "A filter was not understood" in page
    assert "invalid-feedback" in page
    assert not register(clerk, QueryDict(f"{name}={value}")).exists()
