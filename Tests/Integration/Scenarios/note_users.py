"""The note on RDS for a Python application: SQLite in development, MySQL by three variables; users through the business rules."""

import os
import subprocess

from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from martlet_client import PASSWORD, SCRATCH, create_available, delete_and_wait, martlet, name, note
from sqlalchemy import text

DATABASE = "user_management"


def settings(environment):
    """SQLite, unless all three variables say which server."""
    endpoint, user, password = (environment.get(key) for key in ("DB_ENDPOINT", "DB_USERNAME", "DB_PASSWORD"))
    if endpoint and user and password:
        server = f"mysql+pymysql://{user}:{password}@{endpoint}:3306"
        return {"server": f"{server}/?ssl_ca={environment['DB_SSL_CA']}",
                "uri": f"{server}/{DATABASE}?ssl_ca={environment['DB_SSL_CA']}", "backup": None}
    return {"server": None, "uri": f"sqlite:///{SCRATCH}/{DATABASE}.db", "backup": f"{SCRATCH}/{DATABASE}_bak.db"}


class Application:
    """The application on one database."""

    def __init__(self, environment):
        self.settings = settings(environment)
        self.app = Flask(__name__)
        self.app.config["SQLALCHEMY_DATABASE_URI"] = self.settings["uri"]
        self.db = db = SQLAlchemy(self.app)

        class User(db.Model):
            __tablename__ = "users"
            id = db.Column(db.Integer, primary_key=True)
            uid = db.Column(db.String(255), unique=True, nullable=False)
            name = db.Column(db.String(255), nullable=False)
            role = db.Column(db.String(20), nullable=False, default="User")

        self.User = User

    def init(self, confirm):
        """Destroys what is there, so it asks first. Returns whether it did."""
        with self.app.app_context():
            if self.settings["server"]:
                engine = self.db.create_engine(self.settings["server"])
                with engine.connect() as connection:
                    exists = connection.execute(text(f"SHOW DATABASES LIKE '{DATABASE}'")).scalar()
                    if exists and not confirm(f"All of {DATABASE} will be lost"):
                        return False
                    connection.execute(text(f"CREATE DATABASE IF NOT EXISTS {DATABASE}"))
                engine.dispose()
            elif os.path.exists(f"{SCRATCH}/{DATABASE}.db"):
                if not confirm(f"All of {DATABASE} will be lost"):
                    return False
                with open(f"{SCRATCH}/{DATABASE}.db", "rb") as old, open(self.settings["backup"], "wb") as backup:
                    backup.write(old.read())
            self.db.drop_all()
            self.db.create_all()
        return True

    def create(self, uid, username, role="User"):
        """The business rules: names are complete, numbers of users unique and lower-case, roles known."""
        if not uid or not username or role not in ("User", "Admin"):
            raise ValueError(f"not a user: {uid!r}, {username!r}, {role!r}")
        with self.app.app_context():
            if self.User.query.filter_by(uid=uid.lower()).first():
                raise ValueError(f"{uid} exists")
            self.db.session.add(self.User(uid=uid.lower(), name=username, role=role))
            self.db.session.commit()

    def users(self):
        with self.app.app_context():
            return [(user.uid, user.name, user.role) for user in self.User.query.order_by(self.User.uid)]

    def close(self):
        with self.app.app_context():
            self.db.engine.dispose()


def migrate(source, target):
    """User by user, through the rules; those that break them are told."""
    refused = []
    for uid, username, role in source.users():
        try:
            target.create(uid, username, role)
        except ValueError as error:
            refused.append(str(error))
    return refused


note("development: SQLite, without a server")
development = Application({})
assert development.init(lambda warning: False), "there is nothing to lose yet"
development.create("toby", "Thomas Edison", "Admin")
development.create("Niko", "Nikola Tesla")
assert development.users() == [("niko", "Nikola Tesla", "User"), ("toby", "Thomas Edison", "Admin")]
assert not development.init(lambda warning: False), "the warning was not confirmed"
assert len(development.users()) == 2

note("production: an instance, the mysql client, three variables")
identifier = name("users-database")
instance = create_available(
    identifier, Engine="mysql", MasterUsername="admin", MaxAllocatedStorage=100, PubliclyAccessible=True)
endpoint = instance["Endpoint"]["Address"]
bundle = f"{SCRATCH}/bundle.pem"
with open(bundle, "w", encoding="utf-8") as file:
    file.write(martlet("ca").stdout)
typed = subprocess.run(
    ["mysql", "-h", endpoint, "-P", "3306", "-u", "admin", f"--ssl-ca={bundle}", "--ssl-verify-server-cert", "-N", "-e",
     "SELECT CURRENT_USER(); \\s"],
    env={**os.environ, "MYSQL_PWD": PASSWORD}, capture_output=True, text=True, timeout=60, check=False)
assert typed.returncode == 0 and "admin@" in typed.stdout and "Cipher in use" in typed.stdout, typed
production = Application({"DB_ENDPOINT": endpoint, "DB_USERNAME": "admin", "DB_PASSWORD": PASSWORD, "DB_SSL_CA": bundle})
assert production.settings["backup"] is None
assert production.init(lambda warning: False), "there is nothing to lose yet"

note("the users move through the business rules")
production.create("NIKO", "Already here")
assert migrate(development, production) == ["niko exists"]
assert production.users() == [("niko", "Already here", "User"), ("toby", "Thomas Edison", "Admin")]
for wrong in (("", "Nobody"), ("x", ""), ("x", "X", "King"), ("toby", "Another")):
    try:
        production.create(*wrong)
        raise AssertionError(f"accepted: {wrong}")
    except ValueError:
        pass

note("making the schema anew asks first, and SQLite keeps a copy")
asked = []
assert not production.init(lambda warning: asked.append(warning)) and asked and len(production.users()) == 2
assert production.init(lambda warning: True) and production.users() == []
assert development.init(lambda warning: True) and os.path.getsize(development.settings["backup"]) > 0
production.close()
development.close()
delete_and_wait(identifier)
