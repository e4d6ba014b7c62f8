import AWSWire
import HTTPTypes

extension HTTPMessage {
    /// The head of a request as it came over the wire, without its body.
    init(head: HTTPRequest) {
        let target = head.path ?? "/"
        let mark = target.utf8.firstIndex(of: UInt8(ascii: "?"))
        var headers: [(name: String, value: String)] = []
        headers.reserveCapacity(head.headerFields.count + 1)
        if let authority = head.authority { headers.append((name: "host", value: authority)) }
        for field in head.headerFields { headers.append((name: field.name.canonicalName, value: field.value)) }
        self.init(
            method: head.method.rawValue,
            path: String(target[..<(mark ?? target.endIndex)]),
            query: mark.map { String(target[target.utf8.index(after: $0)...]) } ?? "",
            headers: headers, body: [])
    }

    /// True when an AWS client sent it, signed or not: then no page is meant.
    var looksLikeAWS: Bool {
        header("authorization") != nil || query.contains("Action=") || query.contains("X-Amz-")
    }
}
