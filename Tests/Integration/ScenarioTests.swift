import IntegrationSupport
import Testing

/// Clients' stories, each against a Martlet of its own. One after the other: they measure time.
@Suite(
    .serialized, .enabled(if: Toolbox.hasMartlet, "the martlet program is not built"),
    .enabled(if: Toolbox.python != nil, "no Python with boto3, psycopg and pymysql: scripts/test installs them"),
    .enabled(if: Toolbox.psql != nil, "no psql"))
struct ScenarioTests {
    static func scenario(
        _ file: String, within budget: Duration, serve arguments: [String] = [], on disk: TestDisk = .ordinary
    ) -> Scenario {
        // The budget is a hang's end, not a measure: a busy machine gets twice of it.
        Scenario("Tests/Integration/Scenarios/\(file)", within: budget * 2, serverArguments: arguments, on: disk)
    }

    @Test(
        "What must be refused is refused, with AWS's code, and changes nothing",
        arguments: [
            scenario("refused_creation.py", within: .seconds(90)),
            scenario("refused_changes.py", within: .seconds(120)),
            scenario("refused_signatures.py", within: .seconds(60)),
            scenario("refused_requests.py", within: .seconds(60)),
        ])
    func refusals(_ scenario: Scenario) async throws {
        try await scenario.run()
    }

    @Test(
        "Every operation does what it says",
        arguments: [
            scenario("catalogue.py", within: .seconds(60)),
            scenario("network_and_identity.py", within: .seconds(60)),
            scenario("subnet_groups.py", within: .seconds(60)),
            scenario("security_groups.py", within: .seconds(120)),
            scenario("tags.py", within: .seconds(90)),
            scenario("events.py", within: .seconds(180)),
            scenario("filters_and_names.py", within: .seconds(120)),
            scenario("pagination.py", within: .seconds(400)),
            scenario("regions.py", within: .seconds(90)),
        ])
    func operations(_ scenario: Scenario) async throws {
        try await scenario.run()
    }

    @Test(
        "An instance lives as on RDS",
        arguments: [
            scenario("lifecycle.py", within: .seconds(180)),
            scenario("postgresql.py", within: .seconds(120)),
            scenario("mariadb.py", within: .seconds(240)),
            scenario("snapshots.py", within: .seconds(300)),
            scenario("snapshots_under_load.py", within: .seconds(400)),
            scenario("clones.py", within: .seconds(180)),
            scenario("modify_class.py", within: .seconds(120)),
            scenario("passwords.py", within: .seconds(120)),
            scenario("managed_secret.py", within: .seconds(120)),
            scenario("port_and_name.py", within: .seconds(120)),
            scenario("pending_changes.py", within: .seconds(120)),
            scenario("parameters.py", within: .seconds(360)),
            scenario("volumes_encrypted.py", within: .seconds(420)),
            scenario("connections.py", within: .seconds(180)),
        ])
    func instances(_ scenario: Scenario) async throws {
        try await scenario.run()
    }

    @Test(
        "Image volumes are as large as was promised, grow at work, and are full when they are full", .tags(.recovery),
        .enabled(if: TestDisk.imageObstacle == nil, "\(TestDisk.imageObstacle ?? "")"),
        arguments: [
            scenario("volumes.py", within: .seconds(240)),
            scenario("volumes_full.py", within: .seconds(420), serve: ["--autoscaling-patience", "0.2"]),
        ])
    func imageVolumes(_ scenario: Scenario) async throws {
        try await scenario.run()
    }

    @Test(
        "MariaDB's images are full when they are full",
        .enabled(if: TestDisk.imageObstacle == nil, "\(TestDisk.imageObstacle ?? "")"),
        .enabled(if: Toolbox.find("mariadbd") != nil, "no MariaDB server"))
    func fullMariaDB() async throws {
        try await Self.scenario("volumes_full_mariadb.py", within: .seconds(240)).run()
    }

    @Test(
        "Where the kernel cannot encrypt, a program in front of the directory does", .tags(.recovery),
        .enabled(if: Toolbox.gocryptfsObstacle == nil, "\(Toolbox.gocryptfsObstacle ?? "")"))
    func encryptedDirectories() async throws {
        try await Self.scenario("volumes_encrypted.py", within: .seconds(420), serve: ["--volumes", "directory"]).run()
    }

    @Test(
        "Where blocks can be shared, snapshots and clones are instant, and nothing that was acknowledged is lost",
        .tags(.recovery), .enabled(if: TestDisk.sharingObstacle == nil, "\(TestDisk.sharingObstacle ?? "")"),
        .enabled(if: Toolbox.find("mariadbd") != nil, "no MariaDB server"),
        arguments: [
            scenario("instant_clones.py", within: .seconds(240), on: .sharing),
            scenario("power_cut.py", within: .seconds(120), on: .sharing),
            scenario("snapshots.py", within: .seconds(300), on: .sharing),
        ])
    func instantClones(_ scenario: Scenario) async throws {
        try await scenario.run()
    }

    @Test("Logs are read whole, while they grow and are turned over", .enabled(if: Toolbox.aws != nil, "no AWS CLI"))
    func logs() async throws {
        try await Self.scenario("logs.py", within: .seconds(700)).run()
    }

    @Test(
        "The notes on MySQL, with Flask-SQLAlchemy and pymysql", .enabled(if: Toolbox.mysql != nil, "no MySQL client"),
        .enabled(if: Toolbox.hasFlask, "no Flask-SQLAlchemy: scripts/test installs it"),
        arguments: [
            scenario("note_flask_blog.py", within: .seconds(180)),
            scenario("note_users.py", within: .seconds(120)),
        ])
    func mysqlNotes(_ scenario: Scenario) async throws {
        try await scenario.run(environment: ["MARTLET_ROOT": Toolbox.directory(".")])
    }

    @Test("MySQL's logs have RDS's names and rules", .enabled(if: Toolbox.mysql != nil, "no MySQL client"))
    func mysqlLogs() async throws {
        try await Self.scenario("mysql_logs.py", within: .seconds(500)).run()
    }

    @Test(
        "With MariaDB: IAM tokens; where clients are, who needs TLS, every driver; parameter and option groups",
        .enabled(if: Toolbox.find("mariadbd") != nil, "no MariaDB server"),
        arguments: [
            scenario("iam_mariadb.py", within: .seconds(240)),
            scenario("mariadb_clients.py", within: .seconds(240)),
            scenario("parameters_mariadb.py", within: .seconds(240)),
        ])
    func mariadb(_ scenario: Scenario) async throws {
        try await scenario.run()
    }

    @Test(
        "martlet db does what the notes' scripts do, on PostgreSQL and MariaDB",
        .enabled(if: Toolbox.mysql != nil && Toolbox.find("mariadbd") != nil, "no MariaDB server, or no mysql client"))
    func databaseTool() async throws {
        try await Self.scenario("db_tool.py", within: .seconds(300)).run()
    }

    @Test(
        "DatabaseClient on instances: secrets that rotate, tokens, cancellation, restarts",
        .enabled(if: Toolbox.find("mariadbd") != nil, "no MariaDB server"),
        .enabled(if: Toolbox.clientCheck != nil, "database-client-check is not built"))
    func databaseClient() async throws {
        try await Self.scenario("database_client.py", within: .seconds(240))
            .run(environment: ["MARTLET_CLIENT_CHECK": Toolbox.clientCheck ?? ""])
    }

    @Test(
        "Endpoints say who they are, and believe who proves it",
        arguments: [
            scenario("tls.py", within: .seconds(180)),
            scenario("iam.py", within: .seconds(180)),
            scenario("rotation.py", within: .seconds(240)),
            scenario("tls_api.py", within: .seconds(90)),
        ])
    func identity(_ scenario: Scenario) async throws {
        try await scenario.run()
    }

    @Test(
        "What is encrypted is read by its key alone, and is there after every kill", .tags(.recovery),
        arguments: [
            scenario("kms.py", within: .seconds(120)),
            scenario("own_secrets.py", within: .seconds(120)),
            scenario("secret_keys.py", within: .seconds(180)),
            scenario("master_key.py", within: .seconds(180)),
        ])
    func keys(_ scenario: Scenario) async throws {
        try await scenario.run()
    }

    @Test(
        "The AWS CLI and psql do the day of the notes",
        .enabled(if: Toolbox.aws != nil, "no AWS CLI"),
        arguments: [
            scenario("cli_day.sh", within: .seconds(120)),
            scenario("cli_operations.sh", within: .seconds(240)),
            scenario("cli_keys.sh", within: .seconds(120)),
        ])
    func commandLine(_ scenario: Scenario) async throws {
        try await scenario.run()
    }

    @Test(
        "What dies comes back, and what lives is left alone", .tags(.recovery),
        arguments: [
            scenario("serve_killed.py", within: .seconds(120)),
            scenario("postmaster_killed.py", within: .seconds(120)),
            scenario("gateway_killed.py", within: .seconds(120)),
            scenario("gateway_descriptors.py", within: .seconds(120)),
            scenario("crash_loop.py", within: .seconds(180)),
            scenario("capacity.py", within: .seconds(300)),
            scenario("second_server.py", within: .seconds(90)),
            scenario("newer_directory.py", within: .seconds(90)),
        ])
    func recovery(_ scenario: Scenario) async throws {
        try await scenario.run()
    }

    @Test("Under load, a dead control plane drops nothing, and a dead gateway is back at once", .tags(.recovery))
    func underLoad() async throws {
        try await Self.scenario("under_load.py", within: .seconds(180)).run()
    }

    @Test(
        "A server gets what its class promises and no more",
        .enabled(if: Toolbox.find("mariadbd") != nil, "no MariaDB server"))
    func classLimits() async throws {
        try await Self.scenario("class_limits.py", within: .seconds(240)).run()
    }

    @Test("Storage is as fast as was asked for, and no faster")
    func ioLimits() async throws {
        try await Self.scenario("io_limits.py", within: .seconds(240)).run()
    }

    @Test("Only the regions that are allowed are served")
    func regionLock() async throws {
        try await Self.scenario("region_lock.py", within: .seconds(60), serve: ["--regions", "eu-west-1,us-east-1"]).run()
    }

    @Test("A client that no group admits hears nothing, where silence was asked for")
    func silentRefusal() async throws {
        try await Self.scenario("silent_refusal.py", within: .seconds(60), serve: ["--sg-refusal", "drop"]).run()
    }

    @Test("Endpoints that share an address are told apart by their names")
    func serverNames() async throws {
        let options = ["--domain", "db.example.test", "--gateway-listen", "127.0.0.1:25432"]
        try await Self.scenario("server_names.py", within: .seconds(120), serve: options).run()
    }

    @Test("Without root an endpoint is an address", .enabled(if: Toolbox.isRoot && Toolbox.find("setpriv") != nil, "not root"))
    func withoutRoot() async throws {
        try await Self.scenario("without_root.py", within: .seconds(120)).run()
    }
}
