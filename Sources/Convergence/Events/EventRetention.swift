internal import Foundation
internal import Logging
internal import Resources

/// RDS keeps events for 14 days.
struct EventRetention: Sendable {
    static let days = 14.0

    let store: Store
    let logger: Logger

    func run() async {
        while !Task.isCancelled {
            do {
                try await store.forgetEvents(before: Date(timeIntervalSinceNow: -Self.days * 86_400))
                try await Task.sleep(for: .seconds(3600))
            } catch is CancellationError {
                return
            } catch {
                logger.error("old events could not be removed", metadata: ["reason": "\(error)"])
                do { try await Task.sleep(for: .seconds(3600)) } catch { return }
            }
        }
    }
}
