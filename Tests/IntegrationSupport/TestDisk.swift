internal import Foundation

/// The file system that a test's data directory is on.
public enum TestDisk: Sendable {
    /// Where temporary files are.
    case ordinary
    /// An XFS of its own, in a file: it shares blocks between files.
    case sharing

    private static let bytes: UInt64 = 20 << 30

    /// Nil where file systems in files can be mounted; else why not.
    private static let loopObstacle: String? = {
        guard Toolbox.isRoot else { return "not root" }
        return FileManager.default.fileExists(atPath: "/dev/loop-control") ? nil : "no loop devices"
    }()

    /// Nil where instances can have image volumes; else why not.
    public static let imageObstacle: String? = {
        if let loopObstacle { return loopObstacle }
        let places = ["/usr/sbin/mkfs.ext4", "/sbin/mkfs.ext4"]
        let isThere = Toolbox.find("mkfs.ext4") != nil || places.contains(where: Toolbox.isExecutable)
        return isThere ? nil : "no mkfs.ext4 (e2fsprogs)"
    }()

    /// Nil where such a disk can be had; else why not.
    public static let sharingObstacle: String? = {
        if let loopObstacle { return loopObstacle }
        let known = FileManager.default.contents(atPath: "/proc/filesystems") ?? Data()
        guard String(decoding: known, as: UTF8.self).contains("\txfs\n") else { return "the kernel has no XFS" }
        return program == nil ? "no mkfs.xfs: scripts/test installs it" : nil
    }()

    private static let program =
        Toolbox.find("mkfs.xfs") ?? ["/usr/sbin/mkfs.xfs", "/sbin/mkfs.xfs"].first(where: Toolbox.isExecutable)

    func mount(at directory: String, image: String) async throws {
        guard self == .sharing, let program = Self.program else { return }
        try Data().write(to: URL(filePath: image))
        let file = try FileHandle(forWritingTo: URL(filePath: image))
        try file.truncate(atOffset: Self.bytes)
        try file.close()
        for words in [[program, "-q", image], ["/bin/mount", "-o", "loop", image, directory]] {
            let answer = try await Command(words, environment: [:]).run(within: .seconds(60))
            guard answer.status == 0 else { throw MartletFixture.Failure("\(words[0]): \(answer.output)") }
        }
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: directory)
    }

    func unmount(_ directory: String) throws {
        guard self == .sharing else { return }
        // Even what somebody still works in must not stay on the machine.
        let answer = try Command(["/bin/umount", "-R", "-l", directory], environment: [:]).runBlocking(within: .seconds(60))
        guard answer.status == 0 else { throw MartletFixture.Failure("umount \(directory): \(answer.output)") }
    }
}
