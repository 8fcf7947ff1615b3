package main

import (
	"bytes"
	"errors"
	"math/rand"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"sync"
	"syscall"
	"time"
)

const (
	piece = 64 << 10               // bytes a read
	pause = 100 * time.Millisecond // between two looks
)

var errWrong = errors.New("wrong")

// seen is what a watch has seen so far.
type seen struct {
	Right   int            // looks that gave what is in the source
	Wrong   int            // looks that gave something else, without an error
	What    string         `json:",omitempty"` // the last of those, or of the errors
	Errors  map[string]int `json:",omitempty"` // how often, by errno
	Since   int            // looks that were right, one after the other, up to now
	Longest float64        // the longest time between two that were right, seconds
}

// watch looks at the same thing again and again, as a player, a scanner or a file manager does.
type watch struct {
	name string
	look func() (string, error)

	lock  sync.Mutex
	seen  seen
	last  time.Time // the last look that was right
	ended bool
}

// start begins to watch a file and its directory in four ways.
func start(asked request) []*watch {
	path := filepath.Join(asked.At, asked.File)
	key := keyOf(asked.File, 0)
	held := -1
	sort.Strings(asked.Names)
	expected := strings.Join(asked.Names, "/")
	var ino uint64

	all := []*watch{
		// A file that is opened once.
		{name: "held", look: func() (what string, err error) {
			if held < 0 {
				if held, err = syscall.Open(path, syscall.O_RDONLY, 0); err != nil {
					return "", err
				}
			}
			return readSomewhere(held, key, asked.Size)
		}},
		// A file that is opened for each look.
		{name: "open", look: func() (string, error) {
			fd, err := syscall.Open(path, syscall.O_RDONLY, 0)
			if err != nil {
				return "", err
			}
			defer syscall.Close(fd)
			return readSomewhere(fd, key, asked.Size)
		}},
		{name: "stat", look: func() (string, error) {
			var stat syscall.Stat_t
			if err := syscall.Lstat(path, &stat); err != nil {
				return "", err
			}
			if ino == 0 {
				ino = stat.Ino
			}
			if stat.Size != asked.Size || stat.Nlink != 1 || stat.Ino != ino {
				return "attributes", errWrong
			}
			return "", nil
		}},
		{name: "list", look: func() (string, error) {
			found, err := os.ReadDir(filepath.Dir(path))
			if err != nil {
				return "", err
			}
			var names []string
			for _, entry := range found {
				names = append(names, entry.Name())
			}
			sort.Strings(names)
			if joined := strings.Join(names, "/"); joined != expected {
				return "listing: " + joined, errWrong
			}
			return "", nil
		}},
	}
	for _, watch := range all {
		watch.last = time.Now()
		go watch.run()
	}
	return all
}

// readSomewhere reads where nothing is in a cache: the file is much larger than the guest's memory.
func readSomewhere(fd int, key uint64, size int64) (string, error) {
	offset := rand.Int63n(size - piece)
	buffer, expected := make([]byte, piece), make([]byte, piece)
	count, err := syscall.Pread(fd, buffer, offset)
	if err != nil {
		return "", err
	}
	fill(key, offset, expected)
	if count == 0 || !bytes.Equal(buffer[:count], expected[:count]) {
		return "bytes", errWrong
	}
	return "", nil
}

func (w *watch) run() {
	for !w.note(w.look()) {
		time.Sleep(pause)
	}
}

// note counts a look. True when it was the last.
func (w *watch) note(what string, err error) bool {
	w.lock.Lock()
	defer w.lock.Unlock()
	switch {
	case err == nil:
		now := time.Now()
		if gap := now.Sub(w.last).Seconds(); gap > w.seen.Longest {
			w.seen.Longest = gap
		}
		w.last = now
		w.seen.Right++
		w.seen.Since++
	case err == errWrong:
		w.seen.Wrong++
		w.seen.What = what
		w.seen.Since = 0
	default:
		if w.seen.Errors == nil {
			w.seen.Errors = map[string]int{}
		}
		w.seen.Errors[numberOf(err)]++
		w.seen.What = err.Error()
		w.seen.Since = 0
	}
	return w.ended
}

func (w *watch) report() seen {
	w.lock.Lock()
	defer w.lock.Unlock()
	copied := w.seen
	copied.Errors = map[string]int{}
	for number, count := range w.seen.Errors {
		copied.Errors[number] = count
	}
	return copied
}

func (w *watch) stop() {
	w.lock.Lock()
	defer w.lock.Unlock()
	w.ended = true
}
