import Testing

@testable import Cgroups

@Suite("Where limits can be set")
struct CgroupLayoutTests {
    /// A host of systemd, as Debian 12 has it.
    static let unified = """
        25 30 0:23 / /sys rw,nosuid,nodev,noexec,relatime shared:7 - sysfs sysfs rw
        31 25 0:27 / /sys/fs/cgroup rw,nosuid,nodev,noexec,relatime shared:9 - cgroup2 cgroup2 rw,nsdelegate,memory_recursiveprot
        """
    /// Each controller by itself, and an empty version 2 beside them.
    static let separate = """
        31 23 0:28 / /sys/fs/cgroup rw,relatime - tmpfs tmpfs rw,mode=755
        32 31 0:29 / /sys/fs/cgroup/cpu rw,relatime - cgroup cgroup rw,cpu
        33 31 0:30 / /sys/fs/cgroup/cpuacct rw,relatime - cgroup cgroup rw,cpuacct
        35 31 0:32 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory
        38 31 0:35 / /sys/fs/cgroup/blkio rw,relatime - cgroup cgroup rw,blkio
        40 31 0:37 / /sys/fs/cgroup/systemd rw,relatime - cgroup cgroup rw,name=systemd
        41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw
        """
    /// Older hosts of systemd have two controllers in one hierarchy.
    static let joined = """
        32 31 0:29 / /sys/fs/cgroup/cpu,cpuacct rw,relatime - cgroup cgroup rw,cpu,cpuacct
        35 31 0:32 / /sys/fs/cgroup/memory ro,relatime - cgroup cgroup rw,memory
        """

    @Test("Version 2, version 1, and both")
    func places() {
        let two = CgroupLayout.detect(
            mountinfo: Self.unified, controllers: ["/sys/fs/cgroup": "cpuset cpu io memory hugetlb pids rdma misc\n"])
        let top = CgroupLayout.Place(version: .v2, top: "/sys/fs/cgroup")
        #expect(two.places == [.cpu: top, .memory: top, .io: top])
        #expect(two.absences.isEmpty && two.tops == ["/sys/fs/cgroup"])
        #expect(two.summary == "cpu and memory (cgroup v2)")

        let one = CgroupLayout.detect(mountinfo: Self.separate, controllers: ["/sys/fs/cgroup/unified": "\n"])
        #expect(
            one.places == [
                .cpu: .init(version: .v1, top: "/sys/fs/cgroup/cpu"),
                .memory: .init(version: .v1, top: "/sys/fs/cgroup/memory"),
                .io: .init(version: .v1, top: "/sys/fs/cgroup/blkio"),
            ])
        #expect(one.summary == "cpu and memory (cgroup v1)")
    }

    @Test("What cannot be used is named, with the reason")
    func absences() {
        let joined = CgroupLayout.detect(mountinfo: Self.joined, controllers: [:])
        #expect(joined.places == [.cpu: .init(version: .v1, top: "/sys/fs/cgroup/cpu,cpuacct")])
        #expect(joined.absences[.memory] == "/sys/fs/cgroup/memory is mounted read-only")
        #expect(joined.absences[.io] == "no cgroup hierarchy has the controller io")
        #expect(joined.summary == "cpu (cgroup v1); not memory: /sys/fs/cgroup/memory is mounted read-only")

        let nothing = CgroupLayout.detect(mountinfo: "25 30 0:23 / /sys rw - sysfs sysfs rw", controllers: [:])
        #expect(nothing.places.isEmpty && nothing.summary == "none (no cgroup file system is mounted)")

        let bare = CgroupLayout.detect(mountinfo: Self.unified, controllers: ["/sys/fs/cgroup": ""])
        #expect(
            bare.summary == "none (no cgroup hierarchy has the controller cpu; no cgroup hierarchy has the controller memory)")
    }

    @Test("Lines of mountinfo, as containers and odd directories have them")
    func lines() throws {
        let mount = try #require(
            CgroupMount("35 31 0:32 /docker/ab /mnt/a\\040b\\134c ro,relatime master:1 propagate_from:2 - cgroup x rw,memory"))
        #expect(mount.directory == "/mnt/a b\\c" && mount.root == "/docker/ab" && mount.isReadOnly)
        #expect(mount.options == ["rw", "memory"] && mount.version == .v1)
        for other in ["", "35 31 0:32 / /x rw - tmpfs tmpfs rw", "35 31 0:32 / /x rw", "35 31 - cgroup cgroup rw"] {
            #expect(CgroupMount(Substring(other)) == nil)
        }
    }
}

@Suite("Limits that others have set")
struct ForeignLimitTests {
    private typealias File = ForeignLimit.File

    @Test("Version 1: the groups above in the controller's own hierarchy")
    func versionOne() {
        let layout = CgroupLayout.detect(mountinfo: CgroupLayoutTests.separate, controllers: [:])
        let own = "4:memory:/a/b\n2:cpuacct:/\n1:cpu:/\n0::/\n"
        #expect(
            ForeignLimit.files(layout, mountinfo: CgroupLayoutTests.separate, ownGroups: own) == [
                File(controller: .memory, path: "/sys/fs/cgroup/memory/a/memory.limit_in_bytes"),
                File(controller: .memory, path: "/sys/fs/cgroup/memory/a/b/memory.limit_in_bytes"),
            ])
    }

    @Test("Version 2: leaving a group leaves all of its limits")
    func versionTwo() {
        let layout = CgroupLayout.detect(mountinfo: CgroupLayoutTests.unified, controllers: ["/sys/fs/cgroup": "cpu memory"])
        let files = ForeignLimit.files(
            layout, mountinfo: CgroupLayoutTests.unified, ownGroups: "0::/system.slice/martlet.service")
        #expect(
            files.filter { $0.controller == .cpu }.map(\.path) == [
                "/sys/fs/cgroup/system.slice/cpu.max", "/sys/fs/cgroup/system.slice/memory.max",
                "/sys/fs/cgroup/system.slice/io.max", "/sys/fs/cgroup/system.slice/martlet.service/cpu.max",
                "/sys/fs/cgroup/system.slice/martlet.service/memory.max",
                "/sys/fs/cgroup/system.slice/martlet.service/io.max",
            ])
        #expect(ForeignLimit.files(layout, mountinfo: CgroupLayoutTests.unified, ownGroups: "0::/").isEmpty)
        #expect(ForeignLimit.files(layout, mountinfo: CgroupLayoutTests.unified, ownGroups: "0::/../x").isEmpty)
    }

    @Test("In a container the mounted group is the top")
    func container() {
        let mounts = "35 31 0:32 /docker/ab /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory"
        let layout = CgroupLayout.detect(mountinfo: mounts, controllers: [:])
        #expect(ForeignLimit.files(layout, mountinfo: mounts, ownGroups: "4:memory:/docker/ab").isEmpty)
        #expect(
            ForeignLimit.files(layout, mountinfo: mounts, ownGroups: "4:memory:/docker/ab/c").map(\.path) == [
                "/sys/fs/cgroup/memory/c/memory.limit_in_bytes"
            ])
        #expect(ForeignLimit.files(layout, mountinfo: mounts, ownGroups: "4:memory:/elsewhere").isEmpty)
    }

    @Test(
        "What is a limit",
        arguments: [
            ("cpu.max", "max 100000\n", false), ("cpu.max", "50000 100000\n", true), ("memory.max", "max\n", false),
            ("memory.max", "1073741824\n", true), ("cpu.cfs_quota_us", "-1\n", false), ("cpu.cfs_quota_us", "20000\n", true),
            ("memory.limit_in_bytes", "9223372036854771712\n", false), ("memory.limit_in_bytes", "4096\n", true),
            ("memory.max", "", false), ("io.max", "", false), ("io.max", "7:0 rbps=max wbps=max riops=max wiops=max\n", false),
            ("io.max", "8:0 rbps=max wbps=max riops=120 wiops=max\n", true), ("blkio.throttle.read_bps_device", "", false),
            ("blkio.throttle.read_bps_device", "8:0 1048576\n", true),
        ])
    func limits(_ file: String, _ text: String, _ isLimit: Bool) {
        #expect(ForeignLimit.isLimit("/x/\(file)", text) == isLimit)
    }
}
