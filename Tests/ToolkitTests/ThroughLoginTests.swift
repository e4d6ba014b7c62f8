import Foundation
import Testing

@testable import Toolkit

/// What lets us into an application, and stays secret.
extension ThroughTests {
    @Test("Headers come from a file, a line each")
    func headers() throws {
        let headers = try ThroughHeaders(file: "Authorization: Bearer abc.def\n\nX-Tenant:\t acme \n".utf8)
        #expect(headers.all == [.init(name: "Authorization", value: "Bearer abc.def"), .init(name: "X-Tenant", value: "acme")])
        var basic = ThroughHeaders()
        // RFC 7617, 2.
        try basic.addBasic(user: "Aladdin", password: "open sesame")
        #expect(basic.all == [.init(name: "Authorization", value: "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==")])
        #expect(throws: ToolkitError.self) {
            var both = headers
            try both.addBasic(user: "a", password: "b")
        }
    }

    @Test(
        "Headers that would break the request are refused with their line, and without the secret",
        arguments: [
            ("A: s3cret\r\n", "line 1"), ("A: ok\nB: s3c\rret", "line 2"), ("A: s3cret\u{0}", "line 1"), ("s3cret", "line 1"),
            ("A s3cret: b", "line 1"), (": s3cret", "line 1"), ("A: b\n s3cret: c", "line 2"), ("Ä: s3cret", "line 1"),
            ("A: s3crét", "line 1"), ("A: \u{7F}s3cret", "line 1"), ("A:", "line 1"), ("A: b\na: s3cret", "twice"),
            ("", "no header"), ("\n", "no header"), ("Host: s3cret", "host"), ("CONTENT-LENGTH: 3", "content-length"),
            ("Content-Type: s3cret", "content-type"), ("transfer-encoding: s3cret", "transfer-encoding"),
            ("Connection: s3cret", "connection"), ("Idempotency-Key: s3cret", "idempotency-key"), ("Accept: s3cret", "accept"),
        ])
    func badHeaders(_ file: String, _ words: String) {
        let error = #expect(throws: ToolkitError.self) { try ThroughHeaders(file: file.utf8) }
        #expect(error?.description.contains(words) == true && error?.description.contains("--through-header-file") == true)
        #expect(error?.description.contains("s3c") == false)
    }

    @Test("The login in an application's URL is taken out of it; a query and half a login are refused without quoting them")
    func address() throws {
        let plain = try ThroughAddress("https://app.example:8443/a@b/")
        #expect(plain.plain == "https://app.example:8443/a@b/" && plain.user == nil && plain.password == nil)
        let login = try ThroughAddress("http://ann%40x:p%3Aw%2Fd@[::1]:80/base")
        #expect(login.plain == "http://[::1]:80/base" && login.user == "ann@x" && login.password == "p:w/d")
        for url in [
            "http://h/?key=s3cret", "http://h/#s3cret", "http://s3cret@h/", "http://s3cret:@h/", "http://:s3cret@h/",
            "http://a%3As3cret:b@h/", "ftp://a:s3cret@h/", "s3cret", "http:///s3cret", "http://a:s3cret@/",
        ] {
            let error = #expect(throws: ToolkitError.self, "\(url)") { try ThroughAddress(url) }
            #expect(error?.description.contains("s3cret") == false && error?.description.contains("--through") == true)
        }
    }

    @Test("A journal that has the login and the query of the application's URL in its name is still that of the migration")
    func formerName() async throws {
        try await withDirectory { directory in
            let header = "{\"table\":\"\",\"key\":\"sqlite:///a → http://u:p@h:1/x?y=z\",\"state\":\"sent\"}\n"
            try Data(header.utf8).write(to: URL(fileURLWithPath: directory + "/journal"))
            let open = { (name: String) in try ThroughJournal(path: directory + "/journal", source: name) }
            #expect(throws: Never.self) { try open("sqlite:///a → http://h:1/x") }
            #expect(throws: ToolkitError.self) { try open("sqlite:///a → http://h:1/") }
        }
    }

    @Test("A secret file is its owner's alone, and has an end")
    func secretFile() async throws {
        try await withDirectory { directory in
            let path = directory + "/headers"
            func write(_ bytes: Int, mode: Int) throws {
                try Data(repeating: 0x61, count: bytes).write(to: URL(fileURLWithPath: path))
                try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
            }
            try write(SecretFile.limitBytes, mode: 0o600)
            #expect(try SecretFile.read(path, option: "--x").count == SecretFile.limitBytes)
            for mode in [0o640, 0o604, 0o620] {
                try write(3, mode: mode)
                let error = #expect(throws: ToolkitError.self) { try SecretFile.read(path, option: "--x") }
                #expect(error?.description == "--x: others may read \(path); make it yours alone: chmod 600 \(path)")
            }
            try write(SecretFile.limitBytes + 1, mode: 0o600)
            #expect(throws: ToolkitError("--x: \(path) has more than 65536 bytes")) { try SecretFile.read(path, option: "--x") }
            #expect(throws: ToolkitError("--x: \(directory)/no cannot be read")) {
                try SecretFile.read(directory + "/no", option: "--x")
            }
        }
    }

    @Test("An application that quotes our headers does not bring them into a file or an error")
    func quoted() async throws {
        try await withDirectory { directory in
            let session = try source(directory)
            var headers = try ThroughHeaders(file: "X-Key: k3y/s3cret\nCookie: a=b; sid=s1ds3cret\n".utf8)
            try headers.addBasic(user: "ann", password: "p4ss s3cret")
            let basic = headers.all[2].value
            let words = ["k3y/s3cret", "k3y\\/s3cret", "s1ds3cret", basic, String(basic.dropFirst(6)), "p4ss s3cret"]
            // One of them lies across the place where the reason is cut.
            let body = words.joined(separator: " ") + String(repeating: "-", count: 1_890) + words[0] + words[0]
            func run(_ status: Int?) async throws {
                let migration = try ThroughMigration(
                    from: session, named: "old", map: ThroughMap(data: Self.map.utf8), journal: directory + "/journal",
                    rejects: directory + "/rejects", headers: headers
                ) { _, _, _ in
                    guard let status else { throw SQLFailure(body) }
                    return (status, Data(body.utf8))
                }
                _ = try await migration.run { _, _, _ in }
            }
            let error = await #expect(throws: ToolkitError.self) { try await run(nil) }
            try session.run("COMMIT")
            try await run(422)
            let files = try ["/journal", "/rejects"].map { try String(contentsOfFile: directory + $0, encoding: .utf8) }
            for text in files + ["\(try #require(error))"] {
                #expect(!text.contains("s3cret") && !text.contains(basic.dropFirst(6)) && !text.contains("k3y"))
            }
            #expect(files[1].contains("[hidden]"))
            session.close()
        }
    }
}
