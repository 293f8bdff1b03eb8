"""A delivery status notification as Postfix writes it (RFC 3464)."""

from email.message import Message
from textwrap import dedent


def non_delivery_report(return_path: str, address: str, original: Message) -> bytes:
    """The mailbox does not exist; the report goes to `return_path` and carries the head of the original."""
    head = "\n".join(
        f"{name}: {value}" for name, value in original.items() if name.lower() in ("from", "to", "message-id")
    )
    return (
        dedent(
            """\
        Return-Path: <>
        Received: by mx.college.example (Postfix) id 4F1B2; Mon, 23 Nov 2026 10:02:11 +0800
        Date: Mon, 23 Nov 2026 10:02:11 +0800
        From: MAILER-DAEMON@mx.college.example (Mail Delivery System)
        Subject: Undelivered Mail Returned to Sender
        To: {return_path}
        Auto-Submitted: auto-replied
        MIME-Version: 1.0
        Content-Type: multipart/report; report-type=delivery-status; boundary="4F1B2.1/mx"
        Message-Id: <20261123020211.4F1B2@mx.college.example>

        --4F1B2.1/mx
        Content-Type: text/plain; charset=us-ascii

        <{address}>: host mail.college.example said: 550 5.1.1 User unknown

        --4F1B2.1/mx
        Content-Type: message/delivery-status

        Reporting-MTA: dns; mx.college.example
        Arrival-Date: Mon, 23 Nov 2026 10:02:10 +0800

        Final-Recipient: rfc822; {address}
        Action: failed
        Status: 5.1.1
        Remote-MTA: dns; mail.college.example
        Diagnostic-Code: smtp; 550 5.1.1 User unknown

        --4F1B2.1/mx
        Content-Type: text/rfc822-headers

        {head}

        --4F1B2.1/mx--
        """
        )
        .format(return_path=return_path, address=address, head=head)
        .encode()
    )
