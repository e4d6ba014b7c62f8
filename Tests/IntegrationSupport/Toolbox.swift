internal import Foundation

/// Where the tests find programs and files. Nil means: not on this machine, skip what needs it.
public enum Toolbox {
    /// The root of the package.
    public static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path(percentEncoded: false)

    /// The program under test: `MARTLET_BINARY`, else the one that was built with the tests.
    public static let martlet: String = {
        if let given = environment["MARTLET_BINARY"], !given.isEmpty { return given }
        let beside = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent().appending(path: "martlet")
        let path = beside.path(percentEncoded: false)
        return isExecutable(path) ? path : directory(".build/debug/martlet")
    }()

    /// An app that uses DatabaseClient, built with the tests.
    public static let clientCheck: String? = {
        let beside = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent().appending(path: "database-client-check")
        let candidates = [beside.path(percentEncoded: false), directory(".build/debug/database-client-check")]
        return candidates.first(where: isExecutable)
    }()

    /// True when the program under test is there and knows `serve`.
    public static let hasMartlet: Bool = {
        guard isExecutable(martlet) else { return false }
        let help = try? Command([martlet, "serve", "--help"]).runBlocking(within: .seconds(30))
        return help?.status == 0
    }()

    /// A Python with boto3, psycopg and pymysql: `MARTLET_PYTHON`, the one `scripts/test` made, or the one in PATH.
    public static let python: String? = {
        let candidates = [environment["MARTLET_PYTHON"], directory(".build/tools/test-venv/bin/python3"), find("python3")]
        return candidates.compactMap { $0 }.first { candidate in
            guard isExecutable(candidate) else { return false }
            let answer = try? Command([candidate, "-c", "import boto3, psycopg, pymysql"]).runBlocking(within: .seconds(30))
            return answer?.status == 0
        }
    }()

    /// That Python has the note's web framework.
    public static let hasFlask: Bool = {
        guard let python else { return false }
        let answer = try? Command([python, "-c", "import flask_sqlalchemy"]).runBlocking(within: .seconds(30))
        return answer?.status == 0
    }()

    /// Where `scripts/examples` puts the programs of Examples.
    public static let examples = directory(".build/examples/debug")

    /// A program of Examples; nil when it was not built.
    public static func example(_ name: String) -> String? {
        let path = "\(examples)/\(name)"
        return isExecutable(path) ? path : nil
    }

    public static let aws: String? = find("aws")
    public static let psql: String? = find("psql")
    public static let mysql: String? = find("mysql")
    public static let terraform: String? = find("terraform")

    public static let isRoot = geteuid() == 0

    /// Nil where gocryptfs can encrypt a directory; else why not.
    public static let gocryptfsObstacle: String? = {
        if find("gocryptfs") == nil { return "no gocryptfs: scripts/test installs it" }
        if find("fusermount3") == nil { return "no fusermount3: scripts/test installs it (fuse3)" }
        return access("/dev/fuse", R_OK | W_OK) == 0 ? nil : "/dev/fuse cannot be used"
    }()

    public static let environment = ProcessInfo.processInfo.environment

    /// A path below the root of the package.
    public static func directory(_ path: String) -> String {
        URL(filePath: root).appending(path: path).path(percentEncoded: false)
    }

    /// The program of that name: beside our Python, or in PATH.
    public static func find(_ name: String) -> String? {
        searchPath.split(separator: ":").map { "\($0)/\(name)" }.first(where: isExecutable)
    }

    /// PATH, with the directory of the Python that `scripts/test` chose in front.
    public static let searchPath: String = {
        let path = environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin"
        let chosen = environment["MARTLET_PYTHON"] ?? directory(".build/tools/test-venv/bin/python3")
        guard isExecutable(chosen) else { return path }
        return URL(filePath: chosen).deletingLastPathComponent().path(percentEncoded: false) + ":" + path
    }()

    static func isExecutable(_ path: String) -> Bool { access(path, X_OK) == 0 }
}
