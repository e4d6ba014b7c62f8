/// A volume as it was found.
public struct VolumeState: Sendable, Equatable {
    public enum Mount: Sendable, Equatable {
        case none
        /// The volume, where it should be.
        case here
        /// Something that is not the volume.
        case foreign(String)
        /// The volume, whose program has ended.
        case broken
    }

    public struct Room: Sendable, Equatable {
        /// What servers may fill, bytes like the others; nil where nothing limits them.
        public var storageBytes: Int64?
        /// What a server without grace can still write.
        public var freeBytes: Int64
        /// What is left for whom the reserve is, and how much that was.
        public var reserveBytes: Int64
        public var fullReserveBytes: Int64
        /// What the disk below an image has left: images promise more than it has. Nil where the two are one.
        public var diskFreeBytes: Int64?

        public init(
            storageBytes: Int64?, freeBytes: Int64, reserveBytes: Int64, fullReserveBytes: Int64, diskFreeBytes: Int64? = nil
        ) {
            self.storageBytes = storageBytes
            self.freeBytes = freeBytes
            self.reserveBytes = reserveBytes
            self.fullReserveBytes = fullReserveBytes
            self.diskFreeBytes = diskFreeBytes
        }
    }

    /// A block device by its numbers.
    public struct Device: Sendable, Equatable {
        public var major: UInt32
        public var minor: UInt32

        public init(major: UInt32, minor: UInt32) {
            self.major = major
            self.minor = minor
        }

        /// `major:minor`, as the kernel writes them.
        init?(_ text: String) {
            let numbers = text.split(separator: ":").map { UInt32($0) }
            guard numbers.count == 2, let major = numbers[0], let minor = numbers[1] else { return nil }
            self.init(major: major, minor: minor)
        }
    }

    /// Nil when there is no image.
    public var imageBytes: Int64?
    /// There is an encrypted directory.
    public var hasCipherDirectory: Bool
    /// The mount point exists.
    public var hasMountPoint: Bool
    public var mount: Mount
    /// A mount was cut short.
    public var isStaged: Bool
    /// Nil while nothing is mounted.
    public var room: Room?
    /// This process may make a mounted file system larger than its image was made for (`CAP_SYS_RESOURCE`).
    public var canGrowMounted: Bool
    /// Its files can be read; nil where nothing is encrypted, or nothing is mounted.
    public var isUnlocked: Bool?
    /// What the mounted image is attached to: another one after each mount. Nil for directories, which share one with others.
    public var device: Device?

    public init(
        imageBytes: Int64? = nil, hasCipherDirectory: Bool = false, hasMountPoint: Bool = false, mount: Mount = .none,
        isStaged: Bool = false, room: Room? = nil, canGrowMounted: Bool = true, isUnlocked: Bool? = nil
    ) {
        self.imageBytes = imageBytes
        self.hasCipherDirectory = hasCipherDirectory
        self.hasMountPoint = hasMountPoint
        self.mount = mount
        self.isStaged = isStaged
        self.room = room
        self.canGrowMounted = canGrowMounted
        self.isUnlocked = isUnlocked
    }

    /// Something of it is there, mounted or not.
    public func exists(_ spec: VolumeSpec) -> Bool {
        switch (spec.kind, spec.cipher) {
        case (.image, _): imageBytes != nil
        case (.directory, .none): hasMountPoint
        case (.directory, _): hasCipherDirectory
        }
    }
}
