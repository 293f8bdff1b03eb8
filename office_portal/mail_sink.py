"""A mail server for trying things out: takes every mail on the loopback address and keeps it as an .eml file.

`python -m office_portal.mail_sink PORT FOLDER`; script/run starts it where EMAIL_URL is not set, so that mails of a
demonstration reach nobody and can still be read.
"""

import asyncio
import sys
import time
from itertools import count
from pathlib import Path

from aiosmtpd.controller import UnthreadedController
from aiosmtpd.smtp import SMTP, Envelope, Session


class KeepInFolder:
    """Writes each mail with its envelope in two header lines on top."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.numbers = count(1)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        name = f"{time.strftime('%Y%m%d-%H%M%S')}-{next(self.numbers):05d}.eml"
        envelope_lines = f"X-Envelope-From: {envelope.mail_from}\r\nX-Envelope-To: {', '.join(envelope.rcpt_tos)}\r\n"
        (self.folder / name).write_bytes(envelope_lines.encode() + (envelope.original_content or b""))
        return f"250 kept as {name}"


def main(port: int, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    sink = UnthreadedController(KeepInFolder(folder), hostname="127.0.0.1", port=port, loop=loop, enable_SMTPUTF8=True)
    sink.begin()
    loop.run_forever()


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]))
