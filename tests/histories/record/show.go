package record

import (
	"fmt"
	"math/rand"
	"sync"

	"histories/history"
)

// show is what the people of a table know of one showtime: they act on each other's bookings, as
// one customer does in two tabs. Any goroutine may use it.
type show struct {
	id       string
	mutex    sync.Mutex
	calls    int
	holds    []*held
	sold     map[string]bool // seats that are gone for good
	nextHold int
}

// held is one hold that was asked for.
type held struct {
	key     string
	user    User
	seats   []string
	booking string // empty until an answer named it
	asking  bool   // has no answer yet
	refused bool
	paid    bool
	over    bool // BOOKED, CANCELLED or EXPIRED, as far as was told
}

// wish is what somebody is about to do.
type wish struct {
	kind string
	hold *held
}

// The odds of a wish, out of 100.
const (
	oddsMap    = 14
	oddsLook   = 10
	oddsRepeat = 6  // a hold again with its key
	oddsAct    = 36 // pay, confirm or cancel; the rest are new holds
)

func (s *show) next(random *rand.Rand, plan *Plan) wish {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.calls++
	dice := random.Intn(100)
	if dice -= oddsMap; dice < 0 {
		return wish{kind: history.Map}
	}
	if dice -= oddsLook; dice < 0 {
		if hold := s.recent(random, func(h *held) bool { return h.booking != "" }); hold != nil {
			return wish{history.Look, hold}
		}
	}
	if dice -= oddsRepeat; dice < 0 {
		if hold := s.recent(random, func(*held) bool { return true }); hold != nil {
			return wish{history.Hold, hold}
		}
	}
	if dice -= oddsAct; dice < 0 {
		named := func(h *held) bool { return h.booking != "" && (!h.over || random.Intn(6) == 0) }
		if hold := s.recent(random, named); hold != nil {
			return wish{action(random, hold), hold}
		}
	}
	return wish{history.Hold, s.newHold(random, plan)}
}

// action is mostly what makes sense next.
func action(random *rand.Rand, hold *held) string {
	dice := random.Intn(100)
	if hold.paid {
		switch {
		case dice < 15:
			return history.Confirm
		case dice < 85:
			return history.Cancel
		}
		return history.Pay
	}
	switch {
	case dice < 45:
		return history.Pay
	case dice < 85:
		return history.Cancel
	}
	return history.Confirm
}

// recent is one of the latest few that suit.
func (s *show) recent(random *rand.Rand, suits func(*held) bool) *held {
	const few = 4
	var found []*held
	for i := len(s.holds) - 1; i >= 0 && len(found) < few; i-- {
		if suits(s.holds[i]) {
			found = append(found, s.holds[i])
		}
	}
	if len(found) == 0 {
		return nil
	}
	return found[random.Intn(len(found))]
}

func (s *show) newHold(random *rand.Rand, plan *Plan) *held {
	count := 1 + random.Intn(3)
	hold := &held{key: fmt.Sprintf("%s-%d", s.id, s.nextHold),
		user: plan.Users[random.Intn(len(plan.Users))], asking: true}
	s.nextHold++
	for _, i := range random.Perm(len(plan.Seats))[:count] {
		hold.seats = append(hold.seats, plan.Seats[i])
	}
	s.holds = append(s.holds, hold)
	return hold
}

// learn takes note of an answer.
func (s *show) learn(hold *held, op *history.Op) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if hold == nil {
		return
	}
	if op.Kind == history.Hold && op.Status == 201 {
		hold.booking, hold.asking, hold.refused = op.Booking, false, false
	}
	if op.Kind == history.Hold && op.Status == 409 && hold.booking == "" {
		hold.asking, hold.refused = false, true
	}
	if op.Kind == history.Pay && op.Status == 200 {
		hold.paid = true
	}
	if op.State == "BOOKED" || op.State == "CANCELLED" || op.State == "EXPIRED" ||
		op.Problem == "hold-expired" || op.Problem == "booking-not-locked" {
		hold.over = true
	}
	if op.State == "BOOKED" {
		for _, seat := range hold.seats {
			s.sold[seat] = true
		}
	}
}

// done: enough has happened here, or nothing more can.
func (s *show) done(plan *Plan) bool {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return s.calls >= plan.CallsPerShow || len(s.sold) == len(plan.Seats)
}

// bookings are all that are known by their id.
func (s *show) bookings() []*held {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	var named []*held
	for _, hold := range s.holds {
		if hold.booking != "" {
			named = append(named, hold)
		}
	}
	return named
}
