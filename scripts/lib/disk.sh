# shellcheck shell=bash
# A disk for the data directory that shares blocks between files: XFS in a sparse file beside it, mounted in its place.
# Needs console.sh and packages.sh. Sourced, never run.

# disk_image DIRECTORY: where its disk is, whether there is one or not.
disk_image() { printf '%s.xfs' "$1"; }

# disk_is_mounted DIRECTORY: its own disk is mounted there.
disk_is_mounted() {
    local source
    source=$(findmnt -n -o SOURCE --mountpoint "$1" 2>/dev/null | tail -n 1) || return 1
    [ -n "$source" ] && losetup -j "$(disk_image "$1")" 2>/dev/null | grep -q "^$source:"
}

# shares_blocks DIRECTORY: two files in it can share their blocks. Only trying tells.
shares_blocks() {
    local probe status=0
    probe=$(mktemp -d "$1/.probe.XXXXXX") || return 1
    printf probe >"$probe/one"
    cp --reflink=always "$probe/one" "$probe/two" 2>/dev/null || status=1
    rm -rf "$probe"
    return "$status"
}

disk_refusal() {
    die "--instant-clones cannot be had here: $1" "Without it everything works as well; clones are copied then."
}

# require_disk_abilities: root, loop devices, and XFS in the kernel; or a refusal that says which is missing.
require_disk_abilities() {
    is_root || disk_refusal "it puts the data directory on a disk image, and only root may mount one."
    [ -e /dev/loop-control ] || disk_refusal "there are no loop devices (/dev/loop-control)."
    if ! grep -qw xfs /proc/filesystems && has modprobe; then modprobe xfs 2>/dev/null || true; fi
    grep -qw xfs /proc/filesystems || disk_refusal "the kernel has no XFS."
}

# mount_disk DIRECTORY: after a reboot, too.
mount_disk() {
    local image
    image=$(disk_image "$1")
    is_root || die "The data directory is on the disk image $image, and only root may mount it."
    install -d -m 0711 "$1" || die "Cannot make the data directory $1."
    [ -z "$(ls -A "$1")" ] || die "$1 is not empty, and its disk $image is not mounted there." \
        "Move one of them away: what is in the directory would be out of sight below the disk."
    run mount -t xfs -o loop,nodev,nosuid,noatime "$image" "$1" || disk_refusal "the disk image $image cannot be mounted."
    chmod 0711 "$1"
}

# make_disk DIRECTORY: an image as large as what its file system has free, of which only what is written takes room.
make_disk() {
    local image parent bytes
    image=$(disk_image "$1") parent=$(dirname "$1")
    mkdir -p "$parent" || die "Cannot make the directory $parent."
    bytes=$(df --output=avail -B1 "$parent" | tail -n 1)
    [ "$bytes" -gt $((4 << 30)) ] || disk_refusal "less than 4 GiB are free in $parent."
    # It has its name only once it is complete.
    rm -f "$image.partial"
    (umask 077 && truncate -s "$((bytes >> 30))G" "$image.partial") || die "Cannot write $image.partial."
    if ! run mkfs.xfs -q "$image.partial"; then
        rm -f "$image.partial"
        disk_refusal "mkfs.xfs failed."
    fi
    mv "$image.partial" "$image"
}

# provide_disk DIRECTORY WANTED: mounts the disk of a data directory that has one; makes one where WANTED is not empty.
provide_disk() {
    if disk_is_mounted "$1"; then return; fi
    if [ ! -e "$(disk_image "$1")" ]; then
        [ -n "$2" ] || return 0
        if [ -d "$1" ] && [ -n "$(ls -A "$1")" ]; then
            if shares_blocks "$1"; then
                say "$1 is on a file system that shares blocks already."
                return
            fi
            disk_refusal "$1 has data already, which would have to move. Choose another: --data-dir DIR"
        fi
        require_disk_abilities
        has mkfs.xfs || install_packages xfsprogs
        make_disk "$1"
    else
        require_disk_abilities
    fi
    mount_disk "$1"
    shares_blocks "$1" || disk_refusal "this XFS does not share blocks."
    good "$1 is on a disk of its own that shares blocks: $(disk_image "$1")."
}

# unmount_disk DIRECTORY: the data stay in the image.
unmount_disk() {
    disk_is_mounted "$1" || return 0
    for _ in {1..50}; do
        if umount "$1" 2>/dev/null; then
            good "Its disk is unmounted: $(disk_image "$1")."
            return
        fi
        sleep 0.1
    done
    run umount "$1" || die "$1 is still in use: somebody works in it (a shell, perhaps). Unmount it later: umount $1"
}
