internal import ArgumentParser

struct DBCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "db",
        abstract: "Create, load, look into, move and save databases: the course's bin/db-* scripts, made safe.",
        discussion: """
            Works with PostgreSQL, MySQL/MariaDB and SQLite. The database is the first of these that is given: --url;
            --instance ID; the word prod (PROD_CONNECTION_URL); CONNECTION_URL; DB_ENDPOINT, DB_USERNAME and DB_PASSWORD
            (MySQL); else the SQLite file volumes/user_management.db. A .env file in the working directory is read.

            A password is taken from Secrets Manager, the URL, --password-file, PGPASSWORD or MYSQL_PWD, or asked for.

            EXAMPLES
              martlet db setup --instance mydb --data-dir DIR
              martlet db connect prod
              CONNECTION_URL=postgresql://me@localhost/app martlet db schema-load
            """,
        subcommands: [
            CreateCommand.self, DropCommand.self, SchemaLoadCommand.self, SeedCommand.self, ConnectCommand.self,
            SessionsCommand.self, SetupCommand.self, InitCommand.self, MigrateCommand.self, BackupCommand.self, URLCommand.self,
        ])
}
