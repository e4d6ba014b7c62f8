/// What the store refuses.
public enum StoreError: Error, Sendable, Equatable, CustomStringConvertible {
    /// Another resource of that kind has that name in that region.
    case nameTaken(kind: String, region: String, name: String)
    case missing(kind: String, region: String, id: String)
    /// The directory was written by a later Martlet.
    case newerFormat(found: Int, supported: Int)
    case unusable(reason: String)

    public var description: String {
        switch self {
        case .nameTaken(let kind, let region, let name): "there is already a \(kind) named \(name) in \(region)"
        case .missing(let kind, let region, let id): "there is no \(kind) \(id) in \(region)"
        case .newerFormat(let found, let supported):
            "the data directory has format \(found), written by a later Martlet; this one understands up to \(supported)"
        case .unusable(let reason): reason
        }
    }
}
