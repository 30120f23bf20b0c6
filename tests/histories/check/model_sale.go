package check

import (
	"fmt"

	"histories/history"
)

// What pay, confirm and cancel do to a booking.

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
