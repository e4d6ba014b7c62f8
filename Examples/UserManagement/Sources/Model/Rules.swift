/// Rules that were not kept, by their names.
struct Broken: Error, Equatable {
    var errors: [String]
}

enum Role: String, Codable, Sendable {
    case user = "User"
    case admin = "Admin"
}

/// What somebody sends as a user, or a row of another database.
struct UserDraft: Codable, Sendable, Equatable {
    var uid: String?
    var name: String?
    var email: String?
    var role: String?
    /// In plain text, or as Werkzeug's hash of it.
    var password: String?

    /// - Throws: `Broken`.
    func checked() throws(Broken) -> NewUser {
        var errors: [String] = []
        let uid = Rules.key(uid, "uid", &errors)
        let name = Rules.name(name, "name", &errors)
        let email = Rules.email(email, &errors)
        let role = Rules.role(role, &errors)
        let password = Rules.password(password, &errors)
        guard errors.isEmpty, let password else { throw Broken(errors: errors) }
        return NewUser(uid: uid, name: name, email: email, role: role, password: password)
    }
}

struct NewUser: Sendable, Equatable {
    var uid: String
    var name: String
    var email: String?
    var role: Role
    var password: NewPassword
}

enum NewPassword: Sendable, Equatable {
    case plain(String)
    case hashed(PasswordHash)
}

/// What somebody sends to change a user; what is absent stays.
struct UserChange: Decodable, Sendable, Equatable {
    var name: String?
    var email: String?
    var role: String?
    var password: String?

    struct Checked: Sendable, Equatable {
        var name: String?
        var email: String?
        var role: Role?
        var password: NewPassword?
    }

    /// - Throws: `Broken`.
    func checked() throws(Broken) -> Checked {
        var errors: [String] = []
        var change = Checked()
        if name != nil { change.name = Rules.name(name, "name", &errors) }
        if email != nil { change.email = Rules.email(email, &errors) }
        if role != nil { change.role = Rules.role(role, &errors) }
        if password != nil { change.password = Rules.password(password, &errors, mayBeHashed: false) }
        if change == Checked() && errors.isEmpty { errors.append("nothing_to_change") }
        guard errors.isEmpty else { throw Broken(errors: errors) }
        return change
    }
}

struct GroupDraft: Codable, Sendable, Equatable {
    var name: String?
    var title: String?
    /// Only where groups come from elsewhere.
    var members: [String]?

    /// - Throws: `Broken`.
    func checked() throws(Broken) -> NewGroup {
        var errors: [String] = []
        let group = NewGroup(name: Rules.key(name, "name", &errors), title: Rules.name(title, "title", &errors))
        guard errors.isEmpty else { throw Broken(errors: errors) }
        return group
    }
}

struct NewGroup: Sendable, Equatable {
    var name: String
    var title: String
}

enum Rules {
    /// Keys are in lower case: letters, digits, and `._-` between them.
    static func key(_ text: String?, _ field: String, _ errors: inout [String]) -> String {
        let key = (text ?? "").trimmingWhitespace.lowercased()
        if key.isEmpty {
            errors.append("\(field)_blank")
        } else if key.utf8.count < 2 || key.utf8.count > 64 || !key.utf8.allSatisfy(isKeyByte) {
            errors.append("\(field)_invalid")
        }
        return key
    }

    private static func isKeyByte(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
            || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
    }

    static func name(_ text: String?, _ field: String, _ errors: inout [String]) -> String {
        let name = (text ?? "").trimmingWhitespace
        if name.isEmpty {
            errors.append("\(field)_blank")
        } else if name.unicodeScalars.count < 2 || name.unicodeScalars.count > 200
            || name.unicodeScalars.contains(where: { $0.properties.generalCategory == .control })
        {
            errors.append("\(field)_invalid")
        }
        return name
    }

    static func email(_ text: String?, _ errors: inout [String]) -> String? {
        guard let email = text?.trimmingWhitespace, !email.isEmpty else { return nil }
        let parts = email.split(separator: "@", omittingEmptySubsequences: false)
        let isOne =
            parts.count == 2 && !parts[0].isEmpty && parts[1].contains(".") && !parts[1].hasPrefix(".")
            && !parts[1].hasSuffix(".") && email.utf8.count <= 254 && !email.contains(where: { $0.isWhitespace })
            && email.utf8.allSatisfy { $0 >= 32 }
        if !isOne { errors.append("email_invalid") }
        return email.lowercased()
    }

    static func role(_ text: String?, _ errors: inout [String]) -> Role {
        guard let text, !text.isEmpty else { return .user }
        if let role = Role(rawValue: text) { return role }
        errors.append("role_unknown")
        return .user
    }

    static func password(_ text: String?, _ errors: inout [String], mayBeHashed: Bool = true) -> NewPassword? {
        guard let text, !text.isEmpty else {
            errors.append("password_blank")
            return nil
        }
        if mayBeHashed, let hash = PasswordHash(text) { return .hashed(hash) }
        if text.count < 8 { errors.append("password_too_short") }
        if text.utf8.count > 512 { errors.append("password_too_long") }
        return .plain(text)
    }
}

extension String {
    var trimmingWhitespace: String {
        String(drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
    }
}
