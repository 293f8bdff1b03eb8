"""One request's page, as its requester and as the office see it."""

import pytest
from django.test import Client
from django.urls import reverse

from apps.servicedesk.enums import RequestState
from tests import factories
from tests.servicedesk import factories as desk

pytestmark = pytest.mark.django_db
STATES = [state for state in RequestState if state != RequestState.DRAFT]


def page(client: Client, name: str, *args: object, **query: object):
    return client.get(reverse(f"servicedesk:{name}", args=args), query)


@pytest.mark.parametrize("state", STATES)
def test_detail_opens_in_every_state_for_requester_and_office(client, state):
    item = desk.request(state)
    for person in (item.requester, factories.clerk(), factories.director(), factories.administrator()):
        client.force_login(person)

        answer = page(client, "detail", item.pk)

        assert answer.status_code == 200
        assert item.number in answer.text
