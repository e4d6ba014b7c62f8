import CMartlet
import Crypto
import Foundation
import Testing

@testable import Volumes

#if canImport(Glibc)
    import Glibc
#endif

/// Real images, where this machine allows them: as root.
@Suite(.serialized, .enabled(if: VolumeAbilities.detect().imageObstacle == nil)) struct VolumeHostTests {
    /// lseek(2); Swift does not import them.
    static let (seekData, seekHole): (Int32, Int32) = (3, 4)
    static let storage: Int64 = 256 << 20
    static let canEncrypt = VolumeAbilities.detect().fscryptObstacle == nil

    /// A data directory that leaves neither mounts nor files.
    private func withHost(_ body: (VolumeHost, VolumeSite) throws -> Void) throws {
        let directory = FileManager.default.temporaryDirectory.path + "/martlet-volumes-\(UUID().uuidString)"
        let host = VolumeHost(directory: directory, serversRunAsOthers: true)
        defer {
            #expect(throws: Never.self) { try host.unmountAll() }
            #expect(throws: Never.self) { try FileManager.default.removeItem(atPath: directory) }
        }
        try body(host, host.site(instance: "db-A"))
        #expect(try MountTable.now().below(directory).count <= 1)
    }

    private func write(_ text: String, _ path: String) throws { try Data(text.utf8).write(to: URL(fileURLWithPath: path)) }
    private func read(_ path: String) throws -> String { try String(contentsOfFile: path, encoding: .utf8) }

    /// Looks through all that was ever written to a sparse file.
    private func holds(_ path: String, _ marker: Data) throws -> Bool {
        let file = try OpenFile(path, O_RDONLY)
        var offset: off_t = 0
        while case let start = lseek(file.number, offset, Self.seekData), start >= 0 {
            offset = lseek(file.number, start, Self.seekHole)
            var bytes = Data(count: Int(offset - start))
            let count = bytes.withUnsafeMutableBytes { pread(file.number, $0.baseAddress, $0.count, start) }
            if bytes.prefix(count).range(of: marker) != nil { return true }
        }
        return false
    }

    @Test func life() throws {
        try withHost { host, site in
            var spec = VolumeSpec(kind: .image, sizeBytes: Self.storage)
            #expect(throws: VolumeError.missing) { try host.attach(spec, at: site) }
            try host.attach(spec, at: site, mayCreate: true)
            try host.attach(spec, at: site)
            try write("one", site.mountPoint + "/file")
            #expect(FileManager.default.contents(atPath: site.mountPoint + "/lost+found") == nil)
            let before = try #require(try host.state(of: site, spec).room)
            #expect(before.storageBytes == Self.storage)
            #expect((Self.storage * 9 / 10...Self.storage).contains(before.freeBytes))
            #expect(before.reserveBytes > 0)
            // Nothing of that takes room before it is written.
            #expect(VolumeHost.allocated(site.image) < 64 << 20)
            spec.sizeBytes *= 3
            try host.attach(spec, at: site)
            let after = try #require(try host.state(of: site, spec).room)
            #expect(after.storageBytes == spec.sizeBytes)
            #expect((spec.sizeBytes * 9 / 10...spec.sizeBytes).contains(after.freeBytes))
            #expect(after.reserveBytes == before.reserveBytes)
            try host.detach(spec, at: site)
            #expect(!FileManager.default.fileExists(atPath: site.mountPoint + "/file"))
            #expect(try LoopDevices.find(site.image) == nil)
            try host.attach(spec, at: site)
            #expect(try read(site.mountPoint + "/file") == "one")
            try host.remove(spec, at: site)
            #expect(!FileManager.default.fileExists(atPath: site.image))
            #expect(!FileManager.default.fileExists(atPath: site.mountPoint))
        }
    }

    /// Further than the file system reaches: it grows while nothing is mounted, at the latest.
    @Test func far() throws {
        try withHost { host, site in
            var spec = VolumeSpec(kind: .image, sizeBytes: Self.storage)
            try host.attach(spec, at: site, mayCreate: true)
            try write("one", site.mountPoint + "/file")
            let former = try #require(try VolumeNote.read(site.mountPoint))
            spec.sizeBytes *= 20
            do { try host.attach(spec, at: site) } catch VolumeError.needsUnmount {
                #expect(try read(site.mountPoint + "/file") == "one")
                try host.detach(spec, at: site)
                try host.attach(spec, at: site)
            }
            #expect(try read(site.mountPoint + "/file") == "one")
            let room = try #require(try host.state(of: site, spec).room)
            #expect(room.storageBytes == spec.sizeBytes)
            #expect((spec.sizeBytes * 98 / 100...spec.sizeBytes).contains(room.freeBytes))
            // Cut short after the file system had grown, and its reserve with it.
            try former.write(site.mountPoint)
            try host.attach(spec, at: site)
            var repaired = try #require(try host.state(of: site, spec).room)
            repaired.diskFreeBytes = room.diskFreeBytes
            #expect(repaired == room)
        }
    }

    /// What servers can write ends where it should, for everyone but those in grace.
    @Test func full() throws {
        try withHost { host, site in
            let spec = VolumeSpec(kind: .image, sizeBytes: 64 << 20, graceUser: 12_345)
            try host.attach(spec, at: site, mayCreate: true)
            let file = try OpenFile(site.mountPoint + "/file", O_RDWR | O_CREAT, mode: 0o600)
            let block = [UInt8](repeating: 7, count: 1 << 20)
            var written = 0
            while written < 128, Glibc.write(file.number, block, block.count) == block.count { written += 1 }
            try #require(written < 128)
            #expect((48...72).contains(written))
            #expect(try #require(try host.state(of: site, spec).room).freeBytes < 2 << 20)
        }
    }

    /// A device that is attached already, and a mount that was cut short, are taken up.
    @Test func interrupted() throws {
        try withHost { host, site in
            let spec = VolumeSpec(kind: .image, sizeBytes: Self.storage)
            try host.attach(spec, at: site, mayCreate: true)
            try write("one", site.mountPoint + "/file")
            try host.detach(spec, at: site)
            let device = try LoopDevices.open(site.image)
            #expect(try LoopDevices.open(site.image).path == device.path)
            try host.attach(spec, at: site)
            #expect(try MountTable.now().at(site.mountPoint)?.source == device.path)
            var numbers = stat()
            #expect(fstat(device.file.number, &numbers) == 0)
            let found = try #require(try host.state(of: site, spec).device)
            #expect("\(found.major):\(found.minor)" == "7:\(numbers.st_rdev & 0xff)")
            #expect(try read(site.mountPoint + "/file") == "one")
        }
    }

    @Test("A passage that somebody was killed over is finished; the data directory's mode is its operator's")
    func passages() throws {
        try withHost { host, site in
            func mode(_ path: String) -> mode_t? {
                var found = stat()
                return lstat(path, &found) == 0 ? found.st_mode & 0o7777 : nil
            }
            let instances = host.parent(site.mountPoint)
            for path in [host.directory, instances] { try #require(mkdir(path, 0o700) == 0) }
            try host.makePassages(to: site.mountPoint)
            #expect(mode(host.directory) == 0o700 && mode(instances) == 0o711 && mode(site.mountPoint) == 0o711)
        }
    }

    @Test("Nobody mounts an image that a program of somebody who was killed still works in")
    func imageLock() throws {
        try withHost { host, site in
            let spec = VolumeSpec(kind: .image, sizeBytes: Self.storage)
            try host.attach(spec, at: site, mayCreate: true)
            try host.detach(spec, at: site)
            func whileItIsHeld() throws {
                let held = try ImageLock.take(site.image)
                defer { withExtendedLifetime(held) {} }
                #expect(throws: VolumeError.self) { try ImageLock.take(site.image, patience: .zero) }
                #expect(throws: VolumeError.self) { try host.attach(spec, at: site) }
            }
            try whileItIsHeld()
            #expect(throws: Never.self) { try host.attach(spec, at: site) }
        }
    }

    /// The kernel tells of them in pieces of a page.
    @Test func manyMounts() throws {
        let directory = FileManager.default.temporaryDirectory.path + "/martlet-mounts-\(UUID().uuidString)"
        let host = VolumeHost(directory: directory, serversRunAsOthers: true)
        let places = (0..<80).map { "\(directory)/\($0)" }
        defer {
            #expect(throws: Never.self) { try host.unmountAll() }
            #expect(throws: Never.self) { try FileManager.default.removeItem(atPath: directory) }
        }
        for place in places {
            try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
            try attempt("mount \(place)") { martlet_mount("none", place, "tmpfs", 0, "size=4k") }
        }
        #expect(try Set(MountTable.now().below(directory).map(\.mountPoint)) == Set(places))
        try host.unmountAll()
        #expect(try MountTable.now().below(directory).isEmpty)
    }

    /// As after a power cut: the image is copied while its file system is in use, and nobody is told.
    @Test func adoption() throws {
        try withHost { host, site in
            var spec = VolumeSpec(kind: .image, sizeBytes: Self.storage)
            try host.attach(spec, at: site, mayCreate: true)
            try write("one", site.mountPoint + "/file")
            try host.synchronise(site)
            let photo = host.directory + "/photo"
            try VolumeContent.copyFile(site.image, to: photo)
            try write("two", site.mountPoint + "/file")
            let copy = host.site(instance: "db-B")
            struct Cut: Error {}
            #expect(throws: Cut.self) {
                try host.adopt(spec, at: copy, from: photo) { _ in throw Cut() }
            }
            #expect(!FileManager.default.fileExists(atPath: copy.image) && VolumeHost.size(copy.partialImage) == nil)
            #expect(try host.state(of: copy, spec).mount == .none)
            spec.sizeBytes *= 6
            try host.adopt(spec, at: copy, from: photo) { try write("mine", $0 + "/prepared") }
            #expect(try read(copy.mountPoint + "/file") == "one" && read(copy.mountPoint + "/prepared") == "mine")
            let room = try #require(try host.state(of: copy, spec).room)
            #expect((spec.sizeBytes * 9 / 10...spec.sizeBytes).contains(room.freeBytes))
            #expect(try VolumePlanner.plan(.attached(mayCreate: false), spec, host.state(of: copy, spec)).isEmpty)
            #expect(try read(site.mountPoint + "/file") == "two")
            try host.remove(spec, at: copy)
        }
    }

    @Test(.enabled(if: canEncrypt)) func encryption() throws {
        try withHost { host, site in
            let spec = VolumeSpec(kind: .image, cipher: .fscrypt, sizeBytes: Self.storage)
            let key = SymmetricKey(size: .bits256)
            #expect(throws: VolumeError.self) { try host.attach(spec, at: site, mayCreate: true) }
            try host.attach(spec, at: site, key: key, mayCreate: true)
            let marker = String(repeating: "martlet-marker-\(UUID().uuidString) ", count: 400)
            try write(marker, site.mountPoint + "/martlet-marker-name")
            try host.synchronise(site)
            #expect(try host.state(of: site, spec).isUnlocked == true)
            try host.detach(spec, at: site)
            #expect(throws: VolumeError.locked("the key is another volume's")) {
                try host.attach(spec, at: site, key: SymmetricKey(size: .bits256))
            }
            #expect(try host.state(of: site, spec).mount == .none)
            #expect(try !holds(site.image, Data("martlet-marker".utf8)))
            try host.attach(spec, at: site, key: key)
            #expect(try read(site.mountPoint + "/martlet-marker-name") == marker)
        }
    }

    @Test func copies() throws {
        try withHost { host, site in
            let source = host.directory + "/source"
            try host.makePassages(to: source + "/inner")
            try write("text", source + "/inner/file")
            let sparse = try OpenFile(source + "/sparse", O_RDWR | O_CREAT, mode: 0o640)
            try posix("size") { ftruncate(sparse.number, 8 << 20) }
            try posix("end") { Int32(pwrite(sparse.number, "x", 1, 4 << 20)) }
            symlink("inner/file", source + "/link")
            let target = host.directory + "/target"
            try host.makePassages(to: target)
            try VolumeContent.copy(of: source, into: target)
            try VolumeContent.copy(of: source, into: target + "/inner")
            #expect(try read(target + "/inner/file") == "text" || read(target + "/link") == "text")
            #expect(VolumeHost.size(target + "/sparse") == 8 << 20)
            #expect(VolumeHost.allocated(target + "/sparse") < 1 << 20)
        }
    }

    /// The kernel gives a long table in pieces.
    @Test func aHundredMountsAreAllSeen() throws {
        try withHost { host, _ in
            let names = (0..<100).map { "\(host.directory)/mounts/\($0)" }
            for name in names {
                try host.makePassages(to: name)
                try attempt("mount \(name)") { martlet_mount(name, name, nil, martlet_mount_bind, nil) }
            }
            #expect(try MountTable.now().below(host.directory).count == names.count)
            #expect(try host.unmountAll().isEmpty)
            #expect(try MountTable.now().below(host.directory).isEmpty)
        }
    }
}
