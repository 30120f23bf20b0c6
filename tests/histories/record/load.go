package record

import (
	"context"
	"sync"
	"time"

	"histories/history"
)

// How long somebody who got no answer waits before asking whether the box office is open again, and
// how often it is asked.
const patience = 100 * time.Millisecond

// load is everybody who books.
type load struct {
	plan    *Plan
	journal *journal
	mutex   sync.Mutex
	waiting []string // showtimes that nobody has been at yet
	visited []*show
}

func newLoad(plan *Plan, journal *journal) *load {
	return &load{plan: plan, journal: journal, waiting: plan.Showtimes}
}

// another is a showtime that nobody has been at; nil when there is none left.
func (l *load) another() *show {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	if len(l.waiting) == 0 {
		return nil
	}
	fresh := &show{id: l.waiting[0], sold: map[string]bool{}}
	l.waiting = l.waiting[1:]
	l.visited = append(l.visited, fresh)
	return fresh
}

// run books until `enough` is done or there is no showtime left.
func (l *load) run(enough context.Context) {
	var everybody sync.WaitGroup
	persons := l.plan.Tables * l.plan.PeoplePerTable
	for table := 0; table < l.plan.Tables; table++ {
		var people []*person
		for i := 0; i < l.plan.PeoplePerTable; i++ {
			people = append(people, newPerson(l.plan, l.journal, table*l.plan.PeoplePerTable+i, persons))
		}
		everybody.Add(1)
		go func() {
			defer everybody.Done()
			l.table(enough, people)
		}()
	}
	everybody.Wait()
}

// table takes its showtimes in turns: all its people go at one at the same time, then leave it alone
// for a while. So calls collide, and holds run out between two visits.
func (l *load) table(enough context.Context, people []*person) {
	shows := make([]*show, l.plan.ShowsPerTable)
	for turn := 0; enough.Err() == nil; turn++ {
		at := &shows[turn%len(shows)]
		if *at == nil || (*at).done(l.plan) {
			if *at = l.another(); *at == nil {
				return
			}
		}
		var visit sync.WaitGroup
		for _, one := range people {
			visit.Add(1)
			go func(one *person) {
				defer visit.Done()
				for i := 0; i < l.plan.CallsPerVisit && enough.Err() == nil; i++ {
					one.doSomething(enough, *at)
				}
			}(one)
		}
		visit.Wait()
		sleep(enough, l.plan.pause())
	}
}

func (p *person) doSomething(enough context.Context, at *show) {
	wish := at.next(p.random, p.plan)
	op := &history.Op{Kind: wish.kind, Show: at.id}
	user := p.anybody()
	if hold := wish.hold; hold != nil {
		user, op.User, op.Seats = hold.user, hold.user.ID, hold.seats
		if op.Kind == history.Hold {
			op.Key = hold.key
		} else {
			op.Booking = hold.booking
		}
	}
	asked := p.call(op, user)
	if asked {
		at.learn(wish.hold, op)
	}
	if !asked || op.Unknown() || op.Problem == "overloaded" {
		p.waitForOpening(enough, at)
	}
}

// waitForOpening: until somebody answers reads again. What failed is asked again in the course of
// things: pay, confirm and cancel as any of them, a hold with its key.
func (p *person) waitForOpening(enough context.Context, at *show) {
	for enough.Err() == nil {
		sleep(enough, patience)
		op := &history.Op{Kind: history.Map, Show: at.id}
		if p.call(op, p.anybody()) && !op.Nothing() {
			return
		}
	}
}

// look takes the last look, when every hold's time has passed: each map, each booking.
func (l *load) look() {
	type task struct {
		show *show
		hold *held
	}
	tasks := make(chan task)
	var everybody sync.WaitGroup
	persons := l.plan.Tables * l.plan.PeoplePerTable
	const lookers = 8
	for i := 0; i < lookers; i++ {
		everybody.Add(1)
		go func(i int) {
			defer everybody.Done()
			// Clients that nobody has been before: those before end with all numbers below.
			one := newPerson(l.plan, l.journal, 1<<30+i, persons)
			for task := range tasks {
				op := &history.Op{Kind: history.Map, Show: task.show.id, Last: true}
				user := one.anybody()
				if task.hold != nil {
					op.Kind, op.Booking, op.Seats = history.Look, task.hold.booking, task.hold.seats
					user, op.User = task.hold.user, task.hold.user.ID
				}
				one.call(op, user)
			}
		}(i)
	}
	for _, show := range l.visited {
		tasks <- task{show: show}
		for _, hold := range show.bookings() {
			tasks <- task{show: show, hold: hold}
		}
	}
	close(tasks)
	everybody.Wait()
}

func sleep(enough context.Context, duration time.Duration) {
	if duration <= 0 {
		return
	}
	timer := time.NewTimer(duration)
	defer timer.Stop()
	select {
	case <-enough.Done():
	case <-timer.C:
	}
}
