import Foundation
import Testing

@testable import martlet

@Suite struct ClientTests {
    @Test(
        "Chunks are put together; a body that is cut short is none",
        arguments: [
            ("4\r\nWiki\r\n5;x=y\r\npedia\r\n0\r\n\r\n", "Wikipedia"), ("0\r\n\r\n", ""),
            ("A\r\n0123456789\r\n0\r\nT: x\r\n\r\n", "0123456789"),
            ("4\r\nWi", nil), ("zz\r\n", nil), ("4\r\nWiki\r\n", nil), ("", nil), ("-1\r\n\r\n", nil),
        ] as [(String, String?)])
    func chunks(_ text: String, _ wanted: String?) {
        #expect(ChunkedBody.decode(Data(text.utf8)).map { String(decoding: $0, as: UTF8.self) } == wanted)
    }

    @Test(
        "Where a URL leads",
        arguments: [
            ("http://127.0.0.1:4510", "127.0.0.1:4510", 4510, false, ""),
            ("https://rds.eu-west-1.amazonaws.com", "rds.eu-west-1.amazonaws.com", 443, true, ""),
            ("http://[::1]:8080/api/", "[::1]:8080", 8080, false, "/api"), ("http://app", "app", 80, false, ""),
        ])
    func places(_ url: String, _ authority: String, _ port: Int, _ usesTLS: Bool, _ path: String) throws {
        let place = try LocalHTTP.Place(url: url, certificateBundle: nil)
        #expect(place.authority == authority && place.port == port && place.usesTLS == usesTLS && place.path == path)
    }

    @Test("What is no URL of HTTP is refused", arguments: ["ftp://a", "nonsense", "http://", "postgresql://a/b"])
    func refused(_ url: String) {
        #expect(throws: InstallationError.self) { try LocalHTTP.Place(url: url, certificateBundle: nil) }
    }
}
