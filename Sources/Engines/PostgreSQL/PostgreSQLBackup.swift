import Foundation

/// Copies a cluster at work by PostgreSQL's own protocol ("Making a Base Backup Using the Low Level API"): files first, in any
/// state, then the label and the log with which the copy recovers to the moment that the backup ended.
struct PostgreSQLBackup {
    let server: PostgreSQLServer

    /// A checkpoint comes first; on a slow disk it takes its time.
    static let checkpointPatience = Duration.seconds(600)
    private static let patience = Duration.seconds(60)

    /// Blocks.
    func perform(into draft: SnapshotDraft) throws {
        let connection = try AdminConnections.shared.connect(server, database: "postgres", .now + Self.patience)
        try connection.run("SET statement_timeout = 0; SET lock_timeout = 0", deadline: .now + Self.patience)
        try keepLog(connection)
        let words = Words(major: server.major)
        let start = try value(connection, words.start, .now + Self.checkpointPatience)
        try draft.copy(TreeListing(server.data, skip: Self.isLeftOut), of: server.data, mayVanish: true)
        let stop = try connection.run(words.stop, deadline: .now + Self.patience).first ?? []
        guard stop.count == 3, let label = stop[0], let map = stop[1], let end = stop[2] else {
            throw EngineError.damaged(what: "the server did not say how its backup ended")
        }
        guard map.allSatisfy(\.isWhitespace) else {
            throw EngineError.damaged(what: "the cluster has table spaces, which a snapshot cannot hold")
        }
        try draft.add("data/backup_label", Array(label.utf8))
        try copyLog(from: start, to: end, into: draft)
        // Until here the slot of this session has kept the log.
        withExtendedLifetime(connection) {}
    }

    /// The names that functions had until PostgreSQL 14.
    struct Words {
        var start: String
        var stop: String

        init(major: Int) {
            let called = major >= 15 ? "pg_backup_start('martlet', true)" : "pg_start_backup('martlet', true, false)"
            start = "SELECT pg_walfile_name(\(called))"
            stop =
                "SELECT labelfile, spcmapfile, pg_walfile_name(lsn) FROM "
                + (major >= 15 ? "pg_backup_stop(false)" : "pg_stop_backup(false, false)")
        }
    }

    /// Keeps the server from removing log that the copy needs. Where all slots are taken, or none are allowed, the log is
    /// complete all the same unless very much is written: `copyLog` finds out.
    private func keepLog(_ connection: PostgreSQLConnection) throws {
        let name = "martlet_snapshot_\(UUID().uuidString.lowercased().replacing("-", with: "_"))"
        let statement = "SELECT pg_create_physical_replication_slot('\(name)', true, true)"
        do {
            try connection.run(statement, deadline: .now + Self.patience)
        } catch EngineError.sql(_, state: let state) where ["53400", "55000"].contains(state) { return }
    }

    private func value(_ connection: PostgreSQLConnection, _ query: String, _ deadline: ContinuousClock.Instant) throws -> String
    {
        guard let value = try connection.run(query, deadline: deadline).first?.first ?? nil else {
            throw EngineError.damaged(what: "the server did not say how its backup began")
        }
        return value
    }

    private func copyLog(from start: String, to end: String, into draft: SnapshotDraft) throws {
        let directory = "\(server.data)/pg_wal"
        var listing = try TreeListing(directory) { $0.contains("/") || $0 == "archive_status" || $0 == "summaries" }
        listing.directories = []
        listing.files.removeAll { !$0.path.hasSuffix(".history") && !Self.isSegment($0.path, from: start, to: end) }
        let segments = listing.files.filter { !$0.path.hasSuffix(".history") }
        guard let bytes = segments.first?.size, let first = Self.number(start, segmentBytes: bytes),
            let last = Self.number(end, segmentBytes: bytes), last - first + 1 == UInt64(segments.count)
        else { throw EngineError.damaged(what: "the server has removed log that the copy needs; try again") }
        listing.files = listing.files.map { .init(path: "pg_wal/\($0.path)", size: $0.size) }
        try draft.copy(listing, of: server.data, mayVanish: false)
    }

    /// A segment's name: 8 hexadecimal digits each for the time line, the upper half of the position, and the segment in it.
    static func isSegment(_ name: String, from start: String, to end: String) -> Bool {
        name.utf8.count == 24 && name.allSatisfy(\.isHexDigit) && name.prefix(8) == end.prefix(8) && (start...end).contains(name)
    }

    /// Which segment of its time line it is.
    static func number(_ name: String, segmentBytes: Int64) -> UInt64? {
        guard name.utf8.count == 24, segmentBytes > 0, let upper = UInt64(name.dropFirst(8).prefix(8), radix: 16),
            let lower = UInt64(name.suffix(8), radix: 16)
        else { return nil }
        return upper * (UInt64(1) << 32 / UInt64(segmentBytes)) + lower
    }

    /// The files of a server that does not run: with all its log, so that one that was killed recovers.
    static func copyStopped(_ server: PostgreSQLServer, into draft: SnapshotDraft) throws {
        let listing = try TreeListing(server.data) { isLeftOut($0) && !$0.hasPrefix("pg_wal/") }
        try draft.copy(listing, of: server.data, mayVanish: false)
    }

    /// What a copy has to be without, and what a server makes again (documentation as above; `basebackup.c`).
    static func isLeftOut(_ path: String) -> Bool {
        let parts = path.split(separator: "/")
        if parts.count > 1, emptied.contains(String(parts[0])) { return true }
        let name = String(parts.last ?? "")
        return (parts.count == 1 && single.contains(name)) || name.hasPrefix("pgsql_tmp") || name.hasPrefix("pg_internal.init")
            || name.hasPrefix(".s.PGSQL.") || name.hasSuffix(".partial")
    }

    private static let emptied: Set = [
        "pg_dynshmem", "pg_notify", "pg_replslot", "pg_serial", "pg_snapshots", "pg_stat_tmp", "pg_subtrans", "pg_wal",
    ]
    private static let single: Set = [
        "backup_label", "backup_label.old", "backup_manifest", "current_logfiles", "logrotate", "postmaster.opts",
        "postmaster.pid", "recovery.signal", "standby.signal", "tablespace_map", "tablespace_map.old",
    ]
}
