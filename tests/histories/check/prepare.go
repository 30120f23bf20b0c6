package check

import (
	"fmt"
	"sort"
	"strings"

	"histories/history"
)

// From a history to showtimes whose calls say what they mean.

// divide sorts a history by showtime; what is wrong before any model is asked comes back as errors.
func divide(h *history.History) ([]*show, []error) {
	drift := h.Clock.Drift
	if drift < 0 {
		drift = -drift
	}
	const millisecond = 1_000_000
	common := rules{ttl: h.Setup.TTL, slack: 3*millisecond + drift, exact: h.Setup.Engine == "embedded",
		recovery: h.Setup.TTL + 2*h.Setup.Interval + 2000*millisecond}
	calm := newCalm(h.Troubles)
	shows := map[string]*show{}
	var order []*show
	for _, entry := range h.Ops {
		if entry.Nothing() {
			continue
		}
		s := shows[entry.Show]
		if s == nil {
			s = &show{id: entry.Show, seats: h.Setup.Seats, rules: common, calm: calm,
				byKey: map[string]*hold{}, booking: map[string]*hold{}}
			shows[entry.Show] = s
			order = append(order, s)
		}
		s.ops = append(s.ops, &op{Op: entry})
	}
	var ready []*show
	var problems []error
	for _, s := range order {
		if err := s.prepare(); err != nil {
			problems = append(problems, fmt.Errorf("showtime %s: %w", s.id, err))
			continue
		}
		ready = append(ready, s)
	}
	return ready, problems
}

func (s *show) prepare() error {
	sort.SliceStable(s.ops, func(i, j int) bool { return s.ops[i].Call < s.ops[j].Call })
	if len(s.seats) > seatsMax {
		return fmt.Errorf("more than %d seats", seatsMax)
	}
	for _, op := range s.ops {
		op.call, op.end = op.Call, op.Return
		if op.Unknown() {
			op.end = endOfTime
		}
		if err := s.recognise(op); err != nil {
			return err
		}
	}
	for _, op := range s.ops {
		if op.hold == nil && op.Kind != history.Map {
			if op.hold = s.booking[op.Booking]; op.hold == nil {
				return fmt.Errorf("nobody was told of booking %s", op.Booking)
			}
			op.hold.steps = append(op.hold.steps, op.Op)
		}
	}
	for _, hold := range s.holds {
		hold.settle(s)
	}
	for _, op := range s.ops {
		if err := s.explain(op); err != nil {
			return err
		}
	}
	for _, op := range s.ops {
		s.narrow(op)
	}
	if !s.rules.exact {
		s.splitMaps()
		for _, op := range s.ops {
			refused := op.Kind == history.Hold && op.Problem == "seats-taken" && op.named != 0
			if refused && op.named == op.excused && len(op.hold.asked) == 1 {
				op.silent = true
			}
		}
	}
	return nil
}

// narrow says when a call without an answer cannot have been done yet, and that it need not be looked
// at when it can have made no difference: without this the search tries it everywhere.
func (s *show) narrow(op *op) {
	if !op.Unknown() {
		return
	}
	if op.Kind == history.Hold {
		made := op.hold.booking == "" || s.mayHaveMade(op)
		// On an engine that is not exact whatever it did to others is excused already.
		op.silent = !made || op.hold.booking == "" && !s.rules.exact
		return
	}
	for _, other := range s.ops {
		if other.hold != op.hold {
			continue
		}
		if end := other.endTold(); end != "" && op.wouldEnd() != "" && end != op.wouldEnd() {
			op.silent = true
			return
		}
		unpaid := other.Problem == "payment-required" ||
			other.Kind == history.Look && other.State == "LOCKED" && other.Payment == ""
		live := unpaid || other.State == "LOCKED"
		if op.Kind == history.Pay && unpaid || op.Kind != history.Pay && live {
			op.call = later(op.call, other.call)
		}
	}
}

// endTold is what the booking has become for good, when the answer says so for certain.
func (o *op) endTold() string {
	switch {
	case o.Kind == history.Look && (o.State == "BOOKED" || o.State == "CANCELLED" || o.State == "EXPIRED"):
		return o.State
	case o.Kind == history.Cancel && o.Status == 409 && o.Problem == "hold-expired":
		return "EXPIRED"
	}
	return ""
}

// wouldEnd is what the call makes of a booking for good, when it does anything.
func (o *op) wouldEnd() string {
	switch o.Kind {
	case history.Confirm:
		return "BOOKED"
	case history.Cancel:
		return "CANCELLED"
	}
	return ""
}

// splitMaps: where a map is not of one moment, each of its seats is a call of its own.
func (s *show) splitMaps() {
	var ops []*op
	for _, one := range s.ops {
		if one.Kind != history.Map || one.Status != 200 {
			ops = append(ops, one)
			continue
		}
		for i := range one.seats {
			part := *one
			part.seats = one.seats[i : i+1]
			part.silent = one.seats[i].excused && !one.Last
			ops = append(ops, &part)
		}
	}
	s.ops = ops
}

// recognise finds or makes the hold that this call asks for.
func (s *show) recognise(op *op) error {
	if strings.HasPrefix(op.Problem, history.Unreadable) {
		return fmt.Errorf("%s was answered with %d %s", op.Kind, op.Status, op.Problem)
	}
	if op.Kind != history.Hold {
		return nil
	}
	found := s.byKey[op.Key]
	if found == nil {
		found = &hold{number: len(s.holds), key: op.Key, user: op.User}
		for _, code := range op.Seats {
			at := s.place(code)
			if at < 0 {
				return fmt.Errorf("there is no seat %s", code)
			}
			found.seats |= 1 << at
		}
		if len(s.holds) == holdsMax {
			return fmt.Errorf("more than %d holds", holdsMax)
		}
		s.holds = append(s.holds, found)
		s.byKey[op.Key] = found
	}
	op.hold = found
	found.asked = append(found.asked, op.Op)
	if op.Status != 201 {
		return nil
	}
	if found.booking != "" && found.booking != op.Booking {
		return fmt.Errorf("seats %v: one Idempotency-Key, two bookings: %s and %s", op.Seats,
			found.booking, op.Booking)
	}
	if other := s.booking[op.Booking]; other != nil && other != found {
		return fmt.Errorf("seats %v: two Idempotency-Keys, one booking: %s", op.Seats, op.Booking)
	}
	if found.known && found.expires != op.Expires {
		return fmt.Errorf("seats %v: the end of booking %s moved", op.Seats, op.Booking)
	}
	found.booking, found.expires, found.known = op.Booking, op.Expires, true
	s.booking[op.Booking] = found
	return nil
}

func (h *hold) settle(s *show) {
	h.earliest = h.expires
	if !h.known {
		h.earliest = endOfTime
		for _, ask := range h.asked {
			if end := ask.Call + s.rules.ttl; end < h.earliest {
				h.earliest = end
			}
		}
	}
	h.lockedUntil, h.takenUntil = h.presence(s)
}

// explain works out who a map's or a refusal's seats can belong to.
func (s *show) explain(op *op) error {
	if op.Kind == history.Hold {
		for _, code := range op.Conflicts {
			at := s.place(code)
			if at < 0 || op.hold.seats&(1<<at) == 0 {
				return fmt.Errorf("a hold of %v was refused for seat %s", op.Seats, code)
			}
			op.named |= 1 << at
			if s.mayBeTaken(at, op) {
				op.excused |= 1 << at
			}
		}
	}
	if op.Kind != history.Map || op.Status != 200 {
		return nil
	}
	if len(op.Map) != len(s.seats) {
		return fmt.Errorf("a map of %d seats instead of %d", len(op.Map), len(s.seats))
	}
	for _, seat := range op.Map {
		at := s.place(seat.Code)
		if at < 0 {
			return fmt.Errorf("there is no seat %s", seat.Code)
		}
		noted := seen{at: at, state: seat.State, version: seat.Version}
		if seat.State == "LOCKED" {
			noted.by = s.owners(at, seat)
			noted.excused = s.mayLookLocked(noted.by, op)
		}
		op.seats = append(op.seats, noted)
	}
	return nil
}

// owners are the holds that a LOCKED seat of a map can be: by user and end. Of a hold that was not
// answered the end is not known.
func (s *show) owners(at int, seat history.Seat) []*hold {
	var exact, perhaps []*hold
	for _, h := range s.holds {
		if h.seats&(1<<at) == 0 || h.user != seat.By {
			continue
		}
		if h.known && h.expires == seat.Expires {
			exact = append(exact, h)
		} else if h.mayHaveOtherEnds() && seat.Expires >= h.asked[0].Call+s.rules.ttl-s.rules.slack {
			perhaps = append(perhaps, h)
		}
	}
	if len(exact) > 0 {
		return exact
	}
	return perhaps
}
