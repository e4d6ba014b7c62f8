public protocol ServiceHandler: Sendable { func handle(_ call: ServiceCall) async throws -> Answer }
