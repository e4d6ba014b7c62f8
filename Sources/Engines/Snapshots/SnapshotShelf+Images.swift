import Foundation
import Volumes

/// Snapshots that are the image of a whole volume, whose blocks they share.
extension SnapshotShelf {
    /// Takes the image of a volume; nil where blocks cannot be shared.
    ///
    /// Nothing is frozen. While its blocks are being shared nobody writes to an image file, so the copy has all writes up to one
    /// instant and none after it: what a power cut at that instant would have left, and more orderly. ext4 recovers by its
    /// journal, the server by its log; what was acknowledged is in both.
    func image(
        _ id: String, of site: ServerSite, by engine: any Engine, _ volume: InstanceVolume, in partial: String,
        _ progress: @escaping @Sendable (Int) -> Void
    ) async throws -> SnapshotManifest? {
        guard volume.spec.kind == .image, volume.spec.cipher == .none, try FileCopy.canShare(in: partial) else { return nil }
        try await engine.settle(site)
        let cancelled = CancelMark()
        return try await withTaskCancellationHandler {
            try await BlockingPool.shared.run {
                // Files that nobody has asked the disk for yet: those of engines without a log, and our own.
                if try volume.host.isMounted(volume.site.mountPoint) { try volume.host.synchronise(volume.site) }
                let copy = "\(partial)/\(SnapshotManifest.Image.name)"
                let takenAt = Date()
                guard try FileCopy.share(volume.site.image, as: copy) else { return nil }
                let counted = SnapshotProgress(total: FileSystem.allocatedBytes(copy), report: progress)
                let content = ImageContent(path: copy, isCancelled: { cancelled.isSet }, done: { counted.advance($0) })
                let identity = RecentReadings.Identity(of: copy)
                let (size, pieces) = try content.list()
                verifications.noteReading(id, identity)
                return SnapshotManifest(
                    product: engine.product, takenAt: takenAt,
                    image: .init(size: size, storageBytes: volume.spec.sizeBytes, pieces: pieces))
            }
        } onCancel: {
            cancelled.set()
        }
    }

    /// Makes a copy of an image. One that is to be encrypted becomes a snapshot of files: what is restored from it is on an
    /// encrypted volume, with which no image can share anything. Blocks.
    func copyImage(
        _ files: SnapshotFiles, to partial: String, _ sealing: SnapshotSeal?, by engine: (any Engine)?
    ) throws -> SnapshotManifest {
        guard let image = files.manifest.image else { throw files.imageDamage("is missing") }
        if let sealing {
            guard let engine else {
                throw EngineError.notInstalled(engine: files.manifest.product, version: "")
            }
            try files.verify(image, at: files.image, half: true)
            return try convert(files, image, in: partial, sealing, by: engine)
        }
        try files.checkPresence(of: image)
        let copy = "\(partial)/\(SnapshotManifest.Image.name)"
        if try !FileCopy.share(files.image, as: copy) {
            try FreeSpace.check(copying: image.bytes, nil, to: partial)
            try VolumeContent.copyFile(files.image, to: copy)
        }
        try files.verify(image, at: copy)
        return files.manifest
    }

    /// The files of an image, read from a scratch copy of it, as a snapshot of files. Blocks.
    private func convert(
        _ files: SnapshotFiles, _ image: SnapshotManifest.Image, in partial: String, _ sealing: SnapshotSeal?,
        by engine: any Engine
    ) throws -> SnapshotManifest {
        let scratch = "\(partial)/\(Self.scratch)"
        try FileSystem.makeDirectory(scratch, mode: 0o700)
        let site = VolumeSite(image: "\(scratch)/cluster.img", mountPoint: "\(scratch)/cluster")
        let spec = VolumeSpec(kind: .image, sizeBytes: image.storageBytes)
        try host.volumes.adopt(spec, at: site, from: files.image) { _ in }
        let draft = SnapshotDraft(directory: partial, seal: sealing, report: files.report, isCancelled: files.isCancelled)
        try engine.copyFiles(in: site.mountPoint, into: draft)
        try host.volumes.remove(spec, at: site)
        try TreeRemoval.remove(scratch)
        var manifest = draft.manifest
        manifest.takenAt = files.manifest.takenAt
        return manifest
    }

    private static let scratch = "scratch"

    func unmountScratch(_ partial: String) throws {
        let scratch = "\(partial)/\(Self.scratch)"
        if FileSystem.exists(scratch) { try host.volumes.clear(scratch) }
    }

    /// Makes the volume of a new instance from an image.
    func restore(
        _ image: SnapshotManifest.Image, _ files: SnapshotFiles, _ id: String, to site: ServerSite, by engine: any Engine,
        on volume: InstanceVolume?
    ) async throws {
        guard files.manifest.product == engine.product else {
            throw EngineError.snapshotDamaged(what: "it holds data of \(files.manifest.product), not of \(engine.product)")
        }
        try await BlockingPool.shared.run {
            try host.makePassage("instances")
            try host.makePassage("volumes")
        }
        guard let volume, volume.spec.kind == .image, volume.spec.cipher == .none else {
            return try await restoreFiles(image, files, to: site, by: engine, on: volume)
        }
        if FileSystem.exists(volume.site.image) {
            try await BlockingPool.shared.run { try volume.attach(mayCreate: false) }
            guard isUnverified(site) else { return }
            return verifications.begin(site.id, snapshot: id) { try compare(id, files, image, $0) }
        }
        try files.checkPresence(of: image)
        if verifications.wasDamaged(id) { try await verifications.perform(id) { try compare(id, files, image, $0) } }
        let isSound = verifications.hasJustRead(id, at: files.image)
        if !isSound { verifications.begin(site.id, snapshot: id) { try compare(id, files, image, $0) } }
        do {
            try await BlockingPool.shared.run {
                let isShared = try FileCopy.canShare(in: directory)
                if !isShared { try FreeSpace.check(copying: image.bytes, nil, to: "\(host.directory)/volumes") }
                try volume.host.adopt(volume.spec, at: volume.site, from: files.image) { cluster in
                    try engine.adopt(cluster)
                    if !isSound {
                        try FileSystem.replace("\(cluster)/\(Self.unverified)", with: id, mode: 0o600, durably: false)
                    }
                }
            }
        } catch {
            // Damage says more than what followed from it.
            try await verifications.result(site.id)
            throw error
        }
    }

    /// The same for a volume that is no plain image: from the files in it.
    private func restoreFiles(
        _ image: SnapshotManifest.Image, _ files: SnapshotFiles, to site: ServerSite, by engine: any Engine,
        on volume: InstanceVolume?
    ) async throws {
        let partial = path("restore-\(site.id)") + Self.suffix
        do {
            let converted = try await BlockingPool.shared.run {
                try files.verify(image, at: files.image, half: true)
                try discard(partial)
                try FileSystem.makeDirectory(partial, mode: 0o700)
                let manifest = try convert(files, image, in: partial, nil, by: engine)
                if let volume { try volume.attach(mayCreate: true) }
                return SnapshotFiles(
                    directory: partial, manifest: manifest, seal: nil, report: files.report, isCancelled: files.isCancelled)
            }
            try await engine.restore(site, from: converted)
        } catch {
            try await Task { try await BlockingPool.shared.run { try discard(partial) } }.value
            throw error
        }
        try await BlockingPool.shared.run { try discard(partial) }
    }

    // MARK: Checksums

    /// In the directory of an instance whose snapshot has not been read to its end yet. Root's alone.
    private static let unverified = "unverified"

    private func mark(_ site: ServerSite) -> String { "\(host.instanceDirectory(site.id))/\(Self.unverified)" }

    /// True while nobody must be let in to a restored instance: its snapshot's checksums are still being compared.
    public func isUnverified(_ site: ServerSite) -> Bool { FileSystem.exists(mark(site)) }

    /// Compares the checksums of the snapshot that an instance was restored from, or waits for what is doing that already.
    ///
    /// - Throws: `EngineError.snapshotDamaged` that names the file: then nothing of the instance may be used.
    public func verify(_ site: ServerSite, restoredFrom id: String) async throws {
        guard isUnverified(site) else { return }
        if try await !verifications.result(site.id) {
            let files = try files(id, nil, CancelMark()) { _ in }
            guard let image = files.manifest.image else { throw files.imageDamage("is missing") }
            try await verifications.perform(id) { try compare(id, files, image, $0) }
        }
        // Should a power cut bring it back, all is read once more.
        try await BlockingPool.shared.run { try TreeRemoval.remove(mark(site)) }
    }

    /// Reads a snapshot's image to its end.
    private func compare(
        _ id: String, _ files: SnapshotFiles, _ image: SnapshotManifest.Image, _ isCancelled: @escaping @Sendable () -> Bool
    ) throws {
        let identity = RecentReadings.Identity(of: files.image)
        try files.verify(image, at: files.image, isCancelled: isCancelled)
        verifications.noteReading(id, identity)
    }

    /// The instance will not be asked for any more.
    public func forget(_ site: ServerSite) { verifications.forget(site.id) }
}

extension SnapshotFiles {
    /// Where the image is.
    var image: String { "\(directory)/\(SnapshotManifest.Image.name)" }
    /// `snap-…/image`
    private var imageName: String { "\(FileSystem.lastComponent(directory))/\(SnapshotManifest.Image.name)" }

    func imageDamage(_ what: String) -> EngineError { .snapshotDamaged(what: "\(imageName) \(what)") }

    /// What can be told without reading it.
    func checkPresence(of listed: SnapshotManifest.Image) throws {
        guard let found = FileSystem.status(image), found.st_mode & S_IFMT == S_IFREG else { throw imageDamage("is missing") }
        guard Int64(found.st_size) == listed.size else { throw imageDamage("is not what it was when the snapshot was taken") }
    }

    /// Compares an image, this one or a copy of it, with the checksums. Blocks.
    ///
    /// - Parameter half: it counts as half of the work.
    func verify(
        _ listed: SnapshotManifest.Image, at place: String, half: Bool = false,
        isCancelled stops: @escaping @Sendable () -> Bool = { false }
    ) throws {
        let counted = SnapshotProgress(total: listed.bytes * (half ? 2 : 1), report: report)
        let content = ImageContent(
            path: place, isCancelled: { [isCancelled] in stops() || isCancelled() }, done: { counted.advance($0) })
        try content.verify(listed, named: imageName)
    }
}
