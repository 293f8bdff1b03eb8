"""A program that speaks clamd's side of the line and says what a test tells it to."""

import socket
import struct
import threading
from pathlib import Path
from types import TracebackType

STANDARD = b"ClamAV 1.4.6/27456/Wed Nov 25 09:12:00 2026\0"


class ScriptedScanner:
    """`says` answers files (None: never), `finds` are words in the bytes that make it find something."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.says: bytes | None = b"stream: OK\0"
        self.finds: dict[bytes, str] = {}
        self.version = STANDARD
        self.stops_after: int | None = None
        self.got = b""
        self.scans = 0
        self.lines: list[socket.socket] = []

    @property
    def url(self) -> str:
        return f"unix://{self.path}"

    def __enter__(self) -> "ScriptedScanner":
        self.server = socket.socket(socket.AF_UNIX)
        self.server.bind(str(self.path))
        self.server.listen(8)
        self.thread = threading.Thread(target=self.serve, daemon=True)
        self.thread.start()
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.server.shutdown(socket.SHUT_RDWR)
        self.server.close()
        self.thread.join(timeout=10)
        for line in self.lines:
            line.close()
        self.path.unlink()

    def serve(self) -> None:
        while True:
            try:
                line, _address = self.server.accept()
            except OSError:
                return
            with line.makefile("rb") as stream:
                self.answer(line, stream)

    def answer(self, line: socket.socket, stream: object) -> None:
        command = b""
        while not command.endswith(b"\0"):
            command += stream.read(1)
        if command == b"zVERSION\0":
            line.sendall(self.version)
            line.close()
            return
        self.scans += 1
        self.got = self.read(stream)
        if self.says is None:
            self.lines.append(line)  # held open, silent
            return
        found = next((name for word, name in self.finds.items() if word in self.got), "")
        line.sendall(f"stream: {found} FOUND\0".encode() if found else self.says)
        line.close()

    def read(self, stream: object) -> bytes:
        data = b""
        while size := struct.unpack("!L", stream.read(4))[0]:
            data += stream.read(size)
            if self.stops_after is not None and len(data) > self.stops_after:
                break
        return data
