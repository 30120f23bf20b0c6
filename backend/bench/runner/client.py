"""A small HTTP and WebSocket client for preparing benches: correct, not fast."""

import http.client
import json
import re
import socket

HANDSHAKE_KEY = "Y2luZW1hLWJlbmNoLWtleQ=="  # the one bench_viewers sends


class UnexpectedAnswer(Exception):
    pass


class Client:
    """Talks to 127.0.0.1:`port`; `token` goes into every request once it is set."""

    def __init__(self, port: int):
        self.port = port
        self.token: str | None = None

    def request(self, method: str, path: str, body=None) -> tuple[int, dict, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        headers = {"Accept": "application/json"}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        if body is not None:
            headers["Content-Type"] = "application/json"
            body = json.dumps(body)
        try:
            connection.request(method, path, body, headers)
            response = connection.getresponse()
            return response.status, response.headers, response.read()
        finally:
            connection.close()

    def json(self, method: str, path: str, body=None, expected: int = 200):
        status, _, data = self.request(method, path, body)
        if status != expected:
            raise UnexpectedAnswer(f"{method} {path}: {status} {data[:500]!r}")
        return json.loads(data)

    def login(self, email: str) -> str:
        return self.json("POST", "/api/auth/login", {"email": email, "name": "Bench"})["token"]

    def all_pages(self, path: str):
        """Every element of a paged list, following `Link: <...>; rel="next"`."""
        while path:
            status, headers, data = self.request("GET", path)
            if status != 200:
                raise UnexpectedAnswer(f"GET {path}: {status} {data[:500]!r}")
            yield from json.loads(data)
            following = re.search(r'<([^>]+)>;\s*rel="next"', headers.get("Link", ""))
            path = re.sub(r"^https?://[^/]+", "", following.group(1)) if following else None

    def get_request_bytes(self, path: str) -> bytes:
        """The GET that the load driver sends, with the headers of an API client."""
        return (f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\n"
                f"User-Agent: cinema-bench\r\nAccept: application/json\r\n"
                f"Authorization: Bearer {self.token}\r\n\r\n").encode()

    def exchange_bytes(self, request: bytes) -> bytes:
        """The raw bytes of the answer to a raw request, as the limits send them again."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=60) as connection:
            connection.sendall(request)
            return _read_response(connection)

    def watch_one_change(self, showtime: str, seat: str) -> tuple[bytes, bytes, bytes]:
        """Watches a showtime while holding `seat`. Gives the raw bytes of the handshake's answer
        with the snapshot, of the hold's answer, and of the frame that tells of it."""
        handshake = (f"GET /ws/showtimes/{showtime} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\n"
                     f"Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                     f"Sec-WebSocket-Key: {HANDSHAKE_KEY}\r\n\r\n").encode()
        body = json.dumps({"seats": [seat]})
        hold = (f"POST /api/showtimes/{showtime}/seats/lock HTTP/1.1\r\n"
                f"Host: 127.0.0.1:{self.port}\r\nAuthorization: Bearer {self.token}\r\n"
                f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
                f"{body}").encode()
        with socket.create_connection(("127.0.0.1", self.port), timeout=60) as viewer:
            viewer.sendall(handshake)
            head = _read_until(viewer, b"\r\n\r\n")
            if not head.startswith(b"HTTP/1.1 101 "):
                raise UnexpectedAnswer(f"no WebSocket: {head[:300]!r}")
            snapshot = _read_frame(viewer)
            answer = self.exchange_bytes(hold)
            message = _read_frame(viewer)
        if b"SEAT_LOCKED" not in message:
            raise UnexpectedAnswer(f"not a SEAT_LOCKED frame: {message!r}")
        return head + snapshot, answer, message


def _read_exactly(connection: socket.socket, size: int) -> bytes:
    data = bytearray()
    while len(data) < size:
        chunk = connection.recv(size - len(data))
        if not chunk:
            raise UnexpectedAnswer("the connection ended early")
        data += chunk
    return bytes(data)


def _read_until(connection: socket.socket, end: bytes) -> bytes:
    data = b""
    while not data.endswith(end):
        data += _read_exactly(connection, 1)
    return data


def _read_response(connection: socket.socket) -> bytes:
    head = _read_until(connection, b"\r\n\r\n")
    length = re.search(rb"\r\ncontent-length: *(\d+)", head, re.IGNORECASE)
    if not length or not re.match(rb"HTTP/1.1 2\d\d ", head):
        raise UnexpectedAnswer(repr(head[:500]))
    return head + _read_exactly(connection, int(length.group(1)))


def _read_frame(connection: socket.socket) -> bytes:
    head = _read_exactly(connection, 2)
    size = head[1] & 0x7F
    if size >= 126:
        wide = _read_exactly(connection, 2 if size == 126 else 8)
        head += wide
        size = int.from_bytes(wide, "big")
    return head + _read_exactly(connection, size)
