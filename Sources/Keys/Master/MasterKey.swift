internal import Crypto
public import Foundation
internal import PrivateFiles

/// The root key of a data directory, opened. `DIR/keys` belongs to it.
public struct MasterKey: Sendable {
    public let roots: RootKeys
    private let directory: String
    private let key: SymmetricKey
    private let protection: RootKeyFile.Protection

    // MARK: Opening

    /// Opens the root key; makes one where there has never been any.
    ///
    /// - Parameters:
    ///   - directory: `DIR/keys`; there already.
    ///   - hasKeys: the store has KMS keys, so that a missing root key is a loss and not a first start.
    /// - Throws: `MasterKeyError`.
    public init(directory: String, source: MasterKeySource, hasKeys: Bool, now: Date) throws {
        let found = try Self.read(directory)
        switch MasterKeyDecision.decide(found: found?.protection, given: source, hasKeys: hasKeys, directory: directory) {
        case .refuse(let reason): throw MasterKeyError.unusable(reason)
        case .make:
            let (protection, key) = try Self.makeKey(directory, source)
            self.init(directory: directory, key: key, protection: protection, roots: RootKeys(current: .fresh()))
            try write(roots: [roots.current], at: now)
        case .open:
            guard let found else { throw MasterKeyError.unusable("\(directory)/root.json is missing") }
            let key = try Self.key(directory, found.protection, source)
            self.init(directory: directory, key: key, protection: found.protection, roots: try found.open(with: key))
        }
    }

    private init(directory: String, key: SymmetricKey, protection: RootKeyFile.Protection, roots: RootKeys) {
        self.directory = directory
        self.key = key
        self.protection = protection
        self.roots = roots
    }

    private static func path(_ directory: String) -> String { directory + "/root.json" }

    private static func read(_ directory: String) throws -> RootKeyFile? {
        let path = path(directory)
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        do {
            let file = try JSONDecoder().decode(RootKeyFile.self, from: Data(contentsOf: URL(fileURLWithPath: path)))
            guard file.format <= RootKeyFile.currentFormat else {
                throw MasterKeyError.unusable("\(path) has format \(file.format), written by a later Martlet.")
            }
            return file
        } catch let error as MasterKeyError {
            throw error
        } catch {
            throw MasterKeyError.unusable("\(path) cannot be read: \(error). Put it back from a copy.")
        }
    }

    private static func makeKey(
        _ directory: String, _ source: MasterKeySource
    ) throws -> (RootKeyFile.Protection, SymmetricKey) {
        switch source {
        case .passphrase(let passphrase):
            let scrypt = RootKeyFile.Scrypt.standard()
            return (.passphrase(scrypt), try scrypt.key(from: passphrase))
        case .file:
            let name = "master-\(RandomBytes.make(4).lowerHex).key"
            let bytes = RandomBytes.make(32)
            try PrivateFile.replace(directory + "/" + name, with: (bytes.lowerHex + "\n").utf8)
            return (.file(name: name), SymmetricKey(data: bytes))
        }
    }

    private static func key(
        _ directory: String, _ protection: RootKeyFile.Protection, _ source: MasterKeySource
    ) throws -> SymmetricKey {
        switch (protection, source) {
        case (.passphrase(let scrypt), .passphrase(let passphrase)): return try scrypt.key(from: passphrase)
        case (.file(let name), _): return SymmetricKey(data: try MasterKeyBytes.read(directory + "/" + name))
        case (.passphrase, .file): throw MasterKeyError.wrong
        }
    }

    private func write(roots: [RootKey], at now: Date) throws {
        let file = try RootKeyFile(protection: protection, roots: roots, masterKey: key, at: now)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        try PrivateFile.replace(Self.path(directory), with: try encoder.encode(file))
    }

    // MARK: Changing

    /// The same root under another master key. Keys and data stay as they are; the former master key opens nothing any longer.
    public func changed(to source: MasterKeySource, now: Date) throws -> MasterKey {
        let (protection, key) = try Self.makeKey(directory, source)
        let new = MasterKey(directory: directory, key: key, protection: protection, roots: roots)
        try new.write(roots: [roots.current] + roots.former, at: now)
        if case .file(let name) = self.protection { try FileManager.default.removeItem(atPath: directory + "/" + name) }
        return new
    }

    /// Begins a rotation: a new root, and the former beside it until everything is wrapped anew.
    public func rotated(now: Date) throws -> MasterKey {
        let all = [.fresh(), roots.current] + roots.former
        try write(roots: all, at: now)
        return MasterKey(
            directory: directory, key: key, protection: protection,
            roots: RootKeys(current: all[0], former: Array(all.dropFirst())))
    }

    /// True between `rotated` and `forgetFormer`.
    public var isRotating: Bool { !roots.former.isEmpty }

    /// Ends a rotation: nothing is wrapped by a former root any longer.
    public func forgetFormer(now: Date) throws { try write(roots: [roots.current], at: now) }
}
