// Package history is what one run of the recorder has seen: JSON Lines, one Line each.
//
// All times are nanoseconds of the recorder's monotonic clock, counted from its start.
package history

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
)

// Kinds of calls.
const (
	Hold    = "hold"    // POST /api/showtimes/{id}/seats/lock
	Pay     = "pay"     // POST /api/bookings/{id}/pay
	Confirm = "confirm" // POST /api/bookings/{id}/confirm
	Cancel  = "cancel"  // POST /api/bookings/{id}/cancel
	Look    = "look"    // GET /api/bookings/{id}
	Map     = "map"     // GET /api/showtimes/{id}/seats
)

// Unreadable is how Problem begins when the answer's body was not what the contract says.
const Unreadable = "unreadable: "

// Setup is how the box office was set; the first line.
type Setup struct {
	Engine   string   `json:"engine"`
	TTL      int64    `json:"lockTtl"`        // of a hold, in nanoseconds
	Interval int64    `json:"expiryInterval"` // of the workers, in nanoseconds
	Seats    []string `json:"seats"`          // the codes that each showtime has
}

// Clock is written last: how far the wall clock, which the server's times are told in, went away
// from the monotonic one.
type Clock struct {
	Drift int64 `json:"drift"`
}

// Trouble is a time in which something was killed, cut off or slow, up to its recovery.
type Trouble struct {
	Name string `json:"name"`
	From int64  `json:"from"`
	To   int64  `json:"to"`
}

// Seat is one seat of a map.
type Seat struct {
	Code    string `json:"seat"`
	State   string `json:"state"`
	By      string `json:"by,omitempty"`
	Expires int64  `json:"expires,omitempty"`
	Version int64  `json:"version"`
}

// Op is one call and its answer.
type Op struct {
	Kind    string   `json:"op"`
	Client  int      `json:"client"` // does one thing at a time; a new one after a call without an answer
	Server  int      `json:"server"`
	Call    int64    `json:"call"`
	Return  int64    `json:"return"` // when the answer was there, or was waited for no longer
	Show    string   `json:"show"`
	User    string   `json:"user,omitempty"`
	Key     string   `json:"key,omitempty"` // the hold's Idempotency-Key
	Seats   []string `json:"seats,omitempty"`
	Booking string   `json:"booking,omitempty"` // asked about; of a hold: answered
	Last    bool     `json:"last,omitempty"`    // after every hold's time has passed

	Status    int      `json:"status"` // HTTP; 0 without an answer
	Problem   string   `json:"problem,omitempty"`
	Conflicts []string `json:"conflicts,omitempty"`
	State     string   `json:"state,omitempty"`   // of the booking
	Payment   string   `json:"payment,omitempty"` // its payment's state
	Expires   int64    `json:"expires,omitempty"` // the end of its hold
	Map       []Seat   `json:"map,omitempty"`
}

// Unknown: it may have happened at any time from its call on, or never.
func (op *Op) Unknown() bool {
	return op.Status == 0 || op.Status >= 500 && op.Problem != "overloaded"
}

// Nothing: it certainly had no effect and says nothing.
func (op *Op) Nothing() bool {
	reads := op.Kind == Look || op.Kind == Map
	return op.Problem == "overloaded" || reads && op.Unknown()
}

// Line is one line of the file; exactly one member is set.
type Line struct {
	Setup   *Setup   `json:"setup,omitempty"`
	Op      *Op      `json:"call,omitempty"`
	Trouble *Trouble `json:"trouble,omitempty"`
	Clock   *Clock   `json:"clock,omitempty"`
}

// History is a whole file.
type History struct {
	Setup    Setup
	Clock    Clock
	Troubles []Trouble
	Ops      []*Op
}

// Read takes a file that was written to its end: with a first and a last line.
func Read(path string) (*History, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	history := &History{}
	begun, ended := false, false
	lines := json.NewDecoder(bufio.NewReader(file))
	for {
		var line Line
		if err := lines.Decode(&line); err == io.EOF {
			break
		} else if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		switch {
		case line.Setup != nil:
			history.Setup, begun = *line.Setup, true
		case line.Op != nil:
			history.Ops = append(history.Ops, line.Op)
		case line.Trouble != nil:
			history.Troubles = append(history.Troubles, *line.Trouble)
		case line.Clock != nil:
			history.Clock, ended = *line.Clock, true
		}
	}
	if !begun || !ended {
		return nil, fmt.Errorf("%s: is not a whole history", path)
	}
	return history, nil
}
