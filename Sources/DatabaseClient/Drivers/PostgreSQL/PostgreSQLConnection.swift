internal import CLibPQ
internal import Foundation

/// A connection through libpq, which never blocks a thread: a loop waits for its socket.
///
/// One task uses it at a time, which the pool sees to; hence `@unchecked`.
final class PostgreSQLConnection: DriverConnection, @unchecked Sendable {
    let pointer: OpaquePointer
    let readiness: Readiness
    let canceller: PostgreSQLCanceller
    var statements: StatementCache
    private(set) var isBroken = false
    private let closing = CloseOnce()
    let socketEnd: SocketEnd

    /// - Parameter pointer: a connection that is established.
    init(_ pointer: OpaquePointer, statements: StatementCache) {
        self.pointer = pointer
        self.statements = statements
        canceller = PostgreSQLCanceller(pointer)
        socketEnd = SocketEnd(of: PQsocket(pointer))
        readiness = Readiness(socketEnd.socket)
        PQsetnonblocking(pointer, 1)
        PQsetNoticeProcessor(pointer, { _, _ in }, nil)
    }

    deinit { PQfinish(pointer) }

    /// Ends the session at the socket. The memory lives on until nobody uses it.
    func abort() {
        closing.run { socketEnd.shutDown() }
        readiness.wake()
    }

    var hasHungUp: Bool { isBroken || closing.isDone || !IdleSocket.isSilent(socketEnd.descriptor) }

    var isReusable: Bool {
        !isBroken && PQstatus(pointer) == CONNECTION_OK && PQtransactionStatus(pointer) == PQTRANS_IDLE
    }

    var transaction: TransactionState {
        switch PQtransactionStatus(pointer) {
        case PQTRANS_IDLE: .none
        case PQTRANS_INERROR: .failed
        default: .open
        }
    }

    func markBroken() { isBroken = true }

    /// What libpq says of its last failure, in one line.
    var message: String {
        String(cString: PQerrorMessage(pointer)).split(separator: "\n").joined(separator: " ")
            .trimmingCharacters(in: .whitespaces)
    }

    func isAlive() async -> Bool {
        do {
            _ = try await run(RenderedSQL(text: "SELECT 1", values: []), StatementLimits(timeout: .seconds(5)))
            return isReusable
        } catch {
            return false
        }
    }
}

/// Sends cancel requests for one session, over a connection of their own.
///
/// The request object is a copy: it may be used by any thread.
final class PostgreSQLCanceller: @unchecked Sendable {
    private let request: OpaquePointer?

    init(_ connection: OpaquePointer) { request = PQgetCancel(connection) }
    deinit { PQfreeCancel(request) }

    /// Waits until the server has taken the request: afterwards it can hit no later statement. False when that took too long.
    func cancel(within limit: Duration) async -> Bool {
        await BlockingWork.run(within: limit) { [self] in
            var reason = [CChar](repeating: 0, count: 256)
            PQcancel(request, &reason, 256)
            return true
        } ?? false
    }
}

/// Which statements are prepared on the server: those that come again and again.
struct StatementCache {
    /// A text used so often is prepared.
    static let threshold = 3
    static let preparedLimit = 200
    private static let countedLimit = 1000

    /// False behind poolers that share sessions between transactions.
    var isEnabled: Bool
    private var names: [ExactText: String] = [:]
    private var uses: [ExactText: Int] = [:]
    private var made = 0

    init(isEnabled: Bool) { self.isEnabled = isEnabled }

    enum Use: Equatable {
        case plain
        case prepare(name: String)
        case prepared(name: String)
    }

    /// How to send this text now.
    mutating func use(_ text: String) -> Use {
        guard isEnabled else { return .plain }
        let text = ExactText(text)
        if let name = names[text] { return .prepared(name: name) }
        guard names.count < Self.preparedLimit else { return .plain }
        if uses.count >= Self.countedLimit { uses = [:] }
        uses[text, default: 0] += 1
        guard uses[text] ?? 0 >= Self.threshold else { return .plain }
        made += 1
        return .prepare(name: "dc_\(made)")
    }

    mutating func prepared(_ text: String, name: String) {
        names[ExactText(text)] = name
        uses[ExactText(text)] = nil
    }

    mutating func forget(_ text: String) { names[ExactText(text)] = nil }
}
