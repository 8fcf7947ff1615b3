#!/usr/bin/env bash
# Builds the go-fuse test source from Debian's packages: build.sh OUTPUT_BINARY
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
output=${1:?usage: build.sh OUTPUT_BINARY}
library=/usr/share/gocode/src/github.com/hanwen/go-fuse/fs

command -v go >/dev/null || { echo "build.sh: go is missing: apt-get install golang-go" >&2; exit 1; }
[ -d "$library" ] || { echo "build.sh: go-fuse is missing: apt-get install golang-github-hanwen-go-fuse-dev" >&2; exit 1; }

mkdir -p "$(dirname "$output")"
output=$(realpath "$output")
cd "$here"
GO111MODULE=off GOPATH=/usr/share/gocode GOFLAGS='' GOCACHE="${GOCACHE:-${TMPDIR:-/tmp}/nlinkfs-gocache}" go build -o "$output" .
