internal import ArgumentParser
internal import Foundation

/// What registering and deregistering share.
struct MembershipOptions: ParsableArguments {
    @OptionGroup var dataDirectory: DataDirectoryOptions
    @OptionGroup var regions: RegionOptions

    @Argument(help: "The group, by id or name.")
    var group: String

    @Argument(help: "An IPv4 or IPv6 address.")
    var address: String

    func carryOut(_ action: GroupRegistration.Action) async throws {
        let client = try ControlPlaneClient(dataDirectory.directory(), region: regions.region)
        let wanted = GroupRegistration(action: action, region: client.region, group: group, address: address)
        _ = try await client.page("POST", GroupPage.path, try JSONEncoder().encode(wanted))
    }
}

struct RegisterAddressCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "register",
        abstract: "Make an address a member of a group, for rules that name the group.",
        discussion: """
            On AWS a program is a member of the groups of its network interface. Here its address is registered.

            EXAMPLE
              martlet sg register web 192.0.2.10 --data-dir DIR
            """)

    @OptionGroup var membership: MembershipOptions

    func run() async throws {
        try await membership.carryOut(.register)
        print("\(membership.address) is a member of \(membership.group).")
    }
}
