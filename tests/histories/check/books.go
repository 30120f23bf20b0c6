package check

import (
	"fmt"

	"histories/history"
)

// checkBooks: in the end the sold seats are those of the sold bookings, all of each, none twice, and
// nothing is LOCKED. All or nothing across seats, without asking the model.
func (s *show) checkBooks() error {
	owner := map[string]string{}
	looked := map[string]bool{}
	for _, op := range s.ops {
		if op.Kind != history.Look || !op.Last {
			continue
		}
		looked[op.Booking] = true
		if op.State != "BOOKED" {
			continue
		}
		for _, code := range op.Seats {
			if other, taken := owner[code]; taken {
				return fmt.Errorf("seat %s is sold to %s and %s", code, other, op.Booking)
			}
			owner[code] = op.Booking
		}
	}
	for booking, hold := range s.booking {
		if !looked[booking] {
			return fmt.Errorf("nobody has looked at booking %s of seats %v in the end", booking,
				s.codes(hold.seats))
		}
	}
	last := map[string]string{}
	for _, op := range s.ops {
		for _, seat := range op.seats {
			if op.Last {
				last[s.seats[seat.at]] = seat.state
			}
		}
	}
	for _, code := range s.seats {
		booking, sold := owner[code]
		switch {
		case last[code] == "":
			return fmt.Errorf("nobody has looked at seat %s in the end", code)
		case sold && last[code] != "BOOKED":
			return fmt.Errorf("seat %s of the sold booking %s is %s", code, booking, last[code])
		case !sold && last[code] != "AVAILABLE":
			return fmt.Errorf("seat %s is %s of no sold booking", code, last[code])
		}
	}
	return nil
}
