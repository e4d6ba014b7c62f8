internal import CMartlet
internal import Crypto
internal import Foundation
internal import PrivateFiles

extension VolumeHost {
    /// The directory of an image that its user sees: the root of a file system cannot be encrypted.
    static let cluster = "cluster"

    func perform(_ step: VolumeStep, _ spec: VolumeSpec, _ site: VolumeSite, _ key: SymmetricKey?) throws {
        switch step {
        case .makeMountPoint: try makePassages(to: site.mountPoint)
        case .makeImage(let bytes): try makeImage(spec, site, bytes)
        case .extendImage(let bytes): try extend(site.image, bytes)
        case .unstage: try unstage(site)
        case .dropBroken: try unmount(site.mountPoint, isFUSE: true)
        case .mountImage: try mountImage(spec, site, key, file: site.image)
        case .unlock: try FileEncryption.unlock(site.mountPoint, key: key)
        case .limit(let bytes): try limit(site, bytes)
        case .makeCipherDirectory: try Gocryptfs(host: self).make(site, key: key)
        case .mountCipherDirectory: try Gocryptfs(host: self).mount(site, key: key, forOthers: passageMode == 0o711)
        case .unmount: try unmount(site.mountPoint, isFUSE: spec.cipher == .gocryptfs)
        case .deleteImage:
            try deleteScraps(site)
            try delete(site.image)
        case .deleteCipherDirectory: try deleteTree(site.cipherDirectory)
        case .deleteMountPoint: try removeEmpty(site.mountPoint)
        }
    }

    // MARK: Files

    /// Makes a directory and those above it, down from the data directory.
    ///
    /// One that is there keeps its mode; but below the data directory, which may be an operator's, one that is closed to others
    /// is what somebody who was killed had just made.
    func makePassages(to path: String) throws {
        var found = stat()
        if lstat(path, &found) == 0, found.st_mode & S_IFMT == S_IFDIR {
            guard path != directory, found.st_uid == geteuid(), found.st_mode & 0o7777 == 0o700 else { return }
        } else {
            guard path.count > 1 else { return }
            if path != directory { try makePassages(to: parent(path)) }
            if mkdir(path, 0o700) != 0, errno != EEXIST { throw VolumeError.system("make the directory \(path)", errno) }
        }
        let made = try OpenFile.directory(path)
        try posix("chmod \(path)") { fchmod(made.number, passageMode) }
    }

    /// Formatted, and on the disk, before it has its name.
    private func makeImage(_ spec: VolumeSpec, _ site: VolumeSite, _ bytes: Int64) throws {
        guard let program = ToolProcess.find("mkfs.ext4") else {
            throw VolumeError.unsupported("mkfs.ext4 is not installed (Debian: apt-get install e2fsprogs)")
        }
        try makePassages(to: parent(site.image))
        unlink(site.partialImage)
        do {
            let file = try OpenFile(site.partialImage, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW, mode: 0o600)
            try posix("make an image of \(bytes) bytes") { ftruncate(file.number, off_t(bytes)) }
            try ToolProcess.run(
                program, Self.formatting(spec, bytes) + [site.partialImage])
            try posix("fsync \(site.partialImage)") { fsync(file.number) }
            try posix("rename to \(site.image)") { rename(site.partialImage, site.image) }
        } catch {
            unlink(site.partialImage)
            throw error
        }
        try PrivateFile.synchronizeDirectory(parent(site.image))
    }

    /// What is there of a new file reads as zeros, so neither journal nor tables need to be written.
    private static func formatting(_ spec: VolumeSpec, _ bytes: Int64) -> [String] {
        let reserve = Double(VolumeSize.reserveBytes(storage: spec.sizeBytes)) * 100 / Double(bytes)
        return [
            "-q", "-F", "-b", "\(VolumeSize.blockBytes)", "-i", "65536", "-m", "\(reserve)", "-J", "size=64", "-E",
            "lazy_itable_init=1,lazy_journal_init=1,nodiscard,root_owner=0:0",
        ] + (spec.cipher == .fscrypt ? ["-O", "encrypt"] : [])
    }

    func extend(_ image: String, _ bytes: Int64) throws {
        let file = try OpenFile(image, O_RDWR | O_NOFOLLOW)
        try posix("extend \(image)") { ftruncate(file.number, off_t(bytes)) }
        try posix("fsync \(image)") { fsync(file.number) }
    }

    private func delete(_ path: String) throws {
        try unlinkIfThere(path)
        try PrivateFile.synchronizeDirectory(parent(path))
    }

    /// What a creation or a mount that was cut short has left.
    func deleteScraps(_ site: VolumeSite) throws {
        try unlinkIfThere(site.partialImage)
        if Self.isDirectory(site.partialCipher) { try deleteTree(site.partialCipher) }
        try removeEmpty(site.staging)
    }

    private func unlinkIfThere(_ path: String) throws {
        if unlink(path) != 0, errno != ENOENT { throw VolumeError.system("delete \(path)", errno) }
    }

    private func deleteTree(_ path: String) throws {
        do {
            try FileManager.default.removeItem(atPath: path)
        } catch { throw VolumeError.refused(what: "delete \(path)", reason: (error as NSError).localizedDescription) }
    }

    private func removeEmpty(_ path: String) throws {
        // A plain directory's content is its server's, and not ours to delete.
        if rmdir(path) != 0, errno != ENOENT, errno != ENOTEMPTY, errno != EEXIST {
            throw VolumeError.system("remove \(path)", errno)
        }
    }

    func parent(_ path: String) -> String {
        guard let slash = path.lastIndex(of: "/"), slash > path.startIndex else { return "/" }
        return String(path[..<slash])
    }

    // MARK: Mounts

    /// The image's root is only seen aside, and only for as long as it takes: its user gets one directory of it.
    ///
    /// - Parameters:
    ///   - file: the image, under the name that it has now.
    ///   - prepare: what is done in that directory before anybody else sees it.
    func mountImage(
        _ spec: VolumeSpec, _ site: VolumeSite, _ key: SymmetricKey?, file: String,
        prepare: (_ cluster: String) throws -> Void = { _ in }
    ) throws {
        let lock = try ImageLock.take(file)
        defer { withExtendedLifetime(lock) {} }
        let device = try LoopDevices.open(file)
        try attempt("refresh \(device.path)") { martlet_loop_refresh(device.file.number) }
        try makePrivate(site.staging)
        do {
            try growOffline(file, lock)
            try mountDevice(device.path, spec, site, file, lock)
            let cluster = "\(site.staging)/\(Self.cluster)"
            try makePassages(to: cluster)
            if spec.cipher == .fscrypt { try FileEncryption.unlock(cluster, key: key) }
            try VolumeLimit(root: site.staging, cluster: cluster).set(spec.sizeBytes, image: file)
            try prepare(cluster)
            try attempt("mount \(site.mountPoint)") {
                martlet_mount(cluster, site.mountPoint, nil, martlet_mount_bind, nil)
            }
        } catch {
            try unstage(site)
            throw error
        }
        try unstage(site)
    }

    private func mountDevice(
        _ device: String, _ spec: VolumeSpec, _ site: VolumeSite, _ image: String, _ lock: ImageLock
    ) throws {
        let grace = spec.graceUser.map { ",resuid=\($0)" } ?? ""
        let options = "noinit_itable,errors=remount-ro\(grace)"
        func mount() -> Int32 { martlet_mount(device, site.staging, "ext4", martlet_mount_guarded, options) }
        let result = mount()
        guard result == -EUCLEAN || result == -EIO || result == -EINVAL else {
            try attempt("mount \(image)") { result }
            return
        }
        guard let checker = ToolProcess.find("e2fsck") else { throw VolumeError.damaged(image) }
        do {
            // 1 and 2: it was repaired.
            try ToolProcess.run(checker, ["-p", device], keeping: lock.file, accepted: [0, 1, 2])
        } catch { throw VolumeError.damaged("\(image): \(error)") }
        try attempt("mount \(image)") { mount() }
    }

    func makePrivate(_ path: String) throws {
        if mkdir(path, 0o700) != 0, errno != EEXIST { throw VolumeError.system("make the directory \(path)", errno) }
    }

    func unstage(_ site: VolumeSite) throws {
        while try MountTable.now().at(site.staging) != nil { try unmount(site.staging, isFUSE: false) }
        try removeEmpty(site.staging)
    }

    private func limit(_ site: VolumeSite, _ storage: Int64) throws {
        let device = try LoopDevices.open(site.image)
        try attempt("refresh \(device.path)") { martlet_loop_refresh(device.file.number) }
        try makePrivate(site.staging)
        do {
            // The same file system a second time: its options are those of the first.
            try attempt("mount \(site.image)") {
                martlet_mount(device.path, site.staging, "ext4", martlet_mount_guarded, nil)
            }
            try VolumeLimit(root: site.staging, cluster: "\(site.staging)/\(Self.cluster)").set(storage, image: site.image)
        } catch {
            try unstage(site)
            throw error
        }
        try unstage(site)
    }

    /// Has the file system of an image that is mounted nowhere use all of it.
    private func growOffline(_ image: String, _ lock: ImageLock) throws {
        guard let size = Self.size(image), try Superblock(image: image).bytes < size,
            let checker = ToolProcess.find("e2fsck"), let grower = ToolProcess.find("resize2fs")
        else { return }
        try ToolProcess.run(checker, ["-f", "-p", image], keeping: lock.file, limit: .seconds(3600), accepted: [0, 1, 2])
        try ToolProcess.run(grower, [image], keeping: lock.file, limit: .seconds(3600))
    }

    /// Waits a while for whoever looks into it.
    func unmount(_ path: String, isFUSE: Bool) throws {
        let deadline = ContinuousClock.now + Self.patience
        while true {
            do {
                if isFUSE, geteuid() != 0 { return try Gocryptfs(host: self).unmount(path) }
                try attempt("unmount \(path)") { martlet_unmount(path, 0) }
                return
            } catch VolumeError.busy(let what) {
                guard ContinuousClock.now < deadline else { throw VolumeError.busy(what) }
                usleep(20_000)
            }
        }
    }
}
