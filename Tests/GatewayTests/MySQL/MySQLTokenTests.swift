import Foundation
import Routing
import Testing

@testable import Gateway

extension LiveTests {
    @Suite(.enabled(if: MariaDBServer.isInstalled, "mariadbd is not installed")) struct MySQLTokens {
        private static let refused = "ERROR 1045 (28000): Access denied for user 'jane'@'127.0.0.1' (using password: YES)"

        private func door() async throws -> MySQLDoorFixture {
            let door = try await MySQLDoorFixture()
            try door.enableIAM()
            try await door.apply()
            return door
        }

        private func reasons(_ door: MySQLDoorFixture) async throws -> [String] { try await door.events().map(\.reason) }

        @Test func `a token is the password of a user who has none`() async throws {
            let door = try await door()
            #expect(try door.mysql(user: "jane", password: door.token()).out == "jane@%\n")
            #expect(try door.mysql(user: "'jane'", password: door.token()).out == "jane@%\n")
            let long = door.token(padding: 2_000)
            #expect(long.utf8.count > 2_048)
            #expect(try door.mysql(user: "jane", password: long).out == "jane@%\n")
            // A client that sends the token before it is asked is asked again.
            let eager = try door.mysql(user: "jane", password: door.token(), options: ["--default-auth=mysql_clear_password"])
            #expect(eager.out == "jane@%\n")
            #expect(Set(try await reasons(door)) == ["iam"])
            // Others have their passwords.
            #expect(try door.mysql().out == "alice@%\n")
            try await door.close()
        }

        @Test func `what is not good enough, and what only the log knows of it`() async throws {
            let door = try await door()
            let word = try String(contentsOfFile: door.server.wordFile, encoding: .utf8).split(separator: " ")[1].dropLast()
            let cases = [
                (door.token(user: "alice"), "iam: the token is for another user"),
                (door.token(age: 1_000), "iam: the token has expired"), ("secret", "iam: the password is not a login token"),
                (String(word), "iam: the password is not a login token"),
                (word + "jane", "iam: the password is not a login token"),
                (door.token() + "0", "iam: the token's signature does not match"),
            ]
            for (password, reason) in cases {
                #expect(try door.mysql(user: "jane", password: password).err.contains(Self.refused), "\(reason)")
                #expect(try await reasons(door).last == reason)
            }
            try await door.close()
        }

        @Test func `no token without TLS, nor where tokens are off`() async throws {
            let door = try await door()
            #expect(try door.mysql(user: "jane", password: door.token(), tls: false).err.contains(Self.refused))
            #expect(try await reasons(door).last == "iam: a token is taken over TLS only")
            door.route.iam?.wordFile = nil
            try await door.apply()
            #expect(try door.mysql(user: "jane", password: door.token()).err.contains(Self.refused))
            #expect(try await reasons(door).last == "iam: the gateway has no word that the server would believe")
            door.route.iam = nil
            try await door.apply()
            #expect(try door.mysql(user: "jane", password: door.token()).err.contains(Self.refused))
            #expect(try await reasons(door).last?.hasSuffix("is not enabled") == true)
            try await door.close()
        }

        @Test func `the server believes nobody but the gateway's user, who knows the word`() async throws {
            let server = try MariaDBServer.shared.get()
            let word = try String(contentsOfFile: server.wordFile, encoding: .utf8).split(separator: " ")[1].dropLast()
            func direct(_ password: String, prefix: [String] = []) throws -> String {
                let client = [
                    "mariadb", "--no-defaults", "-N", "-B", "-S", server.socket, "-u", "jane", "-e", "select current_user()",
                ]
                let command = prefix + client
                return try Shell.run(command[0], Array(command.dropFirst()), environment: ["MYSQL_PWD": password]).out
            }
            // This test is of the gateway's user.
            #expect(try direct("\(word)jane") == "jane@%\n")
            #expect(try direct("\(word)alice").isEmpty)
            #expect(try direct(String(word)).isEmpty)
            #expect(try direct("\(String(repeating: "0", count: 64))jane").isEmpty)
            if geteuid() == 0 { #expect(try direct("\(word)jane", prefix: ["runuser", "-u", "mysql", "--"]).isEmpty) }
        }

        @Test func `a word file that others can read is none`() async throws {
            let door = try await door()
            let copy = "\(door.gateway.directory)/word"
            try FileManager.default.copyItem(atPath: door.server.wordFile, toPath: copy)
            chmod(copy, 0o644)
            door.route.iam?.wordFile = copy
            try await door.apply()
            let problem = try await door.gateway.client.call(.report).listeners.first?.problem
            #expect(problem?.contains("its mode must be 0600") == true)
            try await door.close()
        }
    }
}
