internal import Foundation

/// `--through URL`: an application's address, and the login that may be in it.
public struct ThroughAddress: Sendable, Equatable {
    /// Without user and password; otherwise as it was typed.
    public let plain: String
    /// For Basic authentication.
    public let user: String?
    public let password: String?

    /// - Throws: `ToolkitError`, never with the URL itself: a password may be in it.
    public init(_ text: String) throws {
        guard let url = URLComponents(string: text), let scheme = url.scheme?.lowercased(), ["http", "https"].contains(scheme),
            let host = url.host, !host.isEmpty
        else { throw ToolkitError("--through is no URL of http:// or https://") }
        guard url.query == nil, url.fragment == nil else {
            throw ToolkitError(
                "--through takes no query and no fragment: a table's \"path\" in --map may have a query, and secrets are for "
                    + "--through-header-file")
        }
        user = url.user
        password = url.password
        plain = Self.withoutLogin(text)
        guard user != nil || password != nil else { return }
        guard let user, !user.isEmpty, let password, !password.isEmpty, !user.contains(":") else {
            throw ToolkitError(
                "--through has a login that is no user and password: put what the application wants into --through-header-file")
        }
    }

    /// The URL without what stands between `//` and the host's `@`.
    private static func withoutLogin(_ url: String) -> String {
        guard let start = url.firstRange(of: "://")?.upperBound else { return url }
        let end = url[start...].firstIndex { "/?#".contains($0) } ?? url.endIndex
        guard let at = url[start..<end].lastIndex(of: "@") else { return url }
        return String(url[..<start] + url[url.index(after: at)...])
    }

    /// The name of a migration as it is now. Earlier versions wrote login and query of the application's URL into the journal,
    /// though they sent neither.
    static func plainName(_ name: String) -> String {
        guard let arrow = name.range(of: " → ", options: .backwards)?.upperBound else { return name }
        return String(name[..<arrow]) + withoutLogin(String(name[arrow...].prefix { !"?#".contains($0) }))
    }
}
