"""Bytes over a socket: requests that no decent client would send, and what comes back."""

from __future__ import annotations

import http.client
import json
import socket
from dataclasses import dataclass, field


@dataclass
class Answer:
    """What came back; status 0 when the server closed without a word."""

    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)  # names in lower case
    body: bytes = b""
    closed: bool = False  # the server closed the connection after it

    def json(self) -> dict:
        return json.loads(self.body)


def connect(port: int, timeout: float = 10, receive_buffer: int = 0) -> socket.socket:
    sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    sock.settimeout(timeout)
    if receive_buffer:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
    sock.connect(("127.0.0.1", port))
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return sock


def request(
    method: str,
    target: str,
    headers: dict[str, str] | None = None,
    body: bytes | None = None,
    token: str | None = None,
) -> bytes:
    """A well-formed request, to send as it is or to spoil."""
    lines = [f"{method} {target} HTTP/1.1", "Host: cinema.test"]
    if token is not None:
        lines.append(f"Authorization: Bearer {token}")
    for name, value in (headers or {}).items():
        lines.append(f"{name}: {value}")
    if body is not None:
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + (body or b"")


def read_answer(sock: socket.socket, method: str = "GET") -> Answer:
    """One response; leaves the connection as it is."""
    reply = http.client.HTTPResponse(sock, method=method)
    try:
        reply.begin()
        while reply.status == 100:
            reply = http.client.HTTPResponse(sock, method=method)
            reply.begin()
        body = reply.read()
    except (http.client.BadStatusLine, ConnectionError):
        return Answer(closed=True)
    headers = {name.lower(): value for name, value in reply.getheaders()}
    return Answer(reply.status, headers, body, closed=reply.will_close)


def exchange(port: int, data: bytes, timeout: float = 10) -> Answer:
    """Sends the bytes on a connection of their own and reads one response.

    The sending side stays open, as a real client's does. A server that answers early and closes
    may reset the connection while the rest is still being sent: that is no failure.
    """
    with connect(port, timeout) as sock:
        try:
            sock.sendall(data)
        except (BrokenPipeError, ConnectionResetError):
            pass
        return read_answer(sock, data.split(b" ", 1)[0].decode("latin-1"))


def read_until_closed(sock: socket.socket) -> bytes:
    """Everything the server still has to say; a reset ends it too."""
    received = b""
    try:
        while chunk := sock.recv(65536):
            received += chunk
    except ConnectionError:
        pass
    return received
