internal import DatabaseClient
internal import Support

/// Who can say something.
struct Users: Sendable {
    let database: Database

    init(_ database: Database) { self.database = database }

    /// A query for the key of a user. Handles are the same in any case.
    static func withHandle(_ handle: String) -> SQL {
        "SELECT users.uuid FROM public.users WHERE lower(users.handle) = lower(\(handle))"
    }

    func exists(handle: String) async throws -> Bool {
        try await database.read { try await $0.first("SELECT EXISTS (\(Self.withHandle(handle)))", as: Bool.self) } ?? false
    }

    /// Inserts a user once: Cognito may tell of one twice.
    ///
    /// - Returns: false when the user was there.
    /// - Throws: `HandleTaken` when another user has the handle.
    func insert(_ user: ConfirmedUser) async throws -> Bool {
        do {
            return try await database.repeating { database in
                try await database.execute(
                    """
                    INSERT INTO public.users (display_name, email, handle, cognito_user_id) \
                    VALUES (\(user.displayName), \(user.email), \(user.handle), \(user.sub)) \
                    ON CONFLICT (cognito_user_id) WHERE cognito_user_id <> 'MOCK' DO NOTHING
                    """) == 1
            }
        } catch DatabaseError.server(let error) where error.isUniqueViolation {
            // Told of twice at the same time, the handle may be found taken before the user is: by the same user.
            guard try await isThere(sub: user.sub) else { throw HandleTaken(handle: user.handle) }
            return false
        }
    }

    private func isThere(sub: String) async throws -> Bool {
        let sql: SQL = "SELECT EXISTS (SELECT FROM public.users WHERE cognito_user_id = \(sub))"
        return try await database.write { try await $0.first(sql, as: Bool.self) } ?? false
    }

    struct HandleTaken: Error, Equatable, CustomStringConvertible {
        var handle: String
        var description: String { "Another user has the handle \(handle) already." }
    }
}
