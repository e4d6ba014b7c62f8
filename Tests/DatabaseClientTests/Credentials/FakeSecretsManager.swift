import AWSWire
import Foundation
import Glibc
import Synchronization

/// Secrets Manager's GetSecretValue on a loopback port: verifies each signature, and answers what the test says.
final class FakeSecretsManager: Sendable {
    let port: Int
    private let listener: Int32
    private struct State {
        var secret: String
        var requests: [String] = []
        var held: DispatchSemaphore?
    }
    private let state: Mutex<State>

    init(secret: String) throws {
        state = Mutex(State(secret: secret))
        (listener, port) = try boundSocket()
        guard listen(listener, 8) == 0 else { throw TestFailure("cannot listen") }
        Thread { [self] in serve() }.start()
    }

    func close() {
        shutdown(listener, Int32(SHUT_RDWR))
        _ = Glibc.close(listener)
    }

    var url: String { "http://127.0.0.1:\(port)" }
    var requests: [String] { state.withLock { $0.requests } }
    /// Has the first answer wait for `release`, with the secret of the moment when it was asked for.
    func hold() { state.withLock { $0.held = DispatchSemaphore(value: 0) } }
    func release() { state.withLock { $0.held }?.signal() }
    func rotate(_ secret: String) { state.withLock { $0.secret = secret } }

    private func serve() {
        while true {
            let connection = accept(listener, nil, nil)
            guard connection >= 0 else { return }
            answer(connection)
            _ = Glibc.close(connection)
        }
    }

    private func answer(_ connection: Int32) {
        var text = ""
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while !text.contains("\r\n\r\n") || !text.hasSuffix("}") {
            let count = recv(connection, &buffer, buffer.count, 0)
            guard count > 0 else { return }
            text += String(decoding: buffer.prefix(count), as: UTF8.self)
        }
        let (secret, held) = state.withLock { state in
            state.requests.append(text)
            return (state.secret, state.requests.count == 1 ? state.held : nil)
        }
        held?.wait()
        let body = (try? JSONEncoder().encode(["SecretString": secret])) ?? Data()
        let head = "HTTP/1.1 200 OK\r\ncontent-length: \(body.count)\r\nconnection: close\r\n\r\n"
        let bytes = Array(head.utf8) + body
        _ = send(connection, bytes, bytes.count, Int32(MSG_NOSIGNAL))
    }
}
