// Command agent runs in the guest and does what the tests ask for: one connection a request, one line of JSON each way.
package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"time"
)

// goodbye is how long an unmount is waited for: whoever comes next has a mount of his own.
const goodbye = 10 * time.Second

// request is what to do; what else is set depends on that.
type request struct {
	Do      string
	At      string   // the mount point
	Port    int      // mount: where smbd listens on the host's loopback
	Options string   // mount: for mount.cifs
	File    string   // watch, change: a file below At
	Size    int64    // watch: its size, bytes
	Names   []string // watch: what its directory holds
}

// reply holds an error, or what was asked for.
type reply struct {
	Error   string            `json:",omitempty"`
	Text    string            `json:",omitempty"`
	Entries []entry           `json:",omitempty"`
	Errors  map[string]string `json:",omitempty"`
	Seen    map[string]seen   `json:",omitempty"`
}

var (
	lock    sync.Mutex
	watches = map[string][]*watch{} // by mount point
)

func main() {
	listener, err := net.Listen("tcp", ":7000")
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	for {
		connection, err := listener.Accept()
		if err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		// On a thread of its own each: one that a hung mount holds must not hold up the others.
		go serve(connection)
	}
}

func serve(connection net.Conn) {
	defer connection.Close()
	line, err := bufio.NewReader(connection).ReadBytes('\n')
	if err != nil {
		return
	}
	var asked request
	answer := reply{}
	if err := json.Unmarshal(line, &asked); err != nil {
		answer.Error = err.Error()
	} else {
		answer = do(asked)
	}
	text, err := json.Marshal(answer)
	if err != nil {
		text = []byte(`{"Error":"the answer cannot be written"}`)
	}
	_, _ = connection.Write(append(text, '\n'))
}

func do(asked request) reply {
	switch asked.Do {
	case "kernel":
		version, err := os.ReadFile("/proc/sys/kernel/osrelease")
		return reply{Text: strings.TrimSpace(string(version)), Error: textOf(err)}
	case "log":
		text, err := exec.Command("dmesg").CombinedOutput()
		return reply{Text: string(text), Error: textOf(err)}
	case "mount":
		return mount(asked)
	case "leave":
		return leave(asked.At)
	case "walk":
		entries, err := walk(asked.At)
		return reply{Entries: entries, Error: textOf(err)}
	case "change":
		return reply{Errors: change(filepath.Join(asked.At, asked.File))}
	case "watch":
		lock.Lock()
		defer lock.Unlock()
		watches[asked.At] = start(asked)
		return reply{}
	case "seen":
		lock.Lock()
		defer lock.Unlock()
		answer := reply{Seen: map[string]seen{}}
		for _, watch := range watches[asked.At] {
			answer.Seen[watch.name] = watch.report()
		}
		return answer
	default:
		return reply{Error: "no such request: " + asked.Do}
	}
}

func mount(asked request) reply {
	if err := os.MkdirAll(asked.At, 0755); err != nil {
		return reply{Error: err.Error()}
	}
	options := fmt.Sprintf("port=%d,%s", asked.Port, asked.Options)
	output, err := exec.Command("mount.cifs", "//10.0.2.2/media", asked.At, "-o", options).CombinedOutput()
	if err != nil {
		return reply{Error: fmt.Sprintf("%s%v", output, err)}
	}
	return reply{}
}

// leave ends what watches a mount and takes it away, whatever state it is in, if there is one.
func leave(at string) reply {
	lock.Lock()
	for _, watch := range watches[at] {
		watch.stop()
	}
	delete(watches, at)
	lock.Unlock()
	ended := make(chan error, 1)
	// The kernel closes what it has open on the server, and waits for its answers. Never MNT_FORCE: it cuts off a server that is
	// well, and then the kernel waits even longer.
	go func() { ended <- syscall.Unmount(at, syscall.MNT_DETACH) }()
	select {
	case err := <-ended:
		if err == syscall.ENOENT || err == syscall.EINVAL {
			return reply{}
		}
		return reply{Error: textOf(err)}
	case <-time.After(goodbye):
		return reply{}
	}
}

func textOf(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

// numberOf is the errno in an error, as text; 0 for none.
func numberOf(err error) string {
	var number syscall.Errno
	if err == nil || errors.As(err, &number) {
		return fmt.Sprint(int(number))
	}
	return err.Error()
}
