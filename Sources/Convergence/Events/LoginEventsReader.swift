internal import Foundation
internal import Logging
internal import Resources
internal import Routing

/// Turns what the gateway saw at logins into events of the instances.
struct LoginEventsReader: Sendable {
    static let pause = Duration.seconds(2)

    /// How far the gateway's events have been read; kept on disk, so that a restart tells nothing twice.
    struct Cursor: Codable, Sendable, Equatable {
        /// Numbers begin anew with each gateway process.
        var processID: Int32
        var sequence: UInt64

        /// What to ask that process after.
        func sequence(in process: Int32) -> UInt64 { process == processID ? sequence : 0 }
    }

    let client: GatewayControlClient
    /// `DIR/gateway/login-events.json`
    let cursorFile: String
    let documents: Store
    let events: InstanceEvents
    /// Why the server of a resource id refuses a user whatever the password is; nil where that may have been wrong.
    let obstacle: @Sendable (_ resourceID: String, _ user: String) async -> String?
    let logger: Logger

    func run() async {
        var cursor = loadCursor()
        var digest = LoginDigest()
        while !Task.isCancelled {
            do { try await Task.sleep(for: Self.pause) } catch { return }
            do {
                let found = try await read(&cursor)
                try await record(digest.take(await LoginObstacles.explain(found, by: obstacle), now: Date()))
            } catch is CancellationError {
                return
            } catch {
                // A gateway that is away is its supervisor's concern.
                logger.debug("login events could not be read", metadata: ["reason": "\(error)"])
            }
        }
    }

    private func read(_ cursor: inout Cursor) async throws -> [GatewayControl.LoginEvent] {
        var page = try await client.events(after: cursor.sequence)
        if page.processID != cursor.processID, cursor.sequence > 0 {
            cursor = Cursor(processID: page.processID, sequence: 0)
            page = try await client.events(after: 0)
        }
        if !page.events.isComplete {
            logger.warning("more logins were refused than the gateway keeps in mind; some are not in the event log")
        }
        let next = Cursor(processID: page.processID, sequence: page.events.last)
        guard next != cursor else { return [] }
        cursor = next
        try store(next)
        return page.events.events
    }

    private func store(_ cursor: Cursor) throws {
        let partial = cursorFile + ".partial"
        let data = try JSONEncoder().encode(cursor)
        guard FileManager.default.createFile(atPath: partial, contents: data, attributes: [.posixPermissions: 0o600]),
            rename(partial, cursorFile) == 0
        else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
    }

    private func loadCursor() -> Cursor {
        // Without it everything that the gateway still knows is told.
        (try? JSONDecoder().decode(Cursor.self, from: Data(contentsOf: URL(fileURLWithPath: cursorFile))))
            ?? Cursor(processID: 0, sequence: 0)
    }

    private func record(_ notices: [LoginDigest.Notice]) async throws {
        guard !notices.isEmpty else { return }
        let instances = Dictionary(documents.list(DBInstance.self).map { ($0.id, $0) }, uniquingKeysWith: { $1 })
        try await documents.write { [events] tx in
            for notice in notices {
                guard let instance = instances[notice.kind.route] else { continue }
                try tx.record(events.event(instance, notice.message, [.security], at: notice.date))
            }
        }
    }
}
