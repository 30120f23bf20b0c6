package check

import (
	"strings"
	"testing"

	"histories/history"
)

const (
	second      = int64(1_000_000_000)
	millisecond = second / 1000
)

// story is a small history. Each call begins 10 ms after the one before and takes one, unless changed.
type story struct {
	h    history.History
	time int64
}

func tell(engine string) *story {
	return &story{h: history.History{Setup: history.Setup{Engine: engine, TTL: 2 * second,
		Interval: second, Seats: []string{"A1", "A2", "A3"}}}}
}

func (s *story) call(op history.Op) *history.Op {
	s.time += 10 * millisecond
	op.Show, op.Call, op.Return = "show", s.time, s.time+millisecond
	s.h.Ops = append(s.h.Ops, &op)
	return &op
}

func (s *story) hold(key string, seats ...string) *history.Op {
	op := s.call(history.Op{Kind: history.Hold, Key: key, User: "user-" + key, Seats: seats,
		Status: 201, State: "LOCKED", Booking: "booking-" + key})
	op.Expires = op.Call + 2*second
	return op
}

func (s *story) refused(key string, seats, conflicts []string) *history.Op {
	return s.call(history.Op{Kind: history.Hold, Key: key, User: "user-" + key, Seats: seats,
		Status: 409, Problem: "seats-taken", Conflicts: conflicts})
}

func (s *story) step(kind, key, state string) *history.Op {
	return s.call(history.Op{Kind: kind, Booking: "booking-" + key, Status: 200, State: state})
}

func (s *story) refusedStep(kind, key, problem string) *history.Op {
	return s.call(history.Op{Kind: kind, Booking: "booking-" + key, Status: 409, Problem: problem})
}

func (s *story) buy(key string, seats ...string) {
	s.hold(key, seats...)
	s.step(history.Pay, key, "")
	s.step(history.Confirm, key, "BOOKED")
}

// plan is a look at the map; a seat's words are "AVAILABLE 0", "BOOKED 2" or "LOCKED 1 key".
func (s *story) plan(seats ...string) *history.Op {
	op := history.Op{Kind: history.Map, Status: 200}
	for at, words := range seats {
		said := strings.Fields(words)
		seat := history.Seat{Code: s.h.Setup.Seats[at], State: said[0], Version: int64(said[1][0] - '0')}
		if len(said) > 2 {
			seat.By = "user-" + said[2]
			for _, before := range s.h.Ops {
				if before.Key == said[2] {
					seat.Expires = before.Call + 2*second
				}
			}
		}
		op.Map = append(op.Map, seat)
	}
	return s.call(op)
}

func (s *story) later(time int64) { s.time += time }

func (s *story) unanswered(op *history.Op) *history.Op {
	op.Status, op.State, op.Problem = 0, "", ""
	if op.Kind == history.Hold {
		op.Booking, op.Expires, op.Conflicts = "", 0, nil
	}
	return op
}

// contradiction is empty when an order explains the story.
func (s *story) contradiction() string {
	shows, problems := divide(&s.h)
	for _, problem := range problems {
		return problem.Error()
	}
	for _, show := range shows {
		for _, check := range []func() error{show.checkOrder, show.checkVersions} {
			if err := check(); err != nil {
				return err.Error()
			}
		}
	}
	return ""
}

const both = "embedded cluster"

// What the box office may and may not say. `wrong` is part of what the checker says about it; empty
// when there is nothing wrong.
var stories = []struct {
	name, engines, wrong string
	tell                 func(s *story)
}{
	{"a sale, and a look at it", both, "", func(s *story) {
		s.plan("AVAILABLE 0", "AVAILABLE 0", "AVAILABLE 0")
		s.hold("a", "A1", "A2")
		s.plan("LOCKED 1 a", "LOCKED 1 a", "AVAILABLE 0")
		s.refusedStep(history.Confirm, "a", "payment-required")
		s.step(history.Pay, "a", "")
		s.step(history.Confirm, "a", "BOOKED")
		s.plan("BOOKED 2", "BOOKED 2", "AVAILABLE 0")
		s.refused("b", []string{"A2", "A3"}, []string{"A2"})
		s.refusedStep(history.Cancel, "a", "booking-not-locked")
	}},
	{"a seat held twice", both, "was given to booking-b too", func(s *story) {
		s.hold("a", "A1")
		s.hold("b", "A1")
	}},
	{"a seat sold twice", both, "was given to booking-b too", func(s *story) {
		s.buy("a", "A1")
		s.later(5 * second)
		s.buy("b", "A1")
	}},
	{"at the same time one of two gets a seat", both, "", func(s *story) {
		s.refused("b", []string{"A1"}, []string{"A1"}).Return += 10 * millisecond
		s.hold("a", "A1").Call -= 10 * millisecond
	}},
	{"a free seat is refused", both, "is free and was refused", func(s *story) {
		s.hold("a", "A1")
		s.step(history.Cancel, "a", "CANCELLED")
		s.refused("b", []string{"A1"}, []string{"A1"})
	}},
	{"a taken seat is not named", "embedded", "was not named", func(s *story) {
		s.hold("a", "A1", "A2")
		s.refused("b", []string{"A1", "A2"}, []string{"A1"})
	}},
	{"a refusal for a seat that was not asked for", both, "was refused for seat A3", func(s *story) {
		s.hold("a", "A3")
		s.refused("b", []string{"A1"}, []string{"A3"})
	}},
	{"half a hold", both, "was shown as AVAILABLE", func(s *story) {
		s.hold("a", "A1", "A2")
		s.plan("LOCKED 1 a", "AVAILABLE 0", "AVAILABLE 0")
	}},
	{"a refused hold leaves a seat behind", both, "is free and was shown as LOCKED", func(s *story) {
		s.hold("b", "A2")
		s.refused("a", []string{"A1", "A2"}, []string{"A2"})
		s.plan("LOCKED 1 a", "LOCKED 1 b", "AVAILABLE 0")
	}},
	{"a stale map after a sale", both, "was shown as AVAILABLE", func(s *story) {
		s.buy("a", "A1")
		s.plan("AVAILABLE 0", "AVAILABLE 0", "AVAILABLE 0")
	}},
	{"a stale map after a release", both, "is free and was shown as LOCKED", func(s *story) {
		s.hold("a", "A1")
		s.step(history.Cancel, "a", "CANCELLED")
		s.plan("LOCKED 1 a", "AVAILABLE 0", "AVAILABLE 0")
	}},
	{"a sold seat that is still shown LOCKED", both, "was shown as LOCKED", func(s *story) {
		s.buy("a", "A1")
		s.plan("LOCKED 1 a", "AVAILABLE 0", "AVAILABLE 0")
	}},
	{"a version that goes back", "cluster", "after it had been shown with 3", func(s *story) {
		s.plan("AVAILABLE 3", "AVAILABLE 0", "AVAILABLE 0")
		s.plan("AVAILABLE 2", "AVAILABLE 0", "AVAILABLE 0")
	}},
	{"a version with two states", "cluster", "both with version 1", func(s *story) {
		s.hold("a", "A1")
		s.plan("LOCKED 1 a", "AVAILABLE 0", "AVAILABLE 0")
		s.step(history.Cancel, "a", "CANCELLED")
		s.plan("AVAILABLE 1", "AVAILABLE 0", "AVAILABLE 0")
	}},
	{"a change that is not counted", "embedded", "has changed 2 times", func(s *story) {
		s.hold("a", "A1")
		s.step(history.Cancel, "a", "CANCELLED")
		s.plan("AVAILABLE 1", "AVAILABLE 0", "AVAILABLE 0")
	}},
	{"a booking that is gone", both, "404", func(s *story) {
		s.buy("a", "A1")
		op := s.step(history.Look, "a", "")
		op.Status, op.Problem = 404, "not-found"
	}},
	{"a sale without a payment", both, "is LOCKED", func(s *story) {
		s.hold("a", "A1")
		s.step(history.Confirm, "a", "BOOKED")
	}},
	{"a sale that is undone", both, "is BOOKED", func(s *story) {
		s.buy("a", "A1")
		s.step(history.Cancel, "a", "CANCELLED")
	}},
	{"a hold runs out and somebody else has it", both, "", func(s *story) {
		s.hold("a", "A1", "A2")
		s.later(2 * second)
		s.hold("b", "A2")
		s.refusedStep(history.Pay, "a", "hold-expired")
		s.step(history.Look, "a", "EXPIRED")
	}},
	{"a hold ends before its time", both, "and EXPIRED", func(s *story) {
		s.hold("a", "A1")
		s.later(second)
		s.step(history.Look, "a", "EXPIRED")
	}},
	{"a hold is sold after its time", both, "is LOCKED/SUCCESS", func(s *story) {
		s.hold("a", "A1")
		s.step(history.Pay, "a", "")
		s.later(2 * second)
		s.step(history.Confirm, "a", "BOOKED")
	}},
	{"what has run out comes back", both, "is EXPIRED", func(s *story) {
		s.hold("a", "A1")
		s.later(2 * second)
		s.step(history.Look, "a", "EXPIRED")
		s.step(history.Cancel, "a", "CANCELLED")
	}},
	{"a hold that does not last", both, "does not end 2.000 s after this call", func(s *story) {
		s.hold("a", "A1").Expires -= second
	}},
	{"the same key, the same booking", both, "", func(s *story) {
		first := *s.unanswered(s.hold("a", "A1"))
		s.hold("a", "A1").Expires = first.Call + 2*second
		s.step(history.Cancel, "a", "CANCELLED")
		again := s.hold("a", "A1")
		again.State, again.Expires = "CANCELLED", first.Call+2*second
	}},
	{"the same key, two bookings", both, "one Idempotency-Key, two bookings", func(s *story) {
		s.hold("a", "A1")
		s.hold("a", "A1").Booking = "another"
	}},
	{"a call without an answer was done", both, "", func(s *story) {
		s.unanswered(s.hold("a", "A1"))
		s.refused("b", []string{"A1"}, []string{"A1"})
	}},
	{"a call without an answer was not done", both, "", func(s *story) {
		s.unanswered(s.hold("a", "A1"))
		s.hold("b", "A1")
		s.plan("LOCKED 1 b", "AVAILABLE 0", "AVAILABLE 0")
	}},
	{"a call without an answer was done and undone", "embedded", "no order", func(s *story) {
		s.unanswered(s.hold("a", "A1"))
		s.plan("LOCKED 1 a", "AVAILABLE 0", "AVAILABLE 0")
		s.plan("AVAILABLE 0", "AVAILABLE 0", "AVAILABLE 0")
	}},
	{"many unanswered cancels of what had run out are decided", both, "", func(s *story) {
		for _, seat := range []string{"A1", "A2", "A3"} {
			s.hold(seat, seat)
		}
		s.time += 3 * second
		for i := 0; i < 8; i++ {
			for _, seat := range []string{"A1", "A2", "A3"} {
				s.unanswered(s.step(history.Cancel, seat, ""))
			}
		}
		for _, seat := range []string{"A1", "A2", "A3"} {
			s.refusedStep(history.Confirm, seat, "hold-expired")
			s.step(history.Look, seat, "EXPIRED")
		}
	}},
	{"an unanswered cancel does not undo a sale", both, "no order", func(s *story) {
		s.hold("a", "A1")
		s.step(history.Pay, "a", "")
		s.unanswered(s.step(history.Cancel, "a", ""))
		s.step(history.Confirm, "a", "BOOKED")
		s.step(history.Look, "a", "CANCELLED")
	}},
	{"an unanswered confirm was done after others looked", both, "", func(s *story) {
		s.hold("a", "A1")
		s.step(history.Pay, "a", "")
		s.unanswered(s.step(history.Confirm, "a", ""))
		s.plan("LOCKED 1 a", "AVAILABLE 0", "AVAILABLE 0")
		s.plan("BOOKED 2", "AVAILABLE 0", "AVAILABLE 0")
	}},
	{"two who stop each other", "cluster", "", func(s *story) {
		s.refused("a", []string{"A1", "A2"}, []string{"A2"}).Return += 10 * millisecond
		s.refused("b", []string{"A2", "A1"}, []string{"A1"}).Call -= 10 * millisecond
	}},
	{"two who stop each other", "embedded", "is free and was refused", func(s *story) {
		s.refused("a", []string{"A1", "A2"}, []string{"A2"}).Return += 10 * millisecond
		s.refused("b", []string{"A2", "A1"}, []string{"A1"}).Call -= 10 * millisecond
	}},
	{"seats follow later when there was trouble", "cluster", "", func(s *story) {
		s.hold("a", "A1")
		s.step(history.Cancel, "a", "CANCELLED")
		s.h.Troubles = []history.Trouble{{Name: "cut", From: 0, To: s.time}}
		s.plan("LOCKED 1 a", "AVAILABLE 0", "AVAILABLE 0")
		s.refused("b", []string{"A1"}, []string{"A1"})
	}},
	{"but not for ever", "cluster", "is free and was refused", func(s *story) {
		s.hold("a", "A1")
		s.step(history.Cancel, "a", "CANCELLED")
		s.h.Troubles = []history.Trouble{{Name: "cut", From: 0, To: s.time}}
		s.later(10 * second)
		s.refused("b", []string{"A1"}, []string{"A1"})
	}},
}

func TestStories(t *testing.T) {
	for _, one := range stories {
		for _, engine := range strings.Fields(one.engines) {
			t.Run(engine+"/"+one.name, func(t *testing.T) {
				s := tell(engine)
				one.tell(s)
				found := s.contradiction()
				if one.wrong == "" && found != "" {
					t.Errorf("is right, and was called wrong: %s", found)
				}
				if one.wrong != "" && !strings.Contains(found, one.wrong) {
					t.Errorf("%q was expected, the checker says %q", one.wrong, found)
				}
			})
		}
	}
}
