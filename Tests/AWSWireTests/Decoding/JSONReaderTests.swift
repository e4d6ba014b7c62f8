import Testing

@testable import AWSWire

@Suite("JSON bodies")
struct JSONReaderTests {
    func read(_ text: String, limits: DecodingLimits = DecodingLimits()) throws -> Parameters {
        try JSONReader.parameters(Array(text.utf8), limits: limits)
    }

    @Test(
        "Scalars keep their text",
        arguments: [
            (#""x""#, "x"), (#""""#, ""), ("0", "0"), ("-0.50", "-0.50"), ("1e5", "1e5"), ("1.5E+10", "1.5E+10"),
            ("123456789012345678901234567890", "123456789012345678901234567890"), ("true", "true"), ("false", "false"),
            (#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{C}\n\r\t"), (#""\u00fc\u20AC""#, "ü€"), (#""\ud83d\udc26""#, "🐦"),
            (#""ü🐦""#, "ü🐦"), (#""\u0000""#, "\0"),
        ])
    func scalars(_ text: String, _ expected: String) throws {
        #expect(try read(" { \"a\" : \(text) } ")["a"]?.text == expected)
    }

    @Test("Structures, lists, and null left out")
    func structures() throws {
        let parameters = try read(#"{"a":{"b":[1,{"c":"d"},[]]},"n":null,"e":{},"l":[null,"x"]}"#)
        #expect(parameters.names == ["a", "e", "l"])
        let list = parameters["a"]?["b"]
        #expect(list?.names == ["1", "2", "3"])
        #expect(list?.elements.first?.text == "1")
        #expect(list?.elements.dropFirst().first?["c"]?.text == "d")
        #expect(parameters["e"] == .empty)
        #expect(parameters["l"]?.elements.map(\.text) == ["x"])
        #expect(try read("") == .empty)
        #expect(try read("{}") == .empty)
    }

    @Test(
        "Malformed",
        arguments: [
            " ", "[]", "1", "null", "\"a\"", "{", "}", "{]", "{\"a\"}", "{\"a\":}", "{\"a\":1", "{\"a\":1,}", "{a:1}", "{'a':1}",
            "{\"a\":1}x", "{\"a\":1}{}", "{\"a\":01}", "{\"a\":1.}", "{\"a\":.5}", "{\"a\":-}", "{\"a\":+1}", "{\"a\":1e}",
            "{\"a\":tru}", "{\"a\":NaN}", "{\"a\":\"x}", "{\"a\":\"\n\"}", #"{"a":"\x"}"#, #"{"a":"\u12"}"#, #"{"a":"\ud800"}"#,
            #"{"a":"\udc00"}"#, #"{"a":"\ud800\u0041"}"#, "{\"a\":[1,]}", "{\"a\":[1 2]}", "{\"a\":1,\"a\":2}",
            "{\"a\":1 \"b\":2}",
            "{\"a\":\"\\", "{\"a\":[", "{,}",
        ])
    func malformed(_ text: String) {
        #expect { try read(text) } throws: { error in
            (error as? Fault).map { $0.code == "SerializationException" && $0.status == 400 } ?? false
        }
    }

    @Test("Not UTF-8")
    func notUTF8() {
        let body = Array("{\"a\":\"".utf8) + [0xFF] + Array("\"}".utf8)
        #expect(throws: Fault.self) { try JSONReader.parameters(body) }
    }

    @Test("No deeper and no more than the limits")
    func limits() throws {
        let limits = DecodingLimits(parameters: 4, depth: 3)
        #expect(try read(#"{"a":[1]}"#, limits: limits)["a"]?.elements.count == 1)
        #expect(throws: Fault.self) { try read(#"{"a":[[1]]}"#, limits: limits) }
        #expect(throws: Fault.self) { try read(#"{"a":1,"b":2,"c":3,"d":4}"#, limits: limits) }
        #expect(throws: Fault.self) { try read("{\"a\":" + String(repeating: "[", count: 100_000)) }
    }
}
