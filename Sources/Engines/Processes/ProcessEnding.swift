import CMartlet
import Foundation

/// How a process is asked to end, ever less politely.
struct ProcessEnding: Sendable, Equatable {
    struct Step: Sendable, Equatable {
        var signal: Int32
        /// How long the process may take over it.
        var patience: Duration
    }

    var steps: [Step]

    /// Performs the steps until this very process is gone. Stops asking at once when it was never there.
    ///
    /// - Returns: the last signal that was sent; nil when none was needed.
    func perform(on identity: ProcessIdentity, watcher: ProcessWatcher = .shared) async throws -> Int32? {
        try await watcher.withWatch(on: identity) { watch in
            for step in steps {
                if martlet_pidfd_send_signal(watch.pidDescriptor.number, step.signal) != 0, errno != ESRCH {
                    throw EngineError.refused("signal process \(identity.pid)", errno)
                }
                if await watch.ends(within: step.patience) { return step.signal }
                try Task.checkCancellation()
            }
            let patience = steps.reduce(Duration.zero) { $0 + $1.patience }
            throw EngineError.timedOut(what: "ending process \(identity.pid)", seconds: Int(patience.components.seconds))
        }
    }
}
