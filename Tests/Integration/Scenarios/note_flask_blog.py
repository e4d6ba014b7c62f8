"""The note on RDS with Flask: a group for port 3306, an instance, Flask-SQLAlchemy with a pool of 5 and 10 more, TLS checked."""

import os
import ssl
import sys
import threading

import pymysql
import sqlalchemy
from martlet_client import (PASSWORD, SCRATCH, create_available, delete_and_wait, ec2, martlet, name, note, rds, wait,
                            wait_for)

sys.path.insert(0, os.path.join(os.environ["MARTLET_ROOT"], "Examples", "FlaskBlog"))

note("a group that lets this machine in on port 3306, and nothing else")
group = ec2.create_security_group(GroupName=name("rds-flask-sg"), Description="MySQL for Flask")["GroupId"]
RULE = {"GroupId": group, "IpProtocol": "tcp", "FromPort": 3306, "ToPort": 3306, "CidrIp": "127.0.0.1/32"}
ec2.authorize_security_group_ingress(**RULE)

note("an instance with the note's settings")
identifier = name("flask-blog-db")
instance = create_available(
    identifier, Engine="mysql", MasterUsername="admin", AllocatedStorage=20, MaxAllocatedStorage=100, DBName="blogdb",
    PubliclyAccessible=True, VpcSecurityGroupIds=[group])
assert instance["DBInstanceClass"] == "db.t3.micro" and instance["Endpoint"]["Port"] == 3306, instance
assert instance["MaxAllocatedStorage"] == 100 and instance["PubliclyAccessible"] is True, instance

bundle = f"{SCRATCH}/rds-combined-ca-bundle.pem"
with open(bundle, "w", encoding="utf-8") as file:
    file.write(martlet("ca").stdout)
os.environ.update(
    DB_HOST=instance["Endpoint"]["Address"], DB_PORT="3306", DB_USER="admin", DB_PASS=PASSWORD, DB_NAME="blogdb",
    DB_SSL_CA=bundle)

from app import Post, create_app, db  # late: the settings come first

note("the application makes its table and counts")
app = create_app()
client = app.test_client()
assert client.get("/").text == "<h1>Posts: 0</h1>"


def add(title):
    with app.app_context():
        db.session.add(Post(title=title, content="käse 🦅"))
        db.session.commit()


for number in range(3):
    add(f"post {number}")
assert client.get("/").text == "<h1>Posts: 3</h1>"
with app.app_context():
    assert db.session.execute(sqlalchemy.text("SELECT content FROM post LIMIT 1")).scalar() == "käse 🦅"

note("the pool: five kept, ten more, the connections encrypted and the server's name checked")
with app.app_context():
    engine = db.engine
    pool = engine.pool
    assert (pool.size(), pool._max_overflow, pool._timeout) == (5, 10, 30), pool.status()
    connections = [engine.connect() for _ in range(15)]
    for connection in connections:
        sock = connection.connection.driver_connection._sock
        assert isinstance(sock, ssl.SSLSocket) and sock.context.verify_mode == ssl.CERT_REQUIRED, sock
        assert sock.context.check_hostname and sock.version() in ("TLSv1.2", "TLSv1.3"), sock.version()
    numbers = {connection.execute(sqlalchemy.text("SELECT CONNECTION_ID()")).scalar() for connection in connections}
    assert len(numbers) == 15 and pool.overflow() == 10, pool.status()
    for connection in connections:
        connection.close()
    assert pool.checkedin() == 5, pool.status()

note("forty users at once")
threads = [threading.Thread(target=add, args=(f"user {n}",)) for n in range(40)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
assert client.get("/").text == "<h1>Posts: 43</h1>"

note("a stranger's certificate is not trusted, nor another name")


def connect(host=instance["Endpoint"]["Address"], ca=bundle):
    return pymysql.connect(
        host=host, port=3306, user="admin", password=PASSWORD, database="blogdb", connect_timeout=20, ssl={"ca": ca})


def fails(words, **changes):
    try:
        connect(**changes).close()
    except (pymysql.MySQLError, OSError) as error:
        assert words in str(error), error
    else:
        raise AssertionError(f"connected with {changes}")


connect().close()
fails("certificate verify failed", ca=ssl.get_default_verify_paths().openssl_cafile)

note("a reboot: the pool's connections are dead, its new ones are not")
rds.reboot_db_instance(DBInstanceIdentifier=identifier)
wait_for(identifier)


def counted():
    try:
        return client.get("/").text == "<h1>Posts: 43</h1>"
    except sqlalchemy.exc.OperationalError:
        return False


app.config["PROPAGATE_EXCEPTIONS"] = False
app.logger.disabled = True
wait("the posts are there", counted, 30)

note("without the rule nobody comes in")
ec2.revoke_security_group_ingress(**RULE)


def is_kept_out():
    try:
        connect().close()
    except (pymysql.MySQLError, OSError):
        return True
    return False


wait("it is revoked", is_kept_out, 20)
ec2.authorize_security_group_ingress(**RULE)
wait("the rule counts", lambda: not is_kept_out(), 20)
with app.app_context():
    db.engine.dispose()
delete_and_wait(identifier)
wait("the group is free", lambda: ec2.delete_security_group(GroupId=group), 10)
