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

func (s *show) applyHold(now state, op *op) (bool, state, string) {
	booking := now.bookings[op.hold.number]
	switch {
	case op.Unknown():
		if booking == none && s.mayHaveMade(op) {
			if ok, after, _ := s.lock(now, op); ok {
				return true, after, ""
			}
		}
		return true, now, ""
	case op.Status == 201 && booking != none:
		return s.is(now, op, op.State, "", false) // a repetition
	case op.Status == 201 && op.State != "LOCKED":
		return false, now, fmt.Sprintf("a new hold of seats %v is %s", op.Seats, op.State)
	case op.Status == 201 && !s.mayHaveMade(op):
		return false, now, fmt.Sprintf("the hold of seats %v does not end %v after this call",
			op.Seats, seconds(s.rules.ttl))
	case op.Status == 201:
		return s.lock(now, op)
	case op.Status == 409 && op.Problem == "seats-taken":
		return s.refuse(now, op)
	}
	return false, now, unexpected(op)
}

// mayHaveMade: by its end, the booking was made by this call and not by a repetition.
func (s *show) mayHaveMade(op *op) bool {
	h := op.hold
	if !h.known {
		return true
	}
	made := h.expires - s.rules.ttl
	return op.call-s.rules.slack <= made && (op.Unknown() || made <= op.end+s.rules.slack)
}

func (s *show) lock(now state, op *op) (bool, state, string) {
	for at := range s.seats {
		if op.hold.seats&(1<<at) == 0 || now.owner[at] == 0 {
			continue
		}
		other := s.holds[now.owner[at]-1]
		if !now.bookings[other.number].live() || !s.mayBeOverdue(op, other) {
			return false, now, fmt.Sprintf("seat %s is %s for booking %s and was given to %s too",
				s.seats[at], now.bookings[other.number], other.name(), op.hold.name())
		}
		s.expire(&now, other)
	}
	for at := range s.seats {
		if op.hold.seats&(1<<at) != 0 {
			now.owner[at] = uint8(op.hold.number + 1)
			now.version[at]++
		}
	}
	now.bookings[op.hold.number] = lockedState
	return true, now, ""
}

func (s *show) refuse(now state, op *op) (bool, state, string) {
	if now.bookings[op.hold.number] != none {
		return false, now, fmt.Sprintf("seats %v are %s by this very key, and were refused", op.Seats,
			now.bookings[op.hold.number])
	}
	if op.named == 0 {
		return false, now, fmt.Sprintf("seats %v were refused for no seat", op.Seats)
	}
	for at, code := range s.seats {
		bit := uint16(1) << at
		if op.hold.seats&bit == 0 {
			continue
		}
		var owner *hold
		if now.owner[at] != 0 {
			owner = s.holds[now.owner[at]-1]
		}
		sold := owner != nil && now.bookings[owner.number] == bookedState
		if op.named&bit != 0 {
			if !s.rules.exact && op.excused&bit != 0 {
				continue
			}
			if owner == nil {
				return false, now, fmt.Sprintf("seat %s is free and was refused", code)
			}
			if !sold && !s.mayBeInTime(&now, op, owner) {
				return false, now, fmt.Sprintf("seat %s was refused although booking %s had run out", code, owner.name())
			}
		} else if s.rules.exact && owner != nil {
			if sold || !s.mayBeOverdue(op, owner) {
				return false, now, fmt.Sprintf("seat %s is taken by %s and was not named", code, owner.name())
			}
			s.notBefore(&now, owner)
		}
	}
	return true, now, ""
}

func (s *show) applyPay(now state, op *op) (bool, state, string) {
	booking := &now.bookings[op.hold.number]
	inTime := s.mayBeInTime(&now, op, op.hold)
	switch {
	case op.Unknown():
		if *booking == lockedState && inTime {
			*booking = paidState
		}
		return true, now, ""
	case op.Status == 200 && (*booking == paidState || *booking == bookedState):
		return true, now, ""
	case op.Status == 200 && *booking == lockedState && inTime:
		*booking = paidState
		return true, now, ""
	case op.Status == 409 && op.Problem == "hold-expired" && *booking == lockedState &&
		s.mayBeOverdue(op, op.hold):
		s.notBefore(&now, op.hold)
		return true, now, ""
	}
	return s.ended(now, op)
}

func (s *show) applyConfirm(now state, op *op) (bool, state, string) {
	booking := &now.bookings[op.hold.number]
	inTime := s.mayBeInTime(&now, op, op.hold)
	sell := func() (bool, state, string) {
		*booking = bookedState
		for at := range s.seats {
			if int(now.owner[at]) == op.hold.number+1 {
				now.version[at]++
			}
		}
		return true, now, ""
	}
	switch {
	case op.Unknown():
		if *booking == paidState && inTime {
			return sell()
		}
		return true, now, ""
	case op.Status == 200 && op.State == "BOOKED" && *booking == bookedState:
		return true, now, ""
	case op.Status == 200 && op.State == "BOOKED" && *booking == paidState && inTime:
		return sell()
	case op.Status == 409 && op.Problem == "payment-required" && *booking == lockedState && inTime:
		return true, now, ""
	case op.Status == 409 && op.Problem == "hold-expired" && booking.live() &&
		s.mayBeOverdue(op, op.hold):
		s.notBefore(&now, op.hold)
		return true, now, ""
	}
	return s.ended(now, op)
}

func (s *show) applyCancel(now state, op *op) (bool, state, string) {
	booking := &now.bookings[op.hold.number]
	done := op.Status == 200 && op.State == "CANCELLED"
	switch {
	case (op.Unknown() || done) && booking.live(): // also when it is overdue
		ended := cancelledState
		if *booking == paidState {
			ended = cancelledPaidState
		}
		*booking = ended
		s.free(&now, op.hold)
		return true, now, ""
	case op.Unknown():
		return true, now, ""
	case done && (*booking == cancelledState || *booking == cancelledPaidState):
		return true, now, ""
	case op.Status == 409 && op.Problem == "booking-not-locked" && *booking == bookedState:
		return true, now, ""
	case op.Status == 409 && op.Problem == "hold-expired":
		return s.is(now, op, "EXPIRED", "", false)
	}
	return s.ended(now, op)
}

// ended: what was asked is refused because the booking has ended.
func (s *show) ended(now state, op *op) (bool, state, string) {
	booking := now.bookings[op.hold.number]
	cancelled := booking == cancelledState || booking == cancelledPaidState
	switch {
	case op.Kind != history.Cancel && op.Status == 409 && op.Problem == "booking-not-locked" && cancelled:
		return true, now, ""
	case op.Status == 409 && op.Problem == "hold-expired":
		return s.is(now, op, "EXPIRED", "", false)
	}
	return false, now, fmt.Sprintf("booking %s (seats %v) is %s: %s", op.hold.name(), op.Seats, booking,
		unexpected(op))
}

func (s *show) applyLook(now state, op *op) (bool, state, string) {
	if op.Status != 200 {
		return s.ended(now, op)
	}
	if op.Last && op.State == "LOCKED" {
		return false, now, fmt.Sprintf("booking %s (seats %v) is still LOCKED", op.hold.name(), op.Seats)
	}
	return s.is(now, op, op.State, op.Payment, true)
}

// is: the booking is what the answer says, or can have run out by now and is EXPIRED.
func (s *show) is(now state, op *op, word, payment string, paymentTold bool) (bool, state, string) {
	if word == "EXPIRED" && now.bookings[op.hold.number].live() && s.mayBeOverdue(op, op.hold) {
		s.expire(&now, op.hold)
	}
	have := stateWords[now.bookings[op.hold.number]]
	if have[0] != word || paymentTold && have[1] != payment {
		return false, now, fmt.Sprintf("booking %s (seats %v) is %s, and %s %s was answered",
			op.hold.name(), op.Seats, now.bookings[op.hold.number], word, payment)
	}
	return true, now, ""
}

func (s *show) applyMap(now state, op *op) (bool, state, string) {
	if op.Status != 200 {
		return false, now, unexpected(op)
	}
	// First what has run out: it ends as a whole, and the seats of a map are of one moment.
	for _, seat := range op.seats {
		if seat.state != "AVAILABLE" || now.owner[seat.at] == 0 {
			continue
		}
		owner := s.holds[now.owner[seat.at]-1]
		if !now.bookings[owner.number].live() || !s.mayBeOverdue(op, owner) {
			return false, now, fmt.Sprintf("seat %s is %s for booking %s and was shown as AVAILABLE",
				s.seats[seat.at], now.bookings[owner.number], owner.name())
		}
		s.expire(&now, owner)
	}
	for _, seat := range op.seats {
		if why := s.differs(&now, op, seat); why != "" {
			return false, now, fmt.Sprintf("seat %s %s", s.seats[seat.at], why)
		}
		if s.rules.exact && seat.version != int64(now.version[seat.at]) {
			return false, now, fmt.Sprintf("seat %s has changed %d times and was shown with version %d",
				s.seats[seat.at], now.version[seat.at], seat.version)
		}
	}
	return true, now, ""
}

func (s *show) differs(now *state, op *op, seat seen) string {
	var owner *hold
	booking := none
	if now.owner[seat.at] != 0 {
		owner = s.holds[now.owner[seat.at]-1]
		booking = now.bookings[owner.number]
	}
	switch seat.state {
	case "AVAILABLE":
		return "" // looked at before
	case "BOOKED":
		if booking == bookedState {
			return ""
		}
	case "LOCKED":
		if op.Last {
			return "is still LOCKED"
		}
		if booking.live() {
			for _, h := range seat.by {
				if h == owner {
					return ""
				}
			}
		}
		if !s.rules.exact && seat.excused {
			return ""
		}
		if len(seat.by) == 0 {
			return "was shown LOCKED for nobody's hold"
		}
	}
	if owner == nil {
		return "is free and was shown as " + seat.state
	}
	return fmt.Sprintf("is %s for booking %s and was shown as %s", booking, owner.name(), seat.state)
}

// -- words ---------------------------------------------------------------------------------------

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
