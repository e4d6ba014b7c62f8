import Resources
import Testing

struct ParameterFormulaTests {
    /// A db.t3.micro with 20 GiB at port 5432.
    static let micro: [ParameterFormula.Variable: Int] = [
        .instanceClassMemory: 1 << 30, .instanceVCPU: 2, .allocatedStorage: 20 << 30, .endPointPort: 5432,
    ]

    @Test(
        "Formulas are what RDS's default groups make of them",
        arguments: [
            ("42", 42), ("-1", -1), ("{DBInstanceClassMemory/32768}", 32768), ("{DBInstanceClassMemory*3/4}", 805_306_368),
            ("LEAST({DBInstanceClassMemory/9531392},5000)", 112), ("GREATEST({DBInstanceClassMemory/64371566592},3)", 3),
            ("GREATEST({DBInstanceClassMemory*1024/63963136},65536)", 65536), ("GREATEST({DBInstanceVCPU*2},8)", 8),
            ("SUM({DBInstanceClassMemory/12038},-50)", 89146), ("{EndPointPort}", 5432), ("{AllocatedStorage/1073741824}", 20),
            ("least( {DBInstanceVCPU}, 5 )", 2), ("LEAST(GREATEST({DBInstanceClassMemory/1048576},1024),4096)", 1024),
            ("GREATEST({log(DBInstanceClassMemory/21474836480)*600},200)", 200), ("{log(DBInstanceClassMemory/1048576)*10}", 100),
            ("{7/2*2}", 6), ("{DBInstanceClassMemory}", 1 << 30),
        ])
    func value(_ text: String, _ expected: Int) throws {
        #expect(try #require(ParameterFormula(text)).value(Self.micro) == expected)
    }

    @Test(
        "What is no formula is none",
        arguments: [
            "", "{", "{}", "{DBInstanceClassMemory", "{lea\u{FB06}", "{greate\u{FB06}(1)}", "{DBInstanceClassMemory/}",
            "{Memory/2}", "LEAST()", "LEAST(1,)", "LEAST(1",
            "DBInstanceClassMemory/32768", "{DBInstanceClassMemory+1}", "{1;2}", "GREATEST 1,2", "1.5", "on", "{log()}",
            "99999999999999999999", String(repeating: "{", count: 40) + "1" + String(repeating: "}", count: 40),
        ])
    func malformed(_ text: String) {
        #expect(ParameterFormula(text) == nil)
    }

    @Test("A formula without a value has none", arguments: ["{1/0}", "{log(0)}", "{DBInstanceClassMemory*9223372036854775807}"])
    func withoutValue(_ text: String) throws {
        #expect(try #require(ParameterFormula(text)).value(Self.micro) == nil)
    }

    @Test("A group's values take the place of the defaults, and formulas are evaluated")
    func resolution() throws {
        let resolved = try ParameterResolution.resolve(
            defaults: ["shared_buffers": "{DBInstanceClassMemory/32768}", "jit": "1", "max_connections": "100"],
            values: ["max_connections": "LEAST({DBInstanceVCPU*10},50)", "application_name": "a {b}"], Self.micro)
        #expect(
            resolved == ["shared_buffers": "32768", "jit": "1", "max_connections": "20", "application_name": "a {b}"])
        #expect(throws: ParameterResolution.Failure(name: "work_mem", formula: "{1/0}")) {
            try ParameterResolution.resolve(defaults: [:], values: ["work_mem": "{1/0}"], Self.micro)
        }
    }
}
