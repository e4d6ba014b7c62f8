import Testing

@testable import UserManagement

struct RulesTests {
    static let good = UserDraft(
        uid: "Ada", name: " Ada Lovelace ", email: "Ada@Example.com", role: "Admin", password: "analytical")

    static func errors<Value>(_ body: () throws(Broken) -> Value) -> [String] {
        do throws(Broken) {
            _ = try body()
            return []
        } catch {
            return error.errors
        }
    }

    @Test("A user that keeps the rules")
    func good() throws {
        let user = try Self.good.checked()
        #expect(
            user
                == NewUser(
                    uid: "ada", name: "Ada Lovelace", email: "ada@example.com", role: .admin, password: .plain("analytical")))
    }

    @Test(
        "Users that do not",
        arguments: [
            (\.uid, nil, "uid_blank"), (\.uid, "a", "uid_invalid"), (\.uid, "ada lovelace", "uid_invalid"),
            (\.uid, "ada'; --", "uid_invalid"), (\.uid, "ädä", "uid_invalid"), (\.name, " ", "name_blank"),
            (\.name, "A", "name_invalid"), (\.name, "A\u{0}B", "name_invalid"), (\.email, "ada", "email_invalid"),
            (\.email, "a@b", "email_invalid"), (\.email, "a b@c.de", "email_invalid"), (\.email, "a@b@c.de", "email_invalid"),
            (\.role, "Root", "role_unknown"), (\.password, nil, "password_blank"), (\.password, "short", "password_too_short"),
        ] as [(WritableKeyPath<UserDraft, String?> & Sendable, String?, String)])
    func bad(_ field: WritableKeyPath<UserDraft, String?> & Sendable, _ value: String?, _ error: String) {
        var draft = Self.good
        draft[keyPath: field] = value
        #expect(Self.errors { () throws(Broken) in try draft.checked() } == [error])
    }

    @Test("Without a role it is a user, and the address may be missing")
    func leastUser() throws {
        let user = try UserDraft(uid: "ada", name: "Ada", password: "analytical").checked()
        #expect(user.role == .user && user.email == nil)
    }

    @Test("A change changes something")
    func changes() throws {
        #expect(Self.errors { () throws(Broken) in try UserChange().checked() } == ["nothing_to_change"])
        #expect(try UserChange(name: "Ada King").checked() == UserChange.Checked(name: "Ada King"))
        let hash = "scrypt:32768:8:1$salt$" + String(repeating: "00", count: 64)
        #expect(try UserChange(password: hash).checked().password == .plain(hash))
    }
}

struct PasswordTests {
    /// Made by Werkzeug 3: `generate_password_hash("correct-horse", "pbkdf2:sha256:100000")` and `"scrypt:1024:8:1"`.
    static let pbkdf2 = "pbkdf2:sha256:100000$jQYAc2PM4wbbwEXd$98178bca9410a41d0d88bc48f1343ad8007ebe29d990e81571f840d5b7743ba1"
    static let scrypt =
        "scrypt:1024:8:1$KoI8uZvuF5OjEY8R$"
        + "13a7570cdb2bef7dcb21c6d13f6e9786e2125f133e9523cfeaa7fe7b63167a7d"
        + "af80e2c144c0de3c2043d7ca6f4bcf6596001ba07acc8ca0fe7b8df16054f1a8"

    @Test("Hashes are Werkzeug's", arguments: [pbkdf2, scrypt])
    func werkzeug(_ text: String) throws {
        let hash = try #require(PasswordHash(text))
        #expect(hash.description == text)
        #expect(try hash.matches("correct-horse"))
        #expect(try !hash.matches("correct-horsf"))
    }

    @Test(
        "What is no hash, or too much work",
        arguments: [
            "", "correct-horse", "a$b$c", "scrypt:32768:8:1$salt$00",
            "scrypt:1000000000:8:1$salt$" + String(repeating: "00", count: 64),
            "scrypt:32767:8:1$salt$" + String(repeating: "00", count: 64),
            "pbkdf2:md5:100000$salt$" + String(repeating: "00", count: 32),
            "pbkdf2:sha256:1$salt$" + String(repeating: "00", count: 32),
        ])
    func noHash(_ text: String) {
        #expect(PasswordHash(text) == nil)
    }

    @Test("Each hash has a salt of its own")
    func salts() throws {
        let hashes = [try PasswordHash.make(of: "correct-horse"), try PasswordHash.make(of: "correct-horse")]
        #expect(hashes[0].salt != hashes[1].salt && hashes[0].digest != hashes[1].digest)
        #expect(PasswordHash(hashes[0].description) == hashes[0])
    }
}

struct SessionTests {
    @Test("Sessions end by themselves, and when a user is logged out")
    func sessions() async {
        let (sessions, now) = (Sessions(), ContinuousClock.now)
        let token = await sessions.begin("ada", at: now)
        #expect(await sessions.user(of: token, at: now) == "ada")
        #expect(await sessions.user(of: token, at: now + Sessions.lifetime) == nil)
        #expect(await sessions.user(of: "other", at: now) == nil)
        await sessions.end("ada")
        #expect(await sessions.user(of: token, at: now) == nil)
    }
}
