"""A campus of our own for tests: an OpenID Connect provider and a CAS server on loopback."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qs, urlsplit

CAS_ANSWER = """<cas:serviceResponse xmlns:cas="http://www.yale.edu/tp/cas">{inner}</cas:serviceResponse>"""
CAS_YES = "<cas:authenticationSuccess><cas:user>{number}</cas:user></cas:authenticationSuccess>"
CAS_NO = "<cas:authenticationFailure code='INVALID_TICKET'>no such ticket</cas:authenticationFailure>"


class Campus(BaseHTTPRequestHandler):
    """Whoever brings the code or ticket "for-<number>" is the person with that number."""

    def do_GET(self) -> None:
        place = urlsplit(self.path)
        answers = {"/.well-known/openid-configuration": self.discovery, "/userinfo": self.user}
        if place.path in answers:
            self.answer(json.dumps(answers[place.path]()), "application/json")
        else:
            self.answer(self.ticket(parse_qs(place.query)), "text/xml")

    def do_POST(self) -> None:
        form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        self.answer(json.dumps({"access_token": form["code"][0], "token_type": "Bearer"}), "application/json")

    def discovery(self) -> dict[str, object]:
        base = f"http://127.0.0.1:{self.server.server_port}"
        names = {"authorization": "authorize", "token": "token", "userinfo": "userinfo"}
        return {"issuer": base, **{f"{name}_endpoint": f"{base}/{path}" for name, path in names.items()}}

    def user(self) -> dict[str, str]:
        number = self.headers["Authorization"].removeprefix("Bearer for-")
        return {"sub": f"subject of {number}", "preferred_username": number, "email": "campus@elsewhere.example"}

    def ticket(self, query: dict[str, list[str]]) -> str:
        ticket = query["ticket"][0]
        known = ticket.startswith("for-")
        return CAS_ANSWER.format(inner=CAS_YES.format(number=ticket.removeprefix("for-")) if known else CAS_NO)

    def answer(self, text: str, kind: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *args: object) -> None:
        """Quiet."""


@contextmanager
def running_campus() -> Iterator[str]:
    """The address of a campus that answers while the block runs."""
    server = HTTPServer(("127.0.0.1", 0), Campus)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
