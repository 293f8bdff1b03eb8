"""Which delivery a mail that came in is about: the signed return path, then the Message-ID that came back, then the
envelope id.
"""

from apps.delivery.models import Delivery
from apps.delivery.reading import ReadMail
from apps.delivery.tokens import delivery_of_address, delivery_of_envelope_id, delivery_of_message_id

ROUTES = (
    ("return path", lambda mail: mail.addressed_to, delivery_of_address),
    ("message id", lambda mail: mail.message_ids, delivery_of_message_id),
    ("envelope id", lambda mail: mail.envelope_ids, delivery_of_envelope_id),
)


def find_delivery(mail: ReadMail) -> tuple[Delivery | None, str]:
    """The delivery and the way it was found; (None, "") when the mail carries nothing that we signed."""
    for route, values, read in ROUTES:
        for value in values(mail):
            number = read(value)
            delivery = number and Delivery.objects.select_related("message", "person").filter(pk=number).first()
            if delivery:
                return delivery, route
    return None, ""
