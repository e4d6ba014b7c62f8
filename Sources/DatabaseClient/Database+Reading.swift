extension Database {
    /// A connection that only reads: to a replica, or to the writer when none is good enough.
    ///
    /// The sessions are read only, so `body` may run again, on another server, when one is lost.
    public func read<Value: Sendable>(
        _ consistency: ReadConsistency = .any, file: StaticString = #fileID, line: UInt = #line,
        _ body: @Sendable (Connection) async throws -> Value
    ) async throws -> Value {
        try await reading(consistency, CallPlace(file, line), body)
    }

    func reading<Value: Sendable>(
        _ consistency: ReadConsistency, _ place: CallPlace, _ body: @Sendable (Connection) async throws -> Value
    ) async throws -> Value {
        // There is one connection to a database in memory, and no other sees it.
        if configuration.writer.isInMemory {
            return try await writer.withSession(place) { try await Self.readOnly($0, body) }
        }
        return try await readers.read(consistency, place) {
            try await body(Connection(session: $0, scope: .readOnly))
        }
    }

    private static func readOnly<Value: Sendable>(
        _ session: Session, _ body: (Connection) async throws -> Value
    ) async throws -> Value {
        try await session.control("PRAGMA query_only = 1", .readOnly)
        let result: Result<Value, any Error>
        do {
            result = .success(try await body(Connection(session: session, scope: .readOnly)))
        } catch {
            result = .failure(error)
        }
        do {
            try await session.control("PRAGMA query_only = 0", .readOnly)
        } catch {
            // Nobody could write in it any more.
            session.giveUp()
            _ = try result.get()
            throw error
        }
        return try result.get()
    }

    /// How far each replica is behind; nil for one that is down or cannot say.
    public var replicaLags: [Duration?] { readers.lags }
}

extension DatabaseURL {
    var isInMemory: Bool { engine == .sqlite && (database ?? DatabaseURL.memory) == DatabaseURL.memory }
}
