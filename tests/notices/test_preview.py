"""The counts before sending: an address that is not written to now is no working address."""

from datetime import timedelta

import pytest

from apps.core.clock import now
from apps.delivery.enums import Cause
from apps.delivery.services import suppress
from apps.notices import preview
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
    named = {row.person_id: row.has_mail for row in preview.names(notices.STAFF, at.date(), at=at)}
    assert named == {first.pk: False, second.pk: True}
