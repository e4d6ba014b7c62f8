internal import Foundation

/// What this host can do for volumes, found out by looking, not by trying.
public struct VolumeAbilities: Sendable, Equatable {
    /// Nil when images can be had; else why not.
    public var imageObstacle: String?
    /// Nil when the kernel can encrypt in images.
    public var fscryptObstacle: String?
    public var gocryptfsObstacle: String?

    public init(imageObstacle: String? = nil, fscryptObstacle: String? = nil, gocryptfsObstacle: String? = nil) {
        self.imageObstacle = imageObstacle
        self.fscryptObstacle = fscryptObstacle
        self.gocryptfsObstacle = gocryptfsObstacle
    }

    public static func detect() -> VolumeAbilities {
        VolumeAbilities(
            imageObstacle: images(),
            fscryptObstacle: FileManager.default.fileExists(atPath: "/sys/fs/ext4/features/encryption")
                ? nil : "the kernel's ext4 is built without encryption",
            gocryptfsObstacle: gocryptfs())
    }

    private static func images() -> String? {
        #if os(Linux)
            guard geteuid() == 0 else { return "image volumes need root" }
            // Only trying tells: a container's rules for devices are not in their modes.
            let control = open("/dev/loop-control", O_RDWR | O_CLOEXEC)
            guard control >= 0 else { return "there are no loop devices" }
            close(control)
            guard Capabilities.mayMount else {
                return "mounting is not allowed here (CAP_SYS_ADMIN)"
            }
            let known =
                FileManager.default.contents(atPath: "/proc/filesystems").map { String(decoding: $0, as: UTF8.self) } ?? ""
            guard known.contains("\text4\n") || ToolProcess.find("modprobe") != nil else { return "the kernel has no ext4" }
            guard ToolProcess.find("mkfs.ext4") != nil else {
                return "mkfs.ext4 is not installed (Debian: apt-get install e2fsprogs)"
            }
            return nil
        #else
            return "image volumes need Linux"
        #endif
    }

    private static func gocryptfs() -> String? {
        guard ToolProcess.find(Gocryptfs.programName) != nil else {
            return "gocryptfs is not installed (Debian: apt-get install gocryptfs)"
        }
        guard ToolProcess.find("fusermount3") ?? ToolProcess.find("fusermount") != nil else {
            return "fusermount3 is not installed (Debian: apt-get install fuse3)"
        }
        return access("/dev/fuse", R_OK | W_OK) == 0 ? nil : "/dev/fuse cannot be used"
    }
}

/// What new volumes will be: a pure choice.
public struct VolumeOffer: Sendable, Equatable {
    /// What the operator asked for (`--volumes`).
    public enum Wish: String, Sendable, CaseIterable { case auto, image, directory }

    public var kind: VolumeKind
    /// Why it is not an image, where that was for Martlet to choose.
    public var reason: String?
    /// What encrypted ones are made with; nil where that is impossible.
    public var encrypted: (kind: VolumeKind, cipher: VolumeCipher)?
    /// Why that is impossible, and what to install.
    public var encryptionObstacle: String

    /// - Throws: `VolumeError.unsupported` when the wish cannot be granted.
    public init(_ wish: Wish, _ abilities: VolumeAbilities) throws(VolumeError) {
        if wish == .image, let obstacle = abilities.imageObstacle { throw .unsupported("--volumes image: \(obstacle)") }
        kind = wish == .directory || abilities.imageObstacle != nil ? .directory : .image
        reason = wish == .auto ? abilities.imageObstacle : nil
        encryptionObstacle = ""
        if kind == .image, abilities.fscryptObstacle == nil {
            encrypted = (.image, .fscrypt)
        } else if abilities.gocryptfsObstacle == nil {
            encrypted = (.directory, .gocryptfs)
        } else {
            let kernel = kind == .directory ? abilities.imageObstacle ?? "--volumes directory" : abilities.fscryptObstacle
            encryptionObstacle = "\(kernel ?? ""); \(abilities.gocryptfsObstacle ?? "")"
        }
    }

    public static func == (one: VolumeOffer, other: VolumeOffer) -> Bool {
        one.kind == other.kind && one.reason == other.reason && one.encrypted?.cipher == other.encrypted?.cipher
            && one.encrypted?.kind == other.encrypted?.kind && one.encryptionObstacle == other.encryptionObstacle
    }
}
