internal import Foundation
internal import Toolkit

/// What the verbs have in common, so that `setup` and `init` are these and nothing else.
struct DBSteps {
    let target: DBTarget

    init(_ target: DBTarget) { self.target = target }

    func drop(yes: Bool, endSessions: Bool, ifExists: Bool) throws {
        let server = try target.server()
        defer { server.close() }
        if let protection = server.protection { throw ToolkitError(protection) }
        guard try server.exists() else {
            let name = target.address.databaseName
            guard ifExists else { throw ToolkitError("database \"\(name)\" does not exist") }
            return DBTerminal.warn("NOTICE:  database \"\(name)\" does not exist, skipping")
        }
        let asked = try confirmLoss("Drop it?", yes: yes)
        DBTerminal.say(try server.drop(endsSessions: endSessions, closed: asked))
    }

    /// Shows what the database holds and asks, as `Confirmation` decides.
    ///
    /// - Returns: the number of the session that looked, which is closed.
    @discardableResult
    func confirmLoss(_ question: String, yes: Bool) throws -> Int? {
        let (inventory, asked) = try inventory()
        let address = target.address
        DBTerminal.warn("On \(address) (\(target.source)) would be lost:")
        for line in inventory.lines { DBTerminal.warn(line) }
        let decision = Confirmation(
            address, losesNothing: false, yes: yes, isTerminal: DBTerminal.isInteractive)
        try DBTerminal.confirm(decision, question)
        return asked
    }

    private func inventory() throws -> (Inventory, session: Int?) {
        let session = try target.open()
        defer { session.close() }
        return (try Inventory.take(of: target.address, session), try DatabaseSessions.number(of: session))
    }

    func create() throws {
        let server = try target.server()
        defer { server.close() }
        DBTerminal.say(try server.create())
    }

    func load(_ file: SQLFile) throws {
        DBTerminal.say(file.path)
        let session = try target.open()
        defer { session.close() }
        let progress = DBTerminal.progress((file.path as NSString).lastPathComponent, total: file.size, unit: "bytes")
        defer { progress.finish() }
        try FileLoader(file, on: session, echo: DBTerminal.show, progress: { done, _ in progress.update(done) }).load()
    }
}
