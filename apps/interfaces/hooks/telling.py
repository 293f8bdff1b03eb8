"""A word to whoever answers for a program when an address does not take what it is told."""

from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import override

from apps.delivery.models import Message
from apps.delivery.services import Text, tell
from apps.interfaces.models import Call, Subscription
from apps.people.enums import Language

EVERY = timedelta(days=1)


def tell_given_up(subscription: Subscription, row: Call, at: datetime) -> None:
    """Once a day for an address, however many calls it leaves."""
    source = f"interfaces.subscription:{subscription.pk}"
    if Message.objects.filter(source=source, created_at__gt=at - EVERY).exists():
        return
    integration = subscription.integration
    people = {integration.owner_id: integration.owner, integration.created_by_id: integration.created_by}
    for person in people.values():
        if person.is_active:
            tell(
                person=person,
                source=source,
                texts={language: words(subscription, row, language) for language in Language.values},
                target_url=subscription.get_absolute_url(),
                at=at,
            )


def words(subscription: Subscription, row: Call, language: str) -> Text:
    with override(language):
        values = {"name": subscription.integration.name, "address": subscription.url, "count": row.attempts}
        subject = _("%(name)s does not take what it is told") % values
        text = _(
            "The address %(address)s was called %(count)d times and did not take it. The call is given up.\n"
            "Its page shows what came back; from there it can be sent again."
        )
        return Text(subject, text % values)
