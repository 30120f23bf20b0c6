package record

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"syscall"
	"time"
)

// Longer than the server lets any dependency take.
const answerTimeout = 12 * time.Second
const dialTimeout = 2 * time.Second
const bodyBytesMax = 1 << 20

// connection is a kept-alive one to one server. Unlike net/http's client it sends every request
// once: whether a call was sent at all must be known, and a silent repetition would be a second one.
type connection struct {
	target string
	socket net.Conn
	reader *bufio.Reader
}

type answer struct {
	status int
	body   []byte
}

// notSent: nothing has left this machine, so nothing has happened.
type notSent struct{ cause error }

func (e notSent) Error() string { return "not sent: " + e.cause.Error() }

// ready makes sure of a connection that the server has not closed meanwhile.
func (c *connection) ready() error {
	if c.socket != nil && c.stale() {
		c.close()
	}
	if c.socket != nil {
		return nil
	}
	socket, err := net.DialTimeout("tcp", c.target, dialTimeout)
	if err != nil {
		return notSent{err}
	}
	c.socket, c.reader = socket, bufio.NewReaderSize(socket, 16<<10)
	return nil
}

// stale: the server has closed this idle connection, or a dead server's kernel has.
func (c *connection) stale() bool {
	raw, err := c.socket.(*net.TCPConn).SyscallConn()
	if err != nil {
		return true
	}
	var byteOrEnd [1]byte
	var peeked error
	err = raw.Read(func(descriptor uintptr) bool {
		_, _, peeked = syscall.Recvfrom(int(descriptor), byteOrEnd[:],
			syscall.MSG_PEEK|syscall.MSG_DONTWAIT)
		return true
	})
	return err != nil || peeked != syscall.EAGAIN
}

func (c *connection) close() {
	if c.socket != nil {
		c.socket.Close()
		c.socket, c.reader = nil, nil
	}
}

// send expects ready(). Its time is what the caller measures.
func (c *connection) send(method, path, token, key string, body []byte) (answer, error) {
	var request bytes.Buffer
	fmt.Fprintf(&request, "%s %s HTTP/1.1\r\nHost: %s\r\n", method, path, c.target)
	if token != "" {
		fmt.Fprintf(&request, "Authorization: Bearer %s\r\n", token)
	}
	if key != "" {
		fmt.Fprintf(&request, "Idempotency-Key: %s\r\n", key)
	}
	if body != nil {
		request.WriteString("Content-Type: application/json\r\n")
	}
	if method == "POST" {
		fmt.Fprintf(&request, "Content-Length: %d\r\n", len(body))
	}
	request.WriteString("\r\n")
	request.Write(body)

	got, err := c.exchange(method, request.Bytes())
	if err != nil {
		c.close()
	}
	return got, err
}

func (c *connection) exchange(method string, request []byte) (answer, error) {
	if err := c.socket.SetDeadline(time.Now().Add(answerTimeout)); err != nil {
		return answer{}, err
	}
	if _, err := c.socket.Write(request); err != nil {
		return answer{}, err
	}
	response, err := http.ReadResponse(c.reader, &http.Request{Method: method})
	if err != nil {
		return answer{}, err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(io.LimitReader(response.Body, bodyBytesMax))
	if err != nil {
		return answer{}, err
	}
	if response.Close {
		c.close()
	}
	return answer{response.StatusCode, body}, nil
}
