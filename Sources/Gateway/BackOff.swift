/// How long to wait before trying again: twice as long each time, up to a limit. Nanoseconds.
struct BackOff: Equatable {
    var first: UInt64
    var limit: UInt64

    /// Between two tries of a server that does not answer. A starting PostgreSQL forks for each try, so they thin out.
    static let server = BackOff(first: 10_000_000, limit: 250_000_000)
    /// Between two tries of `listen(2)`.
    static let listener = BackOff(first: 100_000_000, limit: 5_000_000_000)

    /// - Parameter attempt: how many tries have failed, from 1.
    func delay(attempt: Int) -> UInt64 {
        let doublings = UInt64(min(max(attempt - 1, 0), 32))
        return min(first << doublings, limit)
    }
}
