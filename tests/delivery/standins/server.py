"""An HTTP server on loopback that keeps what was asked and answers what the test wants."""

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

HANG = "hang"  # take the request, say nothing
CLOSE = "close"  # take the request, close the line


@dataclass
class Asked:
    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    raw: bytes

    @property
    def body(self) -> dict[str, object]:
        return json.loads(self.raw)


@dataclass
class StandIn:
    """`answer` makes the usual answer (status, JSON). What stands in `next_answers` for a path comes first, once each:
    a pair like it (or with headers as its third), HANG or CLOSE.
    """

    answer: Callable[[Asked], tuple[int, dict[str, object]]]
    asked: list[Asked] = field(default_factory=list)
    next_answers: dict[str, list[object]] = field(default_factory=dict)
    released: threading.Event = field(default_factory=threading.Event)
    url: str = ""

    def asked_for(self, path: str) -> list[Asked]:
        return [one for one in self.asked if one.path == path]

    def once(self, path: str, *answers: object) -> None:
        self.next_answers.setdefault(path, []).extend(answers)

    def __enter__(self) -> "StandIn":
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), handler_of(self))
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *error: object) -> None:
        self.released.set()
        self.server.shutdown()
        self.server.server_close()


def handler_of(stand_in: StandIn) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.respond()

        def do_POST(self) -> None:
            self.respond()

        def respond(self) -> None:
            parts = urlsplit(self.path)
            raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            asked = Asked(self.command, parts.path, dict(parse_qsl(parts.query)), dict(self.headers), raw)
            stand_in.asked.append(asked)
            waiting = stand_in.next_answers.get(parts.path)
            answer = waiting.pop(0) if waiting else stand_in.answer(asked)
            if answer == HANG:
                stand_in.released.wait(30)
            if answer in (HANG, CLOSE):
                self.close_connection = True
                return
            status, body, *headers = answer
            content = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            for name, value in (headers[0] if headers else {}).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *words: object) -> None:
            pass

    return Handler
