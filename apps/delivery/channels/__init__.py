"""The ways to a person. Each channel is a module; this one says which are set up."""

from collections.abc import Callable

from django.conf import settings

from apps.delivery.enums import Channel

# In the order in which an office tries them. The portal's own list is no way out, and a robot speaks to no person.
IS_SET_UP: dict[Channel, Callable[[], bool]] = {
    Channel.PUSH: lambda: bool(settings.WEB_PUSH["private_key"]),
    Channel.WECOM: lambda: all(settings.WECOM[key] for key in ("corp_id", "agent_id", "secret")),
    Channel.DINGTALK: lambda: all(settings.DINGTALK[key] for key in ("app_key", "app_secret", "agent_id")),
    Channel.MAIL: lambda: True,
    Channel.SMS: lambda: bool(settings.SMS["url"] and settings.SMS["secret"]),
}
PERSONAL = tuple(IS_SET_UP)


def enabled() -> tuple[Channel, ...]:
    """The personal channels that have an account in the settings, in usual order. Mail always."""
    return tuple(channel for channel, is_set_up in IS_SET_UP.items() if is_set_up())
