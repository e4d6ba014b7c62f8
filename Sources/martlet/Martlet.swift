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
              martlet serve --data-dir /var/lib/martlet        run the control plane in the foreground
              eval "$(martlet env --data-dir /var/lib/martlet)"  point the AWS CLI of this shell at it
              aws rds describe-db-instances
              martlet status --data-dir /var/lib/martlet
              martlet down --data-dir /var/lib/martlet         stop everything, databases too
            """,
        version: version,
        subcommands: [
            ServeCommand.self, EnvCommand.self, StatusCommand.self, DownCommand.self, CACommand.self, GatewayCommand.self,
        ])
}
