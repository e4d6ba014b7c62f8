extension Database {
    /// A connection that only reads: to a replica, or to the writer when none is good enough.
    ///
    /// The sessions are read only, so `body` may run again, on another server, when one is lost.
    public func read<Value: Sendable>(
        _ consistency: ReadConsistency = .any, file: StaticString = #fileID, line: UInt = #line,
        _ body: @Sendable (Connection) async throws -> Value
    ) async throws -> Value {
        try await readers.read(consistency, CallPlace(file, line)) {
            try await body(Connection(session: $0, scope: .readOnly))
        }
    }

    /// How far each replica is behind; nil for one that is down or cannot say.
    public var replicaLags: [Duration?] { readers.lags }
}
