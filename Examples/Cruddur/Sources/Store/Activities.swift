internal import DatabaseClient
internal import Foundation

/// What was said. The database makes the JSON; one value crosses.
struct Activities: Sendable {
    let database: Database
    /// Whether those who ask for the same feed at the same time are answered by one query.
    let sharesFeeds: Bool

    init(_ database: Database, sharesFeeds: Bool = true) {
        self.database = database
        self.sharesFeeds = sharesFeeds
    }

    static let columns: SQL = """
        activities.uuid, users.display_name, users.handle, activities.message, activities.replies_count, \
        activities.reposts_count, activities.likes_count, activities.reply_to_activity_uuid, activities.expires_at, \
        activities.created_at
        """
    static let tables: SQL = "public.activities LEFT JOIN public.users ON users.uuid = activities.user_uuid"
    static let alive: SQL = "(activities.expires_at IS NULL OR activities.expires_at > current_timestamp)"
    /// The order of every feed: the newest first, and one order for what was said at one instant.
    static let newestFirst: SQL = "activities.created_at DESC, activities.uuid DESC"

    /// What everybody said, without replies.
    func home(_ page: FeedPage) async throws -> JSONText {
        try await feed("activities.reply_to_activity_uuid IS NULL", page)
    }

    /// What one user said; nil when there is no such user.
    func said(by handle: String, _ page: FeedPage) async throws -> JSONText? {
        let feed = try await feed("activities.user_uuid = (\(Users.withHandle(handle)))", page)
        guard feed.rowCount == 0 else { return feed }
        return try await Users(database).exists(handle: handle) ? feed : nil
    }

    /// What has the term in it, whatever the case.
    func search(_ term: String, _ page: FeedPage) async throws -> JSONText {
        try await feed("activities.message ILIKE \(Words.pattern(containing: term))", page)
    }

    private func feed(_ condition: SQL, _ page: FeedPage) async throws -> JSONText {
        var older: SQL = ""
        if let before = page.before {
            older = """
                 AND (activities.created_at, activities.uuid) < \
                (SELECT seen.created_at, seen.uuid FROM public.activities seen WHERE seen.uuid = \(before))
                """
        }
        let query: SQL = """
            SELECT \(Self.columns) FROM \(Self.tables) WHERE \(condition) AND \(Self.alive)\(older) \
            ORDER BY \(Self.newestFirst) LIMIT \(page.limitText)
            """
        if sharesFeeds { return try await database.shared().jsonArray(query) }
        return try await database.read { try await $0.jsonArray(query) }
    }

    /// One activity with the replies to it, the oldest first; nil when there is none, or when it has expired.
    func activity(_ id: UUID) async throws -> JSONText? {
        try await database.read { try await Self.activity(id, in: $0) }
    }

    static func activity(_ id: UUID, in database: some DatabaseQuerying) async throws -> JSONText? {
        let found = try await database.jsonObject(
            """
            SELECT \(columns), (SELECT coalesce(json_agg(reply ORDER BY reply.created_at, reply.uuid), '[]') FROM (
                SELECT \(columns) FROM \(tables) WHERE activities.reply_to_activity_uuid = \(id)
                ORDER BY activities.created_at, activities.uuid LIMIT \(FeedPage.most)) reply) AS replies
            FROM \(tables) WHERE activities.uuid = \(id) AND \(alive)
            """)
        return found.rowCount == 0 ? nil : found
    }
}
