import Testing

@testable import AWSWire

@Suite("Forms and query strings")
struct FormDecoderTests {
    @Test(
        "Decoded",
        arguments: [
            ("", []), ("a=b", ["a:b"]), ("a", ["a:"]), ("a=", ["a:"]), ("=b", [":b"]), ("a=b=c", ["a:b=c"]),
            ("a=1&&b=2&", ["a:1", "b:2"]), ("a=x+y%20z", ["a:x y z"]), ("a%2Eb=%2B%26%3d", ["a.b:+&="]),
            ("n=%C3%BC%E2%82%AC%F0%9F%90%A6", ["n:ü€🐦"]), ("raw=ü", ["raw:ü"]), ("z=%00", ["z:\0"]), ("%25=%25", ["%:%"]),
        ])
    func decoded(_ text: String, _ expected: [String]) throws {
        #expect(try FormDecoder.pairs(text).map { "\($0.name):\($0.value)" } == expected)
    }

    @Test(
        "Malformed",
        arguments: ["a=%", "a=%4", "a=%zz", "%=1", "a=%4g", "a=%C3", "a=%FF", "a=%C0%80", "a=%ED%A0%80", "a=1&b=%E2%82"])
    func malformed(_ text: String) {
        #expect { try FormDecoder.pairs(text) } throws: { error in
            (error as? Fault).map { $0.code == "MalformedQueryString" && $0.status == 400 } ?? false
        }
    }

    @Test("Bytes that are not UTF-8 are refused without an escape, too")
    func rawBytes() {
        #expect(throws: Fault.self) { try FormDecoder.pairs([0x61, 0x3D, 0xFF]) }
    }

    @Test("As many parameters as the limit, and a key as long as the limit, but no more")
    func limits() throws {
        let limits = DecodingLimits(parameters: 3, keyBytes: 4)
        #expect(try FormDecoder.pairs("a=1&b=2&c=3", limits: limits).count == 3)
        #expect(throws: Fault.self) { try FormDecoder.pairs("a=1&b=2&c=3&d=4", limits: limits) }
        #expect(try FormDecoder.pairs("%61bcd=1", limits: limits).first?.name == "abcd")
        #expect(throws: Fault.self) { try FormDecoder.pairs("abcde=1", limits: limits) }
        #expect(throws: Fault.self) { try FormDecoder.pairs("%61%61%61%61%61=1", limits: limits) }
    }
}
