internal import DatabaseURLs
internal import Foundation

/// Moves schema and rows from one database into another.
public final class Migration {
    private let source: any SQLSession
    private let target: any SQLSession
    private let state: MigrationState
    /// What a later run must come from to go on with this one.
    private let sourceName: String
    public let catalogue: Catalogue
    private let scripts: [TableScript]
    private let notes: [String]
    /// True when an earlier run was interrupted and this one goes on.
    public let isResumed: Bool
    /// True when the target holds an unfinished migration of another source.
    public let isForeign: Bool
    private let loadsLocal: Bool
    private let batchBytes: Int
    public private(set) var report = MigrationReport()

    /// Looks at the target; changes nothing.
    ///
    /// - Parameters:
    ///   - sourceName: the source without its password.
    ///   - batchBytes: rows are written, and the place is kept, in pieces of this size; two are in memory.
    /// - Throws: `ToolkitError` when the target is the source itself or another migration is at work there, `SQLFailure`.
    public init(_ plan: MigrationPlan, named sourceName: String, to target: any SQLSession, batchBytes: Int = 8 << 20) throws {
        guard try !SameDatabase.check(plan.source, target) else {
            throw ToolkitError("FROM and TO are the same database: nothing was changed")
        }
        source = plan.source
        catalogue = plan.catalogue
        notes = plan.notes
        self.target = target
        self.sourceName = sourceName
        self.batchBytes = batchBytes
        state = MigrationState(session: target)
        try MigrationSettings.openTarget(target)
        try MigrationLock.take(in: target)
        let present = try TargetNames.present(target, besides: catalogue.tables)
        scripts = try MigrationPlan.scripts(catalogue, target.dialect, besides: present)
        let former = try state.exists() ? try state.place(of: MigrationState.whole)?.key : nil
        isResumed = former == [sourceName]
        isForeign = former != nil && !isResumed
        loadsLocal = try target.dialect == .mysql && target.value("SELECT @@local_infile") == "1"
    }

    /// Reads the source first; what `MigrationPlan` throws is thrown here.
    public convenience init(
        from source: any SQLSession, named sourceName: String, to target: any SQLSession, batchBytes: Int = 8 << 20
    ) throws {
        let plan = try MigrationPlan(from: source, into: target.dialect)
        try self.init(plan, named: sourceName, to: target, batchBytes: batchBytes)
    }

    /// An unfinished migration of whatever source, and its tables, are taken away.
    public static func discard(_ target: any SQLSession, _ names: [TableName]) throws {
        try MigrationSettings.openTarget(target)
        let state = MigrationState(session: target)
        for name in names {
            let cascade = target.dialect == .postgresql ? " CASCADE" : ""
            try target.run("DROP TABLE IF EXISTS \(try name.quoted(target.dialect))\(cascade)")
        }
        if try state.exists() { try state.remove() }
    }

    /// Tables of the source that the target has already, by a name in both.
    public func collisions() throws -> [TableName] {
        let present = Set(try Catalogue.read(target).tables.map(\.name))
        return copies.map(\.targetName).filter { present.contains($0) }
    }

    private var copies: [TableCopy] {
        catalogue.tables.map {
            TableCopy(table: $0, source: source, target: target, loadsLocal: loadsLocal, batchBytes: batchBytes)
        }
    }

    /// - Parameters:
    ///   - copying: table, its rows so far, its rows in all as the server estimates.
    ///   - saying: what is being done, for long steps without a count.
    /// - Returns: the report; `isEqual` says whether it may be trusted.
    public func run(copying: (String, Int, Int) -> Void, saying: (String) -> Void) throws -> MigrationReport {
        let began = ContinuousClock.now
        if !isResumed { try begin() }
        report.notes = notes
        var places: [MigrationState.Place] = []
        for (index, copy) in copies.enumerated() {
            places.append(try move(copy, scripts[index], copying, saying))
        }
        saying("references")
        try finish()
        for (place, copy) in zip(places, copies) {
            saying("checking \(copy.table.name)")
            let found = try copy.targetChecksum { copying("checking \(copy.table.name)", $0, place.checksum.rows) }
            report.tables.append(
                .init(
                    table: copy.table.name.description, sourceRows: place.checksum.rows, targetRows: found.rows,
                    sourceChecksum: hexadecimal(place.checksum.sum), targetChecksum: hexadecimal(found.sum)))
        }
        if report.isEqual { try state.remove() }
        let took = (ContinuousClock.now - began).components
        report.seconds = Double(took.seconds) + Double(took.attoseconds) / 1e18
        return report
    }

    private func hexadecimal(_ sum: UInt64) -> String {
        let digits = String(sum, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }

    /// The tables, without keys and rows. One transaction where the engine has that.
    private func begin() throws {
        try transaction {
            try state.create(source: sourceName)
            let isNative = source.dialect == target.dialect
            for statement in (isNative ? catalogue.prelude : []) + scripts.flatMap(\.create) { try target.run(statement) }
        }
    }

    private func move(
        _ copy: TableCopy, _ script: TableScript, _ copying: (String, Int, Int) -> Void, _ saying: (String) -> Void
    ) throws -> MigrationState.Place {
        let name = copy.table.name.description
        var place = try state.place(of: name) ?? .init()
        // MySQL may have been stopped between two tables' statements.
        if isResumed, place.stage == .copying {
            for statement in script.create where target.dialect == .mysql { try target.run(statement) }
        }
        if place.stage == .copying {
            let before = place.key == nil ? 0 : place.checksum.rows
            place = try copy.run(from: place, state: state) { copying(name, $0, copy.table.rows) }
            report.copiedRows += place.checksum.rows - before
        }
        if place.stage == .copied {
            saying("indexes of \(name)")
            place.stage = .indexed
            try transaction {
                try run(script.indexes)
                try state.save(name, place)
            }
        }
        return place
    }

    private func finish() throws {
        guard try state.place(of: MigrationState.whole)?.stage != .indexed else { return }
        try transaction {
            try run(scripts.flatMap(\.references))
            if source.dialect == target.dialect { for statement in catalogue.postlude { try target.run(statement) } }
            try state.save(MigrationState.whole, .init(key: [sourceName], stage: .indexed))
        }
    }

    private func run(_ steps: [TableScript.Step]) throws {
        for step in steps {
            if target.dialect == .mysql, try has(step) { continue }
            try target.run(step.statement)
        }
    }

    /// MySQL commits each of these by itself: after an interruption some are there already.
    private func has(_ step: TableScript.Step) throws -> Bool {
        let query = """
            SELECT 1 FROM information_schema.statistics WHERE table_schema = database() AND table_name = ? AND index_name = ?
            UNION SELECT 1 FROM information_schema.table_constraints WHERE table_schema = database() AND table_name = ?
            AND constraint_name = ? AND constraint_type = 'FOREIGN KEY'
            """
        let names = [step.table.name, step.name]
        return isResumed && !step.name.isEmpty ? try target.value(query, names + names) != nil : false
    }

    private func transaction(_ body: () throws -> Void) throws {
        try target.run("BEGIN")
        do {
            try body()
            try target.run("COMMIT")
        } catch {
            if target.isInTransaction { try target.run("ROLLBACK") }
            throw error
        }
    }
}
