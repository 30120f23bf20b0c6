package record

import (
	"bufio"
	"encoding/json"
	"os"
	"sync"
	"time"

	"histories/history"
)

// journal writes the file as things happen. Any goroutine may use it.
type journal struct {
	mutex    sync.Mutex
	file     *os.File
	buffer   *bufio.Writer
	lines    *json.Encoder
	calls    int
	failure  error // the first
	began    time.Time
	beganAt  int64 // began on the wall clock, in nanoseconds of the epoch
	troubles map[string]int64
}

func newJournal(path string) (*journal, error) {
	file, err := os.Create(path)
	if err != nil {
		return nil, err
	}
	buffer := bufio.NewWriterSize(file, 1<<20)
	began := time.Now()
	return &journal{file: file, buffer: buffer, lines: json.NewEncoder(buffer), began: began,
		beganAt: began.UnixNano(), troubles: map[string]int64{}}, nil
}

// now is the time that the file is told in.
func (j *journal) now() int64 { return time.Since(j.began).Nanoseconds() }

// at translates the server's wall clock, which is this machine's.
func (j *journal) at(wall time.Time) int64 { return wall.UnixNano() - j.beganAt }

func (j *journal) write(line history.Line) {
	j.mutex.Lock()
	defer j.mutex.Unlock()
	if err := j.lines.Encode(line); err != nil && j.failure == nil {
		j.failure = err
	}
	if line.Op != nil {
		j.calls++
	}
}

func (j *journal) count() int {
	j.mutex.Lock()
	defer j.mutex.Unlock()
	return j.calls
}

func (j *journal) troubleBegins(name string) {
	j.mutex.Lock()
	defer j.mutex.Unlock()
	j.troubles[name] = j.now()
}

func (j *journal) troubleEnds(name string) {
	j.mutex.Lock()
	from := j.troubles[name]
	delete(j.troubles, name)
	j.mutex.Unlock()
	j.write(history.Line{Trouble: &history.Trouble{Name: name, From: from, To: j.now()}})
}

func (j *journal) close() error {
	drift := time.Now().UnixNano() - j.beganAt - j.now()
	j.write(history.Line{Clock: &history.Clock{Drift: drift}})
	if err := j.buffer.Flush(); err != nil && j.failure == nil {
		j.failure = err
	}
	if err := j.file.Close(); err != nil && j.failure == nil {
		j.failure = err
	}
	return j.failure
}
