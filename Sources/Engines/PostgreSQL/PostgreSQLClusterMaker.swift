import Foundation
import Resources

/// Makes new PostgreSQL clusters with `initdb`.
struct PostgreSQLClusterMaker: Sendable {
    let host: EngineHost
    let tree: PostgreSQLTree

    /// Work that nobody waits for must not slow down what somebody does.
    private static let warmNiceness = 10

    /// A small server that nobody but the control plane uses, and whose files need not survive the machine.
    static let quiet = [
        "listen_addresses=", "unix_socket_directories=.", "unix_socket_permissions=0700", "fsync=off",
        "full_page_writes=off", "autovacuum=off", "shared_buffers=16MB", "max_connections=10", "max_wal_senders=0",
    ]

    /// Fills an empty directory with a cluster, its administrator's password, and nothing that runs.
    func make(_ directory: String, warm: Bool) async throws {
        let server = PostgreSQLServer(host: host, directory: directory)
        let password = RandomBytes.make(32).hexadecimal
        if !warm { try FileSystem.replace(server.unwrittenMark, with: "", mode: 0o600) }
        try FileSystem.replace(server.passwordFile, with: password, mode: 0o600, durably: false)
        try FileSystem.makeDirectory(server.data, mode: 0o700, owner: host.user)
        try await initialise(server, password: password, warm: warm)
        try FileSystem.replace(
            server.accessFile, with: PostgreSQLAccess.untilConfigured, mode: 0o600, owner: host.user, durably: false)
        guard warm else { return }
        try await prepare(server)
        try await synchronise(server, warm: true)
    }

    /// C.UTF-8 is the one UTF-8 locale that every Debian has; it sorts by code point.
    private func initialise(_ server: PostgreSQLServer, password: String, warm: Bool) async throws {
        // A verifier instead of the password: PostgreSQL never sees the password itself. With 256 random bits there is
        // nothing to guess, so one iteration is as safe as many, and connecting is quick.
        let verifier = try SCRAMVerifier.make(password: password, iterations: 1)
        let file = "\(server.directory)/verifier"
        let reachable = try server.dataArgument().path == server.data
        let readable = reachable ? file : "/proc/self/fd/\(ProcessLaunch.keptDescriptor)/../verifier"
        try FileSystem.replace(file, with: verifier.description + "\n", mode: 0o600, owner: host.user, durably: false)
        defer { unlink(file) }
        let options = [
            "-U", "rdsadmin", "-E", "UTF8", "--locale=C.UTF-8", "-A", "scram-sha-256", "--pwfile=\(readable)",
        ]
        // Written to the disk once, when all is done: see `synchronise`.
        try await initdb(server, options + ["-N"], warm: warm)
    }

    /// Has every file of a cluster on the disk; harmless, and of use, while its server runs.
    func synchronise(_ server: PostgreSQLServer, warm: Bool) async throws {
        try FileSystem.synchronise(server.passwordFile)
        try await initdb(server, ["--sync-only"], warm: warm)
    }

    private func initdb(_ server: PostgreSQLServer, _ options: [String], warm: Bool) async throws {
        let (path, descriptor) = try server.dataArgument()
        let launch = ProcessLaunch(
            program: tree.initdb, arguments: ["-D", path] + options, user: host.user, dataDirectory: descriptor,
            niceness: warm ? Self.warmNiceness : 0)
        _ = try await ToolRun.run(launch, limit: .seconds(120))
    }

    /// Runs the new server once for what does not depend on its owner. Nothing is lost if the machine dies meanwhile: the
    /// cluster only counts once it is synchronised as a whole.
    private func prepare(_ server: PostgreSQLServer) async throws {
        do {
            try await server.start(tree, options: Self.quiet, niceness: Self.warmNiceness, timeout: .seconds(60))
            try await BlockingPool.shared.run {
                try PostgreSQLPreparation.perform(on: server, deadline: .now + .seconds(60))
            }
        } catch {
            try await Task { try await server.stop(grace: .seconds(1)) }.value
            throw error
        }
        try await server.stop(grace: .seconds(30))
        guard server.runningProcess() == nil, !FileSystem.exists(server.pidFile) else {
            throw EngineError.damaged(what: "a new cluster did not shut down cleanly")
        }
        try TreeRemoval.remove(server.logs.path)
    }
}
