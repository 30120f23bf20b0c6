package check

import (
	"math"
	"sort"

	"histories/history"
)

const endOfTime = math.MaxInt64

// The cluster engine's seats follow their booking's status, and holds that fail in the end have had
// seats, or their keys in Redis, for a moment. This file says for how long a hold may be seen or be in
// the way although its booking is not LOCKED: while one of its calls is under way, and after a call
// that was not answered, or answered in the midst of trouble, until the workers have repaired it.

// calm knows when there was no trouble.
type calm struct{ troubles []history.Trouble }

func newCalm(troubles []history.Trouble) calm {
	sorted := append([]history.Trouble(nil), troubles...)
	sort.Slice(sorted, func(i, j int) bool { return sorted[i].From < sorted[j].From })
	return calm{sorted}
}

func (c calm) during(from, to int64) bool {
	for _, trouble := range c.troubles {
		if trouble.From <= to && from <= trouble.To {
			return false
		}
	}
	return true
}

// over: until when what this call has begun is finished, at the latest.
func (s *show) over(op *history.Op) int64 {
	if op.Unknown() || !s.calm.during(op.Call, op.Return) {
		return op.Return + s.rules.recovery
	}
	return op.Return
}

// presence: until when the hold's seats may be found LOCKED by it, and be found taken.
func (h *hold) presence(s *show) (locked, taken int64) {
	var begun, ended int64
	for _, ask := range h.asked {
		begun = later(begun, s.over(ask))
	}
	if h.booking == "" && !h.unanswered() {
		return begun, begun // refused
	}
	cancelled, sold := false, false
	for _, step := range h.steps {
		done := step.Status == 200 && step.Kind != history.Pay
		if done && step.State == "CANCELLED" {
			cancelled = true
		} else if done && step.State == "BOOKED" {
			sold = true
		}
		if step.Kind != history.Look && step.Kind != history.Pay {
			ended = later(ended, s.over(step))
		}
	}
	if sold {
		return later(begun, ended), endOfTime
	}
	// The steps of an expiry are nobody's call.
	expired := h.expires + s.rules.recovery
	if !h.known {
		expired = begun + s.rules.ttl + s.rules.recovery
	}
	if cancelled {
		expired = begun
	}
	locked = later(later(begun, ended), expired)
	return locked, locked
}

func (h *hold) unanswered() bool {
	for _, ask := range h.asked {
		if ask.Unknown() {
			return true
		}
	}
	return false
}

// mayBeTaken: another hold may have been in this one's way at this seat.
func (s *show) mayBeTaken(at int, op *op) bool {
	for _, other := range s.holds {
		if other.seats&(1<<at) == 0 {
			continue
		}
		if other != op.hold && other.asked[0].Call <= op.end && op.call <= other.takenUntil {
			return true
		}
		// The same request sent twice may stop itself.
		if other == op.hold && s.askedTwice(op) {
			return true
		}
	}
	return false
}

func (s *show) askedTwice(op *op) bool {
	for _, ask := range op.hold.asked {
		if ask != op.Op && ask.Call <= op.end && op.call <= s.over(ask) {
			return true
		}
	}
	return false
}

func (s *show) mayLookLocked(by []*hold, op *op) bool {
	for _, h := range by {
		if h.asked[0].Call <= op.end && op.call <= h.lockedUntil {
			return true
		}
	}
	return false
}

func later(a, b int64) int64 {
	if a > b {
		return a
	}
	return b
}
