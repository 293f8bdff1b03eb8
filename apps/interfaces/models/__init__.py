"""Programs that may come in, what they may do, and what was answered."""

from apps.interfaces.models.integrations import Integration, KeptAnswer, Token

__all__ = ["Integration", "KeptAnswer", "Token"]
