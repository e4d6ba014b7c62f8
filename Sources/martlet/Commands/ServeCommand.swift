internal import ArgumentParser
internal import Convergence
internal import Foundation
internal import Resources

struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Run the control plane in the foreground.",
        discussion: """
            GET /health answers 200 when it is ready. SIGTERM or Ctrl-C stops the control plane and leaves databases and gateway
            running; the next serve adopts them. martlet down stops everything.

            EXAMPLES
              martlet serve --data-dir /var/lib/martlet
              martlet serve --data-dir ~/.martlet --listen 127.0.0.1:4510
              martlet serve --data-dir DIR --regions eu-west-1,eu-central-1
              martlet serve --data-dir DIR --log-format json --log-level debug
            """)

    enum ClassLimits: String, ExpressibleByArgument, CaseIterable { case auto, off }
    enum VolumeChoice: String, ExpressibleByArgument, CaseIterable { case auto, image, directory }

    enum Refusal: String, ExpressibleByArgument, CaseIterable { case diagnose, drop }

    @OptionGroup var dataDirectory: DataDirectoryOptions

    @Option(help: ArgumentHelp("Where the AWS endpoint listens.", valueName: "host:port"))
    var listen = ListenAddress(host: "127.0.0.1", port: 4510)

    @Option(help: "The region that `martlet env` names. Default: us-east-1. Every region is served.")
    var region: String?

    @Option(help: ArgumentHelp("Serve these regions only, separated by commas; others are refused.", valueName: "names"))
    var regions: String?

    @Option(help: "The account number, twelve digits. Default: 123456789012.")
    var account: String?

    @Option(help: "The end of endpoint names. It changes names alone; see --gateway-listen. Default: martlet.internal.")
    var domain: String?

    @Option(
        help: ArgumentHelp(
            "With --domain: addresses where clients reach every endpoint of that port by its name, which DNS must lead there.",
            discussion: "The server name of the TLS handshake decides: clients need sslmode=require or stronger.",
            valueName: "address:port,…"))
    var gatewayListen: SharedAddresses?

    @Option(
        help: ArgumentHelp(
            "Loopback addresses for endpoints, e.g. 127.20.0.0/16. Default: a block of its own.", valueName: "cidr"))
    var addressRange: String?

    @Flag(inversion: .prefixedNo, help: "Give endpoints names, in the hosts file where it can be written; else addresses.")
    var hosts = true

    @Option(help: ArgumentHelp("Warm clusters kept ready per engine version.", valueName: "n"))
    var warmPool: Int = 2

    @Option(
        help: ArgumentHelp(
            "What holds the files of new instances: image (a file system of its size for each, as root), directory, or auto.",
            valueName: "kind"))
    var volumes: VolumeChoice = .auto

    @Option(
        help: ArgumentHelp(
            "Scale storage (MaxAllocatedStorage) once it has been low for so many seconds. RDS: 300.",
            discussion: "Its other times, such as six hours between two changes, are in proportion.", valueName: "seconds"))
    var autoscalingPatience = StorageScaling.standardPatience

    @Option(
        help: ArgumentHelp(
            "Hold each server to the processors and the memory of its class: auto (where cgroups can be used) or off.",
            valueName: "how"))
    var classLimits: ClassLimits = .auto

    @Flag(help: "Refuse an engine version that is not installed, instead of serving it by the nearest one.")
    var exactVersions = false

    @Option(
        help: ArgumentHelp("Whom servers run as when Martlet is root. Default: martlet, postgres or mysql.", valueName: "user"))
    var engineUser: String?

    @Option(help: ArgumentHelp("A directory with server programs, searched first. May be given again.", valueName: "dir"))
    var enginePath: [String] = []

    @Option(
        help: ArgumentHelp(
            "What a client that no security group admits gets: diagnose (an error naming the missing rule) or drop (silence).",
            valueName: "how"))
    var sgRefusal: Refusal = .diagnose

    @Flag(help: "Serve the AWS endpoint over TLS, with a certificate of this installation's authority (martlet ca).")
    var tls = false

    @Option(help: ArgumentHelp("Rotate managed master passwords after so many days, or off. RDS: 7.", valueName: "n|off"))
    var secretRotationDays = SecretRotationDays(days: RotationSchedule.standardDays)

    @OptionGroup var masterKey: MasterKeyOptions

    @OptionGroup var logs: LogOptions
    @OptionGroup var relay: RelayOptions

    func validate() throws {
        if let region { try Self.check(region: region) }
        for name in allowedRegions ?? [] { try Self.check(region: name) }
        if let account, account.count != 12 || !account.allSatisfy({ $0.isASCII && $0.isNumber }) {
            throw ValidationError("--account takes twelve digits.")
        }
        guard (0.1...86_400).contains(autoscalingPatience) else {
            throw ValidationError("--autoscaling-patience takes a number of seconds from 0.1 to 86400.")
        }
        guard (0...50).contains(warmPool) else { throw ValidationError("--warm-pool takes a number from 0 to 50.") }
        if let addressRange, LoopbackRange(addressRange) == nil {
            throw ValidationError(
                "--address-range takes a block inside 127.0.0.0/8, from /9 to /30 and outside 127.0.0.0/24, e.g. 127.20.0.0/16.")
        }
        if let domain,
            domain.isEmpty || !domain.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == ".") })
        {
            throw ValidationError("--domain takes a DNS name, e.g. martlet.internal.")
        }
        if let problem = gatewayListen?.problem { throw ValidationError(problem) }
        guard gatewayListen == nil || domain != nil else {
            throw ValidationError("--gateway-listen needs --domain: clients must find the address by the endpoints' names.")
        }
    }

    private static func check(region: String) throws {
        guard Region.names.contains(region) else {
            throw ValidationError("\(region) is not an AWS region. Regions: \(Region.names.joined(separator: ", "))")
        }
    }

    var allowedRegions: [String]? {
        regions.map { $0.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) } }
    }

    func run() async throws {
        let app = try await App.build(
            self, directory: dataDirectory.directory(), environment: ProcessInfo.processInfo.environment)
        try await app.run()
    }
}
