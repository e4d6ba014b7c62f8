internal import CMartlet
internal import Foundation
internal import PrivateFiles

/// A volume that begins as a copy of another's image.
extension VolumeHost {
    /// Makes the volume, which must not exist, and mounts it. It has its name once `prepare` is through and all of that is on
    /// the disk: whoever is killed before begins again. The image may be one of a volume at work, taken at one instant: its
    /// file system recovers by its journal, as after a power cut. Blocks.
    ///
    /// - Parameters:
    ///   - spec: not encrypted. The copy becomes as large as it says.
    ///   - prepare: is given the directory that servers will see.
    /// - Throws: `VolumeError`, or what `prepare` throws.
    public func adopt(
        _ spec: VolumeSpec, at site: VolumeSite, from image: String, prepare: (_ cluster: String) throws -> Void
    ) throws {
        guard spec.kind == .image, spec.cipher == .none else {
            throw VolumeError.unsupported("only a plain image volume can begin as another's image")
        }
        let partial = site.partialImage
        try makePassages(to: parent(site.image))
        try makePassages(to: site.mountPoint)
        if Self.isDirectory(site.staging) { try unstage(site) }
        unlink(partial)
        do {
            try share(image, as: partial)
            if let size = Self.size(partial), size < VolumeSize.leastImageBytes(storage: spec.sizeBytes) {
                try extend(partial, VolumeSize.imageBytes(storage: spec.sizeBytes))
            }
            try mountImage(spec, site, nil, file: partial) { cluster in
                try prepare(cluster)
                let root = try OpenFile.directory(cluster)
                try posix("sync \(partial)") { martlet_sync_filesystem(root.number) }
                try posix("rename to \(site.image)") { rename(partial, site.image) }
                try PrivateFile.synchronizeDirectory(parent(site.image))
            }
        } catch {
            unlink(partial)
            throw error
        }
    }

    /// The copy shares all blocks where the file system can do that. On the disk when it returns.
    private func share(_ image: String, as copy: String) throws {
        let source = try OpenFile(image, O_RDONLY | O_NOFOLLOW)
        let file = try OpenFile(copy, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW, mode: 0o600)
        if martlet_clone_file(file.number, source.number) != 0 {
            try attempt("copy \(image)") { martlet_copy_sparsely(source.number, file.number) }
        }
        try posix("fsync \(copy)") { fsync(file.number) }
    }
}
