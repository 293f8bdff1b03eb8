"""What people do with programs that come in."""

from apps.interfaces.services.integrations import (
    IntegrationData,
    TokenData,
    UnableToMakeToken,
    UnableToSaveIntegration,
    create_integration,
    edit_integration,
    make_token,
    revoke_token,
    switch_off,
    switch_on,
)

__all__ = [
    "IntegrationData",
    "TokenData",
    "UnableToMakeToken",
    "UnableToSaveIntegration",
    "create_integration",
    "edit_integration",
    "make_token",
    "revoke_token",
    "switch_off",
    "switch_on",
]
