import Foundation
import Testing

@testable import Keys

@Suite struct MasterKeyTests {
    static let now = KeyRingTests.start
    static let passphrase = MasterKeySource.passphrase(Array("correct horse battery".utf8))
    static let scrypt = RootKeyFile.Scrypt(salt: Data(), rounds: 2, blockSize: 8, parallelism: 1)

    @Test func decisions() {
        typealias Row = (RootKeyFile.Protection?, MasterKeySource, Bool, String)
        let rows: [Row] = [
            (nil, .file, false, "make"), (nil, Self.passphrase, false, "make"),
            (nil, .file, true, "is missing"), (nil, Self.passphrase, true, "is missing"),
            (.file(name: "m"), .file, true, "open"), (.passphrase(Self.scrypt), Self.passphrase, false, "open"),
            (.file(name: "m"), Self.passphrase, true, "not by a passphrase"),
            (.passphrase(Self.scrypt), .file, true, "protected by a passphrase"),
        ]
        for (found, given, hasKeys, wanted) in rows {
            let decision = MasterKeyDecision.decide(found: found, given: given, hasKeys: hasKeys, directory: "D")
            switch decision {
            case .make: #expect(wanted == "make")
            case .open: #expect(wanted == "open")
            case .refuse(let reason): #expect(reason.contains(wanted), "\(reason)")
            }
        }
    }

    private func inDirectory(_ body: (String) throws -> Void) throws {
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent("master-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: directory) }
        try body(directory)
    }

    private func open(_ directory: String, _ source: MasterKeySource, hasKeys: Bool = true) throws -> MasterKey {
        try MasterKey(directory: directory, source: source, hasKeys: hasKeys, now: Self.now)
    }

    private func files(_ directory: String) throws -> [String: Data] {
        let names = try FileManager.default.contentsOfDirectory(atPath: directory)
        return try Dictionary(
            uniqueKeysWithValues: names.map { ($0, try Data(contentsOf: URL(fileURLWithPath: directory + "/" + $0))) })
    }

    @Test func aFileIsMadeOnceAndOpensAgain() throws {
        try inDirectory { directory in
            let made = try open(directory, .file, hasKeys: false)
            let before = try files(directory)
            let again = try open(directory, .file)
            #expect(again.roots.current.id == made.roots.current.id)
            #expect(again.roots.current.key == made.roots.current.key)
            #expect(try files(directory) == before)
            for name in before.keys {
                let mode = try FileManager.default.attributesOfItem(atPath: directory + "/" + name)[.posixPermissions] as? Int
                #expect(mode == 0o600)
            }
        }
    }

    @Test func aWrongPassphraseIsRefusedAndChangesNothing() throws {
        try inDirectory { directory in
            let made = try open(directory, Self.passphrase, hasKeys: false)
            let before = try files(directory)
            #expect(Array(before.keys) == ["root.json"], "no key lies on the disk")
            #expect(throws: MasterKeyError.wrong) { try open(directory, .passphrase(Array("incorrect horse!".utf8))) }
            #expect(throws: MasterKeyError.self) { try open(directory, .file) }
            #expect(try files(directory) == before)
            #expect(try open(directory, Self.passphrase).roots.current.key == made.roots.current.key)
        }
    }

    @Test func aLostOrDamagedFileIsRefusedAndNeverMadeAnew() throws {
        try inDirectory { directory in
            _ = try open(directory, .file, hasKeys: false)
            let key = try #require(try files(directory).keys.first { $0.hasPrefix("master-") })
            let path = directory + "/" + key
            let good = try Data(contentsOf: URL(fileURLWithPath: path))
            chmod(path, 0o640)
            #expect(throws: MasterKeyError.self) { try open(directory, .file) }
            try FileManager.default.removeItem(atPath: path)
            #expect(throws: MasterKeyError.self) { try open(directory, .file) }
            for bad in [Data(), Data("zz".utf8), Data(String(repeating: "0", count: 64).utf8)] {
                try bad.write(to: URL(fileURLWithPath: path))
                chmod(path, 0o600)
                #expect(throws: MasterKeyError.self) { try open(directory, .file) }
            }
            try good.write(to: URL(fileURLWithPath: path))
            chmod(path, 0o600)
            _ = try open(directory, .file)
            try Data("{".utf8).write(to: URL(fileURLWithPath: directory + "/root.json"))
            #expect(throws: MasterKeyError.self) { try open(directory, .file, hasKeys: false) }
        }
    }

    @Test func theProtectionChangesAndTheRootStays() throws {
        try inDirectory { directory in
            let first = try open(directory, .file, hasKeys: false)
            let second = try first.changed(to: Self.passphrase, now: Self.now)
            #expect(try files(directory).keys.sorted() == ["root.json"])
            #expect(try open(directory, Self.passphrase).roots.current.key == first.roots.current.key)
            let other = MasterKeySource.passphrase(Array("another passphrase".utf8))
            let third = try second.changed(to: other, now: Self.now)
            #expect(throws: MasterKeyError.wrong) { try open(directory, Self.passphrase) }
            _ = try third.changed(to: .file, now: Self.now)
            #expect(try open(directory, .file).roots.current.key == first.roots.current.key)
        }
    }

    @Test func aRotationKeepsBothRootsUntilItIsOver() throws {
        try inDirectory { directory in
            let first = try open(directory, .file, hasKeys: false)
            let rotated = try first.rotated(now: Self.now)
            let resumed = try open(directory, .file)
            #expect(resumed.isRotating)
            #expect(resumed.roots.current.key == rotated.roots.current.key)
            #expect(resumed.roots.root(first.roots.current.id)?.key == first.roots.current.key)
            try resumed.forgetFormer(now: Self.now)
            let over = try open(directory, .file)
            #expect(!over.isRotating)
            #expect(over.roots.root(first.roots.current.id) == nil)
        }
    }

    @Test(arguments: [("short", false), ("long enough!", true), ("long enough!\n", true), ("long enoug!\r\n", false)])
    func passphrases(text: String, isGood: Bool) {
        if isGood {
            #expect(throws: Never.self) { try MasterKeySource.passphrase(from: text.utf8) }
            #expect((try? MasterKeySource.passphrase(from: text.utf8)) == .passphrase(Array("long enough!".utf8)))
        } else {
            #expect(throws: MasterKeyError.self) { try MasterKeySource.passphrase(from: text.utf8) }
        }
    }
}
