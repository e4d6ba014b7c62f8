internal import Convergence
internal import DatabaseURLs
internal import Foundation
internal import Routing
internal import Toolkit

/// The database that a command is about, with what is needed to get in.
final class DBTarget {
    private(set) var address: DatabaseAddress
    /// `--url`, `CONNECTION_URL` …
    let source: String
    /// The Martlet that may explain why an endpoint is not reached.
    private let directory: DataDirectory?

    init(address: DatabaseAddress, source: String, directory: DataDirectory?) {
        self.address = address
        self.source = source
        self.directory = directory
    }

    /// Connects to the database itself.
    func open() throws -> any SQLSession { try open(address) }

    /// Connects to the database for the body; one that is not there is created first. A file that was, and in which a body that
    /// fails has left nothing, is taken away again.
    func withOpenOrCreated(_ body: (any SQLSession) throws -> Void) throws {
        let isNew = try createIfMissing()
        let session = try open()
        defer { session.close() }
        do {
            try body(session)
        } catch {
            if isNew, address.dialect == .sqlite { removeIfEmpty(session) }
            throw error
        }
    }

    /// True when there was none.
    private func createIfMissing() throws -> Bool {
        let server = try server()
        defer { server.close() }
        guard try !server.exists() else { return false }
        DBTerminal.warn(try server.create())
        return true
    }

    private func removeIfEmpty(_ session: any SQLSession) {
        do {
            guard try session.number("SELECT count(*) FROM sqlite_master") == 0 else { return }
            session.close()
            _ = try server().drop(endsSessions: false)
        } catch {
            // Why the body failed matters more.
            DBTerminal.warn("\(address) is left behind: \(error)")
        }
    }

    /// Connects to the database and creates nothing: for a SQLite file that is not there an empty database in memory stands in.
    func openForPlan() throws -> any SQLSession {
        let isMissing = address.dialect == .sqlite && !FileManager.default.fileExists(atPath: address.database)
        return isMissing ? try Sessions.open(address.with(database: ":memory:")) : try open()
    }

    /// Connects to the database, or to the server when the URL names none. A SQLite file has none, and is not opened: whoever has
    /// it locked may be the one to be found.
    func openServer() throws -> (any SQLSession)? {
        if address.dialect == .sqlite {
            try Self.requireFile(address.database)
            return nil
        }
        let needsOne = address.dialect == .postgresql && address.database.isEmpty
        return try open(needsOne ? address.with(database: "postgres") : address)
    }

    /// Connects, and asks for a password when the server wants one that nobody has given.
    func open(_ wanted: DatabaseAddress) throws -> any SQLSession {
        var wanted = wanted
        wanted.password = address.password
        if wanted.dialect == .sqlite { try Self.requireFile(wanted.database) }
        do {
            return try Sessions.open(wanted)
        } catch let failure as SQLFailure where address.password == nil && Self.wantsPassword(failure) {
            guard let typed = DBTerminal.password("Password for \(wanted): ") else {
                throw ToolkitError("\(failure.message)\nGive it by PGPASSWORD, MYSQL_PWD or --password-file.")
            }
            wanted.password = typed
            let session = try Sessions.open(wanted)
            address.password = typed
            return session
        }
    }

    private static func requireFile(_ path: String) throws {
        guard FileManager.default.fileExists(atPath: path) else {
            throw ToolkitError("there is no file \(path). Create it: martlet db create")
        }
    }

    private static func wantsPassword(_ failure: SQLFailure) -> Bool {
        failure.message.contains("no password supplied") || failure.code?.hasPrefix("1045") == true
    }

    /// Databases as a whole, through the server's own one.
    func server() throws -> DatabaseServer { try DatabaseServer(address, open: open) }

    /// Runs a command; when the server is not reached, the reason comes with `martlet why`'s explanation.
    func explaining<T>(_ body: () async throws -> T) async throws -> T {
        do {
            return try await body()
        } catch let failure as SQLFailure where failure.isConnection {
            guard let finding = await finding() else { throw ToolkitError(failure.message) }
            throw ToolkitError("\(failure.message)\n\n\(finding)")
        }
    }

    /// The explanation, when the host is an endpoint of the Martlet that we know.
    private func finding() async -> String? {
        guard let directory, directory.exists, address.dialect != .sqlite else { return nil }
        do {
            let report = try await StatusCommand.report(directory)
            let probe = ReachabilityProbe(directory: directory, report: report)
            let facts = try await probe.facts("\(address.host):\(address.port)", from: nil)
            guard facts.route != nil else { return nil }
            let finding = Reachability(facts)
            return finding.reachable ? nil : ReachabilityTable.render(finding)
        } catch {
            return "martlet why could not look: \(error)"
        }
    }
}
