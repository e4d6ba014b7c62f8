/// Rules that were not kept.
struct Broken: Error, Equatable {
    var errors: [String]
}

/// What a client sends as a post.
struct PostDraft: Decodable, Sendable, Equatable {
    var title: String?
    var content: String?

    /// - Throws: `Broken`.
    func checked() throws(Broken) -> NewPost {
        var errors: [String] = []
        Rules.check("title", title, characters: 100, &errors)
        Rules.check("content", content, characters: 20_000, &errors)
        guard errors.isEmpty, let title, let content else { throw Broken(errors: errors) }
        return NewPost(title: title, content: content)
    }
}

struct NewPost: Sendable, Equatable {
    var title: String
    var content: String
}

/// What a client sends as a comment.
struct CommentDraft: Decodable, Sendable, Equatable {
    var author: String?
    var content: String?

    /// - Throws: `Broken`.
    func checked() throws(Broken) -> NewComment {
        var errors: [String] = []
        Rules.check("author", author, characters: 100, &errors)
        Rules.check("content", content, characters: 5_000, &errors)
        guard errors.isEmpty, let author, let content else { throw Broken(errors: errors) }
        return NewComment(author: author, content: content)
    }
}

struct NewComment: Sendable, Equatable {
    var author: String
    var content: String
}

enum Rules {
    /// Not blank, and no longer than its column, which counts code points.
    static func check(_ name: String, _ text: String?, characters: Int, _ errors: inout [String]) {
        guard let text, !text.allSatisfy(\.isWhitespace) else { return errors.append("\(name)_blank") }
        if text.unicodeScalars.count > characters || text.utf8.count > 65_535 { errors.append("\(name)_too_long") }
    }
}
