import Resources
import Testing

@testable import Engines

@Suite struct MariaDBParameterTests {
    private func make(
        _ parameters: [String: String] = [:], options: [String: [String: String]] = [:], statics: Set<String> = []
    ) -> MariaDBConfiguration {
        let settings = ServerSettings(
            instanceClass: DBInstanceClass(name: "db.t3.micro", vCPUs: 2, memoryMiB: 1024), port: 3306,
            performanceInsights: false, parameters: parameters, options: options)
        return MariaDBConfiguration(settings, site: .init(serverID: 1, plugins: "/p", staticVariables: statics))
    }

    @Test func saysWhatTheGroupSays() {
        let made = make(["time_zone": "+02:00", "ft_min_word_len": "3", "long_query_time": "0.5"], statics: ["ft_min_word_len"])
        let dynamic = MariaDBConfiguration.dynamicSettings(in: made.settings)
        #expect(dynamic.first { $0.variable == "time_zone" }?.name == "default_time_zone")
        #expect(!dynamic.contains { $0.name == "ft_min_word_len" } && made.settings.contains("ft_min_word_len = 3\n"))
        #expect(make(["long_query_time": "1"]).fingerprints.fixed == make().fingerprints.fixed)
        #expect(make(["long_query_time": "1"]).fingerprints.all != make().fingerprints.all)
        #expect(make(["a": "1"], statics: ["a"]).fingerprints.fixed != make().fingerprints.fixed)
    }

    @Test(arguments: [
        "datadir", "tmpdir", "plugin_dir", "plugin_load_add", "init_file", "secure_file_priv", "skip_grant_tables", "socket",
        "log_error", "general_log_file", "innodb_data_home_dir", "wsrep_provider", "ssl_key", "server_audit_file_path",
        "require_secure_transport", "a\nb", "A", "",
    ])
    func leavesOutWhatIsNotTheGroupsToSay(_ name: String) {
        #expect(make([name: "group's"]).settings == make().settings)
    }

    @Test(arguments: [
        ("BIGINT UNSIGNED", "max_heap_table_size", true), ("VARCHAR", "slow_query_log_file", false),
        ("VARCHAR", "init_connect", true),
        ("VARCHAR", "anything_new", false), ("BOOLEAN", "innodb_doublewrite", false), ("SET", "sql_mode", true),
    ])
    func textsAreClosedUnlessTheyAreListed(_ type: String, _ name: String, _ open: Bool) {
        #expect(MariaDBParameterPolicy.isModifiable(name, type: type, comment: "") == open)
        #expect(!MariaDBParameterPolicy.isModifiable(name, type: type, comment: "Deprecated parameter with no effect"))
    }

    @Test func rowsBecomeParameters() throws {
        let row = try #require(
            MariaDBVariableRow(["log_output", "SET", "How", "NO", "REQUIRED", nil, nil, "NONE,FILE,TABLE"]))
        let definition = row.definition(systemValues: ["log_output": "TABLE"])
        #expect(
            definition
                == ParameterDefinition(
                    name: "log_output", description: "How", dataType: .list, options: ["NONE", "FILE", "TABLE"], isDynamic: true,
                    isModifiable: true, systemValue: "TABLE"))
        #expect(MariaDBVariableRow(["hostname", "VARCHAR", "", "YES", nil, nil, nil, nil]) == nil)
        #expect(MariaDBVariableRow(["a", "INT", "", "YES", "REQUIRED", "1", "2", nil])?.isStatic == true)
    }

    @Test func theAuditPluginIsPartOfTheConfiguration() {
        let made = make(options: ["MARIADB_AUDIT_PLUGIN": ["SERVER_AUDIT_EVENTS": "CONNECT", "SERVER_AUDIT_EXCL_USERS": "app"]])
        let settings = MariaDBConfiguration.dynamicSettings(in: made.settings)
        func value(_ name: String) -> String? { settings.first { $0.name == name }?.value }
        #expect(value("plugin_load_add") == "server_audit" && value("server_audit_events") == "CONNECT")
        #expect(
            value("server_audit_excl_users") == "app,rdsadmin"
                && value("server_audit_file_path") == "../log/audit/server_audit.log")
        #expect(settings.last?.name == "server_audit_logging")
        #expect(make().settings.contains("audit") == false)
    }

    @Test(arguments: [
        ("long_query_time", "0.5", "SET GLOBAL long_query_time = 0.5"), ("sql_mode", "", "SET GLOBAL sql_mode = ''"),
        ("default_time_zone", "+02:00", "SET GLOBAL time_zone = '+02:00'"),
        ("init_connect", #"a'b\c"#, #"SET GLOBAL init_connect = 'a''b\\c'"#),
    ])
    func statements(_ name: String, _ value: String, _ statement: String) {
        #expect(MariaDBConfiguration.setGlobal(.init(name: name, value: value, isDynamic: true)) == statement)
    }

    @Test func whatAGroupNoLongerSaysIsForgotten() {
        let set = ["slow_query_log", "server_audit_events", "max_connections", "datadir"]
        #expect(MariaDBReload.forgotten(set, wanted: ["max_connections"]) == ["slow_query_log"])
    }
}
