internal import Foundation
internal import Resources

/// Whether endpoints have names that resolve on this machine.
enum EndpointNames {
    static func naming(_ installation: Installation, useHostsFile: Bool) -> EndpointNaming {
        let writesHosts = useHostsFile && access("/etc/hosts", W_OK) == 0
        let usesDNS = !(installation.sharedAddresses ?? []).isEmpty
        return EndpointNaming(
            usesNames: writesHosts || usesDNS, account: installation.account, domain: installation.domain, usesDNS: usesDNS,
            writesHosts: writesHosts)
    }
}
