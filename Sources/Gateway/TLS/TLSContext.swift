import CMartletTLS

/// An endpoint's certificate and key, ready for handshakes. Connections that began with it keep it alive.
final class TLSContext: @unchecked Sendable {
    struct Unusable: Error, Equatable, CustomStringConvertible {
        var description: String
    }

    // OpenSSL counts references to a context with atomics; after it is made nothing changes it.
    private let context: OpaquePointer

    /// - Throws: `Unusable`, with OpenSSL's reason.
    init(certificateFile: String, privateKeyFile: String) throws(Unusable) {
        var reason = [CChar](repeating: 0, count: 256)
        guard let made = martlet_tls_context_create(certificateFile, privateKeyFile, &reason, reason.count) else {
            let words = String(decoding: reason.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
            throw Unusable(description: "the certificate \(certificateFile) cannot be used: \(words)")
        }
        context = made
    }

    /// For a shared address: clients that ask for one of the names (lower-case) are shown its certificate, others this one.
    convenience init(
        certificateFile: String, privateKeyFile: String, names: [String: TLSContext]
    ) throws(Unusable) {
        try self.init(certificateFile: certificateFile, privateKeyFile: privateKeyFile)
        // By bytes, as C compares.
        for (name, other) in names.sorted(by: { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }) {
            guard martlet_tls_context_add_name(context, name, other.context) == 0 else {
                throw Unusable(description: "the server name \(name) cannot be used")
            }
        }
    }

    deinit { martlet_tls_context_free(context) }

    /// A new connection, which the caller must free with `martlet_tls_free`; nil for want of memory.
    func session() -> OpaquePointer? { martlet_tls_create(context) }
}
