package check

import (
	"fmt"
	"math"
	"strings"

	"github.com/anishathalye/porcupine"

	"histories/history"
)

// firstContradiction: the longest order that explains something, and what does not fit after it.
func (s *show) firstContradiction() string {
	_, info := porcupine.CheckOperationsVerbose(s.model(), s.operations(), showTimeMax)
	var longest []porcupine.Operation
	for _, order := range info.PartialLinearizationsOperations()[0] {
		if len(order) > len(longest) {
			longest = order
		}
	}
	now := state{}
	placed := map[*op]bool{}
	for _, operation := range longest {
		one := operation.Input.(*op)
		_, now, _ = s.apply(now, one)
		placed[one] = true
	}
	// Among the calls that are left, one that had begun before any of them had ended must be next.
	earliestEnd := int64(math.MaxInt64)
	for _, one := range s.ops {
		if !placed[one] && !one.silent && one.end < earliestEnd {
			earliestEnd = one.end
		}
	}
	var reasons []string
	for _, one := range s.ops {
		if placed[one] || one.silent || one.call > earliestEnd {
			continue
		}
		if ok, _, why := s.apply(now, one); !ok {
			reasons = append(reasons, fmt.Sprintf("%s (at %s: %s)", why, seconds(one.call), s.describe(one)))
		}
	}
	return strings.Join(reasons, "; or ")
}

// draw writes Porcupine's page.
func (s *show) draw(path string) error {
	operations := s.operations()
	_, info := porcupine.CheckOperationsVerbose(s.model(), operations, showTimeMax)
	var annotations []porcupine.Annotation
	for _, trouble := range s.calm.troubles {
		annotations = append(annotations, porcupine.Annotation{Tag: "trouble", Start: trouble.From,
			End: trouble.To, Description: trouble.Name, BackgroundColor: "#efaefc"})
	}
	info.AddAnnotations(annotations)
	return porcupine.VisualizePath(s.model(), info, path)
}

func (s *show) describe(op *op) string {
	answer := fmt.Sprintf("%d %s%s", op.Status, op.State, op.Problem)
	if op.Unknown() {
		answer = "no answer"
	}
	switch op.Kind {
	case history.Hold:
		if len(op.Conflicts) > 0 {
			answer += fmt.Sprint(" ", op.Conflicts)
		}
		return fmt.Sprintf("hold %v with key %s -> %s %s", op.Seats, op.Key, answer, op.Booking)
	case history.Map:
		var seats []string
		for _, seat := range op.seats {
			seats = append(seats, fmt.Sprintf("%s %s v%d", s.seats[seat.at], seat.state, seat.version))
		}
		return "map -> " + strings.Join(seats, ", ")
	case history.Look:
		return fmt.Sprintf("look %s -> %s %s", op.Booking, answer, op.Payment)
	}
	return fmt.Sprintf("%s %s -> %s", op.Kind, op.Booking, answer)
}

func (s *show) describeState(now state) string {
	var words []string
	for at, code := range s.seats {
		if now.owner[at] == 0 {
			words = append(words, code+" free")
			continue
		}
		owner := s.holds[now.owner[at]-1]
		words = append(words, fmt.Sprintf("%s %s %s", code, now.bookings[owner.number], owner.name()))
	}
	return strings.Join(words, ", ")
}
