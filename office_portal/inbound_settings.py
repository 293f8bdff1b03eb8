"""Settings of mail as a way to answer, read from the environment (docs/operating.md lists them)."""

import sys

from environs import Env, EnvError

__all__ = [
    "INBOUND_AUTHSERV_ID",
    "INBOUND_INNER_DOMAINS",
    "INBOUND_MAILS_AN_HOUR",
    "INBOUND_RAW_DAYS",
    "MAIL_REPLIES",
    "MAIL_REPLY_DOMAIN",
]
env = Env()


def lowered(words: list[str]) -> list[str]:
    return [word.strip().lower() for word in words if word.strip()]


try:
    # Mails of the service desk carry a reply address; without a mailbox answers would go nowhere.
    MAIL_REPLIES = env.bool("MAIL_REPLIES", bool(env.str("INBOUND_IMAP_URL", "")))
    MAIL_REPLY_DOMAIN = env.str("MAIL_REPLY_DOMAIN", "").lower()  # empty: MAIL_BOUNCE_DOMAIN
    # Whose word counts about where a mail comes from (RFC 8601); nobody's while it is empty.
    INBOUND_AUTHSERV_ID = lowered(env.list("INBOUND_AUTHSERV_ID", []))
    INBOUND_INNER_DOMAINS = lowered(env.list("INBOUND_INNER_DOMAINS", []))  # here "none" is enough
    INBOUND_MAILS_AN_HOUR = env.int("INBOUND_MAILS_AN_HOUR", 10)  # of one address; more wait for a person
    INBOUND_RAW_DAYS = env.int("INBOUND_RAW_DAYS", 180)  # settled mails that stand in no request
    if INBOUND_MAILS_AN_HOUR < 1 or INBOUND_RAW_DAYS < 1:
        raise ValueError("INBOUND_MAILS_AN_HOUR and INBOUND_RAW_DAYS are at least 1")
except (EnvError, ValueError) as error:
    sys.exit(f"Office Portal cannot start: {error}")
