"""What stands where a server stands, to see what a proxy sends and what it makes of an answer."""

from __future__ import annotations

import contextlib
import socket
import threading

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok"


class Upstream:
    """Stands where a server stands, counts the requests that reach it, and does as told."""

    def __init__(self, answer: bytes | None):
        """`answer` None: reads the request and hangs up, as a server that is killed does."""
        self.answer = answer
        self.requests: list[bytes] = []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.thread = threading.Thread(target=self._serve, daemon=True)
        self.thread.start()

    def _serve(self) -> None:
        while True:
            try:
                sock, _ = self.listener.accept()
            except OSError:
                return
            with sock, contextlib.suppress(OSError):  # who asked may have gone
                self._answer(sock)

    def _answer(self, sock: socket.socket) -> None:
        sock.settimeout(5)
        data = b""
        while b"\r\n\r\n" not in data and (chunk := sock.recv(65536)):
            data += chunk
        if data:
            self.requests.append(data)
        if self.answer is not None:
            sock.sendall(self.answer)

    def close(self) -> None:
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        self.thread.join(5)
