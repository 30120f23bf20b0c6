package record

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"histories/history"
)

// What the last look allows the workers beyond the end of the last hold: two turns, and their work.
const settleSlack = 3 * time.Second

// Run books until it is told to stop, and writes the history to `path`. It is told by lines:
//
//	trouble NAME    something is about to be killed, cut or slow
//	calm NAME       it has recovered
//	count           how many calls so far?
//	stop            no more calls; wait until every hold is over, look, end
//
// Each is answered by one line, once what it says is noted. The end of the input stops as well.
func Run(plan Plan, path string, commands io.Reader, answers io.Writer) error {
	journal, err := newJournal(path)
	if err != nil {
		return err
	}
	journal.write(history.Line{Setup: &history.Setup{Engine: plan.Engine,
		TTL: plan.ttl().Nanoseconds(), Interval: plan.interval().Nanoseconds(), Seats: plan.Seats}})
	load := newLoad(&plan, journal)
	enough, stop := context.WithCancel(context.Background())
	defer stop()
	ended := make(chan struct{})
	go func() {
		load.run(enough)
		close(ended)
	}()

	lines := bufio.NewScanner(commands)
	stopped := false
	for !stopped && lines.Scan() {
		command, name, _ := strings.Cut(lines.Text(), " ")
		switch command {
		case "trouble":
			journal.troubleBegins(name)
			fmt.Fprintln(answers, "noted")
		case "calm":
			journal.troubleEnds(name)
			fmt.Fprintln(answers, "noted")
		case "count":
			fmt.Fprintln(answers, journal.count())
		case "stop":
			stopped = true
		default:
			fmt.Fprintln(answers, "not understood")
		}
	}
	stop()
	<-ended
	time.Sleep(plan.ttl() + 2*plan.interval() + settleSlack)
	load.look()
	if err := journal.close(); err != nil {
		return err
	}
	fmt.Fprintln(answers, journal.calls)
	return lines.Err()
}
