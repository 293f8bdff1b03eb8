"""Reports made by hand after RFC 3464, 5965, 6533 and 8098, and five that a real Postfix wrote: what each says, and the
state that it gives a delivery.
"""

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from apps.core.clock import now
from apps.delivery import inbound
from apps.delivery.enums import DeliveryState
from apps.delivery.reading import read_mail
from apps.delivery.tokens import bounce_address
from tests.delivery.factories import mail

SAMPLES = Path(__file__).parent / "samples"
TO = b"b+1-token@bounces.portal.example"

# file: kind, [(address, status, cause, hard)], state of a delivery to the first address that had been handed over
WANTED: dict[str, tuple[str, list[tuple[str, str, str, bool]], str]] = {
    "failed": ("bounce", [("a@college.example", "5.1.1", "dead", True)], "bounced_hard"),
    "delayed": ("delayed", [("a@college.example", "4.4.1", "expired", False)], "delayed"),
    "delivered": ("delivered", [("a@college.example", "2.1.5", "other", False)], "delivered"),
    "relayed": ("relayed", [("a@college.example", "2.0.0", "other", False)], "relayed"),
    "expanded": ("expanded", [("a@college.example", "2.0.0", "other", False)], "relayed"),
    "mixed": (
        "bounce",
        [
            ("a@college.example", "2.1.5", "other", False),
            ("b@college.example", "5.2.2", "full", False),
            ("c@college.example", "4.4.1", "expired", False),
        ],
        "delivered",
    ),
    "no_action": ("bounce", [("a@college.example", "5.2.2", "full", False)], "bounced_soft"),
    "no_status": ("bounce", [("a@college.example", "5.1.1", "dead", True)], "bounced_hard"),
    "wrong_case": ("bounce", [("A@College.example", "5.7.1", "blocked", False)], "blocked"),
    "folded": ("bounce", [("a@college.example", "5.2.3", "size", True)], "bounced_soft"),
    "eight_bit": ("bounce", [("a@college.example", "5.1.1", "dead", True)], "bounced_hard"),
    "base64": ("bounce", [("a@college.example", "5.1.1", "dead", True)], "bounced_hard"),
    "global": ("bounce", [("王小明@college.example", "5.1.1", "dead", True)], "bounced_hard"),
    "truncated": ("bounce", [("a@college.example", "5.1.1", "dead", True)], "bounced_hard"),
    "torn": ("bounce", [("a@college.example", "5.2.2", "full", False)], "bounced_soft"),
    "x400": ("bounce", [("a@college.example", "5.1.1", "dead", True)], "bounced_hard"),
    "exchange_online": ("bounce", [("a@college.example", "5.4.1", "dead", True)], "bounced_hard"),
    "chinese_plain": ("bounce", [("a@college.example", "5.0.0", "full", False)], "bounced_soft"),
    "japanese_plain": ("bounce", [("a@college.example", "", "full", False)], "bounced_soft"),
    "complaint": ("complaint", [("a@college.example", "", "blocked", False)], "complained"),
    "complaint_old": ("complaint", [("a@college.example", "", "blocked", False)], "complained"),
    "mdn_displayed": ("auto_reply", [], "seen_hint"),
    "mdn_deleted": ("auto_reply", [], "handed_off"),
    "vacation": ("auto_reply", [], "handed_off"),
    "vacation_chinese": ("auto_reply", [], "handed_off"),
    "vacation_old": ("auto_reply", [], "handed_off"),
    "answer": ("other", [], "handed_off"),
    "postfix_user_unknown": ("bounce", [("nobody@college.example", "5.1.1", "dead", True)], "bounced_hard"),
    "postfix_mailbox_full": ("bounce", [("full@college.example", "5.2.2", "full", False)], "bounced_soft"),
    "postfix_too_big": ("bounce", [("someone@small.example", "5.3.4", "size", True)], "bounced_soft"),
    "postfix_host_unknown": ("bounce", [("someone@nowhere.invalid", "5.4.4", "dead", True)], "bounced_hard"),
    "postfix_success": ("delivered", [("good@college.example", "2.0.0", "other", False)], "delivered"),
    # After the published formats of the systems that people have their boxes with.
    "aliyun_unknown": ("bounce", [("a@college.example", "5.0.0", "dead", True)], "bounced_hard"),
    "barracuda_policy": ("bounce", [("a@college.example", "5.7.1", "policy", True)], "blocked"),
    "big5_full": ("bounce", [("a@college.example", "", "full", False)], "bounced_soft"),
    "coremail_text": ("bounce", [("a@college.example", "5.0.0", "full", False)], "bounced_soft"),
    "domino": ("bounce", [("a@college.example", "5.1.1", "dead", True)], "bounced_hard"),
    "domino_plain": ("bounce", [("a@college.example", "5.0.0", "full", False)], "bounced_soft"),
    "exchange_gb2312": ("bounce", [("a@college.example", "5.1.1", "dead", True)], "bounced_hard"),
    "exchange_without_report": ("bounce", [("a@college.example", "", "full", False)], "bounced_soft"),
    "exim_delay": ("delayed", [("a@college.example", "", "expired", False)], "delayed"),
    "exim_retry_timeout": ("bounce", [("a@college.example", "", "expired", False)], "bounced_soft"),
    "exim_unknown": ("bounce", [("a@college.example", "5.0.0", "dead", True)], "bounced_hard"),
    "exmail_full": ("bounce", [("a@college.example", "", "full", False)], "bounced_soft"),
    "gbk_without_mime": ("bounce", [("a@college.example", "", "dead", True)], "bounced_hard"),
    "gmail_delay": ("delayed", [("a@college.example", "4.4.1", "expired", False)], "delayed"),
    "gmail_full": ("bounce", [("a@college.example", "4.2.2", "full", False)], "bounced_soft"),
    "gmail_not_found": ("bounce", [("a@college.example", "5.1.1", "dead", True)], "bounced_hard"),
    "gmail_unauthenticated": ("bounce", [("a@college.example", "5.7.26", "blocked", False)], "blocked"),
    "hotmail_inactive": ("bounce", [("a@college.example", "5.5.0", "dead", True)], "bounced_hard"),
    "icloud_full": ("bounce", [("a@college.example", "5.2.2", "full", False)], "bounced_soft"),
    "mimecast_relay": ("bounce", [("a@college.example", "5.7.1", "policy", True)], "blocked"),
    "netease_coremail": ("bounce", [("a@college.example", "5.0.0", "dead", True)], "bounced_hard"),
    "netease_spam": ("bounce", [("a@college.example", "5.0.0", "blocked", False)], "blocked"),
    "office365_full": ("bounce", [("a@college.example", "5.2.2", "full", False)], "bounced_soft"),
    "office365_group_closed": ("bounce", [("a@college.example", "5.7.133", "policy", True)], "blocked"),
    "office365_loop": ("bounce", [("a@college.example", "5.4.14", "expired", False)], "bounced_soft"),
    "office365_not_found": ("bounce", [("a@college.example", "5.1.10", "dead", True)], "bounced_hard"),
    "openfind_big5": ("bounce", [("a@college.example", "5.1.1", "dead", True)], "bounced_hard"),
    "postfix_spam_chinese": ("bounce", [("a@college.example", "5.7.1", "blocked", False)], "blocked"),
    "proofpoint_disabled": ("bounce", [("a@college.example", "5.2.1", "dead", True)], "bounced_hard"),
    "qmail_blocked": ("bounce", [("a@college.example", "5.7.1", "blocked", False)], "blocked"),
    "qmail_vpopmail_full": ("bounce", [("a@college.example", "", "full", False)], "bounced_soft"),
    "qq_gbk": ("bounce", [("a@college.example", "5.0.0", "dead", True)], "bounced_hard"),
    "sendmail_four_hours": ("delayed", [("a@college.example", "4.4.1", "expired", False)], "delayed"),
    "sendmail_unknown": ("bounce", [("a@college.example", "5.1.1", "dead", True)], "bounced_hard"),
    "ses_suppressed": ("bounce", [("a@college.example", "5.1.1", "dead", True)], "bounced_hard"),
    "ses_unknown": ("bounce", [("a@college.example", "5.1.1", "dead", True)], "bounced_hard"),
    "wrapped_in_mail": ("bounce", [("a@college.example", "5.1.1", "dead", True)], "bounced_hard"),
    "yahoo_deferred": ("bounce", [("a@college.example", "4.7.0", "blocked", False)], "blocked"),
    "yahoo_unknown": ("bounce", [("a@college.example", "", "dead", True)], "bounced_hard"),
}


def raw(name: str) -> bytes:
    return (SAMPLES / f"{name}.eml").read_bytes()


def test_every_sample_has_its_line() -> None:
    assert {path.stem for path in SAMPLES.glob("*.eml")} == set(WANTED)


@pytest.mark.parametrize("name", WANTED)
def test_sample_is_read(name: str) -> None:
    out = StringIO()
    call_command("read_bounce", SAMPLES / f"{name}.eml", "--json", stdout=out)
    said = json.loads(out.getvalue())
    kind, recipients, _state = WANTED[name]

    assert said["kind"] == kind
    assert [tuple(one.values()) for one in said["recipients"]] == recipients


@pytest.mark.django_db
@pytest.mark.usefixtures("calendar")
@pytest.mark.parametrize("name", WANTED)
def test_sample_moves_the_delivery(name: str) -> None:
    _kind, recipients, state = WANTED[name]
    address = recipients[0][0] if recipients else "a@college.example"
    row = mail(state=DeliveryState.HANDED_OFF, handed_off_at=now(), address=address)
    inbound.ingest(raw(name).replace(TO, bounce_address(row.pk).encode()))
    inbound.sweep(now())

    row.refresh_from_db()
    assert row.state == state


@pytest.mark.parametrize("line_end", [b"\n", b"\r\n", b"\r"])
def test_line_ends_make_no_difference(line_end: bytes) -> None:
    changed = raw("mixed").replace(b"\r\n", b"\n").replace(b"\n", line_end)

    assert read_mail(changed).as_json() == read_mail(raw("mixed")).as_json()


@pytest.mark.parametrize("name", ["failed", "mixed", "global", "complaint", "postfix_mailbox_full"])
def test_cut_anywhere_it_still_gets_a_kind(name: str) -> None:
    whole = raw(name)
    for end in range(0, len(whole), 37):
        assert read_mail(whole[:end]).kind
