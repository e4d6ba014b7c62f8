/// Where on this host each kind of resource can be limited, and why one cannot.
public struct CgroupLayout: Sendable, Equatable {
    public enum Version: Sendable, Equatable { case v1, v2 }

    /// A hierarchy, and where it is seen.
    public struct Place: Sendable, Equatable {
        public var version: Version
        /// The topmost group that can be reached: the mount point.
        public var top: String
    }

    public var places: [CgroupController: Place]
    /// In words, for controllers that have no place.
    public var absences: [CgroupController: String]

    public init(places: [CgroupController: Place], absences: [CgroupController: String] = [:]) {
        self.places = places
        self.absences = absences
    }

    /// Reads the layout from what the system tells.
    ///
    /// - Parameters:
    ///   - mountinfo: `/proc/self/mountinfo`.
    ///   - controllers: by mount point, the `cgroup.controllers` of version 2 hierarchies.
    static func detect(mountinfo: String, controllers: [String: String]) -> CgroupLayout {
        let mounts = CgroupMount.all(mountinfo)
        var layout = CgroupLayout(places: [:])
        for controller in CgroupController.allCases {
            let found = mounts.filter { mount in
                switch mount.version {
                case .v1: mount.options.contains(controller.formerName)
                case .v2: words(controllers[mount.directory] ?? "").contains(Substring(controller.rawValue))
                }
            }
            if let mount = found.first(where: { !$0.isReadOnly }) {
                layout.places[controller] = Place(version: mount.version, top: mount.directory)
            } else if let mount = found.first {
                layout.absences[controller] = "\(mount.directory) is mounted read-only"
            } else {
                layout.absences[controller] =
                    mounts.isEmpty
                    ? "no cgroup file system is mounted" : "no cgroup hierarchy has the controller \(controller.rawValue)"
            }
        }
        return layout
    }

    static func words(_ text: String) -> [Substring] { text.split(whereSeparator: \.isWhitespace) }

    /// Takes a place away.
    mutating func drop(_ controller: CgroupController, because reason: String) {
        places[controller] = nil
        absences[controller] = reason
    }

    /// The hierarchies, each once.
    var tops: [String] { Array(Set(places.values.map(\.top))).sorted() }

    /// For `martlet status`: `cpu and memory (cgroup v1)`, `none (…)`. I/O is named where a volume has such limits, not here.
    public var summary: String {
        let kinds: [CgroupController] = [.cpu, .memory]
        let there = kinds.filter { places[$0] != nil }
        let missing = kinds.filter { places[$0] == nil }
        guard let first = there.first, let place = places[first] else {
            return "none (\(Set(missing.compactMap { absences[$0] }).sorted().joined(separator: "; ")))"
        }
        let version = place.version == .v1 ? "v1" : "v2"
        let names = there.map(\.rawValue).joined(separator: " and ")
        return (["\(names) (cgroup \(version))"] + missing.map { "not \($0.rawValue): \(absences[$0] ?? "no place")" })
            .joined(separator: "; ")
    }
}
