import Foundation
import Routing
import Testing

@testable import Gateway

/// A Python with the drivers: the one that scripts/test chose or made.
enum MySQLDrivers {
    static let python: String? = {
        let own =
            URL(fileURLWithPath: #filePath).pathComponents.dropLast(4).joined(separator: "/")
            + "/.build/tools/test-venv/bin/python3"
        let candidates = [ProcessInfo.processInfo.environment["MARTLET_PYTHON"], own, "python3"].compactMap { $0 }
        return candidates.first { (try? Shell.run($0, ["-c", "import pymysql, mysql.connector"]))?.status == 0 }
    }()

    /// Prints a line for each driver, with TLS (certificate and name verified) and without: who it is, and how much of a large
    /// value arrived. Then what became of a change of user.
    static let script = """
        import sys, pymysql, mysql.connector
        host, port, authority, user, password = sys.argv[1], int(sys.argv[2]), *sys.argv[3:6]
        login = dict(host=host, port=port, user=user, password=password)
        verified = dict(ssl_ca=authority, ssl_verify_cert=True, ssl_verify_identity=True)
        kinds = [True, False] if mysql.connector.HAVE_CEXT else [True]

        def look(name, connection):
            cursor = connection.cursor()
            cursor.execute("select current_user(), length(repeat('x', 3000000)), repeat('y', 200000)")
            account, length, text = cursor.fetchone()
            cursor.execute("select %s", ("z" * 100000,))
            print(name, account, length, len(text), len(cursor.fetchone()[0]))
            connection.close()

        look("pymysql", pymysql.connect(**login, **verified))
        for pure in kinds:
            clear = dict(auth_plugin="mysql_clear_password") if len(password) > 100 and not pure else {}
            look("connector", mysql.connector.connect(**login, **verified, **clear, use_pure=pure))
        if len(password) < 100:
            look("pymysql", pymysql.connect(**login, ssl_disabled=True))
            for pure in kinds:
                look("connector", mysql.connector.connect(**login, ssl_disabled=True, use_pure=pure))
                look("connector", mysql.connector.connect(**login, **verified, compress=True, use_pure=pure))
            for other in ["rdsadmin", "jane"]:
                connection = mysql.connector.connect(**login, **verified, use_pure=True)
                try:
                    connection.cmd_change_user(other, "guess")
                    print("became", other)
                except mysql.connector.Error as error:
                    print("change", other, error.errno)
        """
}

extension LiveTests {
    @Suite(
        .enabled(if: MariaDBServer.isInstalled, "mariadbd is not installed"),
        .enabled(if: MySQLDrivers.python != nil, "no Python with pymysql and mysql.connector: scripts/test installs them"))
    struct MySQLDriversAndTheDoor {
        private func run(_ door: MySQLDoorFixture, _ user: String, _ password: String) throws -> [String] {
            let outcome = try Shell.run(
                MySQLDrivers.python ?? "python3",
                [
                    "-c", MySQLDrivers.script, door.route.address, "\(door.route.port)", door.certificates.authority, user,
                    password,
                ])
            #expect(outcome.status == 0, "\(outcome.err)")
            return outcome.out.split(separator: "\n").map(String.init)
        }

        @Test func `drivers connect, verify, compress, and change nobody into who they are not`() async throws {
            let door = try await MySQLDoorFixture()
            try await door.apply()
            let lines = try run(door, "alice", "secret")
            #expect(lines.suffix(2) == ["change rdsadmin 1045", "change jane 1045"])
            let looks = lines.dropLast(2)
            #expect(looks.count >= 5 && looks.allSatisfy { $0.hasSuffix(" alice@% 3000000 200000 100000") }, "\(lines)")
            try await door.close()
        }

        @Test func `drivers log in with tokens`() async throws {
            let door = try await MySQLDoorFixture()
            try door.enableIAM()
            try await door.apply()
            let lines = try run(door, "jane", door.token())
            #expect(lines.count >= 2 && lines.allSatisfy { $0.contains(" jane@% ") }, "\(lines)")
            try await door.close()
        }
    }
}
