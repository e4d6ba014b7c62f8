import Resources
import Testing

@testable import Engines

@Suite struct PostgreSQLConfigurationTests {
    private static let host = PostgreSQLConfiguration.Host(
        extensions: ["pg_stat_statements", "uuid-ossp"], sharedMemory: "posix",
        libraries: ["auto_explain", "pg_stat_statements"])
    private static func settings(
        memoryMiB: Int = 1024, insights: Bool = false, port: Int = 5432, _ own: [String: String] = [:]
    ) -> ServerSettings {
        .standard(DBInstanceClass(name: "db.x", vCPUs: 2, memoryMiB: memoryMiB), port: port, insights: insights, own)
    }
    private func make(_ settings: ServerSettings, host: PostgreSQLConfiguration.Host = host) -> PostgreSQLConfiguration {
        PostgreSQLConfiguration(settings, host: host)
    }

    @Test(arguments: [
        ("listen_addresses", ""), ("unix_socket_directories", "."), ("port", "5432"), ("shared_buffers", "32768"),
        ("max_connections", "112"), ("timezone", "UTC"), ("password_encryption", "scram-sha-256"),
        ("log_line_prefix", "%t:%r:%u@%d:[%p]:"), ("rds.extensions", "pg_stat_statements,uuid-ossp"),
        ("shared_preload_libraries", "pg_stat_statements"), ("dynamic_shared_memory_type", "posix"), ("fsync", "on"),
    ])
    func says(_ name: String, _ value: String) {
        let text = make(Self.settings()).settings
        #expect(PostgreSQLConfiguration.value(of: name, in: text) == value)
    }

    @Test func carriesItsOwnFingerprint() {
        let made = make(Self.settings())
        #expect(made.fingerprint.count == 16)
        #expect(PostgreSQLConfiguration.value(of: "martlet.configuration", in: made.settings) == made.fingerprint)
        #expect(PostgreSQLConfiguration.value(of: "martlet.configuration", in: "max_connections = '3'\n") == nil)
    }

    @Test func theFingerprintChangesWithTheContentAndOnlyWithIt() {
        let first = make(Self.settings())
        #expect(make(Self.settings()) == first)
        #expect(make(Self.settings(port: 6000)).fingerprint == first.fingerprint)
        #expect(make(Self.settings(memoryMiB: 2048)).fingerprint != first.fingerprint)
        #expect(make(Self.settings(insights: true)).fingerprint != first.fingerprint)
        let other = PostgreSQLConfiguration.Host(extensions: [], sharedMemory: "sysv")
        #expect(make(Self.settings(), host: other).fingerprint != first.fingerprint)
    }

    @Test func performanceInsightsTimesInputAndOutput() {
        let without = make(Self.settings()).settings
        let with = make(Self.settings(insights: true)).settings
        #expect(PostgreSQLConfiguration.value(of: "track_io_timing", in: without) == nil)
        #expect(PostgreSQLConfiguration.value(of: "track_io_timing", in: with) == "on")
        #expect(PostgreSQLConfiguration.value(of: "track_activity_query_size", in: with) == "4096")
    }

    @Test func loadsNoLibraryThatIsNotInstalled() {
        let bare = PostgreSQLConfiguration.Host(extensions: ["plpgsql"], sharedMemory: "posix")
        let text = make(Self.settings(), host: bare).settings
        #expect(PostgreSQLConfiguration.value(of: "shared_preload_libraries", in: text) == nil)
    }

    @Test(arguments: [
        ("work_mem", "8192"), ("max_connections", "50"), ("shared_preload_libraries", "auto_explain"),
        ("application_name", #"it''s \\ mine"#),
    ])
    func saysWhatTheGroupSays(_ name: String, _ value: String) {
        let own = [
            "work_mem": "8192", "max_connections": "LEAST({DBInstanceVCPU*25},5000)", "application_name": #"it's \ mine"#,
            "shared_preload_libraries": "auto_explain, evil, pg_prewarm",
        ]
        #expect(PostgreSQLConfiguration.value(of: name, in: make(Self.settings(own)).settings) == value)
    }

    @Test(arguments: [
        "archive_command", "data_directory", "dynamic_library_path", "fsync", "listen_addresses", "session_preload_libraries",
        "ssl_key_file", "unix_socket_directories", "work_mem = '1'\nfsync", "WORK_MEM", "rds.extensions", "martlet.configuration",
    ])
    func leavesOutWhatIsNotTheGroupsToSay(_ name: String) {
        #expect(make(Self.settings([name: "group's"])).settings.contains("group") == false)
    }

    @Test func insightsLoadTheirStatisticsWhateverTheGroupLoads() {
        let text = make(Self.settings(insights: true, ["shared_preload_libraries": ""])).settings
        #expect(PostgreSQLConfiguration.value(of: "shared_preload_libraries", in: text) == "pg_stat_statements")
    }

    @Test(arguments: [("plain", "'plain'"), ("it's", "'it''s'"), (#"a\b"#, #"'a\\b'"#), ("", "''")])
    func quotes(_ value: String, _ quoted: String) {
        #expect(PostgreSQLConfiguration.quote(value) == quoted)
    }
}
