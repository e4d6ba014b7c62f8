import Foundation
import Routing

/// A certificate authority for a test, and certificates of the name that its clients ask for.
struct TestCertificates {
    static let host = "db.gateway.test"
    let directory: String
    var authority: String { "\(directory)/ca.pem" }

    init(directory: String) throws {
        self.directory = directory
        try Shell.good(
            "openssl",
            [
                "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout",
                "\(directory)/ca.key",
                "-out", authority, "-days", "2", "-subj", "/CN=Gateway Test CA",
            ])
    }

    /// - Parameter address: one more name of the server's, for clients that connect by it.
    func issue(
        _ name: String, isRequired: Bool = false, host: String = TestCertificates.host, address: String? = nil
    ) throws -> Route.TLS {
        let base = "\(directory)/\(name)"
        let names = "DNS:\(host)" + (address.map { ",IP:\($0)" } ?? "")
        try "subjectAltName=\(names)\n".write(toFile: "\(base).ext", atomically: true, encoding: .utf8)
        try Shell.good(
            "openssl",
            [
                "req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", "\(base).key",
                "-out", "\(base).csr", "-subj", "/CN=\(name)",
            ])
        try Shell.good(
            "openssl",
            [
                "x509", "-req", "-in", "\(base).csr", "-CA", authority, "-CAkey", "\(directory)/ca.key", "-CAcreateserial",
                "-days", "2", "-extfile", "\(base).ext", "-out", "\(base).pem",
            ])
        return Route.TLS(
            certificateFile: "\(base).pem", privateKeyFile: "\(base).key", fingerprint: name, isRequired: isRequired)
    }
}
