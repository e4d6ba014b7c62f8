internal import Synchronization

/// The pools of those who answer reads, and the watch over how far behind they are.
final class ReplicaSet: Sendable {
    private struct State {
        var router: ReplicaRouter
        var watch: Task<Void, Never>?
        var isOver = false
    }

    private let state: Mutex<State>
    /// Reads that no replica answers: read-only sessions of the writer.
    private let writer: SessionSource
    private let replicas: [SessionSource]
    /// One connection each, apart from the work, so that a busy pool does not look like a dead server.
    private let probes: [SessionSource]
    private let writerProbe: SessionSource?
    private let interval: Duration

    init(_ configuration: DatabaseConfiguration) throws(DatabaseError) {
        writer = try Database.source(configuration.writer, .reader, configuration, name: "writer-reads")
        var probing = configuration
        probing.readerPool = Self.probePool
        probing.statementTimeout = .seconds(2)
        var replicas: [SessionSource] = []
        var probes: [SessionSource] = []
        for (index, url) in configuration.readers.enumerated() {
            replicas.append(try Database.source(url, .reader, configuration, name: "reader-\(index + 1)", waitsForServer: false))
            probes.append(try Database.source(url, .reader, probing, name: "probe-\(index + 1)", waitsForServer: false))
        }
        self.replicas = replicas
        self.probes = probes
        writerProbe =
            replicas.isEmpty ? nil : try Database.source(configuration.writer, .reader, probing, name: "probe-writer")
        interval = configuration.lagInterval
        state = Mutex(
            State(
                router: ReplicaRouter(
                    count: replicas.count, lagLimit: configuration.lagLimit, tolerance: configuration.lagInterval * 2)))
    }

    private static var probePool: PoolConfiguration {
        var pool = PoolConfiguration()
        pool.maximum = 1
        pool.overflow = 0
        pool.acquireTimeout = .seconds(2)
        pool.connectTimeout = .seconds(2)
        return pool
    }

    /// Something may have been written.
    func noteWrite() {
        guard !replicas.isEmpty else { return }
        let now = ContinuousClock.now
        state.withLock { $0.router.wrote(at: now) }
    }

    /// Runs `body` on the server whose turn it is. When a replica fails, another is asked, and in the end the writer: reading
    /// twice does no harm.
    func read<Value>(
        _ consistency: ReadConsistency, _ place: CallPlace, _ body: (Session) async throws -> Value
    ) async throws -> Value {
        startWatch()
        var tried: Set<Int> = []
        while let index = state.withLock({ $0.router.choose(consistency, excluding: tried) }) {
            do {
                return try await replicas[index].withSession(place, body)
            } catch let error as DatabaseError where Self.isServersFault(error) {
                tried.insert(index)
                state.withLock { $0.router.failed(index) }
            }
        }
        do {
            return try await writer.withSession(place, body)
        } catch DatabaseError.connectionLost {
            return try await writer.withSession(place, body)
        }
    }

    private static func isServersFault(_ error: DatabaseError) -> Bool {
        switch error {
        case .connectFailed, .connectionLost: true
        // A replica cancels a query that stands in the way of replay.
        case .server(let refusal): refusal.isSerializationFailure
        default: false
        }
    }

    func shutdown() async {
        let watch = state.withLock { state in
            state.isOver = true
            return state.watch
        }
        watch?.cancel()
        await watch?.value
        await withDiscardingTaskGroup { group in
            for source in replicas + probes + [writer] + (writerProbe.map { [$0] } ?? []) {
                group.addTask { await source.pool.shutdown() }
            }
        }
    }

    /// The lag of each replica, for those who want to see it; nil: unknown or down.
    var lags: [Duration?] {
        state.withLock { state in
            state.router.replicas.indices.map { state.router.replicas[$0].isUp ? state.router.lag($0) : nil }
        }
    }

    // MARK: - The watch

    private func startWatch() {
        guard !replicas.isEmpty else { return }
        state.withLock { state in
            guard state.watch == nil, !state.isOver else { return }
            state.watch = Task { [weak self, interval] in
                while !Task.isCancelled {
                    await self?.observe()
                    do { try await Task.sleep(for: interval) } catch { return }
                }
            }
        }
    }

    private func observe() async {
        guard let writerProbe else { return }
        let asked = ContinuousClock.now
        if case .success(let position?) = await Self.position(writerProbe) {
            state.withLock { $0.router.sampled(position, at: asked) }
        }
        await withDiscardingTaskGroup { group in
            for (index, probe) in probes.enumerated() {
                group.addTask {
                    let answer = await Self.position(probe)
                    self.state.withLock { state in
                        switch answer {
                        case .success(let position): state.router.answered(index, position)
                        case .failure: state.router.failed(index)
                        }
                    }
                }
            }
        }
    }

    /// Where a server is in the history; nil in a success: it lives, and cannot say.
    private static func position(_ source: SessionSource) async -> Result<ReplicationPosition?, any Error> {
        let sql: SQL =
            switch source.engine {
            case .postgresql:
                """
                SELECT (CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_lsn() END \
                - '0/0'::pg_lsn)::text
                """
            case .mysql:
                "SELECT CASE @@global.gtid_slave_pos WHEN '' THEN @@global.gtid_binlog_pos ELSE @@global.gtid_slave_pos END"
            case .sqlite: "SELECT ''"
            }
        do {
            let rows = try await source.withSession(CallPlace(#fileID, #line)) { try await $0.run(sql, .readOnly) }
            guard let text = try rows.first?.decode(String?.self) else { return .success(nil) }
            return .success(ReplicationPosition(text, source.engine))
        } catch DatabaseError.server {
            return .success(nil)
        } catch {
            return .failure(error)
        }
    }
}
