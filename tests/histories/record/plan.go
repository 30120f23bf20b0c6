// Package record books as fast as it can through a server's front door and writes down each call's
// start, end and answer.
package record

import (
	"encoding/json"
	"fmt"
	"os"
	"time"
)

// User is somebody who has logged in.
type User struct {
	ID    string `json:"id"`
	Token string `json:"token"`
}

// Plan is what to do, made by whoever started the servers.
type Plan struct {
	Engine          string   `json:"engine"`
	Targets         []string `json:"targets"` // host:port of each server
	TTLSeconds      int      `json:"lockTtlSeconds"`
	IntervalSeconds int      `json:"expiryIntervalSeconds"`
	Users           []User   `json:"users"`
	Showtimes       []string `json:"showtimes"` // ids; all have the same seats
	Seats           []string `json:"seats"`     // codes

	Calls          int     `json:"calls"`          // at least so many before it may stop
	Tables         int     `json:"tables"`         // groups of people at one showtime at a time
	PeoplePerTable int     `json:"peoplePerTable"` // who collide
	ShowsPerTable  int     `json:"showsPerTable"`  // that take turns
	CallsPerVisit  int     `json:"callsPerVisit"`  // of each person
	CallsPerShow   int     `json:"callsPerShow"`   // then another one takes its place
	PauseSeconds   float64 `json:"pauseSeconds"`   // between two visits of a table
	Seed           int64   `json:"seed"`
}

// ReadPlan reads and checks one.
func ReadPlan(path string) (Plan, error) {
	var plan Plan
	text, err := os.ReadFile(path)
	if err != nil {
		return plan, err
	}
	if err := json.Unmarshal(text, &plan); err != nil {
		return plan, fmt.Errorf("%s: %w", path, err)
	}
	if len(plan.Targets) == 0 || len(plan.Users) == 0 || len(plan.Seats) == 0 ||
		len(plan.Showtimes) < plan.Tables*plan.ShowsPerTable || plan.Tables < 1 ||
		plan.PeoplePerTable < 1 || plan.CallsPerVisit < 1 || plan.ShowsPerTable < 1 {
		return plan, fmt.Errorf("%s: the plan is not whole", path)
	}
	return plan, nil
}

func (p *Plan) pause() time.Duration { return time.Duration(p.PauseSeconds * float64(time.Second)) }
func (p *Plan) ttl() time.Duration   { return time.Duration(p.TTLSeconds) * time.Second }
func (p *Plan) interval() time.Duration {
	return time.Duration(p.IntervalSeconds) * time.Second
}
