"""Programs that may come in, what they may do, and what was answered; those that are told, and how that went."""

from apps.interfaces.models.hooks import Call, Feed, Subscription, Try
from apps.interfaces.models.integrations import Integration, KeptAnswer, Token
from apps.interfaces.models.personal import PersonalExport

__all__ = ["Call", "Feed", "Integration", "KeptAnswer", "PersonalExport", "Subscription", "Token", "Try"]
