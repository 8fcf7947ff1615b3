package main

import (
	"os"
	"path/filepath"
	"syscall"
	"time"
)

// change tries whatever would change something, at a file and beside it, and gives the errno of each.
func change(file string) map[string]string {
	beside := filepath.Join(filepath.Dir(file), "new")
	errors := map[string]error{
		"truncate": os.Truncate(file, 0),
		"append":   appendTo(file),
		"create":   os.WriteFile(beside, []byte("new"), 0644),
		"mkdir":    os.Mkdir(beside, 0755),
		"symlink":  os.Symlink("target", beside),
		"link":     os.Link(file, beside),
		"times":    os.Chtimes(file, time.Unix(1, 0), time.Unix(1, 0)),
		"xattr":    syscall.Setxattr(file, "user.new", []byte("new"), 0),
		"rename":   os.Rename(file, beside),
	}
	found := map[string]string{}
	for name, err := range errors {
		found[name] = numberOf(err)
	}
	return found
}

func appendTo(path string) error {
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_APPEND, 0)
	if err != nil {
		return err
	}
	defer file.Close()
	_, err = file.Write([]byte("more"))
	return err
}
