"""Take the words out of messages about a thing whose people are removed."""

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext

from apps.delivery.models import Message, MessageText, ReplyRoute
from apps.delivery.services.messages import Text

FORGOTTEN = "delivery.forgotten"


@transaction.atomic
def forget_messages(*, source: str) -> int:
    """Messages about `source` keep that and when they were sent, by evidence; not what they said, nor about which
    thing. Addresses for answers to them are no more. Gives how many messages there are.
    """
    ReplyRoute.objects.filter(source=source).delete()
    keys = list(Message.objects.filter(source=source).values_list("pk", flat=True))
    MessageText.objects.filter(message__in=keys).delete()
    MessageText.objects.bulk_create(text for key in keys for text in empty_texts(key))
    return Message.objects.filter(pk__in=keys).update(source=FORGOTTEN, target_url="", created_by=None)


def empty_texts(message_id: int) -> list[MessageText]:
    """What stands in place of the words, by language."""
    found = []
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            words = Text(gettext("Removed"), gettext("What this message said was removed when its time was over."))
        row = MessageText(
            message_id=message_id, language=language, subject=words.subject, text=words.text, digest=words.digest()
        )
        found.append(row)
    return found
