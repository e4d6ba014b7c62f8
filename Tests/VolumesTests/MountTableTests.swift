import Testing

@testable import Volumes

@Suite struct MountTableTests {
    static let text = """
        22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw
        35 22 7:0 /cluster /var/lib/martlet/instances/db-A rw,nodev shared:9 master:3 - ext4 /dev/loop0 rw,errors=remount-ro
        36 22 0:50 / /var/lib/martlet/a\\040b rw - fuse.gocryptfs /var/lib/x\\134y rw
        37 22 0:51 / /var/lib/martlet2 rw - tmpfs tmpfs rw
        torn line
        """

    @Test func entries() throws {
        let table = MountTable(Self.text)
        #expect(table.entries.count == 4)
        let found = try #require(table.at("/var/lib/martlet/instances/db-A"))
        #expect(
            found
                == .init(
                    mountPoint: "/var/lib/martlet/instances/db-A", type: "ext4", source: "/dev/loop0", root: "/cluster",
                    device: "7:0"))
        #expect(table.at("/var/lib/martlet/a b")?.source == "/var/lib/x\\y")
        #expect(table.at("/nowhere") == nil)
    }

    @Test func below() {
        let table = MountTable(Self.text)
        #expect(
            table.below("/var/lib/martlet").map(\.mountPoint) == ["/var/lib/martlet/a b", "/var/lib/martlet/instances/db-A"])
    }
}
