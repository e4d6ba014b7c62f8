import Foundation

/// The groups of one installation: `martlet-ID` at the top of each hierarchy, and in it one group for each server.
///
/// At the top, so that `serve` finds them from wherever it is started next.
public struct InstallationGroups: Sendable, Equatable {
    /// `martlet-ID`
    public let name: String
    public private(set) var layout: CgroupLayout

    public init(installation: String, layout: CgroupLayout) {
        name = "martlet-" + installation
        self.layout = layout
    }

    /// What can be limited here.
    public var controllers: Set<CgroupController> { Set(layout.places.keys) }

    /// What this host has. Looks, and changes nothing.
    public static func detected(installation: String) -> InstallationGroups {
        let mountinfo = GroupFiles.read("/proc/self/mountinfo") ?? ""
        var controllers: [String: String] = [:]
        for mount in CgroupMount.all(mountinfo) where mount.version == .v2 {
            controllers[mount.directory] = GroupFiles.read(mount.directory + "/cgroup.controllers")
        }
        var layout = CgroupLayout.detect(mountinfo: mountinfo, controllers: controllers)
        let own = GroupFiles.read("/proc/self/cgroup") ?? ""
        for file in ForeignLimit.files(layout, mountinfo: mountinfo, ownGroups: own) {
            guard let text = GroupFiles.read(file.path), ForeignLimit.isLimit(file.path, text) else { continue }
            layout.drop(file.controller, because: "\(file.path) limits Martlet itself, and its servers must not escape that")
        }
        return InstallationGroups(installation: installation, layout: layout)
    }

    /// Makes the installation's groups, which shows what can be limited: what refuses is left out from then on, with its reason.
    ///
    /// I/O waits for the first server that needs it: it is a hierarchy of its own, or costs every group of the host a little.
    public mutating func prepare() {
        for controller in layout.places.keys.sorted() where controller != .io {
            do { try prepare(controller) } catch { layout.drop(controller, because: "\(error)") }
        }
        // What was made for nothing.
        let used = Set(layout.tops)
        for place in Self.everyTop where !used.contains(place) { rmdir("\(place)/\(name)") }
    }

    /// Why I/O cannot be limited here; nil where it can. Makes the installation's group to see that, and leaves it.
    public func ioObstacle() -> String? {
        guard let place = layout.places[.io] else { return layout.absences[.io] ?? "no cgroup hierarchy has the controller io" }
        do { try prepare(.io) } catch { return "\(error)" }
        let missing = LimitReading.files(.io, place.version).first { !GroupFiles.exists("\(place.top)/\(name)/\($0)") }
        return missing.map { "the kernel has no \($0)" }
    }

    /// Makes what is above a server's group.
    func prepare(_ controller: CgroupController) throws(CgroupError) {
        guard let place = layout.places[controller] else { return }
        let group = "\(place.top)/\(name)"
        try GroupFiles.make(group)
        guard place.version == .v2 else { return }
        for parent in [place.top, group] { try Self.enable(controller, in: parent) }
    }

    /// Lets the groups in a group be limited (version 2).
    private static func enable(_ controller: CgroupController, in group: String) throws(CgroupError) {
        let file = group + "/cgroup.subtree_control"
        if CgroupLayout.words(GroupFiles.read(file) ?? "").contains(Substring(controller.rawValue)) { return }
        try GroupFiles.write(file, "+" + controller.rawValue)
    }

    public func group(of id: String) -> ServerGroup { ServerGroup(installation: self, id: id) }

    /// Removes groups of servers that are not among `ids` and have no process in them.
    ///
    /// - Returns: what could not be removed, and why.
    public func removeAll(except ids: Set<String>) -> [CgroupError] {
        var failures: [CgroupError] = []
        for group in everyGroup where !ids.contains(group.id) {
            guard (GroupFiles.read(group.path + "/cgroup.procs") ?? "").isEmpty else { continue }
            do { try GroupFiles.remove(group.path) } catch { failures.append(error) }
        }
        return failures
    }

    /// Removes every group of the installation, once no server runs any more. Waits a moment for what has just been ended.
    ///
    /// - Throws: the first thing that could not be removed.
    public func removeAll() throws(CgroupError) {
        for group in everyGroup { try GroupFiles.remove(group.path) }
        for top in Self.everyTop where GroupFiles.exists("\(top)/\(name)") { try GroupFiles.remove("\(top)/\(name)") }
    }

    private var everyGroup: [(id: String, path: String)] {
        Self.everyTop.flatMap { top in
            GroupFiles.names(in: "\(top)/\(name)").map { (id: $0, path: "\(top)/\(name)/\($0)") }
        }
    }

    /// Every hierarchy that is mounted: groups may be left from when another one was in use.
    private static var everyTop: [String] {
        Array(Set(CgroupMount.all(GroupFiles.read("/proc/self/mountinfo") ?? "").map(\.directory))).sorted()
    }
}
