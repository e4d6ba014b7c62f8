import IntegrationSupport
import Testing

/// The apps of Examples, each against instances of a Martlet of its own.
@Suite(
    .serialized, .enabled(if: Toolbox.hasMartlet, "the martlet program is not built"),
    .enabled(if: Toolbox.python != nil, "no Python with boto3, psycopg and pymysql: scripts/test installs them"))
struct ExampleTests {
    static let environment = ["MARTLET_ROOT": Toolbox.directory("."), "MARTLET_EXAMPLES": Toolbox.examples]

    @Test(
        "Cruddur", .enabled(if: Toolbox.psql != nil, "no psql"),
        .enabled(if: Toolbox.example("Cruddur") != nil, "Cruddur is not built: scripts/examples --build does it"),
        arguments: [
            ScenarioTests.scenario("app_cruddur.py", within: .seconds(300)),
            ScenarioTests.scenario("app_confirmation.py", within: .seconds(180)),
        ])
    func cruddur(_ scenario: Scenario) async throws {
        try await scenario.run(environment: Self.environment)
    }

    @Test(
        "The Blog", .enabled(if: Toolbox.example("Blog") != nil, "the Blog is not built: scripts/examples --build does it"))
    func blog() async throws {
        try await ScenarioTests.scenario("app_blog.py", within: .seconds(300)).run(environment: Self.environment)
    }

    @Test(
        "User management", .enabled(if: Toolbox.hasFlask, "no Werkzeug: scripts/test installs it"),
        .enabled(
            if: Toolbox.example("UserManagement") != nil, "UserManagement is not built: scripts/examples --build does it"))
    func userManagement() async throws {
        try await ScenarioTests.scenario("app_user_management.py", within: .seconds(600)).run(environment: Self.environment)
    }
}
