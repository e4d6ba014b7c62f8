import Foundation
import IntegrationSupport
import Testing

/// The AWS provider of Terraform, unmodified. Most of the time is the provider's own: it looks only after a minute.
@Suite(
    .tags(.terraform, .slow), .timeLimit(.minutes(30)),
    .enabled(if: Toolbox.hasMartlet, "the martlet program is not built"),
    .enabled(if: Toolbox.terraform != nil, "terraform is not installed"),
    .enabled(if: ProviderMirror.directory != nil, "no mirror with the hashicorp/aws provider on this machine"))
struct TerraformTests {
    @Test("apply, empty plan, change of class, apply, empty plan, destroy")
    func lifecycle() async throws {
        let mirror = try #require(ProviderMirror.directory)
        try await MartletFixture.withServer("terraform") { fixture in
            let terraform = try await TerraformRun(fixture: fixture, mirror: mirror)
            try await terraform.run("init", "-input=false")
            try await terraform.apply(instanceClass: "db.t3.micro")
            try await terraform.expectEmptyPlan(instanceClass: "db.t3.micro")
            try await terraform.apply(instanceClass: "db.t3.small")
            try await terraform.expectEmptyPlan(instanceClass: "db.t3.small")
            try await terraform.run("destroy", "-auto-approve", "-input=false", "-var", "instance_class=db.t3.small")
            let check = Scenario("Tests/Integration/Scenarios/nothing_left.py", within: .seconds(60))
            try await check.run(with: fixture)
        }
    }
}
