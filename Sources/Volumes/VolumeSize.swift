/// How large an image must be so that its servers can fill what was promised.
public enum VolumeSize {
    /// The smallest unit that ext4 grows by without leaving a remainder unused: a block group of 4 KiB blocks.
    public static let groupBytes: Int64 = 128 << 20
    public static let blockBytes: Int64 = 4096
    /// Blocks that only root and `graceUser` may use: what a server needs to stay up once its volume is full.
    public static let reservedPercent: Int64 = 10

    /// The size of the image for so much storage, both in bytes.
    public static func imageBytes(storage: Int64) -> Int64 {
        let needed = (storage * 100 + (100 - reservedPercent) - 1) / (100 - reservedPercent)
        return max(1, (needed + groupBytes - 1) / groupBytes) * groupBytes
    }
}
