"""What leaves, what became of it, what comes in, and the browsers that show notifications."""

from apps.delivery.models.browsers import BrowserSubscription
from apps.delivery.models.incoming import InboundMail, ReplyRoute, StatusReport
from apps.delivery.models.outbox import (
    Delivery,
    Evidence,
    GroupRobot,
    Message,
    MessageText,
    PaceBucket,
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
    "ReplyRoute",
    "StatusReport",
    "Suppression",
]
