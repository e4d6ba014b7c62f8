import Foundation

/// The group of one server, in each hierarchy that is in use for it. Every verb may be repeated, and may be cut short anywhere.
public struct ServerGroup: Sendable, Equatable {
    let installation: InstallationGroups
    /// The `DbiResourceId`.
    let id: String

    private var layout: CgroupLayout { installation.layout }

    /// `TOP/martlet-ID/db-…`; nil where this cannot be limited.
    func directory(_ controller: CgroupController) -> String? {
        layout.places[controller].map { "\($0.top)/\(installation.name)/\(id)" }
    }

    private func directories(_ controllers: Set<CgroupController>) -> [String] {
        Array(Set(controllers.compactMap(directory))).sorted()
    }

    // MARK: Looking

    /// What is there now.
    ///
    /// - Parameter pid: the server process, if there is one.
    public func sight(_ pid: Int32?) -> GroupSight {
        var sight = GroupSight(controllers: Set(layout.places.keys))
        let groups = pid.flatMap { GroupFiles.read("/proc/\($0)/cgroup") } ?? ""
        var texts: [String: String] = [:]
        for (controller, place) in layout.places {
            guard let directory = directory(controller), GroupFiles.exists(directory) else { continue }
            sight.present.insert(controller)
            // Whatever a namespace leaves out of the path, its end is ours alone.
            if let group = ForeignLimit.group(of: controller, place.version, in: groups),
                group.hasSuffix("/\(installation.name)/\(id)")
            {
                sight.members.insert(controller)
            }
            for file in LimitReading.files(controller, place.version) { texts[file] = GroupFiles.read("\(directory)/\(file)") }
        }
        sight.limits = LimitReading.limits(texts)
        sight.memoryKills = memoryKills()
        sight.countsCachedWrites = layout.places[.io]?.version == .v2 && layout.places[.memory] == layout.places[.io]
        return sight
    }

    /// How many of its processes the kernel has ended for want of memory.
    public func memoryKills() -> Int {
        guard let place = layout.places[.memory], let directory = directory(.memory) else { return 0 }
        return LimitReading.kills(GroupFiles.read("\(directory)/\(LimitReading.killFile(place.version))") ?? "")
    }

    // MARK: Acting

    /// Makes the group with these limits. Those that the host cannot set are left out.
    public func prepare(_ wanted: ServerLimits) throws(CgroupError) {
        let wanted = wanted.within(Set(layout.places.keys))
        for controller in wanted.controllers.sorted() { try make(controller) }
        let seen = sight(nil).limits
        try checkHeld(wanted, seen)
        for write in LimitPlan.writes(wanted, seen: seen, layout.places.mapValues(\.version)) {
            guard let directory = directory(write.controller), GroupFiles.exists(directory) else { continue }
            do { try GroupFiles.write("\(directory)/\(write.file)", write.value) } catch {
                // A device that has gone took its limits along.
                if error.code != ENODEV || !write.isLifting { throw error }
            }
        }
    }

    private func make(_ controller: CgroupController) throws(CgroupError) {
        guard let directory = directory(controller), let place = layout.places[controller] else { return }
        // Of version 2 all share one directory, and a controller's files appear in it once it is enabled above.
        let files = LimitReading.files(controller, place.version)
        if files.allSatisfy({ GroupFiles.exists("\(directory)/\($0)") }) { return }
        try installation.prepare(controller)
        try GroupFiles.make(directory)
    }

    /// A limit below what the server holds already would have the kernel kill it.
    private func checkHeld(_ wanted: ServerLimits, _ seen: ServerLimits) throws(CgroupError) {
        guard let limit = wanted.memoryBytes, let directory = directory(.memory), limit < seen.memoryBytes ?? .max,
            let stat = GroupFiles.read(directory + "/memory.stat")
        else { return }
        let held = LimitReading.heldBytes(stat)
        guard held > limit else { return }
        throw CgroupError(
            "limit memory to \(limit >> 20) MiB", reason: "the server holds \(held >> 20) MiB; a reboot gives them back")
    }

    /// Moves a process, and all that it has started, into the groups that have these limits. What they start later is in them
    /// by itself.
    public func admit(_ pid: Int32, _ wanted: ServerLimits) throws(CgroupError) {
        for directory in directories(wanted.controllers) { try admit(pid, to: directory) }
    }

    /// One that was started before its parent had been moved may have started others. Those that are in it already are not
    /// moved again: each move waits for all processors.
    private func admit(_ pid: Int32, to directory: String) throws(CgroupError) {
        for _ in 0..<Self.passLimit {
            let members = Set(CgroupLayout.words(GroupFiles.read(directory + "/cgroup.procs") ?? "").compactMap { Int32($0) })
            let outside = ([pid] + ProcessTree.descendants(of: pid)).filter { !members.contains($0) && ProcessTree.runs($0) }
            if outside.isEmpty { return }
            for process in outside { try Self.move(process, to: directory) }
        }
        throw CgroupError("move the processes of \(pid) to \(directory)", reason: "there are ever more of them")
    }

    private static let passLimit = 20

    /// One that has ended meanwhile needs no group.
    private static func move(_ pid: Int32, to directory: String) throws(CgroupError) {
        do { try GroupFiles.write(directory + "/cgroup.procs", "\(pid)") } catch {
            if error.code != ESRCH { throw error }
        }
    }

    /// Removes the group, once its processes have ended.
    public func remove() throws(CgroupError) {
        for directory in directories(Set(CgroupController.allCases)) { try GroupFiles.remove(directory) }
    }
}
