"""A mail server in its own process that writes down whom it took a mail for: `python -m tests.kill.sink PORT FILE`."""

import asyncio
import os
import sys
from email.parser import BytesHeaderParser

from aiosmtpd.controller import UnthreadedController
from aiosmtpd.smtp import SMTP, Envelope, Session


class WriteDown:
    """One line a mail, on disk before the sender gets its answer: recipient, Message-ID, envelope sender."""

    def __init__(self, path: str) -> None:
        self.file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        headers = BytesHeaderParser().parsebytes(envelope.original_content)
        os.write(self.file, f"{envelope.rcpt_tos[0]} {headers['Message-ID']} {envelope.mail_from}\n".encode())
        return "250 2.0.0 queued"


def main(port: int, path: str) -> None:
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    UnthreadedController(WriteDown(path), hostname="127.0.0.1", port=port, loop=loop).begin()
    loop.run_forever()


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
