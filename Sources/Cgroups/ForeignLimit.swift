/// A limit that somebody has put on Martlet itself. Servers that were moved to a group at the top would escape it, so they
/// stay where they are.
enum ForeignLimit {
    /// A file that would hold it.
    struct File: Equatable {
        var controller: CgroupController
        var path: String
    }

    /// The files of the groups that this process is in, below the top of each hierarchy.
    ///
    /// - Parameter ownGroups: `/proc/self/cgroup`.
    static func files(_ layout: CgroupLayout, mountinfo: String, ownGroups: String) -> [File] {
        let mounts = CgroupMount.all(mountinfo)
        return layout.places.sorted { $0.key < $1.key }.flatMap { controller, place -> [File] in
            guard let mount = mounts.first(where: { $0.directory == place.top }),
                let group = group(of: controller, place.version, in: ownGroups), let inner = below(mount.root, group)
            else { return [] }
            // Of version 2 a process is in one group, whose limits it leaves all at once.
            let controllers = place.version == .v1 ? [controller] : CgroupController.allCases
            let names = controllers.flatMap { limitFiles($0, place.version) }
            return ancestors(inner).flatMap { group in
                names.map { File(controller: controller, path: "\(place.top)/\(group)/\($0)") }
            }
        }
    }

    /// True when what such a file holds limits anything.
    static func isLimit(_ file: String, _ text: String) -> Bool {
        if file.hasSuffix("/io.max") || file.contains("/blkio.throttle.") {
            return !LimitReading.limits([String(file.split(separator: "/").last ?? ""): text]).io.isEmpty
        }
        let first = CgroupLayout.words(text).first.map(String.init) ?? "max"
        guard first != "max", let number = Int(first) else { return false }
        if file.hasSuffix("cpu.cfs_quota_us") { return number >= 0 }
        return number < LimitReading.unlimitedBytes
    }

    private static func limitFiles(_ controller: CgroupController, _ version: CgroupLayout.Version) -> [String] {
        switch (controller, version) {
        case (.cpu, .v1): ["cpu.cfs_quota_us"]
        default: LimitReading.files(controller, version)
        }
    }

    /// The group of a process in a hierarchy, from `/proc/PID/cgroup`: `4:memory:/a/b`, `0::/a/b`.
    static func group(of controller: CgroupController, _ version: CgroupLayout.Version, in groups: String) -> String? {
        for line in groups.split(separator: "\n") {
            let fields = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
            guard fields.count == 3 else { continue }
            let isMeant =
                version == .v2
                ? fields[0] == "0" && fields[1].isEmpty
                : fields[1].split(separator: ",").contains(Substring(controller.formerName))
            if isMeant { return String(fields[2]) }
        }
        return nil
    }

    /// The path of a group below the one that is mounted; nil where it is outside.
    private static func below(_ root: String, _ group: String) -> String? {
        guard !group.hasPrefix("/..") else { return nil }
        if root == "/" { return String(group.dropFirst()) }
        guard group == root || group.hasPrefix(root + "/") else { return nil }
        return String(group.dropFirst(root.count + 1))
    }

    /// `a/b/c` and what it is in, the topmost group left out: `a`, `a/b`, `a/b/c`.
    private static func ancestors(_ path: String) -> [String] {
        let parts = path.split(separator: "/")
        return parts.indices.map { parts[...$0].joined(separator: "/") }
    }
}
