"""A client of MariaDB and MySQL for the scenarios: pymysql, an ordinary one."""

import contextlib

import pymysql

from martlet_client import PASSWORD, create_available, processes


def connect(instance, user="admin", password=PASSWORD, database=None, **changes):
    """A connection through the endpoint; commits by itself."""
    endpoint = instance["Endpoint"]
    return pymysql.connect(
        host=endpoint["Address"], port=endpoint["Port"], user=user, password=password, database=database,
        connect_timeout=30, autocommit=True, **changes)


def rows(connection, statement, *values):
    with connection.cursor() as cursor:
        cursor.execute(statement, values or None)
        return list(cursor.fetchall())


def value(connection, statement, *values):
    """The first column of the first row."""
    return rows(connection, statement, *values)[0][0]


def ask(instance, statement, **changes):
    """The first value, asked on a connection of its own."""
    with contextlib.closing(connect(instance, **changes)) as connection:
        return value(connection, statement)


def fails(number, connection, statement):
    """The statement is refused with this error number."""
    try:
        rows(connection, statement)
    except pymysql.MySQLError as error:
        assert error.args[0] in (number if isinstance(number, tuple) else (number,)), f"{statement}: {error.args}"
        return error.args[1]
    raise AssertionError(f"not refused: {statement}")


def server_process(instance):
    """The process of its server, or None. Which start of the server answers: the uptime that clients see has whole seconds."""
    found = [pid for pid, words in processes(f"instances/{instance['DbiResourceId']}").items() if "mariadbd" in words]
    return found[0] if found else None


def create_mariadb(identifier, engine="mariadb", **changes):
    return create_available(identifier, Engine=engine, MasterUsername="admin", **changes)
