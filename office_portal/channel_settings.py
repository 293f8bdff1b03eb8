"""Settings of the channels beside mail and of their order, read from the environment (docs/operating.md lists them)."""

import base64
import binascii
import sys

from environs import Env, EnvError

__all__ = [
    "CHANNEL_TIMEOUT",
    "DINGTALK",
    "DINGTALK_PEOPLE_A_CALL",
    "DINGTALK_PER_PERSON_A_DAY",
    "DINGTALK_RESULT_HOURS",
    "DINGTALK_TEXT_BYTES",
    "NOTICE_LADDER",
    "NOTICE_RUNG_MINUTES",
    "NOTICE_URGENT_RUNG_MINUTES",
    "PACE_A_MINUTE",
    "PUSH_STAND_IN",
    "ROBOT_STAND_IN",
    "SMS",
    "WEB_PUSH",
    "WECOM",
    "WECOM_PEOPLE_A_CALL",
    "WECOM_PER_PERSON_AN_HOUR",
    "WECOM_PER_PERSON_A_MINUTE",
    "WECOM_TEXT_BYTES",
]
env = Env()
PUSH_HOSTS = [
    "fcm.googleapis.com",
    "updates.push.services.mozilla.com",
    "*.push.services.mozilla.com",
    "*.notify.windows.com",
    "web.push.apple.com",
]


def push_key(name: str) -> str:
    """Our private key for browsers' services: 32 bytes in base64url; `manage.py web_push_key` prints one."""
    text = env.str(name, "").strip().rstrip("=")
    try:
        fits = not text or len(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))) == 32
    except (binascii.Error, ValueError):
        fits = False
    if not fits:
        raise ValueError(f"{name} is no private key; manage.py web_push_key prints a new one")
    return text


try:
    # --- channels beside mail: each is used when its account is given here --------------------------------------------
    WECOM = {
        "url": env.str("WECOM_URL", "https://qyapi.weixin.qq.com"),
        "corp_id": env.str("WECOM_CORP_ID", ""),
        "agent_id": env.str("WECOM_AGENT_ID", ""),
        "secret": env.str("WECOM_SECRET", ""),
    }
    DINGTALK = {
        "url": env.str("DINGTALK_URL", "https://oapi.dingtalk.com"),
        "app_key": env.str("DINGTALK_APP_KEY", ""),
        "app_secret": env.str("DINGTALK_APP_SECRET", ""),
        "agent_id": env.str("DINGTALK_AGENT_ID", ""),
    }
    SMS = {
        "url": env.str("SMS_URL", ""),
        "token": env.str("SMS_TOKEN", ""),  # sent as bearer; "" sends none
        "secret": env.str("SMS_SECRET", ""),  # signs requests and status reports
        "length": env.int("SMS_LENGTH", 134),  # two parts of 67 characters
    }
    WEB_PUSH = {
        "private_key": push_key("WEB_PUSH_PRIVATE_KEY"),
        "subject": env.str("WEB_PUSH_SUBJECT", ""),  # whom a push service may write to; "" takes MAIL_FROM
        "hosts": env.list("WEB_PUSH_HOSTS", PUSH_HOSTS),  # nothing a browser says leads to another host
    }
    PUSH_STAND_IN = ""  # tests only: the origin that is called instead of the browsers' services
    ROBOT_STAND_IN = ""  # tests only: the origin that is called instead of the three robot hosts
    CHANNEL_TIMEOUT = env.int("CHANNEL_TIMEOUT", 10)  # seconds without a byte from a chat or text message service
    # The vendors' own limits for one person. Beyond them they answer OK and nobody gets it.
    WECOM_PER_PERSON_A_MINUTE = env.int("WECOM_PER_PERSON_A_MINUTE", 30)
    WECOM_PER_PERSON_AN_HOUR = env.int("WECOM_PER_PERSON_AN_HOUR", 1000)
    DINGTALK_PER_PERSON_A_DAY = env.int("DINGTALK_PER_PERSON_A_DAY", 500)
    WECOM_PEOPLE_A_CALL = env.int("WECOM_PEOPLE_A_CALL", 1_000)
    WECOM_TEXT_BYTES = env.int("WECOM_TEXT_BYTES", 2_048)  # of the text alone; what is longer is cut
    DINGTALK_PEOPLE_A_CALL = env.int("DINGTALK_PEOPLE_A_CALL", 100)
    DINGTALK_TEXT_BYTES = env.int("DINGTALK_TEXT_BYTES", 1_900)  # the whole message with its frame takes 2,048
    DINGTALK_RESULT_HOURS = env.int("DINGTALK_RESULT_HOURS", 24)
    # Messages a minute of one account, over all workers; 0 for no limit.
    PACE_A_MINUTE = {
        "mail": env.int("MAIL_A_MINUTE", 0),
        "wecom": env.int("WECOM_A_MINUTE", 0),
        "dingtalk": env.int("DINGTALK_A_MINUTE", 5_000),
        "sms": env.int("SMS_A_MINUTE", 0),
        "push": 0,
        "robot": env.int("ROBOT_A_MINUTE", 20),  # for each robot
    }

    # --- the ladder of notices: channels in order; how long each is waited for ----------------------------------------
    NOTICE_LADDER = env.list("NOTICE_LADDER", ["push", "wecom", "dingtalk", "mail", "sms"])
    NOTICE_RUNG_MINUTES = env.int("NOTICE_RUNG_MINUTES", 450)  # working minutes
    NOTICE_URGENT_RUNG_MINUTES = env.int("NOTICE_URGENT_RUNG_MINUTES", 30)  # by the clock, day and night
except (EnvError, ValueError) as error:
    sys.exit(f"Office Portal cannot start: {error}")
