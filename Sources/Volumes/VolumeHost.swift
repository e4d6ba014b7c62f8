internal import CMartlet
public import Crypto
internal import Dispatch
internal import Foundation

/// The volumes of a data directory: looks, and carries out what `VolumePlanner` says. Its calls block; `run` is for those who
/// must not.
public struct VolumeHost: Sendable {
    /// `DIR`
    public let directory: String
    /// Of the directories on the way to servers' files: 0711 where servers run as somebody else.
    let passageMode: mode_t

    private static let queue = DispatchQueue(label: "martlet.volumes", attributes: .concurrent)
    /// How long whoever still works in a volume may take to leave.
    static let patience = Duration.seconds(5)

    public init(directory: String, serversRunAsOthers: Bool) {
        self.directory = directory
        passageMode = serversRunAsOthers ? 0o711 : 0o700
    }

    /// Where the volume of an instance is.
    public func site(instance id: String) -> VolumeSite {
        VolumeSite(image: "\(directory)/volumes/\(id).img", mountPoint: "\(directory)/instances/\(id)")
    }

    /// Performs blocking work aside.
    public func run<Result: Sendable>(_ work: @escaping @Sendable (VolumeHost) throws -> Result) async throws -> Result {
        try await withCheckedThrowingContinuation { continuation in
            Self.queue.async { continuation.resume(with: Swift.Result { try work(self) }) }
        }
    }

    /// Mounts a volume and makes it as large as it should be.
    ///
    /// - Parameters:
    ///   - key: the volume's own, 256 bits; needed where it is encrypted.
    ///   - mayCreate: make it, where there is none yet.
    /// - Throws: `VolumeError`
    public func attach(_ spec: VolumeSpec, at site: VolumeSite, key: SymmetricKey? = nil, mayCreate: Bool = false) throws {
        try reach(.attached(mayCreate: mayCreate), spec, site, key)
    }

    /// Unmounts it, if it is mounted; its loop device goes with it.
    public func detach(_ spec: VolumeSpec, at site: VolumeSite) throws { try reach(.detached, spec, site, nil) }

    /// Deletes it, mounted or not. What a plain directory holds is left alone.
    public func remove(_ spec: VolumeSpec, at site: VolumeSite) throws {
        try reach(.removed, spec, site, nil)
        try deleteScraps(site)
    }

    private func reach(_ goal: VolumeGoal, _ spec: VolumeSpec, _ site: VolumeSite, _ key: SymmetricKey?) throws {
        for step in try VolumePlanner.plan(goal, spec, try state(of: site, spec)) {
            try perform(step, spec, site, key)
        }
    }

    /// Unmounts everything below the data directory, whatever it is. For when no server runs any more. What the data directory
    /// itself is on is not ours.
    ///
    /// - Returns: the mount points that were in use and were only taken out of sight.
    @discardableResult
    public func unmountAll() throws -> [String] {
        var hidden: [String] = []
        for entry in try MountTable.now().below(directory) where entry.mountPoint != directory {
            do {
                try unmount(entry.mountPoint, isFUSE: entry.type.hasPrefix("fuse"))
            } catch VolumeError.busy {
                try attempt("unmount \(entry.mountPoint)") { martlet_unmount(entry.mountPoint, 1) }
                hidden.append(entry.mountPoint)
            }
        }
        return hidden
    }

    /// Unmounts what is mounted at or below a directory that somebody is done with, and has no plan any more.
    public func clear(_ directory: String) throws {
        for entry in try MountTable.now().below(directory) {
            try unmount(entry.mountPoint, isFUSE: entry.type.hasPrefix("fuse"))
        }
    }

    /// True when something is mounted there.
    public func isMounted(_ path: String) throws -> Bool { try MountTable.now().at(path) != nil }

    /// Has all that was written to a volume on the disk.
    public func synchronise(_ site: VolumeSite) throws {
        let root = try OpenFile.directory(site.mountPoint)
        try posix("sync \(site.mountPoint)") { martlet_sync_filesystem(root.number) }
    }
}
