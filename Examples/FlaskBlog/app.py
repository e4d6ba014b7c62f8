"""A small blog: posts in MySQL on RDS through Flask-SQLAlchemy, over TLS, from a pool of connections.

    flask --app app add-post "A title"
    python app.py                          answers on http://127.0.0.1:5000

DB_HOST, DB_PORT (3306), DB_USER, DB_PASS and DB_NAME say where the posts are, DB_SSL_CA which authorities to trust.
"""

import os

import click
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import URL

db = SQLAlchemy()


class Post(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    title = db.Column(db.String(100), nullable=False)
    content = db.Column(db.Text, nullable=False)


def database():
    """The URL of the database. With an authority to trust, the driver checks the server's certificate and its name."""
    authorities = os.environ.get("DB_SSL_CA")
    return URL.create(
        "mysql+pymysql", username=os.environ["DB_USER"], password=os.environ["DB_PASS"], host=os.environ["DB_HOST"],
        port=int(os.environ.get("DB_PORT", "3306")), database=os.environ["DB_NAME"],
        query={"ssl_ca": authorities} if authorities else {})


def create_app():
    app = Flask(__name__)
    app.config["SQLALCHEMY_DATABASE_URI"] = database()
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = {"pool_size": 5, "max_overflow": 10, "pool_timeout": 30}
    db.init_app(app)
    with app.app_context():
        db.create_all()

    @app.route("/")
    def home():
        return f"<h1>Posts: {Post.query.count()}</h1>"

    @app.cli.command("add-post")
    @click.argument("title")
    def add_post(title):
        """Adds a post."""
        db.session.add(Post(title=title, content=f"{title}, and more about it."))
        db.session.commit()
        click.echo(f"Posts: {Post.query.count()}")

    return app


if __name__ == "__main__":
    create_app().run(port=int(os.environ.get("PORT", "5000")))
