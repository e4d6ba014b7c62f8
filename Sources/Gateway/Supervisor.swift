import CMartlet
import Dispatch
import Logging
import Routing

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The gateway's quiet half, on a thread of its own: the routing table, the listening sockets and the control conversation.
/// The loop that relays never sees a file or a line of JSON.
final class Supervisor {
    private struct Bound {
        var endpoint: ListenerEndpoint
        var descriptor: Int32
    }

    private struct Failure {
        var problem: String
        var attempts: Int
        var retryAt: UInt64
    }

    /// A byte on `wake` that is no signal: stop.
    static let stopByte: UInt8 = 0

    private let options: GatewayOptions
    private let logger: Logger
    private let directory: GatewayDirectory
    private let mailbox: RelayMailbox
    private let book: LoginBook
    private var workshop: FrontDoorWorkshop
    /// Bytes: signal numbers, or `stopByte`.
    private let wake: Int32
    private var control: ControlSocket
    private var table = RoutingTable()
    private var problem: String?
    private var bound: [String: Bound] = [:]
    private var failures: [String: Failure] = [:]
    private var isRunning = true

    init(
        options: GatewayOptions, logger: Logger, directory: GatewayDirectory, mailbox: RelayMailbox, book: LoginBook, wake: Int32
    ) throws {
        self.options = options
        self.logger = logger
        self.directory = directory
        self.mailbox = mailbox
        self.book = book
        workshop = FrontDoorWorkshop(logger: logger)
        self.wake = wake
        control = ControlSocket(listener: try directory.openControl())
    }

    /// Returns when it was told to stop; the loop is then stopping too.
    func run() {
        apply()
        while isRunning { turn() }
        control.close()
        mailbox.send(.stop)
    }

    private func turn() {
        var polled = ([wake] + control.descriptors).map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
        let count = poll(&polled, nfds_t(polled.count), waitMilliseconds())
        if count > 0 {
            for entry in polled where entry.revents != 0 {
                if entry.fd == wake { obeySignals() } else { control.serve(entry.fd, answer: answer) }
            }
        }
        if failures.values.contains(where: { $0.retryAt <= martlet_now_ns() }) { converge() }
    }

    private func waitMilliseconds() -> Int32 {
        guard let next = failures.values.map(\.retryAt).min() else { return -1 }
        let now = martlet_now_ns()
        return next > now ? Int32(min((next - now + 999_999) / 1_000_000, 60_000)) : 0
    }

    private func obeySignals() {
        var bytes = [UInt8](repeating: 0, count: 16)
        let got = read(wake, &bytes, bytes.count)
        for byte in bytes.prefix(max(0, got)) {
            if Int32(byte) == SIGHUP { apply() } else { isRunning = false }
        }
        if !isRunning { logger.info("stopping") }
    }

    private func answer(_ call: GatewayControl.Call) -> GatewayControl.Report {
        switch call.request {
        case .apply: apply()
        case .report: break
        case .events:
            var report = report()
            report.events = book.events(after: call.after ?? 0, now: martlet_now_ns())
            return report
        case .stop: isRunning = false
        }
        return report()
    }

    /// Reads the table and makes the listeners match. A table that cannot be used changes nothing.
    private func apply() {
        switch RoutesFile.load(directory.routesPath) {
        case .table(let new):
            table = new
            problem = nil
        case .missing where table.routes.isEmpty: problem = nil
        case .missing:
            // Whoever wants no routes writes a table without any; a file that has vanished is somebody's mistake.
            problem = "\(directory.routesPath) is missing; the former table stays in force"
        case .unusable(let reason):
            problem = reason
            logger.error("the routing table was not applied", metadata: ["reason": "\(reason)"])
        }
        failures.removeAll()
        let prepared = workshop.prepare(table)
        mailbox.send(.routes(prepared))
        mailbox.send(.lobbies(workshop.lobbies(table, prepared)))
        book.keep(routes: Set(table.routes.map(\.id)))
        converge()
        logger.info(
            "routing table", metadata: ["revision": "\(table.revision)", "routes": "\(table.routes.count)"])
    }

    private func converge() {
        let now = martlet_now_ns()
        let known = Set(table.routes.map(\.id) + (table.sharedListeners ?? []).map(\.id))
        failures = failures.filter { known.contains($0.key) }
        let actions = ListenerPlan.actions(bound: bound.mapValues(\.endpoint), table: table)
        for case .close(let id) in actions { unlisten(id) }
        for case .vacate(let id) in actions { unlisten(id) }
        // The addresses are free only when the loop has closed the sockets.
        if !actions.isEmpty { _ = relayReport() }
        for action in actions {
            switch action {
            case .close, .vacate: break
            case .open(let id, let endpoint), .move(let id, let endpoint): listen(id, endpoint, now)
            }
        }
    }

    /// Opens a listener; one that the route has already is closed afterwards, and stays when this fails.
    private func listen(_ id: String, _ endpoint: ListenerEndpoint, _ now: UInt64) {
        if let failure = failures[id], failure.retryAt > now { return }
        let descriptor = martlet_tcp_listen(endpoint.address, UInt16(endpoint.port), Int32(options.limits.backlog))
        guard descriptor >= 0 else { return failed(id, endpoint, SystemError.text(-descriptor), now) }
        mailbox.send(.listen(route: id, descriptor: descriptor))
        unlisten(id)
        bound[id] = Bound(endpoint: endpoint, descriptor: descriptor)
        failures[id] = nil
        logger.info("listening", metadata: ["route": "\(id)", "endpoint": "\(endpoint)"])
    }

    private func failed(_ id: String, _ endpoint: ListenerEndpoint, _ reason: String, _ now: UInt64) {
        let attempts = (failures[id]?.attempts ?? 0) + 1
        if failures[id]?.problem != reason {
            logger.error("cannot listen", metadata: ["route": "\(id)", "endpoint": "\(endpoint)", "reason": "\(reason)"])
        }
        failures[id] = Failure(problem: reason, attempts: attempts, retryAt: now + BackOff.listener.delay(attempt: attempts))
    }

    private func unlisten(_ id: String) {
        guard let listener = bound.removeValue(forKey: id) else { return }
        mailbox.send(.unlisten(descriptor: listener.descriptor))
    }

    /// What is true now. The loop answers in turn, so everything that was asked of it before is done by then.
    private func report() -> GatewayControl.Report {
        let answered = relayReport()
        let counts = answered?.counts ?? [:]
        let listeners = table.routes.map { route in
            GatewayControl.Listener(
                id: route.id, address: route.address, port: route.port,
                listening: bound[route.id]?.endpoint == ListenerEndpoint(address: route.address, port: route.port),
                connections: counts[route.id]?.connections ?? 0, waiting: counts[route.id]?.waiting ?? 0,
                problem: failures[route.id]?.problem ?? workshop.problems[route.id], logins: book.totals(route: route.id))
        }
        let shared = (table.sharedListeners ?? []).map { listener in
            GatewayControl.Listener(
                id: listener.id, address: listener.address, port: listener.port, listening: bound[listener.id] != nil,
                problem: failures[listener.id]?.problem ?? workshop.problems[listener.id])
        }
        return GatewayControl.Report(
            processID: getpid(), revision: table.revision, listeners: listeners + shared, relay: answered?.relay,
            problem: answered == nil ? "the relay does not answer; the counts are not known" : problem)
    }

    private func relayReport() -> RelayReport? {
        let answer = RelayAnswer()
        mailbox.send(.report { answer.give($0) })
        return answer.wait()
    }
}

/// An answer from the loop, waited for in another thread.
private final class RelayAnswer: @unchecked Sendable {
    private let given = DispatchSemaphore(value: 0)
    // Written before the semaphore is signalled and read after it was waited for.
    private var report = RelayReport()

    func give(_ report: RelayReport) {
        self.report = report
        given.signal()
    }

    /// The loop answers within one round of events; if it does not, it is stuck, and a report must not be: nil.
    func wait() -> RelayReport? {
        given.wait(timeout: .now() + 5) == .success ? report : nil
    }
}
