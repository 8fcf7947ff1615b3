// Command go-zero-nlink-source is a go-fuse file system with the faults of real ones.
package main

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/hanwen/go-fuse/fs"
	"github.com/hanwen/go-fuse/fuse"
)

// pairs collects a repeatable option of the form PATH=VALUE.
type pairs struct {
	use func(path, value string) error
}

func (p pairs) String() string { return "" }

func (p pairs) Set(text string) error {
	at := strings.LastIndexByte(text, '=')
	if at < 0 {
		return fmt.Errorf("%q: PATH=VALUE is needed", text)
	}
	return p.use(text[:at], text[at+1:])
}

func parseSize(text string) (int64, error) {
	shift := 0
	if text != "" {
		shift = map[byte]int{'K': 10, 'M': 20, 'G': 30}[text[len(text)-1]]
	}
	if shift > 0 {
		text = text[:len(text)-1]
	}
	size, err := strconv.ParseInt(text, 10, 64)
	return size << shift, err
}

func main() {
	s := &source{}
	root := newItem("", modeDir)
	flag.StringVar(&s.nlink, "nlink", "lookup-zero", "zero, lookup-zero (0 in LOOKUP only, as Decypharr did), true")
	flag.StringVar(&s.ino, "ino", "churn", "churn (a new number for each LOOKUP), stable")
	flag.StringVar(&s.times, "times", "lookup-true", "lookup-true (now in GETATTR, as Decypharr does), drift, stable")
	statfs := flag.String("statfs", "zero", "zero, real")
	entryTimeout := flag.Float64("entry-timeout", 1, "seconds")
	attrTimeout := flag.Float64("attr-timeout", 30, "seconds")
	latency := flag.Float64("latency", 0, "seconds added to each operation")
	readLatency := flag.Float64("read-latency", 0, "seconds added to each READ")
	flag.Uint64Var(&s.seed, "seed", 0, "changes the content and the times of all files")
	flag.StringVar(&s.journal, "journal", "", "file to note modifying operations in")
	detach := flag.Bool("detach-first", false, "unmount what is on MOUNTPOINT first, as Decypharr does")
	debug := flag.Bool("debug", false, "go-fuse's own request log")
	sample := flag.Bool("sample", false, "add the sample library; the default when no tree is described")
	empty := flag.Bool("empty", false, "nothing in the root, whatever else is described")
	flag.Var(pairs{func(path, value string) error {
		size, err := parseSize(value)
		root.addFile(path, size)
		return err
	}}, "file", "PATH=SIZE: add a file")
	flag.Var(pairs{func(path, value string) error {
		count, err := strconv.Atoi(value)
		root.dir(path).wide = count
		return err
	}}, "wide", "DIR=N: add a directory of N small files")
	flag.Var(pairs{func(path, value string) error {
		depth, err := strconv.Atoi(value)
		root.addDeep(path, depth)
		return err
	}}, "deep", "DIR=N: add N directories, each in the other")
	flag.Var(pairs{func(path, value string) error {
		root.addSymlink(path, value)
		return nil
	}}, "symlink", "PATH=TARGET: add a symbolic link")
	flag.Parse()
	if flag.NArg() != 1 {
		fmt.Fprintln(os.Stderr, "usage: go-zero-nlink-source [options] MOUNTPOINT")
		os.Exit(2)
	}
	switch {
	case *empty:
		root = newItem("", modeDir)
	case *sample || len(root.names)+root.wide == 0:
		root.addSample()
	}
	s.zeroStatfs = *statfs != "real"
	s.latency = time.Duration(*latency * float64(time.Second))
	s.read = time.Duration(*readLatency * float64(time.Second))

	mountPoint := flag.Arg(0)
	if *detach {
		_ = exec.Command("umount", "-l", mountPoint).Run()
	}
	serve(s, root, mountPoint, *entryTimeout, *attrTimeout, *debug)
}

func serve(s *source, root *item, mountPoint string, entrySeconds, attrSeconds float64, debug bool) {
	entry := time.Duration(entrySeconds * float64(time.Second))
	attr := time.Duration(attrSeconds * float64(time.Second))
	options := &fs.Options{EntryTimeout: &entry, AttrTimeout: &attr}
	options.MountOptions = fuse.MountOptions{
		FsName:        "go-source",
		Name:          "go-source",
		AllowOther:    os.Getuid() == 0,
		DisableXAttrs: true,
		Debug:         debug,
		Options:       []string{"default_permissions"},
	}
	server, err := fs.Mount(mountPoint, &node{source: s, item: root}, options)
	if err != nil {
		fmt.Fprintf(os.Stderr, "go-zero-nlink-source: cannot mount on %s: %v\n", mountPoint, err)
		os.Exit(1)
	}
	fmt.Printf("ready %s\n", mountPoint)

	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGTERM, syscall.SIGINT)
	go func() {
		<-signals
		if server.Unmount() != nil {
			_ = syscall.Unmount(mountPoint, syscall.MNT_DETACH)
			os.Exit(0)
		}
	}()
	server.Wait()
}
