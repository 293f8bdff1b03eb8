"""Fetch the mailbox to which bounces come, by IMAP: each mail is kept and committed before it leaves the server."""

import imaplib
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

import structlog
from django.conf import settings

from apps.core.clock import now
from apps.delivery.inbound import ingest
from apps.delivery.limits import RAW_BYTES

log = structlog.get_logger(__name__)

TIMEOUT = 20
MOST_AT_ONCE = 500


class MailboxAway(Exception):
    """The server cannot be reached, or refuses us."""


@dataclass(frozen=True)
class Place:
    """Where the mailbox is: imaps://user:password@host:port/INBOX (or imap:// for a server on this machine)."""

    host: str
    port: int
    tls: bool
    user: str
    password: str
    folder: str

    @classmethod
    def of(cls, url: str) -> "Place":
        parts = urlsplit(url)
        tls = parts.scheme != "imap"
        return cls(
            host=parts.hostname or "localhost",
            port=parts.port or (993 if tls else 143),
            tls=tls,
            user=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
            folder=unquote(parts.path.strip("/")) or "INBOX",
        )


def fetch(url: str | None = None) -> int:
    """Take all mails in; gives their number (0 where no mailbox is set). Raises MailboxAway.

    A mail is marked as deleted only after its row is committed. One that is fetched twice is one row.
    """
    url = settings.INBOUND_IMAP_URL if url is None else url
    if not url:
        return 0
    place = Place.of(url)
    try:
        with _connect(place) as server:
            server.login(place.user, place.password)
            return _empty(server, place.folder)
    except (OSError, imaplib.IMAP4.error) as error:
        raise MailboxAway(type(error).__name__) from error


def _connect(place: Place) -> imaplib.IMAP4:
    make = imaplib.IMAP4_SSL if place.tls else imaplib.IMAP4
    return make(place.host, place.port, timeout=TIMEOUT)


def _empty(server: imaplib.IMAP4, folder: str) -> int:
    kind, _data = server.select(f'"{folder}"')
    if kind != "OK":
        raise MailboxAway(f"no folder {folder}")
    _kind, found = server.uid("SEARCH", "UNDELETED")
    taken = 0
    for uid in found[0].split()[:MOST_AT_ONCE] if found and found[0] else []:
        taken += _take(server, uid.decode())
    server.expunge()
    return taken


def _take(server: imaplib.IMAP4, uid: str) -> bool:
    """Keep one mail, then mark it. One byte over the limit is asked for, so that a cut is noticed."""
    _kind, answer = server.uid("FETCH", uid, f"(BODY.PEEK[]<0.{RAW_BYTES + 1}>)")
    raw = next((item[1] for item in answer if isinstance(item, tuple)), None)
    if raw is None:
        log.warning("mailbox_mail_missing", uid=uid)
        return False
    ingest(raw, now())
    server.uid("STORE", uid, "+FLAGS.SILENT", r"(\Deleted)")
    return True
