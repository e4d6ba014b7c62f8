import Foundation
import Resources
import Testing

@testable import Engines

/// On made-up installations: what matters is where things are put.
@Suite struct PostgreSQLTreeTests {
    private func withInstallation(_ body: (PostgreSQLTree, String) throws -> Void) throws {
        let root = "/tmp/martlet-test-\(UUID().uuidString.prefix(8))"
        defer { #expect(throws: Never.self) { try TreeRemoval.remove(root) } }
        let bin = "\(root)/usr/lib/pg/15/bin"
        let share = "\(root)/usr/share/pg/15"
        for directory in [bin, "\(root)/usr/lib/pg/15/lib", "\(share)/extension", "\(root)/engines"] {
            try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        }
        for file in ["\(bin)/postgres", "\(bin)/initdb", "\(share)/postgres.bki", "\(share)/extension/hstore--1.0.sql"] {
            try FileSystem.replace(file, with: file, mode: 0o755)
        }
        for name in ["hstore", "file_fdw"] {
            try FileSystem.replace("\(share)/extension/\(name).control", with: "comment = 'x'\n", mode: 0o644)
        }
        let installation = PostgreSQLInstallation(
            bin: bin, share: share, library: "\(root)/usr/lib/pg/15/lib",
            version: EngineVersion(version: "15.1", family: "postgres15", major: "15"))
        try body(PostgreSQLTree(installation: installation, root: "\(root)/engines/postgres-15.1"), root)
    }

    @Test func mirrorsTheLayoutWithTheAllowedExtensionsOnly() throws {
        try withInstallation { tree, root in
            try tree.prepare()
            #expect(tree.postgres == "\(tree.root)/lib/pg/15/bin/postgres")
            #expect(FileSystem.read(tree.postgres) == "\(root)/usr/lib/pg/15/bin/postgres")
            #expect(FileSystem.status(tree.postgres)?.st_mode == S_IFREG | 0o755)
            #expect(FileSystem.target(ofLink: "\(tree.root)/lib/pg/15/lib") == "\(root)/usr/lib/pg/15/lib")
            #expect(FileSystem.target(ofLink: "\(tree.root)/share/pg/15/postgres.bki") != nil)
            let extensions = "\(tree.root)/share/pg/15/extension"
            #expect(FileSystem.names(in: extensions) == ["hstore--1.0.sql", "hstore.control"])
            #expect(FileSystem.read("\(extensions)/hstore.control")?.contains("trusted = true") == true)
        }
    }

    @Test func isMadeAgainWhenTheInstallationHasChangedAndOnlyThen() throws {
        try withInstallation { tree, root in
            try tree.prepare()
            let first = try #require(FileSystem.status(tree.postgres)).st_ino
            try tree.prepare()
            #expect(FileSystem.status(tree.postgres)?.st_ino == first)
            try FileSystem.replace("\(root)/usr/lib/pg/15/bin/postgres", with: "a newer one", mode: 0o755)
            try tree.prepare()
            #expect(FileSystem.read(tree.postgres) == "a newer one")
            #expect(FileSystem.names(in: "\(root)/engines") == ["postgres-15.1"])
        }
    }

    @Test func leftoversOfAnInterruptedBuildGoAway() throws {
        try withInstallation { tree, root in
            try FileSystem.makeDirectory("\(tree.root).dead.partial", mode: 0o755)
            try tree.prepare()
            #expect(FileSystem.names(in: "\(root)/engines") == ["postgres-15.1"])
        }
    }
}
