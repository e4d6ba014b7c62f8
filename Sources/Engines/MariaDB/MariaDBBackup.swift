import CMartlet
import Foundation

/// Copies a data directory at work, as `mariadb-backup` does, without another program: pages in any state first, then, behind
/// `BACKUP STAGE BLOCK_COMMIT`, the rest and the redo log. Clients' commits wait only for the second part.
///
/// The log begins with where the last checkpoint was. Taken from the moment before the first page was copied, it makes
/// recovery go over everything that has happened since; the log is a ring, so this holds as long as less was written to it
/// meanwhile than it can hold. Where more was, the copy is made again, in the end behind a lock for all of it.
struct MariaDBBackup {
    let server: MariaDBServer

    static let log = "ib_logfile0"
    private static let patience = Duration.seconds(60)
    private static let attempts = 3

    /// Blocks.
    func perform(into draft: SnapshotDraft) throws {
        for attempt in 1...Self.attempts {
            if try copy(into: draft, isLocked: attempt == Self.attempts) { return }
            try draft.clear()
        }
        throw EngineError.damaged(what: "more was written while the data were copied than the redo log holds")
    }

    /// Has all commits on the disk that there were until now.
    func flushLogs() throws {
        let deadline = ContinuousClock.now + Self.patience
        try MariaDBConnections.shared.connect(server, deadline).run("FLUSH NO_WRITE_TO_BINLOG ENGINE LOGS", deadline: deadline)
    }

    /// False when the log was overrun.
    private func copy(into draft: SnapshotDraft, isLocked: Bool) throws -> Bool {
        let connection = try MariaDBConnections.shared.connect(server, .now + Self.patience)
        func run(_ statement: String) throws { try connection.run(statement, deadline: .now + Self.patience) }
        // Tables are neither made nor dropped nor renamed until the session ends; rows are written on.
        for stage in ["START", "FLUSH", "BLOCK_DDL"] { try run("BACKUP STAGE \(stage)") }
        if isLocked { try run("BACKUP STAGE BLOCK_COMMIT") }
        let header = try RedoLogHeader(ofFile: "\(server.data)/\(Self.log)")
        let pages = try TreeListing(server.data) { Self.isLeftOut($0) || !Self.isDirectoryOrPages($0) }
        try draft.copy(Self.onlyFiles(pages, Self.isPages), of: server.data, mayVanish: true) {
            InnoDBPages(isSystem: $0.hasPrefix("ibdata"))
        }
        if !isLocked { try run("BACKUP STAGE BLOCK_COMMIT") }
        // Commits that were not to be flushed one by one are in the copy, too.
        try run("FLUSH NO_WRITE_TO_BINLOG ENGINE LOGS")
        let rest = try TreeListing(server.data) { Self.isLeftOut($0) || Self.isPages($0) }
        // The log of the copy begins with the checkpoint from before the first page.
        try draft.copy(rest, of: server.data, mayVanish: true, beginnings: [Self.log: header.bytes])
        let position = try logPosition(connection)
        guard position >= header.checkpoint, position - header.checkpoint < header.capacity / 10 * 9 else { return false }
        try run("BACKUP STAGE END")
        return true
    }

    private func logPosition(_ connection: MariaDBConnection) throws -> UInt64 {
        let rows = try connection.run("SHOW GLOBAL STATUS LIKE 'Innodb_lsn_current'", deadline: .now + Self.patience)
        guard let row = rows.first, row.count == 2, let position = row[1].flatMap({ UInt64($0) }) else {
            throw EngineError.damaged(what: "the server does not say where its log ends")
        }
        return position
    }

    private static func onlyFiles(_ listing: TreeListing, _ wanted: (String) -> Bool) -> TreeListing {
        var listing = listing
        listing.files.removeAll { !wanted($0.path) }
        return listing
    }

    /// The files of a server that does not run, with its change log: one that was killed may need it to recover.
    static func copyStopped(_ server: MariaDBServer, into draft: SnapshotDraft) throws {
        let listing = try TreeListing(server.data) { isLeftOut($0) && !isChangeLog($0) }
        try draft.copy(listing, of: server.data, mayVanish: false)
    }

    private static func isDirectoryOrPages(_ path: String) -> Bool { isPages(path) || !path.contains(".") }

    /// Table spaces: what the redo log makes whole again.
    static func isPages(_ path: String) -> Bool {
        let name = path.split(separator: "/").last ?? ""
        return name.hasSuffix(".ibd") || (!path.contains("/") && (name.hasPrefix("ibdata") || name.hasPrefix("undo")))
    }

    static func isChangeLog(_ path: String) -> Bool { !path.contains("/") && path.hasPrefix("mysql-bin-changelog.") }

    /// What belongs to a running process, and what a server makes again. The log of changes is its former owner's: nothing that
    /// is in it is under way, since commits are held off.
    static func isLeftOut(_ path: String) -> Bool {
        if path.hasPrefix("\(MariaDBServer.temporaryDirectory)/") { return true }
        guard !path.contains("/") else { return false }
        return ["mysql.sock", "mariadbd.pid", "ibtmp1", "aria_log_control.lock"].contains(path) || isChangeLog(path)
            || path.hasPrefix("martlet-") && path.hasSuffix(".sql") || path.hasSuffix(".partial")
    }
}

/// The beginning of InnoDB's redo log, where it says from where recovery has to begin.
///
/// Source: MariaDB's `storage/innobase/include/log0log.h`: two checkpoints, written in turn; since 10.8 at 4096 and 8192 with
/// the log from 12288 on, before at 512 and 1536 with the log from 2048 on.
struct RedoLogHeader: Equatable {
    var bytes: [UInt8]
    /// The later of the two checkpoints.
    var checkpoint: UInt64
    /// What the ring holds.
    var capacity: UInt64

    /// `log_t::FORMAT_10_8`, `log_t::FORMAT_10_5`.
    private static let layouts: [UInt32: (checkpoints: [Int], lsn: Int, checksum: Int, length: Int)] = [
        0x5068_7973: ([4096, 8192], 0, 60, 12288), 0x5048_5953: ([512, 1536], 8, 508, 2048),
    ]

    init(ofFile path: String) throws(EngineError) {
        let file = try Descriptor(opening: path, O_RDONLY | O_NOFOLLOW)
        var found = stat()
        try system("look at \(path)") { fstat(file.number, &found) }
        var bytes = [UInt8](repeating: 0, count: 12288)
        let count = bytes.withUnsafeMutableBytes { pread(file.number, $0.baseAddress, $0.count, 0) }
        guard count == bytes.count else { throw .damaged(what: "\(path) is too short to be a redo log") }
        guard let header = RedoLogHeader(bytes, fileBytes: UInt64(found.st_size)) else {
            throw .damaged(what: "\(path) has a format that is not known here")
        }
        self = header
    }

    init?(_ all: [UInt8], fileBytes: UInt64) {
        func number(_ at: Int, _ length: Int) -> UInt64 { all[at..<(at + length)].reduce(0) { $0 << 8 | UInt64($1) } }
        guard let layout = Self.layouts[UInt32(number(0, 4))], fileBytes > UInt64(layout.length) else { return nil }
        bytes = Array(all[..<layout.length])
        // One of them may be half written: recovery takes the other then, and so do we.
        let whole = layout.checkpoints.filter { at in
            let stored = UInt32(number(at + layout.checksum, 4))
            return all[at..<(at + layout.checksum)].withUnsafeBytes { martlet_crc32c(0, $0.baseAddress, $0.count) } == stored
        }
        checkpoint = whole.map { number($0 + layout.lsn, 8) }.max() ?? 0
        capacity = fileBytes - UInt64(layout.length)
        guard checkpoint > 0 else { return nil }
    }
}
