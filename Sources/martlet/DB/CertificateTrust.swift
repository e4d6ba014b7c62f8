internal import Certificates
internal import DatabaseURLs
internal import Foundation
internal import Toolkit

/// Which certificates a database's server is believed with.
struct CertificateTrust {
    private let given: String?
    private let environment: [String: String]
    /// The Martlet that is meant, or that the environment names.
    let directory: DataDirectory?

    init(options: DBTargetOptions, environment: [String: String]) {
        given = options.caBundle
        self.environment = environment
        let path = options.dataDirectory ?? environment["MARTLET_DATA_DIR"]
        directory = path.flatMap { $0.isEmpty ? nil : DataDirectory(path: $0) }
    }

    /// `--ca-bundle`, else the URL's own, else `DB_SSL_CA` or `PGSSLROOTCERT`; for endpoints of a Martlet its own bundle.
    ///
    /// - Throws: `ToolkitError` when the server must be verified and nothing says by what.
    func apply(to address: inout DatabaseAddress) async throws {
        try applyTyped(to: &address)
        guard needsMore(address) else { return }
        if let file = environmentsFile {
            address.caFile = file
        } else if let bundle = try await martletBundle() {
            address.caFile = try InheritedFile(bundle).path
        } else if address.dialect == .mysql
            || !FileManager.default.fileExists(atPath: NSHomeDirectory() + "/.postgresql/root.crt")
        {
            throw ToolkitError(
                """
                \(address.host) must prove who it is, and nothing says whose certificates to trust: give --ca-bundle FILE \
                (martlet ca > FILE; for AWS https://truststore.pki.rds.amazonaws.com/global/global-bundle.pem), or write \
                sslmode=require into the URL to go without
                """)
        }
    }

    /// For a URL that others will use: a file that stays, or none. One that says nothing of certificates is left so.
    func applyLasting(to address: inout DatabaseAddress) throws {
        try applyTyped(to: &address)
        guard address.tls != nil, needsMore(address) else { return }
        address.caFile = environmentsFile
        guard address.caFile == nil, let directory, directory.exists else { return }
        let authorities = try CertificateAuthorities(directory: directory.authorities)
        guard !authorities.authorities.isEmpty, access(authorities.bundleFile, R_OK) == 0 else { return }
        address.caFile = URL(fileURLWithPath: authorities.bundleFile).path
    }

    private func applyTyped(to address: inout DatabaseAddress) throws {
        if let given {
            guard address.dialect != .sqlite else { throw ToolkitError("--ca-bundle is for servers; a SQLite file has no TLS") }
            guard access(given, R_OK) == 0 else { throw ToolkitError("--ca-bundle: \(given) cannot be read") }
            address.caFile = given
            if address.tls == nil { address.tls = .verifyFull }
        }
    }

    private var environmentsFile: String? {
        ["DB_SSL_CA", "PGSSLROOTCERT"].compactMap { environment[$0] }.first { !$0.isEmpty }
    }

    private func needsMore(_ address: DatabaseAddress) -> Bool {
        address.dialect != .sqlite && address.effectiveTLS.verifies && address.caFile == nil
    }

    /// From the data directory, or from the page of the control plane that `AWS_ENDPOINT_URL` names.
    private func martletBundle() async throws -> String? {
        if let directory, directory.exists {
            let authorities = try CertificateAuthorities(directory: directory.authorities)
            if !authorities.authorities.isEmpty { return try authorities.bundle() }
        }
        guard let url = environment["AWS_ENDPOINT_URL"], !url.isEmpty else { return nil }
        let place = try LocalHTTP.Place(url: url, certificateBundle: environment["AWS_CA_BUNDLE"])
        // Certificates that anybody on the way could have exchanged prove nothing.
        guard place.usesTLS || DatabaseAddress(.mysql, host: place.host).isLocal else { return nil }
        let answer = try await LocalHTTP.ask(
            "GET", AuthorityPage.path, headers: [(name: "host", value: place.authority)], to: place)
        let text = String(decoding: answer.body, as: UTF8.self)
        return answer.status == 200 && text.hasPrefix("-----BEGIN CERTIFICATE") ? text : nil
    }
}
