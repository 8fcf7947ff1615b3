package main

import (
	"context"
	"fmt"
	"os"
	"sync"
	"syscall"
	"time"

	"github.com/hanwen/go-fuse/fs"
	"github.com/hanwen/go-fuse/fuse"
)

// source is what all nodes share.
type source struct {
	nlink, ino, times string
	zeroStatfs        bool
	latency, read     time.Duration
	seed              uint64
	journal           string
	lock              sync.Mutex
}

// note records an operation that a read-only mirror must never send.
func (s *source) note(operation, path string) {
	if s.journal == "" {
		return
	}
	s.lock.Lock()
	defer s.lock.Unlock()
	file, err := os.OpenFile(s.journal, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0644)
	if err == nil {
		fmt.Fprintf(file, "%s %s\n", operation, path)
		file.Close()
	}
}

type node struct {
	fs.Inode
	source *source
	item   *item
}

var (
	_ fs.NodeLookuper   = (*node)(nil)
	_ fs.NodeGetattrer  = (*node)(nil)
	_ fs.NodeReaddirer  = (*node)(nil)
	_ fs.NodeOpener     = (*node)(nil)
	_ fs.NodeReader     = (*node)(nil)
	_ fs.NodeReadlinker = (*node)(nil)
	_ fs.NodeStatfser   = (*node)(nil)
	_ fs.NodeUnlinker   = (*node)(nil)
	_ fs.NodeRmdirer    = (*node)(nil)
	_ fs.NodeRenamer    = (*node)(nil)
	_ fs.NodeSetattrer  = (*node)(nil)
)

func (n *node) attr(item *item, out *fuse.Attr, lookup bool) {
	out.Mode = item.mode
	out.Size = uint64(item.size)
	seconds, nanoseconds := item.time(n.source.seed), uint32(0)
	if n.source.times == "drift" || (n.source.times == "lookup-true" && !lookup) {
		now := time.Now()
		seconds, nanoseconds = uint64(now.Unix()), uint32(now.Nanosecond())
	}
	out.Atime, out.Mtime, out.Ctime = seconds, seconds, seconds
	out.Atimensec, out.Mtimensec, out.Ctimensec = nanoseconds, nanoseconds, nanoseconds

	// Left at 0, the link count is what Samba takes for "deleted".
	if n.source.nlink == "true" || (n.source.nlink == "lookup-zero" && !lookup) {
		out.Nlink = 1
		if item.isDir() {
			out.Nlink = 2
		}
	}
}

func (n *node) Lookup(ctx context.Context, name string, out *fuse.EntryOut) (*fs.Inode, syscall.Errno) {
	time.Sleep(n.source.latency)
	child := n.item.find(name)
	if child == nil {
		return nil, syscall.ENOENT
	}
	n.attr(child, &out.Attr, true)
	stable := fs.StableAttr{Mode: child.mode}
	if n.source.ino == "stable" {
		stable.Ino = hashOf(child.path)
	}
	return n.NewInode(ctx, &node{source: n.source, item: child}, stable), 0
}

func (n *node) Getattr(ctx context.Context, f fs.FileHandle, out *fuse.AttrOut) syscall.Errno {
	time.Sleep(n.source.latency)
	n.attr(n.item, &out.Attr, false)
	return 0
}

func (n *node) Readdir(ctx context.Context) (fs.DirStream, syscall.Errno) {
	time.Sleep(n.source.latency)
	entries := make([]fuse.DirEntry, 0, len(n.item.names)+n.item.wide)
	for _, name := range n.item.names {
		child := n.item.children[name]
		entries = append(entries, fuse.DirEntry{Name: name, Mode: child.mode, Ino: hashOf(child.path)})
	}
	for index := 0; index < n.item.wide; index++ {
		name := wideName(index)
		entries = append(entries, fuse.DirEntry{Name: name, Mode: modeFile, Ino: hashOf(n.item.join(name))})
	}
	return fs.NewListDirStream(entries), 0
}

func (n *node) Open(ctx context.Context, flags uint32) (fs.FileHandle, uint32, syscall.Errno) {
	if flags&syscall.O_ACCMODE != syscall.O_RDONLY {
		n.source.note("OPEN-FOR-WRITING", n.item.path)
		return nil, 0, syscall.EROFS
	}
	return nil, 0, 0
}

func (n *node) Read(ctx context.Context, f fs.FileHandle, dest []byte, off int64) (fuse.ReadResult, syscall.Errno) {
	time.Sleep(n.source.latency + n.source.read)
	if off >= n.item.size {
		return fuse.ReadResultData(nil), 0
	}
	if rest := n.item.size - off; rest < int64(len(dest)) {
		dest = dest[:rest]
	}
	fill(keyOf(n.item.path, n.source.seed), off, dest)
	return fuse.ReadResultData(dest), 0
}

func (n *node) Readlink(ctx context.Context) ([]byte, syscall.Errno) {
	return []byte(n.item.target), 0
}

func (n *node) Statfs(ctx context.Context, out *fuse.StatfsOut) syscall.Errno {
	if n.source.zeroStatfs {
		*out = fuse.StatfsOut{}
		return 0
	}
	*out = fuse.StatfsOut{Blocks: 1 << 20, Bfree: 1 << 19, Bavail: 1 << 18, Bsize: 4096, Frsize: 4096, NameLen: 255}
	return 0
}

func (n *node) Unlink(ctx context.Context, name string) syscall.Errno {
	n.source.note("UNLINK", n.item.join(name))
	return 0
}

func (n *node) Rmdir(ctx context.Context, name string) syscall.Errno {
	n.source.note("RMDIR", n.item.join(name))
	return 0
}

func (n *node) Rename(ctx context.Context, name string, newParent fs.InodeEmbedder, newName string, flags uint32) syscall.Errno {
	n.source.note("RENAME", n.item.join(name))
	return 0
}

func (n *node) Setattr(ctx context.Context, f fs.FileHandle, in *fuse.SetAttrIn, out *fuse.AttrOut) syscall.Errno {
	n.source.note("SETATTR", n.item.path)
	return n.Getattr(ctx, f, out)
}
