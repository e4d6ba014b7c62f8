"""What the scenarios of Examples/ share: starting an app, asking it over HTTP, ending it."""

import contextlib
import http.client
import json
import os
import re
import subprocess
import threading
import urllib.parse

from martlet_client import PASSWORD, SCRATCH, bundle, rds, wait, wait_for

PROGRAMS = os.environ.get("MARTLET_EXAMPLES", "")
# Nothing of what chooses a database comes from outside.
CHOICES = ("CONNECTION_URL", "PROD_CONNECTION_URL", "READER_URL", "DB_ENDPOINT", "DB_HOST", "DB_PORT", "DB_NAME", "DB_USERNAME",
           "DB_USER", "DB_PASSWORD", "DB_PASS", "OTEL_TRACES_EXPORTER", "AWS_LAMBDA_RUNTIME_API", "PORT")


def program(app):
    return os.path.join(PROGRAMS, app)


def environment(**settings):
    kept = {key: value for key, value in os.environ.items() if key not in CHOICES}
    return {**kept, **{key: value for key, value in settings.items() if value is not None}}


def run(app, *words, given="", directory=SCRATCH, timeout=120, **settings):
    """Runs a command of the app to its end."""
    return subprocess.run(
        [program(app), *words], input=given, env=environment(**settings), cwd=directory, capture_output=True, text=True,
        timeout=timeout, check=False)


def url(scheme, instance, database, user, password=PASSWORD, option="sslrootcert"):
    address = instance["Endpoint"]
    escaped = urllib.parse.quote(password, safe="")
    return f"{scheme}://{user}:{escaped}@{address['Address']}:{address['Port']}/{database}?{option}={bundle()}"


class Answer:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body
        self.text = body.decode()

    @property
    def json(self):
        return json.loads(self.text)

    def __repr__(self):
        return f"{self.status} {self.text[:500]}"


class App:
    """A running app. What it writes to standard error is in `lines`."""

    def __init__(self, app, *words, directory=SCRATCH, **settings):
        self.process = subprocess.Popen(
            [program(app), *words, "--listen", "127.0.0.1:0"], env=environment(**settings), cwd=directory,
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        self.lines = []
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()
        self.port = int(wait(f"{app} answers", self._port, 60))

    def _read(self):
        for line in self.process.stderr:
            self.lines.append(line.rstrip("\n"))

    def _port(self):
        assert self.process.poll() is None, f"it ended with {self.process.returncode}: {self.lines}"
        found = [re.search(r" answers on http://.*:(\d+)/$", line) for line in list(self.lines)]
        return next((match.group(1) for match in found if match), None)

    def ask(self, method, path, body=None, headers=None, raw=None):
        """One request on a connection of its own."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        with contextlib.closing(connection):
            content = raw if raw is not None else (None if body is None else json.dumps(body).encode())
            connection.request(method, path, content, {"Content-Type": "application/json", **(headers or {})})
            reply = connection.getresponse()
            return Answer(reply.status, reply.headers, reply.read())

    def get(self, path, **more):
        return self.ask("GET", path, **more)

    def post(self, path, body=None, **more):
        return self.ask("POST", path, body, **more)

    def spans(self):
        """The spans that it wrote, as OpenTelemetry's console exporter writes them."""
        return [json.loads(line) for line in list(self.lines) if line.startswith('{"') and '"span_id"' in line]

    def stop(self):
        """Ends it as an operator does. It says goodbye with 0."""
        self.process.terminate()
        status = self.process.wait(60)
        self.reader.join(10)
        assert status == 0, f"it ended with {status}: {self.lines[-20:]}"

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        if kind is None:
            self.stop()
        elif self.process.poll() is None:
            self.process.kill()
            self.process.wait(10)
            print("the app's last words:", *self.lines[-20:], sep="\n    ", flush=True)


def restarts_under_load(identifier, times, work, acknowledged, more):
    """Restarts the instance while four threads run `work(number, ended)`, which adds to `acknowledged` what was answered so.

    Before each restart, and after the last, there must be that many more.
    """
    ended = threading.Event()
    threads = [threading.Thread(target=work, args=(number, ended)) for number in range(4)]
    for thread in threads:
        thread.start()
    try:
        for restarts_left in reversed(range(times + 1)):
            seen = len(acknowledged)
            wait("more is acknowledged", lambda: len(acknowledged) > seen + more, 60)
            if restarts_left:
                rds.reboot_db_instance(DBInstanceIdentifier=identifier)
                wait_for(identifier)
    finally:
        ended.set()
    for thread in threads:
        thread.join(60)
        assert not thread.is_alive()


def refused(answer, status, *errors):
    assert answer.status == status and answer.json["errors"] == list(errors), answer
