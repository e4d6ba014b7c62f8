internal import DatabaseClient
internal import Foundation
internal import Support

extension Activities {
    /// Why something was not written.
    enum Absent: Error, Equatable {
        case user
        case activity
    }

    /// Says something, and returns it as the feeds show it.
    ///
    /// The key is made here, so that the statement can be sent again when a connection was lost: it counts once.
    ///
    /// - Throws: `Absent.user`.
    func create(_ new: NewActivity, id: UUID = UUID()) async throws -> JSONText {
        let insert: SQL = """
            INSERT INTO public.activities (uuid, user_uuid, message, expires_at) \
            SELECT \(id)::uuid, author.uuid, \(new.message)::text, \
            current_timestamp + make_interval(secs => \(new.seconds)::double precision) \
            FROM (\(Users.withHandle(new.handle))) author ON CONFLICT (uuid) DO NOTHING
            """
        return try await written(id, insert) { throw Absent.user }
    }

    /// Answers an activity, and counts the answer.
    ///
    /// - Throws: `Absent`.
    func reply(_ new: NewActivity, to parent: UUID, id: UUID = UUID()) async throws -> JSONText {
        let insert: SQL = """
            WITH reply AS (INSERT INTO public.activities (uuid, user_uuid, message, reply_to_activity_uuid) \
            SELECT \(id)::uuid, author.uuid, \(new.message)::text, activities.uuid \
            FROM public.activities, (\(Users.withHandle(new.handle))) author \
            WHERE activities.uuid = \(parent) AND \(Self.alive) \
            ON CONFLICT (uuid) DO NOTHING RETURNING reply_to_activity_uuid) \
            UPDATE public.activities SET replies_count = replies_count + 1 FROM reply \
            WHERE activities.uuid = reply.reply_to_activity_uuid
            """
        return try await written(id, insert) {
            throw try await Self.activity(parent, in: database) == nil ? Absent.activity : Absent.user
        }
    }

    private func written(_ id: UUID, _ insert: SQL, orElse: @Sendable () async throws -> Void) async throws -> JSONText {
        let found = try await database.repeating { database in
            try await database.execute(insert)
            return try await Self.activity(id, in: database)
        }
        if let found { return found }
        try await orElse()
        throw Absent.activity
    }

    /// Likes it, or does so no more. Doing it twice is as doing it once.
    ///
    /// - Returns: the number of likes.
    /// - Throws: `Absent`.
    func like(_ id: UUID, by handle: String, _ likes: Bool) async throws -> Int {
        let change: SQL =
            likes
            ? """
            WITH liked AS (INSERT INTO public.likes (activity_uuid, user_uuid) SELECT activities.uuid, fan.uuid \
            FROM public.activities, (\(Users.withHandle(handle))) fan WHERE activities.uuid = \(id) AND \(Self.alive) \
            ON CONFLICT DO NOTHING RETURNING activity_uuid) \
            UPDATE public.activities SET likes_count = likes_count + 1 FROM liked WHERE activities.uuid = liked.activity_uuid
            """
            : """
            WITH gone AS (DELETE FROM public.likes WHERE activity_uuid = \(id) AND user_uuid = (\(Users.withHandle(handle))) \
            RETURNING activity_uuid) \
            UPDATE public.activities SET likes_count = likes_count - 1 FROM gone WHERE activities.uuid = gone.activity_uuid
            """
        let count = try await database.repeating { database in
            try await database.execute(change)
            return try await database.first(
                "SELECT likes_count FROM public.activities WHERE uuid = \(id) AND \(Self.alive)", as: Int.self)
        }
        guard let count else { throw Absent.activity }
        guard try await Users(database).exists(handle: handle) else { throw Absent.user }
        return count
    }

    /// Deletes what has expired, at most `limit` at once; replies and likes go with it.
    ///
    /// - Returns: how many.
    func sweep(limit: Int = 1000) async throws -> Int {
        try await database.execute(
            """
            DELETE FROM public.activities WHERE uuid IN (SELECT uuid FROM public.activities \
            WHERE expires_at <= current_timestamp ORDER BY expires_at LIMIT \(limit) FOR UPDATE SKIP LOCKED)
            """)
    }
}
