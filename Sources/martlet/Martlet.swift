internal import ArgumentParser

@main
struct Martlet: AsyncParsableCommand {
    static let version = "0.1.0"

    static let configuration = CommandConfiguration(
        commandName: "martlet",
        abstract: "Amazon RDS on machines you own.",
        discussion: """
            The unmodified AWS CLI, boto3 and Terraform talk to it; real database servers do the work.

            EXAMPLES
              martlet serve --data-dir DIR         run the control plane
              eval "$(martlet env --data-dir DIR)"   point the AWS CLI at it
              aws rds describe-db-instances
              martlet status --data-dir DIR
              martlet db setup --instance ID --data-dir DIR   fill a database
              martlet down --data-dir DIR          stop everything
            """,
        version: version,
        subcommands: [
            ServeCommand.self, EnvCommand.self, StatusCommand.self, LogsCommand.self, WhyCommand.self, SecurityGroupCommand.self,
            DBCommand.self, DownCommand.self, CACommand.self, MasterKeyCommand.self, GatewayCommand.self,
        ])
}
