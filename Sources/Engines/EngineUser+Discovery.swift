import Foundation

extension EngineUser {
    /// The user that servers run as: when we are root `named`, else `martlet`, `postgres` or `mysql`; nil when we are not root.
    ///
    /// - Throws: `EngineError.system` when root has no user to hand servers to, when `named` is unknown or root, or when
    ///   `named` is given although only root can start servers as someone else.
    public static func discover(named: String?) throws -> EngineUser? {
        try choose(named: named, effectiveUID: geteuid(), lookUp: lookUp)
    }

    static func choose(
        named: String?, effectiveUID: UInt32, lookUp: (String) -> EngineUser?
    ) throws(EngineError) -> EngineUser? {
        let what = "choose the user that servers run as"
        guard effectiveUID == 0 else {
            if let named, lookUp(named)?.uid != effectiveUID {
                throw .system(what: what, reason: "only root can start servers as \(named)")
            }
            return nil
        }
        let names = named.map { [$0] } ?? ["martlet", "postgres", "mysql"]
        guard let user = names.lazy.compactMap(lookUp).first else {
            throw .system(
                what: what,
                reason: "database servers refuse to run as root and there is no user \(names.joined(separator: " or "));"
                    + " add one with `useradd --system martlet`, or name one with --engine-user")
        }
        guard user.uid != 0 else { throw .system(what: what, reason: "\(user.name) is root, and servers refuse to run as root") }
        return user
    }

    private static func lookUp(_ name: String) -> EngineUser? {
        var entry = passwd()
        var found: UnsafeMutablePointer<passwd>?
        var buffer = [CChar](repeating: 0, count: 16 << 10)
        guard getpwnam_r(name, &entry, &buffer, buffer.count, &found) == 0, found != nil else { return nil }
        return EngineUser(name: name, uid: entry.pw_uid, gid: entry.pw_gid)
    }
}
