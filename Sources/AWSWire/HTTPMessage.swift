/// An HTTP request as it arrived, free of any HTTP library: names lower-case, path and query exactly as sent.
public struct HTTPMessage: Sendable, Equatable {
    public var method: String
    /// The path before `?`, still percent-encoded.
    public var path: String
    /// What follows `?`, still percent-encoded; empty when there is none.
    public var query: String
    /// In the order in which they came; `host` included.
    public var headers: [(name: String, value: String)]
    public var body: [UInt8]

    public init(method: String, path: String, query: String, headers: [(name: String, value: String)], body: [UInt8]) {
        self.method = method
        self.path = path
        self.query = query
        self.headers = headers
        self.body = body
    }

    /// The first header of that lower-case name.
    public func header(_ name: String) -> String? { headers.first { $0.name == name }?.value }

    public static func == (a: HTTPMessage, b: HTTPMessage) -> Bool {
        a.method == b.method && a.path == b.path && a.query == b.query && a.body == b.body
            && a.headers.elementsEqual(b.headers) { $0.name == $1.name && $0.value == $1.value }
    }
}

/// An HTTP answer, ready to send.
public struct HTTPAnswer: Sendable, Equatable {
    public var status: Int
    public var contentType: String
    public var requestID: String
    public var body: [UInt8]
    /// What is sent in place of `body`, which is empty then.
    public var stream: StreamedBody?

    public init(status: Int, contentType: String, requestID: String, body: [UInt8], stream: StreamedBody? = nil) {
        self.status = status
        self.contentType = contentType
        self.requestID = requestID
        self.body = body
        self.stream = stream
    }

    /// The length of what is sent.
    public var byteCount: Int { stream.map { Int(clamping: $0.byteCount) } ?? body.count }
}
