internal import CMartlet
internal import Foundation

extension VolumeHost {
    /// What is there now. A few system calls.
    public func state(of site: VolumeSite, _ spec: VolumeSpec) throws(VolumeError) -> VolumeState {
        let mounts = try MountTable.now()
        var state = VolumeState(
            imageBytes: Self.size(site.image), hasCipherDirectory: Self.isDirectory(site.cipherDirectory),
            hasMountPoint: false, isStaged: mounts.at(site.staging) != nil)
        state.mount = Self.mount(mounts.at(site.mountPoint), site, spec)
        // A mount whose program has gone cannot even be looked at.
        state.hasMountPoint = state.mount == .broken || Self.isDirectory(site.mountPoint)
        guard state.mount == .here else { return state }
        state.room = try room(site, inImage: spec.kind == .image)
        if spec.kind == .image { state.device = mounts.at(site.mountPoint).flatMap { VolumeState.Device($0.device) } }
        state.canGrowMounted = Capabilities.mayExceedResources
        if spec.cipher == .fscrypt { state.isUnlocked = try Self.isUnlocked(site.mountPoint) }
        return state
    }

    private static func mount(_ entry: MountTable.Entry?, _ site: VolumeSite, _ spec: VolumeSpec) -> VolumeState.Mount {
        guard let entry else { return .none }
        if entry.type == "fuse.gocryptfs" {
            guard entry.source == site.cipherDirectory else { return .foreign(entry.source) }
            var found = stat()
            if stat(site.mountPoint, &found) != 0, errno == ENOTCONN || errno == ECONNABORTED { return .broken }
            return .here
        }
        guard LoopDevices.holds(entry.source, site.image) else { return .foreign(entry.source) }
        return .here
    }

    private func room(_ site: VolumeSite, inImage: Bool) throws(VolumeError) -> VolumeState.Room {
        let space = try FreeSpace(site.mountPoint)
        let note = try VolumeNote.read(site.mountPoint)
        let reserve = max(0, space.allFree - space.free)
        return .init(
            storageBytes: note?.storageBytes, freeBytes: space.free, reserveBytes: reserve,
            fullReserveBytes: note?.reserveBytes ?? reserve,
            diskFreeBytes: inImage ? try FreeSpace(directory).free : nil)
    }

    /// The room of a mounted image, at the cost of a few system calls; nil while nothing is mounted there.
    public func quickRoom(_ site: VolumeSite) -> VolumeState.Room? {
        var inside = stat()
        var outside = stat()
        guard lstat(site.mountPoint, &inside) == 0, lstat(directory + "/instances", &outside) == 0,
            inside.st_dev != outside.st_dev
        else { return nil }
        do { return try room(site, inImage: true) } catch {
            // Unmounted between the two looks.
            return nil
        }
    }

    private static func isUnlocked(_ path: String) throws(VolumeError) -> Bool {
        let root = try OpenFile.directory(path)
        var name = [UInt8](repeating: 0, count: Int(MARTLET_KEY_NAME_BYTES))
        try attempt("look at the encryption of \(path)") { martlet_fscrypt_key_name(root.number, &name) }
        return try attempt("look at the key of \(path)") { martlet_fscrypt_has_key(root.number, name) } == 1
    }

    static func size(_ path: String) -> Int64? {
        var found = stat()
        guard lstat(path, &found) == 0, found.st_mode & S_IFMT == S_IFREG else { return nil }
        return Int64(found.st_size)
    }

    /// What a file takes on the disk, in bytes; 0 when it is not there.
    static func allocated(_ path: String) -> Int64 {
        var found = stat()
        return lstat(path, &found) == 0 ? Int64(found.st_blocks) * 512 : 0
    }

    static func isDirectory(_ path: String) -> Bool {
        var found = stat()
        return lstat(path, &found) == 0 && found.st_mode & S_IFMT == S_IFDIR
    }

    /// How much storage the disk could give an image in all, in bytes: what it has taken, and what is free.
    public func capacity(of site: VolumeSite) throws -> Int64 {
        try FreeSpace(directory).free + Self.allocated(site.image)
    }

    /// The same in whole GiB; what cannot be told cannot be promised.
    public func roomGiB(of site: VolumeSite) -> Int {
        do { return Int(try capacity(of: site) >> 30) } catch { return 0 }
    }
}
