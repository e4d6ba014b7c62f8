import Foundation
import Volumes

/// Clusters on volumes. An entry of the pool for image volumes is a directory with one file, `cluster.img`: a whole file system
/// with a cluster in it, mounted nowhere. To take it is to rename the file.
extension WarmPool {
    /// The size that most instances begin with, in bytes.
    static let imageStorage: Int64 = 20 << 30

    static func imageSite(_ entry: String) -> VolumeSite {
        VolumeSite(image: "\(entry)/cluster.img", mountPoint: "\(entry)/cluster")
    }

    private static let imageSpec = VolumeSpec(kind: .image, sizeBytes: imageStorage)

    func makeInImage(_ entry: String, _ warm: Bool) async throws {
        let site = Self.imageSite(entry)
        try await BlockingPool.shared.run { try host.volumes.attach(Self.imageSpec, at: site, mayCreate: true) }
        try await make(site.mountPoint, warm)
        try await BlockingPool.shared.run { try host.volumes.detach(Self.imageSpec, at: site) }
    }

    /// Mounts a volume; one that does not exist begins as a warm image where that is possible.
    func prepare(_ volume: InstanceVolume) async throws {
        try await BlockingPool.shared.run {
            try host.makePassage("instances")
            try host.makePassage("volumes")
            try host.makePassage("pool", "\(name)-\(version)")
            if volume.spec.kind == .image, volume.spec.cipher == .none, !FileSystem.exists(volume.site.image),
                VolumeSize.leastImageBytes(storage: volume.spec.sizeBytes)
                    <= VolumeSize.imageBytes(storage: Self.imageStorage)
            {
                try claimImage(volume.site.image)
            }
            try FreeSpace.check(at: directory)
            try volume.attach(mayCreate: true)
        }
    }

    private func claimImage(_ path: String) throws {
        guard let mine = try take(inImages: true) else { return }
        defer { release(mine) }
        try system("rename to \(path)") { rename(Self.imageSite(mine).image, path) }
        try FileSystem.syncDirectory(FileSystem.parent(path))
        try TreeRemoval.remove(mine)
        try FileSystem.syncDirectory(directory)
    }

    /// Gives a mounted volume without a cluster one: a copy of a warm one if there is one, else a new one. Complete before it has
    /// its name.
    func provide(on volume: InstanceVolume) async throws {
        let instance = volume.site.mountPoint
        let partial = "\(instance)/new\(Self.suffix)"
        try await discard(partial)
        try FileSystem.makeDirectory(partial, mode: host.passageMode)
        if try await !copyWarm(into: partial, inImages: true), try await !copyWarm(into: partial, inImages: false) {
            try await Self.makers.run { try await make(partial, false) }
        }
        try await BlockingPool.shared.run { try moveParts(of: partial, into: instance) }
    }

    private func copyWarm(into partial: String, inImages: Bool) async throws -> Bool {
        guard let mine = try take(inImages: inImages) else { return false }
        defer { release(mine) }
        try await BlockingPool.shared.run {
            let site = Self.imageSite(mine)
            if inImages { try host.volumes.attach(Self.imageSpec, at: site) }
            try VolumeContent.copy(of: inImages ? site.mountPoint : mine, into: partial)
            try host.volumes.synchronise(VolumeSite(image: "", mountPoint: partial))
        }
        try await discard(mine)
        return true
    }
}
