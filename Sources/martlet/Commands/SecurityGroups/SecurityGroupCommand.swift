internal import ArgumentParser

struct SecurityGroupCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sg",
        abstract: "Work with security groups: what the AWS CLI has no short word for.",
        subcommands: [AllowMeCommand.self, ListGroupsCommand.self, RegisterAddressCommand.self, DeregisterAddressCommand.self])
}

/// `--region`, which the commands about groups take.
struct RegionOptions: ParsableArguments {
    @Option(help: "The region of the group. Default: the one that martlet env names.")
    var region: String?
}
