/// What `martlet status` shows, as a table or as this in JSON.
struct StatusReport: Codable, Sendable, Equatable {
    struct Instance: Codable, Sendable, Equatable {
        var identifier: String
        var region: String
        var status: String
        var engine: String
        /// What the server itself reports, or what it is meant to be while it does not answer.
        var engineVersion: String
        var instanceClass: String
        /// `host:port`; nil while there is none.
        var endpoint: String?
        var address: String?
        var processID: Int32?
        /// `image 20 GiB, 3% used, encrypted`.
        var volume: String?
        /// Clients connected through the gateway.
        var connections: Int
        /// What its server may take of the host, read back from the kernel: `2 CPUs, 1280 MiB`; nil for no limits.
        var limits: String?
        /// `DBParameterGroupName`; nil for the default group.
        var parameterGroup: String?
        /// `ParameterApplyStatus`
        var parameterStatus: String?
        /// Why it is not what its owner wants, or what is being done about it.
        var note: String?
    }

    struct Gateway: Codable, Sendable, Equatable {
        var processID: Int32
        var listeners: Int
        var connections: Int
        /// `io_uring` or `epoll`; nil when the relay does not answer.
        var relay: String?
    }

    struct ControlPlane: Codable, Sendable, Equatable {
        var processID: Int32
        var url: String
        var version: String
    }

    var dataDirectory: String
    var account: String
    /// Nil when `serve` is not running; databases may run all the same.
    var controlPlane: ControlPlane?
    /// Nil when the gateway does not answer.
    var gateway: Gateway?
    /// `postgres 15.18`: the engines that were found on this host.
    var engines: [String]
    /// What new instances are put on; nil when `serve` is not running.
    var volumes: String?
    /// What holds servers to their class: `cpu and memory (cgroup v2)`, `none (…)`; nil when `serve` is not running.
    var limits: String?
    var instances: [Instance]
    /// What could not be read, or belongs to nothing: kept, and for a person to look at.
    var attention: [String]
}
