/// How many connections there are, and how long things may take.
///
/// The numbers are those of the notes: 5 are kept, 10 more are opened when these are all in use, and nobody waits longer than
/// 30 seconds.
public struct PoolConfiguration: Sendable, Equatable {
    /// That many are opened at once and kept open.
    public var minimum = 0
    /// That many are kept after use.
    public var maximum = 5
    /// That many more are opened under load. They are closed when they have been idle for a few seconds.
    public var overflow = 10
    /// The longest wait for a connection.
    public var acquireTimeout: Duration = .seconds(30)
    /// The longest that one attempt to connect takes.
    public var connectTimeout: Duration = .seconds(10)
    /// A connection above `minimum` that nobody used for so long is closed.
    public var idleTimeout: Duration = .seconds(600)
    /// No connection is used for longer than this; none is closed in the middle of its work for it.
    public var lifetime: Duration = .seconds(3600)
    /// A connection that was idle for so long is asked whether it still works, before and between uses.
    public var healthCheckAfter: Duration = .seconds(30)
    /// How long `shutdown` waits for those who hold a connection.
    public var drainTimeout: Duration = .seconds(30)
    /// More than so many do not wait at once.
    public var waitingLimit = 10_000

    /// Whether a server that was there and is not is waited for. False where another can answer instead: replicas.
    var waitsForServer = true

    public init() {}

    /// - Throws: `DatabaseError.configuration` for numbers that contradict each other.
    func validate() throws(DatabaseError) {
        guard minimum >= 0, maximum >= 1, overflow >= 0, maximum + overflow <= 10_000 else {
            throw .configuration("A pool keeps 1 to 10000 connections (maximum), and overflow and minimum are not negative.")
        }
        guard minimum <= maximum else {
            throw .configuration("The pool's minimum (\(minimum)) is above its maximum (\(maximum)).")
        }
        guard waitingLimit >= 0 else { throw .configuration("The pool's waitingLimit is negative.") }
        let times = [
            acquireTimeout, connectTimeout, idleTimeout, lifetime, healthCheckAfter, drainTimeout,
        ]
        guard times.allSatisfy(\.isConfigurable) else {
            throw .configuration("The pool's times are longer than nothing, and at most a year.")
        }
    }
}
