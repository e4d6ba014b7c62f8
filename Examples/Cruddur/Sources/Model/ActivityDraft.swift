/// What a client sends to say something.
struct ActivityDraft: Decodable, Sendable {
    var user_handle: String?
    var message: String?
    var ttl: String?
}

/// Something to be said that keeps the rules.
struct NewActivity: Sendable, Equatable {
    static let messageLimit = 280
    static let replyLimit = 1024

    var handle: String
    var message: String
    /// Nil: it does not expire by itself. A reply goes with what it answers.
    var seconds: Int?

    /// - Throws: `Broken`, with Cruddur's words for each rule.
    static func activity(_ draft: ActivityDraft) throws(Broken) -> NewActivity {
        var errors: [String] = []
        let ttl = draft.ttl.flatMap(TimeToLive.init(rawValue:))
        if ttl == nil { errors.append("ttl_blank") }
        let (handle, message) = rules(draft, limit: messageLimit, &errors)
        guard errors.isEmpty else { throw Broken(errors: errors) }
        return NewActivity(handle: handle, message: message, seconds: ttl?.seconds)
    }

    /// - Throws: `Broken`.
    static func reply(_ draft: ActivityDraft) throws(Broken) -> NewActivity {
        var errors: [String] = []
        if draft.ttl != nil { errors.append("ttl_of_reply") }
        let (handle, message) = rules(draft, limit: replyLimit, &errors)
        guard errors.isEmpty else { throw Broken(errors: errors) }
        return NewActivity(handle: handle, message: message, seconds: nil)
    }

    struct Broken: Error, Equatable {
        var errors: [String]
    }

    private static func rules(_ draft: ActivityDraft, limit: Int, _ errors: inout [String]) -> (String, String) {
        let handle = draft.user_handle ?? ""
        let message = draft.message ?? ""
        if Words.isBlank(handle) { errors.append("user_handle_blank") }
        if Words.isBlank(message) {
            errors.append("message_blank")
        } else if message.count > limit || message.utf8.count > limit * 16 {
            errors.append("message_exceed_max_chars")
        }
        if !Words.canBeStored(handle) || !Words.canBeStored(message) { errors.append("zero_byte") }
        return (handle, message)
    }
}
