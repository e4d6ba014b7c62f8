/// How large images are, and what of them servers can fill. All in bytes.
///
/// The file system of an image is several times as large as the storage that it promises; a file that its servers cannot see
/// holds the rest. To grow is to make that file smaller: at once, while the file system is used, and without the right that
/// growing a mounted ext4 takes (`CAP_SYS_RESOURCE`), which containers often lack. Neither costs room on the disk: images are
/// sparse, and the blocks of that file are never written.
public enum VolumeSize {
    /// The smallest unit that ext4 grows by without leaving a remainder unused: a block group of 4 KiB blocks.
    static let groupBytes: Int64 = 128 << 20
    static let blockBytes: Int64 = 4096
    /// What a file system needs for itself, whatever its size.
    private static let ownBytes: Int64 = 512 << 20

    /// Of a new image for so much storage, with room for nearly four times as much.
    public static func imageBytes(storage: Int64) -> Int64 { rounded(4 * storage + storage / 4 + ownBytes) }

    /// An image that is smaller must become larger to hold so much storage.
    public static func leastImageBytes(storage: Int64) -> Int64 { storage + storage / 8 + ownBytes }

    /// What is kept beside the storage for servers that must not run out of room: a tenth.
    static func reserveBytes(storage: Int64) -> Int64 { storage / 10 }

    private static func rounded(_ bytes: Int64) -> Int64 { max(1, (bytes + groupBytes - 1) / groupBytes) * groupBytes }
}
