import CMariaDB
import Foundation

/// A connection to a server as `rdsadmin`. Blocks its thread; used by one at a time.
///
/// No wait is longer than the deadline given, whatever state the server is in: the client library's non-blocking calls
/// (Connector/C, `mysql_*_start` and `mysql_*_cont`) say what they wait for, and the waiting is done here.
final class MariaDBConnection: @unchecked Sendable, AdministratorConnection {
    /// Rows as text; nil for NULL.
    typealias Rows = [[String?]]

    struct Address {
        var socket: String
        var username: String
        var password: String
    }

    let openedAt = ContinuousClock.now
    /// When the wait for the present answer began.
    private var askedAt = ContinuousClock.now
    private let handle: UnsafeMutablePointer<MYSQL>

    /// - Throws: `EngineError.sql` with the server's refusal, `EngineError.timedOut`.
    init(_ address: Address, deadline: ContinuousClock.Instant) throws {
        Self.prepareLibrary
        guard let handle = mysql_init(nil) else { throw EngineError.outOfMemory(what: "connect") }
        self.handle = handle
        mysql_options(handle, MYSQL_OPT_NONBLOCK, nil)
        mysql_options(handle, MYSQL_SET_CHARSET_NAME, "utf8mb4")
        var off: UInt32 = 0
        mysql_options(handle, MYSQL_OPT_LOCAL_INFILE, &off)
        try establish(address, deadline)
    }

    deinit { mysql_close(handle) }

    /// The library initialises itself at the first use, which is not safe from several threads.
    private static let prepareLibrary: Void = { _ = mysql_server_init(0, nil, nil) }()

    private func establish(_ address: Address, _ deadline: ContinuousClock.Instant) throws {
        // A socket path must fit into `sun_path`; a descriptor's name in /proc is a short one for the same directory.
        let fits = address.socket.utf8.count <= 107
        let descriptor = fits ? nil : try Descriptor.directory(FileSystem.parent(address.socket))
        let path = descriptor.map { "/proc/self/fd/\($0.number)/\(FileSystem.lastComponent(address.socket))" } ?? address.socket
        var connected: UnsafeMutablePointer<MYSQL>?
        // The library keeps the pointers that it was given until the call is complete.
        let words: [UnsafeMutablePointer<CChar>?] = [strdup(address.username), strdup(address.password), strdup(path)]
        defer { words.forEach { free($0) } }
        try withExtendedLifetime(descriptor) {
            try complete(
                deadline,
                start: {
                    mysql_real_connect_start(
                        &connected, handle, nil, words[0], words[1], nil, 0, words[2], UInt(CLIENT_MULTI_STATEMENTS))
                },
                proceed: { mysql_real_connect_cont(&connected, handle, $0) })
        }
        guard connected != nil else { throw failure }
    }

    /// Runs a call of the library to its end.
    private func complete(
        _ deadline: ContinuousClock.Instant, start: () -> Int32, proceed: (Int32) -> Int32
    ) throws {
        askedAt = .now
        var wanted = start()
        while wanted != 0 { wanted = proceed(try wait(for: wanted, deadline)) }
    }

    private func wait(for wanted: Int32, _ deadline: ContinuousClock.Instant) throws -> Int32 {
        var events: Int32 = 0
        if wanted & MYSQL_WAIT_READ != 0 { events |= POLLIN }
        if wanted & MYSQL_WAIT_WRITE != 0 { events |= POLLOUT }
        if wanted & MYSQL_WAIT_EXCEPT != 0 { events |= POLLPRI }
        let socket = Int32(mysql_get_socket(handle))
        return Self.happened(try AnswerWait.events(events, at: socket, asked: askedAt, until: deadline), wanted)
    }

    /// A hang-up counts as what was waited for: the library finds out by itself.
    private static func happened(_ events: Int32, _ wanted: Int32) -> Int32 {
        var happened: Int32 = 0
        if events & POLLIN != 0 { happened |= MYSQL_WAIT_READ }
        if events & POLLOUT != 0 { happened |= MYSQL_WAIT_WRITE }
        if events & POLLPRI != 0 { happened |= MYSQL_WAIT_EXCEPT }
        return happened & wanted == 0 ? wanted & ~MYSQL_WAIT_TIMEOUT : happened & wanted
    }

    /// Runs statements, each by itself; the rows of the last one.
    @discardableResult
    func run(_ statements: String, deadline: ContinuousClock.Instant) throws -> Rows {
        var bytes = Array(statements.utf8)
        var code: Int32 = 0
        let count = UInt(bytes.count)
        try bytes.withUnsafeMutableBufferPointer { buffer in
            // Connector/C takes the text as it is for as long as the call lasts.
            let text = UnsafeMutableRawPointer(buffer.baseAddress).map { $0.assumingMemoryBound(to: CChar.self) }
            try complete(
                deadline, start: { mysql_real_query_start(&code, handle, text, count) },
                proceed: { mysql_real_query_cont(&code, handle, $0) })
        }
        guard code == 0 else { throw failure }
        var rows = try result(deadline)
        while mysql_more_results(handle) != 0 {
            try complete(
                deadline, start: { mysql_next_result_start(&code, handle) },
                proceed: { mysql_next_result_cont(&code, handle, $0) })
            guard code == 0 else { throw failure }
            rows = try result(deadline)
        }
        return rows
    }

    private func result(_ deadline: ContinuousClock.Instant) throws -> Rows {
        var result: UnsafeMutablePointer<MYSQL_RES>?
        try complete(
            deadline, start: { mysql_store_result_start(&result, handle) },
            proceed: { mysql_store_result_cont(&result, handle, $0) })
        guard let result else {
            guard mysql_errno(handle) == 0 else { throw failure }
            return []
        }
        defer { mysql_free_result(result) }
        return Self.rows(result)
    }

    private static func rows(_ result: UnsafeMutablePointer<MYSQL_RES>) -> Rows {
        let columns = Int(mysql_num_fields(result))
        var rows: Rows = []
        while let row = mysql_fetch_row(result), let lengths = mysql_fetch_lengths(result) {
            rows.append(
                (0..<columns).map { column in
                    row[column].map { text in
                        String(decoding: UnsafeRawBufferPointer(start: text, count: Int(lengths[column])), as: UTF8.self)
                    }
                })
        }
        return rows
    }

    /// What the server or the library refused last. Error numbers: MariaDB's mysqld_error.h and Connector/C's errmsg.h.
    private var failure: EngineError {
        let message = String(cString: mysql_error(handle))
        switch mysql_errno(handle) {
        case 1021: return .diskFull(what: message)
        case 1037, 1038, 2008: return .outOfMemory(what: message)
        // The client's own troubles, and what the server says while it goes down.
        case 2000..<3000, 1053, 1927: return .sql(message: message, state: "08006")
        case let number:
            let state = String(cString: mysql_sqlstate(handle))
            return .sql(message: "\(message) (\(number))", state: state)
        }
    }
}
