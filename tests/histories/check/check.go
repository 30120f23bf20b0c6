// Package check says whether one box office can have given the answers of a history.
//
// Each showtime by itself is checked for linearizability with Porcupine against the model in model.go;
// what calls of two showtimes say does not depend on each other. versions.go and books.go check by
// other means.
package check

import (
	"fmt"
	"path/filepath"
	"runtime"
	"sort"
	"sync"
	"time"

	"github.com/anishathalye/porcupine"

	"histories/history"
)

// For one showtime. They take milliseconds; one that is not decided by then is a problem, too.
const showTimeMax = 20 * time.Second

// Result is what a check of a whole file has found.
type Result struct {
	Calls, Unknown, Shows, Holds, Sold int
	LongestShow                        int // calls
	Problems                           []string
	Pages                              []string // Porcupine's pictures of the first few
}

// How many pictures are drawn.
const pagesMax = 5

// All checks the history. Pictures of showtimes that nothing explains go to the folder `reports`,
// unless that is empty; their names begin with `name`.
func All(h *history.History, reports, name string) Result {
	result := Result{}
	shows, problems := divide(h)
	for _, problem := range problems {
		result.Problems = append(result.Problems, problem.Error())
	}
	for _, op := range h.Ops {
		result.Calls++
		if op.Unknown() {
			result.Unknown++
		}
		if op.Last && op.State == "BOOKED" {
			result.Sold++
		}
	}
	var mutex sync.Mutex
	var workers sync.WaitGroup
	work := make(chan *show)
	for i := 0; i < runtime.NumCPU(); i++ {
		workers.Add(1)
		go func() {
			defer workers.Done()
			for s := range work {
				found := s.check()
				mutex.Lock()
				result.Shows++
				result.Holds += len(s.holds)
				if len(s.ops) > result.LongestShow {
					result.LongestShow = len(s.ops)
				}
				for _, problem := range found {
					result.Problems = append(result.Problems, fmt.Sprintf("showtime %s: %s", s.id, problem))
				}
				draw := len(found) > 0 && reports != "" && len(result.Pages) < pagesMax
				page := filepath.Join(reports, fmt.Sprintf("%s-%s.html", name, s.id))
				if draw {
					result.Pages = append(result.Pages, page)
				}
				mutex.Unlock()
				if draw {
					if err := s.draw(page); err != nil {
						mutex.Lock()
						result.Problems = append(result.Problems, err.Error())
						mutex.Unlock()
					}
				}
			}
		}()
	}
	for _, s := range shows {
		work <- s
	}
	close(work)
	workers.Wait()
	sort.Strings(result.Problems)
	return result
}

// checkOrder: some order of the calls explains every answer.
func (s *show) checkOrder() error {
	switch porcupine.CheckOperationsTimeout(s.model(), s.operations(), showTimeMax) {
	case porcupine.Illegal:
		return fmt.Errorf("no order explains its answers: %s", s.firstContradiction())
	case porcupine.Unknown:
		return fmt.Errorf("not decided within %s: %d calls", showTimeMax, len(s.ops))
	}
	return nil
}

func (s *show) check() (problems []string) {
	for _, check := range []func() error{s.checkOrder, s.checkVersions, s.checkBooks} {
		if err := check(); err != nil {
			problems = append(problems, err.Error())
		}
	}
	return problems
}

func (s *show) model() porcupine.Model {
	return porcupine.Model{
		Init: func() interface{} { return state{} },
		Step: func(before, input, _ interface{}) (bool, interface{}) {
			ok, after, _ := s.apply(before.(state), input.(*op))
			return ok, after
		},
		DescribeOperation: func(input, _ interface{}) string { return s.describe(input.(*op)) },
		DescribeState:     func(now interface{}) string { return s.describeState(now.(state)) },
	}
}

func (s *show) operations() []porcupine.Operation {
	operations := make([]porcupine.Operation, 0, len(s.ops))
	var busy []int64 // a line of the picture each: until when
	for _, op := range s.ops {
		if op.silent {
			continue
		}
		line := 0
		for line < len(busy) && busy[line] >= op.call {
			line++
		}
		if line == len(busy) {
			busy = append(busy, 0)
		}
		busy[line] = op.end
		operations = append(operations, porcupine.Operation{ClientId: line, Input: op, Call: op.call,
			Return: op.end})
	}
	return operations
}
