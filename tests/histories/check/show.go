package check

import (
	"histories/history"
)

// The most holds and seats of one showtime that a state has room for.
const (
	holdsMax = 120
	seatsMax = 16
)

// show is the history of one showtime, made ready for the model: who is who has been worked out,
// because only afterwards it is known which booking an unanswered hold has become.
type show struct {
	id      string
	seats   []string
	rules   rules
	holds   []*hold
	ops     []*op
	calm    calm
	byKey   map[string]*hold
	booking map[string]*hold
}

// rules are what holds for the whole file.
type rules struct {
	ttl   int64
	slack int64 // how far the server's clock and the recorder's may be apart, rounding included
	// exact: one store decides everything at one moment (the embedded engine). Otherwise seats
	// follow their booking's status, and holds under way can be in each other's way.
	exact bool
	// What was in trouble is repaired by then.
	recovery int64
}

// hold is all that was asked with one Idempotency-Key.
type hold struct {
	number   int
	key      string
	user     string
	seats    uint16
	asked    []*history.Op
	steps    []*history.Op // pay, confirm, cancel
	booking  string
	expires  int64 // when known
	known    bool  // expires is
	earliest int64 // no earlier than this it is overdue
	// For engines that are not exact: until when its seats may look LOCKED, or taken, to others.
	lockedUntil, takenUntil int64
}

// op is one call, ready for the model.
type op struct {
	*history.Op
	hold      *hold
	call, end int64 // when it can have happened
	named     uint16
	seats     []seen
	excused   uint16 // seats that another call under way explains
	silent    bool   // right whatever the state is: it would only make the search longer
}

// seen is one seat of a map.
type seen struct {
	at      int
	state   string
	version int64
	by      []*hold // who it can be LOCKED by
	excused bool    // another call under way explains it
}

// mayHaveOtherEnds: seats can have been LOCKED for it with an end that nobody was told: by a request
// that was refused or not answered, or by a repetition that had seats for a moment before it found the
// first one's booking.
func (h *hold) mayHaveOtherEnds() bool { return len(h.asked) > 1 || h.asked[0].Status != 201 }

func (s *show) place(code string) int {
	for at, seat := range s.seats {
		if seat == code {
			return at
		}
	}
	return -1
}

func (s *show) codes(seats uint16) []string {
	var codes []string
	for at, code := range s.seats {
		if seats&(1<<at) != 0 {
			codes = append(codes, code)
		}
	}
	return codes
}
