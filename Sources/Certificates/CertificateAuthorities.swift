public import Foundation
public import Resources
internal import SwiftASN1
internal import Synchronization
internal import X509

/// The certificate authorities of an installation: `DIR/ca/IDENTIFIER/{cert.pem,key.pem}`, and `DIR/ca/bundle.pem` with the
/// certificates of all of them.
///
/// The directory is looked at again when it changes, so that an authority which another process adds is found at once.
public final class CertificateAuthorities: CertificateCatalog, Sendable {
    private struct Known: Sendable {
        var stamp: FileStamp?
        var all: [CertificateAuthority]
        var infos: [CertificateAuthorityInfo]
    }

    private let directory: String
    private let known: Mutex<Known>

    public var bundleFile: String { "\(directory)/bundle.pem" }

    /// Reads what is there.
    ///
    /// - Parameter directory: `DIR/ca`
    /// - Throws: `CertificateError.damaged` for an authority that cannot be read.
    public init(directory: String) throws {
        self.directory = directory
        let stamp = FileStamp(directory)
        known = Mutex(try Self.read(directory, stamp))
    }

    /// Makes the first generation of every kind that is missing, and the bundle.
    ///
    /// - Parameter owner: what tells this installation's authorities from another's.
    public func prepare(owner: String, now: Date) throws {
        try CertificateFiles.makeDirectory(directory)
        for kind in AuthorityKind.allCases where latest(kind) == nil { try add(kind, generation: 1, owner: owner, now: now) }
        try writeBundle()
    }

    /// Adds the next generation of every kind, which new instances then get; returns the new identifiers.
    public func rotate(owner: String, now: Date) throws -> [String] {
        try CertificateFiles.makeDirectory(directory)
        let added = try AuthorityKind.allCases.map { kind in
            try add(kind, generation: (latest(kind)?.generation ?? 0) + 1, owner: owner, now: now)
        }
        try writeBundle()
        return added
    }

    @discardableResult
    private func add(_ kind: AuthorityKind, generation: Int, owner: String, now: Date) throws -> String {
        let authority = try CertificateAuthority.make(kind, generation: generation, owner: owner, now: now)
        let partial = "\(directory)/.\(UUID().uuidString).partial"
        try CertificateFiles.makeDirectory(partial)
        try authority.write(to: partial)
        guard rename(partial, "\(directory)/\(authority.identifier)") == 0 else {
            let problem = CertificateFiles.failure("rename to \(authority.identifier)")
            try CertificateFiles.remove(partial)
            throw problem
        }
        try CertificateFiles.syncDirectory(directory)
        try refresh()
        return authority.identifier
    }

    // MARK: Reading

    public var authorities: [CertificateAuthorityInfo] { current.infos }

    /// RDS's own default is `rds-ca-rsa2048-g1`; here the newest generation of that kind.
    public var standardAuthority: String {
        let kind = AuthorityKind.rsa2048
        return kind.identifier(generation: latest(kind)?.generation ?? 1)
    }

    /// The certificates of all authorities, PEM.
    public func bundle() throws -> String {
        try current.all.map { try $0.certificate.serializeAsPEM().pemString + "\n" }.joined()
    }

    var stamp: FileStamp? { FileStamp(directory) }

    func authority(_ identifier: String) throws -> CertificateAuthority {
        guard let found = current.all.first(where: { $0.identifier == identifier }) else {
            throw CertificateError.noAuthority(identifier: identifier)
        }
        return found
    }

    func signer(of certificate: Certificate) -> String? { current.all.first { $0.hasSigned(certificate) }?.identifier }

    private func latest(_ kind: AuthorityKind) -> (kind: AuthorityKind, generation: Int)? {
        current.all.compactMap { AuthorityKind.parse($0.identifier) }.filter { $0.kind == kind }.max {
            $0.generation < $1.generation
        }
    }

    /// What is there now. Should the directory have become unreadable, what was read before goes on.
    private var current: Known {
        let stamp = stamp
        let kept = known.withLock { $0 }
        guard kept.stamp != stamp else { return kept }
        do {
            let fresh = try Self.read(directory, stamp)
            known.withLock { $0 = fresh }
            return fresh
        } catch {
            return kept
        }
    }

    private func refresh() throws {
        let fresh = try Self.read(directory, stamp)
        known.withLock { $0 = fresh }
    }

    private static func read(_ directory: String, _ stamp: FileStamp?) throws -> Known {
        let names = try CertificateFiles.names(in: directory).filter { AuthorityKind.parse($0) != nil }
        let all = try names.map { try CertificateAuthority.read($0, from: "\(directory)/\($0)") }
        return Known(stamp: stamp, all: all, infos: try all.map { try $0.info })
    }

    private func writeBundle() throws {
        let text = try bundle()
        if FileManager.default.contents(atPath: bundleFile) == Data(text.utf8) { return }
        try CertificateFiles.write(text, to: bundleFile)
    }
}
