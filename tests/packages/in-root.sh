#!/bin/bash
# Runs in a clean root with the packages in /packages: installs the Debian package, uses what it brings, removes it.
# shellcheck disable=SC2016,SC2317 # single quotes: for the inner shell; functions: called by check
set -uo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/checks.sh"
export LC_ALL=C.UTF-8
deb=$(echo /packages/nlinkfs_*.deb)
archive=$(echo /packages/nlinkfs-*.tar.gz)

files() { find / -xdev -path /packages -prune -o -path /var/lib/dpkg -prune -o -path /var/log -prune -o -path /var/cache -prune -o -print | sort; }

files >/tmp/before
check "it installs" dpkg -i "$deb"
check "its files are as they were packed" silent dpkg --verify nlinkfs
check "it tells its version" says "$(dpkg-query -W -f '${Version}' nlinkfs)" nlinkfs --version
check "its version names the commit" says "$COMMIT" nlinkfs --version

# A command's own name is the last of those in the list.
commands=$(nlinkfs --help | sed -n '/^Commands:/,/^$/p' | sed -nE 's/^  (([a-z-]+, )*)([a-z-]+).*/\3/p')
check "there are commands" test "$(wc -w <<<"$commands")" -ge 7
for page in nlinkfs $commands mount.nlinkfs mount.fuse.nlinkfs; do
    case $page in nlinkfs | mount.*) ;; *) page=nlinkfs-$page ;; esac
    file=/usr/share/man/man8/$page.8.gz
    check "$page(8) is there and renders" silent sh -c "man --warnings -E UTF-8 -Tutf8 -Z 8 $page >/dev/null"
    check "$page(8) is well-formed" silent sh -c "gzip -dc $file | mandoc -T lint -W warning"
    check "$page(8) has a line for apropos" lexgrog "$file"
done
options=$(nlinkfs mount --help | grep -oE '^ +(-[a-z], )?--[a-z-]+' | grep -oE -- '--[a-z-]+')
check "mount has options" test "$(wc -w <<<"$options")" -ge 20
text=$(MANWIDTH=200 man 8 nlinkfs-mount)
for option in $options; do check "nlinkfs-mount(8) has $option" grep -qE -- "^ +(-[a-z], )?$option" <<<"$text"; done

check "bash completes commands" says mount bash -ec '
    . /usr/share/bash-completion/completions/nlinkfs
    COMP_LINE="nlinkfs moun" COMP_POINT=12 COMP_WORDS=(nlinkfs moun) COMP_CWORD=1
    _nlinkfs
    echo "${COMPREPLY[@]}"'
check "zsh can read its completion" silent zsh -n /usr/share/zsh/vendor-completions/_nlinkfs
check "fish completes commands" says mount env HOME=/packages fish -c 'complete -C "nlinkfs moun"'

mkdir /source /mirror
echo content >/source/file
check "mount -t fuse.nlinkfs mounts" mount -t fuse.nlinkfs -o ro,nofail /source /mirror
check "the mirror shows the source" says content cat /mirror/file
check "umount takes it away" umount /mirror
check "mount -t nlinkfs mounts" mount -t nlinkfs -o ro /source /mirror
check "umount takes that away" umount /mirror
echo '/source /mirror fuse.nlinkfs ro,noauto,nofail,_netdev,x-systemd.requires=network.target 0 0' >/etc/fstab
check "fstab knows it" mount /mirror
check "mount -a leaves it alone" mount -a
check "the mount table calls it by its type" says fuse.nlinkfs findmnt -n -o FSTYPE,SOURCE /mirror
check "umount takes that away, too" umount /mirror
rm -r /source /mirror /etc/fstab

check "the example is a file of configuration" says /etc/nlinkfs/example.toml dpkg-query -W -f '${Conffiles}' nlinkfs
check "the unit is well-formed" silent systemd-analyze verify --man=no nlinkfs@example.service
check "it can be purged" dpkg --purge nlinkfs
files >/tmp/after
check "which leaves nothing" silent sh -c 'comm -3 /tmp/before /tmp/after | grep -vE "^\s*/(tmp/(before|after)|etc/(fstab|\.pwd\.lock))$" || :'

mkdir -p /usr/local/archive
check "the archive unpacks" tar -xzf "$archive" --strip-components=1 -C /usr/local
check "its program is the same" says "$COMMIT" /usr/local/bin/nlinkfs --version
check "its man pages are found" says /usr/local/ man --path 8 nlinkfs-mount
finish
