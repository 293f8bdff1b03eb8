"""Programs that come in, programs that are told, lists that are taken out: settings from the environment.

Each is described in docs/operating.md.
"""

import sys

from environs import Env, EnvError

__all__ = [
    "API_CALLS_A_MINUTE",
    "LIST_EXPORTS_AN_HOUR",
    "WEBHOOK_CA_FILE",
    "WEBHOOK_DAYS",
    "WEBHOOK_HOSTS",
    "WEBHOOK_KEPT_DAYS",
    "WEBHOOK_PLAIN_HTTP",
    "WEBHOOK_SECONDS",
]
env = Env()
try:
    API_CALLS_A_MINUTE = env.int("API_CALLS_A_MINUTE", 120)  # of one token
    LIST_EXPORTS_AN_HOUR = env.int("LIST_EXPORTS_AN_HOUR", 5)  # of one person
    WEBHOOK_HOSTS = env.list("WEBHOOK_HOSTS", [])  # hosts inside the campus that may be called
    WEBHOOK_PLAIN_HTTP = env.bool("WEBHOOK_PLAIN_HTTP", False)  # also without TLS to the internet: for trials only
    WEBHOOK_CA_FILE = env.str("WEBHOOK_CA_FILE", "")  # certificates that are believed beside none; empty: the system's
    WEBHOOK_SECONDS = env.float("WEBHOOK_SECONDS", 10)  # of one call
    WEBHOOK_DAYS = env.int("WEBHOOK_DAYS", 3)  # after which a call is given up
    WEBHOOK_KEPT_DAYS = env.int("WEBHOOK_KEPT_DAYS", 30)  # how long calls that were taken are kept
except (EnvError, ValueError) as error:
    sys.exit(f"Office Portal cannot start: {error}")
