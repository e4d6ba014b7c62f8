/// Who has logged in. In memory: a restart logs everybody out.
actor Sessions {
    static let lifetime = Duration.seconds(8 * 3600)
    static let limit = 10_000

    private struct Session {
        var uid: String
        var until: ContinuousClock.Instant
    }

    private var sessions: [String: Session] = [:]

    /// - Returns: a token, which is two random words of 95 bits each.
    func begin(_ uid: String, at now: ContinuousClock.Instant = .now) -> String {
        if sessions.count >= Self.limit { sessions = sessions.filter { $0.value.until > now } }
        if sessions.count >= Self.limit, let oldest = sessions.min(by: { $0.value.until < $1.value.until }) {
            sessions[oldest.key] = nil
        }
        let token = Passwords.random() + Passwords.random()
        sessions[token] = Session(uid: uid, until: now + Self.lifetime)
        return token
    }

    /// Who has this token; nil when nobody does any more.
    func user(of token: String, at now: ContinuousClock.Instant = .now) -> String? {
        guard let session = sessions[token], session.until > now else { return nil }
        return session.uid
    }

    /// Logs a user out everywhere, as after a change of the password.
    func end(_ uid: String) { sessions = sessions.filter { $0.value.uid != uid } }
}
