internal import Foundation
internal import Resources

/// Whether endpoints have names that resolve on this machine.
enum EndpointNames {
    static func naming(_ installation: Installation, useHostsFile: Bool) -> EndpointNaming {
        EndpointNaming(
            usesNames: useHostsFile && access("/etc/hosts", W_OK) == 0, account: installation.account,
            domain: installation.domain)
    }
}
