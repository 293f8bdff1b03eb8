"""Templates escape by themselves; each place that does not, or where code calls a text safe, has its reason here."""

import re

from tests.architecture.test_lengths import ROOT

CLEANED = "rich text of the editor, cleaned by apps.notices.rich before it is kept"
MAIL_WORDS = "the words of a mail, made by our own templates, which escape"
PLAIN = "a plain mail, where nothing is markup"
UNESCAPED = {
    "apps/core/templatetags/portal.py": "drawings of a pinned package, and a dash",
    "apps/delivery/templates/delivery/mail.html": MAIL_WORDS,
    "apps/delivery/templates/delivery/mail.txt": PLAIN,
    "apps/dispatch/words.py": "rich text of the editor, cleaned again when it is shown",
    "apps/knowledge/templates/knowledge/detail.html": CLEANED,
    "apps/notices/comparison.py": "escaped piece by piece; only <ins>, <del> and <br> are ours",
    "apps/notices/templates/notices/clash.html": CLEANED,
    "apps/notices/templates/notices/mail/change.html": CLEANED,
    "apps/notices/templates/notices/mail/change.txt": PLAIN,
    "apps/notices/templates/notices/mail/notice.html": CLEANED,
    "apps/notices/templates/notices/mail/notice.txt": PLAIN,
    "apps/notices/templates/notices/mail/recall.txt": PLAIN,
    "apps/notices/templates/notices/mail/reminder.html": CLEANED,
    "apps/notices/templates/notices/mail/reminder.txt": PLAIN,
    "apps/notices/templates/notices/mail/reminders.txt": PLAIN,
    "apps/notices/templates/notices/mail/secretary.txt": PLAIN,
    "apps/notices/templates/notices/preview_side.html": MAIL_WORDS,
    "apps/notices/templates/notices/read.html": CLEANED,
    "apps/notices/templates/notices/template_form.html": CLEANED,
    "apps/notices/templates/notices/template_tried.html": CLEANED,
    "apps/notices/templates/notices/template_words.html": CLEANED,
    "apps/relays/templates/relays/line.html": CLEANED,
    "apps/reports/templates/reports/mails/summary.txt": PLAIN,
    "apps/servicedesk/views/following.py": "a QR picture that we draw from our own address",
    "templates/account/email/base_message.txt": PLAIN,
    "templates/account/email/base_notification.txt": PLAIN,
    "templates/account/email/password_reset_key_message.txt": PLAIN,
}
TOLD = re.compile(r"\|\s*safe(seq)?\b|autoescape off|mark_safe\(|SafeString\(|html_safe|__html__|format_html\(f")


def test_every_place_that_is_told_not_to_escape_has_a_reason() -> None:
    found = {
        str(path.relative_to(ROOT))
        for folder in ("apps", "templates", "office_portal")
        for path in (ROOT / folder).rglob("*")
        if path.suffix in (".py", ".html", ".txt") and TOLD.search(path.read_text())
    }
    assert found == set(UNESCAPED)
