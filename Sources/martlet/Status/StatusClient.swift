internal import Foundation

/// Asks a running control plane for its status, on a local address.
enum StatusClient {
    static let answerLimitBytes = 16 << 20

    /// - Throws: `InstallationError` when it does not answer.
    static func report(of running: RunningServe, token: String) async throws -> StatusReport {
        guard let url = URLComponents(string: running.url), let host = url.host, let port = url.port else {
            throw InstallationError("the control plane's address \(running.url) is not a URL")
        }
        let head = "GET \(StatusPage.path) HTTP/1.1\r\nHost: \(host)\r\n\(StatusPage.header): \(token)\r\nConnection: close\r\n\r\n"
        let answer =
            if let bundle = running.certificateBundle {
                try await TLSExchange.run(
                    host: host, port: port, trusting: bundle, request: Data(head.utf8), limitBytes: answerLimitBytes)
            } else {
                try exchange(host: host, port: port, request: Data(head.utf8))
            }
        guard let split = answer.range(of: Data("\r\n\r\n".utf8)), answer.starts(with: Data("HTTP/1.1 200".utf8)) else {
            throw InstallationError("the control plane at \(running.url) answers, but not with its status")
        }
        return try JSONDecoder().decode(StatusReport.self, from: answer[split.upperBound...])
    }

    private static func exchange(host: String, port: Int, request: Data) throws -> Data {
        let descriptor = try connected(host: host, port: port)
        defer { close(descriptor) }
        var timeout = timeval(tv_sec: 10, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
        guard request.withUnsafeBytes({ send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }) == request.count
        else { throw failure(host, port) }
        var answer = Data()
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while answer.count < answerLimitBytes {
            let count = recv(descriptor, &buffer, buffer.count, 0)
            guard count >= 0 else { throw failure(host, port) }
            if count == 0 { return answer }
            answer.append(contentsOf: buffer.prefix(count))
        }
        throw InstallationError("the control plane's answer is too long")
    }

    private static func connected(host: String, port: Int) throws -> Int32 {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var found: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(host, String(port), &hints, &found) == 0, let first = found else { throw failure(host, port) }
        defer { freeaddrinfo(first) }
        let descriptor = socket(first.pointee.ai_family, first.pointee.ai_socktype | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0, connect(descriptor, first.pointee.ai_addr, first.pointee.ai_addrlen) == 0 else {
            let error = failure(host, port)
            if descriptor >= 0 { close(descriptor) }
            throw error
        }
        return descriptor
    }

    private static func failure(_ host: String, _ port: Int) -> InstallationError {
        InstallationError("the control plane at \(host):\(port) does not answer: \(String(cString: strerror(errno)))")
    }
}
