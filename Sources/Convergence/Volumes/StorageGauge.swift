public import Volumes

/// When storage counts as low, and as full: pure.
public enum StorageGauge {
    /// A volume with less than this left is full: the next extension of a large table needs as much.
    static let fullBytes: Int64 = 32 << 20
    /// The disk below an image with less than this left is full for all that are on it: a write that finds no block is an I/O
    /// error to the file system in the image, not a full one.
    static let fullDiskBytes: Int64 = 512 << 20
    /// Faster than any disk fills, in bytes per second.
    static let fillRate = 2.0 * Double(1 << 30)

    /// - Parameter was: it was full when last looked at. It is not any more once there is room for more than the next row.
    public static func isFull(_ room: VolumeState.Room, size: Int64, was: Bool) -> Bool {
        if let disk = room.diskFreeBytes, disk < (was ? 2 : 1) * fullDiskBytes { return true }
        return room.freeBytes < (was ? max(2 * fullBytes, min(256 << 20, size / 50)) : fullBytes)
    }

    /// RDS tells of it, and scales, below a tenth (user guide, "Managing capacity automatically with storage autoscaling").
    public static func isLow(_ room: VolumeState.Room, size: Int64) -> Bool { room.freeBytes * 10 < size }

    /// Whoever writes in spite of being told not to has used up half of the reserve.
    public static func isReserveInDanger(_ room: VolumeState.Room) -> Bool {
        room.freeBytes <= 0 && room.reserveBytes < room.fullReserveBytes / 2
    }

    /// Seconds until the next look: it cannot be full before.
    public static func pause(_ room: VolumeState.Room) -> Double {
        let left = min(room.freeBytes - fullBytes, room.diskFreeBytes.map { $0 - fullDiskBytes } ?? .max)
        return min(2, max(0.05, Double(left) / fillRate))
    }
}
