"""WebSocket by hand (RFC 6455): a viewer of a seat map, and the means to be rude to a server."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import selectors
import socket
import struct
import time
from collections.abc import Callable
from typing import NamedTuple

from support import rawhttp
from support.contract import contract
from support.rawhttp import Answer

CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG = 0x0, 0x1, 0x2, 0x8, 0x9, 0xA
GOING_AWAY, PROTOCOL_ERROR, TOO_BIG = 1001, 1002, 1009
HANDSHAKE_GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"

MESSAGE_SCHEMAS = {
    "SYNC_SNAPSHOT": "SyncSnapshotMessage",
    "SEAT_LOCKED": "SeatLockedMessage",
    "SEAT_RELEASED": "SeatReleasedMessage",
    "SEAT_BOOKED": "SeatBookedMessage",
}
STATE_AFTER = {"SEAT_LOCKED": "LOCKED", "SEAT_RELEASED": "AVAILABLE", "SEAT_BOOKED": "BOOKED"}


class Frame(NamedTuple):
    opcode: int
    payload: bytes
    final: bool = True

    @property
    def close_code(self) -> int | None:
        """Only for a close frame; None when it names no code."""
        assert self.opcode == CLOSE, self
        return struct.unpack(">H", self.payload[:2])[0] if len(self.payload) >= 2 else None


def encode_frame(
    opcode: int,
    payload: bytes = b"",
    *,
    final: bool = True,
    masked: bool = True,
    reserved: int = 0,
    claimed_length: int | None = None,
) -> bytes:
    """A client's frame; every argument but the first two is there to break a rule."""
    head = bytearray([(0x80 if final else 0) | (reserved << 4) | opcode])
    mask_bit = 0x80 if masked else 0
    length = len(payload) if claimed_length is None else claimed_length
    if length < 126:
        head.append(mask_bit | length)
    elif length < 1 << 16:
        head += bytes([mask_bit | 126]) + struct.pack(">H", length)
    else:
        head += bytes([mask_bit | 127]) + struct.pack(">Q", length)
    if not masked:
        return bytes(head) + payload
    key = os.urandom(4)
    return bytes(head) + key + bytes(byte ^ key[i % 4] for i, byte in enumerate(payload))


def handshake_request(showtime: str, **headers: str | None) -> bytes:
    """A good handshake; pass Header_Name="value" to change or add one, None to leave one out."""
    fields: dict[str, str | None] = {
        "Upgrade": "websocket",
        "Connection": "Upgrade",
        "Sec-WebSocket-Key": base64.b64encode(os.urandom(16)).decode(),
        "Sec-WebSocket-Version": "13",
    }
    fields |= {name.replace("_", "-"): value for name, value in headers.items()}
    present = {name: value for name, value in fields.items() if value is not None}
    return rawhttp.request("GET", f"/ws/showtimes/{showtime}", present)


class Viewer:
    """Watches one showtime. Only pump() and the functions built on it read from the socket.

    `seats` is the map as this viewer sees it: code → (state, version), by the client's rule that
    an event counts only when its version is newer.
    """

    def __init__(self, port: int, showtime: str, receive_buffer: int = 0, **headers: str | None):
        self.socket = rawhttp.connect(port, receive_buffer=receive_buffer)
        self.showtime = showtime
        self.seats: dict[str, tuple[str, int]] = {}
        self.messages: list[dict] = []
        self.snapshots = 0
        self.pongs: list[bytes] = []
        self.close_code: int | None = None
        self.ended = False  # a close frame has come, or the connection is gone
        self.keep_messages = True
        self._buffer = bytearray()
        self._shake_hands(handshake_request(showtime, **headers))

    def _shake_hands(self, data: bytes) -> None:
        self.socket.sendall(data)
        while b"\r\n\r\n" not in self._buffer:
            chunk = self.socket.recv(65536)
            assert chunk, f"closed during the handshake: {bytes(self._buffer)!r}"
            self._buffer += chunk
        head, _, rest = bytes(self._buffer).partition(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 101"), head.decode("latin-1")
        key = next(line for line in data.split(b"\r\n") if line.startswith(b"Sec-WebSocket-Key"))
        expected = base64.b64encode(
            hashlib.sha1(key.split(b": ")[1] + HANDSHAKE_GUID.encode()).digest()
        )
        assert expected in head, f"wrong Sec-WebSocket-Accept: {head!r}"
        self._buffer = bytearray(rest)
        self._handle_frames()  # the first may have come with the answer

    # -- speaking --------------------------------------------------------------------------

    def send(self, opcode: int, payload: bytes = b"", **rule_breaking: object) -> None:
        self.socket.sendall(encode_frame(opcode, payload, **rule_breaking))

    def close(self) -> None:
        self.socket.close()

    # -- listening -------------------------------------------------------------------------

    def pump(self, timeout: float = 0.0) -> bool:
        """Takes in what has arrived, waiting at most `timeout`; False when nothing came."""
        if self.ended:
            return False
        self.socket.settimeout(timeout)
        try:
            chunk = self.socket.recv(1 << 18)
        except (TimeoutError, BlockingIOError):
            return False
        except ConnectionError:
            chunk = b""
        if not chunk:
            self.ended = True
        self._buffer += chunk
        self._handle_frames()
        return True

    def wait_until(self, wanted: Callable[[Viewer], bool], timeout: float = 10) -> bool:
        """Pumps until `wanted(self)`; False when that did not come true in time."""
        return pump_all([self], lambda: wanted(self), timeout)

    def wait_for_close(self, timeout: float = 10) -> int | None:
        """The close code, or None when the server ended without one."""
        assert self.wait_until(lambda viewer: viewer.ended, timeout), "the server did not close"
        return self.close_code

    def _handle_frames(self) -> None:
        while (frame := self._take_frame()) is not None:
            self._handle(frame)

    def _take_frame(self) -> Frame | None:
        data = self._buffer
        if len(data) < 2:
            return None
        assert not data[1] & 0x80, "a server must not mask (RFC 6455, 5.1)"
        assert not data[0] & 0x70, "reserved bits without an extension"
        length, start = data[1] & 0x7F, 2
        if length == 126:
            if len(data) < 4:
                return None
            length, start = struct.unpack(">H", data[2:4])[0], 4
        elif length == 127:
            if len(data) < 10:
                return None
            length, start = struct.unpack(">Q", data[2:10])[0], 10
        if len(data) < start + length:
            return None
        frame = Frame(data[0] & 0x0F, bytes(data[start : start + length]), bool(data[0] & 0x80))
        del data[: start + length]
        return frame

    def _handle(self, frame: Frame) -> None:
        if frame.opcode == PING:
            self.send(PONG, frame.payload)
        elif frame.opcode == PONG:
            self.pongs.append(frame.payload)
        elif frame.opcode == CLOSE:
            self.close_code, self.ended = frame.close_code, True
        else:
            assert frame.opcode == TEXT and frame.final, f"unexpected frame {frame}"
            self._apply(json.loads(frame.payload))

    def _apply(self, message: dict) -> None:
        if self.keep_messages:
            self.messages.append(message)
        if message["type"] == "SYNC_SNAPSHOT":
            self.snapshots += 1
            self.seats = {s["seatCode"]: (s["state"], s["version"]) for s in message["seats"]}
            return
        assert self.snapshots, f"an event came before the snapshot: {message}"
        code, version = message["seatCode"], message["version"]
        if version > self.seats[code][1]:
            self.seats[code] = (STATE_AFTER[message["type"]], version)


def check_message(message: dict) -> dict:
    """Raises AssertionError unless the contract has this message."""
    contract().validate_component(message, MESSAGE_SCHEMAS[message["type"]])
    return message


def pump_all(viewers: list[Viewer], done: Callable[[], bool], timeout: float) -> bool:
    """Pumps many viewers as one event loop would until `done()`; False when time ran out."""
    deadline = time.monotonic() + timeout
    with selectors.DefaultSelector() as ready:
        for viewer in viewers:
            if not viewer.ended:
                ready.register(viewer.socket, selectors.EVENT_READ, viewer)
        while not done():
            if time.monotonic() > deadline or not ready.get_map():
                return done()
            for key, _ in ready.select(0.05):
                key.data.pump()
                if key.data.ended:
                    ready.unregister(key.fileobj)
    return True


def refused_handshake(port: int, data: bytes) -> Answer:
    """The answer to a handshake that should not succeed."""
    return rawhttp.exchange(port, data)


def drop(sock: socket.socket) -> None:
    """Closes with a reset instead of a goodbye, as a crashed machine's network stack would."""
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    sock.close()
