/// Somebody who is connected: a line of the notes' `db-sessions`.
public struct DatabaseSession: Sendable, Equatable, Codable {
    public var processID: Int
    public var user: String
    public var database: String
    public var address: String
    public var application: String
    public var state: String

    enum CodingKeys: String, CodingKey {
        case processID = "process_id"
        case user
        case database = "db"
        case address = "client_addr"
        case application = "app"
        case state
    }

    /// The columns as the notes name them.
    public static let header = ["process_id", "user", "db", "client_addr", "app", "state"]

    public var row: [String] {
        [String(processID), user, database, address, application, state].map(TextTable.printable)
    }

    /// `psql (process 4711, user cruddur, from 127.0.0.1, idle)`
    public var words: String {
        let from = address.isEmpty ? "" : ", from \(address)"
        let who = application.isEmpty ? "a client" : application
        return TextTable.printable("\(who) (process \(processID)\(user.isEmpty ? "" : ", user \(user)")\(from), \(state))")
    }
}
