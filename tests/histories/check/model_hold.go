package check

import (
	"fmt"
)

// What a hold does to a showtime: it locks its seats, or is refused because of others.

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
