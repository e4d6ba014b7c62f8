internal import Resources
internal import Routing

/// One step towards what the owner of an instance wants. Each may be repeated, and may be cut short at any instant.
enum InstanceAction: Sendable, Equatable {
    /// Moves the changes that waited for the maintenance window into force.
    case applyPending
    /// Starts an instance that has been stopped for as long as RDS allows.
    case endStop
    case allocateAddress
    /// Mounts the volume, opens it, and makes it as large as it should be.
    case attachVolume
    case detachVolume
    case provision
    /// Like `provision`, from the snapshot of that `DBSnapshot.snapshotID`.
    case restore(String)
    /// Sees to it that the snapshot of that `DBSnapshot.snapshotID`, which the instance has been restored from, was sound.
    case verify(String)
    /// Takes the snapshot of that `DBSnapshot.snapshotID`, and says so.
    case takeSnapshot(String)
    case configure
    case reload
    case start
    case stop
    case bootstrap
    case applyMasterPassword
    /// Makes a new managed password, and the operation that puts it in force: the secret's schedule says so.
    case rotateMasterPassword
    /// The pending password is in force: the secret says so from now on.
    case promoteSecret
    /// Makes the endpoint's certificate.
    case issueCertificate
    /// Publishes the endpoint with that gate.
    case publishRoute(Route.Gate)
    case closeRoute
    case syncNames
    case removeData
    /// Deletes the documents: the last trace.
    case forget
    /// The operation's every effect has been seen: answer for it.
    case complete(DBInstance.Operation)

    /// For `martlet status` and the log.
    var description: String {
        switch self {
        case .applyPending: "applying the changes that waited for the maintenance window"
        case .endStop: "ending the stop"
        case .allocateAddress: "finding an address for the endpoint"
        case .attachVolume: "mounting the volume"
        case .detachVolume: "unmounting the volume"
        case .provision: "making the data directory"
        case .restore: "copying the data from the snapshot"
        case .verify: "comparing the snapshot with its checksums"
        case .takeSnapshot: "taking a snapshot"
        case .configure: "writing the configuration"
        case .reload: "reloading the configuration"
        case .start: "starting the server"
        case .stop: "stopping the server"
        case .bootstrap: "creating roles and databases"
        case .applyMasterPassword: "setting the master password"
        case .rotateMasterPassword: "rotating the master password"
        case .promoteSecret: "making the new secret value current"
        case .issueCertificate: "issuing the endpoint's certificate"
        case .publishRoute(.open): "opening the endpoint"
        case .publishRoute(.hold): "holding new clients"
        case .closeRoute: "closing the endpoint"
        case .syncNames: "publishing the host name"
        case .removeData: "deleting the data directory"
        case .forget: "forgetting the instance"
        case .complete: "completing the operation"
        }
    }

    /// Needs a turn among the steps that load the machine.
    var isHeavy: Bool {
        switch self {
        case .provision, .start, .stop, .bootstrap, .restore, .takeSnapshot: true
        default: false
        }
    }
}
