package main

import (
	"fmt"
	"strconv"
	"strings"
	"syscall"
)

// item is one thing in the tree. Files have no bytes: those are computed.
type item struct {
	path     string
	mode     uint32
	size     int64
	target   string
	names    []string
	children map[string]*item
	// wide files f000000.bin, f000001.bin ... are there besides the children, and not stored.
	wide int
}

const (
	modeDir     = syscall.S_IFDIR | 0755
	modeFile    = syscall.S_IFREG | 0644
	modeSymlink = syscall.S_IFLNK | 0777
)

func newItem(path string, mode uint32) *item {
	return &item{path: path, mode: mode, children: map[string]*item{}}
}

func (i *item) isDir() bool { return i.mode&syscall.S_IFMT == syscall.S_IFDIR }

// time is the true modification time, in seconds: content made from another seed was written at another time.
func (i *item) time(seed uint64) uint64 { return 1700000000 + keyOf(i.path, seed)%10000000 }

func (i *item) join(name string) string {
	if i.path == "" {
		return name
	}
	return i.path + "/" + name
}

func (i *item) add(name string, child *item) {
	if _, known := i.children[name]; !known {
		i.names = append(i.names, name)
	}
	i.children[name] = child
}

func (i *item) dir(path string) *item {
	at := i
	for _, name := range strings.Split(path, "/") {
		if name == "" {
			continue
		}
		child, ok := at.children[name]
		if !ok {
			child = newItem(at.join(name), modeDir)
			at.add(name, child)
		}
		at = child
	}
	return at
}

func (i *item) place(path string, child *item) {
	slash := strings.LastIndexByte(path, '/')
	i.dir(path[:slash+1]).add(path[slash+1:], child)
}

func (i *item) addFile(path string, size int64) {
	file := newItem(path, modeFile)
	file.size = size
	i.place(path, file)
}

func (i *item) addSymlink(path, target string) {
	link := newItem(path, modeSymlink)
	link.target = target
	link.size = int64(len(target))
	i.place(path, link)
}

func (i *item) addDeep(path string, depth int) {
	at := i.dir(path)
	for n := 0; n < depth; n++ {
		at = at.dir("d")
		leaf := newItem(at.join("leaf.bin"), modeFile)
		leaf.size = 100
		at.add("leaf.bin", leaf)
	}
}

// addSample is the small media library that the other test source has as well.
func (i *item) addSample() {
	i.addFile("Movies/Big Buck Bunny (2008)/Big Buck Bunny (2008).mkv", 6291456)
	i.addFile("Movies/Sintel (2010)/Sintel (2010).mkv", 3145731)
	i.addFile("Movies/Sintel (2010)/Sintel (2010).en.srt", 4099)
	i.addFile("Shows/Pioneer One/Season 01/Pioneer One - S01E01.mkv", 1048576)
	i.addFile("Shows/Pioneer One/Season 01/Pioneer One - S01E02.mkv", 5368709243)
	i.addFile("Music/Caf\u00e9/\u00e9tude.flac", 65536)
	i.addFile("readme.txt", 37)
	i.addFile("empty.txt", 0)
	i.addSymlink("latest", "Movies/Sintel (2010)")
}

func wideName(index int) string { return fmt.Sprintf("f%06d.bin", index) }

func (i *item) find(name string) *item {
	if child, ok := i.children[name]; ok {
		return child
	}
	if !strings.HasPrefix(name, "f") || !strings.HasSuffix(name, ".bin") {
		return nil
	}
	index, err := strconv.Atoi(name[1 : len(name)-4])
	if err != nil || index < 0 || index >= i.wide || wideName(index) != name {
		return nil
	}
	file := newItem(i.join(name), modeFile)
	file.size = int64(index) * 37 % 5000
	return file
}
