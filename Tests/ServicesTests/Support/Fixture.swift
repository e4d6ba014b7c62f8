import AWSWire
import Foundation
import Keys
import Resources
import Synchronization
import Testing

@testable import Services

/// A server without a network: a real store in memory, a board, a clock that stands still, a generator that repeats itself.
final class Fixture: Sendable {
    static let start = Date(timeIntervalSince1970: 1_763_679_600)
    static let account = "123456789012"
    static let password = "correct-horse-battery"

    let store: Store
    let board = ObservationBoard()
    let context: ServiceContext
    let services: ServiceDispatcher
    let clock = Mutex(Fixture.start)
    let logs = FakeLogs()
    let network = DefaultVPC(account: account, region: "us-east-1")

    init(
        catalog: FakeCatalog = FakeCatalog(), regions: Set<String>? = nil, quota: Int = 500, exactVersions: Bool = false,
        hold: Duration = .milliseconds(50), volumes: FakeVolumes = FakeVolumes()
    ) throws {
        store = try Store.inMemory()
        let seed = Mutex<UInt64>(42)
        let now = Box()
        context = ServiceContext(
            store: store, board: board, catalog: catalog, logs: logs,
            naming: EndpointNaming(usesNames: true, account: Self.account, domain: "martlet.test"),
            account: Self.account, certificates: FakeCertificates(), keys: KeyRing(.ephemeral(), account: Self.account),
            volumes: volumes,
            regions: regions, instanceQuota: quota, exactVersions: exactVersions, describeHold: hold,
            now: { now.fixture?.clock.withLock { $0 } ?? Fixture.start },
            random: RandomSource { limit in
                seed.withLock { seed in
                    seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                    return Int((seed >> 33) % UInt64(limit))
                }
            })
        services = ServiceDispatcher(context)
        now.fixture = self
    }

    private final class Box: @unchecked Sendable { weak var fixture: Fixture? }

    // MARK: Calling

    func call(
        _ service: AWSService, _ action: String, _ parameters: Parameters, region: String = "us-east-1"
    ) async throws -> Answer {
        try await services.handle(
            ServiceCall(
                service: service, action: action, parameters: parameters, region: region, accessKeyID: "AKIATEST",
                requestID: "request"))
    }

    @discardableResult
    func rds(_ action: String, _ query: [String: String] = [:], region: String = "us-east-1") async throws -> XML {
        XML(try await call(.rds, action, Parameters(query: query), region: region))
    }

    func ec2(_ action: String, _ query: [String: String] = [:], region: String = "us-east-1") async throws -> XML {
        XML(try await call(.ec2, action, Parameters(query: query), region: region))
    }

    @discardableResult
    func secrets(_ action: String, _ query: [String: String] = [:], region: String = "us-east-1") async throws -> [String: Any] {
        guard case .json(let bytes) = try await call(.secretsmanager, action, Parameters(query: query), region: region) else {
            throw Fault("NotJSON", "")
        }
        return try #require(try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any])
    }

    @discardableResult
    func kms(_ action: String, _ query: [String: String] = [:], region: String = "us-east-1") async throws -> [String: Any] {
        guard case .json(let bytes) = try await call(.kms, action, Parameters(query: query), region: region) else {
            throw Fault("NotJSON", "")
        }
        return try #require(try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any])
    }

    /// What a version of a secret holds.
    func text(of version: Secret.Version?, in secret: Secret) throws -> String {
        let value = try context.keys.open(try #require(version), of: secret, in: store)
        guard case .string(let text) = value else { throw Fault("NotText", "") }
        return text
    }

    /// Expects a refusal that leaves the store as it was.
    func refuses(
        _ action: String, _ query: [String: String], code: String, status: Int = 400, saying fragment: String,
        service: AWSService = .rds, sourceLocation: SourceLocation = #_sourceLocation
    ) async {
        let before = store.revision
        do {
            _ = try await call(service, action, Parameters(query: query))
            Issue.record("\(action) \(query) was accepted", sourceLocation: sourceLocation)
        } catch let fault as Fault {
            #expect(fault.code == code, "\(fault.message)", sourceLocation: sourceLocation)
            #expect(fault.status == status, "\(fault.message)", sourceLocation: sourceLocation)
            #expect(fragment.isEmpty || fault.message.contains(fragment), "\(fault.message)", sourceLocation: sourceLocation)
        } catch {
            Issue.record("\(error)", sourceLocation: sourceLocation)
        }
        #expect(store.revision == before, "something changed", sourceLocation: sourceLocation)
    }

    // MARK: Instances

    static let minimal = [
        "DBInstanceIdentifier": "mydb", "DBInstanceClass": "db.t3.micro", "Engine": "postgres", "AllocatedStorage": "20",
        "MasterUsername": "root_user", "MasterUserPassword": password,
    ]

    @discardableResult
    func create(_ identifier: String = "mydb", _ more: [String: String] = [:], region: String = "us-east-1") async throws -> XML {
        var query = Self.minimal.merging(more) { $1 }
        query["DBInstanceIdentifier"] = identifier
        if query["ManageMasterUserPassword"] == "true" { query["MasterUserPassword"] = nil }
        return try await rds("CreateDBInstance", query, region: region)
    }

    func stored(_ identifier: String = "mydb", region: String = "us-east-1") throws -> DBInstance {
        try #require(store.find(DBInstance.self, region: region, name: identifier))
    }

    /// Does what convergence does when all is well: the operation is over, the server answers.
    func settle(_ identifier: String = "mydb", region: String = "us-east-1") async throws {
        let instance = try stored(identifier, region: region)
        let now = clock.withLock { $0 }
        try await store.write { transaction in
            let instance = try transaction.update(DBInstance.self, region: region, id: instance.id) { instance in
                instance.operation = nil
                instance.createdAt = instance.createdAt ?? now
                instance.address = instance.address ?? "127.20.0.1"
            }
            guard let secret = instance.master.secretARN else { return }
            try transaction.update(Secret.self, region: region, id: secret) { $0.promotePending(at: now) }
        }
        let runs = instance.power == .running
        board.publish(
            DBInstanceObservation(
                server: runs ? .answering : .absent, endpointOpen: runs,
                certificate: instance.spec.certificateAuthority.map { .init(authority: $0, validTill: now + 365 * 86_400) }),
            of: instance.resourceID)
        board.touch()
    }

    /// An instance that is available.
    func createAvailable(_ identifier: String = "mydb", _ more: [String: String] = [:]) async throws {
        try await create(identifier, more)
        try await settle(identifier)
    }

    func fail(_ identifier: String = "mydb", as kind: DBInstanceObservation.Failure.Kind) throws {
        let failure = DBInstanceObservation.Failure(kind: kind, reason: "test", since: Self.start)
        board.publish(DBInstanceObservation(failure: failure), of: try stored(identifier).resourceID)
    }

    func advance(_ seconds: Double) { clock.withLock { $0 += seconds } }
}

extension Parameters {
    /// Folds `Tags.Tag.1.Key=a` as the wire does.
    init(query: [String: String]) {
        self = .empty
        for (name, value) in query.sorted(by: { $0.key < $1.key }) {
            set(name.split(separator: ".").map(String.init)[...], value)
        }
    }

    private mutating func set(_ path: ArraySlice<String>, _ value: String) {
        guard let first = path.first else {
            self = .scalar(value)
            return
        }
        var members: [Member] = []
        if case .structure(let existing) = self { members = existing }
        let index = members.firstIndex { $0.name == first } ?? members.endIndex
        if index == members.endIndex { members.append(Member(name: first, value: .empty)) }
        members[index].value.set(path.dropFirst(), value)
        self = .structure(members)
    }
}
