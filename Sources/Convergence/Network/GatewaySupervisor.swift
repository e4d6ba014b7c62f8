public import Logging
public import Routing

/// Keeps the gateway process alive. The gateway outlives us; a gateway that ends while we run is started again at once.
public struct GatewaySupervisor: Sendable {
    /// How the gateway is started and watched: the hands belong to whoever may start programs.
    public struct Hands: Sendable {
        /// Starts a gateway detached and returns; harmless when one is running.
        public var start: @Sendable () async throws -> Void
        /// Returns when the process of that id has ended.
        public var end: @Sendable (_ pid: Int32) async -> Void

        public init(start: @escaping @Sendable () async throws -> Void, end: @escaping @Sendable (_ pid: Int32) async -> Void) {
            self.start = start
            self.end = end
        }
    }

    private let hands: Hands
    private let client: GatewayControlClient
    private let routes: RoutePublisher
    private let logger: Logger

    public init(hands: Hands, client: GatewayControlClient, routes: RoutePublisher, logger: Logger) {
        self.hands = hands
        self.client = client
        self.routes = routes
        self.logger = logger
    }

    /// Returns once a gateway answers and has applied the table, or when cancelled.
    func ensureRunning() async {
        var pauseMs = 10
        while !Task.isCancelled {
            do {
                if await isAnswering() {
                    try await routes.refresh()
                    return
                }
                try await hands.start()
                if await answers(within: .seconds(5)) { continue }
                logger.error("the gateway was started but does not answer")
            } catch {
                logger.error("the gateway cannot be started", metadata: ["reason": "\(error)"])
            }
            pauseMs = min(pauseMs * 2, 5_000)
            do { try await Task.sleep(for: .milliseconds(pauseMs)) } catch { return }
        }
    }

    /// Waits for the gateway's end, again and again, and puts another in its place.
    func supervise(restarted: @Sendable () -> Void) async {
        while !Task.isCancelled {
            if let report = await client.reportIfRunning() { await hands.end(report.processID) }
            if Task.isCancelled { return }
            await routes.gatewayEnded()
            await ensureRunning()
            if !Task.isCancelled { restarted() }
        }
    }

    private func isAnswering() async -> Bool {
        // No answer is the expected answer here: the question is only whether there is one.
        await client.reportIfRunning() != nil
    }

    private func answers(within limit: Duration) async -> Bool {
        let deadline = ContinuousClock.now + limit
        while ContinuousClock.now < deadline, !Task.isCancelled {
            if await isAnswering() { return true }
            do { try await Task.sleep(for: .milliseconds(5)) } catch { return false }
        }
        return false
    }
}
