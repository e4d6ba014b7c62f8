import CMartlet
import Foundation
public import Logging
import Synchronization

#if canImport(Glibc)
    import Glibc
#endif

/// The gateway process: one listener for each route of `DIR/gateway/routes.json`, relaying to the servers' Unix sockets.
///
/// It starts from the table on disk, obeys the control socket (`GatewayControl`), and needs no control plane to go on. SIGTERM,
/// SIGINT or `stop()` end it; SIGHUP makes it read the table again.
public final class GatewayServer: Sendable {
    private let options: GatewayOptions
    private let logger: Logger
    private let wake = Mutex<Wake>(.notRunning)

    private enum Wake: Equatable {
        case notRunning
        case stopped
        /// The writing end of the supervisor's pipe.
        case running(Int32)
    }

    public init(options: GatewayOptions, logger: Logger) {
        self.options = options
        self.logger = logger
    }

    /// Serves until it is told to stop or the task is cancelled; then everything is closed. Does not occupy the caller's thread.
    ///
    /// - Throws: `GatewayError.alreadyRunning` when another gateway serves this directory, `GatewayError.system`.
    public func run() async throws {
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
                Thread {
                    // By itself a thread is called as the one that made it; a name from before it runs is not told to the system.
                    Thread.current.name = "gateway"
                    continuation.resume(with: Result { try self.runBlocking() })
                }.start()
            }
        } onCancel: {
            stop()
        }
    }

    /// As `run`, in the caller's thread.
    public func runBlocking() throws {
        let directory = try GatewayDirectory(dataDirectory: options.directory)
        defer { directory.close() }
        var ends: [Int32] = [-1, -1]
        try GatewayError.check(martlet_wake_pipe(&ends), "pipe")
        defer { ends.forEach(martlet_close) }
        guard begin(ends[1]) else { return }
        defer { wake.withLock { $0 = .stopped } }
        try serve(directory, wakeEnd: ends[0])
    }

    /// Ends `run`. Callable from any thread, at any time.
    public func stop() {
        wake.withLock { state in
            if case .running(let descriptor) = state {
                var byte = Supervisor.stopByte
                // Fails only when the pipe is full of wake-ups already.
                _ = write(descriptor, &byte, 1)
            }
            if state == .notRunning { state = .stopped }
        }
    }

    private func begin(_ descriptor: Int32) -> Bool {
        wake.withLock { state in
            guard state == .notRunning else { return false }
            state = .running(descriptor)
            if options.handlesSignals { martlet_signals_to(descriptor) }
            return true
        }
    }

    private func serve(_ directory: GatewayDirectory, wakeEnd: Int32) throws {
        defer { if options.handlesSignals { martlet_signals_to(-1) } }
        let options = fitted()
        let book = LoginBook()
        let loop = try RelayLoop(options: options, logger: logger, book: book)
        let supervisor = try Supervisor(
            options: options, logger: logger, directory: directory, mailbox: loop.mailbox, book: book, wake: wakeEnd)
        try directory.writeProcessFile()
        logger.info("gateway started", metadata: ["pid": "\(getpid())", "directory": "\(directory.path)"])
        let ended = DispatchSemaphore(value: 0)
        Thread {
            Thread.current.name = "relay"
            loop.run()
            ended.signal()
        }.start()
        supervisor.run()
        ended.wait()
        logger.info("gateway stopped")
    }

    /// The limits that the system's limit of open files leaves room for: two for each connection, some for everything else.
    private func fitted() -> GatewayOptions {
        let files = martlet_raise_open_files()
        guard files > 0 else { return options }
        var fitted = options
        let most = max(16, (Int(files) - 256) / 2)
        if options.limits.connections > most {
            logger.notice("fewer connections, for want of open files", metadata: ["limit": "\(most)", "files": "\(files)"])
            fitted.limits.connections = most
        }
        return fitted
    }
}
