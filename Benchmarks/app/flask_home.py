"""Cruddur's home feed as the notes build it, done well: Flask, a psycopg 3 pool, JSON that nobody parses on its way."""

import os

from flask import Flask, Response
from psycopg.types.json import set_json_loads
from psycopg_pool import ConnectionPool

HOME = """
    SELECT coalesce(array_to_json(array_agg(row_to_json(q))), '[]'::json) AS json, count(*) AS rows FROM (
    SELECT activities.uuid, users.display_name, users.handle, activities.message, activities.replies_count,
        activities.reposts_count, activities.likes_count, activities.reply_to_activity_uuid, activities.expires_at,
        activities.created_at
    FROM public.activities LEFT JOIN public.users ON users.uuid = activities.user_uuid
    WHERE activities.reply_to_activity_uuid IS NULL
        AND (activities.expires_at IS NULL OR activities.expires_at > current_timestamp)
    ORDER BY activities.created_at DESC, activities.uuid DESC LIMIT {limit}) q"""

# The text goes to the client as it is.
set_json_loads(bytes)
app = Flask(__name__)
pool = None


def database():
    """Made by the first request, so that each of gunicorn's workers has its own."""
    global pool  # pylint: disable=global-statement
    if pool is None:
        threads = int(os.environ["THREADS"])
        # Prepared on first use: PostgreSQL plans it once for each connection, as for the others.
        pool = ConnectionPool(
            os.environ["CONNINFO"], min_size=threads, max_size=threads, open=True,
            kwargs={"autocommit": True, "prepare_threshold": 0})
    return pool


@app.get("/api/activities/home")
def home():
    with database().connection() as connection:
        row = connection.execute(HOME.format(limit=20)).fetchone()
    return Response(row[0], content_type="application/json; charset=utf-8")
