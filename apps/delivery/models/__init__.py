"""What leaves, what became of it, and the browsers that show notifications."""

from apps.delivery.models.browsers import BrowserSubscription
from apps.delivery.models.outbox import (
    Delivery,
    Evidence,
    GroupRobot,
    InboundMail,
    Message,
    MessageText,
    PaceBucket,
    StatusReport,
    Suppression,
)

__all__ = [
    "BrowserSubscription",
    "Delivery",
    "Evidence",
    "GroupRobot",
    "InboundMail",
    "Message",
    "MessageText",
    "PaceBucket",
    "StatusReport",
    "Suppression",
]
