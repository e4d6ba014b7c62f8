"""Cognito's post confirmation event makes a user, once, from standard input, over HTTP and as a program of AWS Lambda."""

import http.server
import json
import os
import queue
import subprocess
import threading

from example_app import App, environment, program, run, url
from martlet_client import connect, create_available, delete_and_wait, name, note, psql, wait

instance = create_available(name("cognito"), DBName="cruddur")
with open(f"{os.environ['MARTLET_ROOT']}/Examples/Cruddur/db/schema.sql", encoding="utf-8") as script:
    psql(instance, script.read(), dbname="cruddur")
CONNECTION_URL = url("postgresql", instance, "cruddur", "cruddur")


def event(sub, handle, trigger="PostConfirmation_ConfirmSignUp", **more):
    """As Cognito sends it, spaces and all."""
    return json.dumps({
        "version": "1", "region": "us-east-1", "userPoolId": "us-east-1_ABC", "userName": sub,
        "callerContext": {"awsSdkVersion": "aws-sdk-unknown-unknown", "clientId": "1234"}, "triggerSource": trigger,
        "request": {"userAttributes": {
            "sub": sub, "email_verified": "true", "cognito:user_status": "CONFIRMED", "name": f"Name of {handle}",
            "preferred_username": handle, "email": f"{handle}@example.com", **more}},
        "response": {}}, indent=1)


def users():
    with connect(instance, dbname="cruddur") as connection:
        return connection.execute("SELECT cognito_user_id, handle, display_name, email FROM users ORDER BY handle").fetchall()


def confirm(text):
    return run("Cruddur", "post-confirmation", given=text, CONNECTION_URL=CONNECTION_URL)


note("from standard input: the event comes back as it was, and twice is as once")
first = event("sub-1", "ada")
for _ in range(2):
    done = confirm(first)
    assert done.returncode == 0 and done.stdout == first, (done.stdout, done.stderr)
assert users() == [("sub-1", "ada", "Name of ada", "ada@example.com")], users()
forgotten = event("sub-9", "nobody", trigger="PostConfirmation_ConfirmForgotPassword")
done = confirm(forgotten)
assert done.returncode == 0 and done.stdout == forgotten and len(users()) == 1, done

note("what is wrong is said, and nobody is inserted")
for text, words in (("", "no JSON object"), ("[]", "no JSON object"),
                    (event("x", "y", trigger="PreSignUp_SignUp"), "PreSignUp_SignUp"),
                    (event("x", ""), "preferred_username"), (event("MOCK", "mock"), "sub"), (event("sub-2", "ADA"), "handle")):
    done = confirm(text)
    assert done.returncode == 1 and words in done.stderr and not done.stdout, (text, done.stderr)
assert len(users()) == 1, users()

note("no attribute becomes SQL")
attempt = "x'); DROP TABLE users; --"
for number, field in enumerate(("sub", "name", "preferred_username", "email")):
    text = event(f"sql-{number}", f"sql{number}", **{field: f"{number}{attempt}"}) if field != "sub" else event(
        f"{number}{attempt}", "sql0")
    done = confirm(text)
    assert done.returncode == 0 and done.stdout == text, done.stderr
stored = users()
assert len(stored) == 5 and sum(attempt in "".join(row) for row in stored) == 4, stored

note("over HTTP, many at once and the same one many times")
with App("Cruddur", "post-confirmation", CONNECTION_URL=CONNECTION_URL) as app:
    answers = []
    texts = [event(f"http-{n % 4}", f"http{n % 4}") for n in range(20)]
    threads = [threading.Thread(target=lambda text=text: answers.append((text, app.post("/", raw=text.encode()))))
               for text in texts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(answers) == 20 and all(answer.status == 200 and answer.text == text for text, answer in answers), answers
    assert sum(row[0].startswith("http-") for row in users()) == 4, users()
    answer = app.post("/", raw=event("other", "ada").encode())
    assert answer.status == 409 and "handle" in answer.text, answer
    answer = app.post("/", raw=b"{}")
    assert answer.status == 422 and "triggerSource" in answer.text, answer
    assert app.get("/health-check").status == 200

note("as a bootstrap of provided.al2023, against the runtime API")


class Runtime(http.server.BaseHTTPRequestHandler):
    """https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html"""

    events = queue.Queue()
    answers = {}
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        assert self.path == "/2018-06-01/runtime/invocation/next", self.path
        item = self.events.get()
        if item is None:
            return self.say(500, b"")
        identity, body = item
        return self.say(200, body.encode(), {
            "Lambda-Runtime-Aws-Request-Id": identity, "Lambda-Runtime-Deadline-Ms": "99999999999999"})

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        *_, identity, what = self.path.split("/")
        self.answers[identity] = (what, body, self.headers.get("Lambda-Runtime-Function-Error-Type"))
        self.say(202, b'{"status":"OK"}')

    def say(self, status, body, headers=None):
        self.send_response(status)
        for key, text in {"Content-Length": str(len(body)), **(headers or {})}.items():
            self.send_header(key, text)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Runtime)
threading.Thread(target=server.serve_forever, daemon=True).start()
bootstrap = subprocess.Popen(
    [program("Cruddur")], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    env=environment(CONNECTION_URL=CONNECTION_URL, AWS_LAMBDA_RUNTIME_API=f"127.0.0.1:{server.server_port}"))
try:
    good = event("lambda-1", "grace")
    for identity, text in (("r1", good), ("r2", good), ("r3", event("x", "ADA")), ("r4", "no event"),
                           ("r5", event("lambda-2", "alan"))):
        Runtime.events.put((identity, text))
    wait("all are answered", lambda: len(Runtime.answers) == 5, 60)
finally:
    Runtime.events.put(None)
    output, _ = bootstrap.communicate(timeout=60)
    print(output)
server.shutdown()
server.server_close()
assert Runtime.answers["r1"][:2] == ("response", good) and Runtime.answers["r2"][:2] == ("response", good), Runtime.answers
assert Runtime.answers["r5"][0] == "response", Runtime.answers
for identity, words in (("r3", "handle"), ("r4", "no JSON object")):
    what, body, kind = Runtime.answers[identity]
    assert what == "error" and words in json.loads(body)["errorMessage"] and kind, Runtime.answers[identity]
assert {"grace", "alan"} <= {row[1] for row in users()}, users()
assert bootstrap.returncode != 0 and "500" in output, "a runtime API that fails ends the program, and Lambda starts another"

note("a database that does not answer is an error for Cognito, and no user is lost in silence")
delete_and_wait(name("cognito"))
done = run("Cruddur", "post-confirmation", given=event("late", "late"), CONNECTION_URL=CONNECTION_URL)
assert done.returncode == 1 and "Cannot connect" in done.stderr and not done.stdout, done
