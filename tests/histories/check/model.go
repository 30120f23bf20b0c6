package check

import (
	"fmt"

	"histories/history"
)

// bookingState is the state of one hold's booking.
type bookingState uint8

const (
	none bookingState = iota
	lockedState
	paidState // LOCKED, payment SUCCESS
	bookedState
	cancelledState
	cancelledPaidState // its payment REFUNDED
	expiredState
	expiredPaidState
)

var stateWords = [...][2]string{{"none", ""}, {"LOCKED", ""}, {"LOCKED", "SUCCESS"},
	{"BOOKED", "SUCCESS"}, {"CANCELLED", ""}, {"CANCELLED", "REFUNDED"}, {"EXPIRED", ""},
	{"EXPIRED", "REFUNDED"}}

func (b bookingState) live() bool { return b == lockedState || b == paidState }
func (b bookingState) String() string {
	words := stateWords[b]
	if words[1] != "" {
		return words[0] + "/" + words[1]
	}
	return words[0]
}

// state is one showtime. Comparable, so that the checker can tell that it has been here before.
type state struct {
	// floor: it is at least this late. What ran out cannot have done so before its time, so
	// everything after an expiry happened after that time.
	floor    int64
	owner    [seatsMax]uint8 // the number of the hold that has the seat, plus one; 0 is free
	version  [seatsMax]uint16
	bookings [holdsMax]bookingState
}

// apply is one call in that state: whether its answer is right there, the state after it, and if the
// answer is wrong, why. A call without an answer is right everywhere, and does what it can.
//
// A hold that has run out is expired when somebody first notices: until then nobody can tell.
func (s *show) apply(now state, op *op) (bool, state, string) {
	if op.end < now.floor {
		return false, now, "a hold before it had not run out by then"
	}
	switch op.Kind {
	case history.Hold:
		return s.applyHold(now, op)
	case history.Pay:
		return s.applyPay(now, op)
	case history.Confirm:
		return s.applyConfirm(now, op)
	case history.Cancel:
		return s.applyCancel(now, op)
	case history.Look:
		return s.applyLook(now, op)
	case history.Map:
		return s.applyMap(now, op)
	}
	return false, now, "an unknown call"
}

// -- time ----------------------------------------------------------------------------------------

// mayBeInTime: the hold's time had not passed yet when the call can have happened.
func (s *show) mayBeInTime(now *state, op *op, h *hold) bool {
	if !h.known {
		return true
	}
	return later(op.call, now.floor) < h.expires+s.rules.slack
}

// mayBeOverdue: its time had passed.
func (s *show) mayBeOverdue(op *op, h *hold) bool { return op.end >= h.earliest-s.rules.slack }

func (s *show) notBefore(now *state, h *hold) { now.floor = later(now.floor, h.earliest-s.rules.slack) }

// expire ends the hold; whoever calls has looked that its time may have passed.
func (s *show) expire(now *state, h *hold) {
	s.notBefore(now, h)
	ended := expiredState
	if now.bookings[h.number] == paidState {
		ended = expiredPaidState
	}
	now.bookings[h.number] = ended
	s.free(now, h)
}

func (s *show) free(now *state, h *hold) {
	for at := range s.seats {
		if int(now.owner[at]) == h.number+1 {
			now.owner[at] = 0
			now.version[at]++
		}
	}
}

// -- calls ---------------------------------------------------------------------------------------

func (h *hold) name() string {
	if h.booking != "" {
		return h.booking
	}
	return "of key " + h.key
}

func unexpected(op *op) string {
	return fmt.Sprintf("%s was answered with %d %s%s", op.Kind, op.Status, op.State, op.Problem)
}

func seconds(nanoseconds int64) string { return fmt.Sprintf("%.3f s", float64(nanoseconds)/1e9) }
