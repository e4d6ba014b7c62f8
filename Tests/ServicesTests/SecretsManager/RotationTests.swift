import AWSWire
import Foundation
import Resources
import Testing

@testable import Services

@Suite struct RotationTests {
    private func managed(hold: Duration = .milliseconds(50)) async throws -> (Fixture, String) {
        let fixture = try Fixture(hold: hold)
        try await fixture.createAvailable("mydb", ["ManageMasterUserPassword": "true"])
        return (fixture, try #require(try fixture.stored().master.secretARN))
    }

    private func secret(_ fixture: Fixture) throws -> Secret { try #require(fixture.store.list(Secret.self).first) }

    @Test func rotatedNow() async throws {
        let (fixture, arn) = try await managed()
        let first = try #require(try secret(fixture).current)
        let answer = try await fixture.secrets("RotateSecret", ["SecretId": arn])
        #expect(answer["VersionId"] as? String == (try secret(fixture).pending?.id))
        #expect(try secret(fixture).current == first)
        #expect(try fixture.stored().operation?.kind == .resetMasterCredentials)
        #expect(try fixture.stored().master.generation == 2)
        fixture.advance(5)
        try await fixture.settle()
        let described = try await fixture.secrets("DescribeSecret", ["SecretId": arn])
        let rotated = Fixture.start.timeIntervalSince1970 + 5
        #expect(described["LastRotatedDate"] as? Double == rotated)
        #expect(described["NextRotationDate"] as? Double == rotated + 7 * 86_400)
        #expect((described["RotationRules"] as? [String: Int])?["AutomaticallyAfterDays"] == 7)
    }

    @Test func whileItIsUnderWayTheValueWaitsForTheNewOne() async throws {
        let (fixture, arn) = try await managed(hold: .seconds(120))
        try await fixture.secrets("RotateSecret", ["SecretId": arn])
        let wanted = try fixture.text(of: secret(fixture).pending, in: secret(fixture))
        async let value = fixture.secrets("GetSecretValue", ["SecretId": arn])["SecretString"] as? String
        try await Task.sleep(for: .milliseconds(30))
        try await fixture.settle()
        #expect(try await value == wanted)
    }

    @Test func theWaitHasAnEnd() async throws {
        let (fixture, arn) = try await managed()
        let former = try fixture.text(of: secret(fixture).current, in: secret(fixture))
        try await fixture.secrets("RotateSecret", ["SecretId": arn])
        let started = ContinuousClock.now
        #expect(try await fixture.secrets("GetSecretValue", ["SecretId": arn])["SecretString"] as? String == former)
        #expect(ContinuousClock.now - started < .seconds(30))
        let pending = try await fixture.secrets("GetSecretValue", ["SecretId": arn, "VersionStage": "AWSPENDING"])
        #expect(pending["SecretString"] as? String == (try fixture.text(of: secret(fixture).pending, in: secret(fixture))))
    }

    @Test func theScheduleOfOneSecret() async throws {
        let (fixture, arn) = try await managed()
        let query = ["SecretId": arn, "RotateImmediately": "false", "RotationRules.AutomaticallyAfterDays": "30"]
        try await fixture.secrets("RotateSecret", query)
        #expect(try secret(fixture).pending == nil)
        #expect(try secret(fixture).rotation == Secret.Rotation(enabled: true, days: 30))
        try await fixture.secrets("CancelRotateSecret", ["SecretId": arn])
        let described = try await fixture.secrets("DescribeSecret", ["SecretId": arn])
        #expect(described["RotationEnabled"] as? Bool == false)
        #expect(described["NextRotationDate"] == nil)
        try await fixture.secrets("RotateSecret", ["SecretId": arn, "RotateImmediately": "false"])
        #expect(try secret(fixture).rotation == Secret.Rotation(enabled: true, days: 30))
    }

    @Test func theSameTokenRotatesOnce() async throws {
        let (fixture, arn) = try await managed()
        let query = ["SecretId": arn, "ClientRequestToken": "01234567-89ab-cdef-0123-456789abcdef"]
        let first = try await fixture.secrets("RotateSecret", query)["VersionId"] as? String
        try await fixture.settle()
        #expect(first == query["ClientRequestToken"])
        try await fixture.secrets("RotateSecret", query)
        #expect(try fixture.stored().master.generation == 2)
    }

    @Test(arguments: [
        (["RotationRules.AutomaticallyAfterDays": "0"], "InvalidParameterException", "1 to 1000"),
        (["RotationRules.AutomaticallyAfterDays": "1001"], "InvalidParameterException", "1 to 1000"),
        (["RotationRules.ScheduleExpression": "cron(0 16 ? * * *)"], "InvalidParameterException", "rate(N days)"),
        (["RotationRules.Duration": "2h"], "InvalidParameterException", "Duration"),
        (["RotationLambdaARN": "arn:aws:lambda:x"], "InvalidRequestException", "RotationLambdaARN"),
        (["ClientRequestToken": "short"], "InvalidParameterException", "32 to 64"),
        (["SecretId": "nobody"], "ResourceNotFoundException", "can't find"),
    ])
    func refusals(_ query: [String: String], _ code: String, _ fragment: String) async throws {
        let (fixture, arn) = try await managed()
        await fixture.refuses(
            "RotateSecret", ["SecretId": arn].merging(query) { $1 }, code: code, saying: fragment, service: .secretsmanager)
    }

    @Test func anInstanceThatIsBusyIsLeftAlone() async throws {
        let (fixture, arn) = try await managed()
        try await fixture.rds("RebootDBInstance", ["DBInstanceIdentifier": "mydb"])
        await fixture.refuses(
            "RotateSecret", ["SecretId": arn], code: "InvalidRequestException", saying: "rebooting", service: .secretsmanager)
    }

    @Test(
        arguments: [
            ("rate(10 days)", 10), ("rate(1 day)", 1), ("rate(4 hours)", nil), ("10", nil), ("rate()", nil),
        ] as [(String, Int?)])
    func rates(_ text: String, _ days: Int?) {
        #expect(RotationDays.days(inRate: text) == days)
    }
}
