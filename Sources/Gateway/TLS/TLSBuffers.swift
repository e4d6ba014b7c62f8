import CMartletTLS

/// A loop's memory for one TLS operation at a time: connections keep none of it.
struct TLSBuffers {
    /// What was read from a socket.
    let cipher = UnsafeMutableRawPointer.allocate(byteCount: inputBytes, alignment: 64)
    /// What is to be sent.
    let out = UnsafeMutableRawPointer.allocate(byteCount: Int(MARTLET_TLS_OUTPUT_BYTES), alignment: 64)
    /// Plaintext, behind the start-up bytes that are kept already.
    let plain = UnsafeMutableRawPointer.allocate(byteCount: plainBytes, alignment: 64)

    static let inputBytes = Int(MARTLET_TLS_INPUT_BYTES)
    static let plainBytes = Int(MARTLET_TLS_PLAIN_BYTES) + PostgresStartup.bufferBytes
    /// Plaintext that is sealed at once.
    static let sealBytes = 64 << 10

    func deallocate() {
        cipher.deallocate()
        out.deallocate()
        plain.deallocate()
    }
}
