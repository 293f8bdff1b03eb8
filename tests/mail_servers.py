"""A Postfix and a Dovecot of our own on loopback, in a temporary directory: mail leaves by the one and is read by the
other. Needs Debian's postfix and dovecot-imapd, and root (both change users).

Postfix has three doors: the portal's, one for mail whose sender's domain stands behind it, and one for mail whose
sender's domain does not. The latter two stand for a receiving server: they take away what others wrote in its name and
add its own Authentication-Results.
"""

import imaplib
import os
import shutil
import smtplib
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from tests.delivery.test_real_postfix import MASTER
from tests.processes import free_port, wait_until

POSTFIX = shutil.which("postfix") or "/usr/sbin/postfix"
DOVECOT = shutil.which("dovecot") or "/usr/sbin/dovecot"
SERVER = "mx.college.example"
PASSWORD = "throwaway"
ARE_THERE = Path(POSTFIX).exists() and Path(DOVECOT).exists() and os.geteuid() == 0
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
smtpd_recipient_restrictions = permit_mynetworks, reject
recipient_delimiter =
virtual_mailbox_domains = portal.example, college.example
virtual_mailbox_base = {home}/mail
virtual_mailbox_maps = regexp:{home}/etc/mailboxes
virtual_uid_maps = static:{uid}
virtual_gid_maps = static:{gid}
virtual_minimum_uid = 1
"""
MAILBOXES = r"""
/^(b|reply)\+.*@portal\.example$/ portal/
/^lin@college\.example$/ lin/
/^clerk@college\.example$/ clerk/
"""
DOORS = """
127.0.0.1:{proved} inet n - n - - smtpd -o cleanup_service_name=proved
127.0.0.1:{forged} inet n - n - - smtpd -o cleanup_service_name=forged
proved unix n - n - 0 cleanup -o header_checks=regexp:{home}/etc/proved
forged unix n - n - 0 cleanup -o header_checks=regexp:{home}/etc/forged
"""
CHECKS = r"""
/^Authentication-Results:.*mx\.college\.example/ IGNORE
/^From:.*@([a-z.]+)/ PREPEND Authentication-Results: mx.college.example; dmarc={result} header.from=$1
"""
DOVECOT_CONF = """
protocols = imap
listen = 127.0.0.1
base_dir = {home}/run
state_dir = {home}/state
log_path = {home}/dovecot.log
ssl = no
disable_plaintext_auth = no
auth_mechanisms = plain
mail_location = maildir:{home}/mail/%u
first_valid_uid = 1
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={home}/mail/%u
}}
service imap-login {{
  inet_listener imap {{
    port = {imap}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
"""


@dataclass(frozen=True)
class MailServers:
    """The ports: `portal`, `proved` and `forged` speak SMTP."""

    portal: int
    proved: int
    forged: int
    imap: int

    def imap_url(self, user: str) -> str:
        return f"imap://{user}:{PASSWORD}@127.0.0.1:{self.imap}/INBOX"

    def send(self, mail: EmailMessage, *, door: int) -> None:
        with smtplib.SMTP("127.0.0.1", door, timeout=30) as line:
            line.send_message(mail)

    def mails_of(self, user: str) -> list[EmailMessage]:
        """What lies in somebody's mailbox, oldest first, read by IMAP."""
        with imaplib.IMAP4("127.0.0.1", self.imap, timeout=30) as line:
            line.login(user, PASSWORD)
            line.select("INBOX", readonly=True)
            _kind, found = line.uid("SEARCH", "ALL")
            raws = [line.uid("FETCH", uid.decode(), "(BODY.PEEK[])")[1][0][1] for uid in found[0].split()]
        return [message_from_bytes(raw, policy=policy.default) for raw in raws]

    def wait_for(self, user: str, count: int) -> list[EmailMessage]:
        wait_until(lambda: len(self.mails_of(user)) >= count, what=f"mail {count} of {user}")
        return self.mails_of(user)


@contextmanager
def mail_servers() -> Iterator[MailServers]:
    home = Path(tempfile.mkdtemp(prefix="portal-mail-"))
    home.chmod(0o755)  # the servers' own users walk in
    for name in ("etc", "spool", "data", "mail", "run", "state"):
        (home / name).mkdir()
    for name in ("data", "mail"):
        shutil.chown(home / name, "postfix")
    servers = MailServers(free_port(), free_port(), free_port(), free_port())
    write_settings(home, servers)
    postfix = [POSTFIX, "-c", str(home / "etc")]
    dovecot = subprocess.Popen([DOVECOT, "-F", "-c", str(home / "etc" / "dovecot.conf")])
    started = subprocess.run([*postfix, "start"], capture_output=True, text=True, timeout=60)
    try:
        assert started.returncode == 0, (home / "log").read_text()
        wait_until(lambda: speaks_imap(servers), what="Dovecot")
        yield servers
    finally:
        for log in ("log", "dovecot.log"):  # pytest shows it where a test failed
            print((home / log).read_text() if (home / log).exists() else f"no {log}")
        subprocess.run([*postfix, "stop"], capture_output=True, timeout=60)
        dovecot.terminate()
        dovecot.wait(timeout=30)
        shutil.rmtree(home, ignore_errors=True)


def write_settings(home: Path, servers: MailServers) -> None:
    owner = (home / "mail").stat()
    values = {"home": home, "uid": owner.st_uid, "gid": owner.st_gid or owner.st_uid, "password": PASSWORD}
    values |= vars(servers) | {"port": servers.portal}
    files = {
        "main.cf": MAIN.format(**values),
        "master.cf": (MASTER + DOORS).format(**values),
        "mailboxes": MAILBOXES,
        "proved": CHECKS.format(result="pass"),
        "forged": CHECKS.format(result="fail"),
        "dovecot.conf": DOVECOT_CONF.format(**values),
    }
    for name, text in files.items():
        (home / "etc" / name).write_text(text)


def speaks_imap(servers: MailServers) -> bool:
    try:
        with imaplib.IMAP4("127.0.0.1", servers.imap, timeout=5) as line:
            return line.login("probe", PASSWORD)[0] == "OK"
    except (OSError, imaplib.IMAP4.error):
        return False
