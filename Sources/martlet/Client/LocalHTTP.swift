internal import Foundation

/// One HTTP/1.1 exchange: with a control plane on this machine, with AWS, with an application.
enum LocalHTTP {
    static let answerLimitBytes = 16 << 20
    static let timeoutSeconds = 15

    struct Answer: Sendable, Equatable {
        var status: Int
        var body: Data
    }

    /// Where something listens.
    struct Place: Sendable, Equatable {
        var host: String
        var port: Int
        var usesTLS: Bool
        /// The certificates to trust (a PEM file); nil for those that the system trusts.
        var certificateBundle: String?
        /// What the URL has behind the authority, without a slash at its end.
        var path: String

        init(_ running: RunningServe) throws {
            try self.init(url: running.url, certificateBundle: running.certificateBundle)
        }

        /// - Parameter url: `http://` or `https://`.
        init(url text: String, certificateBundle: String?) throws {
            guard let url = URLComponents(string: text), let host = url.host, !host.isEmpty,
                let scheme = url.scheme?.lowercased(), ["http", "https"].contains(scheme)
            else {
                throw InstallationError("\(text) is no URL of http:// or https://")
            }
            self.host = host.hasPrefix("[") && host.hasSuffix("]") ? String(host.dropFirst().dropLast()) : host
            usesTLS = scheme == "https"
            port = url.port ?? (usesTLS ? 443 : 80)
            path = url.percentEncodedPath.hasSuffix("/") ? String(url.percentEncodedPath.dropLast()) : url.percentEncodedPath
            self.certificateBundle = certificateBundle
        }

        /// As the header `Host` has it: without the scheme's own port.
        var authority: String {
            let name = host.contains(":") ? "[\(host)]" : host
            return port == (usesTLS ? 443 : 80) ? name : "\(name):\(port)"
        }
    }

    /// - Parameter headers: all but `connection` and `content-length`; `host` must be among them.
    /// - Throws: `InstallationError`.
    static func ask(
        _ method: String, _ path: String, headers: [(name: String, value: String)], body: Data = Data(), to place: Place
    ) async throws -> Answer {
        var head = "\(method) \(path) HTTP/1.1\r\n"
        for header in headers { head += "\(header.name): \(header.value)\r\n" }
        head += "connection: close\r\ncontent-length: \(body.count)\r\n\r\n"
        let request = Data(head.utf8) + body
        let bytes =
            if place.usesTLS {
                try await TLSExchange.run(
                    host: place.host, port: place.port, trusting: place.certificateBundle, request: request,
                    limitBytes: answerLimitBytes)
            } else {
                try exchange(place, request)
            }
        guard let split = bytes.range(of: Data("\r\n\r\n".utf8)) else { throw unintelligible(place) }
        let lines = String(decoding: bytes[..<split.lowerBound], as: UTF8.self).split(separator: "\r\n")
        let words = (lines.first ?? "").split(separator: " ")
        guard words.count >= 2, words[0].hasPrefix("HTTP/1."), let status = Int(words[1]) else { throw unintelligible(place) }
        let isChunked = lines.contains { $0.lowercased().replacing(" ", with: "") == "transfer-encoding:chunked" }
        guard isChunked else { return Answer(status: status, body: Data(bytes[split.upperBound...])) }
        guard let body = ChunkedBody.decode(bytes[split.upperBound...]) else { throw unintelligible(place) }
        return Answer(status: status, body: body)
    }

    private static func exchange(_ place: Place, _ request: Data) throws -> Data {
        let descriptor = try connected(place)
        defer { close(descriptor) }
        var timeout = timeval(tv_sec: timeoutSeconds, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
        guard request.withUnsafeBytes({ send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }) == request.count
        else { throw failure(place) }
        var answer = Data()
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while answer.count < answerLimitBytes {
            let count = recv(descriptor, &buffer, buffer.count, 0)
            guard count >= 0 else { throw failure(place) }
            if count == 0 { return answer }
            answer.append(contentsOf: buffer.prefix(count))
        }
        throw InstallationError("the answer is too long")
    }

    private static func connected(_ place: Place) throws -> Int32 {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var found: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(place.host, String(place.port), &hints, &found) == 0, let first = found else { throw failure(place) }
        defer { freeaddrinfo(first) }
        let descriptor = socket(first.pointee.ai_family, first.pointee.ai_socktype | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0, connect(descriptor, first.pointee.ai_addr, first.pointee.ai_addrlen) == 0 else {
            let error = failure(place)
            if descriptor >= 0 { close(descriptor) }
            throw error
        }
        return descriptor
    }

    private static func failure(_ place: Place) -> InstallationError {
        InstallationError("\(place.authority) does not answer: \(String(cString: strerror(errno)))")
    }

    private static func unintelligible(_ place: Place) -> InstallationError {
        InstallationError("what answers at \(place.authority) does not speak HTTP")
    }
}
