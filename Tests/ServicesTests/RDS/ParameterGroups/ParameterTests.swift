import AWSWire
import Resources
import Testing

@testable import Services

@Suite struct ParameterTests {
    @Test func describedAsRDSDoes() async throws {
        let fixture = try Fixture()
        try await fixture.parameterGroup()
        try await fixture.setParameters("mine", [("work_mem", "8192", "immediate")])
        let buffers = try #require(try await fixture.parameters(source: "system")["shared_buffers"])
        let expected = [
            "ParameterValue": "{DBInstanceClassMemory/32768}", "Description": "(8kB) Buffers.", "Source": "system",
            "ApplyType": "static", "DataType": "integer", "AllowedValues": "16-1073741823", "IsModifiable": "true",
            "ApplyMethod": "pending-reboot",
        ]
        #expect(
            Dictionary(uniqueKeysWithValues: buffers.children.map { ($0.name, $0.text) })
                == expected.merging(["ParameterName": "shared_buffers"]) { $1 })
        let own = try await fixture.parameters()
        #expect(own.keys.sorted() == ["work_mem"])
        #expect(own["work_mem"]?["ApplyMethod"]?.text == "immediate" && own["work_mem"]?["ApplyType"]?.text == "dynamic")
        let rest = try await fixture.parameters(source: "engine-default")
        #expect(rest["autovacuum"]?["AllowedValues"]?.text == "0,1" && rest["autovacuum"]?["ParameterValue"] == nil)
        #expect(rest["autovacuum_vacuum_cost_delay"]?["AllowedValues"]?.text == "-1-100")
        #expect(rest["log_statement"]?["AllowedValues"]?.text == "none,ddl,mod,all")
        #expect(rest["search_path"]?["AllowedValues"] == nil && rest["work_mem"] == nil)
        await fixture.refuses(
            "DescribeDBParameters", ["DBParameterGroupName": "mine", "Source": "engine"], code: "InvalidParameterValue",
            saying: "Source")
    }

    @Test func filteredAndPaged() async throws {
        let many = ParameterCatalogue(
            (100..<150).map {
                ParameterDefinition(
                    name: "p\($0)", description: "", dataType: .string, isDynamic: true, isModifiable: true)
            })
        let fixture = try Fixture(catalog: FakeCatalog(catalogue: many))
        var seen: [String] = []
        var query = ["DBParameterGroupFamily": "postgres15", "MaxRecords": "20"]
        repeat {
            let answer = try await fixture.rds("DescribeEngineDefaultParameters", query)
            seen += answer.all("EngineDefaults.Parameters").compactMap { $0["ParameterName"]?.text }
            query["Marker"] = answer["EngineDefaults.Marker"]?.text
        } while query["Marker"] != nil
        #expect(seen == many.definitions.map(\.name))
        let one = try await fixture.rds(
            "DescribeDBParameters",
            [
                "DBParameterGroupName": "default.postgres15", "Filters.Filter.1.Name": "parameter-name",
                "Filters.Filter.1.Values.Value.1": "p120",
            ])
        #expect(one.all("Parameters").map { $0["ParameterName"]?.text } == ["p120"])
    }

    static let accepted: [Fixture.Change] = [
        ("autovacuum", "off", "immediate"), ("autovacuum", "1", "pending-reboot"), ("work_mem", "64", "immediate"),
        ("work_mem", "LEAST({DBInstanceClassMemory/1048576},65536)", "immediate"),
        ("autovacuum_vacuum_cost_delay", "0.5", "immediate"), ("log_statement", "DDL", "immediate"),
        ("shared_preload_libraries", "pg_stat_statements, auto_explain", "pending-reboot"),
        ("shared_preload_libraries", "", "pending-reboot"), ("search_path", "a,'b'\\", "immediate"),
        ("MAX_CONNECTIONS", "100", "pending-reboot"), ("rds.force_ssl", "0", "immediate"),
    ]

    @Test(arguments: accepted.indices) func acceptedValues(_ index: Int) async throws {
        let fixture = try Fixture()
        try await fixture.parameterGroup()
        let change = Self.accepted[index]
        let answer = try await fixture.setParameters("mine", [change])
        #expect(answer["DBParameterGroupName"]?.text == "mine")
        let stored = try #require(fixture.store.find(DBParameterGroup.self, region: "us-east-1", name: "mine"))
        #expect(stored.settings[change.name.lowercased()]?.value == change.value)
        #expect(stored.settings[change.name.lowercased()]?.method.rawValue == change.method)
    }

    static let refused: [(change: Fixture.Change, code: String, words: String)] = [
        (
            ("work_mem", "63", "immediate"), "InvalidParameterValue",
            "Invalid parameter value: 63 for: work_mem allowed values are: 64-"
        ),
        (("work_mem", "64MB", "immediate"), "InvalidParameterValue", "64MB"),
        (("work_mem", "{DBInstanceClassMemory/", "immediate"), "InvalidParameterValue", "work_mem"),
        (("autovacuum", "maybe", "immediate"), "InvalidParameterValue", "allowed values are: 0,1"),
        (("autovacuum_vacuum_cost_delay", "nan", "immediate"), "InvalidParameterValue", "nan"),
        (("autovacuum_vacuum_cost_delay", "101", "immediate"), "InvalidParameterValue", "-1-100"),
        (("log_statement", "some", "immediate"), "InvalidParameterValue", "none,ddl,mod,all"),
        (("shared_preload_libraries", "auto_explain,evil", "pending-reboot"), "InvalidParameterValue", "evil"),
        (("search_path", "a\nfsync = off", "immediate"), "InvalidParameterValue", "control characters"),
        (("archive_command", "rm -rf /", "immediate"), "InvalidParameterValue", "archive_command cannot be modified"),
        (("no_such_thing", "1", "immediate"), "InvalidParameterValue", "Could not find parameter with name: no_such_thing"),
        (
            ("max_connections", "10", "immediate"), "InvalidParameterCombination",
            "cannot use immediate apply method for static parameter"
        ),
        (("work_mem", "64", "sometime"), "InvalidParameterValue", "ApplyMethod"),
        (("work_mem", nil, "immediate"), "InvalidParameterValue", "ParameterValue"),
    ]

    @Test(arguments: refused.indices) func refusedValues(_ index: Int) async throws {
        let fixture = try Fixture()
        try await fixture.parameterGroup()
        let example = Self.refused[index]
        // Beside one that is right: none of them comes into force.
        await fixture.refuses(
            "ModifyDBParameterGroup", Fixture.query([("jit", "1", "immediate"), example.change].suffix(1)), code: example.code,
            saying: example.words)
        await fixture.refuses(
            "ModifyDBParameterGroup", Fixture.query([("rds.force_ssl", "1", "immediate"), example.change]), code: example.code,
            saying: example.words)
    }

    @Test func atMostTwentyAndEachOnce() async throws {
        let fixture = try Fixture()
        try await fixture.parameterGroup()
        let twice = Fixture.query([("work_mem", "64", "immediate"), ("WORK_MEM", "65", "immediate")])
        await fixture.refuses("ModifyDBParameterGroup", twice, code: "InvalidParameterValue", saying: "more than once")
        let many = Fixture.query(Array(repeating: ("work_mem", "64", "immediate"), count: 21))
        await fixture.refuses("ModifyDBParameterGroup", many, code: "InvalidParameterValue", saying: "20")
        await fixture.refuses(
            "ModifyDBParameterGroup", ["DBParameterGroupName": "mine"], code: "MissingParameter", saying: "Parameters")
    }
}
