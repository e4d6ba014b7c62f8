internal import CMartlet
internal import Foundation

/// What a file system says of its room, in bytes.
struct FreeSpace {
    /// What files can use in all.
    let total: Int64
    /// What is free, the reserve included.
    let allFree: Int64
    /// What is free for everybody.
    let free: Int64

    /// What is kept for whom the reserve is. While something is free for everybody all of it is seen; else the note has it. Not
    /// the note first: the file system may have grown, and its reserve with it, before whoever did that could write it down.
    func reserve(noted note: VolumeNote?) -> Int64 {
        let seen = max(0, allFree - free)
        return free > 0 ? seen : note?.reserveBytes ?? seen
    }

    init(_ path: String) throws(VolumeError) {
        var found = statvfs()
        try posix("statvfs \(path)") { statvfs(path, &found) }
        let unit = Int64(clamping: UInt64(found.f_frsize))
        func bytes(_ blocks: UInt64) -> Int64 { Int64(clamping: blocks).multipliedReportingOverflow(by: unit).partialValue }
        total = bytes(UInt64(found.f_blocks))
        allFree = bytes(UInt64(found.f_bfree))
        free = bytes(UInt64(found.f_bavail))
    }
}

/// What the directory that servers see says of the limit that is in force: two numbers of bytes.
struct VolumeNote: Equatable {
    var storageBytes: Int64
    var reserveBytes: Int64

    init(storageBytes: Int64, reserveBytes: Int64) {
        self.storageBytes = storageBytes
        self.reserveBytes = reserveBytes
    }

    init?(_ text: String) {
        let numbers = text.split(separator: " ").compactMap { Int64($0) }
        guard numbers.count == 2 else { return nil }
        self.init(storageBytes: numbers[0], reserveBytes: numbers[1])
    }

    var text: String { "\(storageBytes) \(reserveBytes)" }

    /// Nil when there is none.
    static func read(_ path: String) throws(VolumeError) -> VolumeNote? {
        let directory = try OpenFile.directory(path)
        var text = [CChar](repeating: 0, count: 128)
        let count = martlet_note_read(directory.number, &text, text.count)
        // File systems that are not ours may not know notes.
        guard count >= 0 else { return nil }
        return VolumeNote(String(decoding: text.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self))
    }

    func write(_ path: String) throws(VolumeError) {
        let directory = try OpenFile.directory(path)
        try attempt("note the size of \(path)") { martlet_note_write(directory.number, text) }
    }
}

/// Lets servers fill so much of a file system and no more, by a file that has the rest.
struct VolumeLimit {
    private static let fillerName = "unallocated"

    /// Where the file system's root is seen now.
    let root: String
    let cluster: String

    /// May be cut short and repeated: the size of the file follows from what the file system says of itself.
    func set(_ storage: Int64, image: String) throws(VolumeError) {
        let note = try VolumeNote.read(cluster)
        let filler = try OpenFile("\(root)/\(Self.fillerName)", O_RDWR | O_CREAT | O_NOFOLLOW, mode: 0o600)
        var space = try FreeSpace(root)
        var reserve = space.reserve(noted: note)
        if space.total - reserve - storage < 0 {
            try grow(image)
            space = try FreeSpace(root)
            reserve = space.reserve(noted: note)
        }
        let rest = space.total - reserve - storage
        guard rest >= 0 else { throw .refused(what: "limit \(image)", reason: "its file system is smaller than its storage") }
        try attempt("limit \(image)") {
            martlet_fill(filler.number, UInt64(rest / VolumeSize.blockBytes * VolumeSize.blockBytes))
        }
        try VolumeNote(storageBytes: storage, reserveBytes: reserve).write(cluster)
        try posix("fsync \(image)") { fsync(filler.number) }
    }

    private func grow(_ image: String) throws(VolumeError) {
        let directory = try OpenFile.directory(root)
        let blocks = UInt64((VolumeHost.size(image) ?? 0) / VolumeSize.blockBytes)
        let result = martlet_ext4_resize(directory.number, blocks)
        guard result != -EPERM else { throw .needsUnmount }
        try attempt("grow the file system of \(image)") { result }
    }
}
