/// Why a certificate could not be had. The texts are for operators and hold no secrets.
public enum CertificateError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The authority that is wanted has no files in `DIR/ca`.
    case noAuthority(identifier: String)
    /// Its files are there and cannot be used.
    case damaged(path: String, reason: String)
    case system(what: String, reason: String)

    public var description: String {
        switch self {
        case .noAuthority(let identifier): "there is no certificate authority \(identifier)"
        case .damaged(let path, let reason): "\(path) cannot be used: \(reason)"
        case .system(let what, let reason): "\(what): \(reason)"
        }
    }
}
