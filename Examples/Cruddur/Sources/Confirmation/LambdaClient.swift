internal import Foundation
internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix
internal import Support

/// Requests to the runtime API, which is on this machine: a connection each, and no time-out, for the next event may take hours.
struct LambdaClient: Sendable {
    let address: ListenAddress

    struct Answer: Sendable {
        var status: Int
        /// By their names in lower case.
        var headers: [String: String]
        var body: Data
    }

    struct Failure: Error, CustomStringConvertible {
        var description: String
    }

    enum Method: Sendable {
        case get, post
    }

    /// An event is 6 MB at most.
    private static let limit = 8 << 20

    func send(_ method: Method, _ path: String, body: Data = Data(), headers: [String: String] = [:]) async throws -> Answer {
        do {
            let channel = try await connect()
            return try await channel.executeThenClose { inbound, outbound in
                // At once: the API may answer, and close, when it has seen the head of a request without a body.
                var parts: [HTTPClientRequestPart] = [.head(head(method, path, body, headers))]
                if !body.isEmpty { parts.append(.body(.byteBuffer(ByteBuffer(bytes: body)))) }
                try await outbound.write(contentsOf: parts + [.end(nil)])
                return try await Self.read(inbound)
            }
        } catch let error as CancellationError {
            throw error
        } catch {
            throw Failure(description: "The runtime API at \(address) cannot be asked for \(path): \(error)")
        }
    }

    private typealias Channel = NIOAsyncChannel<HTTPClientResponsePart, HTTPClientRequestPart>

    private func connect() async throws -> Channel {
        try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connect(host: address.host, port: address.port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHTTPClientHandlers()
                    return try Channel(wrappingChannelSynchronously: channel)
                }
            }
    }

    private func head(_ method: Method, _ path: String, _ body: Data, _ headers: [String: String]) -> HTTPRequestHead {
        var fields = HTTPHeaders([("host", address.description), ("connection", "close"), ("user-agent", "cruddur")])
        if method == .post {
            fields.add(name: "content-length", value: String(body.count))
            fields.add(name: "content-type", value: "application/json")
        }
        for (name, value) in headers { fields.add(name: name, value: value) }
        return HTTPRequestHead(version: .http1_1, method: method == .get ? .GET : .POST, uri: path, headers: fields)
    }

    private static func read(_ inbound: NIOAsyncChannelInboundStream<HTTPClientResponsePart>) async throws -> Answer {
        var answer: Answer?
        for try await part in inbound {
            switch part {
            case .head(let head):
                let headers = head.headers.map { ($0.name.lowercased(), $0.value) }
                answer = Answer(
                    status: Int(head.status.code), headers: Dictionary(headers, uniquingKeysWith: { first, _ in first }),
                    body: Data())
            case .body(let bytes):
                answer?.body.append(contentsOf: bytes.readableBytesView)
                guard answer?.body.count ?? 0 <= limit else { throw Failure(description: "more than \(limit) bytes") }
            case .end:
                if let answer { return answer }
            }
        }
        throw Failure(description: "the connection ended before the answer did")
    }
}
