/// Nobody gave a connection back in time: who waited, how long, and for whom.
public struct PoolExhaustion: Sendable, Equatable, CustomStringConvertible {
    /// One who has a connection.
    public struct Holder: Sendable, Equatable {
        /// The place in the program that took it (`Cruddur/Home.swift:42`), or the label it gave.
        public var label: String
        public var held: Duration
    }

    public var waited: Duration
    /// The longest holder first.
    public var holders: [Holder]
    /// How many connections there may be: maximum and overflow together.
    public var limit: Int
    /// How many others wait.
    public var waiting: Int

    public var description: String {
        let shown = holders.prefix(5).map { "\($0.label) for \(Self.seconds($0.held))" }.joined(separator: ", ")
        let more = holders.count > 5 ? " and \(holders.count - 5) more" : ""
        let use =
            holders.count < limit ? "\(holders.count) of \(limit) are in use, others are being made" : "all \(limit) are in use"
        return "No connection came free within \(Self.seconds(waited)): \(use), \(waiting) others wait."
            + (holders.isEmpty ? "" : " They are held by \(shown)\(more).")
    }

    static func seconds(_ duration: Duration) -> String {
        let tenths = (duration.components.seconds * 10) + duration.components.attoseconds / 100_000_000_000_000_000
        return "\(tenths / 10).\(tenths % 10) s"
    }
}
