import Foundation
import Synchronization

/// The data of a new server: made once, and copied for each server that a test wants.
actor Template {
    private let name: String
    private let make: @Sendable (TestServer) async throws -> Void
    private var made: Task<String, any Error>?

    /// - Parameter make: makes `data` in the server's directory.
    init(_ name: String, make: @escaping @Sendable (TestServer) async throws -> Void) {
        self.name = name
        self.make = make
    }

    func copy(to server: TestServer) async throws {
        try await server.prepare(["cp", "-a", "\(try await directory())/data", "\(server.directory)/data"])
    }

    private func directory() async throws -> String {
        if let made { return try await made.value }
        let task = Task { [name, make] in
            let server = try await TestServer(name)
            removedAtExit.withLock { $0.append(server.directory) }
            try await make(server)
            return server.directory
        }
        made = task
        return try await task.value
    }
}
