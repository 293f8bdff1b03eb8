"""Messages and deliveries for tests."""

from datetime import UTC, datetime

from apps.delivery.enums import Channel, DeliveryState
from apps.delivery.models import Delivery, Message
from apps.delivery.services import Text, create_message
from apps.delivery.services.planning import CONTACT_OF
from apps.people.models import ContactPoint, Person
from tests import factories

NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)  # Monday 12:00 in the office
TEXTS = {
    "zh-hant": Text("關於期末考試安排的通知", "請於週五前確認。", "<p>請於<strong>週五</strong>前確認。</p>"),
    "en": Text("Final examinations", "Please confirm by Friday.", "<p>Please confirm by <strong>Friday</strong>.</p>"),
}


def message(**fields: object) -> Message:
    return create_message(**{"source": "tests.thing:1", "texts": TEXTS, "at": NOON, **fields})


def mail(person: Person | None = None, *, about: Message | None = None, **fields: object) -> Delivery:
    """A planned mail, due at noon."""
    person = person or factories.student()
    about = about or message()
    values = {
        "message": about,
        "person": person,
        "channel": Channel.MAIL,
        "address": person.email,
        "queue": about.queue,
        "state": DeliveryState.PLANNED,
        "not_before": NOON,
        "created_at": NOON,
        **fields,
    }
    return Delivery.objects.create(**values)


def chat(channel: Channel, address: str, *, about: Message | None = None, **fields: object) -> Delivery:
    """A planned row of a channel beside mail, due at noon, for a person with that address there."""
    person = fields.pop("person", None) or factories.student()
    ContactPoint.objects.get_or_create(
        person=person, kind=CONTACT_OF[channel], value=address, defaults={"is_primary": True}
    )
    return mail(person, about=about, channel=channel, address=address, **fields)
