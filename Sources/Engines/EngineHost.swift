public import Cgroups

/// Where and as whom servers run on this host.
public struct EngineHost: Sendable, Equatable {
    /// The data directory (`DIR`), absolute.
    public var directory: String
    /// The unprivileged user that servers run as when Martlet is root; nil when it is not root and they run as itself.
    public var user: EngineUser?
    /// Directories with server programs named by the operator, searched before the usual places.
    public var programPaths: [String]
    /// The groups by which servers are limited; nil where nobody asked for them.
    public var groups: InstallationGroups?

    public init(directory: String, user: EngineUser?, programPaths: [String] = []) {
        self.directory = directory
        self.user = user
        self.programPaths = programPaths
    }

    /// `DIR/instances/ID`: all that belongs to one instance.
    public func instanceDirectory(_ id: String) -> String { "\(directory)/instances/\(id)" }
    /// `DIR/pool/ENGINE-VERSION`: warm clusters, one directory each.
    public func poolDirectory(engine: String, version: String) -> String { "\(directory)/pool/\(engine)-\(version)" }
}

public struct EngineUser: Sendable, Equatable {
    public var name: String
    public var uid: UInt32
    public var gid: UInt32

    public init(name: String, uid: UInt32, gid: UInt32) {
        self.name = name
        self.uid = uid
        self.gid = gid
    }
}
