"""Reports of a real Postfix on loopback, in a directory of its own: what it writes is what the portal has to read.

Needs Debian's postfix and root (its master process changes users); says so and skips without. PORTAL_KEEP_REPORTS names
a directory in which the reports are kept, with the host's name taken out: that is how samples/postfix_*.eml were made.
"""

import os
import shutil
import smtplib
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from apps.delivery.reading import ReadMail, read_mail

POSTFIX = shutil.which("postfix") or "/usr/sbin/postfix"
pytestmark = [
    pytest.mark.postfix,
    pytest.mark.skipif(not Path(POSTFIX).exists(), reason="postfix is not installed"),
    pytest.mark.skipif(os.geteuid() != 0, reason="postfix starts as root only"),
]
WAIT = 30.0
SENDER = "b+1-token@bounces.portal.example"
MAIN = """
compatibility_level = 3.6
queue_directory = {home}/spool
data_directory = {home}/data
maillog_file = {home}/log
maillog_file_prefixes = {home}
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = mx.college.example
mydestination =
mynetworks = 127.0.0.0/8
alias_maps =
smtp_dns_support_level = disabled
smtp_host_lookup = native
smtpd_reject_unlisted_recipient = no
smtpd_recipient_restrictions = permit_mynetworks, reject
virtual_mailbox_domains = college.example
virtual_mailbox_base = {home}/mail
virtual_mailbox_maps = inline:{{ {{ full@college.example = full }}, {{ good@college.example = good/ }} }}
virtual_uid_maps = static:{uid}
virtual_gid_maps = static:{gid}
virtual_minimum_uid = 1
message_size_limit = 40000
virtual_mailbox_limit = 50000
transport_maps = inline:{{ {{ bounces.portal.example = smtp:[127.0.0.1]:{returns} }},
  {{ small.example = smtp:[127.0.0.1]:{small} }} }}
"""
MASTER = """
127.0.0.1:{port} inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
"""


class Returned:
    """Takes what Postfix sends back."""

    def __init__(self) -> None:
        self.mails: list[bytes] = []

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        self.mails.append(envelope.original_content)
        return "250 OK"


class Small(Controller):
    """A server that says how little it takes."""

    def factory(self) -> SMTP:
        return SMTP(self.handler, data_size_limit=1_000)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Office:
    """A Postfix and who gets its reports."""

    def __init__(self, port: int, returned: Returned) -> None:
        self.port, self.returned = port, returned

    def report_on(self, address: str, *, size: int = 200, notify: str = "FAILURE") -> bytes:
        """Send one mail; the report that comes back."""
        before = len(self.returned.mails)
        with smtplib.SMTP("127.0.0.1", self.port, timeout=WAIT) as line:
            line.sendmail(
                SENDER,
                [address],
                f"From: {SENDER}\r\nTo: {address}\r\nSubject: Notice\r\nMessage-ID: <1.token@portal.example>\r\n\r\n"
                + "word word \r\n" * (size // 11),
                mail_options=["ENVID=envelope-1"],
                rcpt_options=[f"NOTIFY={notify}", f"ORCPT=rfc822;{address}"],
            )
        end = time.monotonic() + WAIT
        while len(self.returned.mails) == before:
            assert time.monotonic() < end, f"no report about {address}"
            time.sleep(0.1)
        return self.returned.mails[before]


@pytest.fixture(scope="module")
def office() -> Iterator[Office]:
    home = Path(tempfile.mkdtemp(prefix="portal-postfix-"))
    home.chmod(0o755)  # Postfix's own user walks in
    for name in ("etc", "spool", "data", "mail"):
        (home / name).mkdir()
    shutil.chown(home / "data", "postfix")
    owner = (home / "data").stat().st_uid
    (home / "mail" / "full").write_bytes(b"x" * 60_000)
    for place in (home / "mail", home / "mail" / "full"):
        os.chown(place, owner, owner)
    returned, port = Returned(), free_port()
    back = Controller(returned, hostname="127.0.0.1", port=free_port())
    small = Small(Returned(), hostname="127.0.0.1", port=free_port())
    back.start(), small.start()
    values = {"home": home, "uid": owner, "gid": owner, "returns": back.port, "small": small.port, "port": port}
    (home / "etc" / "main.cf").write_text(MAIN.format(**values))
    (home / "etc" / "master.cf").write_text(MASTER.format(**values))
    command = [POSTFIX, "-c", str(home / "etc")]
    started = subprocess.run([*command, "start"], capture_output=True, text=True, timeout=60)
    try:
        assert started.returncode == 0, (home / "log").read_text()
        yield Office(port, returned)
    finally:
        subprocess.run([*command, "stop"], capture_output=True, timeout=60)
        back.stop(), small.stop()
        shutil.rmtree(home, ignore_errors=True)


CASES = {
    "user_unknown": ("nobody@college.example", {}, ("bounce", "5.1.1", "dead", True)),
    "mailbox_full": ("full@college.example", {}, ("bounce", "5.2.2", "full", False)),
    "too_big": ("someone@small.example", {"size": 5_000}, ("bounce", "5.3.4", "size", True)),
    "host_unknown": ("someone@nowhere.invalid", {}, ("bounce", "5.4.4", "dead", True)),
    "success": ("good@college.example", {"notify": "SUCCESS"}, ("delivered", "2.0.0", "other", False)),
}


@pytest.mark.parametrize("name", CASES)
def test_report_of_a_real_postfix(office: Office, name: str) -> None:
    address, how, expected = CASES[name]
    raw = office.report_on(address, **how)
    keep(name, raw)
    mail = read_mail(raw)

    assert (mail.kind, *said(mail)) == expected
    assert [one.address for one in mail.recipients] == [address]
    assert mail.envelope_ids == ("envelope-1",)
    assert SENDER in mail.addressed_to
    assert "<1.token@portal.example>" in mail.message_ids


def said(mail: ReadMail) -> tuple[str, str, bool]:
    one = mail.recipients[0]
    return one.status, one.cause.value, one.hard


def keep(name: str, raw: bytes) -> None:
    if place := os.environ.get("PORTAL_KEEP_REPORTS"):
        host = socket.gethostname().encode()
        (Path(place) / f"postfix_{name}.eml").write_bytes(raw.replace(host, b"mx.college.example"))
