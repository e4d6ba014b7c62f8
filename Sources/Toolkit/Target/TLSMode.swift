/// How far a connection proves whom it talks to; libpq's words.
public enum TLSMode: String, Sendable, Equatable, CaseIterable {
    case disable
    case prefer
    case require
    case verifyCA = "verify-ca"
    case verifyFull = "verify-full"

    /// Also MySQL's own words (`--ssl-mode`).
    init?(spelled text: String) {
        switch text.lowercased().replacing("_", with: "-") {
        case "disable", "disabled": self = .disable
        case "prefer", "preferred", "allow": self = .prefer
        case "require", "required": self = .require
        case "verify-ca": self = .verifyCA
        case "verify-full", "verify-identity": self = .verifyFull
        default: return nil
        }
    }

    public var verifies: Bool { self == .verifyCA || self == .verifyFull }
}
