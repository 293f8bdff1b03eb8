"""A mail server with moods, in its own process: `python -m tests.kill.moody PORT FILE MOODFILE`.

FILE gets one line for each mail that was kept, as `sink.py` writes it. MOODFILE holds the mood of the hour, read at
each connection: "connect" and "ehlo" hang there, "refuse" answers 421, anything else is calm. The mood about one
recipient is the first word of the address ("closekept-7@…"): shown at the first try, or at every try where "always-"
stands before it.
"""

import asyncio
import os
import re
import sys
from email.parser import BytesHeaderParser
from pathlib import Path

ADDRESS = re.compile(rb"<([^>]*)>")
GREETING = b"220 moody.example ESMTP\r\n"
OK = b"250 2.0.0 ok\r\n"
# What the server does after the content of a mail: keep it or not, then what it says ("" hangs, None closes).
AFTER_CONTENT: dict[str, tuple[bool, bytes | None]] = {
    "data4": (False, b"451 4.3.2 not now\r\n"),
    "data421": (False, b"421 4.3.2 closing\r\n"),
    "hangkept": (True, b""),
    "hanglost": (False, b""),
    "closekept": (True, None),
    "closelost": (False, None),
}


class Talk(Exception):
    """The talk is over."""


class Server:
    def __init__(self, taken: str, mood: Path) -> None:
        self.file = os.open(taken, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        self.mood = mood
        self.seen: set[str] = set()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        hour = self.mood.read_text().strip()
        try:
            if hour == "connect":
                await hang(reader)
            if hour == "refuse":
                writer.write(b"421 4.3.2 no\r\n")
                raise Talk
            writer.write(GREETING)
            await self.talk(reader, writer, hour)
        except (Talk, OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            pass
        finally:
            writer.close()

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, hour: str) -> None:
        sender = recipient = ""
        while line := await reader.readline():
            verb = line[:4].upper()
            if verb == b"EHLO" and hour == "ehlo":
                await hang(reader)
            elif verb == b"MAIL":
                sender = address(line)
                writer.write(OK)
            elif verb == b"RCPT":
                recipient = address(line)
                await self.answer_recipient(reader, writer, self.mood_about(recipient))
            elif verb == b"DATA":
                await self.take(reader, writer, sender, recipient)
            elif verb == b"QUIT":
                return
            else:
                writer.write(b"250 moody.example\r\n")

    async def answer_recipient(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, mood: str) -> None:
        if mood == "hangrcpt":
            await hang(reader)
        if mood == "closercpt":
            raise Talk
        writer.write(b"451 4.2.1 try later\r\n" if mood == "rcpt4" else OK)

    async def take(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, sender: str, recipient: str
    ) -> None:
        mood = self.mood_about(recipient)
        if mood == "hangdata":
            self.notice(recipient)
            await hang(reader)
        writer.write(b"354 go on\r\n")
        content = await reader.readuntil(b"\r\n.\r\n")
        kept, answer = AFTER_CONTENT.get(mood, (True, OK))
        self.notice(recipient)
        if kept:
            headers = BytesHeaderParser().parsebytes(content)
            os.write(self.file, f"{recipient} {headers['Message-ID']} {sender}\n".encode())
        if answer == b"":
            await hang(reader)
        if answer is None:
            raise Talk
        writer.write(answer)
        if mood in ("closeafter", "data421"):
            await writer.drain()
            raise Talk

    def mood_about(self, recipient: str) -> str:
        """The mood, as long as it was not shown to this recipient; for moods before DATA it is shown now."""
        first, _, rest = recipient.partition("@")[0].partition("-")
        if first == "always":
            return rest.partition("-")[0]
        if recipient in self.seen:
            return ""
        if first in ("rcpt4", "hangrcpt", "closercpt"):
            self.notice(recipient)
        return first

    def notice(self, recipient: str) -> None:
        self.seen.add(recipient)


def address(line: bytes) -> str:
    return ADDRESS.search(line)[1].decode()


async def hang(reader: asyncio.StreamReader) -> None:
    """Say nothing until the other side gives up; what it still sends is thrown away."""
    while await reader.read(4096):
        pass
    raise Talk


async def main(port: int, taken: str, mood: str) -> None:
    server = await asyncio.start_server(Server(taken, Path(mood)).serve, "127.0.0.1", port, limit=2**22)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), sys.argv[2], sys.argv[3]))
