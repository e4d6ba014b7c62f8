import Foundation
import Testing

@testable import Certificates

/// A directory of its own under /tmp, removed afterwards, whatever the test did.
struct AuthoritiesFixture {
    static let now = Date(timeIntervalSince1970: 1_800_000_000)

    let directory: String

    static func run(_ body: (AuthoritiesFixture) throws -> Void) throws {
        let fixture = AuthoritiesFixture(directory: "/tmp/martlet-certificates-\(UUID().uuidString.prefix(8))")
        defer { try? FileManager.default.removeItem(atPath: fixture.directory) }
        try body(fixture)
    }

    func authorities() throws -> CertificateAuthorities { try CertificateAuthorities(directory: "\(directory)/ca") }

    /// With the first generation made.
    func prepared() throws -> CertificateAuthorities {
        let authorities = try authorities()
        try authorities.prepare(owner: "test", now: Self.now)
        return authorities
    }

    func certificates(_ authorities: CertificateAuthorities) -> EndpointCertificates {
        EndpointCertificates(directory: "\(directory)/certificates", authorities: authorities)
    }

    static func request(
        names: [String] = ["one.c1.us-east-1.rds.martlet.internal"], addresses: [String] = ["127.9.0.1"],
        authority: String = "rds-ca-ecc384-g1", end: Date = now + 10 * 365 * 86_400
    ) -> CertificateRequest {
        CertificateRequest(names: names, addresses: addresses, authority: authority, authorityEnd: end)
    }

    func mode(_ path: String) throws -> Int {
        let attributes = try FileManager.default.attributesOfItem(atPath: "\(directory)/\(path)")
        return try #require(attributes[.posixPermissions] as? Int)
    }

    func text(_ path: String) throws -> String { try String(contentsOfFile: "\(directory)/\(path)", encoding: .utf8) }
}

/// What OpenSSL, which did not make these certificates, has to say of them.
enum OpenSSL {
    static let path = "/usr/bin/openssl"
    static let isInstalled = FileManager.default.isExecutableFile(atPath: path)

    /// Status and all output.
    static func run(_ arguments: [String]) throws -> (status: Int32, output: String) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = arguments
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = pipe
        try process.run()
        let output = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return (process.terminationStatus, output)
    }
}
