/// One AWS service, behind the wire.
public protocol ServiceHandler: Sendable {
    /// Does what the call asks for and answers it.
    ///
    /// - Throws: `Fault`: `Fault.invalidAction` when the action is not one of AWS's for this service, `Fault.notImplemented`
    ///   when it is but is not built yet. Anything else that is thrown is answered with an internal failure, and logged.
    func handle(_ call: ServiceCall) async throws -> Answer
}
