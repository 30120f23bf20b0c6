// Records what customers of running servers see, and checks that one box office can have said it.
package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"histories/check"
	"histories/history"
	"histories/record"
)

const usage = `histories record PLAN.json HISTORY.jsonl     book until told to stop (see record.Run)
histories check HISTORY.jsonl [REPORTS]      is there an order that explains every answer?`

// How many of the problems are printed; the number is always told.
const problemsMax = 10

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(words []string) error {
	switch {
	case len(words) == 3 && words[0] == "record":
		plan, err := record.ReadPlan(words[1])
		if err != nil {
			return err
		}
		return record.Run(plan, words[2], os.Stdin, os.Stdout)
	case len(words) == 2 && words[0] == "check":
		return checkFile(words[1], "")
	case len(words) == 3 && words[0] == "check":
		return checkFile(words[1], words[2])
	}
	return errors.New(usage)
}

func checkFile(path, reports string) error {
	began := time.Now()
	read, err := history.Read(path)
	if err != nil {
		return err
	}
	name := strings.TrimSuffix(filepath.Base(path), filepath.Ext(path))
	result := check.All(read, reports, name)
	fmt.Printf("%d calls (%d without an answer) at %d showtimes (at most %d at one), %d holds, "+
		"%d bookings sold; checked in %.1f s\n", result.Calls, result.Unknown, result.Shows,
		result.LongestShow, result.Holds, result.Sold, time.Since(began).Seconds())
	for i, problem := range result.Problems {
		if i == problemsMax {
			break
		}
		fmt.Println(problem)
	}
	for _, page := range result.Pages {
		fmt.Println("a picture:", page)
	}
	if len(result.Problems) > 0 {
		return fmt.Errorf("%s: %d problems", path, len(result.Problems))
	}
	return nil
}
