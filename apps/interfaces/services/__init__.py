"""What people do with programs that come in."""

from apps.interfaces.services.hooks import (
    SubscriptionData,
    UnableToSubscribe,
    change_secret,
    edit_subscription,
    send_again,
    stop_telling,
    subscribe,
    tell_on,
    try_address,
)
from apps.interfaces.services.integrations import (
    IntegrationData,
    TokenData,
    UnableToMakeToken,
    UnableToSaveIntegration,
    confirm_integration,
    create_integration,
    edit_integration,
    make_token,
    revoke_token,
    switch_off,
    switch_on,
)

__all__ = [
    "IntegrationData",
    "SubscriptionData",
    "TokenData",
    "UnableToMakeToken",
    "UnableToSaveIntegration",
    "UnableToSubscribe",
    "change_secret",
    "confirm_integration",
    "create_integration",
    "edit_integration",
    "edit_subscription",
    "make_token",
    "revoke_token",
    "send_again",
    "stop_telling",
    "subscribe",
    "switch_off",
    "switch_on",
    "tell_on",
    "try_address",
]
