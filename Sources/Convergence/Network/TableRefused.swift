/// The gateway does not put the routing table in force: it runs an older program, or cannot read it.
struct TableRefused: Error, Sendable, Equatable, CustomStringConvertible {
    /// The gateway's own words.
    var reason: String

    var description: String {
        "the gateway refuses the routing table: \(reason). If it is of an older Martlet, end it once (its process id is in "
            + "`martlet status`); the new one starts by itself"
    }
}
