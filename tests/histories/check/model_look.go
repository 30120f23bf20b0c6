package check

import (
	"fmt"
)

// What a look at a booking or at the map may show.

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
