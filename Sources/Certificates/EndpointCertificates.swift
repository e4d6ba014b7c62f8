internal import Crypto
public import Foundation
internal import SwiftASN1
internal import Synchronization
internal import X509

/// The certificates of endpoints: `DIRECTORY/ID/{cert.pem,key.pem}`, both 0600.
///
/// The key is made once and stays; a new certificate is for the same key and replaces `cert.pem` in one step, so that no
/// reader ever finds two files that do not fit. Keys are P-256 under every authority: a handshake costs the endpoint a
/// twentieth of what RSA-2048 would. Deleting `DIRECTORY/ID` makes both anew.
public final class EndpointCertificates: Sendable {
    private struct Known: Sendable {
        var certificate: FileStamp
        var key: FileStamp
        var authorities: FileStamp?
        var answer: EndpointCertificate?
    }

    private let directory: String
    private let authorities: CertificateAuthorities
    private let known = Mutex<[String: Known]>([:])

    public init(directory: String, authorities: CertificateAuthorities) {
        self.directory = directory
        self.authorities = authorities
    }

    private func certificateFile(_ id: String) -> String { "\(directory)/\(id)/cert.pem" }
    private func keyFile(_ id: String) -> String { "\(directory)/\(id)/key.pem" }

    /// What is there; nil for none, or one that cannot be used. Read again only when its files change.
    public func facts(_ id: String) -> EndpointCertificate? {
        guard let certificate = FileStamp(certificateFile(id)), let key = FileStamp(keyFile(id)) else { return nil }
        let authorities = authorities.stamp
        let kept = known.withLock { $0[id] }
        if let kept, kept.certificate == certificate, kept.key == key, kept.authorities == authorities { return kept.answer }
        let answer = read(id)
        known.withLock { $0[id] = Known(certificate: certificate, key: key, authorities: authorities, answer: answer) }
        return answer
    }

    /// Whatever cannot be read counts as not there: a new one is made in its place.
    private func read(_ id: String) -> EndpointCertificate? {
        do {
            let certificate = try Certificate(pemEncoded: String(contentsOfFile: certificateFile(id), encoding: .utf8))
            guard let key = existingKey(id), key.publicKey == certificate.publicKey else { return nil }
            return try EndpointCertificate(
                certificate, certificateFile: certificateFile(id), privateKeyFile: keyFile(id),
                authority: authorities.signer(of: certificate))
        } catch {
            return nil
        }
    }

    private func existingKey(_ id: String) -> Certificate.PrivateKey? {
        do {
            let text = try String(contentsOfFile: keyFile(id), encoding: .utf8)
            return Certificate.PrivateKey(try P256.Signing.PrivateKey(pemRepresentation: text))
        } catch {
            return nil
        }
    }

    /// Makes the certificate. May be repeated, and killed at any instant.
    ///
    /// - Throws: `CertificateError`
    @discardableResult
    public func issue(_ id: String, _ request: CertificateRequest, now: Date) throws -> EndpointCertificate {
        let authority = try authorities.authority(request.authority)
        try CertificateFiles.makeDirectory("\(directory)/\(id)")
        let key = try existingKey(id) ?? newKey(id)
        do {
            let certificate = try authority.issue(request, key: key.publicKey, now: now)
            try CertificateFiles.write(try certificate.serializeAsPEM().pemString + "\n", to: certificateFile(id))
        } catch let error as CertificateError {
            throw error
        } catch {
            throw CertificateError.system(what: "make a certificate for \(request.commonName)", reason: "\(error)")
        }
        guard let made = facts(id) else {
            throw CertificateError.damaged(path: certificateFile(id), reason: "it cannot be read back")
        }
        return made
    }

    private func newKey(_ id: String) throws -> Certificate.PrivateKey {
        let key = P256.Signing.PrivateKey()
        // A certificate of a former key must not be found beside the new one.
        try CertificateFiles.remove(certificateFile(id))
        try CertificateFiles.write(key.pemRepresentation + "\n", to: keyFile(id))
        return Certificate.PrivateKey(key)
    }

    public func remove(_ id: String) throws {
        try CertificateFiles.remove("\(directory)/\(id)")
        known.withLock { $0[id] = nil }
    }

    /// Removes what belongs to no endpoint any more.
    public func keepOnly(_ ids: Set<String>) throws {
        for id in try CertificateFiles.names(in: directory) where !ids.contains(id) { try remove(id) }
    }
}
