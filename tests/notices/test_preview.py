"""The counts before sending: an address that is not written to now is no working address."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from apps.core.clock import now
from apps.delivery.enums import Cause, Channel
from apps.delivery.services import suppress
from apps.notices import preview
from apps.people.enums import ContactKind
from apps.people.models import ContactPoint
from tests.notices import factories as notices

pytestmark = pytest.mark.django_db


def test_resting_address_counts_as_none_until_its_rest_is_over() -> None:
    notices.ground()
    first, second = notices.staff(2)
    at = now()
    address = ContactPoint.objects.get(person=first, is_primary=True).value
    suppress(address=address.upper(), cause=Cause.FULL, until=at + timedelta(days=3), at=at)

    def shown(when):
        return preview.summary(notices.STAFF, at.date(), at=when).without_mail

    assert (shown(at), shown(at + timedelta(days=3))) == (1, 0)
    named = {row.person_id: row.way == 0 for row in preview.names(notices.STAFF, at.date(), at=at)}
    assert named == {first.pk: False, second.pk: True}


def test_those_whom_no_channel_reaches_are_listed_page_by_page() -> None:
    notices.ground()
    people = notices.staff(5)
    for person in people[:3]:
        person.contacts.update(dead_at=now())
    at = now()
    ContactPoint.objects.create(person=people[0], kind=ContactKind.PHONE, value="13800000001", is_primary=True)
    rungs = ((Channel.MAIL,), (Channel.SMS,))

    ways = {row.person_id: row.way for row in preview.names(notices.STAFF, at.date(), rungs=rungs, at=at)}
    assert [ways[person.pk] for person in people] == [1, None, None, 0, 0]
    wanted = {"show": "unreached", "rungs": rungs, "limit": 1, "at": at}
    first = preview.names(notices.STAFF, at.date(), **wanted)
    second = preview.names(notices.STAFF, at.date(), after=first[-1].person_id, **wanted)
    assert [row.person_id for row in first + second] == [people[1].pk, people[2].pk]
    counts = {way.channels: way.count for way in preview.first_ways(notices.STAFF, rungs, at.date(), at=at)}
    assert counts == {(Channel.MAIL,): 2, (Channel.SMS,): 1, (): 2}


def test_check_page_shows_only_them_when_asked() -> None:
    clerk = notices.ground()
    lost, found = notices.staff(2)
    lost.contacts.update(dead_at=now())
    draft = notices.draft(clerk)
    client = Client()
    client.force_login(clerk, backend=settings.AUTHENTICATION_BACKENDS[1])
    url = reverse("notices:preview", args=[draft.pk])

    shown = {
        show: {person.person_id for person, _why, _channels in client.get(url, {"show": show}).context["people"]}
        for show in ("all", "unreached")
    }
    assert shown == {"all": {lost.pk, found.pk}, "unreached": {lost.pk}}
