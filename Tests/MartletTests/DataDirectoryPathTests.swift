import Foundation
import Testing

@testable import martlet

@Suite struct DataDirectoryPathTests {
    /// Mounts and processes are found by the paths that the kernel tells.
    @Test func linksAreFollowedAsFarAsTheyExist() throws {
        let files = FileManager.default
        let scratch = files.temporaryDirectory.appending(path: "martlet-\(UUID().uuidString)").path(percentEncoded: false)
        try files.createDirectory(atPath: scratch + "/real/data", withIntermediateDirectories: true)
        defer { #expect(throws: Never.self) { try files.removeItem(atPath: scratch) } }
        try files.createSymbolicLink(atPath: scratch + "/link", withDestinationPath: scratch + "/real")
        let real = DataDirectory(path: scratch + "/real/data").path
        #expect(real.hasSuffix("/real/data"))
        #expect(DataDirectory(path: scratch + "/link/data/").path == real)
        #expect(DataDirectory(path: scratch + "/link/new/er").path == String(real.dropLast(4)) + "new/er")
        #expect(DataDirectory(path: "/").path == "/")
    }
}
