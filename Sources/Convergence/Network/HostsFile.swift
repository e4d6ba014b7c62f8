internal import Foundation
public import Logging
public import Resources

/// Keeps this installation's block of the hosts file equal to the endpoints there are.
public actor HostsFile {
    private let path: String
    private let owner: String
    private let naming: EndpointNaming
    private let store: Store
    private let logger: Logger

    /// - Parameter owner: what marks the block as this installation's.
    public init(path: String = "/etc/hosts", owner: String, naming: EndpointNaming, store: Store, logger: Logger) {
        self.path = path
        self.owner = owner
        self.naming = naming
        self.store = store
        self.logger = logger
    }

    /// True when the file already says what it should.
    func isInSync() -> Bool {
        guard naming.writesHosts, let text = try? String(contentsOfFile: path, encoding: .utf8) else {
            return !naming.writesHosts
        }
        return wanted().applied(to: text) == text
    }

    func sync() throws {
        guard naming.writesHosts else { return }
        try rewrite(wanted())
    }

    /// Takes the block out.
    public func clear() throws {
        guard naming.writesHosts else { return }
        try rewrite(HostsBlock(owner: owner, entries: [:]))
    }

    /// Nothing where names resolve by DNS: an entry here would lead past the shared address.
    private func wanted() -> HostsBlock {
        guard !naming.usesDNS else { return HostsBlock(owner: owner, entries: [:]) }
        var entries: [String: String] = [:]
        for instance in store.list(DBInstance.self) where instance.operation?.kind != .delete {
            guard let address = instance.address else { continue }
            entries[naming.name(identifier: instance.identifier, region: instance.region)] = address
        }
        return HostsBlock(owner: owner, entries: entries)
    }

    /// Under a lock on the file itself, which all installations of this machine take, so that none loses another's block.
    /// Written in place, since in a container the hosts file is a mount that cannot be replaced by renaming.
    private func rewrite(_ block: HostsBlock) throws {
        let lock = try SharedLock(path: path)
        defer { lock.release() }
        let text = try String(contentsOfFile: path, encoding: .utf8)
        let updated = block.applied(to: text)
        guard updated != text else { return }
        let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
        defer {
            do { try handle.close() } catch { logger.warning("closing \(path) failed", metadata: ["reason": "\(error)"]) }
        }
        // Whoever is killed before the file is cut off leaves empty lines, not the end of the former text.
        let padding = Data(repeating: UInt8(ascii: "\n"), count: max(0, text.utf8.count - updated.utf8.count))
        try handle.write(contentsOf: Data(updated.utf8) + padding)
        try handle.truncate(atOffset: UInt64(updated.utf8.count))
        try handle.synchronize()
    }
}
