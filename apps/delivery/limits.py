"""All times, sizes and rates of the outbox in one place. What a site may want to change is in the settings."""

from datetime import timedelta

from django.conf import settings

from apps.delivery.enums import MessageClass

CHUNK = 5_000  # people planned in one transaction
BATCH = 200  # rows claimed at once
WINDOW = 50  # mails between two commits
SEND_SECONDS = 50.0  # a send job ends after this time and asks for the next one

LEASE = timedelta(seconds=settings.MAIL_LEASE_SECONDS)  # longer than the slowest single mail can take
RESEND_AFTER = timedelta(minutes=settings.MAIL_RESEND_AFTER_MINUTES)  # an uncertain mandatory mail goes again
SILENCE = timedelta(hours=72)  # no evidence for so long after hand-over: "unknown"
PARK_AFTER = 5  # attempts of which nobody knows whether the mail left

RELAY_AWAY = timedelta(seconds=60)  # our own mail server does not answer: the whole batch waits
BACK_OFF_FIRST = timedelta(minutes=5)
BACK_OFF_FACTOR = 1.5
BACK_OFF_MOST = timedelta(hours=4)
RETRY_BUDGET = {
    MessageClass.MANDATORY: timedelta(hours=72),
    MessageClass.OPTIONAL: timedelta(hours=24),
    MessageClass.ACCOUNT: timedelta(hours=24),
}

FILE_BYTES = 2 * 2**20  # of a file that goes along with a mail; base64 makes it a third larger

RAW_BYTES = 25 * 2**20  # of a mail that comes in; the rest is cut off and said so
MAIL_PARTS = 200
MAIL_DEPTH = 20
PARSE_BYTES = 2**20  # of that, so much is taken apart: the report comes before the returned mail
READ_CHARS = 64 * 2**10  # of one part that is looked through for reasons and addresses
PARSE_SECONDS = 10.0  # of processor time for one mail; the slowest real one of 750 took 0.011
INBOUND_TRIES = 3
EVIDENCE_A_DAY = 5  # bounces of one address that count on one day


def back_off(attempts: int) -> timedelta:
    """How long to wait after the `attempts`-th try that was put off (4xx)."""
    seconds = BACK_OFF_FIRST.total_seconds() * BACK_OFF_FACTOR ** max(attempts - 1, 0)
    return min(timedelta(seconds=seconds), BACK_OFF_MOST)
