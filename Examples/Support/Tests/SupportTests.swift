import Testing

@testable import Support

struct SupportTests {
    @Test(
        "Addresses",
        arguments: [
            ("127.0.0.1:4567", "127.0.0.1:4567"), ("[::1]:0", "[::1]:0"), ("localhost:80", "localhost:80"), ("4567", nil),
            (":80", nil), ("host:", nil), ("host:65536", nil), ("host:-1", nil),
        ] as [(String, String?)])
    func addresses(_ text: String, _ expected: String?) {
        #expect(ListenAddress(text)?.description == expected)
    }

    @Test(
        "The caller's trace is believed when it is one",
        arguments: [
            ("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", true),
            ("cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more", true),
            ("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more", false),
            ("ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", false),
            ("00-00000000000000000000000000000000-b7ad6b7169203331-01", false),
            ("00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01", false),
            ("00-0af7651916cd43dd8448eb211c80319c-b7ad6b71-01", false), ("", false),
        ])
    func traceParent(_ header: String, _ isOne: Bool) {
        #expect((TraceParent(header: header) != nil) == isOne)
    }
}
