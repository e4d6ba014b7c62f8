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
        let shown = holders.prefix(5).map { "\($0.label) for \($0.held.inSeconds)" }.joined(separator: ", ")
        let more = holders.count > 5 ? " and \(holders.count - 5) more" : ""
        let use =
            holders.count < limit ? "\(holders.count) of \(limit) are in use, others are being made" : "all \(limit) are in use"
        return "No connection came free within \(waited.inSeconds): \(use), \(waiting) others wait."
            + (holders.isEmpty ? "" : " They are held by \(shown)\(more).")
    }
}
