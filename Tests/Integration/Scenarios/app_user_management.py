"""User management: SQLite in development, MySQL in production by environment alone; init, migrate, backup, the API on both."""

import json
import os
import re
import sqlite3
import stat

from werkzeug.security import check_password_hash, generate_password_hash

from example_app import App, bundle, refused, run
from martlet_client import PASSWORD, SCRATCH, create_available, delete_and_wait, name, note

DEVELOPMENT = f"{SCRATCH}/development"
PRODUCTION = f"{SCRATCH}/production"
os.mkdir(DEVELOPMENT)
os.mkdir(PRODUCTION)
FILE = f"{DEVELOPMENT}/volumes/user_management.db"


def command(*words, directory, given=""):
    return run("UserManagement", *words, directory=directory, given=given)


def passwords(output):
    return dict(re.findall(r"^(\w+): \w+, password (\w+)$", output, re.M))


def drive(directory, known):
    """The API, whichever database is behind it."""
    with App("UserManagement", directory=directory) as app:
        note("nobody gets in without a password")
        for method, path in (("GET", "/api/users"), ("GET", "/api/users/toby"), ("POST", "/api/users"),
                             ("PUT", "/api/users/toby"), ("DELETE", "/api/users/toby"), ("GET", "/api/groups"),
                             ("POST", "/api/groups"),
                             ("PUT", "/api/groups/csa/members/hop"), ("DELETE", "/api/groups/csa")):
            refused(app.ask(method, path, {}), 401, "login_needed")
        refused(app.get("/api/users", headers={"Authorization": "Bearer ' OR '1'='1"}), 401, "login_needed")
        for uid, password in (("toby", "wrong"), ("nobody", known["toby"]), ("toby", "' OR '1'='1")):
            refused(app.post("/api/login", {"uid": uid, "password": password}), 401, "uid_or_password_wrong")


        def login(uid, password):
            answer = app.post("/api/login", {"uid": uid, "password": password})
            assert answer.status == 200, answer
            return {"headers": {"Authorization": f"Bearer {answer.json['token']}"}}


        admin, user = login("TOBY", known["toby"]), login("niko", known["niko"])

        note("users: made, shown, changed, deleted")
        listed = app.get("/api/users", **user).json
        assert [u["uid"] for u in listed] == ["hop", "niko", "toby"], listed
        assert all(set(u) == {"uid", "name", "email", "role", "created_at"} for u in listed), "no password, and no hash of one"
        assert [u["uid"] for u in app.get("/api/users?limit=1&after=hop", **user).json] == ["niko"]
        ada = {"uid": "Ada", "name": "Ada Lovelace", "email": "ada@example.com", "password": "analytical"}
        refused(app.post("/api/users", ada, **user), 403, "administrator_needed")
        made = app.post("/api/users", ada, **admin)
        assert made.status == 201 and made.json["uid"] == "ada" and made.json["role"] == "User", made
        refused(app.post("/api/users", ada, **admin), 409, "uid_taken")
        refused(app.post("/api/users", {**ada, "uid": "ada2"}, **admin), 409, "email_taken")
        refused(app.post("/api/users", {}, **admin), 422, "uid_blank", "name_blank", "password_blank")
        refused(app.post("/api/users", {**ada, "uid": "x y", "role": "Root"}, **admin), 422, "uid_invalid", "role_unknown")
        refused(app.post("/api/users", {**ada, "uid": "eve", "password": generate_password_hash("12345678")}, **admin), 422,
                "password_is_a_hash")
        mine = login("ada", "analytical")
        assert app.ask("PUT", "/api/users/ada", {"name": "Ada King"}, **mine).json["name"] == "Ada King"
        refused(app.ask("PUT", "/api/users/ada", {"role": "Admin"}, **mine), 403, "administrator_needed")
        refused(app.ask("PUT", "/api/users/niko", {"name": "Evil"}, **mine), 403, "administrator_needed")
        refused(app.ask("PUT", "/api/users/ada", {"email": "hop@example.com"}, **mine), 409, "email_taken")
        refused(app.ask("PUT", "/api/users/ada", {}, **mine), 422, "nothing_to_change")
        assert app.ask("PUT", "/api/users/ada", {"password": "difference engine"}, **mine).status == 200
        refused(app.get("/api/users", **mine), 401, "login_needed")
        refused(app.post("/api/login", {"uid": "ada", "password": "analytical"}), 401, "uid_or_password_wrong")
        mine = login("ada", "difference engine")
        assert app.ask("PUT", "/api/users/ada", {"role": "Admin"}, **admin).json["role"] == "Admin"
        assert app.post("/api/groups", {"name": "ap", "title": "A new group"}, **mine).status == 201
        assert app.ask("PUT", "/api/users/ada", {"role": "User"}, **admin).status == 200
        refused(app.ask("DELETE", "/api/groups/ap", **mine), 403, "administrator_needed")

        note("groups and their members")
        assert {g["name"]: g["members"] for g in app.get("/api/groups", **user).json} == {"ap": 0, "csa": 2, "csp": 1}
        for _ in range(2):
            group = app.ask("PUT", "/api/groups/ap/members/ada", **admin).json
            assert group == {"name": "ap", "title": "A new group", "members": ["ada"]}, group
        refused(app.ask("PUT", "/api/groups/ap/members/nobody", **admin), 404, "user_not_found")
        refused(app.ask("PUT", "/api/groups/none/members/ada", **admin), 404, "group_not_found")
        refused(app.post("/api/groups", {"name": "ap", "title": "Again"}, **admin), 409, "name_taken")
        assert app.ask("PUT", "/api/groups/ap", {"title": "Another title"}, **admin).json["title"] == "Another title"
        assert app.ask("DELETE", "/api/users/ada", **admin).status == 204
        refused(app.get("/api/users", **mine), 401, "login_needed")
        assert app.get("/api/groups/ap", **user).json["members"] == [], "who is gone is a member no more"
        assert app.ask("DELETE", "/api/groups/ap", **admin).status == 204
        refused(app.get("/api/groups/ap", **user), 404, "group_not_found")

        note("nothing that a client writes becomes SQL")
        for number, attempt in enumerate(("'; DROP TABLE users; --", "' OR '1'='1", "\\'; --", "1); DELETE FROM users; --")):
            refused(app.post("/api/users", {**ada, "uid": attempt}, **admin), 422, "uid_invalid")
            named = app.post("/api/users", {"uid": f"sql{number}", "name": attempt, "password": attempt * 2}, **admin)
            assert named.status == 201 and named.json["name"] == attempt, named
            title = app.ask("PUT", "/api/groups/csa", {"title": attempt}, **admin)
            assert title.json["title"] == attempt, title
            assert app.ask("DELETE", f"/api/users/sql{number}", **admin).status == 204
        refused(app.post("/api/login", {"uid": attempt, "password": attempt}), 401, "uid_or_password_wrong")
        assert [u["uid"] for u in app.get("/api/users", **user).json] == ["hop", "niko", "toby"]
        assert app.get("/api/health").json == {"success": True}


note("development: a SQLite file, made by init")
done = command("init", directory=DEVELOPMENT)
assert done.returncode == 0 and "will be lost" not in done.stderr, done
known = passwords(done.stdout)
assert set(known) == {"toby", "niko", "hop"}, done.stdout
drive(DEVELOPMENT, known)

note("hashes are Werkzeug's, as the note's application reads them")
with sqlite3.connect(FILE) as file:
    stored = dict(file.execute("SELECT uid, password FROM users"))
    assert all(check_password_hash(stored[uid], known[uid]) for uid in known), stored

note("init warns, and does nothing without the database's name")
for given in ("", "yes\n", "user_managemen\n"):
    done = command("init", directory=DEVELOPMENT, given=given)
    assert done.returncode == 1 and "users: 3 rows" in done.stderr and "Nothing was changed" in done.stderr, done
with sqlite3.connect(FILE) as file:
    assert dict(file.execute("SELECT uid, password FROM users")) == stored

note("a backup of the file, for its owner alone")
done = command("backup", directory=DEVELOPMENT)
assert done.returncode == 0, done
copy = FILE.replace(".db", "_bak.db")
assert stat.S_IMODE(os.stat(copy).st_mode) == 0o600, oct(os.stat(copy).st_mode)
with sqlite3.connect(copy) as file:
    assert dict(file.execute("SELECT uid, password FROM users")) == stored
done = command("init", "--yes", directory=DEVELOPMENT)
assert done.returncode == 0 and "Backed up to" in done.stdout, done
with sqlite3.connect(copy) as file, sqlite3.connect(FILE) as fresh:
    assert dict(file.execute("SELECT uid, password FROM users")) == stored, "what was lost is in the backup"
    assert dict(fresh.execute("SELECT uid, password FROM users")).keys() == stored.keys()
    assert dict(fresh.execute("SELECT uid, password FROM users")) != stored
done = command("backup", directory=PRODUCTION)
assert done.returncode != 0 and "init makes it" in done.stderr, done

note("production: MySQL, by a file .env alone")
instance = create_available(name("users"), Engine="mysql", MasterUsername="admin")
with open(f"{PRODUCTION}/.env", "w", encoding="utf-8") as file:
    file.write(f"# production\nDB_ENDPOINT='{instance['Endpoint']['Address']}'\nDB_USERNAME=admin\nDB_PASSWORD='{PASSWORD}'\n"
               f"export DB_SSL_CA={bundle()}\n")
done = command("init", directory=PRODUCTION)
assert done.returncode == 0, done
known = passwords(done.stdout)
drive(PRODUCTION, known)
assert not os.path.exists(f"{PRODUCTION}/volumes"), "nothing of SQLite in production"
done = command("backup", directory=PRODUCTION)
assert done.returncode != 0 and "Only SQLite is a file" in done.stderr, done
done = command("init", directory=PRODUCTION, given="no\n")
assert done.returncode == 1 and "users: 3 rows" in done.stderr and "Nothing was changed" in done.stderr, done

note("migration from the note's Flask application, through the rules")
old = f"{SCRATCH}/flask.db"
with sqlite3.connect(old) as file:
    file.execute("CREATE TABLE users (id INTEGER PRIMARY KEY, _name TEXT, _uid TEXT, _password TEXT, _role TEXT)")
    file.executemany("INSERT INTO users (_name, _uid, _password, _role) VALUES (?, ?, ?, ?)", [
        ("Alan Turing", "Alan", generate_password_hash("enigma-machine"), "Admin"),
        ("Plain Text", "plain", "plain-password", "User"),
        ("Old Hash", "oldhash", generate_password_hash("older-password", "pbkdf2:sha256:100000"), None),
        ("Thomas Edison", "toby", "somebody-else", "User"),
        ("", "noname", "long enough", "User"),
        ("Short Password", "short", "123", "User"),
        ("Evil'); DROP TABLE users; --", "evil", "long enough", "User"),
        ("Bad Role", "role", "long enough", "Root"),
        ("Plain Twice", "PLAIN", "other-password", "User"),
    ])
done = command("migrate", "--from", f"sqlite:///{old}", directory=PRODUCTION)
assert done.returncode == 2, done
assert done.stdout.startswith("4 users and 0 groups came here, 2 were there already, 3 were refused"), done
with open(f"{PRODUCTION}/rejects.jsonl", encoding="utf-8") as file:
    rejects = {r["key"]: r["reasons"] for r in map(json.loads, file)}
assert rejects == {"noname": ["name_blank"], "short": ["password_too_short"], "role": ["role_unknown"]}, rejects
done = command("migrate", "--from", f"sqlite:///{old}", directory=PRODUCTION)
assert done.stdout.startswith("0 users and 0 groups came here, 6 were there already, 3 were refused"), done

note("and from one of our own, groups included, as a file too")
done = command("migrate", "--from", f"sqlite:///{FILE}", directory=PRODUCTION)
assert done.returncode == 0 and done.stdout.startswith("0 users and 0 groups came here, 5 were there already"), done
with open(f"{SCRATCH}/more.json", "w", encoding="utf-8") as file:
    json.dump({"users": [{"uid": "grace", "name": "Grace", "password": "cobol-cobol"}],
               "groups": [{"name": "navy", "title": "The Navy", "members": ["grace", "nobody"]}]}, file)
done = command("migrate", "--from", f"{SCRATCH}/more.json", directory=PRODUCTION)
assert done.returncode == 2, done
assert done.stdout.startswith("1 users and 1 groups came here, 0 were there already, 1 were refused"), done
with App("UserManagement", directory=PRODUCTION) as app:
    for uid, password in (("alan", "enigma-machine"), ("plain", "plain-password"), ("oldhash", "older-password"),
                          ("toby", known["toby"]), ("grace", "cobol-cobol"), ("evil", "long enough")):
        answer = app.post("/api/login", {"uid": uid, "password": password})
        assert answer.status == 200, (uid, answer)
    token = {"headers": {"Authorization": f"Bearer {answer.json['token']}"}}
    assert app.get("/api/groups/navy", **token).json["members"] == ["grace"]

note("a user from the command line; no password in an argument")
done = command("add", "root1", "--name", "The Administrator", "--admin", directory=PRODUCTION, given="a-good-password\n")
assert done.returncode == 0, done
done = command("add", "root1", "--name", "The Administrator", directory=PRODUCTION, given="a-good-password\n")
assert done.returncode != 0 and "uid_taken" in done.stderr, done

note("what cannot be is refused")
for words, message in ((("migrate", "--from", "nowhere.json"), "no file"),
                       (("migrate", "--from", "sqlite:///nowhere.db"), "no file"),
                       (("migrate", "--from", "oracle://x/y"), "oracle"), (("serve", "--listen", "here"), "HOST:PORT")):
    done = command(*words, directory=PRODUCTION)
    assert done.returncode != 0 and message in done.stderr, (words, done.stderr)
with open(f"{PRODUCTION}/.env", "a", encoding="utf-8") as file:
    file.write("DB_PASSWORD=\n")
done = command("serve", directory=PRODUCTION)
assert done.returncode != 0 and "DB_PASSWORD must be given" in done.stderr, done
delete_and_wait(name("users"))
