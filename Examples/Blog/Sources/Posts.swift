internal import DatabaseClient
internal import Foundation
internal import Support

/// Posts and comments. The database makes the JSON; one value crosses.
struct Posts: Sendable {
    static let usual = 20
    static let most = 100

    let database: Database

    init(_ database: Database) { self.database = database }

    func count(_ consistency: ReadConsistency = .any) async throws -> Int {
        try await database.read(consistency) { try await $0.first("SELECT count(*) FROM post", as: Int.self) } ?? 0
    }

    struct Headline: Decodable, Sendable {
        var id: Int
        var title: String
    }

    /// The newest titles, from a replica when there is one.
    func headlines() async throws -> [Headline] {
        try await database.read {
            try await $0.query("SELECT id, title FROM post ORDER BY id DESC LIMIT \(Self.usual)", as: Headline.self)
        }
    }

    /// The newest posts, older than one that was seen.
    func page(limit: Int, before: Int?) async throws -> JSONText {
        let older: SQL = before.map { "WHERE id < \($0) " } ?? ""
        return try await database.read {
            try await $0.jsonArray(
                "SELECT id, title, content, created_at FROM post \(older)ORDER BY id DESC LIMIT \(limit)")
        }
    }

    struct Post: Decodable, Sendable {
        var id: Int
        var title: String
        var content: String
        var createdAt: String
    }

    struct Comment: Decodable, Sendable {
        var id: Int
        var author: String
        var content: String
        var createdAt: String
    }

    /// One post with its comments, as this application last wrote it; nil when there is none.
    func post(_ id: Int) async throws -> (Post, [Comment])? {
        try await database.read(.ownWrites) { reader in
            let post = try await reader.first("SELECT id, title, content, created_at FROM post WHERE id = \(id)", as: Post.self)
            guard let post else { return nil }
            let comments = try await reader.query(
                "SELECT id, author, content, created_at FROM comment WHERE post_id = \(id) ORDER BY id LIMIT 1000",
                as: Comment.self)
            return (post, comments)
        }
    }

    /// - Returns: its id.
    func add(_ post: NewPost, key: UUID = UUID()) async throws -> Int {
        try await added("post", key) {
            """
            INSERT INTO post (title, content, request_id) VALUES (\(post.title), \(post.content), \(key)) \
            ON DUPLICATE KEY UPDATE id = id
            """
        }
    }

    /// - Returns: its id; nil when there is no such post.
    func comment(_ comment: NewComment, on post: Int, key: UUID = UUID()) async throws -> Int? {
        do {
            return try await added("comment", key) {
                """
                INSERT INTO comment (post_id, author, content, request_id) \
                VALUES (\(post), \(comment.author), \(comment.content), \(key)) ON DUPLICATE KEY UPDATE id = id
                """
            }
        } catch DatabaseError.server(let error) where error.isForeignKeyViolation {
            return nil
        }
    }

    private func added(_ table: SQLIdentifier, _ key: UUID, _ insert: @Sendable () -> SQL) async throws -> Int {
        let id = try await database.repeating { database in
            try await database.execute(insert())
            return try await database.first("SELECT id FROM \(table) WHERE request_id = \(key)", as: Int.self)
        }
        guard let id else { throw DatabaseError.misuse("A row that was just written is gone.") }
        return id
    }

    /// - Returns: false when there is no such post.
    func change(_ id: Int, to post: NewPost) async throws -> Bool {
        try await database.repeating { database in
            try await database.execute("UPDATE post SET title = \(post.title), content = \(post.content) WHERE id = \(id)")
            return try await database.first("SELECT count(*) FROM post WHERE id = \(id)", as: Int.self) == 1
        }
    }

    /// Its comments go with it.
    ///
    /// - Returns: false when there was no such post.
    func delete(_ id: Int) async throws -> Bool {
        try await database.repeating { try await $0.execute("DELETE FROM post WHERE id = \(id)") == 1 }
    }
}
