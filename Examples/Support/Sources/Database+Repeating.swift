public import DatabaseClient

extension Database {
    /// Does something again whose outcome is unknown, or that found no server, until it is known or `patience` is over.
    ///
    /// Only for what changes nothing the second time: a row whose key the application made, `ON CONFLICT DO NOTHING`. Then a
    /// write survives a restart of the server and a failover, and counts once.
    public func repeating<Value: Sendable>(
        patience: Duration = .seconds(15), _ body: @Sendable (Database) async throws -> Value
    ) async throws -> Value {
        let deadline = ContinuousClock.now + patience
        var pause = Duration.milliseconds(20)
        while true {
            do {
                return try await body(self)
            } catch let error as DatabaseError where Self.mayHelp(error) && ContinuousClock.now + pause < deadline {
                try await Task.sleep(for: pause)
                pause = min(pause * 2, .seconds(1))
            }
        }
    }

    static func mayHelp(_ error: DatabaseError) -> Bool {
        switch error {
        case .outcomeUnknown, .connectionLost: true
        case .connectFailed(let failure): failure.isTransient
        case .server(let refusal): refusal.isSerializationFailure || refusal.isReadOnlyServer || refusal.sqlState.hasPrefix("57P")
        default: false
        }
    }
}
