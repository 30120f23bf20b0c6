package check

import (
	"fmt"
	"sort"

	"histories/history"
)

// checkVersions: a seat's version never goes back from one map to a later one, and one version is one
// state. It holds for both engines, at all times: a map may show what a booking's steps have not
// reached yet, but never what was there before something that somebody has seen.
func (s *show) checkVersions() error {
	type look struct {
		op   *op
		seat seen
	}
	looks := make([][]look, len(s.seats))
	for _, op := range s.ops {
		if op.Kind == history.Map {
			for _, seat := range op.seats {
				looks[seat.at] = append(looks[seat.at], look{op, seat})
			}
		}
	}
	for at, of := range looks {
		states := map[int64]string{}
		for _, look := range of {
			if before, known := states[look.seat.version]; known && before != look.seat.state {
				return fmt.Errorf("seat %s was %s and %s, both with version %d", s.seats[at], before,
					look.seat.state, look.seat.version)
			}
			states[look.seat.version] = look.seat.state
		}
		ended := append([]look(nil), of...)
		sort.Slice(ended, func(i, j int) bool { return ended[i].op.end < ended[j].op.end })
		sort.Slice(of, func(i, j int) bool { return of[i].op.call < of[j].op.call })
		newest, next := int64(-1), 0
		for _, look := range of {
			for ; next < len(ended) && ended[next].op.end < look.op.call; next++ {
				newest = later(newest, ended[next].seat.version)
			}
			if look.seat.version < newest {
				return fmt.Errorf("seat %s was shown with version %d after it had been shown with %d",
					s.seats[at], look.seat.version, newest)
			}
		}
	}
	return nil
}
