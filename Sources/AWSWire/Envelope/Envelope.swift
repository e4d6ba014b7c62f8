/// How one service wraps its answers and errors, as botocore's parsers of its protocol (`botocore/parsers.py`) read them.
struct Envelope: Sendable, Equatable {
    var wireProtocol: AWSService.WireProtocol
    /// Nil for JSON, and for an error whose service is not known.
    var namespace: String?
    /// The member of a JSON error that has its text.
    var errorTextMember = "message"

    init(_ service: AWSService) {
        wireProtocol = service.wireProtocol
        namespace = service.xmlNamespace
        errorTextMember = service.errorTextMember
    }

    /// For a request whose service is not known: JSON's if the request is JSON, else Query's, which EC2's parser understands too.
    init(unknownServiceOf message: HTTPMessage) {
        let isJSON = message.header("content-type")?.hasPrefix("application/x-amz-json") == true
        wireProtocol = isJSON || message.header("x-amz-target") != nil ? .json11 : .query
        namespace = nil
    }

    var contentType: String {
        switch wireProtocol {
        case .query: "text/xml"
        case .ec2: "text/xml;charset=UTF-8"
        case .json11: "application/x-amz-json-1.1"
        }
    }

    /// The body of a success; nil when the answer is not of this protocol's kind.
    func body(_ answer: Answer, action: String, requestID: String) -> [UInt8]? {
        switch (wireProtocol, answer) {
        case (.query, .xml(let nodes)): queryBody(nodes, action: action, requestID: requestID)
        case (.ec2, .xml(let nodes)): ec2Body(nodes, action: action, requestID: requestID)
        case (.json11, .json(let bytes)): bytes
        default: nil
        }
    }

    /// `<XResponse xmlns><XResult>…</XResult><ResponseMetadata><RequestId/></ResponseMetadata></XResponse>`
    private func queryBody(_ nodes: [XMLNode], action: String, requestID: String) -> [UInt8] {
        var writer = XMLWriter(capacity: XMLWriter.size(of: nodes) + 320)
        writer.open("\(action)Response", namespace: namespace)
        writer.open("\(action)Result")
        writer.write(nodes)
        writer.close("\(action)Result")
        writer.write([.element("ResponseMetadata", [.text("RequestId", requestID)])])
        writer.close("\(action)Response")
        return writer.bytes
    }

    /// `<XResponse xmlns><requestId/>…</XResponse>`
    private func ec2Body(_ nodes: [XMLNode], action: String, requestID: String) -> [UInt8] {
        var writer = XMLWriter(capacity: XMLWriter.size(of: nodes) + 320)
        writer.write([.raw(Self.declaration)])
        writer.open("\(action)Response", namespace: namespace)
        writer.write([.text("requestId", requestID)])
        writer.write(nodes)
        writer.close("\(action)Response")
        return writer.bytes
    }

    private static let declaration = Array("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n".utf8)

    /// - Parameter modelled: true for an error of the service itself. Secrets Manager's have `Message`, as its model says;
    ///   those of the layer before it have `message`.
    func body(_ fault: Fault, modelled: Bool, requestID: String) -> [UInt8] {
        switch wireProtocol {
        case .query: queryError(fault, requestID: requestID)
        case .ec2: ec2Error(fault, requestID: requestID)
        case .json11: jsonError(fault, modelled: modelled)
        }
    }

    /// `<ErrorResponse xmlns><Error><Type/><Code/><Message/></Error><RequestId/></ErrorResponse>`
    private func queryError(_ fault: Fault, requestID: String) -> [UInt8] {
        var writer = XMLWriter(capacity: 512)
        writer.open("ErrorResponse", namespace: namespace)
        writer.write([
            .element("Error", [.text("Type", fault.type), .text("Code", fault.code), .text("Message", fault.message)]),
            .text("RequestId", requestID),
        ])
        writer.close("ErrorResponse")
        return writer.bytes
    }

    /// `<Response><Errors><Error><Code/><Message/></Error></Errors><RequestID/></Response>`
    private func ec2Error(_ fault: Fault, requestID: String) -> [UInt8] {
        XMLWriter.bytes(of: [
            .raw(Self.declaration),
            .element(
                "Response",
                [
                    .element("Errors", [.element("Error", [.text("Code", fault.code), .text("Message", fault.message)])]),
                    .text("RequestID", requestID),
                ]),
        ])
    }

    private func jsonError(_ fault: Fault, modelled: Bool) -> [UInt8] {
        var bytes = Array("{\"__type\":".utf8)
        JSONText.append(fault.code, to: &bytes)
        bytes.append(contentsOf: ",\"\(modelled ? errorTextMember : "message")\":".utf8)
        JSONText.append(fault.message, to: &bytes)
        bytes.append(UInt8(ascii: "}"))
        return bytes
    }
}
