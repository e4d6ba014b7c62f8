internal import ArgumentParser
internal import DatabaseClient
internal import Foundation
internal import Support

struct Initialize: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init",
        abstract: "Makes the tables, with test records. Destroys the users and groups that are there.",
        discussion: "It shows what would be lost, and asks. A SQLite file is backed up first.")

    @Flag(help: "Does not ask.") var yes = false
    @Flag(help: "Leaves the tables empty.") var noTestRecords = false

    func run() async throws {
        let configuration = try UserManagement.configuration(try DotEnv.environment())
        if configuration.writer.engine == .mysql { try await makeDatabase(configuration) }
        try await UserManagement.withDatabase(configuration) { database in
            let lost = try await Schema.rows(in: database)
            if !lost.isEmpty { try await warn(lost, configuration, database) }
            try await Schema.make(in: database)
            print("The tables are made.")
            if !noTestRecords { try await addTestRecords(to: database) }
        }
    }

    private func makeDatabase(_ configuration: DatabaseConfiguration) async throws {
        var server = configuration
        server.writer.database = nil
        server.readers = []
        try await UserManagement.withDatabase(server) { database in
            let name = SQLIdentifier(configuration.writer.database ?? UserManagement.databaseName)
            try await database.execute("CREATE DATABASE IF NOT EXISTS \(name)")
        }
    }

    private func warn(_ lost: [Schema.Loss], _ configuration: DatabaseConfiguration, _ database: Database) async throws {
        let name = configuration.writer.database ?? UserManagement.databaseName
        StandardError.write(line: "All of \(configuration.writer.place) will be lost:")
        for loss in lost { StandardError.write(line: "    \(loss.table): \(loss.rows) rows") }
        if !yes {
            StandardError.write(line: "Type the database's name (\(name)) to go on:")
            guard readLine() == name else {
                StandardError.write(line: "Nothing was changed.")
                throw ExitCode.failure
            }
        }
        if configuration.writer.engine == .sqlite {
            print("Backed up to \(try await BackupFile.write(of: configuration.writer, database, to: nil)).")
        }
    }

    /// Their passwords are made here and shown once: none is known from a manual.
    private func addTestRecords(to database: Database) async throws {
        let users = Users(database)
        for record in TestRecords.users {
            let password = Passwords.random()
            var draft = record
            draft.password = password
            try await users.create(try draft.checked())
            print("\(draft.uid ?? ""): \(draft.role ?? "User"), password \(password)")
        }
        for group in TestRecords.groups {
            try await Groups(database).create(try group.checked())
            for uid in group.members ?? [] { _ = try await Groups(database).add(uid, to: group.name ?? "") }
        }
    }
}

extension DatabaseURL {
    /// Where it is, without a password.
    var place: String {
        engine == .sqlite ? database ?? "" : "\(database ?? "") on \(host ?? "")"
    }
}

enum TestRecords {
    static let users = [
        UserDraft(uid: "toby", name: "Thomas Edison", email: "toby@example.com", role: "Admin"),
        UserDraft(uid: "niko", name: "Nikola Tesla", email: "niko@example.com", role: "User"),
        UserDraft(uid: "hop", name: "Grace Hopper", email: "hop@example.com", role: "User"),
    ]
    static let groups = [
        GroupDraft(name: "csa", title: "Computer Science A", members: ["toby", "niko"]),
        GroupDraft(name: "csp", title: "Computer Science Principles", members: ["hop"]),
    ]
}
