import Foundation
import IntegrationSupport
import Testing

/// A working directory of Terraform, in the fixture's scratch directory.
struct TerraformRun {
    private let fixture: MartletFixture
    private let directory: String
    private let environment: [String: String]

    init(fixture: MartletFixture, mirror: String) async throws {
        self.fixture = fixture
        directory = fixture.scratch + "/terraform"
        try FileManager.default.copyItem(atPath: Toolbox.directory("Tests/Integration/Terraform"), toPath: directory)
        let settings = """
            provider_installation {
              filesystem_mirror {
                path    = "\(mirror)"
                include = ["registry.terraform.io/hashicorp/aws"]
              }
            }
            disable_checkpoint = true
            """
        try settings.write(toFile: directory + "/terraform.rc", atomically: true, encoding: .utf8)
        var environment = try await fixture.clientEnvironment()
        environment["TF_CLI_CONFIG_FILE"] = directory + "/terraform.rc"
        environment["TF_IN_AUTOMATION"] = "1"
        environment["TF_VAR_endpoint"] = environment["AWS_ENDPOINT_URL"]
        environment["TF_VAR_prefix"] = fixture.prefix
        let status = try await fixture.martlet(["status"])
        environment["TF_VAR_encrypted"] = status.output.contains("no encryption") ? "false" : "true"
        let hasImages = status.output.split(separator: "\n").contains { $0.hasPrefix("Volumes ") && $0.contains(" image") }
        environment["TF_VAR_fast"] = hasImages && Self.limitsIO ? "true" : "false"
        self.environment = environment
    }

    /// Whether some cgroup hierarchy can limit I/O: the root's controllers of version 2, or `blkio` of version 1.
    private static var limitsIO: Bool {
        let unified = (try? String(contentsOfFile: "/sys/fs/cgroup/cgroup.controllers", encoding: .utf8)) ?? ""
        return unified.split(whereSeparator: \.isWhitespace).contains("io")
            || FileManager.default.fileExists(atPath: "/sys/fs/cgroup/blkio/cgroup.procs")
    }

    func apply(instanceClass: String) async throws {
        try await run("apply", "-auto-approve", "-input=false", "-var", "instance_class=\(instanceClass)")
    }

    func expectEmptyPlan(instanceClass: String) async throws {
        let words = ["plan", "-input=false", "-detailed-exitcode", "-var", "instance_class=\(instanceClass)"]
        let answer = try await answer(to: words)
        #expect(answer.status == 0, "the plan is not empty:\n\(answer.output)")
    }

    func run(_ words: String...) async throws {
        let answer = try await answer(to: words)
        try #require(answer.status == 0, "terraform \(words[0]):\n\(answer.output)")
    }

    private func answer(to words: [String]) async throws -> Command.Answer {
        let terraform = try #require(Toolbox.terraform)
        let command = Command(
            [terraform, "-chdir=\(directory)"] + words + (words[0] == "init" ? [] : ["-no-color"]), environment: environment)
        return try await command.run(within: .seconds(600))
    }
}

/// A directory that `terraform init` can take the provider from without a network.
enum ProviderMirror {
    /// The directory that holds `registry.terraform.io/hashicorp/aws`; nil when there is none.
    static let directory: String? = {
        let home = Toolbox.environment["HOME"] ?? "/nonexistent"
        let usual = [
            "\(home)/.terraform.d/plugins", "\(home)/.local/share/terraform/plugins", "/usr/local/share/terraform/plugins",
            "/usr/share/terraform/plugins",
        ]
        let given = [Toolbox.environment["MARTLET_TERRAFORM_MIRROR"]].compactMap { $0 }
        return (given + usual + belowOptionalSoftware()).first(where: hasProvider)
    }()

    /// Directories that administrators put below /opt and /srv.
    private static func belowOptionalSoftware() -> [String] {
        ["/opt", "/srv"].flatMap { root in
            let names = (try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []
            return names.flatMap { ["\(root)/\($0)", "\(root)/\($0)/plugins"] }
        }
    }

    private static func hasProvider(_ directory: String) -> Bool {
        FileManager.default.fileExists(atPath: directory + "/registry.terraform.io/hashicorp/aws")
    }
}
