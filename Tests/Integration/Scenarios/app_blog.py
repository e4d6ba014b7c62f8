"""The Blog on a MySQL instance: its pool, TLS, a replica for reads, nothing lost and nothing twice while the server restarts."""

import re
import threading

import mysql_client
from example_app import App, refused, restarts_under_load, run
from mariadb_replica import Replica
from martlet_client import PASSWORD, bundle, delete_and_wait, name, note, wait
from mysql_client import create_mariadb, rows, value

# With backups it keeps a binary log, which replicas follow.
blog = create_mariadb(name("blog"), "mysql", DBName="blogdb", BackupRetentionPeriod=1)
SETTINGS = {"DB_ENDPOINT": blog["Endpoint"]["Address"], "DB_PORT": str(blog["Endpoint"]["Port"]), "DB_USERNAME": "admin",
            "DB_PASSWORD": PASSWORD, "DB_SSL_CA": bundle()}


def connect(instance=blog):
    return mysql_client.connect(instance, database="blogdb", ssl={"ca": bundle()})


note("a table that the Flask application has made is taken over")
with connect() as connection:
    rows(connection, "CREATE TABLE post (id INTEGER NOT NULL AUTO_INCREMENT, title VARCHAR(100) NOT NULL, "
         "content TEXT NOT NULL, PRIMARY KEY (id))")
    rows(connection, "INSERT INTO post (title, content) VALUES ('From Flask', 'x')")

with App("Blog", **SETTINGS) as app:
    note("Posts: N")
    home = app.get("/")
    assert home.status == 200 and "<h1>Posts: 1</h1>" in home.text and "From Flask" in home.text, home
    done = run("Blog", "add-post", "From the command line", **SETTINGS)
    assert done.returncode == 0 and done.stdout == "Posts: 2\n", done
    assert app.get("/health").json == {"success": True}

    note("a post and its comments")
    answer = app.post("/api/posts", {"title": "Käse 🦅", "content": "<script>alert(1)</script>"})
    assert answer.status == 201, answer
    one = answer.json["id"]
    path = f"/api/posts/{one}"
    assert answer.headers["Location"] == path
    assert app.post(f"{path}/comments", {"author": "Ada & Co", "content": "<b>bold</b>"}).status == 201
    shown = app.get(path).json
    assert shown["title"] == "Käse 🦅" and [c["author"] for c in shown["comments"]] == ["Ada & Co"], shown
    page = app.get(f"/posts/{one}").text
    assert "&lt;script&gt;" in page and "<script" not in page and "Ada &amp; Co" in page and "<b>bold" not in page, page
    assert app.ask("PUT", path, {"title": "Changed", "content": "y"}).status == 200
    assert app.ask("PUT", path, {"title": "Changed", "content": "y"}).status == 200, "a change that changes nothing is one"
    assert [p["title"] for p in app.get("/api/posts").json] == ["Changed", "From the command line", "From Flask"]
    assert [p["title"] for p in app.get(f"/api/posts?limit=1&before={one}").json] == ["From the command line"]
    assert app.ask("DELETE", path).status == 204
    refused(app.ask("DELETE", path), 404, "post_not_found")
    with connect() as connection:
        assert value(connection, "SELECT count(*) FROM comment") == 0

    note("rules that are not kept, and attempts at SQL")
    refused(app.post("/api/posts", {}), 422, "title_blank", "content_blank")
    refused(app.post("/api/posts", {"title": "x" * 101, "content": "y" * 20_001}), 422, "title_too_long", "content_too_long")
    refused(app.post("/api/posts", raw=b"["), 400, "json_invalid")
    refused(app.post("/api/posts/999999/comments", {"author": "a", "content": "b"}), 404, "post_not_found")
    for attempt in ("1 OR 1=1", "1;DROP TABLE post", "0", "-1", "99999999999999999999", "%27", "a%00"):
        refused(app.get("/api/posts/" + attempt.replace(" ", "%20")), 404, "post_not_found")
        refused(app.get("/api/posts?before=" + attempt.replace(" ", "%20").replace(";", "%3B")), 422, "before_invalid")
    for attempt in ("'); DROP TABLE post; --", "\\'; DELETE FROM post; #", "' OR ''='", "`", "%s", "{0}", "/*", "\0"):
        added = app.post("/api/posts", {"title": attempt, "content": attempt})
        assert added.status == 201, added
        stored = app.get(f"/api/posts/{added.json['id']}").json
        assert (stored["title"], stored["content"]) == (attempt, attempt), stored
        comment = app.post(f"/api/posts/{added.json['id']}/comments", {"author": attempt, "content": attempt})
        assert comment.status == 201 and app.get(f"/api/posts/{added.json['id']}").json["comments"][0]["author"] == attempt
    assert "<h1>Posts: 10</h1>" in app.get("/").text

    note("the pool: five connections are kept, ten more under load, and whoever waits gets his turn")


    def add(results, number):
        results.append(app.post("/api/posts", {"title": f"at once {number}", "content": "z"}).status)


    def sessions(connection, command=""):
        return len(rows(
            connection, "SELECT 1 FROM information_schema.processlist WHERE user = 'admin' AND id <> CONNECTION_ID() "
            "AND (info LIKE %s OR %s = '')", f"{command}%", command))


    with connect() as connection:
        rows(connection, "LOCK TABLES post WRITE")
        results = []
        threads = [threading.Thread(target=add, args=(results, number)) for number in range(40)]
        for thread in threads:
            thread.start()
        wait("fifteen wait for the table", lambda: sessions(connection, "INSERT") == 15, 30)
        assert not results and sessions(connection, "INSERT") == 15
        rows(connection, "UNLOCK TABLES")
        for thread in threads:
            thread.join(60)
        assert results == [201] * 40, results
        wait("ten are given up", lambda: sessions(connection) <= 10, 60)
    assert "<h1>Posts: 50</h1>" in app.get("/").text

    note("the server restarts under load")
    acknowledged, failures = [], []


    def write(number, ended):
        count = 0
        while not ended.is_set():
            count += 1
            title = f"writer {number}: {count}"
            answer = app.post("/api/posts", {"title": title, "content": "w"})
            if answer.status == 201:
                acknowledged.append((answer.json["id"], title))
            else:
                failures.append(repr(answer))


    restarts_under_load(name("blog"), 2, write, acknowledged, 20)
    with connect() as connection:
        stored = rows(connection, "SELECT id, title FROM post WHERE title LIKE 'writer %'")
    titles = [title for _, title in stored]
    assert len(titles) == len(set(titles)), "a write was applied twice"
    assert not set(acknowledged) - set(stored), "an acknowledged write is lost"
    assert all(text.startswith("503 ") for text in failures), failures[:5]
    note(f"{len(acknowledged)} posts were acknowledged, {len(failures)} requests were answered 503")

note("who waits too long for a connection is told, and the log says who has them")
with App("Blog", "--pool-timeout", "5", **SETTINGS) as app, connect() as connection:
    rows(connection, "LOCK TABLES post WRITE")
    results = []
    threads = [threading.Thread(target=add, args=(results, number)) for number in range(16)]
    for thread in threads:
        thread.start()
    wait("one is refused", lambda: 503 in results, 60)
    wait("the log says who has them", lambda: any("Posts.swift" in line for line in list(app.lines)), 20)
    rows(connection, "UNLOCK TABLES")
    for thread in threads:
        thread.join(60)
    assert set(results) == {201, 503}, results

note("reads go to a replica when one exists, and what was just written is seen nevertheless")
with Replica(blog, "blogdb") as replica:
    readers = f"mysql://admin:{PASSWORD}@127.0.0.1:{replica.port}/blogdb?sslmode=disable"
    with App("Blog", **SETTINGS, READER_URL=readers) as app:
        def posts():
            return int(re.search(r"<h1>Posts: (\d+)</h1>", app.get("/").text)[1])

        def add_post(title):
            return app.post("/api/posts", {"title": title, "content": "r"}).json["id"]

        with connect() as connection:
            there = value(connection, "SELECT count(*) FROM post")
        wait("the replica has all", lambda: replica.count("post") == there, 30)
        # What it holds back tells it from the writer.
        replica.run("STOP SLAVE SQL_THREAD")
        written = add_post("Held back")
        wait("the replica answers", lambda: posts() == there, 30)
        assert app.get(f"/api/posts/{written}").json["title"] == "Held back", "one's own writes are seen"
        replica.run("START SLAVE SQL_THREAD")
        wait("it has caught up", lambda: posts() == there + 1, 30)

        note("a replica that is too far behind is not asked")
        # The writer says the same when the replica is not asked just then.
        wait("it has caught up itself", lambda: replica.count("post") == there + 1, 30)
        replica.run("STOP SLAVE SQL_THREAD")
        add_post("Far behind")
        wait("the replica answers", lambda: posts() == there + 1, 8)
        wait("the writer is asked", lambda: posts() == there + 2, 30)
        replica.run("START SLAVE SQL_THREAD")

        note("a replica that dies is not missed, and is asked again when it is back")
        replica.kill()
        for number in range(20):
            assert posts() == there + 2, "a reader is told of the death"
        replica.start()
        wait("it has caught up again", lambda: replica.count("post") == there + 2, 30)
        replica.run("STOP SLAVE SQL_THREAD")
        add_post("After the return")
        wait("the replica is asked again", lambda: posts() == there + 2, 8)

note("what cannot be is refused at the start")
for words, changes in (
        ("needs MySQL", {"DB_ENDPOINT": None, "DB_USERNAME": None, "DB_PASSWORD": None}),
        ("DB_PASSWORD must be given", {"DB_PASSWORD": None}),
        ("cannot be read", {"DB_SSL_CA": "/nowhere.pem"}),
        ("certificate", {"DB_SSL_CA": None}),
        ("Check user and password", {"DB_PASSWORD": "wrong-password"})):
    done = run("Blog", "serve", **{**SETTINGS, **changes})
    assert done.returncode != 0 and words in done.stderr and PASSWORD not in done.stderr, (words, done.stderr)
delete_and_wait(name("blog"))
