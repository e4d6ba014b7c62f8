"""What opens the keys: a file, or a passphrase from a file, the environment or a command. Another is refused."""

import contextlib
import os
import re
import signal
import stat
import subprocess
import time

from martlet_client import (
    BINARY, DATA_DIR, LISTEN, SCRATCH, kill_serve, kms, martlet, note, processes, secrets, serve_pid, start_serve, wait)

MARKER = "Marker-9a2c-master"
KEYS = f"{DATA_DIR}/keys"
WORDS = "correct horse battery staple"


def private(name, text, mode=0o600):
    path = f"{SCRATCH}/{name}"
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    os.chmod(path, mode)
    return path


def refusal(*arguments, **environment):
    answer = subprocess.run(
        [BINARY, "serve", "--data-dir", DATA_DIR, "--listen", LISTEN, *arguments], capture_output=True, text=True, timeout=60,
        check=False, env={**os.environ, **environment})
    assert answer.returncode != 0, f"serve started with {arguments}"
    told = (answer.stdout + answer.stderr).strip()
    assert WORDS not in told and MARKER not in told, told
    print("           " + told.splitlines()[-1], flush=True)
    return told


def contents():
    found = {}
    for name in sorted(os.listdir(KEYS)):
        with open(f"{KEYS}/{name}", "rb") as file:
            found[name] = file.read()
    return found


def all_is_there():
    assert secrets.get_secret_value(SecretId="app")["SecretString"] == MARKER
    assert kms.decrypt(CiphertextBlob=blob)["Plaintext"] == MARKER.encode()


def restarted(*arguments):
    kill_serve(signal.SIGTERM)
    start_serve(*arguments)
    all_is_there()


note("at first a file of mode 0600")
secrets.create_secret(Name="app", SecretString=MARKER)
key = kms.create_key()["KeyMetadata"]["KeyId"]
blob = kms.encrypt(KeyId=key, Plaintext=MARKER.encode())["CiphertextBlob"]
assert len(contents()) == 2, contents().keys()
assert stat.S_IMODE(os.stat(KEYS).st_mode) == 0o700
for one in contents():
    assert stat.S_IMODE(os.stat(f"{KEYS}/{one}").st_mode) == 0o600, one
restarted()
assert "already" in martlet("master-key", "rotate", check=False).stderr, "serve has to be stopped first"

note("a lost key is refused, and no new one is made")
kill_serve(signal.SIGTERM)
for lost in contents():
    os.rename(f"{KEYS}/{lost}", f"{SCRATCH}/{lost}")
    before = contents()
    assert "missing" in refusal()
    assert contents() == before
    os.rename(f"{SCRATCH}/{lost}", f"{KEYS}/{lost}")
assert "not by a passphrase" in refusal("--master-key-passphrase-file", private("words", WORDS + "\n"))
assert "chmod 600" in refusal("--master-key-passphrase-file", private("open", WORDS, 0o644))
assert "12" in refusal("--master-key-passphrase-file", private("short", "short"))

note("protected by a passphrase from now on")
words = private("words", WORDS + "\n")
martlet("master-key", "change", "--new-passphrase-file", words)
assert list(contents()) == ["root.json"], contents().keys()
assert WORDS.encode() not in contents()["root.json"]
before = contents()
assert "protected by a passphrase" in refusal()
assert "does not open" in refusal("--master-key-passphrase-file", private("wrong", "incorrect horse battery"))
assert "once" in refusal("--master-key-passphrase-file", words, MARTLET_MASTER_KEY_PASSPHRASE=WORDS)
assert "status 3" in refusal("--master-key-command", "exit 3")
assert contents() == before
start_serve("--master-key-passphrase-file", words)
all_is_there()
restarted("--master-key-command", f"cat {words}")

note("from the environment, which no server inherits")
kill_serve()
martlet("down")
os.environ["MARTLET_MASTER_KEY_PASSPHRASE"] = WORDS
start_serve()
del os.environ["MARTLET_MASTER_KEY_PASSPHRASE"]
all_is_there()
wait("it has started the gateway", lambda: processes("gateway"))
started = set(processes()) - {serve_pid()}
for pid in started:
    for what in ("environ", "cmdline"):
        # One that only makes a database for the pool may have ended meanwhile.
        with contextlib.suppress(FileNotFoundError, ProcessLookupError), open(f"/proc/{pid}/{what}", "rb") as file:
            assert WORDS.encode() not in file.read(), (pid, what)

note("back to a file")
kill_serve(signal.SIGTERM)
martlet("master-key", "change", "--master-key-passphrase-file", words, "--new-file")
start_serve()
all_is_there()
kill_serve(signal.SIGTERM)


def roots():
    with open(f"{KEYS}/root.json", encoding="utf-8") as file:
        return re.findall(r'"id"\s*:\s*"([0-9a-f]+)"', file.read())


def rotate_and_die(pause):
    """Kills a rotation so many seconds after it has begun to write. True if that was before its end."""
    former = roots()
    child = subprocess.Popen([BINARY, "master-key", "rotate", "--data-dir", DATA_DIR], stdout=subprocess.DEVNULL)
    while child.poll() is None and roots() == former:
        pass
    time.sleep(pause)
    child.kill()
    return child.wait() != 0


note("a new root key, killed under way again and again: the next start finishes")
cut = turns = 0
for pause in (0, 0.001, 0.002, 0.005, 0.01, 0.02, 0.03, 0.05, *[0] * 24):
    if turns >= 8 and cut:
        break
    turns += 1
    before = roots()
    assert len(before) == 1, before
    cut += rotate_and_die(pause)
    start_serve()
    all_is_there()
    assert len(roots()) == 1 and roots() != before, (before, roots())
    kill_serve(signal.SIGTERM)
assert cut > 0, "none was cut short"
print(f"           {cut} of {turns} were cut short")
before = roots()
martlet("master-key", "rotate")
assert len(roots()) == 1 and roots() != before, (before, roots())
start_serve()
all_is_there()
