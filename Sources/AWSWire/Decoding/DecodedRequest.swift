/// The action of a request and its parameters, read by the rules of the service's protocol.
struct DecodedRequest: Equatable {
    var action: String
    /// Without `Action`, `Version` and what belongs to the signature.
    var parameters: Parameters

    init(_ message: HTTPMessage, query: [FormPair], service: AWSService, limits: DecodingLimits) throws(Fault) {
        switch service.wireProtocol {
        case .query, .ec2: try self.init(form: message, query: query, service: service, limits: limits)
        case .json11: try self.init(json: message, service: service, limits: limits)
        }
    }

    /// Query and EC2: parameters in the body of a POST, in the query string, or in both.
    private init(form message: HTTPMessage, query: [FormPair], service: AWSService, limits: DecodingLimits) throws(Fault) {
        if let target = message.header("x-amz-target") { throw Self.wrongService(target: target, of: service) }
        var pairs = query.filter { !Self.isOfSignature($0.name) }
        if message.method == "GET", let named = try PathAction(message.path, of: service) {
            action = named.action
            parameters = try Parameters(folding: pairs + named.parameters, limits: limits)
            return
        }
        guard message.method == "POST" || message.method == "GET" else {
            throw Fault("UnsupportedHttpVerb", status: 400, "The requested HTTP verb is not supported: \(message.method)")
        }
        if message.method == "POST" { pairs += try FormDecoder.pairs(message.body, limits: limits) }
        let action = try Self.taking("Action", from: &pairs)
        let version = try Self.taking("Version", from: &pairs)
        guard let action, !action.isEmpty else {
            throw Fault("MissingAction", status: 400, "The request is missing an action or a required parameter.")
        }
        guard !action.hasPrefix("/") else { throw .invalidAction(action, service: service) }
        try Self.check(version: version, of: service, action: action)
        self.action = action
        parameters = try Parameters(folding: pairs, limits: limits)
    }

    /// JSON 1.1: the action in `X-Amz-Target`, the parameters in the body.
    private init(json message: HTTPMessage, service: AWSService, limits: DecodingLimits) throws(Fault) {
        guard message.method == "POST" else {
            throw Fault("UnknownOperationException", status: 404, "The method of a request must be POST, not \(message.method).")
        }
        let target = message.header("x-amz-target") ?? ""
        let dot = target.utf8.lastIndex(of: UInt8(ascii: ".")) ?? target.startIndex
        guard let prefix = service.targetPrefix, target[..<dot] == prefix, dot > target.startIndex else {
            throw target.isEmpty
                ? Fault("UnknownOperationException", status: 400, "The request has no X-Amz-Target header.")
                : Self.wrongService(target: target, of: service)
        }
        action = String(target[target.index(after: dot)...])
        guard !action.isEmpty else {
            throw Fault("UnknownOperationException", status: 400, "The X-Amz-Target header names no operation.")
        }
        parameters = try JSONReader.parameters(message.body, limits: limits)
    }

    /// The request is signed for one service and calls another.
    private static func wrongService(target: String, of service: AWSService) -> Fault {
        let called = target.utf8.split(separator: UInt8(ascii: ".")).first.flatMap { String($0) } ?? ""
        return SignatureFailure.mismatch("Credential should be scoped to correct service: '\(called)'.")
            .fault(for: service.wireProtocol)
    }

    private static func check(version: String?, of service: AWSService, action: String) throws(Fault) {
        guard version != service.version else { return }
        if let called = AWSService.allCases.first(where: { $0.version == version }) {
            throw SignatureFailure.mismatch("Credential should be scoped to correct service: '\(called.rawValue)'.")
                .fault(for: service.wireProtocol)
        }
        switch (service.wireProtocol, version) {
        case (.ec2, let version?):
            throw Fault("NoSuchVersion", status: 400, "The requested version (\(version)) of service AmazonEC2 does not exist")
        case (.ec2, nil):
            throw .missingParameter("The request must contain the parameter Version")
        case (_, let version):
            throw .invalidAction(action, version: version ?? "NO_VERSION_SPECIFIED")
        }
    }

    /// Removes the parameter of that name and answers its value.
    private static func taking(_ name: String, from pairs: inout [FormPair]) throws(Fault) -> String? {
        let values = pairs.filter { $0.name == name }
        guard values.count <= 1 else { throw .malformedQueryString("The parameter \(name) is given more than once.") }
        guard let pair = values.first else { return nil }
        pairs.removeAll { $0.name == name }
        return pair.value
    }

    private static func isOfSignature(_ name: String) -> Bool {
        name.utf8.starts(with: "X-Amz-".utf8) && signatureParameters.contains(name)
    }

    /// The parameters of a presigned request that are not the operation's.
    private static let signatureParameters: Set<String> = [
        "X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Date", "X-Amz-Expires", "X-Amz-SignedHeaders", "X-Amz-Signature",
        "X-Amz-Security-Token", "X-Amz-Content-Sha256", "X-Amz-User-Agent",
    ]
}
