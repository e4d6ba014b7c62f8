import Foundation
import Synchronization

/// A real PostgreSQL for all tests of this run, on a Unix socket, with `pg_hba.conf` as the control plane writes it: members of
/// `rds_iam` are admitted by `peer` from the user that the gateway runs as, everybody else needs a password.
///
/// A shell owns the server and ends it, and its files, when this process does, however that happens.
final class PostgresServer: Sendable {
    static let shared = Result { try PostgresServer() }

    let directory: String
    private let keeper: Process
    // The writing end is what keeps the server alive.
    private let life: Pipe
    var socket: String { "\(directory)/.s.PGSQL.5432" }

    private static func programs() -> String? {
        let root = "/usr/lib/postgresql"
        let versions = ((try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []).compactMap(Double.init).sorted()
        return versions.last.map { "\(root)/\(Int($0))/bin" }
    }

    private init() throws {
        guard let programs = Self.programs() else { throw TestFailure("PostgreSQL is not installed") }
        directory = "/tmp/martlet-pg-\(getpid())"
        let script = "\(directory).sh"
        let gatewayUser = try Shell.run("id", ["-un"]).out.trimmingCharacters(in: .whitespacesAndNewlines)
        try Self.script.write(toFile: script, atomically: true, encoding: .utf8)
        life = Pipe()
        keeper = Process()
        keeper.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        let isRoot = geteuid() == 0
        keeper.arguments =
            (isRoot ? ["runuser", "-u", "postgres", "--"] : []) + ["sh", script, directory, programs, gatewayUser]
        keeper.standardInput = life
        keeper.standardOutput = FileHandle.nullDevice
        keeper.standardError = FileHandle.nullDevice
        try keeper.run()
        for _ in 0..<3_600 {
            if FileManager.default.fileExists(atPath: "\(directory)/ready") { break }
            Thread.sleep(forTimeInterval: 0.05)
        }
        unlink(script)
        guard FileManager.default.fileExists(atPath: "\(directory)/ready") else { throw TestFailure("PostgreSQL did not start") }
    }

    private static let script = """
        set -e
        dir=$1 bin=$2 gateway=$3
        umask 022
        mkdir "$dir"
        "$bin/initdb" -D "$dir/data" -U postgres --auth=peer -N
        cat > "$dir/data/pg_hba.conf" <<HBA
        local all postgres peer map=owner
        local all +rds_iam peer map=gateway
        local all all scram-sha-256
        HBA
        cat > "$dir/data/pg_ident.conf" <<IDENT
        owner $(id -un) postgres
        gateway $gateway iam_user
        IDENT
        "$bin/postgres" -D "$dir/data" -c listen_addresses= -c unix_socket_directories="$dir" -c fsync=off \\
            -c log_min_messages=fatal -c max_connections=60 < /dev/null &
        server=$!
        while ! psql -X -h "$dir" -U postgres -d postgres -c 'select 1'; do sleep 0.05; done
        psql -X -h "$dir" -U postgres -d postgres -v ON_ERROR_STOP=1 <<SQL
        create role rds_iam nologin;
        create role alice login password 'secret';
        create role "Zoë" login password 'secret';
        create role iam_user login;
        grant rds_iam to iam_user;
        SQL
        touch "$dir/ready"
        cat > /dev/null || true
        kill -INT $server
        wait $server || true
        rm -rf "$dir"
        """
}

/// Programs as a user runs them.
enum Shell {
    struct Outcome {
        var status: Int32
        var out: String
        var err: String
    }

    /// A program at work. What it prints must fit into a pipe.
    struct Running {
        fileprivate let process: Process
        fileprivate let out = Pipe()
        fileprivate let err = Pipe()

        /// Waits for its end, which blocks the thread.
        func outcome() throws -> Outcome {
            let printed = try out.fileHandleForReading.readToEnd() ?? Data()
            let complained = try err.fileHandleForReading.readToEnd() ?? Data()
            // waitUntilExit belongs to the thread that started it.
            while process.isRunning { usleep(1_000) }
            return Outcome(
                status: process.terminationStatus, out: String(decoding: printed, as: UTF8.self),
                err: String(decoding: complained, as: UTF8.self))
        }
    }

    /// Runs to the end.
    static func run(
        _ program: String, _ arguments: [String], environment: [String: String] = [:], input: [UInt8]? = nil
    ) throws -> Outcome {
        try start(program, arguments, environment: environment, input: input).outcome()
    }

    /// Does not wait for it: a program that waits on purpose must not hold one of the few threads on which all tests run.
    static func start(
        _ program: String, _ arguments: [String], environment: [String: String] = [:], input: [UInt8]? = nil
    ) throws -> Running {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [program] + arguments
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        let running = Running(process: process)
        let standardInput = Pipe()
        process.standardOutput = running.out
        process.standardError = running.err
        process.standardInput = input == nil ? FileHandle.nullDevice as Any : standardInput as Any
        try process.run()
        if let input {
            try standardInput.fileHandleForWriting.write(contentsOf: Data(input))
            try standardInput.fileHandleForWriting.close()
        }
        return running
    }

    @discardableResult
    static func good(_ program: String, _ arguments: [String]) throws -> String {
        let outcome = try run(program, arguments)
        guard outcome.status == 0 else { throw TestFailure("\(program) \(arguments.first ?? ""): \(outcome.err)") }
        return outcome.out
    }
}
