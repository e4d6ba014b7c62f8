internal import Convergence
internal import Foundation
internal import Logging
internal import Resources
internal import ServiceLifecycle
internal import UnixSignals

/// The control plane, put together: see `App+build`.
struct App: Sendable {
    let lock: ServeLock
    let api: APIServer
    let convergence: Convergence
    let logger: Logger

    /// Runs until SIGTERM or SIGINT. Databases and the gateway go on.
    func run() async throws {
        var configuration = ServiceGroupConfiguration(
            services: [ConvergenceService(convergence: convergence), api, Housekeeping()],
            gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
        configuration.maximumGracefulShutdownDuration = .seconds(10)
        try await ServiceGroup(configuration: configuration).run()
        withExtendedLifetime(lock) { logger.info("stopped; databases and gateway go on") }
    }
}

/// Convergence as a service: a graceful end cancels it, which leaves every server as it is.
private struct ConvergenceService: Service {
    let convergence: Convergence

    func run() async {
        await cancelWhenGracefulShutdown { await convergence.run() }
    }
}

/// Keeps the control plane small between bursts of work.
private struct Housekeeping: Service {
    static let period = Duration.seconds(10)

    func run() async {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do { try await Task.sleep(for: Self.period) } catch { return }
                StartupPages.release()
            }
        }
    }
}
