internal import ArgumentParser
internal import Certificates
internal import Foundation

struct CACommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ca",
        abstract: "Print the certificates that clients of the databases should trust (PEM), or add new ones.",
        discussion: """
            EXAMPLES
              martlet ca --data-dir DIR > martlet-ca.pem
              psql "host=ENDPOINT dbname=app user=me sslmode=verify-full sslrootcert=martlet-ca.pem"
              martlet ca rotate --data-dir DIR
            """,
        subcommands: [PrintCommand.self, RotateCommand.self], defaultSubcommand: PrintCommand.self)

    struct PrintCommand: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "print", abstract: "Print the bundle: the certificates of all authorities, old and new.")

        @OptionGroup var dataDirectory: DataDirectoryOptions

        func run() async throws {
            print(try CACommand.authorities(try dataDirectory.directory()).bundle(), terminator: "")
        }
    }

    struct RotateCommand: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "rotate",
            abstract: "Add the next generation of every authority. Instances keep theirs until they are modified.",
            discussion: """
                New instances get the new one at once, so hand out the new bundle (martlet ca) first where clients verify:
                it contains old and new. No restart, and no connection ends.
                """)

        @OptionGroup var dataDirectory: DataDirectoryOptions

        func run() async throws {
            let directory = try dataDirectory.directory()
            guard let installation = try Installation.load(from: directory) else { throw CACommand.neverStarted(directory) }
            let added = try CACommand.authorities(directory).rotate(owner: installation.id, now: Date())
            print("New authorities: \(added.joined(separator: ", ")). The bundle (martlet ca) contains old and new.")
            print("To move an instance, once its clients have the new bundle:")
            print(
                "  aws rds modify-db-instance --db-instance-identifier ID --ca-certificate-identifier \(added[0]) "
                    + "--apply-immediately")
        }
    }

    private static func authorities(_ directory: DataDirectory) throws -> CertificateAuthorities {
        let found = try CertificateAuthorities(directory: directory.authorities)
        guard !found.authorities.isEmpty else { throw neverStarted(directory) }
        return found
    }

    private static func neverStarted(_ directory: DataDirectory) -> InstallationError {
        InstallationError(
            "\(directory.path) has no certificate authority yet. Start Martlet once: martlet serve --data-dir \(directory.path)")
    }
}
