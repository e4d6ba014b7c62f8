internal import CMartlet
internal import Foundation

/// Loop devices, and which file each is attached to.
///
/// Two devices on one file would be two file systems that know nothing of each other, and the end of the data: one that is
/// there already, whoever attached it and in whatever mount namespace it is used, is taken instead of a second.
enum LoopDevices {
    /// Opens the device of an image, attached now if it was not.
    static func open(_ image: String) throws(VolumeError) -> (file: OpenFile, path: String) {
        if let found = try find(image) { return found }
        var name = [CChar](repeating: 0, count: 64)
        let number = try attempt("attach \(image) to a loop device") { martlet_loop_attach(image, &name, name.count) }
        return (OpenFile(owning: number), text(name))
    }

    /// Nil when no device has it.
    static func find(_ image: String) throws(VolumeError) -> (file: OpenFile, path: String)? {
        guard let wanted = status(image) else { return nil }
        for path in try attached() {
            guard let file = device(path), backs(file, wanted) else { continue }
            try attempt("prepare \(path)") { martlet_loop_autoclear(file.number) }
            return (file, path)
        }
        return nil
    }

    /// True when the device at `path` is attached to the image.
    static func holds(_ path: String, _ image: String) -> Bool {
        guard let wanted = status(image), let file = device(path) else { return false }
        return backs(file, wanted)
    }

    /// Nil for one that has gone since it was listed.
    private static func device(_ path: String) -> OpenFile? {
        let number = martlet_loop_open(path)
        return number < 0 ? nil : OpenFile(owning: number)
    }

    private static func backs(_ file: OpenFile, _ wanted: stat) -> Bool {
        var device: UInt64 = 0
        var inode: UInt64 = 0
        return martlet_loop_backing(file.number, &device, &inode) == 0 && inode == wanted.st_ino && device == wanted.st_dev
    }

    private static func attached() throws(VolumeError) -> [String] {
        let names: [String]
        do { names = try FileManager.default.contentsOfDirectory(atPath: "/sys/block") } catch {
            throw .refused(what: "list /sys/block", reason: (error as NSError).localizedDescription)
        }
        return names.filter { name in
            name.hasPrefix("loop") && FileManager.default.fileExists(atPath: "/sys/block/\(name)/loop/backing_file")
        }.sorted().map { "/dev/\($0)" }
    }

    private static func status(_ path: String) -> stat? {
        var found = stat()
        return lstat(path, &found) == 0 ? found : nil
    }

    private static func text(_ characters: [CChar]) -> String {
        String(decoding: characters.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
