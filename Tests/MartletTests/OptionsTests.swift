import ArgumentParser
import Foundation
import Logging
import Testing

@testable import martlet

@Suite("Options")
struct OptionsTests {
    @Test(
        "Where to listen",
        arguments: [
            ("127.0.0.1:4510", "127.0.0.1", 4510), ("4510", "127.0.0.1", 4510), ("[::1]:80", "::1", 80),
            ("0.0.0.0:0", "0.0.0.0", 0),
        ])
    func listen(_ text: String, host: String, port: Int) throws {
        let address = try #require(ListenAddress(argument: text))
        #expect(address.host == host && address.port == port)
    }

    @Test("What is no address", arguments: ["", "host:", ":80", "127.0.0.1:70000", "127.0.0.1:x"])
    func noAddress(_ text: String) { #expect(ListenAddress(argument: text) == nil) }

    @Test("Clients of a server that listens everywhere use loopback")
    func url() throws {
        #expect(try #require(ListenAddress(argument: "0.0.0.0:1")).url(port: 9) == "http://127.0.0.1:9")
        #expect(try #require(ListenAddress(argument: "[::]:1")).url(port: 9) == "http://[::1]:9")
    }

    @Test("A block of addresses, an account and regions are checked before anything runs")
    func validation() {
        #expect(throws: (any Error).self) { try ServeCommand.parse(["--address-range", "10.0.0.0/8"]) }
        #expect(throws: (any Error).self) { try ServeCommand.parse(["--account", "12"]) }
        #expect(throws: (any Error).self) { try ServeCommand.parse(["--regions", "us-east-1,mars-1"]) }
        #expect(throws: (any Error).self) { try ServeCommand.parse(["--warm-pool", "-1"]) }
        #expect(throws: Never.self) {
            try ServeCommand.parse(["--regions", "us-east-1, eu-west-1", "--account", "000000000001"])
        }
    }

    @Test(
        "A shared address is one address of this machine, with a port that an instance can have",
        arguments: [
            "0.0.0.0:5432", "[::]:5432", "[0:0::0]:5432", "db.test:5432", "10.0.0.1:80", "10.0.0.1:5432,10.0.0.1:5432", "",
        ])
    func noSharedAddress(_ text: String) {
        #expect(throws: (any Error).self) { try ServeCommand.parse(["--domain", "db.test", "--gateway-listen", text]) }
    }

    @Test("Shared addresses need a domain that DNS can lead there")
    func sharedAddresses() throws {
        #expect(throws: (any Error).self) { try ServeCommand.parse(["--gateway-listen", "10.0.0.1:5432"]) }
        let words = ["--domain", "db.test", "--gateway-listen", "10.0.0.1:5432, [2001:db8::1]:5433"]
        let options = try #require(ServeCommand.parse(words).gatewayListen)
        #expect(options.ports == [5432, 5433] && options.addresses.map(\.host) == ["10.0.0.1", "2001:db8::1"])
    }
}

@Suite("Log lines")
struct LogLineTests {
    private let line = LogLine(
        date: Date(timeIntervalSince1970: 0.25), level: .warning, label: "serve", message: "two\nlines",
        metadata: ["b": "x y", "a": "1", "c": "say \"so\""])

    @Test("Text: one line, keys in order, values quoted where needed")
    func text() {
        #expect(line.text == #"1970-01-01T00:00:00.250Z warning serve: two\nlines a=1 b="x y" c="say \"so\"""#)
    }

    @Test("JSON: one object, the metadata beside the message")
    func json() throws {
        let object = try JSONDecoder().decode([String: String].self, from: Data(line.json.utf8))
        #expect(object["msg"] == "two\nlines" && object["level"] == "warning" && object["b"] == "x y")
        #expect(!line.json.contains("\n"))
    }
}

@Suite("Data directory")
struct DataDirectoryTests {
    private func temporary() -> DataDirectory { DataDirectory(path: NSTemporaryDirectory() + "martlet-dir-\(UUID().uuidString)") }

    @Test("Made once, private, and accepted again")
    func prepare() throws {
        let directory = temporary()
        defer { try? FileManager.default.removeItem(atPath: directory.path) }
        try directory.prepare()
        try directory.prepare()
        let mode = try FileManager.default.attributesOfItem(atPath: directory.store)[.posixPermissions] as? Int
        #expect(mode == 0o700)
    }

    @Test("One of a later Martlet is refused, and so is one that is none", arguments: ["2", "99", "", "text"])
    func format(_ text: String) throws {
        let directory = temporary()
        defer { try? FileManager.default.removeItem(atPath: directory.path) }
        try directory.prepare()
        try Data(text.utf8).write(to: URL(fileURLWithPath: directory.formatFile))
        #expect(throws: (any Error).self) { try directory.prepare() }
    }

    @Test("A second control plane is refused while the first one holds the lock")
    func lock() throws {
        let directory = temporary()
        defer { try? FileManager.default.removeItem(atPath: directory.path) }
        try directory.prepare()
        let first = try ServeLock(directory)
        #expect(throws: InstallationError.self) { try ServeLock(directory) }
        #expect(ServeLock.holder(of: directory) == getpid())
        withExtendedLifetime(first) {}
    }

    @Test("A lock that outlives its process for a moment is waited for, not for ever")
    func lockOfTheDead() throws {
        let directory = temporary()
        defer { try? FileManager.default.removeItem(atPath: directory.path) }
        try directory.prepare()
        // Held under the number of a process that cannot be there, as by the last thread of a killed one.
        let held = open(directory.lockFile, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        try #require(held >= 0 && flock(held, LOCK_EX | LOCK_NB) == 0 && write(held, "4194305\n", 8) == 8)
        #expect(throws: InstallationError.self) { try ServeLock(directory, patience: .milliseconds(30)) }
        Thread.detachNewThread {
            usleep(100_000)
            close(held)
        }
        let lock = try ServeLock(directory, patience: .seconds(60))
        #expect(ServeLock.holder(of: directory) == getpid())
        withExtendedLifetime(lock) {}
    }

    @Test("The root key is made once; one in the environment replaces it; half a key is refused")
    func credentials() throws {
        let directory = temporary()
        defer { try? FileManager.default.removeItem(atPath: directory.path) }
        try directory.prepare()
        let made = try RootCredentials.loadOrMake(in: directory, environment: [:])
        #expect(made.accessKeyID.count == 20 && made.secretAccessKey.count == 40)
        #expect(try RootCredentials.loadOrMake(in: directory, environment: [:]) == made)
        let given = ["MARTLET_ROOT_ACCESS_KEY_ID": "AKIATEST", "MARTLET_ROOT_SECRET_ACCESS_KEY": "s3cret"]
        #expect(try RootCredentials.loadOrMake(in: directory, environment: given).accessKeyID == "AKIATEST")
        #expect(throws: InstallationError.self) {
            try RootCredentials.loadOrMake(in: directory, environment: ["MARTLET_ROOT_ACCESS_KEY_ID": "AKIATEST"])
        }
    }
}
