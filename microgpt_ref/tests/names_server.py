"""A server on this machine that stands in for the one that has the full list."""

from __future__ import annotations

import http.server
from collections.abc import Callable


class Server(http.server.ThreadingHTTPServer):
    """Answers each GET as the test says, and counts them."""

    answer: Callable[[http.server.BaseHTTPRequestHandler], None]
    gets = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/names.txt"


class Handler(http.server.BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        self.server.gets += 1
        try:
            self.server.answer(self)
        except OSError:  # the client has gone, as it does in some tests
            pass

    def log_message(self, *args: object) -> None:
        pass


def send(body: bytes, told_length: int | None = None) -> Callable[[http.server.BaseHTTPRequestHandler], None]:
    def answer(request: http.server.BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.send_header("Content-Length", str(told_length or len(body)))
        request.end_headers()
        request.wfile.write(body)

    return answer
