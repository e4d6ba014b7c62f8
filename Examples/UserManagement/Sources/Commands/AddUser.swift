internal import ArgumentParser
internal import DatabaseClient
internal import Foundation
internal import Support

struct AddUser: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add", abstract: "Adds a user. The password is a line of standard input.")

    @Argument var uid: String
    @Option var name: String
    @Option var email: String?
    @Flag(help: "May change users and groups.") var admin = false

    func run() async throws {
        StandardError.write(line: "Password:")
        let draft = UserDraft(uid: uid, name: name, email: email, role: admin ? "Admin" : "User", password: readLine())
        try await UserManagement.withDatabase(try UserManagement.configuration(try DotEnv.environment())) { database in
            do {
                try await Users(database).create(try draft.checked())
            } catch let broken as Broken {
                throw ValidationError(broken.errors.joined(separator: ", "))
            }
        }
        print("\(uid) is a user.")
    }
}
