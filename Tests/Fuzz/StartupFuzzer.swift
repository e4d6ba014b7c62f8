/// Gives what libFuzzer invents to everything that reads bytes of strangers before they have logged in, and of servers while
/// they do. Built by scripts/fuzz from the decoders' own sources, without the package.
///
/// The first byte chooses the decoder. Besides the sanitizer's own checks, what a decoder says of its input must be true of it.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzStartup(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let all = UnsafeRawBufferPointer(start: start, count: count)
    guard let choice = all.first else { return 0 }
    let bytes = UnsafeRawBufferPointer(rebasing: all.dropFirst())
    switch choice % 4 {
    case 0: startup(bytes)
    case 1: _ = PostgresGreeting.classify(bytes)
    case 2: password(bytes)
    default: login(bytes, parts: 1 + Int(choice / 4))
    }
    return 0
}

private func startup(_ bytes: UnsafeRawBufferPointer) {
    switch PostgresStartup.decode(bytes) {
    case .incomplete(let needed):
        precondition(needed > bytes.count && needed <= PostgresStartup.bufferBytes)
    case .encryptionRequest(_, let count), .cancelRequest(let count):
        precondition(count <= bytes.count)
    case .session(let session, let count):
        precondition(count <= bytes.count && !session.user.isEmpty && session.user.utf8.count <= 3 * 63)
    case .malformed(let refusal):
        precondition(refusal.bytes(PostgresRefusal.Context()).first == UInt8(ascii: "E"))
    }
}

private func password(_ bytes: UnsafeRawBufferPointer) {
    guard case .password(let range) = PasswordMessage.decode(bytes) else { return }
    precondition(range.lowerBound == 5 && range.upperBound == bytes.count - 1 && !bytes[range].contains(0))
}

/// However the bytes are cut, the verdict is the same.
private func login(_ bytes: UnsafeRawBufferPointer, parts: Int) {
    var whole = LoginSniffer()
    var cut = LoginSniffer()
    _ = whole.feed(bytes)
    for start in stride(from: 0, to: bytes.count, by: parts) {
        _ = cut.feed(UnsafeRawBufferPointer(rebasing: bytes[start..<min(start + parts, bytes.count)]))
    }
    precondition(whole.verdict == cut.verdict)
}
