"""Malformed HTTP: request lines, header lines and framing (RFC 9112)."""

from __future__ import annotations

from collections.abc import Callable

from support.malformed import Row, Stage, rows
from support.rawhttp import request

LOGIN = b"POST /api/auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
BODY = b'{"email":"user@cinema.local"}'


def fixed(data: bytes) -> Callable[[Stage], bytes]:
    return lambda stage: data


def line(text: bytes) -> Callable[[Stage], bytes]:
    """A request line followed by good headers."""
    return fixed(text + b"\r\nHost: x\r\n\r\n")


def headers(text: bytes) -> Callable[[Stage], bytes]:
    """A good request line followed by these header lines."""
    return fixed(b"GET /livez HTTP/1.1\r\n" + text + b"\r\n\r\n")


def framed(text: bytes, body: bytes = BODY) -> Callable[[Stage], bytes]:
    """A login with these framing headers and this body."""
    return fixed(LOGIN + text + b"\r\n\r\n" + body)


def chunked(body: bytes) -> Callable[[Stage], bytes]:
    return framed(b"Transfer-Encoding: chunked", body)


def path(target: str) -> Callable[[Stage], bytes]:
    return lambda stage: request("GET", target)


LENGTH = b"Content-Length: %d" % len(BODY)

REQUEST_LINES: list[Row] = [
    *rows(
        400,
        ("no method", line(b" /livez HTTP/1.1")),
        ("a method with a sign that no token has", line(b"GE@T /livez HTTP/1.1")),
        ("no target", line(b"GET HTTP/1.1")),
        ("two spaces before the target", line(b"GET  /livez HTTP/1.1")),
        ("a space in the target", line(b"GET /li vez HTTP/1.1")),
        ("a NUL in the target", line(b"GET /li\0vez HTTP/1.1")),
        ("a tab for a space", line(b"GET\t/livez\tHTTP/1.1")),
        ("a target without its slash", line(b"GET livez HTTP/1.1")),
        ("a target of another scheme", line(b"GET ftp://x/livez HTTP/1.1")),
        ("a fragment in the target", line(b"GET /livez#top HTTP/1.1")),
        ("an asterisk for GET", line(b"GET * HTTP/1.1")),
        ("a version in lower case", line(b"GET /livez http/1.1")),
        ("a version of words", line(b"GET /livez HTTP/one")),
        ("lines that end with LF alone", fixed(b"GET /livez HTTP/1.1\nHost: x\n\n")),
        ("a TLS greeting", fixed(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\r\n\r\n")),
        ("binary noise", fixed(bytes(range(128, 256)) + b"\r\n\r\n")),
    ),
    *rows(
        {400, 505},
        ("HTTP/0.9", fixed(b"GET /livez\r\n\r\n")),
        ("HTTP/2.0", line(b"GET /livez HTTP/2.0")),
        ("HTTP/11", line(b"GET /livez HTTP/11")),
        ("the preface of HTTP/2", fixed(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")),
    ),
    *rows({400, 404}, ("bytes that are no ASCII", line(b"GET /\xff\xfe HTTP/1.1"))),
    *rows(
        {400, 405, 501},
        ("an unknown method", line(b"BREW /livez HTTP/1.1")),
        ("a method in lower case", line(b"get /livez HTTP/1.1")),
        ("CONNECT to somewhere else", line(b"CONNECT example.org:443 HTTP/1.1")),
        ("TRACE", line(b"TRACE /livez HTTP/1.1")),
        ("a method of 300 letters", line(b"G" * 300 + b" /livez HTTP/1.1")),
    ),
    *rows(414, ("a target of 5,000 bytes", line(b"GET /" + b"a" * 5000 + b" HTTP/1.1"))),
    *rows(
        {414, 431}, ("a target of 100,000 bytes", line(b"GET /" + b"a" * 100_000 + b" HTTP/1.1"))
    ),
]

HEADER_LINES: list[Row] = [
    *rows(
        400,
        ("no Host", headers(b"Accept: */*")),
        ("two Hosts", headers(b"Host: x\r\nHost: y")),
        ("the same Host twice", headers(b"Host: x\r\nHost: x")),
        ("a space in the Host", headers(b"Host: cinema test")),
        ("a path in the Host", headers(b"Host: cinema.test/admin")),
        ("a line without a colon", headers(b"Host: x\r\nnonsense")),
        ("a line without a name", headers(b"Host: x\r\n: value")),
        ("a space before the colon", headers(b"Host: x\r\nAccept : */*")),
        ("a tab before the colon", headers(b"Host: x\r\nAccept\t: */*")),
        ("a space before the first name", headers(b" Host: x")),
        ("a name with brackets", headers(b"Host: x\r\nX(y): 1")),
        ("a name that is no ASCII", headers(b"Host: x\r\nX\xc3\xa4: 1")),
        ("a folded line", headers(b"Host: x\r\nAccept: text/html,\r\n */*")),
        ("a line folded with a tab", headers(b"Host: x\r\nX-Long: a\r\n\tb")),
        ("a NUL in a value", headers(b"Host: x\r\nX-Nul: a\0b")),
        ("a bare CR in a value", headers(b"Host: x\r\nX-Cr: a\rb")),
        ("a bell in a value", headers(b"Host: x\r\nX-Bell: a\ab")),
        ("two Authorizations", headers(b"Host: x\r\nAuthorization: a\r\nAuthorization: b")),
    ),
    *rows(
        431,
        ("one header of 17 KiB", headers(b"Host: x\r\nX-Big: " + b"a" * 17_000)),
        ("one header of 1 MB", headers(b"Host: x\r\nX-Big: " + b"a" * 1_000_000)),
        ("17 KiB in many headers", headers(b"Host: x\r\n" + b"X-Many: aaaaaaaa\r\n" * 1000)),
        ("a header name of 17 KiB", headers(b"Host: x\r\n" + b"a" * 17_000 + b": 1")),
        ("a token of 20 KB", headers(b"Host: x\r\nAuthorization: Bearer " + b"a" * 20_000)),
    ),
]

FRAMING: list[Row] = [
    *rows(
        400,
        ("CL, then TE", framed(LENGTH + b"\r\nTransfer-Encoding: chunked", b"0\r\n\r\n")),
        ("TE, then CL", framed(b"Transfer-Encoding: chunked\r\n" + LENGTH, b"0\r\n\r\n")),
        (
            "CL and TE with a request inside",
            framed(
                b"Content-Length: 6\r\nTransfer-Encoding: chunked",
                b"0\r\n\r\nGET /metrics HTTP/1.1\r\nHost: x\r\n\r\n",
            ),
        ),
        ("two lengths", framed(LENGTH + b"\r\nContent-Length: 3")),
        ("the same length twice", framed(LENGTH + b"\r\n" + LENGTH)),
        ("a list of lengths", framed(b"Content-Length: 29, 29")),
        ("a negative length", framed(b"Content-Length: -1")),
        ("a length with a plus", framed(b"Content-Length: +29")),
        ("a hexadecimal length", framed(b"Content-Length: 0x1d")),
        ("a length with a space", framed(b"Content-Length: 2 9")),
        ("a length with a point", framed(b"Content-Length: 29.0")),
        ("an empty length", framed(b"Content-Length:")),
        ("a length in words", framed(b"Content-Length: many")),
        ("a chunk of no size", chunked(b"zz\r\nhello\r\n0\r\n\r\n")),
        ("a chunk of negative size", chunked(b"-5\r\nhello\r\n0\r\n\r\n")),
        ("a chunk size with 0x", chunked(b"0x5\r\nhello\r\n0\r\n\r\n")),
        ("a chunk size with a plus", chunked(b"+5\r\nhello\r\n0\r\n\r\n")),
        ("an empty chunk size", chunked(b"\r\nhello\r\n0\r\n\r\n")),
        ("a chunk that is longer than it says", chunked(b"3\r\nhello\r\n0\r\n\r\n")),
        ("a chunk without its CRLF", chunked(b"5\r\nhello0\r\n\r\n")),
        ("TE in HTTP/1.0", fixed(
            LOGIN.replace(b"1.1", b"1.0") + b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
        )),
    ),
    *rows(
        {400, 413},
        ("a length beyond 64 bits", framed(b"Content-Length: " + b"9" * 30)),
        ("a chunk beyond 64 bits", chunked(b"F" * 20 + b"\r\nhello\r\n0\r\n\r\n")),
    ),
    # A bare LF ends no line here, so the server waits for more until it is too late.
    *rows({400, 408}, ("chunk lines that end with LF", chunked(b"5\nhello\n0\n\n"))),
    *rows(
        {400, 413, 431},
        ("a chunk extension of 100 KB", chunked(b"5;a=" + b"b" * 100_000 + b"\r\nhello\r\n")),
        ("trailers of 100 KB", chunked(b"0\r\nX-T: " + b"a" * 100_000 + b"\r\n\r\n")),
    ),
    *rows(
        413,
        ("a body of 64 KiB and one byte", framed(b"Content-Length: 65537", b" " * 65_537)),
        ("a body of 1 MB", framed(b"Content-Length: 1000000", b" " * 1_000_000)),
        ("a promise of 10 GB", framed(b"Content-Length: 10000000000", b"")),
        ("one chunk of 100 KB", chunked(b"186A0\r\n" + b" " * 100_000 + b"\r\n0\r\n\r\n")),
        ("100 KB in small chunks",
            chunked((b"3E8\r\n" + b" " * 1000 + b"\r\n") * 100 + b"0\r\n\r\n")),
    ),
    *rows(
        {400, 501},
        ("TE gzip", framed(b"Transfer-Encoding: gzip")),
        ("TE gzip, chunked", framed(b"Transfer-Encoding: gzip, chunked", b"0\r\n\r\n")),
        ("TE chunked, gzip", framed(b"Transfer-Encoding: chunked, gzip", b"0\r\n\r\n")),
        ("TE xchunked", framed(b"Transfer-Encoding: xchunked", b"0\r\n\r\n")),
        ("TE identity", framed(b"Transfer-Encoding: identity", b"0\r\n\r\n")),
        ("TE chunked behind a tab of another kind",
            framed(b"Transfer-Encoding: \x0bchunked", b"0\r\n\r\n")),
        ("TE chunked twice", framed(
            b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked", b"0\r\n\r\n")),
        ("TE chunked, then another", framed(
            b"Transfer-Encoding: chunked\r\nTransfer-Encoding: x", b"0\r\n\r\n")),
    ),
]  # fmt: skip

TRAVERSALS: list[Row] = rows(
    {400, 404},
    *[
        (f"GET {target}", path(target))
        for target in (
            "/../../../../etc/passwd",
            "/..",
            "/./../etc/passwd",
            "/%2e%2e/%2e%2e/%2e%2e/etc/passwd",
            "/..%2f..%2f..%2fetc%2fpasswd",
            "/%2e%2e%2f%2e%2e%2fetc/passwd",
            "/%252e%252e/%252e%252e/etc/passwd",
            "/..%252fetc%252fpasswd",
            "/....//....//etc/passwd",
            "/..\\..\\etc\\passwd",
            "/..%5c..%5cetc%5cpasswd",
            "/%c0%ae%c0%ae/%c0%ae%c0%ae/etc/passwd",
            "/%u002e%u002e/etc/passwd",
            "//etc/passwd",
            "/assets/../../../etc/passwd",
            "/api/../../etc/passwd",
            "/;/../etc/passwd",
            "/index.html/../../etc/passwd",
            "/index.html%00.png",
            "/%00",
            "/.env",
            "/.git/config",
            "/data/cinema.db",
            "/server.log",
            "http://x/../../etc/passwd",
        )
    ],
)
