"""Cruddur on a PostgreSQL instance: feeds, what is said, replies, likes, expiry, and nothing that a client writes becomes SQL."""

import os
import re
import urllib.parse
import uuid

from example_app import App, refused, restarts_under_load, run, url
from martlet_client import connect, create_available, delete_and_wait, name, note, psql, rds, value, wait, wait_for

ROOT = os.environ["MARTLET_ROOT"]
SQL = f"{ROOT}/Examples/Cruddur/db"
DATABASE = {"dbname": "cruddur"}

instance = create_available(name("cruddur"), DBName="cruddur")


def load(file):
    with open(f"{SQL}/{file}", encoding="utf-8") as script:
        return psql(instance, script.read(), dbname="cruddur")


note("a database as the first version of the schema made it")
with connect(instance, **DATABASE) as connection:
    connection.execute("""CREATE EXTENSION "uuid-ossp";
        CREATE TABLE users (uuid uuid PRIMARY KEY DEFAULT uuid_generate_v4(), display_name text, handle text,
            cognito_user_id text, created_at timestamp NOT NULL DEFAULT current_timestamp);
        CREATE TABLE activities (uuid uuid PRIMARY KEY DEFAULT uuid_generate_v4(), user_uuid uuid NOT NULL, message text NOT NULL,
            replies_count integer DEFAULT 0, reposts_count integer DEFAULT 0, likes_count integer DEFAULT 0,
            reply_to_activity_uuid integer, expires_at timestamp, created_at timestamp NOT NULL DEFAULT current_timestamp)""")
load("seed.sql")
note("becomes one as the schema is now; twice is as once")
for _ in range(2):
    load("schema.sql")
    load("seed.sql")

CONNECTION_URL = url("postgresql", instance, "cruddur", "cruddur")
app = App("Cruddur", "--sweep-every", "1", CONNECTION_URL=CONNECTION_URL, OTEL_TRACES_EXPORTER="console")
home = "/api/activities/home"


def said(message, handle="andrewbrown", ttl="7-days"):
    answer = app.post("/api/activities", {"user_handle": handle, "message": message, "ttl": ttl})
    assert answer.status == 201, answer
    return answer.json


with app:
    note("the page, and what it loads")
    page = app.get("/")
    assert page.status == 200 and "<title>Cruddur</title>" in page.text, page
    assert "default-src 'none'" in page.headers["Content-Security-Policy"], page.headers
    for path in re.findall(r'(?:href|src)="(/[^"]+)"', page.text):
        assert app.get(path).status == 200, path
    assert app.get("/api/health-check").json == {"success": True}

    note("the seed is the home feed")
    (seed,) = app.get(home).json
    assert seed["message"] == "This was imported as seed data!" and seed["handle"] == "andrewbrown", seed
    assert set(seed) == {"uuid", "display_name", "handle", "message", "replies_count", "reposts_count", "likes_count",
                         "reply_to_activity_uuid", "expires_at", "created_at"}, seed
    assert seed["created_at"].endswith("+00:00"), seed

    note("something is said, answered, liked, and found")
    first = said("Käse 🦅 at 100% of a_b")
    assert first["message"] == "Käse 🦅 at 100% of a_b" and first["replies"] == [] and first["likes_count"] == 0, first
    one = f"/api/activities/{first['uuid']}"
    assert [a["uuid"] for a in app.get(home).json] == [first["uuid"], seed["uuid"]]
    reply = app.post(f"{one}/reply", {"user_handle": "BAYKO", "message": "I agree"})
    assert reply.status == 201 and reply.json["reply_to_activity_uuid"] == first["uuid"], reply
    shown = app.get(one).json
    assert shown["replies_count"] == 1 and [r["message"] for r in shown["replies"]] == ["I agree"], shown
    assert len(app.get(home).json) == 2, "replies are not in the home feed"
    assert [a["message"] for a in app.get("/api/activities/@Bayko").json] == ["I agree"]
    for _ in range(2):
        assert app.post(f"{one}/likes", {"user_handle": "bayko"}).json == {"likes_count": 1}
    assert app.post(f"{one}/likes", {"user_handle": "andrewbrown"}).json == {"likes_count": 2}
    for _ in range(2):
        assert app.ask("DELETE", f"{one}/likes", {"user_handle": "bayko"}).json == {"likes_count": 1}


    def search(term):
        return [a["uuid"] for a in app.get("/api/activities/search?term=" + urllib.parse.quote(term)).json]


    for term in ("käse", "100%", "a_b", "🦅"):
        assert search(term) == [first["uuid"]], term
    for term in ("100%of", "a%b", "a__b", "\\"):
        assert search(term) == [], term

    note("a feed goes on where it was left")
    for number in range(25):
        said(f"number {number}")
    newest = app.get(home).json
    assert [a["message"] for a in newest] == [f"number {n}" for n in range(24, 4, -1)], newest
    older = app.get(f"{home}?before={newest[-1]['uuid']}").json
    assert [a["message"] for a in older][:5] == [f"number {n}" for n in range(4, -1, -1)] and len(older) == 7, older
    assert len(app.get(f"{home}?limit=100").json) == 27

    note("rules that are not kept")
    refused(app.post("/api/activities", {}), 422, "ttl_blank", "user_handle_blank", "message_blank")
    refused(app.post("/api/activities", {"user_handle": "bayko", "message": "x" * 281, "ttl": "1-day"}), 422,
            "message_exceed_max_chars")
    refused(app.post("/api/activities", {"user_handle": "nobody", "message": "x", "ttl": "1-day"}), 422, "user_not_found")
    refused(app.post("/api/activities", {"user_handle": "bayko", "message": "x\0y", "ttl": "1-day"}), 422, "zero_byte")
    refused(app.post("/api/activities", raw=b"{"), 400, "json_invalid")
    refused(app.post("/api/activities", {"user_handle": 7}), 400, "json_invalid")
    assert app.post("/api/activities", raw=b" " * 70_000).status == 413
    refused(app.post(f"{one}/reply", {"user_handle": "nobody", "message": "x"}), 422, "user_not_found")
    absent = f"/api/activities/{uuid.uuid4()}"
    refused(app.get(absent), 404, "activity_not_found")
    refused(app.post(f"{absent}/reply", {"user_handle": "bayko", "message": "x"}), 404, "activity_not_found")
    refused(app.post(f"{absent}/likes", {"user_handle": "bayko"}), 404, "activity_not_found")
    refused(app.post(f"{one}/likes", {"user_handle": "nobody"}), 422, "user_not_found")
    refused(app.get("/api/activities/@nobody"), 404, "user_not_found")
    refused(app.get("/api/activities/@a%00b"), 404, "user_not_found")
    refused(app.get("/api/activities/search"), 422, "term_blank")
    refused(app.get("/api/activities/search?term=a%00b"), 422, "term_invalid")
    refused(app.get(f"{home}?limit=0"), 422, "limit_invalid")
    refused(app.get(f"{home}?limit=1000000&before=x"), 422, "limit_invalid", "before_invalid")

    note("nothing that a client writes becomes SQL, in any field")
    ATTEMPTS = ["'; DROP TABLE activities; --", "' OR '1'='1", "\\'; DELETE FROM users; --", "$1", "%s", "{0}",
                "'); INSERT INTO users (handle) VALUES ('evil'); --", "1; SELECT pg_sleep(10)", "\" OR \"\"=\"",
                "$$; DROP SCHEMA public"]


    def rows():
        with connect(instance, **DATABASE) as connection:
            return connection.execute(
                "SELECT (SELECT count(*) FROM users), (SELECT count(*) FROM activities), (SELECT count(*) FROM likes)").fetchone()


    before = rows()
    for attempt in ATTEMPTS:
        quoted = urllib.parse.quote(attempt, safe="")
        refused(app.post("/api/activities", {"user_handle": attempt, "message": "x", "ttl": "1-day"}), 422, "user_not_found")
        refused(app.post("/api/activities", {"user_handle": "bayko", "message": "x", "ttl": attempt}), 422, "ttl_blank")
        refused(app.post(f"{one}/reply", {"user_handle": attempt, "message": "x"}), 422, "user_not_found")
        refused(app.post(f"{one}/likes", {"user_handle": attempt}), 422, "user_not_found")
        refused(app.ask("DELETE", f"{one}/likes", {"user_handle": attempt}), 422, "user_not_found")
        refused(app.get(f"/api/activities/@{quoted}"), 404, "user_not_found")
        refused(app.get(f"/api/activities/{quoted}"), 404, "activity_not_found")
        refused(app.post(f"/api/activities/{quoted}/reply", {"user_handle": "bayko", "message": "x"}), 404, "activity_not_found")
        refused(app.post(f"/api/activities/{quoted}/likes", {"user_handle": "bayko"}), 404, "activity_not_found")
        refused(app.get(f"{home}?before={quoted}"), 422, "before_invalid")
        refused(app.get(f"{home}?limit={quoted}"), 422, "limit_invalid")
        assert search(attempt) == [], attempt
    assert rows() == before, (before, rows())
    for attempt in ATTEMPTS:
        activity = said(attempt)
        assert activity["message"] == attempt and search(attempt) == [activity["uuid"]], activity
        answer = app.post(f"/api/activities/{activity['uuid']}/reply", {"user_handle": "bayko", "message": attempt})
        assert answer.json["message"] == attempt, answer
    assert rows() == (before[0], before[1] + 2 * len(ATTEMPTS), before[2]), (before, rows())

    note("what has expired is not shown, and then is not there")
    with connect(instance, **DATABASE) as connection:
        gone = said("not for long", ttl="1-hour")
        app.post(f"/api/activities/{gone['uuid']}/reply", {"user_handle": "bayko", "message": "a pity"})
        left = value(connection, "SELECT extract(epoch FROM expires_at - created_at)::int FROM activities "
                     f"WHERE uuid = '{gone['uuid']}'")
        assert left == 3600, left
        connection.execute("UPDATE activities SET expires_at = current_timestamp WHERE uuid = %s", (gone["uuid"],))
        refused(app.get(f"/api/activities/{gone['uuid']}"), 404, "activity_not_found")
        refused(app.post(f"/api/activities/{gone['uuid']}/likes", {"user_handle": "bayko"}), 404, "activity_not_found")
        assert app.get(home).json[0]["uuid"] != gone["uuid"]
        wait("it is deleted, and the reply to it", lambda: value(
            connection, "SELECT count(*) FROM activities WHERE message IN ('not for long', 'a pity')") == 0, 30)

    note("a request is a span, in the caller's trace, with the work and the statement below it")
    trace = "0af7651916cd43dd8448eb211c80319c"
    app.get(home, headers={"traceparent": f"00-{trace}-b7ad6b7169203331-01"})
    ours = wait("three spans", lambda: (
        lambda found: found if len(found) >= 3 else None)([s for s in app.spans() if s["context"]["trace_id"] == trace]), 20)
    spans = {span["kind"]: span for span in ours}
    assert spans["server"]["parent_id"] == "b7ad6b7169203331", spans
    assert spans["server"]["attributes"]["http.response.status_code"] == 200, spans
    assert spans["internal"]["name"] == "home-activities" and spans["internal"]["attributes"]["app.result_length"] == 20, spans
    assert spans["client"]["parent_id"] == spans["internal"]["context"]["span_id"], spans
    assert spans["client"]["attributes"]["db.system.name"] == "postgresql", spans
    told = "\n".join(app.lines)
    assert "correct-horse-battery" not in told and "DROP TABLE" not in "".join(
        s["attributes"].get("db.query.text", "") for s in app.spans()), "no value is in a span's statement"

    note("the server restarts again and again while people talk: what was acknowledged is there, and once")
    acknowledged, failures = [], []


    def talk(number, ended):
        for count in range(100_000):
            if ended.is_set():
                return
            answer = app.post("/api/activities", {"user_handle": "bayko", "message": f"talker {number}: {count}", "ttl": "1-day"})
            if answer.status == 201:
                acknowledged.append((f"talker {number}: {count}", answer.json["uuid"]))
                liked = app.post(f"/api/activities/{seed['uuid']}/reply", {"user_handle": "bayko", "message": "again"})
                if liked.status != 201:
                    failures.append(repr(liked))
            else:
                failures.append(repr(answer))


    restarts_under_load(name("cruddur"), 3, talk, acknowledged, 8)
    with connect(instance, **DATABASE) as connection:
        stored = connection.execute("SELECT message, uuid::text FROM activities WHERE message LIKE 'talker %'").fetchall()
        messages = [message for message, _ in stored]
        assert len(messages) == len(set(messages)), "a write was applied twice"
        lost = set(acknowledged) - set(stored)
        assert not lost, f"acknowledged, but not there: {sorted(lost)[:5]}"
        counted = connection.execute(f"""SELECT replies_count, (SELECT count(*) FROM activities
            WHERE reply_to_activity_uuid = a.uuid) FROM activities a WHERE uuid = '{seed['uuid']}'""").fetchone()
        assert counted[0] == counted[1], f"replies are counted once each: {counted}"
    note(f"{len(acknowledged)} activities were acknowledged, {len(failures)} requests were answered 503")
    assert all(text.startswith("503 ") for text in failures), failures[:5]

note("without a database it says so, and comes back by itself")
rds.stop_db_instance(DBInstanceIdentifier=name("cruddur"))
wait_for(name("cruddur"), "stopped")
with App("Cruddur", CONNECTION_URL=CONNECTION_URL) as app:
    answer = app.get("/api/health-check")
    assert answer.status == 503 and answer.json["errors"] == ["database_unavailable"], answer
    refused(app.get(home), 503, "database_unavailable")
    rds.start_db_instance(DBInstanceIdentifier=name("cruddur"))
    wait_for(name("cruddur"))
    wait("it is well", lambda: app.get("/api/health-check").status == 200, 60)

note("what cannot be is refused at the start")
for setting, words in ((None, "needs PostgreSQL"), ("mysql://a:b@localhost/c", "needs PostgreSQL"),
                       ("http://x", "CONNECTION_URL"), (CONNECTION_URL + "&sslmode=prefer", "promises nothing")):
    done = run("Cruddur", "serve", CONNECTION_URL=setting)
    assert done.returncode != 0 and words in done.stderr, (setting, done.stderr)
done = run("Cruddur", "serve", CONNECTION_URL=CONNECTION_URL, OTEL_TRACES_EXPORTER="jaeger")
assert done.returncode != 0 and "console or none" in done.stderr, done.stderr
delete_and_wait(name("cruddur"))
