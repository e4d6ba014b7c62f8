/// What holds an instance's files.
public enum VolumeKind: String, Sendable {
    /// A file with an ext4 file system of its own, mounted: its size is real.
    case image
    /// A directory like any other: its size is a number.
    case directory
}

/// What encrypts them.
public enum VolumeCipher: String, Sendable {
    case none
    /// The kernel, inside an image (Documentation/filesystems/fscrypt.rst).
    case fscrypt
    /// A program, in front of a directory (gocryptfs(1)).
    case gocryptfs
}

/// A volume as it should be.
public struct VolumeSpec: Sendable, Equatable {
    public var kind: VolumeKind
    public var cipher: VolumeCipher
    /// What servers may fill, in bytes (`AllocatedStorage`). Counts for images alone.
    public var sizeBytes: Int64
    /// Who may go on writing into the reserve once that is full; nil for root alone.
    public var graceUser: UInt32?

    public init(kind: VolumeKind, cipher: VolumeCipher = .none, sizeBytes: Int64, graceUser: UInt32? = nil) {
        self.kind = kind
        self.cipher = cipher
        self.sizeBytes = sizeBytes
        self.graceUser = graceUser
    }

    /// True where something must be mounted before servers can work.
    public var isMounted: Bool { kind == .image || cipher != .none }
}

/// Where a volume is.
public struct VolumeSite: Sendable, Equatable {
    /// The image file; exists only complete.
    public var image: String
    /// The directory that its user knows.
    public var mountPoint: String
    /// What gocryptfs has encrypted.
    public var cipherDirectory: String

    /// - Parameter image: its name without `.img` also names what is needed meanwhile.
    public init(image: String, mountPoint: String) {
        self.image = image
        self.mountPoint = mountPoint
        cipherDirectory = Self.stem(image) + ".cipher"
    }

    /// Where the image's root is seen while it is being mounted.
    var staging: String { Self.stem(image) + ".staging" }
    /// What is being made and has no name yet.
    var partialImage: String { image + ".partial" }
    var partialCipher: String { cipherDirectory + ".partial" }

    private static func stem(_ image: String) -> String { image.hasSuffix(".img") ? String(image.dropLast(4)) : image }
}
