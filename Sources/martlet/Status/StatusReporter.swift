internal import Convergence
internal import Engines
internal import Foundation
internal import Resources
internal import Routing

/// Puts a status report together from what is stored, what was seen and what the gateway says.
struct StatusReporter: Sendable {
    let directory: DataDirectory
    let installation: Installation
    let naming: EndpointNaming
    let store: Store
    let engines: EngineRegistry
    let gateway: GatewayControlClient
    let volumes: String?
    /// What holds servers to their class.
    var limits: String?

    /// - Parameter observe: what is known of an instance, by probes.
    func report(
        controlPlane: StatusReport.ControlPlane?, observe: (DBInstance) async -> DBInstanceObservation?
    ) async -> StatusReport {
        // A gateway that does not answer is part of the report, not a failure of it.
        let gatewayReport = await gateway.reportIfRunning()
        var instances: [StatusReport.Instance] = []
        for instance in store.list(DBInstance.self) {
            let listener = gatewayReport?.listeners.first { $0.id == instance.id }
            instances.append(row(instance, await observe(instance), listener))
        }
        return StatusReport(
            dataDirectory: directory.path, account: installation.account, controlPlane: controlPlane,
            gateway: gatewayReport.map {
                StatusReport.Gateway(
                    processID: $0.processID, listeners: $0.listeners.count { $0.listening },
                    connections: $0.listeners.reduce(0) { $0 + $1.connections }, relay: $0.relay?.rawValue)
            },
            engines: engines.all.flatMap { engine in engine.versions.map { "\(engine.traits.name) \($0.version)" } },
            volumes: volumes, limits: limits, instances: instances, attention: attention())
    }

    private func row(
        _ instance: DBInstance, _ observation: DBInstanceObservation?, _ listener: GatewayControl.Listener?
    ) -> StatusReport.Instance {
        let host = instance.address.map {
            naming.host(identifier: instance.identifier, region: instance.region, address: $0)
        }
        let group = instance.spec.parameterGroup.flatMap {
            store.find(DBParameterGroup.self, region: instance.region, name: $0)
        }
        return StatusReport.Instance(
            identifier: instance.identifier, region: instance.region,
            status: DBInstanceStatus.derive(desired: instance, observed: observation).rawValue,
            engine: instance.spec.engine, engineVersion: observation?.engineVersion ?? instance.spec.engineVersion,
            instanceClass: instance.spec.instanceClass, endpoint: host.map { "\($0):\(instance.spec.port)" },
            address: instance.address, processID: observation?.processID,
            volume: volume(of: instance, observation), connections: listener?.connections ?? 0,
            limits: observation?.limits, parameterGroup: instance.spec.parameterGroup,
            parameterStatus: ParameterApplyStatus.derive(desired: instance, group: group, observed: observation).rawValue,
            note: observation?.failure?.reason ?? observation?.step ?? listener?.problem ?? observation?.limitsProblem)
    }

    private func volume(of instance: DBInstance, _ observation: DBInstanceObservation?) -> String {
        let sealed = instance.volume?.encryption == nil ? "" : ", encrypted"
        let size = instance.spec.allocatedStorage
        guard instance.hasRealSize else { return "directory (its size is not enforced)\(sealed)" }
        guard let seen = observation?.volume, seen.sizeBytes > 0 else { return "image \(size) GiB\(sealed)" }
        let used = max(0, seen.sizeBytes - seen.freeBytes) * 100 / seen.sizeBytes
        return "image \(size) GiB, \(used)% used\(sealed)"
    }

    /// Documents set aside, and directories of instances that the store does not know.
    private func attention() -> [String] {
        let known = Set(store.list(DBInstance.self).map(\.id))
        let documents = store.quarantined.map {
            "\($0.kind) \($0.name) (\($0.region)) cannot be read and is set aside: \($0.reason)"
        }
        let instances = directory.path + "/instances"
        guard FileManager.default.fileExists(atPath: instances) else { return documents }
        do {
            let strays = try FileManager.default.contentsOfDirectory(atPath: instances).filter { !known.contains($0) }
            return documents + strays.sorted().map { "\(instances)/\($0) belongs to no instance; it is kept as it is" }
        } catch {
            return documents + ["\(instances) cannot be read: \(error)"]
        }
    }
}
