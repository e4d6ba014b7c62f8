import Foundation
import Synchronization

#if canImport(Glibc)
    import Glibc
#endif

/// A real MariaDB for all tests of this run, on a Unix socket, as the control plane has to run one: told where clients are by the
/// PROXY protocol, and with the plugin that asks the gateway about tokens.
///
/// A shell owns the server and ends it, and its files, when this process does, however that happens.
final class MariaDBServer: Sendable {
    static let shared = Result { try MariaDBServer() }
    static let isInstalled = (try? Shell.run("which", ["mariadbd"]))?.status == 0

    let directory: String
    private let keeper: Process
    // The writing end is what keeps the server alive.
    private let life: Pipe
    var socket: String { "\(directory)/mysql.sock" }
    /// The user that the plugin believes, and the word.
    var wordFile: String { "\(directory)/word" }

    /// Beside the tests that were built with it.
    private static func plugin() throws -> String {
        let program = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        var places = Bundle.allBundles.map { $0.bundleURL.deletingLastPathComponent().path }
        places.append(URL(fileURLWithPath: program).deletingLastPathComponent().path)
        places.append(URL(fileURLWithPath: #filePath).pathComponents.dropLast(4).joined(separator: "/") + "/.build/debug")
        for place in places where FileManager.default.fileExists(atPath: "\(place)/libAWSAuthenticationPlugin.so") {
            return "\(place)/libAWSAuthenticationPlugin.so"
        }
        throw TestFailure("libAWSAuthenticationPlugin.so was not built")
    }

    private init() throws {
        directory = "/tmp/martlet-my-\(getpid())"
        let script = "\(directory).sh"
        let plugin = "\(directory).so"
        try Self.script.write(toFile: script, atomically: true, encoding: .utf8)
        try FileManager.default.copyItem(atPath: try Self.plugin(), toPath: plugin)
        defer {
            unlink(script)
            unlink(plugin)
        }
        life = Pipe()
        keeper = Process()
        keeper.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        let user = geteuid() == 0 ? ["runuser", "-u", "mysql", "--"] : []
        keeper.arguments = user + ["sh", script, directory, plugin, "\(geteuid())"]
        keeper.standardInput = life
        keeper.standardOutput = FileHandle.nullDevice
        keeper.standardError = FileHandle.nullDevice
        try keeper.run()
        for _ in 0..<3_600 {
            if FileManager.default.fileExists(atPath: "\(directory)/ready") { return }
            Thread.sleep(forTimeInterval: 0.05)
        }
        throw TestFailure("MariaDB did not start")
    }

    private static let script = """
        set -e
        dir=$1 plugin=$2 gateway=$3
        umask 022
        mkdir "$dir" "$dir/plugins" "$dir/tmp"
        export TMPDIR="$dir/tmp"
        cd "$dir"
        ln -s /usr/lib/mysql/plugin/* "$dir/plugins/"
        cp "$plugin" "$dir/plugins/libAWSAuthenticationPlugin.so"
        (umask 077; echo "$gateway $(openssl rand -hex 32)" > "$dir/word")
        mariadb-install-db --no-defaults --datadir="$dir/data" --auth-root-authentication-method=normal --skip-test-db
        mariadbd --no-defaults --datadir="$dir/data" --socket="$dir/mysql.sock" --skip-networking --skip-name-resolve \\
            --proxy-protocol-networks=localhost --unix-socket=OFF --plugin-dir="$dir/plugins" \\
            --plugin-load-add=auth_ed25519 --plugin-load-add=AWSAuthenticationPlugin=libAWSAuthenticationPlugin.so \\
            --awsauthenticationplugin-word-file="$dir/word" --innodb-buffer-pool-size=16M \\
            --innodb-flush-log-at-trx-commit=0 --max-allowed-packet=32M < /dev/null > "$dir/log" 2>&1 &
        server=$!
        root="mariadb --no-defaults -S $dir/mysql.sock -uroot"
        while ! $root -e 'select 1'; do sleep 0.05; done
        $root <<SQL
        create database app;
        create user alice@'%' identified by 'secret';
        grant all on app.* to alice@'%';
        grant process, connection admin on *.* to alice@'%';
        create user here@'127.%' identified by 'secret';
        create user elsewhere@'10.%' identified by 'secret';
        create user eddie@'%' identified via ed25519 using password('secret');
        create user jane@'%' identified with AWSAuthenticationPlugin as 'RDS';
        create user rdsadmin@localhost identified by 'unknown';
        drop user root@localhost;
        SQL
        touch "$dir/ready"
        cat > /dev/null || true
        kill -TERM $server
        wait $server || true
        rm -rf "$dir"
        """
}
