internal import ArgumentParser

struct DeregisterAddressCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "deregister",
        abstract: "Take an address out of a group.",
        discussion: """
            EXAMPLE
              martlet sg deregister web 192.0.2.10 --data-dir DIR
            """)

    @OptionGroup var membership: MembershipOptions

    func run() async throws {
        try await membership.carryOut(.deregister)
        print("\(membership.address) is no longer a member of \(membership.group).")
    }
}
