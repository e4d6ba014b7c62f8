internal import DatabaseClient
internal import Foundation

/// Which part of a feed: so many, older than one that was seen.
struct FeedPage: Sendable, Equatable {
    static let usual = 20
    static let most = 100

    var limit = usual
    var before: UUID?

    /// The limit as part of the statement, a number from 1 to `most`. For a parameter PostgreSQL would plan each query anew: a
    /// plan that is good for any limit seems dear next to one for 20 rows.
    var limitText: SQL { SQL(trusted: String(limit)) }

    struct Broken: Error, Equatable {
        var errors: [String]
    }

    /// - Throws: `Broken`.
    init(limit: String?, before: String?) throws(Broken) {
        var errors: [String] = []
        if let limit {
            if let number = Int(limit), (1...Self.most).contains(number) {
                self.limit = number
            } else {
                errors.append("limit_invalid")
            }
        }
        if let before {
            self.before = UUID(uuidString: before)
            if self.before == nil { errors.append("before_invalid") }
        }
        guard errors.isEmpty else { throw Broken(errors: errors) }
    }
}
