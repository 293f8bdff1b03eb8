"""A program that is told: a real HTTP server that answers as it is asked to."""

import base64
import hashlib
import hmac
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Heard:
    """One call as it came in."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def data(self) -> dict[str, object]:
        return json.loads(self.body)

    def is_signed_by(self, secret: str) -> bool:
        """As a receiver checks it, by the specification alone."""
        key = base64.b64decode(secret.removeprefix("whsec_"))
        signed = f"{self.headers['webhook-id']}.{self.headers['webhook-timestamp']}.".encode() + self.body
        wanted = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
        return f"v1,{wanted}" in self.headers["webhook-signature"].split()


@dataclass
class Listener:
    """`answers`: (status, headers, body) for the next calls, the last one for all that follow; `drip`: so many bytes
    of a head, one every tenth of a second; `hang`: seconds before anything is answered.
    """

    heard: list[Heard] = field(default_factory=list)
    answers: list[tuple[int, dict[str, str], bytes]] = field(default_factory=lambda: [(200, {}, b"ok")])
    drip: int = 0
    hang: float = 0.0
    port: int = 0
    came: threading.Event = field(default_factory=threading.Event)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook?from=portal"

    def next_answer(self) -> tuple[int, dict[str, str], bytes]:
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


@contextmanager
def listening() -> Iterator[Listener]:
    listener = Listener()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            listener.heard.append(Heard(self.path, {key.lower(): value for key, value in self.headers.items()}, body))
            listener.came.set()
            time.sleep(listener.hang)
            for _each in range(listener.drip):  # a head that never ends
                self.wfile.write(b"HTTP/1.1 200 OK\r\nX-Drip: " if not _each else b".")
                self.wfile.flush()
                time.sleep(0.1)
            status, headers, words = listener.next_answer()
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(words)

        def log_message(self, *parts: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        block_on_close = False

        def handle_error(self, *parts: object) -> None:
            pass

    server = Server(("127.0.0.1", 0), Handler)
    listener.port = server.server_port
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    try:
        yield listener
    finally:
        server.shutdown()
        server.server_close()
