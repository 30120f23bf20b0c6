package record

import (
	"encoding/json"
	"fmt"
	"math/rand"
	"strings"
	"time"

	"histories/history"
)

// person makes calls, one after the other, and writes each down.
type person struct {
	plan        *Plan
	journal     *journal
	random      *rand.Rand
	client      int // who the file says it is
	clientStep  int // so that no two persons ever are the same client
	connections []connection
}

func newPerson(plan *Plan, journal *journal, number, persons int) *person {
	p := &person{plan: plan, journal: journal, client: number, clientStep: persons,
		random: rand.New(rand.NewSource(plan.Seed + int64(number)))}
	for _, target := range plan.Targets {
		p.connections = append(p.connections, connection{target: target})
	}
	return p
}

func (p *person) anybody() User { return p.plan.Users[p.random.Intn(len(p.plan.Users))] }

// reply is what an answer about a booking or a payment may hold.
type reply struct {
	BookingID     string    `json:"bookingId"`
	ID            string    `json:"id"`
	Status        string    `json:"status"`
	PaymentStatus string    `json:"paymentStatus"`
	LockExpiresAt time.Time `json:"lockExpiresAt"`
	Seats         []string  `json:"seats"`
}

type problem struct {
	Type      string   `json:"type"`
	Conflicts []string `json:"conflicts"`
}

type mapSeat struct {
	SeatCode       string     `json:"seatCode"`
	State          string     `json:"state"`
	LockedByUserID string     `json:"lockedByUserId"`
	LockExpiresAt  *time.Time `json:"lockExpiresAt"`
	Version        int64      `json:"version"`
}

// call fills in the answer and writes it down; false when no server was there to be asked.
func (p *person) call(op *history.Op, user User) bool {
	op.Server = p.random.Intn(len(p.connections))
	connection := &p.connections[op.Server]
	method, path, body := "POST", "/api/bookings/"+op.Booking, []byte(nil)
	switch op.Kind {
	case history.Hold:
		path = "/api/showtimes/" + op.Show + "/seats/lock"
		text, err := json.Marshal(map[string][]string{"seats": op.Seats})
		if err != nil {
			panic(err) // strings always can
		}
		body = text
	case history.Map:
		method, path = "GET", "/api/showtimes/"+op.Show+"/seats"
	case history.Look:
		method = "GET"
	default:
		path += "/" + op.Kind
	}
	if err := connection.ready(); err != nil {
		return false
	}
	op.Client = p.client
	op.Call = p.journal.now()
	got, err := connection.send(method, path, user.Token, op.Key, body)
	op.Return = p.journal.now()
	if err == nil {
		if unread := p.understand(op, got); unread != nil {
			op.Problem = history.Unreadable + unread.Error()
		}
	}
	if op.Unknown() {
		p.client += p.clientStep
	}
	p.journal.write(history.Line{Op: op})
	return true
}

func (p *person) understand(op *history.Op, got answer) error {
	op.Status = got.status
	if op.Kind == history.Map && got.status == 200 {
		var seats []mapSeat
		if err := json.Unmarshal(got.body, &seats); err != nil {
			return err
		}
		for _, seat := range seats {
			noted := history.Seat{Code: seat.SeatCode, State: seat.State, By: seat.LockedByUserID,
				Version: seat.Version}
			if seat.LockExpiresAt != nil {
				noted.Expires = p.journal.at(*seat.LockExpiresAt)
			}
			op.Map = append(op.Map, noted)
		}
		return nil
	}
	if got.status >= 300 {
		var refused problem
		if err := json.Unmarshal(got.body, &refused); err != nil {
			return err
		}
		op.Problem = strings.TrimPrefix(refused.Type, "urn:cinema:problem:")
		op.Conflicts = refused.Conflicts
		return nil
	}
	var said reply
	if err := json.Unmarshal(got.body, &said); err != nil {
		return err
	}
	if op.Kind == history.Hold {
		op.Booking = said.BookingID
	}
	if op.Kind != history.Pay { // a payment has a status of its own
		op.State, op.Payment = said.Status, said.PaymentStatus
		op.Expires = p.journal.at(said.LockExpiresAt)
		if fmt.Sprint(said.Seats) != fmt.Sprint(op.Seats) {
			op.State = fmt.Sprintf("%s with seats %v", said.Status, said.Seats)
		}
	}
	return nil
}
