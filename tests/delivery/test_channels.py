"""Which channels are set up."""

from apps.delivery.channels import enabled
from apps.delivery.enums import Channel


def test_mail_alone_without_accounts() -> None:
    assert enabled() == (Channel.MAIL,)


def test_channels_with_an_account_stand_in_their_usual_order(settings) -> None:
    settings.SMS = settings.SMS | {"url": "https://sms.example/send", "secret": "s"}
    settings.DINGTALK = settings.DINGTALK | {"app_key": "k", "app_secret": "s", "agent_id": "1"}
    settings.WECOM = settings.WECOM | {"corp_id": "c", "agent_id": "1", "secret": "s"}

    assert enabled() == (Channel.WECOM, Channel.DINGTALK, Channel.MAIL, Channel.SMS)


def test_half_an_account_is_none(settings) -> None:
    settings.WECOM = settings.WECOM | {"corp_id": "c", "secret": "s"}
    settings.SMS = settings.SMS | {"url": "https://sms.example/send"}

    assert enabled() == (Channel.MAIL,)
