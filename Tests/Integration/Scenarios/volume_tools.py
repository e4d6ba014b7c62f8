"""A look at volumes from outside: mounts, loop devices, and every byte that a data directory has on the disk."""

import contextlib
import errno
import fcntl
import os
import signal
import stat
import struct
import subprocess

from martlet_client import DATA_DIR, kill_serve, note, processes, start_serve, wait, wait_for

# linux/fscrypt.h: FS_IOC_GET_ENCRYPTION_POLICY_EX
GET_POLICY = 0xC0096616


def has_images():
    """True where `serve --volumes auto` makes image volumes: what it says is asked, not guessed."""
    from martlet_client import martlet
    return any(line.startswith("Volumes") and " image" in line for line in martlet("status").stdout.splitlines())


def can_encrypt():
    """True where `serve` can make encrypted volumes."""
    from martlet_client import martlet
    return not [line for line in martlet("status").stdout.splitlines() if line.startswith("Volumes") and "no encryption" in line]


def mount_of(instance):
    """The line of /proc/self/mountinfo, as words; None while nothing is mounted."""
    place = f"{DATA_DIR}/instances/{instance['DbiResourceId']}"
    with open("/proc/self/mountinfo", encoding="utf-8") as file:
        found = [line.split() for line in file if line.split()[4] == place]
    return found[-1] if found else None


def mounts():
    with open("/proc/self/mountinfo", encoding="utf-8") as file:
        return [line.split()[4] for line in file if line.split()[4].startswith(DATA_DIR + "/")]


def loops():
    """The files below the data directory that loop devices are attached to."""
    found = []
    for device in os.listdir("/sys/block"):
        try:
            with open(f"/sys/block/{device}/loop/backing_file", encoding="utf-8") as file:
                found.append(file.read().strip())
        except OSError:
            continue
    return [path for path in found if path.startswith(DATA_DIR + "/")]


def key_of(instance):
    """The name that the kernel gives the key of an encrypted image, while it is mounted; None for a plain one."""
    place = os.open(f"{DATA_DIR}/instances/{instance['DbiResourceId']}", os.O_RDONLY | os.O_DIRECTORY)
    try:
        answer = fcntl.ioctl(place, GET_POLICY, struct.pack("Q24x", 24))
    except OSError:
        return None
    finally:
        os.close(place)
    return answer[16:32].hex()


def has_key(identifier):
    """True while the kernel has that key."""
    with open("/proc/keys", encoding="utf-8") as file:
        return any(" .fscrypt" in line and identifier in line for line in file)


def power_cut():
    """The machine goes down: no process of it runs any more, and nothing is mounted."""
    kill_serve(signal.SIGKILL)

    def unmount():
        # Whatever runs: servers, the gateway, and what was just filling the pool.
        for pid in processes():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        for place in mounts():
            subprocess.run(["umount", place], capture_output=True, check=False)
        return not mounts() and not loops()

    try:
        wait("everything is unmounted", unmount)
    except AssertionError:
        note(f"still there: {mounts()}, {loops()}, {processes()}")
        raise


@contextlib.contextmanager
def unmounted(instance):
    """The volume of a stopped instance is mounted nowhere. serve, which would mount it again, is gone meanwhile."""
    kill_serve(signal.SIGKILL)
    image = f"{DATA_DIR}/volumes/{instance['DbiResourceId']}.img"
    place = mount_of(instance)[4]
    # The last thread of a process that was killed may still have a file open.
    wait("it is unmounted", lambda: subprocess.run(["umount", place], check=False, timeout=60).returncode == 0, 20)
    wait("its loop device is free", lambda: image not in loops(), 20)
    yield
    start_serve()
    wait_for(instance["DBInstanceIdentifier"], "stopped")


def room(instance):
    """What a server may still write, in bytes."""
    space = os.statvfs(f"{DATA_DIR}/instances/{instance['DbiResourceId']}")
    return space.f_bavail * space.f_frsize


def fill(instance, leaving):
    """Takes all room but so many bytes, without writing them."""
    path = f"{DATA_DIR}/instances/{instance['DbiResourceId']}/filler"
    with open(path, "wb") as file:
        os.posix_fallocate(file.fileno(), 0, room(instance) - leaving)
    return path


def holders_of(marker):
    """The files on the disk below the data directory that have these bytes in them. Holes are skipped; so is what is mounted,
    because that is not how it is on the disk."""
    found, above = [], set(mounts())
    for directory, names, files in os.walk(DATA_DIR):
        names[:] = [name for name in names if f"{directory}/{name}" not in above]
        for name in files:
            path = f"{directory}/{name}"
            # What cannot be read must not pass for read; a file that has gone is no holder, and neither is a socket.
            with contextlib.suppress(FileNotFoundError):
                if not stat.S_ISREG(os.lstat(path).st_mode):
                    continue
                with open(path, "rb") as file:
                    if has(file, marker):
                        found.append(path)
    return found


def has(file, marker):
    offset, end = 0, os.fstat(file.fileno()).st_size
    while offset < end:
        try:
            start = os.lseek(file.fileno(), offset, os.SEEK_DATA)
        except OSError as error:
            assert error.errno == errno.ENXIO, error
            return False
        offset = os.lseek(file.fileno(), start, os.SEEK_HOLE)
        position, rest = start, b""
        while position < offset:
            chunk = os.pread(file.fileno(), min(1 << 20, offset - position), position)
            if not chunk:
                break
            if marker in rest + chunk:
                return True
            rest, position = chunk[-len(marker):], position + len(chunk)
    return False
