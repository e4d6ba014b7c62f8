internal import Foundation

/// What an image that is mounted nowhere says of its file system (kernel, Documentation/filesystems/ext4/super.rst).
struct Superblock {
    /// Of the file system.
    let bytes: Int64

    /// - Throws: `VolumeError.damaged` for anything but ext4.
    init(image: String) throws(VolumeError) {
        let file = try OpenFile(image, O_RDONLY | O_NOFOLLOW)
        var block = [UInt8](repeating: 0, count: 1024)
        let count = pread(file.number, &block, block.count, 1024)
        func number(_ offset: Int) -> Int64 { (0..<4).reduce(0) { $0 | Int64(block[offset + $1]) << (8 * $1) } }
        guard count == block.count, block[0x38] == 0x53, block[0x39] == 0xef, number(0x18) < 7 else {
            throw .damaged("\(image) is no ext4 file system")
        }
        let has64Bits = number(0x60) & 0x80 != 0
        bytes = (number(0x4) | (has64Bits ? number(0x150) << 32 : 0)) << (10 + number(0x18))
    }
}
