"""What opens the keys: a file, a passphrase from a file, the environment or a command. Any other is refused, and changes nothing."""

import os
import re
import signal
import stat
import subprocess

from martlet_client import (
    BINARY, DATA_DIR, LISTEN, SCRATCH, kill_serve, kms, martlet, note, processes, secrets, serve_pid, start_serve)

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
os.environ["MARTLET_MASTER_KEY_PASSPHRASE"] = WORDS
start_serve()
del os.environ["MARTLET_MASTER_KEY_PASSPHRASE"]
all_is_there()
for pid in set(processes()) - {serve_pid()}:
    with open(f"/proc/{pid}/environ", "rb") as file:
        assert WORDS.encode() not in file.read(), pid
    with open(f"/proc/{pid}/cmdline", "rb") as file:
        assert WORDS.encode() not in file.read(), pid

note("a new root key, and killed under way again and again: the next start finishes")
kill_serve(signal.SIGTERM)
roots = re.findall(r'"id"\s*:\s*"([0-9a-f]+)"', contents()["root.json"].decode())
assert len(roots) == 1, roots
for pause in (0.3, 0.4, 0.5, 0.6, 0.8):
    child = subprocess.Popen(
        [BINARY, "master-key", "rotate", "--data-dir", DATA_DIR, "--master-key-passphrase-file", words],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        child.wait(pause)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()
    start_serve("--master-key-passphrase-file", words)
    all_is_there()
    kill_serve(signal.SIGTERM)
martlet("master-key", "rotate", "--master-key-passphrase-file", words)
now = re.findall(r'"id"\s*:\s*"([0-9a-f]+)"', contents()["root.json"].decode())
assert len(now) == 1 and now != roots, (roots, now)

note("back to a file")
martlet("master-key", "change", "--master-key-passphrase-file", words, "--new-file")
start_serve()
all_is_there()
