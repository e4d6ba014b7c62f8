internal import Certificates
internal import Foundation
internal import NIOSSL
internal import Resources

/// TLS for the AWS endpoint: a certificate of this installation's authority for every name and address that it answers on.
struct ServerTLS {
    private let authorities: CertificateAuthorities
    private let certificates: EndpointCertificates
    private let host: String

    init(_ directory: DataDirectory, _ authorities: CertificateAuthorities, host: String) {
        self.authorities = authorities
        certificates = EndpointCertificates(directory: directory.ownCertificates, authorities: authorities)
        self.host = host
    }

    /// The certificate is made anew at every start, so that its year begins then.
    func configuration() throws -> TLSConfiguration {
        let authority = authorities.standardAuthority
        let end = authorities.authorities.first { $0.identifier == authority }?.validTill ?? .distantFuture
        let made = try certificates.issue(
            "api", CertificateRequest(names: names, addresses: addresses, authority: authority, authorityEnd: end), now: Date())
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: try NIOSSLCertificate.fromPEMFile(made.certificateFile).map { .certificate($0) },
            privateKey: .privateKey(try NIOSSLPrivateKey(file: made.privateKeyFile, format: .pem)))
        configuration.minimumTLSVersion = .tlsv12
        return configuration
    }

    private var isEverywhere: Bool { ["0.0.0.0", "::", "*"].contains(host) }

    private var names: [String] {
        let given = isAddress(host) || isEverywhere ? [] : [host]
        var own = [CChar](repeating: 0, count: 256)
        let machine = gethostname(&own, own.count - 1) == 0 ? [Self.text(own)] : []
        return unique(given + ["localhost"] + machine.filter { !$0.isEmpty && $0.allSatisfy(\.isASCII) })
    }

    private var addresses: [String] {
        unique(["127.0.0.1", "::1"] + (isEverywhere ? Self.interfaceAddresses() : isAddress(host) ? [host] : []))
    }

    private func isAddress(_ text: String) -> Bool {
        var four = in_addr()
        var six = in6_addr()
        return inet_pton(AF_INET, text, &four) == 1 || inet_pton(AF_INET6, text, &six) == 1
    }

    private func unique(_ texts: [String]) -> [String] {
        texts.reduce(into: []) { found, text in if !found.contains(text) { found.append(text) } }
    }

    private static func text(_ terminated: [CChar]) -> String {
        String(decoding: terminated.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// The addresses of this machine that are not bound to one link.
    private static func interfaceAddresses() -> [String] {
        var first: UnsafeMutablePointer<ifaddrs>?
        guard getifaddrs(&first) == 0 else { return [] }
        defer { freeifaddrs(first) }
        var found: [String] = []
        for entry in sequence(first: first, next: { $0?.pointee.ifa_next }) {
            guard let address = entry?.pointee.ifa_addr else { continue }
            let family = Int32(address.pointee.sa_family)
            guard family == AF_INET || family == AF_INET6 else { continue }
            var text = [CChar](repeating: 0, count: Int(NI_MAXHOST))
            let size = socklen_t(family == AF_INET ? MemoryLayout<sockaddr_in>.size : MemoryLayout<sockaddr_in6>.size)
            guard getnameinfo(address, size, &text, socklen_t(text.count), nil, 0, NI_NUMERICHOST) == 0 else { continue }
            let name = Self.text(text)
            if !name.contains("%") { found.append(name) }
        }
        return found
    }
}
