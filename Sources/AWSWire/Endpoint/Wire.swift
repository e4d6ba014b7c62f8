public import Foundation

/// The AWS endpoint without a network: HTTP messages to authenticated service calls, and answers to HTTP.
public struct Wire: Sendable {
    public var limits: DecodingLimits
    private let regions: RegionLock
    private let verifier: SignatureVerifier

    public init(regions: RegionLock, accessKeys: any AccessKeys, limits: DecodingLimits = DecodingLimits()) {
        self.regions = regions
        self.limits = limits
        verifier = SignatureVerifier(accessKeys: accessKeys)
    }

    /// Verifies the signature, and only then decodes what the request asks for.
    ///
    /// - Parameter now: the time to judge the signature's age by.
    public func authenticate(
        _ message: HTTPMessage, requestID: String = RequestID.make(), now: Date
    ) -> Result<ServiceCall, Refusal> {
        guard message.body.count <= limits.bodyBytes else { return .failure(oversized(message, requestID: requestID)) }
        var service: AWSService?
        var envelope = Envelope(unknownServiceOf: message)
        do throws(Fault) {
            let query = try FormDecoder.pairs(message.query, limits: limits)
            let claim = try told(envelope) { () throws(SignatureFailure) in try SignatureClaim(message, query: query) }
            guard let scoped = AWSService(rawValue: claim.scope.service) else { throw Self.unserved(claim.scope.service) }
            service = scoped
            envelope = Envelope(scoped)
            try told(envelope) { () throws(SignatureFailure) in
                try regions.checkKnown(claim.scope.region)
                try verifier.verify(claim, of: message, query: query, now: now)
            }
            if let limit = scoped.bodyBytes, message.body.count > limit { throw Self.tooLarge(limit) }
            if let locked = regions.refusal(of: claim.scope.region, scoped.wireProtocol) { throw locked }
            let request = try DecodedRequest(message, query: query, service: scoped, limits: limits)
            return .success(
                ServiceCall(
                    service: scoped, action: request.action, parameters: request.parameters, region: claim.scope.region,
                    accessKeyID: claim.scope.accessKeyID, requestID: requestID))
        } catch {
            return .failure(Refusal(fault: error, service: service, requestID: requestID, envelope: envelope))
        }
    }

    /// Does a step whose failure is told in the words of the envelope's protocol.
    private func told<Outcome>(
        _ envelope: Envelope, _ step: () throws(SignatureFailure) -> Outcome
    ) throws(Fault) -> Outcome {
        do throws(SignatureFailure) { return try step() } catch { throw error.fault(for: envelope.wireProtocol) }
    }

    /// The refusal of a request whose body is over the limit; what was read of the body does not matter.
    public func oversized(_ head: HTTPMessage, requestID: String = RequestID.make()) -> Refusal {
        Refusal(
            fault: Self.tooLarge(limits.bodyBytes), service: nil, requestID: requestID, envelope: Envelope(unknownServiceOf: head)
        )
    }

    private static func tooLarge(_ limit: Int) -> Fault {
        Fault("RequestEntityTooLarge", status: 413, "The request's body is larger than the limit of \(limit) bytes.")
    }

    private static func unserved(_ service: String) -> Fault {
        let served = AWSService.allCases.map(\.rawValue).sorted().joined(separator: ", ")
        return Fault("NotImplemented", status: 501, "Martlet does not serve the AWS service \(service). It serves \(served).")
    }

    /// What a service made of a call, as HTTP.
    public func answer(_ result: Result<Answer, Fault>, to call: ServiceCall) -> HTTPAnswer {
        let envelope = Envelope(call.service)
        switch result {
        case .success(.stream(let stream)):
            return HTTPAnswer(
                status: 200, contentType: stream.contentType, requestID: call.requestID, body: [], stream: stream)
        case .success(let answer):
            guard let body = envelope.body(answer, action: call.action, requestID: call.requestID) else {
                return rendered(.internalFailure(call.service), envelope, modelled: true, call.requestID)
            }
            return HTTPAnswer(status: 200, contentType: envelope.contentType, requestID: call.requestID, body: body)
        case .failure(let fault):
            return rendered(fault, envelope, modelled: true, call.requestID)
        }
    }

    public func answer(_ refusal: Refusal) -> HTTPAnswer {
        rendered(refusal.fault, refusal.envelope, modelled: false, refusal.requestID)
    }

    private func rendered(_ fault: Fault, _ envelope: Envelope, modelled: Bool, _ requestID: String) -> HTTPAnswer {
        HTTPAnswer(
            status: fault.status, contentType: envelope.contentType, requestID: requestID,
            body: envelope.body(fault, modelled: modelled, requestID: requestID))
    }
}
