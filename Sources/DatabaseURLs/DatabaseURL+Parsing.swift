extension DatabaseURL {
    /// Reads a URL.
    ///
    /// What stands before the last `@` of the authority is user and password, so an unescaped `@`, `:` or `!` in a password
    /// does no harm. `/`, `?`, `#` and `%` must be escaped there (`%2F`, `%3F`, `%23`, `%25`); the error says so.
    ///
    /// - Throws: `DatabaseURLError`, which names the part that is wrong.
    public init(_ text: String) throws(DatabaseURLError) {
        guard let colon = text.firstIndex(of: ":") else {
            throw DatabaseURLError("A database's URL starts with its kind: \(Self.known).")
        }
        let scheme = String(text[..<colon])
        guard let engine = DatabaseEngine(scheme: scheme) else {
            let shown = scheme.allSatisfy { $0.isLetter || $0.isNumber || "+.-".contains($0) } ? " \"\(scheme)\"" : ""
            throw DatabaseURLError("The scheme\(shown) is none of a database that is known: \(Self.known).")
        }
        self.init(engine: engine)
        let rest = text[text.index(after: colon)...]
        if engine == .sqlite {
            try readPath(rest)
        } else {
            try readServer(rest, scheme)
        }
    }

    private static let known = "postgresql://, mysql://, mariadb:// or sqlite:///"

    private mutating func readPath(_ rest: Substring) throws(DatabaseURLError) {
        let (before, query) = Self.split(rest, at: "?")
        var path = before
        if path.hasPrefix("//") {
            path = path.dropFirst(2)
            guard path.isEmpty || path.hasPrefix("/") else {
                throw DatabaseURLError("SQLite has no host: write sqlite:///PATH, or sqlite:////PATH for an absolute path.")
            }
            path = path.dropFirst()
        }
        database = path.isEmpty ? Self.memory : try Self.decoded(path, "the path")
        try readOptions(query)
    }

    private mutating func readServer(_ rest: Substring, _ scheme: String) throws(DatabaseURLError) {
        guard rest.hasPrefix("//") else { throw DatabaseURLError("After \(scheme): two slashes are missing.") }
        let (location, query) = Self.split(rest.dropFirst(2), at: "?")
        let (authority, path) = Self.split(location, at: "/")
        do {
            try readAuthority(authority)
        } catch {
            // An unescaped slash or question mark cuts the authority short: what is left of it has no `@`.
            guard !authority.contains("@"), rest.contains("@") else { throw error }
            throw DatabaseURLError(
                "A password with / ? # or % must have them escaped in a URL: %2F, %3F, %23, %25 (martlet db url does it).")
        }
        if !authority.contains("@"), path?.contains("@") ?? false || query?.contains("@") ?? false, port != nil || host != nil {
            try Self.refuseCutPassword(authority)
        }
        if let path, !path.isEmpty {
            guard !path.contains("/") else { throw DatabaseURLError("A database's name holds no slash: write it as %2F.") }
            database = try Self.decoded(path, "the database's name")
        }
        try readOptions(query)
        if engine == .postgresql, let directory = option("host") {
            host = directory
            options.removeAll { $0.name == "host" }
        }
        if engine == .mysql, let file = option("unix_socket") ?? option("socket") {
            host = file
            options.removeAll { $0.name == "unix_socket" || $0.name == "socket" }
        }
    }

    /// `u:12/3@host/db` reads as the host `u` on port 12: surely a password with a slash.
    private static func refuseCutPassword(_ authority: Substring) throws(DatabaseURLError) {
        guard authority.contains(":"), !authority.hasPrefix("[") else { return }
        throw DatabaseURLError("There is an @ after the host: is it a password with / or ? in it? Escape them: %2F, %3F.")
    }

    private mutating func readAuthority(_ authority: Substring) throws(DatabaseURLError) {
        var place = authority
        if let at = authority.lastIndex(of: "@") {
            try readUser(authority[..<at])
            place = authority[authority.index(after: at)...]
        }
        guard !place.contains(",") else { throw DatabaseURLError("One host each: give replicas URLs of their own.") }
        if place.hasPrefix("[") {
            guard let end = place.firstIndex(of: "]") else { throw DatabaseURLError("The ] of an IPv6 address is missing.") }
            host = String(place[place.index(after: place.startIndex)..<end])
            place = place[place.index(after: end)...]
            guard place.isEmpty || place.hasPrefix(":") else { throw DatabaseURLError("After ] only a port can follow.") }
            try readPort(place.dropFirst())
        } else {
            let (name, number) = Self.split(place, at: ":")
            host = name.isEmpty ? nil : try Self.decoded(name, "the host")
            try readPort(number ?? "")
        }
    }

    private mutating func readUser(_ text: Substring) throws(DatabaseURLError) {
        let (name, secret) = Self.split(text, at: ":")
        user = name.isEmpty ? nil : try Self.decoded(name, "the user's name")
        if let secret { password = try Self.decoded(secret, "the password") }
    }

    private mutating func readPort(_ text: Substring) throws(DatabaseURLError) {
        if text.isEmpty { return }
        guard text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }), let number = Int(text),
            (1...65_535).contains(number)
        else { throw DatabaseURLError("The port is a number from 1 to 65535.") }
        port = number
    }

    private mutating func readOptions(_ query: Substring?) throws(DatabaseURLError) {
        for pair in (query ?? "").split(separator: "&") {
            let (name, value) = Self.split(pair, at: "=")
            guard let value else { throw DatabaseURLError("An option of a URL is written name=value.") }
            options.append(Option(try Self.decoded(name, "an option"), try Self.decoded(value, "an option")))
        }
    }

    private static func decoded(_ text: Substring, _ part: String) throws(DatabaseURLError) -> String {
        guard let plain = PercentText.decode(text) else {
            throw DatabaseURLError("In \(part) of the URL a % is not followed by two hexadecimal digits (a % is written %25).")
        }
        return plain
    }

    private static func split(_ text: Substring, at separator: Character) -> (Substring, Substring?) {
        guard let index = text.firstIndex(of: separator) else { return (text, nil) }
        return (text[..<index], text[text.index(after: index)...])
    }
}
